"""The answer of the overview: one word, one sentence, four checks, what to do next, and the dates."""

from dataclasses import dataclass
from datetime import date

from mips_ia.attestation import ends, last_start, length, period_of
from mips_ia.planning.deadlines import deadlines
from mips_ia.planning.ledger import can_begin
from mips_ia.portal.templatetags.words import day, many
from mips_ia.portal.told import shown
from mips_ia.portal.told.advice import reachable, still, too_late
from mips_ia.scoring import Score

NEEDED = {
    "report_as": "how you report",
    "pathway": "your pathway",
    "roster": "your roster",
    "statuses": "your special statuses",
}
DATES = {
    "last_start": "Last day to start a {length} window",
    "mvp_registration_closes": "MVP registration closes",
    "submission_closes": "Submission closes, unless CMS sets a later date",
}


@dataclass
class Answer:
    """`word` and its color, the sentences below it, and the certain and possible points."""

    kind: str
    word: str
    sentences: list
    certain: int | None = None
    possible: int | None = None
    full: int = 0

    @property
    def more(self):
        """The points that are possible and not certain."""
        return self.possible - self.certain


@dataclass
class Check:
    """One of the four checks: its name, its verdict and one sentence, with where to go."""

    name: str
    kind: str
    word: str
    note: str
    address: str = ""
    label: str = ""


@dataclass
class Task:
    """One thing to do: what, why with its numbers, and the button that does it."""

    title: str
    why: str
    label: str
    address: str
    points: int
    by: date


def answer(ledger):
    """The first thing that a practice sees."""
    if ledger.lacking:
        return _cannot_tell(ledger)
    now: Score = ledger.assessment.score
    most = max(now.most, ledger.best.score.most)
    if now.points == now.full:
        return Answer("yes", "Yes", [_yes(ledger, now)], now.points, most, now.full)
    if most == now.full:
        return Answer("notyet", "Not yet", [_not_yet(ledger, now), _time(ledger)], now.points, most, now.full)
    says = (
        f"Full credit is no longer possible for {ledger.year}. "
        f"You have {now.points} points and can still reach {most}."
    )
    late = [] if ledger.further else [too_late(ledger)]
    return Answer("no", "No", [says, *late], now.points, most, now.full)


def _cannot_tell(ledger):
    missing = [NEEDED[name] for name in ledger.lacking]
    listed = ", ".join(missing[:-1]) + " and " + missing[-1] if len(missing) > 1 else missing[0]
    says = f"We need {listed} before we can work out your score."
    return Answer("unknown", "We cannot tell", [says])


def _yes(ledger, now):
    short = [check for check in checks(ledger) if check.kind != "met"]
    if not short:
        return f"You have full credit: {now.points} of {now.full} points."
    things = f"{len(short)} thing{'' if len(short) == 1 else 's'}"
    return f"You have full credit. {things} would make it easier to prove."


def _not_yet(ledger, now):
    counting = sum(each.verdict.counts is True for each in ledger.tallies)
    needed = activities_needed(ledger)
    what = f"{counting} of the {needed} activities you need {'counts' if counting == 1 else 'count'} today."
    if needed == 1:
        what = "The 1 activity you need does not count yet."
    return f"{what} That is {now.points} of {now.full} points."


def _time(ledger):
    start = last_start(ledger.rules.period[-1], ledger.year)
    left = (start - ledger.today).days
    if left >= 0:
        window = f"a {general_length(ledger.rules)} window"
        says = f"The last day to start {window} is {day(start)}, {many(left, 'day')} from now."
        return f"You can still get full credit. {says}"
    return still(ledger)


def general_length(rules):
    """The length that most activities ask for: `90-day`."""
    return length(rules.period[-1]).replace(" days", "-day")


