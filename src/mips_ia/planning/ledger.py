"""The participation ledger: what each clinician's windows amount to today, and what an activity's do.

A group must show who did what, when, and that each one signed. CMS asks for none of it when data are
sent, and for all of it in an audit.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache
from typing import NamedTuple

from mips_ia.attestation import Attestation, Verdict, verdict
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


class Entered(NamedTuple):
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


class Cell(NamedTuple):
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
    if len(windows) == 1:  # as nearly always, in ledgers of thousands
        return _cell(id, windows[0], today, rules, listed)
    found = [_cell(id, each, today, rules, listed) for each in windows]
    return max(found, key=lambda each: _BEST[each.state], default=NOTHING)


def _cell(id: str, given: Entered, today: date, rules: Rules, listed: Catalogue) -> Cell:
    first, last, taking_part, signed, _, doubt = given
    state, word, problems = _judged(id, first, last, taking_part, signed, doubt, today, rules, listed)
    return Cell(state, word, given, problems)


@lru_cache(maxsize=4096)
def _judged(
    id: str, first: date | None, last: date | None, taking_part: bool | None, signed: str,
    doubt: Problem | None, today: date, rules: Rules, listed: Catalogue,
) -> tuple[str, str, tuple[Problem, ...]]:  # fmt: skip
    """The state, its word and the problems of a window. Many clinicians have the same; answers are kept."""
    if signed in _REFUSED:
        return "notmet", _REFUSED[signed], ()
    if taking_part is False:
        return "none", "Not claimed", ()
    if taking_part is None:
        return "unknown", "Unknown", ()
    problems = of_days(Attestation(id, first, last), rules, listed)
    for severity, state, word in (("error", "notmet", "Does not count"), ("unknown", "unknown", "Unknown")):
        if codes := [problem.code for problem in problems if problem.severity == severity]:
            return state, _WORDS.get(codes[0], word), problems
    state, word = _good(first, last, signed, doubt, today)
    return state, word, (*problems, doubt) if doubt and state not in COMING else problems


def _good(
    first: date | None, last: date | None, signed: str, doubt: Problem | None, today: date
) -> tuple[str, str]:
    """A window whose days are good: not yet over, or signed, or waiting to be. Its last day completes it."""
    if last is not None and last > today:
        begun = first is not None and first <= today
        return ("underway", "Under way") if begun else ("planned", "Planned")
    if doubt and signed:
        return "unknown", "Unknown"
    if signed == "own":
        return "signed", "Signed"
    if signed == "delegated":
        return "delegated", "Delegated"
    return "unknown", "Not signed"


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
    how many there are (None: not known). `verdict` is the core's, of today. `other` is the same by the
    other reading of who is counted, None where there is one reading alone; where the two give different
    verdicts `verdict` is unknown, and `first` is the one that was found before.
    """

    activity: str
    cells: Mapping[int, Cell]
    counting: int
    unknown: int
    coming: int
    of: int | None
    verdict: Verdict
    other: "Tally | None" = None
    first: Verdict | None = None

    @property
    def undecided(self) -> bool:
        """Whether it depends on who is counted."""
        return self.first is not None

    @property
    def readings(self) -> tuple["Tally", ...]:
        """The tally by each reading of who is counted."""
        mine = replace(self, verdict=self.first or self.verdict, other=None, first=None)
        return (mine, self.other) if self.other else (mine,)

    @property
    def needed(self) -> int | None:
        """How many clinicians the year asks for; None where that is not known or does not apply."""
        return self.verdict.needed

    @property
    def missing(self) -> int:
        """How many more clinicians must count, by the reading that asks for more."""
        return max(0, -self.spare)

    @property
    def short(self) -> int:
        """The same by all who are counted; another reading of who that is may ask for more."""
        return max(0, (self.needed or 0) - self.counting)

    @property
    def spare(self) -> int:
        """How many of those who count can be lost, by the reading that allows fewer; below zero, missing."""
        return min(each.counting - (each.needed or 0) for each in self.readings)

    @property
    def entered(self) -> bool:
        """Whether anybody's window was entered at all."""
        return any(each.window for each in self.cells.values())

    @property
    def on_track(self) -> bool:
        """Whether it will count by every reading if those who are under way or planned finish and sign."""
        return all(each.needed is not None and each.counting + each.coming >= each.needed
                   for each in self.readings)  # fmt: skip

    @property
    def attestation(self) -> Attestation:
        """What the group attests today."""
        return self.verdict.attestation


def tally(
    id: str,
    cells: Mapping[int, Cell],
    who: Practice,
    rules: Rules,
    listed: Catalogue,
    here: AbstractSet[int] = frozenset(),
) -> Tally:
    """What a group's cells of one activity amount to; `cells` has those of everybody who is counted.

    `here` are those who would be counted by the other reading, empty where there is none: the
    regulation says "billing under the TIN", and no source says when. What the two disagree on is unknown.
    """
    if all(each.window is None for each in cells.values()):
        return _not_entered(id, cells, who, rules, listed)
    found = _counted(id, cells, who, rules, listed)
    if not here or here >= cells.keys() or not _of_a_share(who, rules):
        return found
    now = {each: cells[each] for each in cells if each in here}
    other = _counted(id, now, replace(who, clinicians=len(now)), rules, listed)
    if other.verdict.counts == found.verdict.counts:
        return replace(found, other=other)
    return replace(found, verdict=_differing(found, other), other=other, first=found.verdict)


def _of_a_share(who: Practice, rules: Rules) -> bool:
    """Whether the year asks for a share of the clinicians, so that it matters who is counted."""
    threshold = next(t for t in rules.threshold if t.fits(frozenset([who.entity])))
    return threshold.percent is not None


def _counted(id: str, cells: Mapping[int, Cell], who: Practice, rules: Rules, listed: Catalogue) -> Tally:
    states = Counter(each.state for each in cells.values())
    counting, coming = sum(states[s] for s in COUNTING), sum(states[s] for s in COMING)
    given = attestation(id, [*cells.values()], counting, counting + states["unknown"])
    judged = verdict(given, who, rules, listed)
    if not who.many:
        judged = replace(judged, counts=_of_each(judged.counts, counting, states["unknown"], len(cells)))
    return Tally(id, cells, counting, states["unknown"], coming, who.clinicians, judged)


def _differing(found: Tally, other: Tally) -> Verdict:
    """Unknown, since it depends on who is counted; what is attested is then not answered."""
    given = found.attestation
    counts = " and ".join(
        f"{each.counting} of {each.of} with {each.needed} needed" for each in (found, other)
    )
    problem = Problem(
        "readings_differ", str(given), f"It depends on who is counted: {counts}.",
        "Say which reading you go by.", "42 CFR 414.1360(a)(2)", "unknown",
    )  # fmt: skip
    open_one = Attestation(given.activity, given.first, given.last, done=None)
    return replace(found.verdict, attestation=open_one, counts=None, problems=(problem,))


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
