"""What would raise a group's score and by when, and what would lower it."""

from dataclasses import dataclass, replace
from datetime import date

from mips_ia.assessment import assessed
from mips_ia.attestation import ends, last_start, period_of
from mips_ia.portal.able import beginners, home
from mips_ia.portal.templatetags.words import day, lowfirst, many
from mips_ia.portal.told import readings
from mips_ia.scoring import Score


@dataclass(frozen=True)
class Move:
    """One thing that would change the score. `by` None means before the data are submitted, or any day."""

    says: str
    by: date | None
    score: Score
    address: str
    label: str
    raises: bool = True


def moves(ledger, names=False):
    """What would raise the score, activity by activity, another pathway, and what would lower it.

    `names` says whether clinicians may be named.
    """
    raising = [_raising(ledger, tally, names) for tally in ledger.tallies if tally.verdict.counts is not True]
    return [each for each in (*raising, _home(ledger), _mvp(ledger), *_lowering(ledger, names)) if each]


def _where(tally, names, label):
    """Where more is told: in the matrix, or, where nobody may be named, of the activity as a whole."""
    if names:
        return f"participation/?activity={tally.activity}", label
    return f"activities/{tally.activity}/", "See the activity"


def _raising(ledger, tally, names):
    """The fewest changes with which an activity would count, the easiest first."""
    if tally.undecided:
        return _deciding(ledger, tally)
    if tally.needed is None or not tally.missing:
        return None
    parts, days, left = [], [], tally.missing
    for people, last, says in _open(ledger, tally):
        taken = people[:left]
        if count := len(taken):
            left -= count
            parts.append(_who(taken, count, names) + _verb(says, count))
            days += [last(each) for each in taken]
    then = _with(ledger, tally, tally.needed)
    if left or then.points <= ledger.assessment.score.points:
        return None
    by = max((each for each in days if each), default=None)
    says = f"{'; '.join(parts)} ({tally.activity})"
    return Move(says, by, then, *_where(tally, names, "See who"))


def _deciding(ledger, tally):
    """That the practice says who is counted, where it would be the reading by which an activity counts."""
    counting = [each["says"] for each in readings.by_each(ledger, tally) if each["counts"]]
    if not counting:
        return None
    says = f"You can say why this is who is counted: {lowfirst(counting[0])} ({tally.activity})"
    return Move(says, None, _with(ledger, tally, tally.needed), "roster/#counted", "See both readings")


def _open(ledger, tally):
    """Those who could still count, the easiest first: the people, their day, and what they do.

    The last of them are people who are not in it yet, of whom nobody is named.
    """
    cells = [(person, tally.cells[person.id]) for person in ledger.counted]
    period = period_of(tally.activity, ledger.rules)

    def those(*words):
        return [(person, cell) for person, cell in cells if cell.word in words]

    def last(each):
        return each[1].window.last

    def extended(each):
        return ends(each[1].window.first, period)

    short = [each for each in those("Too short") if extended(each).year == ledger.year]
    yield those("Not signed"), lambda _: None, ("signs", "sign")
    yield those("Under way", "Planned"), last, ("finishes and signs", "finish and sign")
    until = day(max(map(extended, short))) if short else ""
    yield short, extended, (f"runs to {until} and signs", f"run to {until} and sign")
    confirms = ("confirms the dates and signs", "confirm their dates and sign")
    yield those("Dates missing", "Unknown"), lambda _: None, confirms
    start, longer = last_start(period, ledger.year), [person for person, _ in short]
    new = range(sum(person not in longer for person in beginners(ledger, tally)))
    yield new, lambda _: start, (f"more starts by {day(start)}", f"more start by {day(start)}")


def _who(taken, count, names):
    if names and isinstance(taken, list) and count <= 2:
        return " and ".join(person.clinician.spoken for person, _ in taken)
    return many(count, "clinician")


def _verb(says, count):
    return f" {says[0] if count == 1 else says[1]}"


def _with(ledger, tally, clinicians, done=True):
    """The score if so many clinicians did an activity, long enough; `done` None where that is not certain."""
    whole = date(ledger.year, 1, 1), date(ledger.year, 12, 31)
    given = tally.attestation
    first, last = (given.first, given.last) if given.first and given.last else whole
    changed = replace(given, first=first, last=last, done=done, clinicians=clinicians, at_most=clinicians)
    every = [changed if each is tally else each.attestation for each in ledger.tallies]
    return assessed(ledger.practice, every, ledger.rules, ledger.listed).score


def _home(ledger):
    """That the practice attests the medical home that it is by its sites."""
    every, now = [each.attestation for each in ledger.tallies], ledger.assessment.score
    for given in home(ledger):
        then = assessed(ledger.practice, [*every, given], ledger.rules, ledger.listed).score
        if then.points > now.points:
            says = f"You choose and attest {given.activity}: {ledger.standing['medical_home_sites'].says}"
            return Move(says, None, then, f"activities/{given.activity}/", "See the activity")
    return None


def _mvp(ledger):
    """An MVP that lists what counts already, where one can still be registered for."""
    now, window = ledger.assessment.score, ledger.rules.window.get("mvp_registration")
    if ledger.row.pathway != "traditional" or now.points == now.full:
        return None
    if window is None or window.closes < ledger.today:
        return None
    every = [each.attestation for each in ledger.tallies]
    counting = {each.activity for each in ledger.tallies if each.verdict.counts}
    taking = [mvp for mvp in ledger.listed.mvps.values() if counting.intersection(mvp.activities)]
    found = [_in_mvp(ledger, mvp, every) for mvp in taking]
    most = max(found, key=lambda each: each.points, default=now)
    if most.points <= now.points:
        return None
    says = f"You register for an MVP that takes what counts already; {len(taking)} do."
    says += " This also changes quality and cost."
    return Move(says, window.closes, most, "activities/ways/", "Compare")


def _in_mvp(ledger, mvp, every):
    who = replace(ledger.practice, pathway="mvp", mvp=mvp.id)
    return assessed(who, every, ledger.rules, ledger.listed).score


def _lowering(ledger, names):
    """How many signatures each activity that counts can lose before it counts no more."""
    for tally in ledger.tallies:
        if tally.verdict.counts and tally.needed:
            count = tally.spare + 1
            what = "withdraws a signature" if count == 1 else "withdraw their signatures"
            says = f"{many(count, 'clinician')} {what}"
            still = tally.counting - count >= tally.needed  # by one of two readings of who is counted
            then = _with(ledger, tally, tally.needed if still else tally.needed - 1, None if still else True)
            where = _where(tally, names, "See margin")
            yield Move(f"{says} of {tally.activity}", None, then, *where, raises=False)
