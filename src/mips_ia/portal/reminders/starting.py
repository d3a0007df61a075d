"""The last day to start an activity that is not met: for the managers, and for clinicians still needed."""

from mips_ia.attestation import last_start, period_of
from mips_ia.planning.ledger import NOTHING
from mips_ia.portal.able import able, enough
from mips_ia.portal.reminders.kinds import Due
from mips_ia.portal.reminders.stages import page, stage_of
from mips_ia.portal.templatetags.words import day, many
from mips_ia.portal.told import advice, shown

START = (60, 30, 14, 7, 3, 1)  # days before the last day to start
AGAIN = ("Too short", "Outside the year", "Dates missing")  # what a clinician can still put right


def to_start(ledger, roles):
    """The last day to start an activity that does not count yet, and will not by those who have begun.

    Nothing of one that too few can still begin by the roster.
    """
    safe = _safe(ledger)
    if safe and len(safe) == len(ledger.counted):
        return
    for tally in ledger.tallies:
        start = last_start(period_of(tally.activity, ledger.rules), ledger.year)
        stage = stage_of(START, (start - ledger.today).days)
        if tally.verdict.counts or tally.on_track or not enough(ledger, tally):
            continue
        if stage is not None:
            about = (f"start {ledger.year} {tally.activity} {stage}",)
            yield from _managers(ledger, roles, tally, start, about)
            yield from _needed(ledger, tally, start, about, safe)


def _safe(ledger):
    """Those who report each alone and have full credit of their own, by clinician."""
    alone = [] if ledger.problem else ledger.individuals
    return {own.person.id for own in alone if own.full}


def _managers(ledger, roles, tally, start, about):
    left = (start - ledger.today).days
    says = f"The last day to start {tally.activity} is {day(start)}, {many(left, 'day')} from now."
    says += f" {_of(ledger, tally)}"
    if soon := advice.to_start(left, period_of(tally.activity, ledger.rules), ledger.year):
        says = f"{soon} {says}"
    to = page(ledger, f"plan/?activity={tally.activity}")
    for person in roles["manager"]:
        yield Due("start", person, ledger.row.practice, "manager", about, says, to, left)


def _of(ledger, tally):
    """How many count, and how many are needed where an activity asks for a number; or that nobody counts."""
    if not ledger.counted:
        return shown.denominator(ledger)
    if tally.needed is not None:
        return f"{shown.so_many(tally)}."
    count = f"{tally.counting} of {many(tally.of, 'clinician')} {'counts' if tally.of == 1 else 'count'}"
    return f"{count}." if ledger.practice.many else f"{count}, who each report alone."


def _needed(ledger, tally, start, about, safe):
    """Clinicians who can still begin, or put right what they entered; nobody who left or said no."""
    practice, to, left = ledger.row.practice, page(ledger, "plan/"), (start - ledger.today).days
    for person in (each for each in ledger.counted if each.id not in safe):
        whom, word = person.clinician.person, tally.cells[person.id].word
        gone = person.left_on and person.left_on < ledger.today
        there = able(ledger, person, tally.activity) if word == NOTHING.word else not gone
        if whom and there and word in (*AGAIN, NOTHING.word):
            says = f"{_lacks(tally, practice, word)} The last day to start is {day(start)}."
            yield Due("start", whom, practice, "needed", about, says, to, left, tally.activity)


def _lacks(tally, practice, word):
    if word in AGAIN:
        return f"Your days of {tally.activity} do not count yet."
    if tally.needed is None:
        return f"You have no window of {tally.activity} yet."
    more = many(tally.missing, "more clinician")
    return f"{practice.name} needs {more} for {tally.activity}, and you have no window of it yet."
