"""A binder holds a year with everything that proves it, and anybody can check it."""

import csv
import json
import os
import stat
import zipfile
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from bound import P, accepted, on_paper, taken, unpacked  # noqa: F401 - a fixture
from django.conf import settings
from django.test import Client
from django.utils import timezone
from served import Served

from mips_ia.portal import clock, vaults
from mips_ia.portal.actions import binders, evidence, sending
from mips_ia.portal.facts import Ledger
from mips_ia.portal.models import Binder, Practice, Use
from mips_ia.portal.outgoing import outgoing, seen
from mips_ia.vault.binder.verified import verified
from mips_ia.vault.verifier.judged import Own

Browse = Callable[[str], Client]
Access = Callable[..., Any]


@pytest.mark.usefixtures("kept")
def test_a_binder_is_whole_and_says_so_to_anybody(browse: Browse, tmp_path: Path) -> None:
    binder = tmp_path / "binder.zip"
    binder.write_bytes(taken(browse("manager")))

    found = verified(binder, Own())

    assert found.faults == []
    names = zipfile.ZipFile(binder).namelist()
    assert {"binder.pdf", "score.json", "ledger.csv", "roster.csv", "records.json"} <= {*names}
    assert "files/IA_PSPA_21/E-1-Falls-policy.txt" in names


def test_the_whole_tin_is_in_nothing_but_what_was_made_for_cms(
    browse: Browse, access: Access, harbor: Practice
) -> None:
    before = unpacked(taken(browse("manager")))
    whole = outgoing(ledger := Ledger((official := access("manager")).year), clock.now())
    sending.lock(official, "Read.", "Dana Whitfield", seen(ledger, whole), verified="password")
    found = unpacked(taken(browse("manager")))

    for binder, lies_in in ((before, set()), (found, {"records.json"})):
        assert {each for each in binder.namelist() if harbor.tin.encode() in binder.read(each)} == lies_in
        assert f"TIN Ending {harbor.tin[-4:]}" in on_paper(binder)
        assert harbor.tin not in "".join(on_paper(binder).split())
        for name in ("ledger.csv", "roster.csv"):
            rows = csv.DictReader(binder.read(name).decode("utf-8-sig").splitlines())
            assert {row["tin_ending"] for row in rows} == {harbor.tin[-4:]}
    assert json.loads(found.read("manifest.json"))["about"]["tin_ending"] == harbor.tin[-4:]
    (sealed,) = [each["sealed"] for each in json.loads(found.read("records.json")) if each["kind"] == "final"]
    assert harbor.tin in sealed["qpp_json"]


