"""Leaving with something that CMS takes: what is Met and nothing else, signed, locked and kept."""

import io
import json
import zipfile
from collections.abc import Callable
from datetime import date
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection, transaction
from django.db.utils import DatabaseError
from django.test import Client
from signing import as_read, just_signed_in, sends, signed_in, text

from mips_ia.formats import qpp_json, qrda3
from mips_ia.formats.preflight import preflight
from mips_ia.portal import clock
from mips_ia.portal import outgoing as outgoing_module
from mips_ia.portal.actions import ledger, practice, sending, signing
from mips_ia.portal.facts import Ledger
from mips_ia.portal.models import Download, Final, Membership, Person, Practice
from mips_ia.portal.outgoing import outgoing
from mips_ia.portal.statements import own, withdrawn
from mips_ia.portal.tenancy import page
from mips_ia.problems import Refused

Browse = Callable[[str], Client]
SAYS = "I, Dana Whitfield, practice manager, have reviewed the 1 activity listed here"


@pytest.fixture
def browse(db: None) -> Browse:  # noqa: ARG001 - it must be there
    """Somebody who has just signed in, as who signs for a practice must."""
    return just_signed_in


def read(client: Client, harbor: Practice, rest: str = "") -> str:
    return client.get(f"/p/{harbor.slug}/2026/export/{rest}").content.decode()


def locked(client: Client, harbor: Practice, name: str = "Dana Whitfield") -> Any:
    """The signing official reads the page, types a name, and locks."""
    address = f"/p/{harbor.slug}/2026/export/lock/"
    return sends(client, address, {"name": name}, follow=True)


def taken(client: Client, harbor: Practice, name: str) -> Any:
    final = Final.objects.filter(year__practice=harbor).latest("id")
    return client.post(f"/p/{harbor.slug}/2026/export/{final.id}/{name}")


@pytest.mark.parametrize(
    ("entity", "counts"), [("virtual_group", "1 of 3 counts."), ("individual", "3 of 3")]
)
def test_what_counts_does_so_on_this_page_too_where_no_file_can_be_made_yet(
    entity: str, counts: str, browse: Browse, harbor: Practice, access: Callable[..., Any]
) -> None:
    practice.describe(access("manager"), report_as=entity, entity_id="")
    page = text(read(browse("manager"), harbor).encode())

    assert counts in page
    assert "No activity counts" not in page
    if entity == "virtual_group":
        assert "Enter it where you say how you report." in page
        assert "entity_id" not in page


def test_it_checks_everything_and_names_what_is_left_out(harbor: Practice, browse: Browse) -> None:
    text = read(browse("manager"), harbor)

    for check in ("Roster", "Special statuses", "Activities", "Signatures", "Windows", "Dates for CMS"):
        assert check in text
    assert "QPP JSON pre-flight" in text
    assert "QRDA III pre-flight" in text
    assert "January 5, 2026 through May 30, 2026. IA_BE_16 began first and ended last." in text
    left = text[text.index("Left out") :]
    assert "IA_BMH_12" in left
    assert "IA_PSPA_21" in left


def test_the_lock_is_confirmed_in_words_and_signed_by_name(harbor: Practice, browse: Browse) -> None:
    client = browse("manager")

    text = read(client, harbor, "lock/")

    assert "Lock 2026?" in text
    assert "windows and activities cannot change and nobody can sign. You can still add evidence" in text
    assert SAYS in text
    refused = locked(client, harbor, "Somebody Else").content.decode()
    assert "Type your name as shown: Dana Whitfield." in refused
    assert not Final.objects.exists()
    assert "Locked by Dana Whitfield" in locked(client, harbor, "dana  WHITFIELD").content.decode()


def test_the_files_pass_the_projects_own_readers_and_hold_only_what_is_met(
    harbor: Practice, browse: Browse, tmp_path: Path
) -> None:
    client = browse("manager")
    locked(client, harbor)

    for name, reader in (("qpp.json", qpp_json), ("qrda3.xml", qrda3)):
        path = tmp_path / name
        path.write_bytes(taken(client, harbor, name).content)
        intake = reader.read(path)
        assert not intake.problems
        (who,) = intake.participants
        assert [each.activity for each in who.attestations or ()] == ["IA_BE_16"]
        assert {(each.first, each.last) for each in who.attestations or ()} == {
            (date(2026, 1, 5), date(2026, 5, 30))
        }
        assert not [problem for problem in preflight(path) if problem.severity == "error"]


