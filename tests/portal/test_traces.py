"""Each change leaves a digest of every row that it wrote, so that a row changed past the portal is named."""

import random
from itertools import cycle, islice
from pathlib import Path
from typing import Any

import neighbor
import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from allauth.socialaccount.models import SocialAccount
from django.apps import apps
from django.db import IntegrityError, connection, transaction
from served import Served
from tampering import besides_triggers, other, past_the_portal

from mips_ia.portal import guarded, log, packages, tables, traces, vaults
from mips_ia.portal.actions.results import refresh
from mips_ia.portal.models import (
    Clinician,
    Entry,
    Leaf,
    Person,
    Practice,
    Reminder,
    Result,
    Site,
    Stay,
    Trace,
    Window,
)
from mips_ia.portal.models.traced import Traced
from mips_ia.portal.safe import copies, lines, records, whole
from mips_ia.portal.safe import traces as rows
from mips_ia.problems import Problem

FLIPS = 20  # of each table at least
NAMES: dict[int, str] = {}
TABLES = guarded.COLUMNS[guarded.SEAL]
MANUAL = (Path(__file__).parents[2] / "docs/backup.md").read_text(encoding="utf-8")


def model_of(table: str) -> Any:
    return guarded.model_of(apps, table)


def errors() -> list[Problem]:
    return besides_triggers(rows.problems(NAMES))


@pytest.fixture
def made(db: None) -> neighbor.Neighbor:  # noqa: ARG001 - it must be there
    """Rows of every table, and ways to sign in."""
    found = neighbor.build()
    who = found.people["manager"]
    TOTP.activate(who, generate_totp_secret())
    EmailAddress.objects.create(user=who, email=who.email, verified=True, primary=True)
    SocialAccount.objects.create(user=who, provider="an-invented-one", uid="7", extra_data={"sub": "7"})
    return found


# ---- Which tables and columns


def test_every_column_of_a_traced_table_is_covered_or_named_as_beside() -> None:
    for table, names in TABLES.items():
        fields = {each.attname for each in model_of(table)._meta.concrete_fields} - {"id"}  # noqa: SLF001
        assert fields - guarded.BESIDE.get(table, set()) == {*names}, table


def test_every_table_that_is_covered_is_traced_and_no_other() -> None:
    traced = {each for each in apps.get_models() if issubclass(each, Traced)} | {*packages.TRACED}

    assert {guarded.table_of(each) for each in traced} == {*TABLES}


def test_every_table_is_traced_or_sealed_or_named_in_the_manual() -> None:
    others = {each for each in apps.get_models() if guarded.table_of(each) not in TABLES}
    not_sealed = others - {*records.KINDS, Leaf, Entry, Trace, Result}

    assert {each._meta.db_table for each in not_sealed if each._meta.db_table not in MANUAL} == set()  # noqa: SLF001


def test_the_manual_names_each_column_that_no_trace_covers() -> None:
    for table, names in guarded.BESIDE.items():
        for name in names:
            assert f"`{table}.{name}`" in MANUAL


# ---- What is named


@pytest.mark.usefixtures("made")
@pytest.mark.parametrize("table", TABLES)
def test_a_change_of_any_column_and_a_row_put_in_or_taken_away_is_named(table: str) -> None:
    model, chance = model_of(table), random.Random(1)
    fields = {each.attname: each for each in model._meta.concrete_fields}  # noqa: SLF001
    assert errors() == []
    with past_the_portal():
        known, named, due = rows.newest()[table], 0, max(FLIPS, len(TABLES[table]))
        for name in islice(cycle(TABLES[table]), 10 * due):
            row = chance.choice([*model.objects.all()])
            with undone():
                value = other(fields[name], getattr(row, name), chance)
                try:
                    model.objects.filter(pk=row.pk).update(**{name: value})
                except IntegrityError:  # the database itself refuses it
                    continue
                [found] = rows.of_table(model, known, NAMES)
                told = found.code, found.where.split(", ")[-1]
                assert told == ("changed_row", f"{table} {row.pk}"), (name, value)
            named += 1
            if named == due:
                break
        assert named == due
        row = chance.choice([*model.objects.all()])
        with undone():
            model.objects.filter(pk=row.pk)._raw_delete("default")  # noqa: SLF001
            assert [(each.code, each.where.split(", ")[-1]) for each in errors()] == [
                ("lost_row", f"{table} {row.pk}")
            ]
        with undone():
            model.objects.filter(pk=row.pk).update(id=10**9)
            assert {each.code for each in errors()} == {"lost_row", "row_past_the_portal"}


