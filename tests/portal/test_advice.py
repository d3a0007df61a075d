"""What can still be done: nothing that the calendar or CMS forbids is advised."""

from collections.abc import Callable
from datetime import date
from html import unescape
from typing import Any

import pytest
from django.test import Client

from mips_ia.portal import clock
from mips_ia.portal.actions import ledger as ledger_actions
from mips_ia.portal.facts import Ledger
from mips_ia.portal.models import Practice, Window, Year
from mips_ia.portal.told.advice import advice, still
from mips_ia.portal.told.answer import answer, checks, dates
from mips_ia.portal.told.tasks import tasks

LATE = date(2026, 11, 25)
TOO_LATE = (
    "The last day to start a window of 90 days was October 3, 2026, so no further activity can begin. "
    "What was done in 2026 and is not recorded here, an activity or the days of a clinician, can still be "
    "recorded."
)


@pytest.fixture
def year(harbor: Practice) -> Year:
    found: Year = harbor.years.get(year=2026)
    return found


def keep(year: Year, *activities: str) -> None:
    """Take back every other activity."""
    year.chosen.exclude(activity__in=activities).update(ended_at=clock.now())


def test_before_the_last_day_to_start_further_activities_are_a_way(year: Year) -> None:
    keep(year, "IA_BE_16")
    ledger = Ledger(year)

    assert answer(ledger).word == "Not yet"
    assert (answer(ledger).certain, answer(ledger).possible) == (20, 40)
    assert "Complete 1 more activity." in advice(ledger).ways
    assert advice(ledger).note == ""


def test_where_too_few_are_chosen_the_first_thing_is_to_choose_more(
    year: Year, access: Callable[..., Any]
) -> None:
    keep(year, "IA_BE_16")
    first, *_ = tasks(Ledger(year), access("manager"))
    assert (first.title, first.label, first.address) == (
        "Choose 1 more activity", "Choose activities", "activities/"
    )  # fmt: skip
    assert first.why == "Full credit still takes 1 activity. The last day to start is October 3, 2026."
    keep(year)
    first, *_ = tasks(Ledger(year), access("manager"))
    assert first.title == "Choose 2 activities"
    assert first.why == "Full credit still takes 2 activities. The last day to start is October 3, 2026."
    assert not any("Choose" in each.title for each in tasks(Ledger(year), access("kim")))
    assert not any("Choose" in each.title for each in tasks(Ledger(year, LATE), access("manager")))


def test_individuals_are_told_to_choose_more_too(year: Year, access: Callable[..., Any]) -> None:
    Year.objects.filter(pk=year.pk).update(report_as="individual")
    year.refresh_from_db()
    assert not any("Choose" in each.title for each in tasks(Ledger(year), access("manager")))

    keep(year, "IA_BE_16")
    assert any(each.title == "Choose 1 more activity" for each in tasks(Ledger(year), access("manager")))


def test_on_the_last_day_to_start_it_is_today(year: Year) -> None:
    says = "The last day to start a 90-day window is today, October 3, 2026."
    assert says in answer(Ledger(year, date(2026, 10, 3))).sentences[1]


@pytest.mark.parametrize("chosen", [True, False])
def test_what_asks_for_fewer_days_can_begin_later_and_is_named_until_its_own_last_day(
    year: Year, access: Callable[..., Any], chosen: bool
) -> None:
    """IA_ERP_2 takes 60 days, so that it can begin through November 2."""
    keep(year, "IA_BE_16")
    if chosen:
        ledger_actions.choose(access("manager"), "IA_ERP_2")
    last, later = (Ledger(year, date(2026, 11, day)) for day in (2, 3))

    assert answer(last).sentences[1] == (
        "You can still get full credit, if IA_ERP_2 begins by November 2, 2026."
    )
    assert checks(last)[3].note == (
        "The last day to start a window of 90 days was October 3, 2026; IA_ERP_2 can still start through "
        "November 2, 2026."
    )
    assert "IA_ERP_2" not in checks(later)[3].note
    assert ((date(2026, 11, 2), "Last day to start IA_ERP_2") in dates(last)) is chosen
    if chosen:
        assert "IA_ERP_2 can still start through November 2, 2026. What was done" in advice(last).note
        assert "no further activity can begin" in advice(later).note


