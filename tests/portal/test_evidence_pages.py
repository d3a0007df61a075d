"""Evidence comes in, shows something, is accepted and proves something; what may name patients is stopped."""

import re
import socketserver
import threading
from collections.abc import Callable, Iterator
from hashlib import sha256
from pathlib import Path
from typing import Any, BinaryIO

import pytest
from django.conf import settings
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.utils import timezone
from evidence_given import ITEM, PATIENT, POLICY, SHOWS, P, added, file, nothing_waits, sealed, stopped, text  # noqa: F401 - a fixture

from mips_ia.portal import seals, vaults
from mips_ia.portal.ledgers import ledger_of
from mips_ia.portal.models import (
    Destruction,
    Entry,
    Evidence,
    Leaf,
    Membership,
    Person,
    Practice,
    Review,
    Revision,
    Use,
    Waiting,
)
from mips_ia.portal.told.proofs import leaves_of
from mips_ia.vault.folder import Folder
from mips_ia.vault.merkle import includes, leaf_hash
from mips_ia.vault.signer import public_key

Browse = Callable[[str], Client]


def test_a_file_is_kept_with_its_fingerprint_and_shows_an_item(browse: Browse, harbor: Practice) -> None:
    answer = browse("manager").post(ITEM, {"files": file(), **SHOWS}, follow=True)

    kept, use = Revision.objects.get(), Use.objects.get()
    assert kept.sha256 == sha256(POLICY).hexdigest()
    assert b"".join(vaults.store().read(kept.sha256)) == POLICY
    assert (str(kept.evidence), use.activity, use.leaf) == (
        "E-1 policy.txt",
        "IA_PSPA_21",
        "screening_program",
    )
    page = text(answer.content)
    assert "Saved E-1. IA_PSPA_21 has 0 of" in page
    assert "1 item waits to be reviewed" in page
    assert harbor.entries.filter(action="evidence received").count() == 1


def test_it_proves_once_somebody_accepted_it_and_no_longer_after_a_revision(browse: Browse) -> None:
    manager = browse("manager")
    row = added(manager)
    page = f"{P}/evidence/{row.number}/"
    use = row.uses.get()

    review = f"{page}uses/{use.id}/review/"
    manager.post(review, {"revision": 1, "do": "accept"})
    assert "Accepted by" in text(manager.get(page).content)

    manager.post(f"{page}revise/", {"files": file(b"Everybody is screened twice.\n")})
    assert "Unknown" in text(manager.get(page).content)
    answer = manager.post(review, {"revision": 1, "do": "accept"}, follow=True)
    assert "It was changed since this page was shown." in text(answer.content)
    assert Review.objects.count() == 1


def test_a_change_is_asked_for_with_a_reason(browse: Browse) -> None:
    manager = browse("manager")
    row = added(manager)
    review = f"{P}/evidence/{row.number}/uses/{row.uses.get().id}/review/"

    answer = manager.post(review, {"revision": 1, "do": "change"}, follow=True)
    assert "Say what has to be changed." in text(answer.content)

    answer = manager.post(
        review, {"revision": 1, "do": "change", "reason": "The date is missing."}, follow=True
    )
    assert "“The date is missing.”" in text(answer.content)


def test_a_file_that_may_name_a_patient_is_stopped_and_nothing_is_stored(browse: Browse) -> None:
    answer = browse("manager").post(ITEM, {"files": file(PATIENT, "note.txt"), **SHOWS})

    assert answer.status_code == 422
    page = text(answer.content)
    assert "This file may contain patient information" in page
    assert "has what looks like 1 date of birth and 1 medical record number." in page
    assert "Pat Invented" not in page
    assert not Revision.objects.exists()
    waits = Waiting.objects.get()
    assert PATIENT not in (settings.WAITING / waits.place).read_bytes()
    logged = Entry.objects.filter(action="evidence stopped").get()
    assert logged.after == {"birth_date": 1, "record_number": 1}


