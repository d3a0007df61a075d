"""Whatever is changed past the portal is named: each kind of record, leaves, checkpoints and files."""

import io
import os
import random
import re
import shutil
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import warm
from django.apps import apps
from django.conf import settings
from django.db import connection, models
from django.utils import timezone
from served import Served
from tampering import besides_triggers, other, past_the_portal, taken_back

from mips_ia.portal import leaves, log, seals, secret, vaults
from mips_ia.portal.actions import binders, evidence, reviewer_links, sending, signing
from mips_ia.portal.models import (
    Audit,
    AuditSent,
    Binder,
    Delegation,
    Destruction,
    Download,
    Entry,
    Final,
    Leaf,
    Notary,
    Practice,
    Review,
    ReviewerLink,
    ReviewNote,
    Revision,
    Signature,
    Trace,
    Use,
    Window,
)
from mips_ia.portal.safe import files, records, whole
from mips_ia.problems import Problem
from mips_ia.vault.faults import asked
from mips_ia.vault.folder import Folder
from mips_ia.vault.keys import Keyring, keyring, new_key
from mips_ia.vault.store import Store, new_store

HARBOR = "Harbor Rehabilitation Group (harbor-rehabilitation-group)"
FLIPS = 20
# Run in a process of its own.
_FORGED = """
import django
django.setup()
from django.db import connection
from mips_ia.portal.models import Signature
with connection.cursor() as db:
    on = " on portal_signature" if connection.vendor == "postgresql" else ""
    db.execute("drop trigger portal_signature_no_update" + on)
Signature.objects.filter(pk=1).update(typed_name="Somebody Else")
"""
KINDS = (
    Entry, Signature, Delegation, Final, Download, Revision, Use, Review, Destruction, AuditSent,
    ReviewerLink, ReviewNote, Leaf,
)  # fmt: skip