def test_at_least_five_hundred_changes_are_made_past_the_portal() -> None:
    assert FLIPS * len(TABLES) >= 500


@pytest.mark.usefixtures("db")
def test_a_trigger_that_is_gone_is_named_until_a_migration_leaves_the_tables_so() -> None:
    on = " on portal_entry" if connection.vendor == "postgresql" else ""
    with transaction.atomic(), undone():
        with connection.cursor() as db:
            db.execute(f"drop trigger portal_entry_no_update{on}")
        tables.trace(plan=[], apps=apps, using="default")  # a start without a migration
        [found] = rows.problems(NAMES)
        tables.trace(plan=["0021"], apps=apps, using="default")

        assert found.code == "changed_tables"
        assert [*rows.problems(NAMES)] == []


def test_a_copy_that_was_changed_is_named(harbor: Practice) -> None:
    refresh(harbor.years.filter(year=2026))
    made, chance = Result.objects.get(year__practice=harbor, year__year=2026), random.Random(1)
    assert [*copies.problems(NAMES)] == []
    for name in islice(cycle(Result.GUARDED), FLIPS):
        with undone():
            field = Result._meta.get_field(name.removesuffix("_id"))  # noqa: SLF001
            value = harbor.years.exclude(pk=made.year_id).first().pk if name == "year_id" else None
            Result.objects.filter(pk=made.pk).update(
                **{name: value or other(field, getattr(made, name), chance)}
            )

            assert [each.code for each in copies.problems(NAMES)] == ["changed_copy"], name


class undone(transaction.Atomic):  # noqa: N801 - used as a function
    """What is changed here is as it was afterwards."""

    def __init__(self) -> None:
        super().__init__(using=None, savepoint=True, durable=False)

    def __exit__(self, *what: object) -> None:
        connection.needs_rollback = True
        super().__exit__(*what)


def test_a_row_is_named_with_its_practice_and_when_it_was_written(harbor: Practice) -> None:
    window = Window.objects.filter(year__practice=harbor).first()
    with log.writing(harbor):
        Window.objects.filter(pk=window.pk).update(note="By phone.")
    with past_the_portal():
        Window.objects.filter(pk=window.pk).update(note="By hand.")
        found = besides_triggers(rows.problems({harbor.pk: "Harbor"}))[0]

        assert str(found).startswith(
            f"Harbor, window {window.pk}: this row is not as it was written on September 16, 2026"
        )


@pytest.mark.parametrize("what", ["rows", "digest", "at", "seal", "practice_id"])
def test_a_trace_that_was_changed_is_named(harbor: Practice, what: str) -> None:
    with log.writing(harbor):
        Site.objects.create(practice=harbor, name="Annex")
    field, chance = Trace._meta.get_field(what.removesuffix("_id")), random.Random(1)  # noqa: SLF001
    every = [*Trace.objects.exclude(practice=None)]
    with past_the_portal():
        for trace in chance.sample(every, FLIPS):
            value = None if what == "practice_id" else other(field, getattr(trace, what), chance)
            with undone():
                Trace.objects.filter(pk=trace.pk).update(**{what: value})

                found = [*lines.problems(lines.TRACES, NAMES, {})]
                assert "changed_trace" in {each.code for each in found}, (trace.pk, value)


def test_newest_traces_that_are_gone_are_named(harbor: Practice) -> None:
    with log.writing(harbor):
        Site.objects.create(practice=harbor, name="Annex")
    vaults.checkpoint()
    last = Trace.objects.filter(practice=harbor).last()
    with past_the_portal():
        Trace.objects.filter(pk=last.pk)._raw_delete("default")  # noqa: SLF001

        assert "lost_trace" in {each.code for each in whole.checked().problems}


def test_the_database_refuses_to_change_a_trace(db: None) -> None:  # noqa: ARG001 - it must be there
    with pytest.raises(Exception, match="portal_trace keeps what it has"), transaction.atomic():
        Trace.objects.update(seal=9)


# ---- Nothing that the portal does is named


def test_every_way_to_write_a_row_leaves_a_trace(harbor: Practice) -> None:
    site = Site.objects.create(practice=harbor, name="Annex")
    site.zip = "55401"
    site.save()
    site.save(update_fields=["zip"])
    Site.objects.filter(name="Annex").update(name="Pier")
    harbor.sites.update_or_create(name="Pier", defaults={"zip": "55402"})
    more = Site.objects.bulk_create([Site(practice=harbor, name=each) for each in ("East", "West")])
    more[0].zip = "55403"
    Site.objects.bulk_update(more, ["zip"])
    more[0].delete()
    Site.objects.filter(name="West").delete()

    assert errors() == []
    assert Site.objects.get(name="Pier").zip == "55402"


