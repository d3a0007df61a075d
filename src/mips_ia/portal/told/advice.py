"""What can still be done for full credit, as far as the calendar and CMS allow it."""

from dataclasses import dataclass

from mips_ia.attestation import last_start, length
from mips_ia.planning.deadlines import deadlines
from mips_ia.planning.ledger import COMING
from mips_ia.planning.ways import ways
from mips_ia.portal import able
from mips_ia.portal.templatetags.words import day, many
from mips_ia.portal.told.starting import begins, until_when

SOON = 14  # so few days before the last day to start, the days that are left are counted
UNRECORDED = "what was done and is not recorded is recorded"
MISSING = ("Dates missing", "Unknown")


@dataclass(frozen=True)
class Advice:
    """The ways that are open, each on its own enough, and what is to be known of those that are not."""

    ways: list
    note: str = ""


def advice(ledger):
    """The ways of the rules without those that the calendar or CMS has closed."""
    found = ways(ledger.assessment)
    lost = [each.activity for each in ledger.tallies if not reachable(ledger, each)]
    open_ones = [each for each in found if not any(f"Mend {id}:" in each for id in lost)]
    if ledger.further or not found:
        return Advice(open_ones)
    return Advice([each for each in open_ones if "omplete " not in each], too_late(ledger))


def reachable(ledger, tally):
    """Whether an activity can still count, if what is unknown turns out well and what has begun ends.

    Of those who report as individuals, whether it can for any of them.
    """
    if ledger.individuals:
        every = (found for own in ledger.individuals for found in own.best.verdicts)
        return any(v.counts is not False for v in every if v.attestation.activity == tally.activity)
    hoped = able.hoped(ledger, tally)
    found = next(v for v in ledger.best.verdicts if v.attestation == hoped)
    return found.counts is not False


def can_begin(ledger):
    """Whether a window of the general length can still begin: by the calendar, and by the roster."""
    period = ledger.rules.period[-1]
    start = last_start(period, ledger.year)
    if ledger.today > start:
        return False
    return able.as_many(ledger, period) or any(last == start for last, _ in begins(ledger))


def closed(ledger):
    """Why none can begin any more, without the period at its end."""
    period = ledger.rules.period[-1]
    start = last_start(period, ledger.year)
    if ledger.today > start:
        return f"The last day to start a window of {length(period)} was {day(start)}"
    who = "too few" if ledger.practice.many else "nobody"
    return f"By the roster {who} can still begin a window of {length(period)}"


def too_late(ledger):
    """That nothing more can begin, or what alone can; why, and what may still be there to record."""
    found = begins(ledger)
    rest = f"; {until_when(found)}" if found else ", so no further activity can begin"
    return (
        f"{closed(ledger)}{rest}. "
        f"What was done in {ledger.year} and is not recorded here, an activity or the days of a clinician, "
        "can still be recorded."
    )


def to_start(left, period, year):
    """That few days are left: `14 days left to start a 90-day window for …`; nothing where it is not so."""
    if not 0 <= left <= SOON:
        return ""
    soon = f"{many(left, 'day')} left" if left else "The last day"
    return f"{soon} to start a {length(period).replace(' days', '-day')} window for {year}."


def still(ledger):
    """By what full credit is still possible once nothing more can begin, in a sentence."""
    tallies = [each for each in ledger.tallies if each.verdict.counts is not True and reachable(ledger, each)]
    cells = [cell for tally in tallies for cell in tally.cells.values()]
    new = begins(ledger)
    start = " or ".join(f"{id} begins by {day(last)}" for last, id in new)
    home = "".join(f"{each.activity} is chosen and attested" for each in able.home(ledger))
    parts = {
        home: bool(home),
        start: bool(start),
        "the windows that have begun end and are signed": any(cell.state in COMING for cell in cells),
        "the windows that have ended are signed": any(cell.word == "Not signed" for cell in cells),
        "the missing dates and answers are given": any(cell.word in MISSING for cell in cells),
        UNRECORDED: any(not each.entered and each.activity not in {id for _, id in new} for each in tallies),
        "it is said who is counted": any(each.undecided for each in tallies),
    }
    can = "Your records can still show full credit" if over(ledger) else "You can still get full credit"
    if [*filter(parts.get, parts)] == [UNRECORDED]:
        return f"{can}, if it was done: record who did it, and when."
    told = [says for says, holds in parts.items() if holds]
    if not told:
        return f"{can}: it depends on what is not known about the practice."
    listed = " and ".join(filter(None, (", ".join(told[:-1]), told[-1])))
    return f"{can}, if {listed}."


def over(ledger):
    """That CMS takes nothing more, and what records are still good for; empty until the last day is past."""
    last = deadlines(ledger.rules)["submission_closes"]
    if ledger.today <= last:
        return ""
    return (
        f"Submission for {ledger.year} closed on {day(last)}, unless CMS set a later date. What you record "
        "now helps to prove what CMS was sent, and changes nothing there."
    )
