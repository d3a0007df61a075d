"""Whether the roster has a clinician there on the days of a window, or cannot say.

A clinician's first stay has no beginning and the last no end unless one is given: they were there before
the year, and still are. Between two stays a day of leaving and one of joining must be known. Where the one
begins on the day after the other ended, such as at another site, the clinician was there all the while.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from functools import lru_cache
from itertools import pairwise

from mips_ia.attestation import ends
from mips_ia.problems import Problem
from mips_ia.reading.clauses import Period

Days = tuple[date | None, date | None]  # a stay: from when, until when
_FIX = "Enter it on the roster."


@lru_cache(maxsize=4096)
def doubt(first: date | None, last: date | None, stays: tuple[Days, ...]) -> Problem | None:
    """What keeps a window from counting by the roster; None where nothing does, or nothing is known.

    Many clinicians have the same days, so that the answers are kept.
    """
    if first is None or last is None or not stays:
        return None
    ordered = unbroken(stays)
    if (both := _at_once(first, last, ordered)) is not None:
        return both
    for place, (joined, left) in enumerate(ordered):
        begin = joined or (date.min if place == 0 else None)
        end = left or (date.max if place == len(ordered) - 1 else None)
        if begin and end and begin <= first and last <= end:
            return None
    return next(_missing(first, last, ordered), None) or _outside(first, last, ordered)


@lru_cache(maxsize=4096)
def room(first: date, stays: tuple[Days, ...], period: Period, year: int) -> bool:
    """Whether a clinician is there long enough for a window of the year that begins on a day or later."""
    whole = date(year, 1, 1), date(year, 12, 31)
    for joined, left in unbroken(stays):
        begin = max(first, whole[0], joined or whole[0])
        if begin.year == year and ends(begin, period) <= min(left or whole[1], whole[1]):
            return True
    return False


def unbroken(stays: Iterable[Days]) -> list[Days]:
    """Stays in the order of their first days; those without a day between them are one."""
    found: list[Days] = []
    for joined, left in sorted(stays, key=lambda stay: stay[0] or date.min):
        before = found[-1][1] if found else None
        if joined and before and (joined - before).days == 1:
            found[-1] = found[-1][0], left
        else:
            found.append((joined, left))
    return found


def _at_once(first: date, last: date, ordered: Sequence[Days]) -> Problem | None:
    """Two stays that the roster has at once, on days of the window."""
    for before, after in pairwise(ordered):
        if before[1] and after[0] and first <= before[1] and after[0] <= last and after[0] <= before[1]:
            what = f"The roster has one stay {_said(before)} and another {_said(after)}, at once."
            return _problem("stays_disagree", what, "Correct one of the two on the roster.")
    return None


def _missing(first: date, last: date, ordered: Sequence[Days]) -> Iterator[Problem]:
    """Days of leaving and joining between two stays that are missing and decide about the window."""
    for before, after in pairwise(ordered):
        if before[1] is None and (before[0] or date.min) <= first:
            what = f"The last day of the stay {_said(before)} is missing; another began {_on(after[0])}."
            yield _problem("stay_unknown", what, _FIX)
        if after[0] is None and last <= (after[1] or date.max):
            what = f"The first day of the stay {_said(after)} is missing; another ended {_on(before[1])}."
            yield _problem("stay_unknown", what, _FIX)


def _outside(first: date, last: date, ordered: Sequence[Days]) -> Problem:
    """The window says that the clinician was there, and the roster that they were not."""
    there = " and ".join(_said(stay) for stay in ordered)
    what = f"The window runs from {first} to {last}; by the roster the clinician was there {there}."
    return _problem("stays_disagree", what, "Correct the days, or the roster.")


def _problem(code: str, what: str, fix: str) -> Problem:
    return Problem(code, "roster", what, fix, severity="unknown")


def _said(stay: Days) -> str:
    """A stay in words, from its first day to its last, as far as they are given."""
    joined, left = stay
    words = [f"from {joined}" if joined else "", f"to {left}" if left else ""]
    return " ".join(filter(None, words)) or "without a day"


def _on(day: date | None) -> str:
    return f"on {day}" if day else "on a day that is missing too"
