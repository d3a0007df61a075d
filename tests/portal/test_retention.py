"""Evidence stays for its time; after it two administrators destroy it, and what is held stays longer."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.test import Client

from mips_ia.portal import vaults
from mips_ia.portal.actions import audit, evidence, retention
from mips_ia.portal.models import Destruction, Evidence, Hold, Leaf, Membership, Person, Practice
from mips_ia.problems import Refused

Access = Callable[..., Any]
P = "/p/harbor-rehabilitation-group/2026/evidence"


@pytest.fixture
def kept(access: Access) -> Evidence:
    """A policy of the year."""
    manager = access("manager")
    told = {"name": "falls.txt", "media_type": "text/plain", "title": "Falls policy"}
    revision = evidence.receive(manager, b"Nobody else keeps these words.\n", told)
    evidence.use(manager, revision.evidence, "IA_PSPA_21", "screening_program", kind="policy")
    return revision.evidence


@pytest.fixture
def second(harbor: Practice, sign_in: Callable[[Person], Client]) -> Client:
    """Another administrator."""
    who = Person.objects.create_user("second@demo.example", None, name="Second Administrator")
    Membership.objects.create(person=who, organization=harbor.organization, role="admin")
    return sign_in(who)


def read(client: Client, page: str, **sent: str) -> str:
    """What a page says, or answers to what is sent."""
    answer = client.post(page, sent, follow=True) if sent else client.get(page, follow=True)
    return answer.content.decode()


def _bytes_of(row: Evidence) -> bytes:
    return b"".join(vaults.store().read(row.revisions.get().sha256))


def test_before_its_time_nothing_is_destroyed(kept: Evidence, browse: Callable[[str], Client]) -> None:
    page = f"{P}/{kept.number}/destroy/"

    asked = read(browse("admin"), page)
    assert "It must be kept until December 31, 2032" in asked
    assert "December 31, 2036 is advised." in asked
    refused = read(browse("admin"), page, reason="Its time is over.")
    assert "It must be kept until December 31, 2032, and while it is held." in refused
    assert not Destruction.objects.exists()


def test_after_it_one_asks_and_another_agrees_and_the_hashes_stay(
    kept: Evidence, browse: Callable[[str], Client], second: Client, settings: Any
) -> None:
    settings.TODAY = "2033-01-01"
    page, admin = f"{P}/{kept.number}/destroy/", browse("admin")
    read(admin, page, reason="Its time is over.")
    assert "A second administrator has to agree." in read(admin, page)
    assert "does not agree to it as well" in read(admin, page, agree="1")
    assert _bytes_of(kept)

    assert "is destroyed. Its fingerprints are kept." in read(second, page, agree="1")

    with pytest.raises(Refused, match="digest"):
        _bytes_of(kept)
    row = Destruction.objects.get()
    assert row.digests == [kept.revisions.get().sha256]
    assert Leaf.objects.filter(content__contains='"kind":"destruction"').count() == 2  # asked for, agreed to
    assert "Destroyed on" in read(admin, f"{P}/{kept.number}/")
    assert admin.post(f"{P}/{kept.number}/files/1/").status_code == 404


def test_its_page_then_says_what_it_showed_and_offers_nothing_that_cannot_be_done(
    kept: Evidence, access: Access, browse: Callable[[str], Client], second: Client, settings: Any
) -> None:
    """Its bytes are not missing: they were destroyed, and everything that was said of it stays."""
    evidence.review(access("admin"), kept.uses.get(), kept.revisions.get(), accepted=True)
    settings.TODAY = "2033-01-01"
    page, manager = f"{P}/{kept.number}/", browse("manager")
    retention.ask(access("admin"), kept, "Its time is over.")
    read(second, f"{page}destroy/", agree="1")

    said = " ".join(read(manager, f"{page}?check=1").split())

    assert "Its time is over. Robin Ashworth asked for it, and Second Administrator agreed." in said
    assert "What it showed in 2026" in said
    assert "As policy, of days that are not known." in said
    assert "Accepted by Robin Ashworth" in said
    assert "Nobody can take the file any more." in said
    for wrong in ("This differs", "Until then it proves nothing", "can take the file.<", "Keep until"):
        assert wrong not in said
    own = f'href="{page}'
    assert said.count(own) == 0, "nothing leads on from here"


def test_what_was_destroyed_cannot_be_said_to_show_something_more(
    kept: Evidence, access: Access, browse: Callable[[str], Client], second: Client, settings: Any
) -> None:
    settings.TODAY = "2033-01-01"
    form = f"{P}/{kept.number}/use/?activity=IA_PSPA_21&leaf=progress"
    retention.ask(access("admin"), kept, "Its time is over.")
    read(second, f"{P}/{kept.number}/destroy/", agree="1")

    answer = browse("manager").post(form, {"kind": "minutes", "first": "05/05/2026", "clinician": ""})

    assert answer.status_code == 422
    assert "It was destroyed. Add it anew." in answer.content.decode()
    assert kept.uses.count() == 1


def test_who_asks_a_moment_after_somebody_else_reads_who_it_was(
    kept: Evidence, access: Access, settings: Any
) -> None:
    settings.TODAY = "2033-01-01"
    retention.ask(access("admin"), kept, "Its time is over.")

    with pytest.raises(Refused, match="asked for it already"):
        retention.ask(access("admin"), kept, "I think so too.")


def test_what_is_held_is_not_destroyed_until_the_hold_is_lifted(
    kept: Evidence, browse: Callable[[str], Client], settings: Any
) -> None:
    manager, admin = browse("manager"), browse("admin")
    read(manager, f"{P}/hold/", reason="An audit.")
    settings.TODAY = "2033-01-01"
    read(admin, f"{P}/{kept.number}/destroy/", reason="Its time is over.")
    assert not Destruction.objects.exists()

    read(manager, f"{P}/hold/", reason="The audit is over.")
    read(admin, f"{P}/{kept.number}/destroy/", reason="Its time is over.")

    assert Hold.objects.get().lifted_because == "The audit is over."
    assert Destruction.objects.exists()


@pytest.mark.parametrize("year", [2026, 2025])
def test_what_shows_nothing_is_held_with_the_year_it_came_in_and_with_that_of_a_request_it_answers(
    access: Access, year: int, browse: Callable[[str], Client], settings: Any
) -> None:
    told = {"name": "spare.txt", "media_type": "text/plain"}
    row = evidence.receive(access("manager"), b"It shows nothing yet.\n", told).evidence
    if year == 2025:
        item = {"label": "1", "words": "The policy", "activity": ""}
        asked = audit.record(access("manager", 2025), date(2026, 9, 2), "An Invented Contractor", "", [item])
        about = {"activity": "", "clinician": None, "owner": None, "note": "", "done": True}
        audit.answer(access("manager", 2025), asked.items.get(), about, [row])
        audit.close(access("manager", 2025), asked, "CMS accepted it.")
    held = retention.hold(access("manager", year), "A lawsuit.")
    settings.TODAY = "2033-01-01"

    with pytest.raises(Refused, match="while it is held"):
        retention.ask(access("admin"), Evidence.objects.get(pk=row.pk), "Its time is over.")
    assert "Held: A lawsuit." in read(browse("manager"), f"{P}/{row.number}/")
    assert ">Held</span>" in read(browse("manager"), f"{P}/")

    retention.lift(access("manager", year), held, "It is over.")
    retention.ask(access("admin"), row, "Its time is over.")
    retention.hold(access("manager", year), "A second lawsuit.")
    with pytest.raises(Refused, match="while it is held"):
        retention.agree(access("manager"), row)


def test_while_a_request_about_the_year_it_came_in_is_open_what_shows_nothing_is_not_destroyed(
    access: Access, browse: Callable[[str], Client], settings: Any
) -> None:
    """As with a hold of that year: an auditor may yet be given it."""
    told = {"name": "spare.txt", "media_type": "text/plain"}
    row = evidence.receive(access("manager"), b"It shows nothing yet.\n", told).evidence
    item = {"label": "1", "words": "The policy", "activity": ""}
    asked = audit.record(access("manager"), date(2026, 9, 2), "An Invented Contractor", "", [item])
    settings.TODAY = "2033-01-01"

    with pytest.raises(Refused, match="asked about 2026 on September 2, 2026, and that is open"):
        retention.ask(access("admin"), row, "Its time is over.")
    assert "Answer that request and close it" in read(browse("admin"), f"{P}/{row.number}/destroy/")

    audit.close(access("manager"), asked, "CMS accepted it.")
    retention.ask(access("admin"), row, "Its time is over.")


@pytest.mark.parametrize("what", ["hold", "lift", "destroy"])
def test_a_reason_that_may_name_a_patient_is_kept_once_somebody_says_that_it_names_none(
    kept: Evidence, browse: Callable[[str], Client], what: str, settings: Any
) -> None:
    said, tick, admin = "Beside MRN 0012345.", "It names no patient: save it as it is", browse("admin")
    page = f"{P}/{kept.number}/destroy/" if what == "destroy" else f"{P}/hold/"
    if what == "lift":
        read(admin, page, reason="An audit.")
    settings.TODAY = "2033-01-01"
    assert tick not in read(admin, page)

    answer = read(admin, page, reason=said)
    assert "Take out what looks like 1 medical record number: line 1. Nothing was saved." in answer
    assert tick in answer
    rows = [*Hold.objects.values_list("reason", "lifted_because"), *Destruction.objects.values_list("reason")]
    assert said not in str(rows)

    read(admin, page, reason=said, nobody="on")
    rows = [*Hold.objects.values_list("reason", "lifted_because"), *Destruction.objects.values_list("reason")]
    assert said in str(rows)


def test_only_administrators_destroy_and_only_who_reviews_holds(
    kept: Evidence, browse: Callable[[str], Client]
) -> None:
    assert browse("manager").get(f"{P}/{kept.number}/destroy/").status_code == 403
    assert browse("kim").get(f"{P}/hold/").status_code == 403
