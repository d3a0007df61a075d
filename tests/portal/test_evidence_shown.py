"""What was found is shown in its place to whoever decides, and an original is kept where they say so."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from evidence_given import ITEM, PATIENT, SHOWS, P, file, nothing_waits, sealed, stopped, text  # noqa: F401 - a fixture
from making import jpg, pdf

from mips_ia.portal import vaults
from mips_ia.portal.actions import evidence
from mips_ia.portal.models import Entry, Membership, Revision, Use, Waiting
from mips_ia.problems import Problem, Refused

Browse = Callable[[str], Client]
WAITING = f"{P}/evidence/waiting/"
MASKED = {"do": "mask", "original": "on", "reason": "The payer asks for it."}


def test_what_was_found_is_shown_with_its_words_and_kept_nowhere(
    browse: Browse, caplog: pytest.LogCaptureFixture
) -> None:
    manager = browse("manager")
    fields = stopped(manager)
    before = Entry.objects.count()

    answer = manager.post(WAITING, {**fields, "do": "show", "reason": "<So far>"})

    page = answer.content.decode()
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "no-store"
    assert "Line 1: “Seen today: Pat Invented, date of birth <mark>03/04/1951</mark>, MRN 4471182." in page
    assert 'value="&lt;So far&gt;"' in page
    assert Entry.objects.count() == before
    waits = Waiting.objects.get()
    said = f"{waits.found} {waits.asked} {waits.name} {[*Entry.objects.values()]} {caplog.text}"
    assert [each for each in ("03/04/1951", "1951-03-04", "Pat Invented", "4471182") if each in said] == []
    assert b"1951" not in (settings.WAITING / waits.place).read_bytes()
    manager.post(WAITING, {**fields, "do": "withdraw"})
    assert not Waiting.objects.exists()


@pytest.mark.parametrize(("name", "content", "called"), [
    ("scan.pdf", pdf(["Nothing."], [PATIENT.decode().strip()]), "Page 2 of scan.pdf, with a frame"),
    ("photo.jpg", jpg(comment=PATIENT.decode()), "The picture of photo.jpg, with a frame"),
])  # fmt: skip
def test_pages_and_pictures_are_in_the_page_itself(
    browse: Browse, name: str, content: bytes, called: str
) -> None:
    manager = browse("manager")
    page = manager.post(ITEM, {"files": file(content, name), **SHOWS}).content.decode()
    [waits] = [each.split('"')[0] for each in page.split('name="waits" value="')[1:]]
    fields = {"waits": waits, "file": waits.partition(":")[0]}

    page = manager.post(WAITING, {**fields, "do": "show"}).content.decode()

    assert '<img src="data:image/webp;base64,UklGR' in page
    assert f'alt="{called}' in page
    assert ("1951" in page) is (name == "photo.jpg")  # what is on no picture is said in words


def test_another_person_is_shown_nothing(browse: Browse) -> None:
    fields = stopped(browse("manager"))

    answer = browse("admin").post(WAITING, {**fields, "do": "show"}, follow=True)

    assert "1951" not in answer.content.decode()
    assert "That file waits no longer." in text(answer.content)


def test_a_masked_copy_alone_is_kept_unless_somebody_says_otherwise(browse: Browse) -> None:
    manager = browse("manager")
    assert "checked" not in manager.post(ITEM, {"files": file(PATIENT, "n.txt"), **SHOWS}).content.decode()

    manager.post(WAITING, {**stopped(manager), "do": "mask", "reason": "Typed, and not ticked."})

    kept = Revision.objects.get()
    assert (kept.masked, kept.phi, kept.reason) == (True, False, "")


def test_an_original_is_kept_before_its_copy_and_opened_by_those_named_alone(
    browse: Browse, person: Callable[..., Any]
) -> None:
    manager = browse("manager")

    answer = manager.post(WAITING, {**stopped(manager), **MASKED}, follow=True)

    assert "The original is kept with it. Nobody can open the original until" in text(answer.content)
    original, copy = Revision.objects.order_by("number")
    assert (original.evidence_id, original.number, copy.number) == (copy.evidence_id, 1, 2)
    assert (original.phi, original.masked, original.reason) == (True, False, MASKED["reason"])
    assert (copy.phi, copy.masked, copy.reason) == (False, True, "")
    assert {each["kind"] for each in original.found} == {"birth_date", "record_number"}
    assert copy.found == []
    assert b"".join(vaults.store().read(original.sha256)) == PATIENT
    assert b"1951" not in b"".join(vaults.store().read(copy.sha256))
    assert Use.objects.get().evidence_id == copy.evidence_id
    assert not Waiting.objects.exists()
    assert sealed() == []

    page = f"{P}/evidence/1/"
    assert "Download revision 1" not in text(manager.get(page).content)
    assert "Names patients The payer asks for it." in text(manager.get(page).content)
    assert manager.post(f"{page}files/1/").status_code == 403
    assert manager.post(f"{page}files/2/").status_code == 200
    Membership.objects.filter(person=person("admin")).update(grants=["open_phi"])
    admin = browse("admin")
    assert "Download revision 1" in text(admin.get(page).content)
    assert b"".join(admin.post(f"{page}files/1/").streaming_content) == PATIENT


def test_an_original_is_not_kept_without_a_reason(browse: Browse) -> None:
    manager = browse("manager")

    answer = manager.post(WAITING, {**stopped(manager), **MASKED, "reason": " "})

    assert answer.status_code == 422
    page = answer.content.decode()
    assert "Say why, in a few words." in text(answer.content)
    assert " checked" in page
    said = re.findall(r'class="ds-c-inline-error" id="([^"]+)"', page)
    field = page.partition('name="reason"')[2].partition(">")[0]
    assert f'aria-invalid="true" aria-describedby="{said[0]}"' in field
    assert not Revision.objects.exists()


def test_original_and_copy_are_both_kept_or_neither(browse: Browse, monkeypatch: pytest.MonkeyPatch) -> None:
    manager, real, rows = browse("manager"), evidence.record, list[object]()
    fields = stopped(manager)

    def refused(*given: Any, **named: Any) -> Any:
        rows.append(real(*given, **named))
        if len(rows) == 2:  # both rows are written, and are to go again
            raise Refused([Problem("vault_full", "here", "There is no room.", "Make room.")])
        return rows[-1]

    with monkeypatch.context() as full:
        full.setattr(evidence, "record", refused)
        assert manager.post(WAITING, {**fields, **MASKED}).status_code == 507
    assert not Revision.objects.exists()
    assert Waiting.objects.count() == 1
    manager.post(WAITING, {**fields, **MASKED})
    assert Revision.objects.count() == 2
