"""A record that was written here is corrected in its own form, and who took part comes from the roster."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.conf import settings as configured
from django.test import Client
from evidence_given import P, file, nothing_waits, text  # noqa: F401 - a fixture

from mips_ia.portal import vaults
from mips_ia.portal.actions import evidence, retention
from mips_ia.portal.models import Clinician, Destruction, Evidence, Review, Revision
from mips_ia.problems import Refused

Browse = Callable[[str], Client]
Access = Callable[..., Any]
CORRECT = f"{P}/evidence/1/correct/"
MINUTES = {
    "held_on": "03/02/2026", "topic": "Falls", "present": "Pharmacist of the hospital",
    "decided": "Every patient over 65 is screened.\r\nWe begin in May.",
}  # fmt: skip
NAMES_SOMEBODY = MINUTES | {"decided": "Pat Invented, MRN 4471182"}


def clinician(last_name: str) -> Clinician:
    return Clinician.objects.get(last_name=last_name)


def written(client: Client, *names: str, **other: object) -> Evidence:
    """Minutes with these of the roster."""
    ticked = [clinician(each).pk for each in names]
    client.post(f"{P}/evidence/write/minutes/", MINUTES | {"clinicians": ticked, **other})
    return Evidence.objects.get()


def said(revision: Revision) -> str:
    return b"".join(vaults.store().read(revision.sha256)).decode()


def seen(client: Client) -> dict[str, str]:
    """What the form carries of the revision that it shows."""
    return dict(re.findall(r'name="(seen)" value="([^"]+)"', client.get(CORRECT).content.decode()))


def stopped(client: Client, address: str, **sent: object) -> dict[str, str]:
    """The hidden fields of the page on which a record waits that may name a patient."""
    page = client.post(address, NAMES_SOMEBODY | sent).content.decode()
    return dict(re.findall(r'<input type="hidden" name="(waits|file)" value="([^"]+)"', page))


def test_who_took_part_is_ticked_and_stands_in_the_text_by_name(browse: Browse) -> None:
    kept = written(browse("manager"), "Novak", "Kim").revisions.get()

    names = [clinician("Kim").name, clinician("Novak").name, "Pharmacist of the hospital"]
    assert "Who was there, one a line:\n" + "\n".join(names) + "\n" in said(kept)
    assert kept.form == "minutes"
    fields = evidence.fields_of(kept)
    assert fields["clinicians"] == sorted([clinician("Kim").pk, clinician("Novak").pk])
    assert fields["present"] == "Pharmacist of the hospital"
    assert fields["held_on"] == "2026-03-02"


def test_nobody_else_is_needed_where_somebody_is_ticked(browse: Browse) -> None:
    kept = written(browse("manager"), "Kim", present="").revisions.get()

    assert f"Who was there, one a line: {clinician('Kim').name}\n" in said(kept)


def test_somebody_took_part(browse: Browse) -> None:
    answer = browse("manager").post(f"{P}/evidence/write/minutes/", MINUTES | {"present": ""})

    assert answer.status_code == 422
    assert "Tick who it was, or fill this in." in text(answer.content)


def test_only_who_is_on_the_roster_can_be_ticked(browse: Browse, neighbor: Any) -> None:
    stranger = neighbor.practice.clinicians.first()

    answer = browse("manager").post(
        f"{P}/evidence/write/minutes/", MINUTES | {"clinicians": [stranger.pk, "x"]}
    )

    assert answer.status_code == 422
    assert "Somebody you ticked is not on the roster now. Tick again." in text(answer.content)
    assert stranger.last_name not in answer.content.decode()


def test_a_clinician_is_offered_themselves_alone(browse: Browse) -> None:
    page = browse("kim").get(f"{P}/evidence/write/minutes/").content.decode()

    assert page.count('name="clinicians"') == 1
    assert clinician("Kim").name in page
    assert clinician("Novak").name not in page


def test_no_word_of_the_fields_stands_in_the_database(browse: Browse) -> None:
    kept = written(browse("manager"), "Kim").revisions.get()

    assert [*kept.fields] == ["sha256"]
    assert kept.digests == {kept.sha256, kept.fields["sha256"]}


def test_the_form_opens_as_it_was_filled_in_and_is_the_next_revision(browse: Browse) -> None:
    manager = browse("manager")
    row = written(manager, "Kim")
    assert "Correct this form" in text(manager.get(f"{P}/evidence/1/").content)

    page = manager.get(CORRECT).content.decode()
    assert 'value="03/02/2026"' in page
    assert f'value="{clinician("Kim").pk}" class="ds-c-choice" id="id_clinicians' in page
    assert len(re.findall(r'name="clinicians"[^>]* checked', page)) == 1
    assert "We begin in May." in page
    assert page.index(clinician("Kim").name) < page.index(clinician("Adeyemi").name)  # ticked ones first
    novak = clinician("Novak").pk
    more = seen(manager) | {"clinicians": [novak], "held_on": "03/03/2026"}
    answer = manager.post(CORRECT, MINUTES | more, follow=True)

    assert "Saved as a revision of E-1. It is reviewed anew." in text(answer.content)
    first, second = row.revisions.order_by("number")
    assert clinician("Kim").name in said(first)
    assert "2026-03-02" in said(first)
    assert clinician("Novak").name in said(second)
    assert clinician("Kim").name not in said(second)
    assert evidence.fields_of(second)["clinicians"] == [novak]
    row.refresh_from_db()
    assert row.title == "Minutes of a meeting, 2026-03-03: Falls"


def test_another_name_that_somebody_gave_stays(browse: Browse) -> None:
    manager = browse("manager")
    row = written(manager)
    manager.post(f"{P}/evidence/1/title/", {"title": "Our first meeting"})

    manager.post(CORRECT, MINUTES | seen(manager) | {"topic": "Falls at home"})

    row.refresh_from_db()
    assert (row.title, row.revisions.count()) == ("Our first meeting", 2)


def test_what_was_accepted_is_the_revision_that_was_looked_at(browse: Browse, access: Access) -> None:
    manager = browse("manager")
    row = written(manager)
    use = evidence.use(access("manager"), row, "IA_PSPA_21", "screening_program", kind="policy")
    evidence.review(access("manager"), use, row.revisions.get(), accepted=True)

    manager.post(CORRECT, MINUTES | seen(manager) | {"topic": "Falls at home"})

    assert Review.objects.get().revision.number == 1
    assert ", for an earlier revision" in manager.get(f"{P}/evidence/1/").content.decode()


def test_nothing_is_saved_where_nothing_was_changed(browse: Browse) -> None:
    manager = browse("manager")
    row = written(manager, "Kim")

    same = MINUTES | seen(manager) | {"clinicians": [clinician("Kim").pk]}
    answer = manager.post(CORRECT, same, follow=True)

    assert "Nothing was changed, so nothing was saved." in text(answer.content)
    assert row.revisions.count() == 1


def test_a_field_that_is_empty_says_so(browse: Browse) -> None:
    manager = browse("manager")
    row = written(manager)

    answer = manager.post(CORRECT, MINUTES | seen(manager) | {"topic": ""})

    assert answer.status_code == 422
    assert "Fill this in." in text(answer.content)
    assert row.revisions.count() == 1


def test_of_two_who_correct_at_once_the_second_chooses(browse: Browse) -> None:
    manager, admin = browse("manager"), browse("admin")
    row = written(manager, "Kim")
    theirs, mine = seen(admin), seen(manager)
    both = {"clinicians": [clinician(each).pk for each in ("Kim", "Novak")]}
    admin.post(CORRECT, MINUTES | theirs | both | {"topic": "Falls at home"})

    answer = manager.post(CORRECT, MINUTES | mine | {"topic": "Falls in the clinic"})

    page = text(answer.content)
    assert answer.status_code == 409
    assert "changed this at" in page
    assert "Falls at home" in page
    assert 'value="Falls in the clinic"' in answer.content.decode()
    assert f"{clinician('Kim').name}; {clinician('Novak').name}" in page
    assert row.revisions.count() == 2

    known = dict(re.findall(r'name="(seen)" value="([^"]+)"', answer.content.decode()))
    manager.post(CORRECT, MINUTES | known | {"topic": "Falls in the clinic"})
    assert evidence.fields_of(row.revisions.last())["topic"] == "Falls in the clinic"


def test_a_file_that_came_meanwhile_is_not_overlooked(browse: Browse) -> None:
    manager, admin = browse("manager"), browse("admin")
    row = written(manager)
    mine = seen(manager)
    admin.post(f"{P}/evidence/1/revise/", {"files": file(b"As it was written by hand.\n", "minutes.txt")})

    answer = manager.post(CORRECT, MINUTES | mine | {"topic": "Falls at home"})
    assert answer.status_code == 409
    assert "changed this at" in text(answer.content)

    assert row.revisions.count() == 2
    assert manager.get(CORRECT).status_code == 404
    assert "Correct this form" not in manager.get(f"{P}/evidence/1/").content.decode()

    known = dict(re.findall(r'name="(seen)" value="([^"]+)"', answer.content.decode()))
    manager.post(CORRECT, MINUTES | known | {"topic": "Falls at home"})
    assert evidence.fields_of(row.revisions.last())["topic"] == "Falls at home"


def test_whoever_comes_in_the_same_moment_is_not_overwritten(access: Access, browse: Browse) -> None:
    manager = browse("manager")
    row = written(manager)
    told = {"name": "minutes.txt", "media_type": "text/plain", "after": 1}
    evidence.receive(access("admin"), b"Of the administrator.\n", told, row)

    with pytest.raises(Refused, match="changed this at"):
        evidence.receive(access("manager"), b"Of the manager.\n", told, row)


@pytest.mark.parametrize(("do", "kept"), [("confirm", True), ("keep", False), ("mask", False)])
def test_fields_are_kept_only_with_a_text_that_is_kept_as_it_was_written(
    browse: Browse, do: str, kept: bool
) -> None:
    manager = browse("manager")
    hidden = stopped(manager, f"{P}/evidence/write/minutes/")

    manager.post(f"{P}/evidence/waiting/", hidden | {"do": do, "reason": "The patient is invented."})

    found = Revision.objects.get()
    assert found.form == "minutes"
    assert bool(found.fields) is kept
    assert manager.get(CORRECT).status_code == (200 if kept else 404)
    assert ("Correct this form" in manager.get(f"{P}/evidence/1/").content.decode()) is kept


def test_no_word_of_what_waits_stands_in_the_database_or_beside_it(browse: Browse) -> None:
    manager = browse("manager")
    row = written(manager)

    assert stopped(manager, CORRECT, **seen(manager))

    waits = [each.read_bytes() for each in configured.WAITING.glob("*")]
    assert len(waits) == 1
    assert b"4471182" not in waits[0]
    held = row.practice.waiting.get()
    assert "4471182" not in f"{held.asked} {held.found} {held.name}"
    assert held.asked["asked"]["after"] == 1


def test_a_correction_that_waited_too_long_overtakes_no_other(browse: Browse) -> None:
    manager, admin = browse("manager"), browse("admin")
    row = written(manager)
    hidden = stopped(manager, CORRECT, **seen(manager))
    admin.post(CORRECT, MINUTES | seen(admin) | {"topic": "Falls at home"})

    keep = hidden | {"do": "confirm", "reason": "The patient is invented."}
    answer = manager.post(f"{P}/evidence/waiting/", keep)

    assert answer.status_code == 422
    assert "changed this at" in text(answer.content)
    assert row.revisions.count() == 2


def test_fields_are_destroyed_with_the_text(browse: Browse, access: Access, settings: Any) -> None:
    row = written(browse("manager"), "Kim")
    found = row.revisions.get()
    settings.TODAY = "2040-01-01"
    retention.ask(access("manager"), row, "Its time is over.")
    row.refresh_from_db()
    retention.agree(access("admin"), row)

    for digest in found.digests:
        with pytest.raises(Refused):
            b"".join(vaults.store().read(digest))
    assert Destruction.objects.get().digests == sorted(found.digests)
    page = browse("manager").get(f"{P}/evidence/1/").content.decode()
    assert "Correct this form" not in page
    assert browse("manager").get(CORRECT).status_code == 404


def test_fields_that_another_record_has_too_stay_with_it(access: Access, settings: Any) -> None:
    manager, admin = access("manager"), access("admin")
    filled = {"form": "minutes", "fields": {"topic": "Falls"}}
    told = {"name": "minutes.txt", "media_type": "text/plain", "filled": filled}
    first = evidence.receive(manager, b"Once.\n", told).evidence
    second = evidence.receive(manager, b"Twice.\n", told)
    settings.TODAY = "2040-01-01"
    retention.ask(manager, first, "Its time is over.")
    retention.agree(admin, Evidence.objects.get(pk=first.pk))

    assert evidence.fields_of(second) == {"topic": "Falls"}


def test_fields_that_the_vault_has_not_are_told(browse: Browse) -> None:
    manager = browse("manager")
    row = written(manager)
    vaults.store().forget(row.revisions.get().fields["sha256"])

    answer = manager.get(CORRECT, follow=True)

    assert answer.redirect_chain == [(f"{P}/evidence/1/", 302)]
    assert "digest" in text(answer.content)


def test_who_was_taken_off_the_roster_stays_in_what_they_took_part_in(browse: Browse) -> None:
    manager = browse("manager")
    row = written(manager, "Kim")
    clinician("Kim").stays.update(ended_at=row.made_at)

    assert clinician("Kim").name in manager.get(CORRECT).content.decode()
    assert clinician("Kim").name not in manager.get(f"{P}/evidence/write/minutes/").content.decode()
