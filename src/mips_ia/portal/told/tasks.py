"""What to do next: each thing with its numbers and a button that whoever reads it may press.

Those who may see everybody read what everybody has to do; a clinician reads what they have to do themselves.
"""

from dataclasses import dataclass
from datetime import date

from mips_ia.attestation import ends, last_start, period_of
from mips_ia.planning.ledger import COMING, COUNTING
from mips_ia.planning.outlook import can_begin
from mips_ia.portal import able
from mips_ia.portal.lacking import enough
from mips_ia.portal.templatetags.words import day, many
from mips_ia.portal.told import shown, starting
from mips_ia.portal.told.advice import reachable
from mips_ia.portal.told.individuals import people_of
from mips_ia.portal.told.misfits import said
from mips_ia.problems import counted


@dataclass
class Task:
    """One thing to do: what, why with its numbers, and the button that does it."""

    title: str
    why: str
    label: str
    address: str
    points: int
    by: date


def tasks(ledger, access):
    """What would help, the most points first, then the earliest date.

    Nothing of a year that is locked, or of which something lacks without which there is no answer.
    """
    if ledger.locked or ledger.lacking:
        return []
    worth = ledger.rules.full_credit.value // enough(ledger.assessment)
    people, have = people_of(ledger, access), {own.person.id for own in ledger.individuals if own.full}
    found = [_begin(ledger, access, worth), _home(ledger, access), _choose(ledger, access, worth)]
    for tally in ledger.tallies:
        points = 0 if tally.verdict.counts or not reachable(ledger, tally) else worth
        found += [
            _of_one(ledger, access, tally, person, 0 if person.id in have else points)
            for person in people
            if person.id in tally.cells  # nobody asks anything of those who left and are not counted
        ]
        if access.may("see_names"):
            found.append(_more(ledger, access, tally, points))
            found.append(_others(ledger, access, tally, worth))
    return sorted(filter(None, found), key=lambda task: (-task.points, task.by, task.title))


def _choose(ledger, access, points):
    """That more activities are chosen, where those that are cannot give full credit even if all goes well."""
    few, where = starting.more(ledger), ("Choose activities", "activities/")
    if few == 0 or not access.may("plan"):
        return None
    if few is None:
        return Task(*_record(ledger), *where, points, date(ledger.year, 12, 31))
    start = last_start(ledger.rules.period[-1], ledger.year)
    if ledger.today > start:
        start = max(last for last, _ in starting.begins(ledger))
    title = f"Choose {counted(few, 'more activity' if ledger.activities else 'activity')}"
    why = f"Full credit still takes {starting.still_takes(ledger)}. The last day to start is {day(start)}."
    return Task(title, why, *where, points, start)


def _home(ledger, access):
    """That the medical home is chosen that the practice is by its sites, where that gives more points."""
    now, full = ledger.assessment.score.points, ledger.rules.full_credit.value
    if ledger.individuals or now == full or not access.may("plan"):
        return None
    for given in able.home(ledger):
        why = f"{ledger.standing['medical_home_sites'].says}. A medical home that attests it has full credit."
        where = "See the activity", f"activities/{given.activity}/"
        return Task(f"Choose {given.activity}", why, *where, full - now, date(ledger.year, 12, 31))
    return None


def _record(ledger):
    """The title and the reason of what can still raise the points once full credit is no longer to reach."""
    title = "Record what else was done" if ledger.activities else "Record what was done"
    why = "Those that are chosen cannot give full credit. " if ledger.activities else ""
    why += "What was done can still be chosen and recorded."
    rest = starting.until_when(starting.further(ledger))
    return title, f"{why} {rest}." if rest else why


def _more(ledger, access, tally, points):
    """That further clinicians must begin, where those who have begun are too few and there is time."""
    everybody = access.how("windows") == "yes"
    see = "See who", f"participation/?activity={tally.activity}"
    new = f"plan/new/?activity={tally.activity}"
    if tally.undecided:
        title, why = f"Say who is counted, for {tally.activity}", shown.why(ledger, tally)
        return Task(title, why, "See both readings", "roster/#counted", points, ledger.today)
    if not tally.entered:
        title, why = f"Record who did {tally.activity}, and when", shown.why(ledger, tally)
        where = ("Record windows", new) if everybody else see
        return Task(title, why, *where, points, date(ledger.year, 12, 31))
    more = tally.missing - tally.coming - tally.unknown
    if more <= 0 or not able.enough(ledger, tally):
        return None
    start = last_start(period_of(tally.activity, ledger.rules), ledger.year)
    why = f"{shown.so_many(tally)}."
    if tally.missing > tally.short:
        why += f" If only those here now count, it takes {tally.missing} more."
    why += f" The last day to start is {day(start)}."
    title = f"Add {many(more, 'clinician')} to {tally.activity}"
    where = ("Add windows", f"{new}&from=overview") if everybody else see
    return Task(title, why, *where, points, start)