@pytest.mark.parametrize("name", ["qpp.json", "qrda3.xml"])
def test_the_page_of_a_file_masks_the_tin_and_the_file_has_it(
    harbor: Practice, browse: Browse, name: str
) -> None:
    """Also for a signing official who is a clinician and may see no TIN."""
    locked(browse("manager"), harbor)
    harbor.organization.memberships.filter(person__email="kim@demo.example").update(signing_official=True)

    for client in (browse("kim"), browse("manager")):
        shown = client.get(f"/p/{harbor.slug}/2026/export/{Final.objects.get().id}/{name}").content.decode()
        assert harbor.tin not in shown
        assert f"*****{harbor.tin[-4:]}" in shown
        assert harbor.tin in taken(client, harbor, name).content.decode()


def test_a_download_is_recorded_with_its_fingerprint_and_looking_is_not(
    harbor: Practice, browse: Browse
) -> None:
    client = browse("manager")
    locked(client, harbor)
    final = Final.objects.get()

    shown = client.get(f"/p/{harbor.slug}/2026/export/{final.id}/qpp.json")
    assert shown.status_code == 200
    assert not Download.objects.exists()
    answer = taken(client, harbor, "qpp.json")

    row = Download.objects.get()
    assert row.sha256 == sha256(answer.content).hexdigest()
    assert answer.headers["Content-Disposition"].startswith("attachment")
    text = read(client, harbor)
    assert "Downloaded. This is your copy of what you report; CMS has not received it from us." in text
    assert row.sha256 in text
    assert final.answer["rules_edition"] in text


def test_what_was_locked_is_kept_with_its_steps_and_its_roster(harbor: Practice, browse: Browse) -> None:
    locked(browse("manager"), harbor)

    final = Final.objects.get()

    assert final.answer["counted"] == ["IA_BE_16"]
    assert (
        final.answer["activities"][0] | {"clinicians": 11, "of": 18, "needed": 9}
        == final.answer["activities"][0]
    )
    assert final.answer["score"]["points"] == 20
    assert len(final.answer["score"]["steps"]) == 1
    assert [each["name"] for each in final.answer["not_sent"]] == ["IA_BMH_12", "IA_PSPA_21"]
    assert len(final.answer["roster"]) == len(final.digest) == 64
    assert final.statement.startswith(SAYS)


def test_the_record_of_a_lock_has_a_page_that_stays(
    harbor: Practice, browse: Browse, access: Callable[..., Any]
) -> None:
    client = browse("manager")
    locked(client, harbor)
    taken(client, harbor, "qpp.json")
    final = Final.objects.get()
    ledger_page = f"/p/{harbor.slug}/2026/score/"
    assert "This page works the score out anew" in text(client.get(ledger_page).content)
    assert f"/export/{final.id}/" in client.get(ledger_page).content.decode()
    signed = access("manager").year.windows.filter(
        activity="IA_BE_16", replaced_at=None, signatures__kind="own"
    )
    for window in list(signed)[:3]:
        themselves = access(window.clinician.last_name.lower())
        signing.withdraw(
            themselves, window, "I withdraw it.", window.clinician.spoken, "x", verified="password"
        )
    client.post(f"/p/{harbor.slug}/2026/export/unlock/", {"reason": "three withdrew"})

    page = text(client.get(f"/p/{harbor.slug}/2026/export/{final.id}/").content)

    for each in (
        "Locked by Dana Whitfield on September 16, 2026", SAYS, "Statement version 2.", final.digest,
        "Identity verified by: password.",
        "11 of 18 clinicians; 9 needed", "January 5, 2026", "May 30, 2026", "IA_PSPA_21", "Not met",
        "The score then: 20 to 40 of 40 points", final.answer["score"]["steps"][0]["cite"],
        *final.answer["assumptions"], final.answer["roster"], final.answer["rules_edition"],
        sha256(final.qpp_json.encode()).hexdigest(), sha256(final.qrda3.encode()).hexdigest(),
        "qpp.json, by Dana Whitfield", "Unlocked by Dana Whitfield", "Reason: three withdrew",
    ):  # fmt: skip
        assert each in page, each
    assert final.answer["assumptions"]
    unlocked = Final.objects.latest("id")
    assert "Reason: three withdrew" in text(
        client.get(f"/p/{harbor.slug}/2026/export/{unlocked.id}/").content
    )
    assert browse("kim").get(f"/p/{harbor.slug}/2026/export/{final.id}/").status_code == 403


