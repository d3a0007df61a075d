"""The two readings of who is counted, and what a score can be where an activity depends on them."""

from dataclasses import replace

BILLED, CURRENT = "billed", "current"


def by_readings(ledger, name, found):
    """A score of the ledger, by its name: no more is possible than by the reading that allows more.

    What counts by one reading alone and what counts by the other alone never count together.
    """
    if not any(each.undecided for each in ledger.tallies):
        return found
    every = (getattr(ledger.described(denominator=each), name).score for each in (BILLED, CURRENT))
    top, score = max(every, key=lambda each: each.most), found.score
    most, final = min(top.most, score.most), min(top.final_most, score.final_most)
    return replace(found, score=score._replace(most=most, final_most=final))
