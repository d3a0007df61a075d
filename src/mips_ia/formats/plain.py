"""An assessment as plain dicts and lists, for JSON and for anything that is not Python."""

from collections.abc import Sequence
from typing import Any

from mips_ia.assessment import Assessment
from mips_ia.attestation import Verdict
from mips_ia.formats.participants import Participant
from mips_ia.problems import Problem
from mips_ia.scoring import Score


def plain_participant(
    who: Participant, found: Assessment, ways: Sequence[str], read: Sequence[Problem]
) -> dict[str, Any]:
    """A participant and everything of its assessment, with the ways to full credit.

    `read` has the problems of the input that concern it; they stand before those of the assessment.
    """
    rest = plain(found, ways)
    return {
        "name": who.name or None,
        "tin": who.tin or None,
        "npi": who.npi or None,
        "entity_id": who.entity_id or None,
        "entity": who.practice.entity,
        "pathway": who.practice.pathway,
        "mvp": who.practice.mvp,
        "where": who.where,
        **rest,
        "problems": [*map(plain_problem, read), *rest["problems"]],
    }


def plain(found: Assessment, ways: Sequence[str]) -> dict[str, Any]:
    """Everything of an assessment and the ways to full credit, in the order in which one would read it."""
    return {
        "performance_year": found.rules.year,
        "rules_edition": found.rules.edition,
        "rules_status": found.rules.status,
        **plain_score(found.score),
        "activities": [plain_verdict(verdict) for verdict in found.verdicts],
        "ways": list(ways),
        "facts": [
            {
                "name": fact.name,
                "value": fact.value,
                "says": fact.says,
                "cite": fact.cite,
                "estimated": fact.estimated,
            }
            for fact in found.standing.values()
        ],
        "assumptions": list(found.assumptions),
        "problems": [plain_problem(problem) for problem in found.problems],
        "cehrt_bonus": found.cehrt_bonus,
    }


def plain_score(score: Score) -> dict[str, Any]:
    """A score; `points` and `final_points` are certain, their `_possible` twins the best there can be."""
    return {
        "points": score.points,
        "points_possible": score.most,
        "full_credit": score.full,
        "percent": score.percent,
        "weight": score.weight,
        "weight_possible": score.weight_most,
        "final_points": score.final,
        "final_points_possible": score.final_most,
        "certain": score.certain,
        "decided_by": list(score.decided_by),
        "steps": [
            {
                "points": step.points,
                "activities": step.activities,
                "kind": step.kind,
                "says": step.clause.says,
                "cite": step.clause.cite,
                "confidence": step.clause.confidence,
                "assumption": step.clause.assumption,
            }
            for step in score.steps
        ],
        "weighing": {"says": score.weighing.says, "cite": score.weighing.cite},
        "other_readings": [
            {
                "reading": f"{other.reading}={other.value}",
                "points": other.points,
                "points_possible": other.most,
                "says": other.clause.says,
                "cite": other.clause.cite,
            }
            for other in score.alternatives
        ],
    }


def plain_verdict(verdict: Verdict) -> dict[str, Any]:
    """One attested activity: whether it counts (true, false, or null for unknown), and why not."""
    given = verdict.attestation
    return {
        "id": given.activity,
        "title": verdict.activity.title if verdict.activity else None,
        "weight": (verdict.activity.weight or None) if verdict.activity else None,
        "first": given.first and str(given.first),
        "last": given.last and str(given.last),
        "clinicians": given.clinicians,
        "clinicians_at_most": given.at_most,
        "clinicians_needed": verdict.needed,
        "counts": verdict.counts,
        "problems": [plain_problem(problem) for problem in verdict.problems],
    }


def plain_problem(problem: Problem) -> dict[str, str]:
    """One problem."""
    return {
        "code": problem.code,
        "severity": problem.severity,
        "where": problem.where,
        "what": problem.what,
        "fix": problem.fix,
        "cite": problem.cite,
    }