def _others(ledger, access, tally, points):
    """That those who did it are recorded, where those on record are too few and too few can still begin."""
    more = tally.missing - tally.coming - tally.unknown
    if more <= 0 or not tally.entered or tally.undecided or access.how("windows") != "yes":
        return None
    if able.enough(ledger, tally):
        return None
    open_one = can_begin(tally.activity, ledger.today, ledger.rules, ledger.listed)
    late = "By the roster too few can still begin." if open_one else "Nobody can begin any more."
    why = f"{shown.so_many(tally)}. {late}"
    why += " Whoever did it and is not recorded here can still be recorded."
    new = f"plan/new/?activity={tally.activity}&from=overview"
    title = f"Record who else did {tally.activity}"
    return Task(title, why, "Add windows", new, points, date(ledger.year, 12, 31))


def _begin(ledger, access, points):
    """That those who report as individuals begin more activities, where they need it and there is time."""
    start = last_start(ledger.rules.period[-1], ledger.year)
    needed, seen = enough(ledger.assessment), {person.id for person in people_of(ledger, access)}
    few = [
        own for own in ledger.individuals
        if own.person.id in seen and not own.full and _begun(own) < min(needed, len(own.cells))
        and any(own.person in able.beginners(ledger, tally) for tally in ledger.tallies)
    ]  # fmt: skip
    if not few or ledger.today > start:
        return None
    why = f"Too few activities are begun for full credit. The last day to start is {day(start)}."
    may = access.may("windows")
    where = ("Add windows", "plan/new/?from=overview") if may else ("See who", "participation/")
    title = f"Add windows for {many(len(few), 'clinician')}"
    return Task(title if access.may("see_names") else "Add a window of yours", why, *where, points, start)


def _begun(own):
    return sum(cell.state in (*COUNTING, *COMING, "unknown") for cell in own.cells.values())


def _of_one(ledger, access, tally, person, points):
    """What one clinician's cell asks for, None where it asks for nothing."""
    cell, activity = tally.cells[person.id], tally.activity
    mine = access.clinician is not None and access.clinician.id == person.id
    whose = "your" if mine else f"{person.clinician.spoken}’s"
    if cell.word == "Not signed":
        title = f"Sign for {activity}" if mine else f"Ask {person.clinician.spoken} to sign for {activity}"
        of = f"makes {tally.counting + 1} of {many(tally.of, 'clinician')}"
        if ledger.individuals:
            of = f"counts for {whose} own score"
        why = f"The window ended on {day(cell.window.last)}. This signature {of}."
        return Task(title, why, *_signs(access, tally, person, mine), points, cell.window.last)
    if cell.word == "Dates missing":
        why = "The first or the last day is missing, so the window cannot count yet."
        where = _changes(access, tally, person, mine, "Give the dates")
        return Task(f"Give {whose} dates for {activity}", why, *where, points, date(ledger.year, 12, 31))
    if cell.word == "Unknown" and cell.window.doubt:
        where = "See the roster", f"roster/{person.id}/"
        title = f"Settle {whose} days on the roster for {activity}"
        return Task(title, said(cell.window.doubt), *where, points, date(ledger.year, 12, 31))
    if cell.word != "Too short":
        return None
    until = ends(cell.window.first, period_of(activity, ledger.rules))
    if until.year != ledger.year:
        return None
    return Task(
        *_short(ledger, cell, until, whose, activity),
        *_changes(access, tally, person, mine, "Change the end date"), points, until,
    )  # fmt: skip


def _short(ledger, cell, until, whose, activity):
    """The title and the reason of a window that is too short: it can go on, or it ended and is looked at."""
    last = cell.window.last
    if until <= ledger.today:
        why = f"It ended on {day(last)}, after {cell.days} days. If it went on until {day(until)} or later,"
        return f"Check the end of {whose} window for {activity}", f"{why} correct the end date."
    why = f"It {'ended' if last < ledger.today else 'is set to end'} on {day(last)}, after {cell.days} days."
    why += f" Ending on {day(until)} makes it long enough."
    return f"Extend {whose} window for {activity} by {many((until - last).days, 'day')}", why


def _signs(access, tally, person, mine):
    """The button for a signature: one's own, or a reminder where somebody may send one."""
    if mine:
        return "Read and sign", f"/sign/{tally.cells[person.id].window.place}/"
    return ("Send a reminder", "signatures/") if access.may("remind") else _see(tally, person)


def _changes(access, tally, person, mine, label):
    """The button for the days, where somebody may change them."""
    may = access.how("windows") == "yes" or (mine and access.may("windows"))
    address = f"plan/{tally.cells[person.id].window.place}/?from=overview"
    return (label, address) if may else _see(tally, person)


def _see(tally, person):
    """Where whoever may only read finds more."""
    return "See the record", f"participation/{tally.activity}/{person.id}/"
