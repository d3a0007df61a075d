"""Windows of one clinician and activity that share days, of which only one counts, or that meet."""

from collections.abc import Sequence
from datetime import timedelta

from mips_ia.planning.ledger import Entered


def overlapping(window: Entered, others: Sequence[Entered]) -> list[Entered]:
    """Those of the others that share a day with a window; what is not claimed or not known shares none."""
    return [each for each in others if each is not window and _share(window, each)]


def meeting(window: Entered, others: Sequence[Entered]) -> list[Entered]:
    """Those of the others that begin on the day after a window ends, or end on the day before it begins."""
    return [each for each in others if _follows(window, each) or _follows(each, window)]


def _share(one: Entered, other: Entered) -> bool:
    if not (one.taking_part and other.taking_part):
        return False
    if one.first is None or one.last is None or other.first is None or other.last is None:
        return False
    return one.first <= other.last and other.first <= one.last


def _follows(one: Entered, other: Entered) -> bool:
    if not (one.taking_part and other.taking_part) or one.last is None or other.first is None:
        return False
    return one.last + timedelta(days=1) == other.first