def test_after_it_nobody_is_told_to_complete_more(year: Year) -> None:
    keep(year, "IA_BE_16")
    ledger = Ledger(year, LATE)

    assert advice(ledger).ways == []
    assert advice(ledger).note == TOO_LATE
    assert answer(ledger).sentences == [
        "With what is recorded, full credit is no longer possible for 2026. You have 20 points and can still "
        "reach 20.", TOO_LATE,
    ]  # fmt: skip


def test_what_cannot_be_reached_any_more_is_not_to_be_mended_and_earns_no_points(
    year: Year, access: Callable[..., Any]
) -> None:
    """7 of 18 signed IA_PSPA_21, one has not signed, and one window is too short: 8 are not 9.

    What was done and is not on record is something else: it can be recorded, and would count.
    """
    ledger = Ledger(year, LATE)

    assert not any("IA_PSPA_21" in each for each in advice(ledger).ways)
    others, *rest = [each for each in tasks(ledger, access("manager")) if "IA_PSPA_21" in each.title]
    assert (others.title, others.label) == ("Record who else did IA_PSPA_21", "Add windows")
    assert others.why == (
        "7 of 18 clinicians count and 9 are needed. Nobody can begin any more. Whoever did it and is not "
        "recorded here can still be recorded."
    )
    assert {task.points for task in rest} == {0}
    assert not any("who else" in each.title for each in tasks(ledger, access("kim")))


def test_a_window_that_ended_too_early_is_to_be_looked_at_and_not_stretched(
    year: Year, access: Callable[..., Any]
) -> None:
    """Nobody is advised to move a day that is past; a window that can go on may be extended."""
    long_ago = year.windows.filter(activity="IA_PSPA_21", replaced_at=None, clinician__last_name="Johnson")
    long_ago.update(first=date(2026, 3, 2), last=date(2026, 5, 1))

    found = {task.title: task.why for task in tasks(Ledger(year, LATE), access("manager"))}
    assert found["Check the end of Paul Johnson’s window for IA_PSPA_21"] == (
        "It ended on May 1, 2026, after 61 days. If it went on until May 30, 2026 or later, correct the end "
        "date."
    )
    long_ago.update(first=date(2026, 9, 20), last=date(2026, 11, 20))
    found = {task.title: task.why for task in tasks(Ledger(year, LATE), access("manager"))}
    assert found["Extend Paul Johnson’s window for IA_PSPA_21 by 28 days"].startswith("It ended on November")


def test_after_it_full_credit_is_said_to_come_only_from_what_is_there(year: Year) -> None:
    assert still(Ledger(year, LATE)) == (
        "You can still get full credit, if the missing dates and answers are given."
    )
    keep(year, "IA_BE_16", "IA_PSPA_21")
    names = ("Alvarez", "Chen")
    Window.objects.filter(year=year, activity="IA_BMH_12", clinician__last_name__in=names).update(
        activity="IA_PSPA_21", first=date(2026, 9, 20), last=date(2026, 12, 20)
    )
    assert still(Ledger(year, LATE)) == (
        "You can still get full credit, if the windows that have begun end and are signed and "
        "the windows that have ended are signed."
    )


def test_after_submission_closed_it_is_said_what_records_are_still_good_for(year: Year) -> None:
    """For 2026 CMS takes submissions through March 31, 2027 (QPP timeline)."""
    last, later = (Ledger(year, day) for day in (date(2027, 3, 31), date(2027, 4, 1)))

    assert answer(last).sentences[1].startswith("You can still get full credit, if ")
    assert not any("closed" in each for each in answer(last).sentences)
    assert answer(later).sentences[1:] == [
        "Your records can still show full credit, if the missing dates and answers are given.",
        "Submission for 2026 closed on March 31, 2027, unless CMS set a later date. What you record now "
        "helps to prove what CMS was sent, and changes nothing there.",
    ]


def test_the_pages_say_so(
    browse: Callable[[str], Client], harbor: Practice, year: Year, settings: Any
) -> None:
    keep(year, "IA_BE_16")
    settings.TODAY = LATE.isoformat()
    client = browse("manager")

    for address in ("", "score/"):
        page = unescape(client.get(f"/p/{harbor.slug}/2026/{address}").content.decode())
        assert TOO_LATE in page
        assert "Complete 1 more" not in page
