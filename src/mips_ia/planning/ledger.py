"""The participation ledger: what each clinician's windows amount to today, and what an activity's do.

A group must show who did what, when, and that each one signed. CMS asks for none of it when data are
sent, and for all of it in an audit.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache

from mips_ia.attestation import Attestation, Verdict, last_start, period_of, verdict
from mips_ia.catalogue import Catalogue
from mips_ia.problems import Problem
from mips_ia.rules import Rules
from mips_ia.standing import Practice

COUNTING = ("signed", "delegated")
COMING = ("underway", "planned")
STATES = (*COUNTING, "unknown", *COMING, "notmet", "none")
_WORDS = {
    "dates_unknown": "Dates missing",
    "not_answered": "Unknown",
    "too_short": "Too short",
    "too_late": "Too short",
    "outside_year": "Outside the year",
}
_REFUSED = {"declined": "Declined", "withdrawn": "Withdrawn"}
_BEST = {state: place for place, state in enumerate(reversed(STATES))}


@dataclass(frozen=True, slots=True)
class Entered:
    """One window as it was entered: its days (None: not known), and what was signed of it.

    `signed` is `own`, `delegated`, `declined` or `withdrawn`; empty where nothing was. `taking_part`
    None means that nobody said. `place` is whatever the caller knows it by, and `doubt` what the roster
    says against it.
    """

    first: date | None
    last: date | None
    taking_part: bool | None = True
    signed: str = ""
    place: int = 0
    doubt: Problem | None = None


@dataclass(frozen=True, slots=True)
class Cell:
    """What one clinician's windows of one activity amount to on a day.

    `state` is one of `STATES`; only `signed` and `delegated` count. `word` is how it is called,
    `window` the one that decides (None: there is none), `problems` what stands against it.
    """

    state: str
    word: str
    window: Entered | None = None
    problems: tuple[Problem, ...] = ()

    @property
    def days(self) -> int | None:
        """How many days the window has, both ends included; None where a day is not known."""
        if self.window is None or self.window.first is None or self.window.last is None:
            return None
        return (self.window.last - self.window.first).days + 1


NOTHING = Cell("none", "No window")


def cell(id: str, windows: Sequence[Entered], today: date, rules: Rules, listed: Catalogue) -> Cell:
    """What the windows of one clinician amount to: the best of them, each activity counting once."""
    found = [_cell(id, each, today, rules, listed) for each in windows]
    return max(found, key=lambda each: _BEST[each.state], default=NOTHING)


def _cell(id: str, given: Entered, today: date, rules: Rules, listed: Catalogue) -> Cell:
    if given.signed in _REFUSED:
        return Cell("notmet", _REFUSED[given.signed], given)
    if given.taking_part is False:
        return Cell("none", "Not claimed", given)
    if given.taking_part is None:
        return Cell("unknown", "Unknown", given)
    problems = of_days(Attestation(id, given.first, given.last), rules, listed)
    for severity, state, word in (("error", "notmet", "Does not count"), ("unknown", "unknown", "Unknown")):
        if codes := [problem.code for problem in problems if problem.severity == severity]:
            return Cell(state, _WORDS.get(codes[0], word), given, problems)
    found = _good(given, today)
    if given.doubt and found.state not in COMING:
        problems = (*problems, given.doubt)
    return replace(found, problems=problems)


def _good(given: Entered, today: date) -> Cell:
    """A window whose days are good: not yet over, or signed, or waiting to be. Its last day completes it."""
    if given.last is not None and given.last > today:
        begun = given.first is not None and given.first <= today
        return Cell("underway", "Under way", given) if begun else Cell("planned", "Planned", given)
    if given.doubt and given.signed:
        return Cell("unknown", "Unknown", given)
    if given.signed == "own":
        return Cell("signed", "Signed", given)
    if given.signed == "delegated":
        return Cell("delegated", "Delegated", given)
    return Cell("unknown", "Not signed", given)


@lru_cache(maxsize=4096)
def of_days(given: Attestation, rules: Rules, listed: Catalogue) -> tuple[Problem, ...]:
    """What stands against the days of one clinician's window, whoever reports it and on what pathway.

    Many clinicians have the same days, so that the answers are kept.
    """
    alone = Practice(performance_year=rules.year, entity="individual", medical_home_sites=(1, 1))
    year = date(rules.year, 1, 1), date(rules.year, 12, 31)
    whole = verdict(Attestation(given.activity, *year), alone, rules, listed)
    always = {(problem.code, problem.severity) for problem in whole.problems}
    found = verdict(given, alone, rules, listed).problems
    return tuple(problem for problem in found if (problem.code, problem.severity) not in always)


@dataclass(frozen=True, slots=True, eq=False)
class Tally:
    """What the cells of one activity amount to.

    `counting` clinicians count today, `unknown` may, `coming` will if they finish and sign; `of` is
    how many there are (None: not known). `verdict` is the core's, of today.
    """

    activity: str
    cells: Mapping[int, Cell]
    counting: int
    unknown: int
    coming: int
    of: int | None
    verdict: Verdict

    @property
    def needed(self) -> int | None:
        """How many clinicians the year asks for; None where that is not known or does not apply."""
        return self.verdict.needed

    @property
    def missing(self) -> int:
        """How many more clinicians must count."""
        return max(0, (self.needed or 0) - self.counting)

    @property
    def entered(self) -> bool:
        """Whether anybody's window was entered at all."""
        return any(each.window for each in self.cells.values())

    @property
    def on_track(self) -> bool:
        """Whether it will count if those who are under way or planned finish and sign."""
        return self.needed is not None and self.counting + self.coming >= self.needed

    @property
    def attestation(self) -> Attestation:
        """What the group attests today."""
        return self.verdict.attestation


