"""What would change a score: the fewest changes that reach full credit, in words."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import combinations_with_replacement

from mips_ia.assessment import Assessment
from mips_ia.attestation import Verdict
from mips_ia.problems import counted
from mips_ia.rules import Rules
from mips_ia.scoring import ATTESTATIONS, NOT_SCORED, Profile, score, together
from mips_ia.standing import words

_MENDABLE = ("too_few_clinicians", "too_short")


def ways(found: Assessment) -> tuple[str, ...]:
    """The fewest changes that reach full credit, as sentences, each on its own enough.

    Empty where there is full credit, or where the category weighs nothing.
    """
    if unknown_mvp := [problem.fix for problem in found.problems if problem.code == "unknown_mvp"]:
        return tuple(unknown_mvp)
    if found.score.points >= found.score.full or found.score.weight_most == 0:
        return ()
    return (*_answers(found), *_more(found))


def _more(found: Assessment) -> Iterator[str]:
    """Attestations that one thing would mend, with what is then still to complete; and all completed anew."""
    sets = enough(found.profile, found.rules)
    fewest = [kinds for kinds in sets if len(kinds) == len(sets[0])]
    taken = {v.attestation.activity for v in found.verdicts if v.counts is not False}
    mendable = [v for v in found.verdicts if _mend(v) and v.attestation.activity not in taken]
    for kinds in fewest:
        rest, mended = list(kinds), {}
        for verdict in mendable:
            if verdict.attestation.activity not in mended and verdict.kind in rest:
                rest.remove(verdict.kind)
                mended[verdict.attestation.activity] = _mend(verdict)
        if mended:
            parts = [f"Mend {id}: {fix}" for id, fix in mended.items()]
            yield " ".join([*parts, *([completing(rest)] if rest else [])])
    yield from (completing(kinds) for kinds in fewest)


def _mend(verdict: Verdict) -> str:
    """What would make a refused attestation count, where one thing would; else nothing."""
    reasons = [p for p in verdict.problems if p.severity in ("error", "unknown")]
    return reasons[0].fix if len(reasons) == 1 and reasons[0].code in _MENDABLE else ""


def completing(kinds: Sequence[str]) -> str:
    """What to do, in words: `Complete 1 more high-weighted activity and 2 more medium-weighted …`."""
    counts = Counter("activity" if kind == "activity" else f"{kind}-weighted activity" for kind in kinds)
    parts = [counted(count, name).replace(" ", " more ", 1) for name, count in counts.items()]
    return f"Complete {' and '.join(parts)}."


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


def _answers(found: Assessment) -> Iterator[str]:
    """The single unknown facts that, if they turn out well, give full credit or ask for less."""
    who, rules = found.profile, found.rules
    for name in sorted({*found.score.decided_by} - {NOT_SCORED}):
        well = replace(who, facts=who.facts | {name}, unknown=who.unknown - {name})
        if name == ATTESTATIONS:
            well = replace(who, maybe=(), counts=together(who.counts, who.maybe))
        question = f"Find out {_question(name, found)}: if so,"
        if score(well, rules).points >= found.score.full:
            if found.score.most >= found.score.full:
                yield f"{question} nothing more is needed."
        elif len((then := enough(well, rules))[0]) < len(enough(who, rules)[0]):
            yield f"{question} {completing(then[0]).replace('C', 'c', 1)}"


def _question(name: str, found: Assessment) -> str:
    if name == ATTESTATIONS:
        open_ones = {v.attestation.activity for v in found.verdicts if v.counts is None}
        names = sorted(open_ones - {found.rules.medical_home_activity})
        listed = " and ".join(filter(None, [", ".join(names[:-1]), *names[-1:]]))
        return f"whether {listed} {'count' if names[1:] else 'counts'}" if names else "what was done"
    if name == "special_status":
        special = [n for n, rule in found.rules.special.items() if rule.special]
        which = [words(n) for n in special if found.standing[n].value is None]
        return f"whether CMS lists a special status ({', '.join(which)})"
    return f"whether this holds: {words(name)}"
