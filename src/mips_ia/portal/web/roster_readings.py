"""The two readings of who is counted: all who billed in the year, or those who are there now."""

from dataclasses import dataclass, replace

from mips_ia.planning.ledger import tally
from mips_ia.portal.templatetags.words import day
from mips_ia.problems import counted

WORDS = {True: "met", False: "not met", None: "unknown"}


@dataclass
class Reading:
    """One reading: what it is called, how many it counts, and how many of them are needed."""

    name: str
    count: int
    needed: int | None


def readings(ledger):
    """Both readings, and in one sentence whether they give the same answers."""
    now = [person for person in ledger.counted if here(person, ledger.today)]
    both = [
        Reading(
            f"All who billed in {ledger.year}", len(ledger.counted), _needed(ledger, len(ledger.counted))
        ),
        Reading(f"Those here on {day(ledger.today)}", len(now), _needed(ledger, len(now))),
    ]
    return both, _compared(ledger, now)


def here(person, today):
    """Whether one of a clinician's stays holds a day; an open end holds every day beyond it."""
    return any(
        (stay.joined_on is None or stay.joined_on <= today)
        and (stay.left_on is None or stay.left_on >= today)
        for stay in person.stays
    )


def _needed(ledger, count):
    threshold = next(t for t in ledger.rules.threshold if t.fits(frozenset([ledger.practice.entity])))
    return threshold.needed(count) if ledger.practice.many else None


def _compared(ledger, now):
    if not ledger.tallies or not ledger.practice.many:
        return ""
    who = replace(ledger.practice, clinicians=len(now) or None)
    differ = []
    for each in ledger.tallies:
        cells = {person.id: each.cells[person.id] for person in now}
        other = tally(each.activity, cells, who, ledger.rules, ledger.listed).verdict.counts
        if other != each.verdict.counts:
            differ.append(f"{each.activity} ({WORDS[each.verdict.counts]}, and {WORDS[other]} by the other)")
    if differ:
        return f"The two readings differ for {', '.join(differ)}. The score uses the first."
    return f"Both readings give the same answer for {counted(len(ledger.tallies), 'activity')}."