def test_what_is_put_in_where_some_may_be_there_leaves_a_trace(harbor: Practice, person: Any) -> None:
    who = person("manager")
    kept = [Reminder(person=who, practice=harbor, about=each) for each in ("one", "two")]
    Reminder.objects.bulk_create(kept[:1])
    Reminder.objects.bulk_create(kept, ignore_conflicts=True)

    assert errors() == []
    assert Reminder.objects.filter(person=who, about__in=["one", "two"]).count() == 2
    assert len(Trace.objects.last().rows["reminder"]) == 1


def test_ways_to_sign_in_leave_traces_and_their_use_does_not(person: Any) -> None:
    who = person("manager")
    TOTP.activate(who, generate_totp_secret())
    device, before = Authenticator.objects.get(user=who), Trace.objects.count()
    device.record_usage()
    assert Trace.objects.count() == before
    address = EmailAddress.objects.create(user=who, email=who.email)
    address.set_verified(commit=True)
    Authenticator.objects.filter(user=who).delete()

    assert errors() == []
    assert Trace.objects.last().rows == {"mfa.authenticator": {str(device.pk): traces.GONE}}


def test_where_nothing_was_written_there_is_no_trace(harbor: Practice) -> None:
    before = Trace.objects.count()
    Site.objects.filter(practice=harbor, name="No such site").update(name="None")
    Site.objects.filter(practice=harbor, name="No such site").delete()

    assert Trace.objects.count() == before


def test_one_change_has_one_trace_in_the_chain_of_its_practice(harbor: Practice) -> None:
    before = Trace.objects.count()
    with log.writing(harbor):
        site = Site.objects.create(practice=harbor, name="Annex")
        Clinician.objects.filter(practice=harbor).update(credential="MD")
        Site.objects.filter(pk=site.pk).delete()

    trace = Trace.objects.last()
    assert (Trace.objects.count(), trace.practice) == (before + 1, harbor)
    assert trace.rows["site"] == {str(site.pk): traces.GONE}
    assert len(trace.rows["clinician"]) == harbor.clinicians.count()
    assert errors() == []


def _annex_that_breaks(practice: Practice) -> None:
    Site.objects.create(practice=practice, name="Annex")
    raise ZeroDivisionError


def test_a_change_that_is_taken_back_leaves_no_trace(harbor: Practice) -> None:
    before = Trace.objects.count()
    with pytest.raises(ZeroDivisionError), log.writing(harbor):
        _annex_that_breaks(harbor)

    assert Trace.objects.count() == before
    assert getattr(connection, "traced", None) is None


def test_part_of_a_change_that_is_taken_back_is_no_fault(harbor: Practice) -> None:
    with log.writing(harbor):
        with pytest.raises(ZeroDivisionError), transaction.atomic():
            _annex_that_breaks(harbor)
        Site.objects.create(practice=harbor, name="Pier")

    assert errors() == []


def test_how_far_work_got_and_who_was_here_last_leave_no_trace(person: Any) -> None:
    who, before = person("manager"), Trace.objects.count()
    who.last_login = None
    who.save(update_fields=["last_login"])
    Person.objects.filter(pk=who.pk).update(last_login=None)

    assert Trace.objects.count() == before


def test_a_trace_says_nothing_of_what_a_row_holds(harbor: Practice) -> None:
    """So that rows which go leave nothing behind that names somebody."""
    with log.writing(harbor):
        Stay.objects.filter(year__practice=harbor).update(row_id="a-row-of-theirs")

    assert "a-row-of-theirs" not in str(Trace.objects.last().rows)
    assert Entry.objects.exists()


def test_what_there_was_before_there_were_traces_is_traced_as_it_was_found() -> None:
    served = Served().build()
    try:
        assert served.python(_UPGRADED).strip() == "[] []"
    finally:
        served.remove()


# Run in a process of its own: back to the version before, and to this one again.
_UPGRADED = """
import django
django.setup()
from django.core.management import call_command
from mips_ia.portal.safe import copies, lines, traces
call_command("migrate", "portal", "0016", verbosity=0)
call_command("migrate", verbosity=0)
print([*traces.problems({})], [*lines.problems(lines.TRACES, {}, {})])
"""
