"""What is asked of one person is told to them: items of a request, and a change of what they added."""

from collections.abc import Callable
from datetime import date

import pytest

from mips_ia.portal import demo, reminders
from mips_ia.portal.actions import audit, evidence
from mips_ia.portal.models import Audit, AuditItem, Membership, Use
from mips_ia.portal.tenancy import Access

BASE = "https://portal.example/"
AccessOf = Callable[..., Access]
pytestmark = pytest.mark.django_db
ASKED = date(2026, 9, 16)
SAYS = "A change of E-1 “A policy” was asked for."


def told(kind: str, day: date = demo.DAY) -> list[tuple[str, str, str]]:
    """Who is told what of a kind on a day, and where it leads."""
    every = [each for each in reminders.due(day) if each.kind == kind]
    return [(each.person.email.partition("@")[0], each.says, each.address) for each in every]


@pytest.fixture
def request_of_2025(access: AccessOf) -> Audit:
    """Three items, two of which the administrator looks after."""
    manager = access("manager", 2025)
    items = [{"label": "", "words": f"Policy {number}", "activity": ""} for number in range(3)]
    row: Audit = audit.record(manager, ASKED, "An Invented Contractor", "", items)
    AuditItem.objects.filter(audit=row, number__lt=3).update(owner=access("admin").person)
    return row


def test_who_looks_after_items_is_told_once_and_again_of_another(request_of_2025: Audit) -> None:
    at = f"p/harbor-rehabilitation-group/2025/audit/{request_of_2025.pk}/"
    two, three = (f"You look after {count} items of an auditor’s request about 2025." for count in (2, 3))
    assert told("item") == [("admin", two, at)]
    [each] = [each for each in reminders.due(demo.DAY) if each.kind == "item"]
    assert each.reason == (
        "You get this because you are the one who looks after these items at Harbor Rehabilitation Group."
    )

    reminders.remind(BASE, demo.DAY)
    assert told("item", date(2026, 9, 17)) == []
    request_of_2025.items.update(owner=each.person)
    assert told("item", date(2026, 9, 17)) == [("admin", three, at)]


@pytest.mark.parametrize("over", ["done", "closed", "gone"])
def test_nobody_is_told_of_items_that_are_done_or_over_or_who_left(
    request_of_2025: Audit, access: AccessOf, over: str
) -> None:
    if over == "done":
        request_of_2025.items.update(done=True)
    elif over == "closed":
        Audit.objects.update(closed_at="2026-09-16T12:00Z")
    else:
        Membership.objects.filter(person=access("admin").person).update(ended_at="2026-09-16T12:00Z")

    assert told("item") == []


def asked_to_change(access: AccessOf, who: str = "kim", reviewer: str = "manager") -> Use:
    """Evidence that somebody added, of which a reviewer asks for a change."""
    given = {"name": "policy.txt", "media_type": "text/plain", "title": "A policy"}
    revision = evidence.receive(access(who), b"A policy.", given)
    row: Use = evidence.use(access(who), revision.evidence, "IA_PSPA_21", "screening_program", kind="policy")
    evidence.review(access(reviewer), row, revision, accepted=False, reason="Page 2 is missing.")
    return row


def test_who_added_a_file_is_told_that_a_change_is_asked_for_and_nothing_of_why(access: AccessOf) -> None:
    asked_to_change(access)

    assert told("change") == [("kim", SAYS, "p/harbor-rehabilitation-group/2026/evidence/1/")]
    reminders.remind(BASE, demo.DAY)
    assert told("change", date(2026, 9, 17)) == []


@pytest.mark.parametrize("over", ["accepted", "revised", "ended", "a month later", "their own", "gone"])
def test_nobody_is_told_of_a_change_that_is_over_or_that_they_asked_for(access: AccessOf, over: str) -> None:
    use = asked_to_change(access, "manager" if over == "their own" else "kim")
    day = demo.DAY
    if over == "accepted":
        evidence.review(access("manager"), use, use.evidence.revisions.get(), accepted=True)
    elif over == "revised":
        evidence.receive(
            access("kim"), b"Another.", {"name": "a.txt", "media_type": "text/plain"}, use.evidence
        )
    elif over == "ended":
        evidence.end_use(access("manager"), use)
    elif over == "a month later":
        day = date(2026, 10, 20)
    elif over == "gone":
        Membership.objects.filter(person=access("kim").person).update(ended_at="2026-09-16T12:00Z")

    assert told("change", day) == []