def tally(id: str, cells: Mapping[int, Cell], who: Practice, rules: Rules, listed: Catalogue) -> Tally:
    """What a group's cells of one activity amount to; `cells` has those of everybody who is counted."""
    if all(each.window is None for each in cells.values()):
        return _not_entered(id, cells, who, rules, listed)
    states = Counter(each.state for each in cells.values())
    counting, coming = sum(states[s] for s in COUNTING), sum(states[s] for s in COMING)
    given = attestation(id, [*cells.values()], counting, counting + states["unknown"])
    judged = verdict(given, who, rules, listed)
    if not who.many:
        judged = replace(judged, counts=_of_each(judged.counts, counting, states["unknown"], len(cells)))
    return Tally(id, cells, counting, states["unknown"], coming, who.clinicians, judged)


def _of_each(counts: bool | None, counting: int, unknown: int, of: int) -> bool | None:
    """Whether an activity counts for every one of those who report as individuals."""
    if counts is False or counting + unknown < of:
        return False
    return None if counting < of else counts


def _not_entered(id: str, cells: Mapping[int, Cell], who: Practice, rules: Rules, listed: Catalogue) -> Tally:
    """Nobody entered anything, which is not the same as that nobody did it: all of them may have."""
    given = Attestation(id, done=None, clinicians=0, at_most=who.clinicians)
    return Tally(id, cells, 0, 0, 0, who.clinicians, verdict(given, who, rules, listed))


def attestation(id: str, cells: Sequence[Cell], certain: int, at_most: int) -> Attestation:
    """A group's attestation: from the first day of its good windows to the last, by so many clinicians."""
    good = [each.window for each in cells if each.state in COUNTING and each.window]
    may = [each.window for each in cells if each.state == "unknown" and each.window]
    firsts = [each.first for each in good or may if each.first]
    lasts = [each.last for each in good or may if each.last]
    return Attestation(id, min(firsts, default=None), max(lasts, default=None), True, certain, at_most)


def possible(found: Tally, today: date, rules: Rules) -> Attestation:
    """What the group can still attest: the unknown turn out well, windows finish, new ones begin in time."""
    given = found.attestation
    most = found.counting + found.unknown + found.coming
    if can_begin(found.activity, today, rules) or not found.entered:
        most = found.of or most
    if not most or (found.entered and (given.at_most or 0) >= most):
        return given
    year = date(rules.year, 1, 1), date(rules.year, 12, 31)
    return replace(given, first=year[0], last=year[1], done=True, at_most=most)


def can_begin(id: str, today: date, rules: Rules) -> bool:
    """Whether a window that begins today or later can still be long enough."""
    return today <= last_start(period_of(id, rules), rules.year)
