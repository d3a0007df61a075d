"""Managers are told which met activity lacks evidence: monthly, weekly from December, until it is there."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from django.test import Client
from evidence_given import text

from mips_ia.portal import reminders
from mips_ia.portal.actions import evidence
from mips_ia.portal.facts import Ledger
from mips_ia.portal.models import Practice, Year
from mips_ia.portal.templatetags.words import day as spoken
from mips_ia.portal.tenancy import Access
from mips_ia.portal.told import proofs

AccessOf = Callable[..., Access]
pytestmark = pytest.mark.django_db
SAYS = "IA_BE_16 is met, and evidence for it is missing."


def told(day: date) -> dict[str, tuple[str, ...]]:
    """Whom it is told on a day, with what is kept of it."""
    return {each.person.email: each.about for each in reminders.due(day) if each.says == SAYS}


def turns(first: date, days: int) -> int:
    """How many times the manager is told within so many days."""
    every = (told(first + timedelta(days=each)) for each in range(days))
    return len({about for found in every for about in found.values()})


def test_the_manager_is_told_monthly_and_weekly_from_december() -> None:
    assert told(date(2026, 10, 1)).keys() == {"manager@demo.example"}
    assert turns(date(2026, 10, 1), 61) == 2
    assert turns(date(2026, 12, 7), 28) == 4
    assert told(date(2027, 4, 1)) == {}


def test_it_is_of_activities_that_are_met_alone() -> None:
    found = {each.says.split()[0] for each in reminders.due(date(2026, 10, 1)) if each.kind == "prove"}

    assert found == {"IA_BE_16"}  # and not of those that too few clinicians do yet


def test_it_stops_once_there_is_evidence_also_while_nobody_reviewed_it(
    access: AccessOf, harbor: Practice
) -> None:
    manager = access("manager")
    needed = Ledger(Year.objects.get(practice=harbor, year=2026)).proofs["IA_BE_16"]
    told_of = {"name": "kept.txt", "media_type": "text/plain", "title": "Kept"}
    revision = evidence.receive(manager, b"Kept as it was done.", told_of)
    for each in proofs.leaves_of(needed.finding):
        days = {"first": needed.attestation.first, "last": needed.attestation.last}
        kind = each.part.kinds[0]
        evidence.use(manager, revision.evidence, "IA_BE_16", each.part.id, kind=kind, **days)

    assert told(date(2026, 10, 1)) == {}


def test_a_document_that_ends_before_its_days_is_told_and_shown_until_another_follows(
    access: AccessOf, harbor: Practice, browse: Callable[[str], Client]
) -> None:
    manager = access("manager")
    year = Year.objects.get(practice=harbor, year=2026)
    found = Ledger(year).proofs["IA_BE_16"]
    ends = max(year.windows.filter(activity="IA_BE_16", replaced_at=None).values_list("last", flat=True))
    leaf = next(each.part for each in proofs.leaves_of(found.finding) if each.part.dated == "in_force")
    told_of = {"name": "kept.txt", "media_type": "text/plain", "title": "Plan"}

    def kept(first: date, last: date | None) -> None:
        revision = evidence.receive(manager, f"Kept from {first}.".encode(), told_of)
        kind = leaf.kinds[0]
        evidence.use(manager, revision.evidence, "IA_BE_16", leaf.id, kind=kind, first=first, last=last)

    last = ends - timedelta(days=20)
    kept(date(2026, 1, 1), last)

    def says(day: date) -> list[str]:
        return [each.says for each in reminders.due(day) if each.kind == "ending"]

    assert says(last - timedelta(days=31)) == []
    assert says(last - timedelta(days=7)) == [f"E-1 “Plan” ends on {spoken(last)}, 7 days from now."]
    assert says(last + timedelta(days=1)) == []
    address = f"/p/{harbor.slug}/2026/evidence/"
    page = text(browse("manager").get(address).content)
    told = f"E-1 “Plan” ends on {spoken(last)}, before IA_BE_16 does."
    assert f"{told} It must be in force through {spoken(ends)}." in page
    assert "Keep until" in page
    assert "December 31, 2032" in page

    kept(last + timedelta(days=1), None)

    assert says(last - timedelta(days=7)) == []
    assert "before IA_BE_16 does" not in text(
        browse("manager").get(f"/p/{harbor.slug}/2026/evidence/").content
    )