def test_a_binder_is_saved_and_can_do_nothing_in_a_browser(browse: Browse) -> None:
    manager = browse("manager")

    answer = manager.post(manager.post(P, {}).headers["Location"])

    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert answer.headers["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_each_record_can_be_worked_out_again_and_is_a_leaf_of_the_log(kept: Use, browse: Browse) -> None:
    found = unpacked(taken(browse("manager")))

    leaves = dict(line.split(" ", 2)[::2] for line in found.read("proofs/leaves.txt").decode().splitlines())
    every = json.loads(found.read("records.json"))
    for each in every:
        text = json.dumps(each["sealed"], sort_keys=True)
        assert sha256(text.encode()).hexdigest() == each["digest"]
        assert each["digest"] in leaves[str(each["leaf"])]
    assert {"signature", "use", "review", "revision", "delegation"} <= {each["kind"] for each in every}
    assert kept.digest in {each["digest"] for each in every}


@pytest.mark.usefixtures("kept")
def test_a_binder_can_be_of_one_activity_and_of_one_clinician(browse: Browse, harbor: Practice) -> None:
    manager = browse("manager")
    adeyemi = harbor.clinicians.get(last_name="Adeyemi")

    found = unpacked(taken(manager, activity="IA_BE_16", clinician=str(adeyemi.pk)))

    every = json.loads(found.read("records.json"))
    signed = [each["sealed"] for each in every if each["kind"] == "signature"]
    assert {(each["activity"], each["clinician"]) for each in signed} == {("IA_BE_16", adeyemi.npi)}
    assert not [name for name in found.namelist() if name.startswith("files/")]
    assert adeyemi.npi in found.read("ledger.csv").decode()
    assert harbor.clinicians.get(last_name="Kim").npi not in found.read("ledger.csv").decode()


def test_files_that_name_patients_are_left_out_and_counted(kept: Use, browse: Browse, access: Access) -> None:
    told = {"name": "note.txt", "media_type": "text/plain", "phi": True, "reason": "Asked for whole."}
    evidence.receive(access("manager"), b"Pat Invented, MRN 4471182.\n", told, kept.evidence)

    found = unpacked(taken(browse("manager")))

    assert not [name for name in found.namelist() if name.startswith("files/")]
    assert "1 file that may name patients is not in this binder." in on_paper(found)


def test_a_damaged_file_is_named_and_no_binder_is_made(kept: Use, browse: Browse) -> None:
    body = vaults.store().header(kept.evidence.revisions.get().sha256).body
    path = Path(settings.VAULT) / "bodies" / body
    whole = path.read_bytes()
    path.write_bytes(whole[:-1] + bytes([whole[-1] ^ 1]))
    try:
        answer = browse("manager").post(P, {}, follow=True)
    finally:
        path.write_bytes(whole)

    assert "The binder was not made" in answer.content.decode()
    assert "E-1-Falls-policy.txt" in answer.content.decode()
    assert not list(settings.MAKING.iterdir())


@pytest.mark.usefixtures("kept")
def test_a_large_one_is_made_in_the_background_and_begun_anew_where_it_stands_still(
    browse: Browse, monkeypatch: pytest.MonkeyPatch, django_capture_on_commit_callbacks: Any
) -> None:
    monkeypatch.setattr(binders, "AT_ONCE", 0)
    manager = browse("manager")
    with django_capture_on_commit_callbacks(execute=False):
        manager.post(P, {})
    row = Binder.objects.get()
    assert "is being made" in manager.get(f"{P}{row.pk}/").content.decode()

    Binder.objects.update(moved_at="2020-01-01T00:00Z")
    assert "does not get on" in manager.get(f"{P}{row.pk}/").content.decode()
    with django_capture_on_commit_callbacks(execute=False) as begun:
        manager.post(f"{P}{row.pk}/")
    assert len(begun) == 1

    binders.make_later.call(row.pk)
    assert "The binder is ready" in manager.get(f"{P}{row.pk}/").content.decode()


@pytest.mark.usefixtures("kept")
def test_one_whose_maker_died_is_begun_anew_by_itself(
    browse: Browse,
    access: Access,
    monkeypatch: pytest.MonkeyPatch,
    django_capture_on_commit_callbacks: Any,
    tmp_path: Path,
) -> None:
    def dies(*_: object) -> None:
        raise SystemExit

    with monkeypatch.context() as patched:
        patched.setattr(binders, "write_binder", dies)
        with pytest.raises(SystemExit):
            binders.ask(access("manager"))
    row, manager = Binder.objects.get(), browse("manager")
    (settings.MAKING / f"{row.pk}.zip.part").write_bytes(b"half a binder")

    with django_capture_on_commit_callbacks(execute=False) as too_early:
        binders.take_up()
    assert not too_early

    Binder.objects.update(moved_at="2020-01-01T00:00Z")
    assert "Interrupted" in manager.get(P).content.decode()
    with django_capture_on_commit_callbacks(execute=False) as begun:
        binders.take_up()
        binders.take_up()
    assert len(begun) == 1

    binders.make_later.call(row.pk)
    whole = tmp_path / "binder.zip"
    whole.write_bytes(b"".join(manager.post(f"{P}{row.pk}/").streaming_content))
    assert verified(whole, Own()).faults == []
    assert not list(settings.MAKING.iterdir())


def test_a_binder_that_stops_its_maker_each_time_is_not_begun_for_ever(
    browse: Browse, access: Access, monkeypatch: pytest.MonkeyPatch, django_capture_on_commit_callbacks: Any
) -> None:
    def dies(*_: object) -> None:
        raise SystemExit

    monkeypatch.setattr(binders, "write_binder", dies)
    monkeypatch.setattr(binders, "AT_ONCE", -1)
    with django_capture_on_commit_callbacks(execute=False):
        row = binders.ask(access("manager"))
    for begun in range(binders.MOST):
        with pytest.raises(SystemExit):
            binders.make_later.call(row.pk)
        Binder.objects.update(moved_at="2020-01-01T00:00Z")
        with django_capture_on_commit_callbacks(execute=False) as again:
            binders.take_up()
        assert len(again) == (begun + 1 < binders.MOST)

    assert "Something stopped it" in browse("manager").get(f"{P}{row.pk}/").content.decode()
    with django_capture_on_commit_callbacks(execute=False) as by_hand:
        browse("manager").post(f"{P}{row.pk}/")
    assert len(by_hand) == 1


@pytest.mark.parametrize("how", ["stands still", "was made", "is gone"])
def test_what_a_killed_maker_left_goes_before_anything_is_begun_anew(
    how: str, access: Access, django_capture_on_commit_callbacks: Any
) -> None:
    """What somebody is at stays."""
    row, made = binders.ask(access("manager")), timezone.now() if how == "was made" else None
    Binder.objects.filter(pk=row.pk).update(made_at=made, moved_at="2020-01-01T00:00Z")
    if how == "is gone":
        Binder.objects.filter(pk=row.pk).update(made_at=None, told="Something stopped it.")
    busy = Binder.objects.create(year=row.year, asked_by=row.asked_by, role=row.role, moved_at=timezone.now())
    left, young = settings.MAKING / f"{row.pk}.zip", settings.MAKING / f"{busy.pk}.zip.part"
    for draft in (left, left.with_suffix(".zip.part"), left.with_name(f"{busy.pk}.zip"), young):
        draft.write_bytes(b"half a binder")
        assert stat.S_IMODE(settings.MAKING.stat().st_mode) == 0o700
        if draft is not young:
            os.utime(draft, (0, 0))
    try:
        with django_capture_on_commit_callbacks(execute=False):
            binders.take_up()
        assert {each.name for each in settings.MAKING.iterdir()} == {f"{busy.pk}.zip", young.name}
    finally:
        for each in settings.MAKING.iterdir():
            each.unlink()


def test_nobody_takes_a_binder_who_may_not_see_the_evidence(browse: Browse) -> None:
    assert browse("kim").get(P).status_code == 403


_ASKED = """
import django, os, signal
django.setup()
from mips_ia.portal.actions import binders
from mips_ia.portal.models import *
from mips_ia.portal.tenancy import access_of
def dies(*_):
    os.kill(os.getpid(), signal.SIGKILL)
binders.{step} = dies
practice = Practice.objects.first()
binders.ask(access_of(Person.objects.get(email="manager@demo.example"), practice.slug, 2026))
"""
_TAKEN_UP = """
import django
django.setup()
from django.conf import settings
from mips_ia.portal import vaults
from mips_ia.portal.actions import binders
from mips_ia.portal.models import *
from mips_ia.portal.safe import whole
before = [*Binder.objects.values_list("made_at", "sha256")]
Binder.objects.update(moved_at="2020-01-01T00:00Z")
binders.take_up()
row = Binder.objects.get()
binders.make_later.call(row.pk)
row.refresh_from_db()
print(before, bool(row.made_at), [*settings.MAKING.iterdir()])
print([str(each) for each in whole.checked().problems])
open({binder!r}, "wb").write(b"".join(vaults.store().read(row.sha256)))
"""


@pytest.mark.parametrize("step", ["write_binder", "_made"])
def test_a_kill_while_a_binder_is_made_leaves_nothing_half_made(step: str, tmp_path: Path) -> None:
    """Before a byte of it is written, and when it is whole and in the vault, and no row names it yet.

    Nobody reads then what it was put together of.
    """
    served, binder = Served().build(), tmp_path / "binder.zip"
    try:
        with pytest.raises(RuntimeError, match=r"^$"):  # killed, so it said nothing
            served.python(_ASKED.format(step=step))
        left = [each.read_bytes() for each in (served.home / "making").iterdir()]
        told = served.python(_TAKEN_UP.format(binder=str(binder))).splitlines()
    finally:
        served.remove()

    assert len(left) == (step == "_made")
    assert not [clear for clear in (b"VERIFY.md", b"manifest.json") for each in left if clear in each]
    assert told == ["[(None, '')] True []", "[]"]
    assert verified(binder, Own()).faults == []
