"""What is said of a score and of an attestation, in the form in which a run writes it."""

from collections.abc import Iterable
from dataclasses import replace

from mips_ia.problems import Problem
from mips_ia.rules import Rules
from mips_ia.scoring import Profile, score, together


def told(problems: Iterable[Problem]) -> tuple[str, str]:
    """Codes and sentences of what stands against an attestation."""
    said = [problem for problem in problems if problem.severity != "note"]
    codes = ", ".join(dict.fromkeys(problem.code for problem in said))
    return codes, " ".join(f"{problem.what} {problem.fix}".strip() for problem in said)


def lacking(who: Profile, rules: Rules) -> int | None:
    """How many more activities reach full credit for certain, each of the weight that earns most."""
    best = max(rules.scale[-1].points, key=rules.scale[-1].points.__getitem__)
    full = rules.full_credit.value
    most = -(-full // rules.scale[-1].points[best])
    for more in range(most + 1):
        counts = together(who.counts, ((best, more),)) if more else who.counts
        if score(replace(who, counts=counts), rules).points == full:
            return more
    return None
