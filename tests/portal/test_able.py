"""Who left, or joins too late, begins nothing any more: no page promises what only they could bring."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.test import Client

from mips_ia.portal.facts import Ledger
from mips_ia.portal.models import Chosen, Practice, Stay, Window, Year
from mips_ia.portal.reminders.starting import to_start
from mips_ia.portal.told.advice import advice
from mips_ia.portal.told.answer import answer, checks
from mips_ia.portal.told.individuals import together
from mips_ia.portal.told.moves import moves
from mips_ia.portal.told.own_moves import own_moves
from mips_ia.portal.told.shown import why
from mips_ia.portal.told.tasks import tasks

ACTIVITY = "IA_PSPA_21"  # which by itself gives full credit to a rural practice
GONE, LATE = {"left_on": date(2026, 2, 28)}, {"joined_on": date(2026, 11, 3)}


@pytest.fixture
def year(harbor: Practice) -> Year:
    """Of four clinicians who count one has signed, and the others have no window."""
    found = harbor.years.get(year=2026)
    Chosen.objects.filter(year=found).exclude(activity=ACTIVITY).delete()
    signed = Window.objects.filter(year=found, activity=ACTIVITY, signatures__kind="own", replaced_at=None)
    keep = [signed.order_by("id")[0].clinician_id]
    began = Window.objects.filter(year=found, activity=ACTIVITY, replaced_at=None).values("clinician")
    keep += found.stays.exclude(clinician__in=began).values_list("clinician", flat=True)[:3]
    found.stays.update(billed=False)
    found.stays.filter(clinician__in=keep).update(billed=True, joined_on=None, left_on=None, rural=None)
    Year.objects.filter(pk=found.pk).update(
        statuses=["rural"], apm="none", denominator="billed", denominator_reason="The help desk says so."
    )
    return harbor.years.get(year=2026)


def without(year: Year, many: int = 3, **days: date) -> None:
    """So many of those who have no window are there on no other days."""
    rows = year.stays.filter(billed=True).exclude(clinician__windows__activity=ACTIVITY)
    Stay.objects.filter(pk__in=[*rows.order_by("id").values_list("pk", flat=True)[:many]]).update(**days)


@pytest.mark.parametrize("days", [GONE, LATE])
def test_a_group_waits_for_nobody_who_cannot_begin(
    days: dict[str, date], year: Year, access: Callable[..., Any]
) -> None:
    assert (answer(Ledger(year)).word, answer(Ledger(year)).possible) == ("Not yet", 40)
    without(year, **days)
    ledger = Ledger(year)
    (tally,) = ledger.tallies

    assert (tally.counting, tally.needed) == (1, 2)
    assert (answer(ledger).word, answer(ledger).possible) == ("No", 0)
    assert (
        answer(ledger)
        .sentences[1]
        .startswith(
            "By the roster too few can still begin a window of 90 days, so no further activity can begin."
        )
    )
    assert why(ledger, tally) == (
        "1 of 4 clinicians; 2 needed. 1 more needed; by the roster nobody more can begin by October 3, 2026."
    )
    time = checks(ledger)[-1]
    assert (time.word, time.note) == ("Not met", "By the roster too few can still begin a window of 90 days.")
    told = {each.title: each.why for each in tasks(ledger, access("manager"))}
    assert f"Add 1 clinician to {ACTIVITY}" not in told
    assert "By the roster too few can still begin." in told[f"Record who else did {ACTIVITY}"]
    assert [each for each in moves(ledger) if each.raises] == advice(ledger).ways == []
    person = access("manager").person
    assert [*to_start(ledger, {"manager": {person}})] == []


def test_where_all_left_no_page_says_that_a_window_can_begin(
    year: Year, harbor: Practice, browse: Callable[[str], Client]
) -> None:
    Window.objects.filter(year=year, activity=ACTIVITY).update(replaced_at="2026-09-16T13:00Z")
    year.stays.filter(billed=True).update(**GONE)
    client = browse("manager")
    overview, plan = (client.get(f"/p/{harbor.slug}/2026/{rest}").content.decode() for rest in ("", "plan/"))

    assert answer(Ledger(year)).sentences[1] == (
        "You can still get full credit, if it was done: record who did it, and when."
    )
    assert "A new window can still start" not in overview
    assert "By the roster too few can still begin a window of 90 days." in plan
    assert "A window that starts today" not in plan


def test_it_waits_for_those_who_can(year: Year, access: Callable[..., Any]) -> None:
    without(year, many=2, **GONE)
    ledger = Ledger(year)

    assert (answer(ledger).word, answer(ledger).possible) == ("Not yet", 40)
    assert answer(ledger).sentences[1].endswith("90-day window is October 3, 2026, 17 days from now.")
    assert checks(ledger)[-1].word == "Enough time"
    assert f"Add 1 clinician to {ACTIVITY}" in [each.title for each in tasks(ledger, access("manager"))]
    (move,) = [each for each in moves(ledger) if each.raises]
    assert move.says == f"1 clinician more starts by October 3, 2026 ({ACTIVITY})"
    assert [*to_start(ledger, {"manager": {access("manager").person}})]


def test_who_cannot_begin_keeps_no_way_open_of_their_own(year: Year, access: Callable[..., Any]) -> None:
    Year.objects.filter(pk=year.pk).update(report_as="individual", denominator="", denominator_reason="")
    year.refresh_from_db()
    whole = together(Ledger(year))
    assert whole
    assert (whole.full, whole.reach, whole.of) == (1, 4, 4)
    assert "Add windows for 3 clinicians" in [each.title for each in tasks(Ledger(year), access("manager"))]

    without(year, many=2, **GONE)
    ledger = Ledger(year)
    whole = together(ledger)
    assert whole
    assert (whole.full, whole.reach, whole.possible) == (1, 2, 0)
    assert (
        answer(ledger)
        .sentences[0]
        .startswith("With what is recorded, full credit is no longer possible for 2 of 4 clinicians in 2026.")
    )
    assert "Add windows for 1 clinician" in [each.title for each in tasks(ledger, access("manager"))]
    left = next(each for each in ledger.counted if each.left_on)
    assert own_moves(ledger, ledger.alone(left)) == []
    assert ledger.alone(left).most == 0


def test_who_joins_late_can_still_begin_what_takes_fewer_days(year: Year) -> None:
    Year.objects.filter(pk=year.pk).update(report_as="individual", denominator="", denominator_reason="")
    year.refresh_from_db()
    without(year, many=1, joined_on=date(2026, 10, 20))
    ledger = Ledger(year)
    late = next(each for each in ledger.counted if each.joined_on)

    assert ledger.alone(late).most == 40
    assert [each.says for each in own_moves(ledger, ledger.alone(late))] == [
        "IA_ERP_2 begins by November 2, 2026 and is signed"
    ]
