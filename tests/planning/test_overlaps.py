"""Which windows of one clinician share days, and which meet."""

from datetime import date

import pytest

from mips_ia.planning.ledger import Entered
from mips_ia.planning.overlaps import meeting, overlapping

SPRING = Entered(date(2026, 3, 1), date(2026, 5, 29))


@pytest.mark.parametrize(
    ("other", "shares"),
    [
        (Entered(date(2026, 5, 29), date(2026, 8, 30)), True),
        (Entered(date(2026, 5, 30), date(2026, 8, 30)), False),
        (Entered(date(2026, 1, 1), date(2026, 3, 1)), True),
        (Entered(date(2026, 4, 1), date(2026, 8, 30), taking_part=False), False),
        (Entered(date(2026, 4, 1), None), False),
        (SPRING, False),
    ],
)
def test_windows_share_days_from_the_first_to_the_last(other: Entered, shares: bool) -> None:
    assert (overlapping(SPRING, [other]) == [other]) is shares


@pytest.mark.parametrize(
    ("other", "meets"),
    [
        (Entered(date(2026, 5, 30), date(2026, 6, 10)), True),
        (Entered(date(2026, 5, 30), None), True),
        (Entered(date(2026, 1, 1), date(2026, 2, 28)), True),
        (Entered(date(2026, 5, 31), date(2026, 8, 30)), False),
        (Entered(date(2026, 5, 29), date(2026, 8, 30)), False),
        (Entered(date(2026, 5, 30), date(2026, 8, 30), taking_part=False), False),
        (SPRING, False),
    ],
)
def test_windows_meet_where_no_day_is_between_and_none_is_shared(other: Entered, meets: bool) -> None:
    assert (meeting(SPRING, [other]) == [other]) is meets
