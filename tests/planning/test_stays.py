"""What the roster says of a window's days: that somebody was there, that they were not, or neither."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis.strategies import dates, integers, lists, sampled_from, tuples

from mips_ia import catalogue, rules
from mips_ia.planning.ledger import Cell, Entered, cell
from mips_ia.planning.stays import Days, doubt, room, unbroken

SPRING = date(2026, 3, 2), date(2026, 5, 30)
JANUARY, MARCH, APRIL, JULY = date(2026, 1, 5), date(2026, 3, 31), date(2026, 4, 10), date(2026, 7, 1)


@pytest.mark.parametrize(
    ("stays", "code"),
    [
        ([], None),
        ([(None, None)], None),  # there before the year, and still there
        ([(JANUARY, None)], None),
        ([(JANUARY, date(2026, 5, 30))], None),
        ([(None, date(2026, 5, 30)), (JULY, None)], None),
        ([(JANUARY, None), (JULY, None)], "stay_unknown"),
        ([(None, None), (JULY, None)], "stay_unknown"),
        ([(None, date(2026, 2, 1)), (None, None)], "stay_unknown"),
        ([(None, MARCH)], "stays_disagree"),
        ([(APRIL, None)], "stays_disagree"),
        ([(None, MARCH), (APRIL, None)], "stays_disagree"),
        ([(None, MARCH), (date(2026, 4, 1), None)], None),  # without a day between them
        ([(JANUARY, MARCH), (date(2026, 4, 1), date(2026, 4, 9)), (APRIL, None)], None),
        ([(JANUARY, JULY), (APRIL, date(2026, 4, 30)), (date(2026, 5, 1), None)], "stays_disagree"),
        ([(JANUARY, date(2026, 6, 30)), (APRIL, None)], "stays_disagree"),
    ],
)
def test_a_window_stands_by_the_roster_or_is_in_doubt(stays: list[Days], code: str | None) -> None:
    found = doubt(*SPRING, tuple(stays))

    assert (found and found.code) == code


@given(
    edges=lists(dates(date(2026, 1, 2), date(2026, 12, 30)), min_size=1, max_size=4, unique=True),
    days=tuples(dates(date(2025, 12, 1), date(2027, 1, 31)), integers(0, 200)),
    ends=tuples(sampled_from((None, date(2026, 1, 1))), sampled_from((None, date(2026, 12, 31)))),
)
def test_stays_without_a_day_between_them_are_as_one(
    edges: list[date], days: tuple[date, int], ends: Days
) -> None:
    """Wherever a stay is parted, and in whatever order the parts are, the same is said of every window."""
    lasts = sorted(edges)
    begun = [ends[0], *(each + timedelta(days=1) for each in lasts)]
    parts = [*zip(begun, [*lasts, ends[1]], strict=True)]
    first, last = days[0], days[0] + timedelta(days=days[1])

    assert unbroken(reversed(parts)) == [ends]
    assert doubt(first, last, tuple(parts)) == doubt(first, last, (ends,))


def test_the_day_to_enter_and_both_sources_are_named() -> None:
    missing = doubt(*SPRING, ((JANUARY, None), (JULY, None)))
    outside, twice = doubt(*SPRING, ((None, MARCH),)), doubt(*SPRING, ((JANUARY, JULY), (APRIL, None)))

    assert missing
    assert missing.what == (
        "The last day of the stay from 2026-01-05 is missing; another began on 2026-07-01."
    )
    assert outside
    assert outside.what == (
        "The window runs from 2026-03-02 to 2026-05-30; by the roster the clinician was there to 2026-03-31."
    )
    assert twice
    assert twice.what == (
        "The roster has one stay from 2026-01-05 to 2026-07-01 and another from 2026-04-10, at once."
    )


def test_a_signed_window_in_doubt_is_unknown_and_one_without_days_is_not_asked_about() -> None:
    problem = doubt(*SPRING, ((None, MARCH),))

    def one(**known: str) -> Cell:
        window = Entered(*SPRING, doubt=problem, **known)  # type: ignore[arg-type]
        return cell("IA_PSPA_21", [window], date(2026, 9, 16), rules(2026), catalogue(2026))

    assert (one(signed="own").state, one(signed="own").word) == ("unknown", "Unknown")
    assert one(signed="own").problems == (problem,)
    assert one().word == "Not signed"
    assert one(signed="withdrawn").word == "Withdrawn"
    assert doubt(None, SPRING[1], ((None, MARCH),)) is None


@pytest.mark.parametrize(
    ("first", "stays", "fits"),
    [
        (date(2026, 10, 3), [(None, None)], True),
        (date(2026, 10, 4), [(None, None)], False),
        (date(2025, 9, 1), [(None, None)], True),
        (JANUARY, [(None, date(2026, 3, 31))], False),  # 86 days
        (date(2026, 1, 1), [(None, date(2026, 3, 31))], True),
        (date(2026, 1, 1), [(None, date(2026, 3, 30))], False),
        (JULY, [(date(2026, 10, 3), None)], True),
        (JULY, [(date(2026, 10, 4), None)], False),
        (JULY, [(date(9999, 12, 31), None)], False),
        (JANUARY, [(None, date(2026, 2, 1)), (date(2026, 2, 2), date(2026, 4, 30))], True),
        (JANUARY, [(None, date(2026, 2, 1)), (date(2026, 2, 3), date(2026, 4, 30))], False),
        (JANUARY, [(None, date(2026, 2, 1)), (JULY, None)], True),
    ],
)
def test_a_window_can_begin_where_the_stays_leave_room_for_it(
    first: date, stays: list[Days], fits: bool
) -> None:
    assert room(first, tuple(stays), rules(2026).period[-1], 2026) is fits
