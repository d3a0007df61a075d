"""From the few facts on which it depends to the score, whose steps are its explanation."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from itertools import product
from typing import Any, NamedTuple

from mips_ia.reading.clauses import CATEGORIES, Clause, Grant, Scale
from mips_ia.rules import Rules

ATTESTATIONS = "attestations"
NOT_SCORED = "not_scored"
IMPLIES = {"small_practice": "special_status", "mips_apm": "apm"}


@dataclass(frozen=True, slots=True)
class Profile:
    """All that a score depends on.

    `facts` are true, `unknown` may be true, every other fact is false. `counts` has how many
    activities count for certain, by weight (`high`, `medium`, or `activity` where the year has no
    weights); `maybe` has how many more may count. `not_scored` names the categories reweighted to
    zero; None is not known, and the weight is then the one when all categories are scored.
    """

    facts: frozenset[str]
    counts: tuple[tuple[str, int], ...] = ()
    not_scored: frozenset[str] | None = frozenset()
    unknown: frozenset[str] = frozenset()
    maybe: tuple[tuple[str, int], ...] = ()


class Step(NamedTuple):
    """One step of the computation: the points it adds, and the clause that adds them.

    So many `activities` of weight `kind` earned them, where activities did. Steps and scores are
    named tuples, since a million of them are made at a time.
    """

    points: int
    clause: Clause
    activities: int = 0
    kind: str = ""


class Alternative(NamedTuple):
    """What the score would be under the other reading of an ambiguous text."""

    reading: str
    value: str
    points: int
    most: int
    clause: Clause


class Score(NamedTuple):
    """The points of the category, what they weigh, and every step.

    `points` (0 to `full`) are certain and are the sum of `steps`; up to `most` are possible.
    `weight` and `weight_most` are in percent of the final score, and `final` and `final_most` in
    final-score points. `decided_by` names the unknown facts that would narrow the
    range, or, as `not_scored`, move the weight;
    `weighing` is the clause that gives the weight.
    """

    points: int
    most: int
    full: int
    steps: tuple[Step, ...]
    weight: int
    weight_most: int
    weighing: Clause
    final: float
    final_most: float
    decided_by: tuple[str, ...] = ()
    alternatives: tuple[Alternative, ...] = ()

    @property
    def percent(self) -> float:
        """The certain points as a percentage of full credit."""
        return self.points * 100 / self.full

    @property
    def certain(self) -> bool:
        """Whether nothing unknown could change the points or what they weigh."""
        return self.points == self.most and self.weight == self.weight_most and not self.decided_by

    @property
    def assumptions(self) -> tuple[str, ...]:
        """Every assumption that the score rests on, each once, in the order of the steps."""
        used = (*(step.clause for step in self.steps), self.weighing)
        return tuple(dict.fromkeys(c.assumption for c in used if c.assumption))


def score(who: Profile, rules: Rules) -> Score:
    """The score of a profile: the sum of what each clause grants, never more than full credit.

    Where something is unknown the steps are those of the least score, and `most` is the best
    over every way in which the unknown could turn out. Source: 42 CFR 414.1380(b)(3).
    """
    found = _range(who, rules) if who.unknown or who.maybe else _known(who, rules)
    if who.not_scored is None:
        found = found._replace(decided_by=(*found.decided_by, NOT_SCORED))
    if _debated(who.facts | who.unknown if who.unknown else who.facts, rules):
        return found._replace(alternatives=tuple(_alternatives(who, rules, found)))
    return found


def _known(who: Profile, rules: Rules) -> Score:
    """The score where nothing is unknown."""
    fitting = _fitting(who.facts, bool(who.counts), who.not_scored, rules)
    steps = []
    points = 0
    for kind, count in who.counts:
        earned = count * fitting.scale.points[kind]
        points += earned
        steps.append(Step(earned, fitting.scale, count, kind))
    for credit in fitting.credits:
        points += credit.points
        steps.append(Step(credit.points, credit))
    for floor in fitting.floors:
        steps.append(Step(max(0, floor.points - points), floor))
        points = max(points, floor.points)
    steps += [Step(0, denial) for denial in fitting.denials]
    full = rules.full_credit.value
    if points > full:
        steps.append(Step(full - points, rules.full_credit))
        points = full
    elif not steps:
        steps.append(Step(0, rules.full_credit))
    weight, final = fitting.weight, points * fitting.weight / full
    return Score(points, points, full, tuple(steps), weight, weight, fitting.weighing, final, final)


@dataclass(frozen=True, slots=True, eq=False)
class _Fitting:
    """The clauses that apply to those of whom the same facts are true."""

    scale: Scale
    credits: tuple[Grant, ...]
    floors: tuple[Grant, ...]
    denials: tuple[Clause, ...]
    weight: int
    weighing: Clause


@lru_cache(maxsize=4096)
def _fitting(
    facts: frozenset[str], attested: bool, not_scored: frozenset[str] | None, rules: Rules
) -> _Fitting:
    """Which clauses apply: there are few sets of facts, so each is looked up once."""
    facts = facts | {"activity_attested"} if attested else facts
    weight, weighing = _weight(facts, not_scored or frozenset(), rules)
    return _Fitting(
        next(scale for scale in rules.scale if scale.fits(facts)),
        tuple(credit for credit in rules.credit if credit.fits(facts) and rules.in_force(credit)),
        tuple(floor for floor in rules.floor if floor.fits(facts) and rules.in_force(floor)),
        tuple(denial for denial in rules.denial if denial.fits(facts)),
        weight,
        weighing,
    )


def _weight(facts: frozenset[str], not_scored: frozenset[str], rules: Rules) -> tuple[int, Clause]:
    """The category's weight in the final score, in percent, and the clause that says so."""
    table = next(each for each in rules.weights if each.fits(facts))
    missing = not_scored | {removal.category for removal in rules.not_scored if removal.fits(facts)}
    whole = table.rows[frozenset()]
    present = frozenset(c for c, weight in zip(CATEGORIES, whole, strict=True) if weight)
    if "ia" in missing:
        return 0, table
    if len(present - missing) < rules.two_categories.value:
        return 0, rules.two_categories
    return table.rows[present & missing][2], table