@pytest.mark.parametrize(
    ("do", "phi", "masked"), [("mask", False, True), ("keep", True, False), ("confirm", False, False)]
)
def test_a_person_says_what_happens_to_it(browse: Browse, do: str, phi: bool, masked: bool) -> None:
    manager = browse("manager")
    fields = stopped(manager)

    manager.post(f"{P}/evidence/waiting/", {**fields, "do": do, "reason": "An invented person."})

    kept = Revision.objects.get()
    assert (kept.phi, kept.masked) == (phi, masked)
    assert (b"1951" in b"".join(vaults.store().read(kept.sha256))) is not masked
    assert Use.objects.get().leaf == "screening_program"
    assert not Waiting.objects.exists()
    assert sealed() == []


def test_what_is_withdrawn_leaves_nothing_but_a_line_of_the_log(browse: Browse) -> None:
    manager = browse("manager")
    manager.post(f"{P}/evidence/waiting/", {**stopped(manager), "do": "withdraw"})

    assert not Revision.objects.exists()
    assert not Waiting.objects.exists()
    assert sealed() == []
    assert Entry.objects.filter(action="evidence withdrawn").exists()


def test_nothing_is_saved_as_it_is_without_a_reason(browse: Browse) -> None:
    manager = browse("manager")
    answer = manager.post(f"{P}/evidence/waiting/", {**stopped(manager), "do": "keep"})

    assert "Say why, in a few words." in text(answer.content)
    assert not Revision.objects.exists()


def test_another_person_s_waiting_file_cannot_be_opened(browse: Browse) -> None:
    fields = stopped(browse("manager"))

    answer = browse("admin").post(
        f"{P}/evidence/waiting/", {**fields, "do": "confirm", "reason": "x"}, follow=True
    )

    assert "That file waits no longer" in text(answer.content)
    assert not Revision.objects.exists()


def test_a_file_that_names_patients_is_opened_by_those_named_alone(
    browse: Browse, person: Callable[..., Any]
) -> None:
    manager = browse("manager")
    manager.post(f"{P}/evidence/waiting/", {**stopped(manager), "do": "keep", "reason": "Needed whole."})
    page = f"{P}/evidence/1/"

    assert "nobody can open it until" in text(manager.get(page).content).lower()
    assert manager.post(f"{page}files/1/").status_code == 403

    for who in ("admin", "kim"):  # of a clinician, what shows an activity in which they take part
        assert browse(who).post(f"{page}files/1/").status_code == 403
        Membership.objects.filter(person=person(who)).update(grants=["open_phi"])
        assert b"1951" in b"".join(browse(who).post(f"{page}files/1/").streaming_content)


