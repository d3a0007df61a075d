"""The answer of the overview: one word, one sentence, the checks beside it, and the dates."""

from dataclasses import dataclass

from mips_ia.attestation import last_start, length
from mips_ia.planning.deadlines import deadlines
from mips_ia.portal.lacking import enough
from mips_ia.portal.templatetags.words import day, many
from mips_ia.portal.told import proofs
from mips_ia.portal.told.advice import can_begin, closed, over, still, to_start, too_late
from mips_ia.portal.told.individuals import together
from mips_ia.portal.told.starting import apart, begins, until_when
from mips_ia.portal.told.weight import uncounted, voids
from mips_ia.problems import counted
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
    fewest: bool = False  # whether the points are those of the clinician who has the fewest

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


def answer(ledger):
    """The first thing that a practice sees."""
    found = _of_today(ledger)
    found.sentences += [says for says in [over(ledger)] if says]
    return found


def _of_today(ledger):
    if ledger.lacking:
        return _cannot_tell(ledger)
    found = _of_each(ledger) if ledger.individuals else _of_group(ledger)
    if weighs := f"{uncounted(ledger.assessment)} {voids(ledger.assessment)}".strip():
        found.sentences.append(weighs)
    return found


def _of_group(ledger):
    """The same where one score is that of all."""
    now: Score = ledger.assessment.score
    most = max(now.most, ledger.best.score.most)
    if now.points == now.full:
        return Answer("yes", "Yes", [_yes(ledger, now)], now.points, most, now.full)
    if most == now.full:
        return Answer("notyet", "Not yet", [_not_yet(ledger, now), _time(ledger)], now.points, most, now.full)
    says = (
        f"With what is recorded, full credit is no longer possible for {ledger.year}. "
        f"You have {now.points} points and can still reach {most}."
    )
    late = [] if ledger.further else [too_late(ledger)]
    return Answer("no", "No", [says, *late], now.points, most, now.full)


def _cannot_tell(ledger):
    missing = [NEEDED[name] for name in ledger.lacking]
    listed = ", ".join(missing[:-1]) + " and " + missing[-1] if len(missing) > 1 else missing[0]
    says = f"We need {listed} before we can work out your score."
    return Answer("unknown", "We cannot tell", [says])


def _of_each(ledger):
    """The same where clinicians report as individuals: yes only where each of them has full credit."""
    whole = together(ledger)
    points = whole.certain, whole.possible, whole.limit, True
    if whole.full == whole.of:
        return Answer("yes", "Yes", [f"{whole.says} {_to_prove(ledger)}".strip()], *points)
    if whole.reach == whole.of:
        return Answer("notyet", "Not yet", [whole.says, _time(ledger)], *points)
    lost = f"{whole.of - whole.reach} of {many(whole.of, 'clinician')}"
    says = (
        f"With what is recorded, full credit is no longer possible for {lost} in {ledger.year}. {whole.says}"
    )
    return Answer("no", "No", [says], *points)


def _yes(ledger, now):
    if more := _to_prove(ledger):
        return f"You have full credit. {more}"
    return f"You have full credit: {now.points} of {now.full} points."


def _to_prove(ledger):
    """How many checks are not met; empty where all are, or where nothing is there to be proved."""
    short = [check for check in checks(ledger) if check.kind not in ("met", "none")]
    return f"{many(len(short), 'thing')} would make it easier to prove." if short else ""


def _not_yet(ledger, now):
    counting = sum(each.verdict.counts is True for each in ledger.tallies)
    needed, count = enough(ledger.assessment), "counts" if counting == 1 else "count"
    what = f"{counting} of the {needed} activities you need {count} today."
    if len(ledger.rules.scale[0].points) > 1:  # how many are needed depends on their weights
        chosen = counted(len(ledger.tallies), "chosen activity")
        what = f"{counting} of {chosen} {count} today." if ledger.tallies else "No activity is chosen yet."
    elif needed == 1:
        what = "The 1 activity you need does not count yet."
    return f"{what} That is {now.points} of {now.full} points."


def _time(ledger):
    start = last_start(ledger.rules.period[-1], ledger.year)
    left = (start - ledger.today).days
    if can_begin(ledger):
        window = f"a {general_length(ledger.rules)} window"
        soon = f"{day(start)}, {many(left, 'day')} from now" if left else f"today, {day(start)}"
        says = f"The last day to start {window} is {soon}."
        return f"You can still get full credit. {says}"
    return still(ledger)


def general_length(rules):
    """The length that most activities ask for: `90-day`."""
    return length(rules.period[-1]).replace(" days", "-day")


def checks(ledger, access=None):
    """Credit, signatures, evidence and time, each with its verdict; a link only where one may follow it."""
    return [_credit(ledger), _signatures(ledger, access), _evidence(ledger, access), _enough_time(ledger)]


def _evidence(ledger, access):
    kind, word, note = proofs.verdict(ledger)
    gaps = kind not in ("met", "none") and access and access.may("see_evidence")
    return Check("Evidence", kind, word, note, *(("evidence/", "See what lacks") if gaps else ()))


def _credit(ledger):
    if ledger.individuals:
        whole = together(ledger)
        open_ones = all(own.found.score.most == whole.limit for own in ledger.individuals)
        kind, word = ("unknown", "Unknown") if open_ones else ("notmet", "Not met")
        return Check("Credit", *(("met", "Met") if whole.full == whole.of else (kind, word)), whole.says)
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


def _signatures(ledger, access):
    waiting = {
        clinician for tally in ledger.tallies for clinician, cell in tally.cells.items()
        if cell.word == "Not signed"
    }  # fmt: skip
    if waiting:
        note = f"{many(len(waiting), 'clinician')} {'has' if len(waiting) == 1 else 'have'} not answered."
        where = ("signatures/", "See who") if access and access.may("remind") else ()
        return Check("Signatures", "unknown", "Unknown", note, *where)
    signed = any(tally.counting for tally in ledger.tallies)
    note = "Everyone has answered." if signed else "Nobody has been asked to sign yet."
    return Check("Signatures", "met" if signed else "none", "Complete" if signed else "Not claimed", note)


def _enough_time(ledger):
    if can_begin(ledger):
        start = last_start(ledger.rules.period[-1], ledger.year)
        return Check("Time", "met", "Enough time", f"A new window can still start through {day(start)}.")
    if _whole(ledger):
        return Check("Time", "met", "Enough time", f"Nothing more has to start. {closed(ledger)}.")
    if found := begins(ledger):
        return Check("Time", "met", "Enough time", f"{closed(ledger)}; {until_when(found)}.")
    return Check("Time", "notmet", "Not met", f"{closed(ledger)}.")


def _whole(ledger):
    """Whether there is full credit already: the group's, or each individual's."""
    if ledger.individuals:
        whole = together(ledger)
        return whole.full == whole.of
    return ledger.assessment.score.points == ledger.assessment.score.full


def dates(ledger):
    """The days that matter from today on."""
    known = deadlines(ledger.rules)
    length = general_length(ledger.rules)
    found = [(known[name], words.format(length=length)) for name, words in DATES.items() if name in known]
    left = (known["last_start"] - ledger.today).days
    if near := to_start(left, ledger.rules.period[-1], ledger.year):
        found[0] = (known["last_start"], near)
    found.append(
        (known["submission_closes"].replace(year=ledger.year, month=12, day=31), "Performance year ends")
    )
    found += [(last, f"Last day to start {id}") for last, id in apart(ledger)]
    return sorted(each for each in found if each[0] >= ledger.today)
