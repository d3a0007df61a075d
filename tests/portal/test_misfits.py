"""What the core says by the names of its fields and with days as programs write them, in the pages' words."""

import pytest

from mips_ia.portal.told.misfits import said, what
from mips_ia.problems import Problem


def test_the_days_of_what_is_wrong_and_of_what_to_do_are_written_out() -> None:
    problem = Problem("too_short", "IA_BE_4", "It ends on 2026-01-02.", "Give 2026-09-28 or later.")

    assert what(problem) == "It ends on January 2, 2026."
    assert said(problem) == "It ends on January 2, 2026. Give September 28, 2026 or later."


@pytest.mark.parametrize("none", ["2026-02-30", "2026-13-45", "0000-01-01", "٢٠٢٦-٠١-٠٢", "12026-01-02"])
def test_what_looks_like_a_day_and_is_none_stays_as_it_is(none: str) -> None:
    assert said(Problem("unknown", "", f"There is no activity {none}.")) == f"There is no activity {none}."