@lru_cache(maxsize=4096)
def _debated(perhaps: frozenset[str], rules: Rules) -> bool:
    """Whether a clause that depends on a reading could apply to those of whom these facts may hold."""
    return any(c.reading and c.when <= perhaps for c in (*rules.credit, *rules.floor))


def _range(who: Profile, rules: Rules) -> Score:
    """The least and the best over every way in which what is unknown could turn out."""
    outcomes = {names: _known(each, rules) for names, each in _completions(who)}
    least = min(outcomes.values(), key=lambda s: (s.points, s.final))
    spans = _span(outcomes.values())
    (points, most), (weight, weight_most), (final, final_most) = spans
    decided_by = tuple(_deciding(outcomes, spans))
    weighed = least._replace(weight=weight, weight_most=weight_most, final=final, final_most=final_most)
    return weighed._replace(points=points, most=most, decided_by=decided_by)


def _completions(who: Profile) -> Iterator[tuple[frozenset[str], Profile]]:
    """Every way the unknown could turn out, named by what is then true."""
    open_facts = sorted(who.unknown) + ([ATTESTATIONS] if who.maybe else [])
    for answer in product((False, True), repeat=len(open_facts)):
        true = frozenset(name for name, yes in zip(open_facts, answer, strict=True) if yes)
        facts = who.facts | (true - {ATTESTATIONS})
        if all(IMPLIES.get(name, name) in facts for name in facts):
            counts = together(who.counts, who.maybe) if ATTESTATIONS in true else who.counts
            yield true, Profile(facts, counts, who.not_scored)


def together(
    certain: tuple[tuple[str, int], ...], maybe: tuple[tuple[str, int], ...]
) -> tuple[tuple[str, int], ...]:
    """Counts by weight, added up."""
    total = dict(certain)
    for kind, count in maybe:
        total[kind] = total.get(kind, 0) + count
    return tuple(sorted(total.items()))


def _span(scores: Iterable[Score]) -> tuple[tuple[Any, Any], ...]:
    """Least and most of the points, of the weight, and of the final-score points."""
    values = [(s.points, s.weight, s.final) for s in scores]
    return tuple((min(column), max(column)) for column in zip(*values, strict=True))


def _deciding(outcomes: Mapping[frozenset[str], Score], spans: tuple[tuple[Any, Any], ...]) -> Iterator[str]:
    """The unknown facts of which an answer, one way or the other, would narrow the range."""
    for name in sorted(frozenset().union(*outcomes)):
        for yes in (True, False):
            answered = [s for true, s in outcomes.items() if (name in true) is yes]
            if answered and _span(answered) != spans:
                yield name
                break


def _alternatives(who: Profile, rules: Rules, found: Score) -> Iterator[Alternative]:
    """The other readings that would give another score."""
    for name, value, other in _other_readings(rules):
        then = _range(who, other) if who.unknown or who.maybe else _known(who, other)
        if (then.points, then.most) != (found.points, found.most):
            yield Alternative(name, value, then.points, then.most, rules.reading[name])


@lru_cache(maxsize=64)
def _other_readings(rules: Rules) -> list[tuple[str, str, Rules]]:
    """The name and value of each reading that is not taken, and the rules with it."""
    rest = [choice.split("=") for choice in rules.choices() if choice not in rules.taken]
    return [(name, value, rules.read_as(**{name: value})) for name, value in rest]
