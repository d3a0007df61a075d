"""What changes under a practice is told once: another number that is needed, and what CMS does."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from django.core import mail

from mips_ia.portal import demo, reminders
from mips_ia.portal.actions import ledger, roster
from mips_ia.portal.demo import npi_of
from mips_ia.portal.models import Membership, Person, Practice, Stay, Window, Year
from mips_ia.portal.tenancy import Access

BASE = "https://portal.example/"
AccessOf = Callable[..., Access]
pytestmark = pytest.mark.django_db


def told(name: str, day: date, kind: str) -> list[str]:
    """What somebody is told of a kind on a day."""
    mine = [each for each in reminders.due(day) if each.person.email == f"{name}@demo.example"]
    return [each.says for each in mine if each.kind == kind]


def take_off(*names: str) -> None:
    Stay.objects.filter(year__year=2026, clinician__last_name__in=names).update(ended_at="2026-09-17T12:00Z")


def next_days() -> list[date]:
    """The days after the demonstration's, without weekends."""
    every = (demo.DAY + timedelta(days=days) for days in range(1, 20))
    return [day for day in every if day.weekday() < 5]


# ---- Half moves


def test_another_number_that_is_needed_is_told_once_with_both_numbers() -> None:
    reminders.remind(BASE, demo.DAY)
    days = next_days()
    assert told("manager", days[0], "half") == []

    take_off("Kim", "Novak")
    says = "The roster changed: 16 now count, so that 8 are needed for each activity; before it was 9."
    assert told("manager", days[0], "half") == [says]
    assert told("kim", days[0], "half") == []

    reminders.remind(BASE, days[0])
    assert says in "".join(each.body for each in mail.outbox)
    assert told("manager", days[1], "half") == []


def test_a_medical_home_asks_for_no_number_and_hides_none(access: AccessOf) -> None:
    """It stands first, and is no reason to be silent on the others, or to speak of individuals."""
    everybody = access("manager").year.chosen
    everybody.exclude(activity="IA_PSPA_21").update(ended_at="2026-09-16T12:00Z")
    ledger.choose(access("manager"), "IA_PCMH")
    reminders.remind(BASE, demo.DAY)

    take_off("Kim", "Novak")

    assert len(told("manager", next_days()[0], "half")) == 1
    (start,) = [each for each in told("manager", date(2026, 12, 24), "start") if "IA_PCMH" in each]
    assert start.endswith("0 of 16 clinicians count.")


@pytest.mark.parametrize(
    ("known", "says"),
    [
        ({"ended_at": "2026-09-17T12:00Z"}, "The roster of 2026 is missing."),
        ({"billed": False}, "The roster says of everybody that they billed nothing in 2026."),
    ],
)
def test_where_nobody_is_counted_the_last_day_to_start_is_told_with_that(
    known: dict[str, object], says: str
) -> None:
    """Of one practice in the middle of its set-up, and it may not keep all others from their messages."""
    Stay.objects.filter(year__year=2026).update(**known)

    assert all(f"days from now. {says}" in each for each in told("manager", date(2026, 9, 19), "start"))
    assert told("manager", date(2026, 9, 19), "start")


def test_a_change_that_was_taken_back_before_anybody_was_told_is_no_news() -> None:
    reminders.remind(BASE, demo.DAY)
    take_off("Kim", "Novak")
    Stay.objects.filter(year__year=2026).update(ended_at=None)

    assert told("manager", next_days()[0], "half") == []


def test_back_and_forth_is_told_each_time() -> None:
    days = next_days()
    reminders.remind(BASE, demo.DAY)
    take_off("Kim", "Novak")
    reminders.remind(BASE, days[0])
    Stay.objects.filter(year__year=2026).update(ended_at=None)

    says = "The roster changed: 18 now count, so that 9 are needed for each activity; before it was 8."
    assert told("manager", days[1], "half") == [says]


def test_a_roster_that_is_still_being_set_up_is_no_news(harbor: Practice) -> None:
    year = Year.objects.filter(practice=harbor, year=2026)
    windows = Window.objects.filter(year__in=year)
    windows.update(replaced_at="2026-09-16T12:00Z")  # nobody entered anything yet
    take_off("Kim", "Novak")
    reminders.remind(BASE, demo.DAY)
    Stay.objects.filter(year__year=2026).update(ended_at=None)
    reminders.remind(BASE, next_days()[0])

    windows.filter(replaces=None).update(replaced_at=None)
    assert told("manager", next_days()[1], "half") == []
    reminders.remind(BASE, next_days()[1])
    take_off("Kim", "Novak")
    assert len(told("manager", next_days()[2], "half")) == 1


def test_a_new_manager_learns_of_what_changes_from_now_on(harbor: Practice) -> None:
    reminders.remind(BASE, demo.DAY)
    take_off("Kim", "Novak")
    Membership.objects.create(
        person=Person.objects.get(email="patel@demo.example"),
        organization=harbor.organization,
        role="manager",
    )
    assert told("patel", next_days()[0], "half") == []


# ---- What CMS does


@pytest.fixture
def suspended(harbor: Practice, access: AccessOf) -> date:
    """In 2025 the practice did an activity that CMS suspended on May 6; Kim had days of it."""
    manager = access("manager", 2025)
    for number in range(3):
        roster.put(manager, npi_of(number), names={}, billed=True)
    ledger.choose(manager, "IA_PM_6")
    kim = harbor.clinicians.get(last_name="Kim")
    roster.put(manager, kim.npi, names={}, billed=True)
    ledger.enter(manager, kim, "IA_PM_6", date(2025, 4, 1), date(2025, 7, 31))
    return date(2025, 5, 6)


def test_what_cms_does_to_a_chosen_activity_is_told_to_managers_and_to_those_in_it(suspended: date) -> None:
    says = "IA_PM_6: CMS suspended this activity on May 6, 2025."
    assert told("manager", suspended - timedelta(days=1), "event") == []

    assert told("manager", suspended, "event")[0].startswith(says)
    assert told("kim", suspended, "event")[0].startswith(says)
    assert len([each for each in reminders.due(suspended) if each.kind == "event"]) == 2


def test_it_is_told_once_and_not_for_an_activity_that_was_taken_back(
    suspended: date, access: AccessOf
) -> None:
    reminders.remind(BASE, suspended)
    assert told("manager", suspended + timedelta(days=1), "event") == []
    assert "suspended this activity" in "".join(each.body for each in mail.outbox)

    ledger.take_back(access("manager", 2025), "IA_PM_6")
    assert told("kim", suspended, "event") == []
