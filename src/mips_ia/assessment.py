"""The whole answer for one practice: its standing, what counts, and the score."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from mips_ia.attestation import Attestation, Verdict, verdicts
from mips_ia.catalogue import Catalogue, catalogue
from mips_ia.problems import Problem, Refused
from mips_ia.reading.clauses import FACTS
from mips_ia.rules import Rules, rules
from mips_ia.scoring import Profile, Score, score
from mips_ia.standing import Fact, Practice, problems, standing


@dataclass(frozen=True, slots=True, eq=False)
class Assessment:
    """Everything there is to say of one practice in one performance year.

    `problems` are warnings about the practice as described.
    `cehrt_bonus` is what activities done with CEHRT can add to advancing care information, in
    percentage points, in the years that had it.
    """

    practice: Practice
    rules: Rules
    standing: Mapping[str, Fact]
    verdicts: tuple[Verdict, ...]
    profile: Profile
    score: Score
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
        who = anything(who, rules)
    wrong += _warnings(practice, found, rules, listed)
    bonus = rules.number.get("cehrt_bonus")
    eligible = any(v.counts and v.activity and v.activity.cehrt_bonus for v in found)
    points = bonus.value if bonus and eligible else 0
    return Assessment(practice, rules, facts, found, who, score(who, rules), tuple(wrong), points)


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
    kinds: dict[bool | None, Counter[str]] = {True: Counter(), False: Counter(), None: Counter()}
    at_home: set[bool | None] = {False}
    for verdict in found:
        if verdict.attestation.activity != home and verdict.activity:
            kinds[verdict.counts][verdict.kind] += 1
        else:
            at_home.add(verdict.counts)
    medical_home = True if True in at_home else None if None in at_home else False
    return of_counts(practice, facts, kinds[True], kinds[None], medical_home)


def of_counts(
    practice: Practice,
    facts: Mapping[str, Fact],
    counts: Mapping[str, int],
    maybe: Mapping[str, int],
    medical_home: bool | None,
) -> Profile:
    """The same where the activities that count, and those that may, were counted by weight already."""
    true = {practice.entity, practice.pathway} | {n for n in facts.keys() & FACTS if facts[n].value}
    unknown = {name for name in facts.keys() & FACTS if facts[name].value is None}
    if medical_home is not False:
        (true if medical_home else unknown).add("medical_home")
    return Profile(
        frozenset(true),
        tuple(sorted(counts.items())),
        practice.not_scored,
        frozenset(unknown - true),
        tuple(sorted(maybe.items())),
    )


def anything(who: Profile, rules: Rules) -> Profile:
    """The same profile where it is not known which activities were attested, if any."""
    kind, points = min(rules.scale[-1].points.items(), key=lambda each: each[1])
    enough = -(-rules.full_credit.value // points)
    return replace(who, maybe=((kind, enough),), unknown=who.unknown | {"medical_home"})