def test_a_reason_that_may_name_a_patient_is_kept_once_somebody_says_that_it_names_none(
    harbor: Practice, browse: Browse
) -> None:
    client = browse("manager")
    locked(client, harbor)
    address, given = f"/p/{harbor.slug}/2026/export/unlock/", {"reason": "MRN 0012345 was not seen."}

    assert "Nothing was saved." in client.post(address, given).content.decode()

    assert Final.objects.latest("id").kind == "locked"
    client.post(address, {**given, "nobody": "on"})
    assert Final.objects.latest("id").kind == "unlocked"


def test_why_a_year_was_unlocked_is_not_for_a_registry(harbor: Practice, browse: Browse) -> None:
    locked(browse("manager"), harbor)
    browse("manager").post(f"/p/{harbor.slug}/2026/export/unlock/", {"reason": "a private matter"})
    registry = Person.objects.create_user("registry@demo.example", None, name="Reg Istry")
    Membership.objects.create(
        person=registry, organization=harbor.organization, role="registry", grants=["export"]
    )
    first, last = Final.objects.order_by("id")

    for rest in ("", f"{first.id}/", f"{last.id}/"):
        page = read(signed_in(registry), harbor, rest)
        assert "Unlocked" in page
        assert "a private matter" not in page


def test_who_locks_or_unlocks_shows_again_who_they_are(
    harbor: Practice, browse: Browse, sign_in: Callable[[Any], Client], person: Callable[[str], Any]
) -> None:
    long_ago = sign_in(person("manager"))
    address = f"/p/{harbor.slug}/2026/export/"
    asked = sends(long_ago, f"{address}lock/", {"name": "Dana Whitfield"})
    assert "/account/confirm/" in asked.headers["Location"]
    assert not Final.objects.exists()
    locked(browse("manager"), harbor)

    asked = long_ago.post(f"{address}unlock/", {"reason": "x"})

    assert "/account/confirm/" in asked.headers["Location"]
    assert Final.objects.get().kind == "locked"


def test_the_ledger_is_offered_as_a_table_beside_the_files(harbor: Practice, browse: Browse) -> None:
    assert f'action="/p/{harbor.slug}/2026/participation/export/"' in read(browse("manager"), harbor)


def test_after_a_lock_windows_and_signatures_are_refused_with_a_name(
    harbor: Practice, browse: Browse, access: Callable[..., Any]
) -> None:
    manager = access("manager")
    kim = manager.practice.clinicians.get(last_name="Kim")
    window = manager.year.windows.get(clinician=kim, activity="IA_PSPA_21", replaced_at=None)
    signed = manager.year.windows.get(clinician=kim, activity="IA_BE_16", replaced_at=None)
    locked(browse("manager"), harbor)

    with pytest.raises(Refused, match="locked by Dana Whitfield"):
        ledger.enter(manager, kim, "IA_PSPA_21", date(2026, 3, 2), date(2026, 9, 1), window=window)
    with pytest.raises(Refused, match="locked by Dana Whitfield"):
        signing.sign(access("kim"), window, own(window), "Soo-jin Kim", verified="password")
    answer = browse("manager").get(f"/p/{harbor.slug}/2026/plan/{window.id}/")
    assert answer.status_code == 403
    assert "Dana Whitfield" in answer.content.decode()
    before = Final.objects.get().qpp_json
    signing.withdraw(
        access("kim"),
        signed,
        withdrawn(signed.signatures.get(), "x"),
        "Soo-jin Kim",
        "x",
        verified="password",
    )
    assert Final.objects.get().qpp_json == before
    assert next(t for t in Ledger(manager.year).tallies if t.activity == "IA_BE_16").counting == 10


def test_a_refusal_of_a_locked_year_is_a_403_that_names_who_unlocks(
    harbor: Practice, browse: Browse, rf: Any, person: Callable[[str], Any]
) -> None:
    locked(browse("manager"), harbor)
    request = rf.get("/")
    request.user = person("admin")

    @page(see="see")
    def view(_: Any, access: Any) -> None:
        ledger.not_locked(access.year)

    with pytest.raises(PermissionDenied, match="Dana Whitfield"):
        view(request, practice=harbor.slug, year=2026)


