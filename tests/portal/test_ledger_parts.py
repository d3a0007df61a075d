"""After each kind of change a kept ledger is what the database has, and only what changed is read again."""

import re
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.db import connection, transaction
from django.db.models import Model
from signing import lock, window
from unlogged import READ, Unlogged

import mips_ia.portal
from mips_ia.portal import log
from mips_ia.portal.actions import ended, evidence, ledger, practice, retention, roster, signing
from mips_ia.portal.facts import Ledger
from mips_ia.portal.ledgers import ledger_of
from mips_ia.portal.models import Entry, Evidence, Practice, Use, Year
from mips_ia.portal.parts import CHANGES, EVERYTHING, RESTS_ON, changed

Access = Callable[..., Any]
FALLS, TEACHING, ANOTHER = "IA_PSPA_21", "IA_BE_16", "IA_AHE_1"
NOBODY = {"last_name": "Nobody", "first_name": "New", "credential": "", "email": ""}


@pytest.fixture
def kept(access: Access, settings: Any) -> Evidence:
    """Evidence that shows something; its time is over, so that it can be destroyed."""
    settings.TODAY = "2033-01-01"
    told = {"name": "policy.txt", "media_type": "text/plain", "title": "Policy"}
    found = evidence.receive(access("manager"), b"A policy.\n", told).evidence
    evidence.use(access("manager"), found, FALLS, "policy", kind="policy", first=date(2026, 1, 2))
    return found


def stay(access: Access, name: str) -> Any:
    return access("manager").year.stays.get(clinician__last_name=name, ended_at=None)


def named(access: Access, **names: str) -> None:
    row = stay(access, "Kim")
    known = {name: getattr(row.clinician, name) for name in roster.NAMES}
    roster.put(access("manager"), row.clinician.npi, names=known | names, left_on=row.left_on)


def entered(access: Access, days: int, **known: Any) -> None:
    kim = stay(access, "Kim").clinician
    ledger.enter(access("manager"), kim, ANOTHER, date(2026, 2, 1), date(2026, 5, days), **known)


def signs(access: Access, how: Callable[..., Any], *more: str) -> None:
    own = access("novak")
    row = access("manager").year.windows.filter(clinician=own.clinician, replaced_at=None).first()
    how(own, row, "A statement.", own.person.name, *more, verified="password")


def given(access: Access) -> Any:
    own = access("novak")
    return signing.delegate(
        own, access("manager").person, date(2034, 1, 1), "", own.person.name, verified="password"
    )


def recorded(access: Access) -> None:
    row = access("novak").clinician.windows.filter(replaced_at=None).first()
    signing.record(access("manager"), row, given(access), "A statement.", "a log", verified="password")


def locked(access: Access) -> None:
    found = access("manager").practice
    with log.writing(found):
        lock(found)
        log.write(None, "", found, "year locked", "year 2026")


def used(access: Access) -> Use:
    return access("manager").year.uses.get(ended_at=None)


def destroyed(access: Access) -> None:
    retention.ask(access("admin"), used(access).evidence, "Its time is over.")
    retention.agree(access("manager"), Evidence.objects.get())


# What is done, the lines that tell of it, and the tables in which it writes.
CHANGED: list[tuple[Callable[[Access], Any], set[str], set[str]]] = [
    (lambda a: practice.describe(a("manager"), report_as="individual"), {"year described"}, {"year"}),
    (lambda a: practice.rename(a("manager"), "Another Name"), {"practice renamed"}, {"practice"}),
    (lambda a: practice.put_site(a("manager"), "Quay"), {"site added"}, {"site"}),
    (
        lambda a: practice.put_site(a("manager"), "Quay", site=a("manager").practice.open_sites.get()),
        {"site changed"}, {"site"},
    ),
    (
        lambda a: practice.end_site(a("manager"), a("manager").practice.open_sites.get()),
        {"site ended"}, {"site"},
    ),
    (
        lambda a: roster.put(a("manager"), "1999999992", names=NOBODY),
        {"clinician added"}, {"clinician", "stay"},
    ),
    (lambda a: named(a, credential="DO"), {"clinician renamed"}, {"clinician"}),
    (
        lambda a: roster.change(a("manager"), stay(a, "Kim"), names={}, left_on=date(2026, 3, 1)),
        {"clinician changed"}, {"stay"},
    ),
    (lambda a: ended.end_stays(a("manager"), [stay(a, "Kim")]), {"clinician taken off"}, {"stay"}),
    (lambda a: ledger.choose(a("manager"), ANOTHER), {"activity chosen"}, {"chosen"}),
    (lambda a: ledger.take_back(a("manager"), FALLS), {"activity taken back"}, {"chosen"}),
    (lambda a: entered(a, 20), {"window entered"}, {"window"}),
    (
        lambda a: entered(a, 21, window=entered(a, 20) or window("Kim", ANOTHER)),
        {"window entered", "window changed"}, {"window"},
    ),
    (lambda a: ended.end_windows(a("manager"), [window("Adeyemi")]), {"window ended"}, {"window"}),
    (lambda a: signs(a, signing.sign), {"own"}, {"signature"}),
    (lambda a: signs(a, signing.decline), {"declined"}, {"signature"}),
    (lambda a: signs(a, signing.withdraw, "An error."), {"withdrawn"}, {"signature"}),
    (given, {"delegation given"}, {"delegation"}),
    (recorded, {"delegation given", "delegated"}, {"delegation", "signature"}),
    (
        lambda a: signing.end(a("novak"), given(a)),
        {"delegation given", "delegation ended"}, {"delegation"},
    ),
    (
        lambda a: evidence.receive(
            a("manager"), b"A newer policy.\n", {"name": "policy.txt", "media_type": "text/plain"},
            used(a).evidence,
        ),
        {"evidence received"}, {"revision"},
    ),
    (
        lambda a: evidence.use(a("manager"), used(a).evidence, TEACHING, "techniques_2022", kind="policy"),
        {"evidence used"}, {"use"},
    ),
    (lambda a: evidence.end_use(a("manager"), used(a)), {"evidence not used"}, {"use"}),
    (
        lambda a: evidence.review(a("manager"), used(a), used(a).evidence.revisions.get(), accepted=True),
        {"evidence reviewed"}, {"review"},
    ),
    (
        lambda a: evidence.retitle(a("manager"), used(a).evidence, "Another"),
        {"evidence renamed"}, {"evidence"},
    ),
    (destroyed, {"destruction asked for", "evidence destroyed"}, {"destruction"}),
    (locked, {"year locked"}, {"final"}),
]  # fmt: skip


