"""The whole answer for one practice: its standing, what counts, the score, and what would change it."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import combinations_with_replacement

from mips_ia.attestation import Attestation, Verdict, verdicts
from mips_ia.catalogue import Catalogue, catalogue
from mips_ia.clauses import FACTS
from mips_ia.problems import Problem, Refused, counted
from mips_ia.rules import Rules, rules
from mips_ia.scoring import ATTESTATIONS, NOT_SCORED, Profile, Score, score, together
from mips_ia.standing import Fact, Practice, problems, standing, words

_MENDABLE = ("too_few_clinicians", "too_short")


@dataclass(frozen=True, slots=True, eq=False)
class Assessment:
    """Everything there is to say of one practice in one performance year.

    `ways` are the fewest changes that reach full credit, as sentences, each on its own enough;
    empty where there is full credit. `problems` are warnings about the practice as described.
    `cehrt_bonus` is what activities done with CEHRT can add to advancing care information, in
    percentage points, in the years that had it.
    """

    practice: Practice
    rules: Rules
    standing: Mapping[str, Fact]
    verdicts: tuple[Verdict, ...]
    profile: Profile
    score: Score
    ways: tuple[str, ...]
    problems: tuple[Problem, ...] = ()
    cehrt_bonus: int = 0

    @property
    def assumptions(self) -> tuple[str, ...]:
        """Everything taken for granted on the way, each once: in the rules and of the practice."""
        used = [*self.score.assumptions]
        if self.rules.status == "proposed":
            used.insert(0, f"The rules for {self.rules.year} are proposed and can change")
        used += [assumption for verdict in self.verdicts for assumption in verdict.assumptions]
        used += [fact.assumption for fact in self.standing.values() if fact.estimated]
        if self.practice.not_scored is None:
            used.append("All categories are scored: whether any is reweighted is not known")
        elif "cost_not_scored" in self.rules.note and "cost" not in self.practice.not_scored:
            used.append(f"Cost is scored; yet {self.rules.note['cost_not_scored'].says}")
        return tuple(dict.fromkeys(used))


def assess(
    practice: Practice,
    attestations: Sequence[Attestation] | None,
    *,
    as_known_on: date | None = None,
    **readings: str,
) -> Assessment:
    """Score a practice and explain it, by the rules of its performance year.

    `attestations` None means that nothing is known of them. `as_known_on` answers as of that
    day; `readings` choose another reading of a text, such as `half_credit="baseline"`.
    Raises `Refused`, with every reason, where the practice cannot be scored as described.
    """
    year = rules(practice.performance_year, as_known_on).read_as(**readings)
    return assessed(practice, attestations, year, catalogue(practice.performance_year, as_known_on))


def assessed(
    practice: Practice, attestations: Sequence[Attestation] | None, rules: Rules, listed: Catalogue
) -> Assessment:
    """The same by rules and a catalogue that the caller holds, such as a year that is being written."""
    wrong = problems(practice, rules)
    if errors := [problem for problem in wrong if problem.severity == "error"]:
        raise Refused(errors)
    facts = standing(practice, rules)
    found = verdicts(attestations or (), practice, rules, listed)
    who = profile(practice, facts, found, rules)
    if attestations is None:
        who = _anything(who, rules)
    result = score(who, rules)
    wrong += _warnings(practice, found, rules, listed)
    unknown_mvp = [problem.fix for problem in wrong if problem.code == "unknown_mvp"]
    ways = unknown_mvp or [*_ways(facts, found, who, result, rules)]
    bonus = rules.number.get("cehrt_bonus")
    eligible = any(v.counts and v.activity and v.activity.cehrt_bonus for v in found)
    points = bonus.value if bonus and eligible else 0
    return Assessment(practice, rules, facts, found, who, result, tuple(ways), tuple(wrong), points)


def _warnings(
    practice: Practice, found: Sequence[Verdict], rules: Rules, listed: Catalogue
) -> Iterator[Problem]:
    """What does not stop the score and should be looked at."""
    if practice.pathway == "mvp" and practice.mvp not in listed.mvps:
        fix = f"Give the id of an MVP of {rules.year}, such as {min(listed.mvps)}."
        what = f"{rules.year} has no MVP {practice.mvp!r}." if practice.mvp else "The MVP is not given."
        yield Problem("unknown_mvp", "mvp", what, fix, "", "warning")
    if "ia" in (practice.not_scored or ()) and any(verdict.counts for verdict in found):
        what = "Activities count, and this category is said not to be scored."
        fix = "Submitting them can give its weight back; leave ia out if they are submitted."
        cite = "42 CFR 414.1380(c)(2)(i)(A)(6)"
        yield Problem("reweighting_voided", "not_scored", what, fix, cite, "warning")


def profile(practice: Practice, facts: Mapping[str, Fact], found: Sequence[Verdict], rules: Rules) -> Profile:
    """The facts and counts on which the score depends."""
    home = rules.medical_home_activity
    true = {practice.entity, practice.pathway} | {n for n in facts.keys() & FACTS if facts[n].value}
    unknown = {name for name in facts.keys() & FACTS if facts[name].value is None}
    kinds: dict[bool | None, Counter[str]] = {True: Counter(), False: Counter(), None: Counter()}
    for verdict in found:
        if verdict.attestation.activity != home and verdict.activity:
            kinds[verdict.counts][verdict.kind] += 1
        elif verdict.counts is not False:
            (true if verdict.counts else unknown).add("medical_home")
    return Profile(
        frozenset(true),
        tuple(sorted(kinds[True].items())),
        practice.not_scored,
        frozenset(unknown - true),
        tuple(sorted(kinds[None].items())),
    )


def _anything(who: Profile, rules: Rules) -> Profile:
    """The same profile where it is not known which activities were attested, if any."""
    kind, points = min(rules.scale[-1].points.items(), key=lambda each: each[1])
    enough = -(-rules.full_credit.value // points)
    return replace(who, maybe=((kind, enough),), unknown=who.unknown | {"medical_home"})


def _ways(
    facts: Mapping[str, Fact], found: Sequence[Verdict], who: Profile, now: Score, rules: Rules
) -> Iterator[str]:
    """The fewest changes that reach full credit, each as a sentence."""
    if now.points >= now.full or now.weight_most == 0:
        return
    yield from _answers(facts, found, who, now, rules)
    sets = enough(who, rules)
    fewest = [kinds for kinds in sets if len(kinds) == len(sets[0])]
    taken = {v.attestation.activity for v in found if v.counts is not False}
    mendable = {v.attestation.activity: v for v in found if _mend(v) and v.attestation.activity not in taken}
    for kinds in fewest:
        rest, mended = list(kinds), []
        for id, verdict in mendable.items():
            kind = verdict.kind
            if kind in rest:
                rest.remove(kind)
                mended.append(f"Mend {id}: {_mend(verdict)}")
        if mended:
            yield " ".join([*mended, *([completing(rest)] if rest else [])])
    yield from (completing(kinds) for kinds in fewest)


def completing(kinds: Sequence[str]) -> str:
    """What to do, in words: `Complete 1 more high-weighted activity and 2 more medium-weighted …`."""
    counts = Counter("activity" if kind == "activity" else f"{kind}-weighted activity" for kind in kinds)
    parts = [counted(count, name).replace(" ", " more ", 1) for name, count in counts.items()]
    return f"Complete {' and '.join(parts)}."


def _mend(verdict: Verdict) -> str:
    """What would make a refused attestation count, where one thing would; else nothing."""
    reasons = [p for p in verdict.problems if p.severity in ("error", "unknown")]
    return reasons[0].fix if len(reasons) == 1 and reasons[0].code in _MENDABLE else ""


def enough(who: Profile, rules: Rules) -> list[tuple[str, ...]]:
    """The sets of further activities, by weight, that make full credit certain, smallest first.

    Only sets of which no activity could be left out: two high, one high and two medium, four medium.
    """
    kinds, full = sorted(rules.scale[0].points), rules.full_credit.value
    settled = replace(who, maybe=())
    sets: list[tuple[str, ...]] = []
    for count in range(1, full // min(rules.scale[-1].points.values()) + 1):
        for more in combinations_with_replacement(kinds, count):
            smaller = any(not Counter(each) - Counter(more) for each in sets)
            counts = together(who.counts, tuple(Counter(more).items()))
            if not smaller and score(replace(settled, counts=counts), rules).points >= full:
                sets.append(more)
    return sets


def _answers(
    facts: Mapping[str, Fact], found: Sequence[Verdict], who: Profile, now: Score, rules: Rules
) -> Iterator[str]:
    """The single unknown facts that, if they turn out well, give full credit."""
    for name in sorted({*now.decided_by} - {NOT_SCORED}):
        well = replace(who, facts=who.facts | {name}, unknown=who.unknown - {name})
        if name == ATTESTATIONS:
            well = replace(who, maybe=(), counts=together(who.counts, who.maybe))
        question = _question(name, facts, found, rules)
        if score(well, rules).points >= now.full:
            yield f"Find out {question}: if so, nothing more is needed."
        elif len((then := enough(well, rules))[0]) < len(enough(who, rules)[0]):
            yield f"Find out {question}: if so, {completing(then[0])[0].lower()}{completing(then[0])[1:]}"


def _question(name: str, facts: Mapping[str, Fact], found: Sequence[Verdict], rules: Rules) -> str:
    if name == ATTESTATIONS:
        open_ones = {v.attestation.activity for v in found if v.counts is None}
        listed = ", ".join(sorted(open_ones - {rules.medical_home_activity}))
        return f"whether {listed} {'count' if ',' in listed else 'counts'}" if listed else "what was done"
    if name == "special_status":
        which = [words(n) for n, rule in rules.special.items() if rule.special and facts[n].value is None]
        return f"whether CMS lists a special status ({', '.join(which)})"
    return f"whether this holds: {words(name)}"