@pytest.fixture
def own(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Store:
    """A vault of this test alone."""
    store = new_store(Folder(tmp_path / "vault"), Keyring((new_key(),)))
    for module in (vaults, evidence):
        monkeypatch.setattr(module, "store", lambda: store)
    return store


@pytest.fixture
def full(own: Store, access: Callable[..., Any]) -> Any:
    """The demonstration with a record of every kind, each with its leaf, and a checkpoint of all of them."""
    manager, now = access("manager"), timezone.now()
    told = {"name": "falls.txt", "media_type": "text/plain", "title": "Falls policy"}
    kept = evidence.receive(manager, b"Everybody over 65 is screened.\n", told)
    shows = {"kind": "policy", "first": date(2026, 5, 15)}
    used = evidence.use(manager, kept.evidence, "IA_PSPA_21", "screening_program", **shows)
    evidence.use(manager, kept.evidence, "IA_PSPA_21", "screening_program", **shows)  # which ends the first
    evidence.review(manager, Use.objects.exclude(pk=used.pk).get(), kept, accepted=True)
    signing.end(manager, Delegation.objects.first())
    filled = {"form": "minutes", "fields": {"topic": "Falls"}}
    evidence.receive(manager, b"Minutes of a meeting.\n", told | {"filled": filled})
    filled = {"form": "minutes", "fields": {"topic": "Of a year long ago"}}
    gone = evidence.receive(manager, b"Of a year long ago.\n", told | {"filled": filled}).evidence
    year = {"year": manager.year, "person": manager.person, "role": "manager", "at": now}
    final = sealed(manager, Final(kind="locked", statement="I sign.", qpp_json="{}", answer={"a": 1}, **year))
    sealed(manager, Final(kind="unlocked", reason="A mistake.", **year))
    sending.take(manager, final, sending.JSON)
    agreed = {"agreed_by": manager.person, "agreed_at": now, "person": manager.person, "at": now}
    destroyed = Destruction.objects.create(evidence=gone, reason="Over.", digests=["0" * 64], **agreed)
    leaves.keep(manager.practice, destroyed)
    for digest in gone.revisions.get().digests:
        own.forget(digest)
    due = {"received_on": date(2026, 5, 1), "due_on": date(2026, 6, 1), "due_because": "45 days"}
    audit = Audit.objects.create(asked_by="The contractor", **due, **year)
    by = {"person": manager.person, "role": "manager", "at": now, "sent_on": date(2026, 5, 20)}
    sealed(manager, AuditSent(audit=audit, how="Mail", what="All of it", transcript={"items": []}, **by))
    links = [reviewer_links.make(manager, name=each, until=date(2026, 12, 31))[0] for each in ("CMS", "Us")]
    reviewer_links.leave(links[0], "", kept.evidence, "Who leads the program?")
    reviewer_links.end(manager, links[0])
    assert not binders.ask(manager).told
    vaults.checkpoint()
    return manager


def sealed(access: Any, row: Any) -> Any:
    row.digest = seals.of(row)
    row.save()
    leaves.keep(access.practice, row)
    return row


def errors() -> list[Problem]:
    return besides_triggers(each for each in whole.checked().problems if each.severity == "error")


@pytest.mark.usefixtures("full")
def test_nothing_is_wrong_with_what_the_portal_wrote() -> None:
    assert whole.checked().problems == []


@pytest.mark.usefixtures("full")
def test_a_change_of_any_column_of_any_kind_of_record_is_named() -> None:
    chance = random.Random(1)
    with past_the_portal():
        for kind in KINDS:
            columns = [each for each in kind._meta.concrete_fields if not each.primary_key]  # noqa: SLF001
            for turn in range(max(FLIPS, len(columns))):
                assert_named(kind, columns[turn % len(columns)], chance)


def assert_named(kind: type[models.Model], field: Any, chance: random.Random) -> None:
    """Another value of a column of one record of a kind is named, and is taken back."""
    name, row = kind.__name__.lower(), chance.choice([*kind._default_manager.all()])  # noqa: SLF001
    value = other(field, getattr(row, field.attname), chance)
    with taken_back():
        kind._default_manager.filter(pk=row.pk).update(**{field.attname: value})  # noqa: SLF001
        found = errors()

    where = {"leaf": f"leaf {getattr(row, 'index', '')}", "entry": f"line {row.pk}"}
    named = where.get(name, f"{name} {row.pk}")
    assert any(f"{named} " in f"{each} " or f"{named}:" in str(each) for each in found), (
        name, field.name, row.pk, value, found,
    )  # fmt: skip
    if name not in where and not field.is_relation:
        assert any(each.where.startswith(f"{HARBOR}, {named}") for each in found), (name, field.name, found)


@pytest.mark.parametrize("kind", [Use, ReviewerLink, Delegation])
def test_an_end_that_was_put_in_is_named_though_it_lies_before_the_log(full: Any, kind: Any) -> None:
    with past_the_portal():
        row = kind.objects.filter(ended_at=None).first() or again(full, kind.objects.first())
        assert errors() == []
        kind.objects.filter(pk=row.pk).update(ended_at=datetime(2026, 1, 2, tzinfo=UTC))

        said = [str(each) for each in errors() if each.code == "changed_record"]

    assert [f"{kind.__name__.lower()} {row.pk}" in each for each in said] == [True]


def again(access: Any, row: Any) -> Any:
    """One more record like another, which holds."""
    row.pk, row.ended_at, row.ended_by = None, None, None
    return sealed(access, row)


@pytest.mark.usefixtures("full")
def test_a_record_that_is_gone_or_was_put_in_is_named() -> None:
    with past_the_portal():
        for kind in KINDS:
            if kind is not Entry:
                assert_gone_and_put_in_are_named(kind)


def assert_gone_and_put_in_are_named(kind: Any) -> None:
    """A record that is taken away is named, and one more of its kind."""
    row = kind._default_manager.first()  # noqa: SLF001
    with taken_back():
        kind._default_manager.filter(pk=row.pk)._raw_delete("default")  # noqa: SLF001
        gone = {each.code for each in errors()}
    with taken_back():
        row.pk = 10**9  # past every number that another test has used up
        if kind is ReviewerLink:
            row.secret = "0" * 64
        for name in ("receipt", "number", "index"):
            if hasattr(row, name):
                setattr(row, name, 4000)
        if kind is Destruction:
            row.evidence_id = 4000
        row.save(force_insert=True)
        put_in = {each.code for each in errors()}

    assert gone & {"lost_record", "lost_leaf"}, kind
    assert put_in & {"record_without_leaf", "lost_leaf"}, kind


def test_each_kind_of_record_that_is_looked_at_is_changed_here() -> None:
    assert {*KINDS} == {*records.KINDS, Entry, Leaf}


def test_each_table_that_is_not_looked_at_is_named_in_the_manual() -> None:
    text = (Path(__file__).parents[2] / "docs/backup.md").read_text(encoding="utf-8")
    named = re.findall(r"`(\w+)`", "".join(re.findall(r"^\| (`[^|]*) \|", text, re.MULTILINE)))
    every = {each._meta.model_name for each in apps.get_app_config("portal").get_models()}  # noqa: SLF001

    assert every - {each.__name__.lower() for each in KINDS} <= {*named}


@pytest.mark.usefixtures("full")
def test_what_a_signature_was_given_for_cannot_change_unseen() -> None:
    window = Signature.objects.first().window
    with past_the_portal():
        Window.objects.filter(pk=window.pk).update(last=window.last + timedelta(days=1))

        assert {each.code for each in errors()} == {"changed_record", "changed_row"}


def test_a_row_that_cannot_be_read_hides_no_other(full: Any) -> None:
    if connection.vendor != "sqlite":
        pytest.skip("PostgreSQL lets nothing in that is no value of its column")
    first, last = Entry.objects.filter(practice=full.practice).order_by("pk")[:2]
    with past_the_portal(), connection.cursor() as db:
        db.execute("update portal_entry set at = 'never' where id = %s", [first.pk])
        db.execute("update portal_entry set action = 'forged' where id = %s", [last.pk])
        db.execute("update portal_review set at = 'never'")
        db.execute('update portal_leaf set content = cast(content as blob) where "index" = 1')
        found = [str(each) for each in errors()]

    for words in (f"line {first.pk} of", f"line {last.pk} of", "review ", "the log of records, leaf "):
        assert any(words in each for each in found), words


@pytest.mark.parametrize(
    ("kind", "column", "said"),
    [
        (Signature, "seal", "signature {}: this record cannot"),
        (Delegation, "seal", "delegation {}: this record"),
        (Revision, "sha256", "revision {} (of evidence "), (Leaf, "practice_id", "leaf row {}: this leaf"),
        (Entry, "practice_id", "line {} of the activity log: its practice cannot be read"),
        (Trace, "practice_id", "trace {}: its practice cannot be read"),
        (Trace, "seal", "trace {}: it cannot be read"), (Notary, "public", "it does not say who signs"),
        (Binder, "sha256", "binder {}: this row"), (Binder, "manifest", "binder {}"),
    ],
)  # fmt: skip
def test_a_value_of_another_type_than_its_column_is_named(
    full: Any, kind: Any, column: str, said: str
) -> None:
    if connection.vendor != "sqlite":
        pytest.skip("PostgreSQL lets nothing in that is no value of its column")
    of = {"practice": full.practice} if column == "practice_id" else {}
    row = kind.objects.filter(**of).order_by("pk").last()
    with past_the_portal(), connection.cursor() as db:
        db.execute("pragma defer_foreign_keys = on")
        db.execute(f"update {kind._meta.db_table} set {column} = x'fffe' where id = {row.pk}")  # noqa: SLF001

        found = [str(each) for each in errors()]

    assert any(said.format(row.pk) in each for each in found), found


def test_a_change_of_any_byte_of_each_signed_checkpoint_and_their_signer_is_named(full: Any) -> None:
    for what in ("one", "another"):
        log.note(full, "seen", what)
        vaults.heads.cache_clear()
        vaults.checkpoint()
    chance, hashes = random.Random(2), vaults.log().hashes()
    checkpoints = sorted((settings.NOTARY / "checkpoints").iterdir())
    assert len(checkpoints) > 2
    for path in (*checkpoints, settings.NOTARY / "signer.json", settings.NOTARY / "public.pem"):
        for _ in range(FLIPS):
            with flipped(path, chance):
                found = [*files.of_the_checkpoints(files.Listed(settings.NOTARY), hashes)]
                assert any(path.name in str(each) and each.fix for each in found), (path, found)


@pytest.mark.usefixtures("full")
def test_checkpoints_that_were_taken_away_are_named_by_the_leaves_that_come_with_each(
    tmp_path: Path, settings: Any
) -> None:
    """The newest lines of the activity logs become leaves only to be signed at once."""
    kept, settings.NOTARY = settings.NOTARY, tmp_path / "records"
    shutil.copytree(kept, settings.NOTARY)
    newest = max((settings.NOTARY / "checkpoints").iterdir())

    def found() -> list[tuple[str, str]]:
        return [(each.code, each.severity) for each in whole.checked().problems if each.code == "not_signed"]

    newest.unlink()
    assert found() == [], "within an hour it may be about to be signed"
    settings.TODAY = "2026-09-17"
    assert found() == [("not_signed", "warning")]
    for each in (settings.NOTARY / "checkpoints").iterdir():
        each.unlink()
    assert found() == [("not_signed", "error")]
    settings.TODAY = "2026-09-15"
    assert found() == [("not_signed", "error")], "nor does it help to set the clock back"
    newest.write_bytes((kept / "checkpoints" / newest.name).read_bytes())
    assert found() == []


@pytest.mark.usefixtures("full")
def test_a_file_among_the_checkpoints_that_is_none_is_named() -> None:
    stray = settings.NOTARY / "checkpoints" / "junk"
    stray.write_text("nothing of ours")
    try:
        found = [*files.of_the_checkpoints(files.Listed(settings.NOTARY), vaults.log().hashes())]
    finally:
        stray.unlink()

    assert ("stray_file", str(stray)) in [(each.code, each.where) for each in found]


def test_a_change_of_any_byte_of_the_master_keys_is_named_or_is_one_of_a_remark() -> None:
    path, chance = settings.HOME / "vault.key", random.Random(6)
    before, named = keyring(f"file:{path}"), 0
    while named < FLIPS:
        with flipped(path, chance):
            now, problems = asked(keyring, f"file:{path}")
            assert problems or now == before
            assert all(str(path) in each.where and each.fix for each in problems)
            named += bool(problems)


def test_a_change_of_any_byte_of_the_key_that_signs_sessions_is_named() -> None:
    path, chance = settings.HOME / secret.FILE, random.Random(7)
    assert [*files.of_the_secret()] == []
    for _ in range(3 * FLIPS):
        with flipped(path, chance):
            [found] = files.of_the_secret()
            assert (found.code, found.where) == ("damaged_secret", str(path))


def test_a_key_of_before_there_were_digits_holds() -> None:
    assert secret.whole("a-_Z" * 16)
    assert not secret.whole("a-_Z" * 15 + "a-_\N{LATIN SMALL LETTER E WITH ACUTE}")
    assert not secret.whole("")


def test_a_second_leaf_that_fits_a_changed_record_is_named(full: Any) -> None:
    signature = Signature.objects.first()
    with past_the_portal():
        Signature.objects.filter(pk=signature.pk).update(statement="Another statement.")
        signature.refresh_from_db()
        sealed(full, signature)
        vaults.checkpoint()

        said = [str(each) for each in errors() if each.code == "changed_leaf"]

    assert any(f"tells anew of signature {signature.pk}" in each for each in said)


@pytest.mark.parametrize("kind", [Signature, Delegation, Final])
def test_how_somebody_was_verified_is_said_of_no_record_from_before_it_was_kept(
    full: Any, kind: type[Signature | Delegation | Final]
) -> None:
    row = kind.objects.first()
    with past_the_portal():
        kind.objects.filter(pk=row.pk).update(seal=2, verified="")
        row.refresh_from_db()
        kind.objects.filter(pk=row.pk).update(digest=seals.of(row), verified="passkey")

        said = [str(each) for each in errors() if each.code == "changed_record"]

    assert full
    assert ["it says how its person was verified" in each for each in said] == [True]


def test_leaves_that_were_written_anew_do_not_fit_the_checkpoint(full: Any) -> None:
    del full
    leaf = Leaf.objects.first()
    content = leaf.content.replace('"at":"2', '"at":"1')
    with past_the_portal():
        digest = leaves.leaf_hash(content.encode()).hex()
        Leaf.objects.filter(pk=leaf.pk).update(content=content, digest=digest)

        assert "log_rewritten" in {each.code for each in errors()}


def test_a_change_of_any_byte_of_the_vault_is_named(own: Store) -> None:
    chance, kept = random.Random(3), own.put(io.BytesIO(b"A lone file.\n" * 99))
    header = own.header(kept.sha256)
    for name in ("vault.json", f"files/{kept.sha256}", f"bodies/{header.body}"):
        path = Path(own.place.address) / name
        for _ in range(FLIPS):
            with flipped(path, chance):
                found = [*files.of_the_vault({kept.sha256})]
                assert any(header.body in str(each) or path.name in each.where for each in found)


@pytest.mark.usefixtures("full")
def test_files_without_a_row_and_rows_without_a_file_are_named(own: Store) -> None:
    lone = own.put(io.BytesIO(b"A lone file.\n" * 99)).sha256
    assert errors() == []  # its row may come yet
    day_before = time.time() - 86400
    os.utime(Path(own.place.address) / "files" / lone, (day_before, day_before))
    assert [each.code for each in errors()] == ["unused_file"]

    own.forget(lone)
    own.forget(Revision.objects.exclude(evidence__destruction__isnull=False).first().sha256)
    assert [each.code for each in errors()] == ["missing_file"]

    own.forget(Revision.objects.exclude(form="").first().fields["sha256"])
    assert [each.code for each in errors()] == ["missing_file", "missing_file"]


def test_the_chain_of_what_concerns_no_practice_is_looked_at_too(harbor: Practice) -> None:
    del harbor
    line = log.write(None, "", None, "signed in", "person 1")
    with past_the_portal():
        Entry.objects.filter(pk=line.pk).update(action="forged")

        assert errors()[0].where == f"no practice, line {line.pk} of the activity log"


@pytest.mark.parametrize("practice", ["harbor", None])
@pytest.mark.parametrize("cut", [1, 3, 1000])
def test_newest_lines_that_are_gone_are_named(full: Any, practice: str | None, cut: int) -> None:
    of = full.practice if practice else None
    log.write(None, "", of, "signed in", "person 1")
    vaults.checkpoint()
    found = Entry.objects.filter(practice=of).order_by("-pk")
    last, gone = found[0].pk, [*found.values_list("pk", flat=True)[:cut]]
    with past_the_portal():
        Entry.objects.filter(pk__in=gone)._raw_delete("default")  # noqa: SLF001
        named = [each for each in errors() if each.code == "lost_line"]
        log.write(None, "", of, "seen", "all")  # hides none of them
        again = [each for each in errors() if each.code == "lost_line"]

    where = f"{HARBOR if of else 'no practice'}, line {last} of the activity log"
    assert [each.where for each in named] == [each.where for each in again] == [where]


def test_lines_that_were_sealed_anew_do_not_fit_the_leaf(full: Any) -> None:
    lines = [*Entry.objects.filter(practice=full.practice).order_by("pk")]
    with past_the_portal():
        before = ""
        for each in lines:
            each.action = "forged" if each == lines[0] else each.action
            each.digest = before = log.sealed(each, before)
            each.save()

        assert {each.code for each in errors()} == {"changed_line"}


def test_a_practice_whose_activity_log_did_not_grow_has_no_new_leaf(full: Any) -> None:
    assert vaults.checkpoint() is None
    log.note(full, "seen", "all")
    vaults.heads.cache_clear()  # as in another process
    size = vaults.checkpoint().size

    assert Leaf.objects.get(index=size - 1).practice == full.practice
    assert vaults.checkpoint() is None


@contextmanager
def flipped(path: Path, chance: random.Random) -> Iterator[None]:
    """A file with one byte changed, which is as it was afterwards."""
    before = path.read_bytes()
    place = chance.randrange(len(before))
    path.write_bytes(before[:place] + bytes([before[place] ^ chance.randint(1, 255)]) + before[place + 1 :])
    try:
        yield
    finally:
        path.write_bytes(before)


def test_the_command_says_what_it_looked_at_and_names_what_was_changed() -> None:
    served = Served().build()
    try:
        whole_yet = checked(served)
        served.python(_FORGED)
        forged = checked(served)
        (served.home / "records" / "signer.json").unlink()
        unsigned = checked(served)
        nowhere = checked(served, "--home", str(served.home / "nowhere"))
        garbled = checked(unreadable(served))
    finally:
        served.remove()

    assert (whole_yet.returncode, whole_yet.stderr) == (0, "")
    assert re.fullmatch(r"Checked 1 practice, .*: all is whole\.\n", whole_yet.stdout)
    assert (forged.returncode, forged.stdout[-11:]) == (1, " 2 faults.\n")
    assert f"Error: {HARBOR}, signature 1 (receipt" in forged.stderr
    assert "an index or a trigger is not as it was on" in forged.stderr
    assert unsigned.returncode == 1
    assert "signer.json" in unsigned.stderr
    assert (nowhere.returncode, garbled.returncode) == (2, 1)
    assert "garbled: it cannot be read: file is not a database. Restore the database" in garbled.stderr
    assert "There is no portal in" in nowhere.stderr
    assert not (served.home / "nowhere").exists()


def unreadable(served: Served) -> Served:
    """The same portal with a file for a database that is none."""
    found = served.twin()
    (served.home / "garbled").write_bytes(b"no database at all" * 500)
    found.database = f"sqlite:///{served.home / 'garbled'}"
    return found


def checked(served: Served, *more: str) -> subprocess.CompletedProcess[str]:
    """What the command says of a portal."""
    return warm.finished(["-m", "mips_ia.cli.main", "check", *more], served.environment)