def test_unlocking_takes_a_reason_and_keeps_what_was_locked(
    harbor: Practice, browse: Browse, access: Callable[..., Any]
) -> None:
    client = browse("manager")
    locked(client, harbor)
    address = f"/p/{harbor.slug}/2026/export/unlock/"

    assert "Enter why the year must be opened again." in client.post(address, {"reason": ""}).content.decode()
    page = client.post(address, {"reason": "Dr. Kim’s signature came late"}, follow=True)

    assert "Unlocked : Dr. Kim’s signature came late" in text(page.content)
    assert [each.kind for each in Final.objects.order_by("id")] == ["locked", "unlocked"]
    ledger.not_locked(access("manager").year)
    first = Final.objects.first()
    assert client.get(f"/p/{harbor.slug}/2026/export/{first.id}/qpp.json").status_code == 200
    assert "Locked." in locked(client, harbor).content.decode()


def test_only_a_signing_official_locks_and_the_others_learn_who(
    harbor: Practice, browse: Browse, person: Callable[[str], Any]
) -> None:
    assert "Dana Whitfield can sign for the practice and lock 2026." in read(browse("admin"), harbor)
    for rest in ("lock/", "unlock/"):
        answer = browse("admin").get(f"/p/{harbor.slug}/2026/export/{rest}")
        assert answer.status_code == 403
        assert "Dana Whitfield" in answer.content.decode()
    assert browse("kim").get(f"/p/{harbor.slug}/2026/export/").status_code == 403
    Membership.objects.filter(person=person("kim")).update(signing_official=True)
    assert "Sign and lock" in read(browse("kim"), harbor)


def test_what_does_not_fit_together_is_said_as_on_every_page(harbor: Practice, browse: Browse) -> None:
    harbor.years.filter(year=2026).update(pathway="app", apm="none")

    for rest in ("", "lock/"):
        page = read(browse("manager"), harbor, rest)
        assert "the practice’s statuses name none. Correct the statuses, or choose another pathway." in page


def test_what_changed_since_it_was_read_must_be_read_again(
    harbor: Practice, browse: Browse, access: Callable[..., Any]
) -> None:
    client, manager = browse("manager"), access("manager")
    address = f"/p/{harbor.slug}/2026/export/lock/"
    read = as_read(client, address)
    kim = manager.practice.clinicians.get(last_name="Kim")
    window = manager.year.windows.get(clinician=kim, activity="IA_PSPA_21", replaced_at=None)
    signing.sign(access("kim"), window, own(window), "Soo-jin Kim", verified="password")

    answer = client.post(address, {"name": "Dana Whitfield"} | read)
    text = answer.content.decode()

    assert answer.status_code == 409
    assert "Something that counts changed since this page was shown." in text
    assert not Final.objects.exists()


def test_nothing_is_locked_where_nothing_counts(
    harbor: Practice, browse: Browse, access: Callable[..., Any]
) -> None:
    ledger.take_back(access("manager"), "IA_BE_16")

    text = read(browse("manager"), harbor)

    assert "2026 cannot be locked yet." in text
    assert "No activity is Met, so that there is nothing to send." in text
    locked(browse("manager"), harbor)
    assert not Final.objects.exists()


def test_how_one_reports_must_be_said_first(
    harbor: Practice, browse: Browse, access: Callable[..., Any]
) -> None:
    practice.describe(access("manager"), report_as="")

    assert "Nobody has said how you report." in read(browse("manager"), harbor)


def test_a_year_without_a_guide_for_documents_is_locked_with_json_alone(access: Callable[..., Any]) -> None:
    manager = access("manager", 2018)
    practice.describe(manager, report_as="group", pathway="traditional", statuses=[])
    kim = manager.practice.clinicians.get(last_name="Kim")
    manager.year.stays.create(clinician=kim, billed=True)
    ledger.choose(manager, "IA_BE_6")
    window = ledger.enter(manager, kim, "IA_BE_6", date(2018, 1, 1), date(2018, 6, 1))
    signing.sign(access("kim", 2018), window, own(window), "Soo-jin Kim", verified="password")

    out = outgoing(Ledger(manager.year), clock.now())

    assert not out.stops
    assert out.documents == {}
    assert [each.code for each in out.unsure] == ["no_qrda3"]