def plain(value: Any) -> Any:
    """What can be compared: a row as the values of its columns, and what is made of rows as theirs."""
    if isinstance(value, Use):
        more = {"verified": value.verified, "of": plain(value.evidence), "revision": plain(value.revision)}
        return more | {each.attname: getattr(value, each.attname) for each in Use._meta.concrete_fields}  # noqa: SLF001
    if isinstance(value, Model):
        return {each.attname: getattr(value, each.attname) for each in value._meta.concrete_fields}  # noqa: SLF001
    if isinstance(value, dict):
        return {key: plain(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [plain(each) for each in value]
    return [plain(value.clinician), plain(value.stays)] if hasattr(value, "stays") else repr(value)


def read(found: Ledger) -> dict[str, Any]:
    """All parts of a ledger, as they can be compared."""
    every = {name: plain(getattr(found, name)) for name in RESTS_ON}
    return every | {"row": plain(found.row), "of": plain(found.row.practice)}


@pytest.fixture
def written() -> Iterator[Unlogged]:
    """The tables that are written."""
    found = Unlogged()
    connection.execute_wrappers.append(found.follow)
    yield found
    connection.execute_wrappers.remove(found.follow)


@pytest.mark.usefixtures("kept")
@pytest.mark.parametrize(
    ("change", "told", "tables"), CHANGED, ids=["+".join(sorted(each[1])) for each in CHANGED]
)
def test_after_a_change_a_kept_ledger_is_what_the_database_has(
    change: Callable[[Access], Any], told: set[str], tables: set[str], access: Access, written: Unlogged
) -> None:
    before = ledger_of(access("manager").year)
    read(before)
    last = Entry.objects.order_by("-id")[0]

    written.begin()
    change(access)

    actions = set(Entry.objects.filter(id__gt=last.id).values_list("action", flat=True))
    assert (actions, written.tables) == (told, tables)
    found = ledger_of(access("manager").year)
    held_on = {name for name, on in RESTS_ON.items() if on.isdisjoint(changed(actions))}
    assert vars(found).keys() & RESTS_ON.keys() == held_on
    assert {name for name in held_on if vars(found)[name] is vars(before)[name]} == held_on
    assert read(found) == read(Ledger(Year.objects.select_related("practice").get(pk=found.row.pk)))


@pytest.mark.usefixtures("kept")
def test_a_line_that_changes_nothing_of_a_ledger_leaves_it_as_it_is(access: Access) -> None:
    before = ledger_of(access("manager").year)

    practice.shown_tin(access("manager"))

    assert ledger_of(access("manager").year) is before


def test_of_a_line_that_is_not_known_everything_is_read_again(access: Access, harbor: Practice) -> None:
    before = ledger_of(access("manager").year)
    read(before)

    with log.writing(harbor):
        log.write(None, "", harbor, "something else", "nothing")

    assert vars(ledger_of(access("manager").year)).keys() & RESTS_ON.keys() == set()


def test_what_a_practice_reports_as_is_what_it_is_by_the_newest_line(access: Access) -> None:
    """Somebody reads the year; it is changed, and then they ask for its ledger."""
    earlier = access("manager").year

    practice.describe(access("manager"), report_as="individual")

    assert (earlier.report_as, ledger_of(earlier).row.report_as) == ("group", "individual")
    assert ledger_of(access("manager").year).row.report_as == "individual"


def test_after_a_change_that_was_taken_back_nothing_of_it_is_left(access: Access) -> None:
    """The ledger after a line that the log does not have, such as of a backup that was restored."""
    with transaction.atomic():
        ledger.choose(access("manager"), ANOTHER)
        assert ANOTHER in ledger_of(access("manager").year).activities
        transaction.set_rollback(True)

    assert ANOTHER not in ledger_of(access("manager").year).activities
    ledger.take_back(access("manager"), FALLS)
    assert ledger_of(access("manager").year).activities == ["IA_BE_16", "IA_BMH_12"]


def test_the_walk_has_each_table_and_each_line_that_leaves_something_as_it_was() -> None:
    lines, tables = (set().union(*(each[place] for each in CHANGED)) for place in (1, 2))

    assert tables == READ.keys()
    assert {action for action, touched in CHANGES.items() if touched} <= lines
    assert set(READ.values()) == EVERYTHING


def test_each_line_of_which_it_is_known_what_it_leaves_is_written_somewhere() -> None:
    source = "".join(each.read_text() for each in Path(mips_ia.portal.__file__).parent.glob("*/*.py"))

    assert [each for each in CHANGES if not re.search(f'["({{]{each}[")}}]', source)] == []