def test_a_file_is_given_back_byte_for_byte_and_can_do_nothing_in_a_browser(browse: Browse) -> None:
    manager = browse("manager")
    added(manager)

    answer = manager.post(f"{P}/evidence/1/files/1/")

    assert b"".join(answer.streaming_content) == POLICY
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert answer.headers["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert Entry.objects.filter(action="evidence opened").count() == 1


def test_a_download_that_nobody_reads_or_that_is_broken_off_leaves_nothing_open(
    browse: Browse, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[BinaryIO] = []
    real = Folder.reading

    def reading(self: Folder, name: str) -> BinaryIO:
        opened.append(real(self, name))
        return opened[-1]

    manager = browse("manager")
    added(manager, bytes(65 + each % 26 for each in range(600_000)))
    monkeypatch.setattr(Folder, "reading", reading)

    unread = manager.post(f"{P}/evidence/1/files/1/")
    assert all(each.closed for each in opened)
    broken_off = manager.post(f"{P}/evidence/1/files/1/")
    assert next(iter(broken_off.streaming_content))
    assert [each.closed for each in opened].count(False) == 1
    for answer in (unread, broken_off):
        answer.close()

    assert all(each.closed for each in opened)


def test_a_damaged_file_is_never_given_out_in_part(browse: Browse) -> None:
    manager = browse("manager")
    row = added(manager, bytes(65 + each % 26 for each in range(600_000))).revisions.get()
    body = Path(settings.VAULT) / "bodies" / vaults.store().header(row.sha256).body
    whole = body.read_bytes()
    body.write_bytes(whole[:-1] + bytes([whole[-1] ^ 1]))
    try:
        answer = manager.post(f"{P}/evidence/1/files/1/", follow=True)
    finally:
        body.write_bytes(whole)

    assert not answer.streaming
    assert "the file is damaged" in text(answer.content)
    assert "Restore the body from the backup" in text(answer.content)
    assert not Entry.objects.filter(action="evidence opened").exists()


def test_a_file_that_can_do_harm_is_refused_with_a_way_on(browse: Browse) -> None:
    answer = browse("manager").post(ITEM, {"files": file(b"MZ\x90\x00 a program", "policy.pdf"), **SHOWS})

    assert answer.status_code == 422
    assert "policy.pdf" in text(answer.content)
    assert not Evidence.objects.exists()


def test_a_clinician_adds_to_their_own_activities_and_sees_no_others(browse: Browse) -> None:
    kim = browse("kim")
    assert kim.get(ITEM).status_code == 200
    assert kim.get(ITEM.replace("IA_PSPA_21", "IA_AHE_1")).status_code == 404
    browse("manager").post(f"{P}/evidence/new/", {"files": file(b"Something else.\n", "other.txt")})

    assert kim.get(f"{P}/evidence/1/").status_code == 404
    assert "other.txt" not in text(kim.get(f"{P}/evidence/").content)


def test_a_clinician_ends_nothing_that_somebody_else_said_of_evidence(browse: Browse) -> None:
    kept, kim = added(browse("manager")), browse("kim")
    said, here = kept.uses.get(), f"{P}/evidence/{kept.number}"
    page = kim.get(f"{here}/").content.decode()
    assert "Change the days or the kind" in page
    assert "It does not show this" not in page
    assert kim.post(f"{here}/uses/{said.pk}/end/").status_code == 403

    kim.post(f"{here}/use/?activity=IA_PSPA_21&leaf=screening_program", SHOWS)

    assert [each.person.email for each in kept.uses.filter(ended_at=None)] == [
        "manager@demo.example", "kim@demo.example"
    ]  # fmt: skip


def test_a_revision_cannot_be_changed_or_deleted(browse: Browse) -> None:
    added(browse("manager"))
    for sql in (
        "update portal_revision set name = 'x'", "delete from portal_revision", "delete from portal_leaf",
        "update portal_use set note = 'x'", "delete from portal_use",
    ):  # fmt: skip
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as db:
            db.execute(sql)


def test_each_record_is_a_leaf_of_the_log_that_a_signed_checkpoint_covers(browse: Browse) -> None:
    added(browse("manager"))
    row = Revision.objects.get()
    leaf = Leaf.objects.get(content__contains='"kind":"revision"')

    assert f'"file":"{row.sha256}"' in leaf.content
    assert f'"digest":"{row.digest}"' in leaf.content
    assert row.digest == seals.of(row)
    found, log = vaults.checkpoint(), vaults.log()
    assert log.checkpoints.checkpoint(found.size, public_key(Folder(settings.NOTARY))) == found
    proof = log.inclusion(leaf.index, found.size)
    assert includes(found.root, found.size, leaf.index, leaf_hash(leaf.content.encode()), proof)


def test_what_is_attested_without_evidence_is_named_with_how_many_items_lack_it(browse: Browse) -> None:
    manager = browse("manager")
    before = text(manager.get(f"{P}/evidence/").content)
    added(manager)

    said = "IA_PSPA_21 is attested without evidence for {} of its checklist."
    assert said.format("3 items") in before
    after = text(manager.get(f"{P}/evidence/").content)
    assert said.format("2 items") in after
    assert "An auditor asks for each of them." in after


def test_what_is_looked_for_all_the_time_is_named(browse: Browse) -> None:
    manager = browse("manager")
    added(manager)
    manager.post(f"{P}/evidence/new/", {"files": file(name="copy.txt")})

    page = text(manager.get(f"{P}/evidence/").content)

    assert "E-1 and E-2 are the same file." in page
    assert "E-2 “copy.txt” shows nothing yet." in page
    assert "Evidence of IA_PSPA_21 waits to be reviewed, for 1 item." in page
    assert "did not sign yet." in page


def test_what_somebody_only_asked_to_destroy_is_looked_at_until_it_is_destroyed(
    browse: Browse, harbor: Practice, person: Callable[[str], Person]
) -> None:
    """The same file twice, of which one shows nothing."""
    manager = browse("manager")
    added(manager)
    manager.post(f"{P}/evidence/new/", {"files": file(name="copy.txt")})
    named = ("E-1 and E-2 are the same file.", "E-2 “copy.txt” shows nothing yet.")
    asked = Destruction.objects.create(
        evidence=harbor.evidence.get(number=2), reason="Its time is over.", person=person("admin"),
        at=timezone.now(),
    )  # fmt: skip

    page = text(manager.get(f"{P}/evidence/").content)
    assert all(each in page for each in named)

    Destruction.objects.filter(pk=asked.pk).update(agreed_at=timezone.now(), agreed_by=person("manager"))
    page = text(manager.get(f"{P}/evidence/").content)
    assert not any(each in page for each in named)


def test_an_item_offers_what_is_kept_and_does_not_show_it_yet(browse: Browse) -> None:
    manager = browse("manager")
    row = added(manager)
    other, here = "?activity=IA_PSPA_21&leaf=progress", ITEM.partition("new/")[2]
    offered = "{}/evidence/{}/use/{}"

    page = manager.get(f"{P}/evidence/new/{other}").content.decode().replace("&amp;", "&")
    assert offered.format(P, row.number, other) in page
    page = manager.get(f"{P}/evidence/new/{here}").content.decode().replace("&amp;", "&")
    assert offered.format(P, row.number, here) not in page

    manager.post(f"{P}/evidence/{row.number}/uses/{row.uses.get().id}/end/")  # it does not show it after all
    page = manager.get(f"{P}/evidence/new/{here}").content.decode().replace("&amp;", "&")
    assert offered.format(P, row.number, here) in page


def test_the_checklist_of_a_chosen_activity_stands_first_and_its_first_gap_has_the_filled_button(
    browse: Browse,
) -> None:
    manager = browse("manager")
    heads, solid = ("Evidence to keep</h2>", "What CMS asks</h2>"), r'ds-c-button--solid"[^>]*>(\w+ \w+)'

    chosen = manager.get(f"{P}/activities/IA_PSPA_21/").content.decode()
    assert chosen.index(heads[0]) < chosen.index(heads[1])
    assert re.findall(solid, chosen) == ["Add file"]
    assert re.findall(r'solid" href="[^"]*leaf=(\w+)', chosen) == ["screening_program"]
    other = manager.get(f"{P}/activities/IA_BE_4/").content.decode()
    assert other.index(heads[1]) < other.index(heads[0])
    assert re.findall(solid, other) == ["Choose activity"]

    row = added(manager)
    manager.post(
        f"{P}/evidence/{row.number}/uses/{row.uses.get().id}/review/", {"revision": 1, "do": "accept"}
    )
    chosen = manager.get(f"{P}/activities/IA_PSPA_21/").content.decode()
    assert re.findall(r'solid" href="[^"]*leaf=(\w+)', chosen) != ["screening_program"]
    assert "1 of 3 is on file." in text(chosen.encode())


def test_where_nothing_is_kept_it_is_said_how_much_the_activities_ask_for(
    browse: Browse, harbor: Practice
) -> None:
    asked = sum(
        len(leaves_of(each.finding)) for each in ledger_of(harbor.years.get(year=2026)).proofs.values()
    )
    assert asked > 3
    assert f"No evidence yet. Your activities ask for {asked} items." in text(
        browse("manager").get(f"{P}/evidence/").content
    )


def test_the_page_says_who_can_take_a_file_and_who_took_it(browse: Browse) -> None:
    manager = browse("manager")
    row = added(manager)
    page = f"{P}/evidence/{row.number}/"
    assert "Whoever may see evidence here can take the file. Nobody took it yet." in text(
        manager.get(page).content
    )

    browse("admin").post(f"{page}files/1/")
    assert "Robin Ashworth: revision 1" in text(manager.get(page).content)


def test_a_kind_of_document_is_called_the_same_on_every_page(browse: Browse) -> None:
    manager, here = browse("manager"), "?activity=IA_PSPA_21&leaf=progress"

    form = manager.get(f"{P}/evidence/new/{here}").content.decode()
    manager.post(f"{P}/evidence/new/{here}", {"files": file(), "kind": "ehr_report", "first": "05/15/2026"})

    assert '<option value="ehr_report">EHR report</option>' in form
    assert "As EHR report, of May 15, 2026." in text(manager.get(f"{P}/evidence/1/").content)
    assert "EHR report, registry report" in text(manager.get(f"{P}/activities/IA_PSPA_21/").content)


def test_the_vault_is_asked_whether_a_file_is_unchanged(browse: Browse) -> None:
    manager = browse("manager")
    added(manager)

    assert "This is exactly what was received on" in text(manager.get(f"{P}/evidence/1/?check=1").content)


class Clamd(socketserver.StreamRequestHandler):
    """A scanner that knows one virus, and speaks as ClamAV does."""

    def handle(self) -> None:
        self.rfile.read(len(b"zINSTREAM\0"))
        content = b""
        while size := int.from_bytes(self.rfile.read(4), "big"):
            content += self.rfile.read(size)
        self.wfile.write(b"stream: Invented FOUND\0" if b"VIRUS" in content else b"stream: OK\0")


@pytest.fixture
def scanner() -> Iterator[str]:
    """Its address."""
    with socketserver.TCPServer(("127.0.0.1", 0), Clamd) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"127.0.0.1:{server.server_address[1]}"
        server.shutdown()


def test_each_file_is_shown_to_the_scanner_where_there_is_one(
    browse: Browse, scanner: str, settings: Any
) -> None:
    settings.CLAMD, manager = scanner, browse("manager")

    answer = manager.post(ITEM, {"files": file(b"A VIRUS in a policy.\n"), **SHOWS})
    assert "The virus scanner knows it: Invented." in text(answer.content)
    assert not Evidence.objects.exists()

    assert added(manager)


@pytest.mark.parametrize("required", [True, False])
def test_where_the_scanner_is_away_the_installation_decides(
    browse: Browse, settings: Any, required: bool
) -> None:
    settings.CLAMD, settings.CLAMD_REQUIRED = "127.0.0.1:9", required

    answer = browse("manager").post(ITEM, {"files": file(), **SHOWS}, follow=True)

    assert "The virus scanner did not answer." in text(answer.content)
    assert Evidence.objects.exists() is not required


def test_what_is_too_large_is_refused_before_it_is_read(browse: Browse) -> None:
    answer = browse("manager").generic("POST", ITEM, b"", CONTENT_LENGTH="110000001")

    assert answer.status_code == 413
    assert "At most 110 MB are taken at once here, and 25 MB of one file" in text(answer.content)


def test_what_comes_in_is_never_written_to_the_disk_as_it_is(
    browse: Browse, monkeypatch: pytest.MonkeyPatch
) -> None:
    def written(*_: object, **__: object) -> None:
        raise AssertionError("a file was written to the disk before it was encrypted")

    monkeypatch.setattr("django.core.files.uploadhandler.TemporaryUploadedFile", written)
    large = file(b"MZ" * 16_000_000, "large.pdf")

    answer = browse("manager").post(ITEM, {"files": large, **SHOWS})

    assert "large.pdf" in text(answer.content)
    assert answer.status_code == 422


def test_files_are_to_be_chosen_again_where_something_else_is_to_be_mended(browse: Browse) -> None:
    answer = browse("manager").post(ITEM, {"files": file(), "note": "Of the third floor", "last": "soon"})

    page = text(answer.content)
    assert "Choose what it is." in page
    assert "Choose “policy.txt” again. Nothing of it was kept." in page
    assert 'value="Of the third floor"' in answer.content.decode()


def test_a_clinician_reads_how_much_their_own_activities_ask_for(browse: Browse, harbor: Practice) -> None:
    kim = harbor.clinicians.get(last_name="Kim")
    mine = set(kim.windows.filter(replaced_at=None).values_list("activity", flat=True))
    proofs = ledger_of(harbor.years.get(year=2026)).proofs
    asked = sum(len(leaves_of(each.finding)) for id, each in proofs.items() if id in mine)
    assert 0 < asked < sum(len(leaves_of(each.finding)) for each in proofs.values())

    page = text(browse("kim").get(f"{P}/evidence/").content)

    assert f"No evidence yet. Your activities ask for {asked} items." in page
