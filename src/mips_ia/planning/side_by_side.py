"""The ways to report side by side: what each needs, and what each gives with the activities that are done."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from mips_ia.assessment import Assessment, assessed
from mips_ia.attestation import Attestation
from mips_ia.catalogue import Catalogue, Mvp
from mips_ia.planning.ways import enough
from mips_ia.problems import Problem, Refused, counted
from mips_ia.reading.clauses import CATEGORIES, Clause, Pathway, Weights
from mips_ia.rules import Rules
from mips_ia.scoring import Profile, score
from mips_ia.standing import Practice

OWN = CATEGORIES.index("ia")
_NOT_TAKEN = frozenset(("not_in_mvp", "not_in_program"))


@dataclass(frozen=True, slots=True, eq=False)
class Side:
    """One way to report, by one practice's standing.

    `takes` are the ids of the given activities that this way takes. `needs` are the sets of activities,
    by weight, each of which alone gives full credit from nothing; an empty set: none is needed. Where the
    way is not open to the practice, `found` is None and `problems` say why; else they are warnings.
    """

    pathway: str
    mvp: Mvp | None
    clause: Pathway
    found: Assessment | None = None
    takes: tuple[str, ...] = ()
    needs: tuple[tuple[str, ...], ...] = ()
    problems: tuple[Problem, ...] = ()

    @property
    def others(self) -> tuple[tuple[str, int], ...]:
        """What it asks outside this category: each category with its weight where all are scored."""
        weighing = self.found.score.weighing if self.found else None
        if not isinstance(weighing, Weights):
            return ()
        whole = zip(CATEGORIES, weighing.rows[frozenset()], strict=True)
        return tuple((name, weight) for name, weight in whole if weight and name != CATEGORIES[OWN])


def side_by_side(
    who: Practice, given: Sequence[Attestation], rules: Rules, listed: Catalogue
) -> tuple[Side, ...]:
    """Every way of the year in the order of its rules, each MVP on its own."""
    return tuple(
        _side(replace(who, pathway=name, mvp=mvp), given, rules, listed) for name, mvp in _ways(rules, listed)
    )


def _ways(rules: Rules, listed: Catalogue) -> Iterator[tuple[str, str | None]]:
    for name in rules.pathway:
        yield from ((name, mvp) for mvp in (listed.mvps if name == "mvp" else (None,)))


def _side(who: Practice, given: Sequence[Attestation], rules: Rules, listed: Catalogue) -> Side:
    way = Side(who.pathway, listed.mvps.get(who.mvp or ""), rules.pathway[who.pathway])
    try:
        found = assessed(who, given, rules, listed)
    except Refused as refusal:
        return replace(way, problems=refusal.problems)
    takes = tuple(
        each.attestation.activity for each in found.verdicts
        if each.activity and _NOT_TAKEN.isdisjoint(problem.code for problem in each.problems)
    )  # fmt: skip
    return replace(way, found=found, takes=takes, needs=needs(found.profile, rules), problems=found.problems)


def from_nothing(who: Profile) -> Profile:
    """The same standing with no activity done."""
    home = frozenset(("medical_home",))
    return replace(who, facts=who.facts - home, unknown=who.unknown - home, counts=(), maybe=())


def granted(who: Profile, rules: Rules) -> Clause | None:
    """The clause that gives full credit with no activity done; None where activities are needed."""
    found = score(from_nothing(who), rules)
    whole = found.points >= found.full
    return next((step.clause for step in found.steps if whole and step.points > 0), None)


def needs(who: Profile, rules: Rules) -> tuple[tuple[str, ...], ...]:
    """The smallest sets of activities that give full credit from nothing; `((),)` where none is needed."""
    return tuple(enough(from_nothing(who), rules)) if granted(who, rules) is None else ((),)


def how_many(who: Profile, kind: str, rules: Rules) -> tuple[int, int]:
    """How many activities of a weight give full credit from nothing: at best, and for certain."""
    nothing, full, count, at_best = from_nothing(who), rules.full_credit.value, 0, None
    while True:
        found = score(replace(nothing, counts=((kind, count),) if count else ()), rules)
        if at_best is None and found.most >= full:
            at_best = count
        if found.points >= full:
            return at_best or 0, count
        count += 1


def in_words(kinds: Sequence[str]) -> str:
    """A set of activities by weight: `1 high-weighted activity and 2 medium-weighted activities`."""
    counts = Counter("activity" if kind == "activity" else f"{kind}-weighted activity" for kind in kinds)
    return " and ".join(counted(count, name) for name, count in counts.items()) or "No activity"
