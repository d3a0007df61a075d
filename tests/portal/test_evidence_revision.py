"""An earlier revision is looked at as the newest is, by whoever may, and changes nothing."""

from collections.abc import Callable

import pytest
from django.test import Client
from evidence_given import P, added, file, nothing_waits, stopped, text  # noqa: F401 - a fixture
from making import pdf

from mips_ia.portal import clock
from mips_ia.portal.models import Destruction, Evidence, Membership, Person

Browse = Callable[[str], Client]
pytestmark = pytest.mark.django_db


def revised(client: Client, row: Evidence, content: bytes, name: str) -> None:
    """One more revision."""
    answer = client.post(f"{P}/evidence/{row.number}/revise/", {"files": file(content, name)})
    assert answer.status_code == 303


def test_an_earlier_revision_is_shown_with_its_own_facts_and_text(browse: Browse) -> None:
    manager = browse("manager")
    row = added(manager)
    revised(manager, row, b"Everybody over 60 is screened.\n", "policy-2.txt")
    first, second = row.revisions.order_by("number")
    here = f"{P}/evidence/{row.number}/revisions/"

    page = text(manager.get(f"{here}1/").content)

    assert "Revision 2 took its place; this one stays." in page
    assert "Every patient over 65 is screened" in page
    assert "over 60" not in page
    assert first.sha256 in page
    assert second.sha256 not in page
    assert first.receipt in page
    assert "This is the newest revision." in text(manager.get(f"{here}2/").content)
    assert manager.get(f"{here}3/").status_code == 404
    newest = manager.get(f"{P}/evidence/{row.number}/").content.decode()
    assert f'href="{here}1/"' in newest
    assert f'href="{here}2/"' not in newest
    assert f'action="{P}/evidence/{row.number}/files/1/"' in manager.get(f"{here}1/").content.decode()


def test_a_page_of_an_earlier_pdf_is_a_picture_of_that_revision(browse: Browse) -> None:
    manager = browse("manager")
    manager.post(f"{P}/evidence/new/", {"files": file(pdf(["One."]), "a.pdf")})
    row = Evidence.objects.get()
    revised(manager, row, pdf(["Other."]), "b.pdf")

    page = manager.get(f"{P}/evidence/{row.number}/revisions/1/").content.decode()

    shown = f"{P}/evidence/{row.number}/files/1/1.webp"
    assert shown in page
    assert manager.get(shown).status_code == 200
    assert "/files/2/1.webp" not in page


def test_one_that_names_patients_is_shown_to_those_named_alone(
    browse: Browse, person: Callable[[str], Person]
) -> None:
    manager = browse("manager")
    manager.post(f"{P}/evidence/waiting/", {**stopped(manager), "do": "keep", "reason": "Needed whole."})
    row = Evidence.objects.get()
    revised(manager, row, b"A policy.\n", "policy.txt")
    here = f"{P}/evidence/{row.number}/revisions/1/"

    without = text(manager.get(here).content)
    Membership.objects.filter(person=person("admin")).update(grants=["open_phi"])
    having = text(browse("admin").get(here).content)

    assert "It names patients." in without
    assert "Pat Invented" not in without
    assert "Names patients" in having
    assert "Pat Invented" in having


def test_what_was_destroyed_is_not_shown(browse: Browse) -> None:
    manager = browse("manager")
    row = added(manager)
    revised(manager, row, b"Another.\n", "policy-2.txt")
    here = f"{P}/evidence/{row.number}/revisions/1/"
    assert "over 65" in text(manager.get(here).content)
    asked = {
        "person": Person.objects.get(email="admin@demo.example"),
        "at": clock.now(),
        "reason": "Its time.",
    }
    Destruction.objects.create(evidence=row, agreed_by=asked["person"], agreed_at=clock.now(), **asked)

    page = text(manager.get(here).content)

    assert "There is nothing to show." in page
    assert "over 65" not in page
    assert "Download" not in page


def test_a_clinician_sees_no_revision_of_what_is_not_theirs(browse: Browse) -> None:
    browse("manager").post(f"{P}/evidence/new/", {"files": file(b"Something else.\n", "other.txt")})
    row = Evidence.objects.get()

    assert browse("kim").get(f"{P}/evidence/{row.number}/revisions/1/").status_code == 404
