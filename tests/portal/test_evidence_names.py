"""What a file is called may name a patient as what it says may: it is stopped, and is stored nowhere."""

import re
from collections.abc import Callable

import pytest
from django.conf import settings
from django.test import Client
from evidence_given import ITEM, SHOWS, P, added, file, nothing_waits, text  # noqa: F401 - a fixture

from mips_ia.portal.models import Entry, Review, Revision, Use, Waiting

Browse = Callable[[str], Client]
NAMED = {"files": "Smith John DOB 1-2-1950.txt", "title": "MBI 1EG4-TE5-MK73"}
COVERED = ("Smith John DOB X-X-XXXX.txt", "MBI XXXX-XXX-XXXX")


def stopped_for_its_name(client: Client) -> tuple[str, dict[str, str]]:
    """The page on which a file waits that names a patient in what it is called alone, and its fields."""
    given = {"files": file(name=NAMED["files"]), "title": NAMED["title"], **SHOWS}
    page = client.post(ITEM, given).content
    fields = re.findall(r'<input type="hidden" name="(waits|file)" value="([^"]+)"', page.decode())
    return text(page), dict(fields)


def test_a_name_and_a_title_that_may_name_a_patient_are_stopped_and_stored_nowhere(browse: Browse) -> None:
    page, _ = stopped_for_its_name(browse("manager"))
    waits = Waiting.objects.get()

    assert "1 date of birth and 1 Medicare number." in page
    assert "Date of birth: the name of the file Medicare number: the title" in page
    assert "Best choose “Do not save it”, call it something that names no patient" in page
    kept = f"{waits.name} {waits.found} {waits.asked} {[*Entry.objects.values()]}"
    assert waits.name == COVERED[0]
    for said in ("1-2-1950", "1EG4"):
        assert said not in page
        assert said not in kept
        assert said.encode() not in (settings.WAITING / waits.place).read_bytes()


@pytest.mark.parametrize(("do", "called"), [
    ("mask", COVERED), ("keep", COVERED), ("confirm", (NAMED["files"], NAMED["title"])), ("withdraw", None),
])  # fmt: skip
def test_what_a_file_is_called_is_covered_unless_somebody_says_that_it_names_no_patient(
    browse: Browse, do: str, called: tuple[str, str] | None
) -> None:
    manager = browse("manager")
    _, fields = stopped_for_its_name(manager)

    manager.post(f"{P}/evidence/waiting/", {**fields, "do": do, "reason": "Nobody of that name."})

    kept = Revision.objects.select_related("evidence").first()
    assert (kept and (kept.name, kept.evidence.title)) == called
    assert ("1EG4" in str([*Entry.objects.values()])) is (do == "confirm")


def test_evidence_is_not_renamed_to_what_may_name_a_patient_unless_somebody_says_that_it_names_none(
    browse: Browse,
) -> None:
    manager = browse("manager")
    row = added(manager)
    page, title = f"{P}/evidence/{row.number}/title/", "Smith, MRN 0012345"

    assert "save it as it is" not in text(manager.get(page).content)
    answer = manager.post(page, {"title": title})
    assert "Take out what looks like 1 medical record number. Nothing was saved." in text(answer.content)
    assert "It names no patient: save it as it is" in text(answer.content)
    row.refresh_from_db()
    assert row.title != title
    manager.post(page, {"title": title, "nobody": "on"})
    row.refresh_from_db()
    assert row.title == title


FOUND = "Take out what looks like 1 medical record number: line 1. Nothing was saved."
TICK, SAID = "It names no patient: save it as it is", "Beside MRN 0012345."


def test_a_note_on_what_evidence_shows_is_kept_once_somebody_says_that_it_names_none(browse: Browse) -> None:
    manager = browse("manager")
    row = added(manager)
    given = {"files": file(b"Another policy."), **SHOWS, "note": SAID}
    for page, fields in (
        (ITEM, given),
        (f"{P}/evidence/{row.number}/use/{ITEM.partition('new/')[2]}", given),
    ):
        assert TICK not in text(manager.get(page).content)
        answer = manager.post(page, fields)
        assert answer.status_code == 422
        assert FOUND in text(answer.content)
        assert TICK in text(answer.content)
    assert Revision.objects.count() == 1
    assert not Use.objects.exclude(note="").exists()

    given["files"] = file(b"Another policy.")  # a browser does not keep it
    manager.post(ITEM, {**given, "nobody": "on"})
    assert Use.objects.latest("id").note == SAID


def test_a_review_is_kept_once_somebody_says_that_it_names_none(browse: Browse) -> None:
    manager = browse("manager")
    row = added(manager)
    page = f"{P}/evidence/{row.number}/uses/{row.uses.get().id}/review/"
    given = {"revision": 1, "do": "change", "reason": SAID}

    answer = manager.post(page, given)
    assert answer.status_code == 422
    assert FOUND in text(answer.content)
    assert not Review.objects.exists()
    [hidden] = re.findall(r'<input type="hidden" name="do" value="(\w+)"', answer.content.decode())
    manager.post(page, {**given, "do": hidden, "nobody": "on"})
    assert (Review.objects.get().reason, Review.objects.get().accepted) == (SAID, False)


@pytest.mark.parametrize("do", ["keep", "confirm"])
def test_why_a_file_is_kept_is_told_without_a_patient(browse: Browse, do: str) -> None:
    manager = browse("manager")
    _, fields = stopped_for_its_name(manager)

    said = "Take out what looks like 1 medical record number, or tick that the reason names no patient."
    tick = "The reason names no patient: save it as it is"
    answer = manager.post(f"{P}/evidence/waiting/", {**fields, "do": do, "reason": SAID})
    assert said in text(answer.content)
    assert tick in text(answer.content)
    assert not Revision.objects.exists()
    shown = manager.post(f"{P}/evidence/waiting/", {**fields, "do": "show", "reason": SAID})
    assert tick in text(shown.content)

    if do == "keep":
        manager.post(f"{P}/evidence/waiting/", {**fields, "do": do, "reason": SAID, "nobody": "on"})
        assert Revision.objects.get().reason == SAID
        return
    manager.post(f"{P}/evidence/waiting/", {**fields, "do": do, "reason": "A number of ours."})
    assert Revision.objects.get().reason == "A number of ours."