def activities_needed(ledger):
    """How many activities reach full credit from nothing, of the weight that earns most."""
    scale = next(each for each in ledger.rules.scale if each.fits(ledger.assessment.profile.facts))
    return -(-ledger.rules.full_credit.value // max(scale.points.values()))


def checks(ledger):
    """Credit, signatures and time, each with its own verdict."""
    return [_credit(ledger), _signatures(ledger), _enough_time(ledger)]


def _credit(ledger):
    now = ledger.assessment.score
    if now.points == now.full:
        return Check("Credit", "met", "Met", f"{now.points} of {now.full} points.")
    short = next((each for each in ledger.tallies if each.verdict.counts is not True and each.missing), None)
    note = f"{now.points} of {now.full} points."
    if short and short.undecided:
        note += f" {short.activity} depends on who is counted."
    elif short:
        note += f" {short.activity} is short by {many(short.missing, 'clinician')}."
    kind = "unknown" if now.most == now.full else "notmet"
    return Check("Credit", kind, "Unknown" if kind == "unknown" else "Not met", note)


def _signatures(ledger):
    waiting = {
        clinician for tally in ledger.tallies for clinician, cell in tally.cells.items()
        if cell.word == "Not signed"
    }  # fmt: skip
    if waiting:
        note = f"{many(len(waiting), 'clinician')} {'has' if len(waiting) == 1 else 'have'} not answered."
        return Check("Signatures", "unknown", "Unknown", note, "signatures", "See who")
    signed = any(tally.counting for tally in ledger.tallies)
    note = "Everyone has answered." if signed else "Nobody has been asked to sign yet."
    return Check("Signatures", "met" if signed else "none", "Complete" if signed else "Not claimed", note)


def _enough_time(ledger):
    start = last_start(ledger.rules.period[-1], ledger.year)
    if ledger.today <= start:
        return Check("Time", "met", "Enough time", f"A new window can still start through {day(start)}.")
    return Check("Time", "notmet", "Not met", f"The last day to start a window was {day(start)}.")


def tasks(ledger):
    """What would help, the most points first, then the earliest date."""
    worth = ledger.rules.full_credit.value // activities_needed(ledger)
    found = []
    for tally in ledger.tallies:
        points = 0 if tally.verdict.counts or not reachable(ledger, tally) else worth
        of_people = (_task(ledger, tally, person, points) for person in ledger.counted)
        found += [task for task in (*of_people, _more(ledger, tally, points)) if task]
    return sorted(found, key=lambda task: (-task.points, task.by, task.title))


def _more(ledger, tally, points):
    """That further clinicians must begin, where those who have begun are too few and there is time."""
    if tally.undecided:
        title, why = f"Say who is counted, for {tally.activity}", shown.why(ledger, tally)
        return Task(title, why, "See both readings", "roster/#counted", points, ledger.today)
    if not tally.entered:
        title, why = f"Record who did {tally.activity}, and when", shown.why(ledger, tally)
        end = date(ledger.year, 12, 31)
        return Task(title, why, "Record windows", f"plan/new/?activity={tally.activity}", points, end)
    more = tally.missing - tally.coming - tally.unknown
    if more <= 0 or not can_begin(tally.activity, ledger.today, ledger.rules, ledger.listed):
        return None
    start = last_start(period_of(tally.activity, ledger.rules), ledger.year)
    why = f"{tally.counting} of {tally.of} count and {tally.needed} are needed."
    why += f" The last day to start is {day(start)}."
    title = f"Add {many(more, 'clinician')} to {tally.activity}"
    address = f"plan/new/?activity={tally.activity}&from=overview"
    return Task(title, why, "Add windows", address, points, start)


def _task(ledger, tally, person, points):
    """What one clinician's cell asks for, None where it asks for nothing."""
    cell = tally.cells[person.id]
    name, window, activity = person.clinician.spoken, cell.window, tally.activity
    if cell.word == "Not signed":
        of = f"{tally.counting + 1} of {tally.of} clinicians"
        why = f"The window ended on {day(window.last)}. This signature makes {of}."
        title = f"Ask {name} to sign for {activity}"
        return Task(title, why, "Send a reminder", "signatures/", points, window.last)
    address = f"plan/{window.place}/?from=overview" if window else ""
    if cell.word == "Dates missing":
        why = "The first or the last day is missing, so the window cannot count yet."
        end = date(ledger.year, 12, 31)
        return Task(f"Give {name}’s dates for {activity}", why, "Give the dates", address, points, end)
    if (
        cell.word == "Too short"
        and (until := ends(window.first, period_of(activity, ledger.rules))).year == ledger.year
    ):
        more = many((until - window.last).days, "day")
        why = f"It is set to end on {day(window.last)}, after {cell.days} days."
        why += f" Ending on {day(until)} makes it long enough."
        title = f"Extend {name}’s window for {activity} by {more}"
        return Task(title, why, "Change the end date", address, points, until)
    return None


def dates(ledger):
    """The days that matter from today on."""
    known = deadlines(ledger.rules)
    length = general_length(ledger.rules)
    found = [(known[name], words.format(length=length)) for name, words in DATES.items() if name in known]
    found.append(
        (known["submission_closes"].replace(year=ledger.year, month=12, day=31), "Performance year ends")
    )
    return sorted(each for each in found if each[0] >= ledger.today)