def test_individuals_each_have_a_submission_of_their_own(
    harbor: Practice, browse: Browse, access: Callable[..., Any], tmp_path: Path
) -> None:
    practice.describe(access("manager"), report_as="individual")
    client = browse("manager")

    locked(client, harbor)

    found = json.loads(taken(client, harbor, "qpp.json").content)
    ledger_ = Ledger(access("manager").year)
    counting = {
        p.clinician.npi for p in ledger_.counted if any(v.counts for v in ledger_.alone(p).found.verdicts)
    }
    assert {each["nationalProviderIdentifier"] for each in found} == counting
    assert 0 < len(counting) < 18
    kept = Final.objects.get().answer["individuals"]
    assert {each["npi"] for each in kept} == counting
    for each in kept:
        assert each["score"]["points"] == each["points"] == sum(s["points"] for s in each["score"]["steps"])
        assert each["name"]
    page = text(client.get(f"/p/{harbor.slug}/2026/export/{Final.objects.get().id}/").content)
    assert "Each score, step by step" in page
    assert kept[0]["npi"] in page
    with zipfile.ZipFile(io.BytesIO(taken(client, harbor, "qrda3.zip").content)) as archive:
        assert {name.removesuffix(".xml") for name in archive.namelist()} == counting
        (tmp_path / "one.xml").write_bytes(archive.read(archive.namelist()[0]))
    (who,) = qrda3.read(tmp_path / "one.xml").participants
    assert who.practice.entity == "individual"
    assert client.get(f"/p/{harbor.slug}/2026/export/{Final.objects.get().id}/qrda3.xml").status_code == 404


def test_the_files_of_individuals_are_checked_when_asked_and_before_the_lock(
    harbor: Practice, browse: Browse, access: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    practice.describe(access("manager"), report_as="individual")
    client, here, looked = browse("manager"), f"/p/{harbor.slug}/2026/export/", []

    def looking(files: dict[str, str]) -> tuple[Any, ...]:
        looked.append(len(files))
        return ()

    monkeypatch.setattr(outgoing_module, "_checked", looking)
    page = client.get(here).content.decode()
    assert page.count("Not checked yet") == 2
    assert looked == []

    assert "Not checked yet" not in client.get(f"{here}?check").content.decode()
    assert looked[0] == 1
    assert looked[1] > 1
    client.get(f"{here}lock/")
    assert len(looked) == 4


def test_the_same_lock_gives_the_same_archive(
    harbor: Practice, browse: Browse, access: Callable[..., Any]
) -> None:
    practice.describe(access("manager"), report_as="individual")
    locked(browse("manager"), harbor)

    final = Final.objects.get()

    assert sending.file(final, sending.ZIP) == sending.file(final, sending.ZIP)


def test_a_file_of_another_practice_or_year_is_not_there(harbor: Practice, browse: Browse) -> None:
    client = browse("manager")
    locked(client, harbor)
    final = Final.objects.get()

    assert client.get(f"/p/{harbor.slug}/2025/export/{final.id}/qpp.json").status_code == 404
    assert client.get(f"/p/{harbor.slug}/2026/export/{final.id + 1}/qpp.json").status_code == 404
    assert client.get(f"/p/{harbor.slug}/2026/export/{final.id}/anything.txt").status_code == 404


@pytest.mark.parametrize("what", ["update", "delete"])
@pytest.mark.parametrize("table", ["portal_final", "portal_download"])
def test_the_database_keeps_what_was_locked_and_downloaded(
    harbor: Practice, browse: Browse, table: str, what: str
) -> None:
    client = browse("manager")
    locked(client, harbor)
    taken(client, harbor, "qpp.json")
    order = f"update {table} set id = id" if what == "update" else f"delete from {table}"

    with (
        pytest.raises(DatabaseError, match="keeps what it has"),
        transaction.atomic(),
        connection.cursor() as db,
    ):
        db.execute(order)


def test_where_no_activity_is_needed_nothing_is_said_to_be_missing(
    harbor: Practice, browse: Browse, access: Callable[..., Any]
) -> None:
    practice.describe(access("manager"), pathway="app", apm="mips_apm")
    access("manager").year.chosen.update(ended_at=clock.now())

    page = text(browse("manager").get(f"/p/{harbor.slug}/2026/export/").content)
    assert "None is needed: CMS assigns full credit to MIPS APM participants" in page
    assert "Activities Not claimed None is needed for full credit." in page
    assert "Choose activities first" not in page
    overview = text(browse("manager").get(f"/p/{harbor.slug}/2026/").content)
    assert "Yes You have full credit: 40 of 40 points." in overview
