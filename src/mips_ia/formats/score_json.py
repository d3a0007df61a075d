"""A score in the tree that CMS's submissions service answers with, marked as our estimate.

CMS's example is of the years that had weights; from then on the weight of an activity is left out.
Source: CMSgov/qpp-submissions-docs, scoring-example-output-ia.json.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

from mips_ia.assessment import Assessment
from mips_ia.attestation import Verdict
from mips_ia.formats.participants import Participant

ESTIMATE = "Estimate by mips-ia; CMS decides the score"
_INSTRUMENTS = {"high": "IA-003", "medium": "IA-004"}  # as CMS's example marks activities of these weights


Sent = tuple[Participant, Assessment]  # one set of activities, and what it comes to


def trees(assessed: Iterable[Sent], ways: Callable[[Assessment], Sequence[str]]) -> list[dict[str, Any]]:
    """A tree for each clinician, group or entity; of several sets the one that scores highest is picked.

    `ways` are what could raise a score, in words.
    """
    together: dict[tuple[object, ...], list[Sent]] = {}
    for who, found in assessed:
        key = (who.practice.performance_year, who.practice.entity, who.tin, who.npi, who.entity_id)
        together.setdefault(key, []).append((who, found))
    return [_tree(sets, ways) for sets in together.values()]


def _tree(sets: Sequence[Sent], ways: Callable[[Assessment], Sequence[str]]) -> dict[str, Any]:
    """The envelope, the total, and below it the category, its activities, and the feedback."""
    who, found = max(sets, key=lambda each: (each[1].score.final, each[1].score.points))
    bonuses: dict[str, Any] = {"name": "bonuses", "value": 0, "parts": []}
    total = {
        "name": "total",
        "title": "Total Score",
        "detail": ESTIMATE,
        "value": found.score.final,
        "parts": [_category(who, found, sets), bonuses, _feedback(ways(found))],
        "metadata": _metadata(who, found),
        "warnings": [str(problem) for problem in found.problems],
        "errors": [],
    }
    return {"data": {"score": total}}


def _category(who: Participant, found: Assessment, sets: Sequence[Sent]) -> dict[str, Any]:
    score = found.score
    return {
        "name": "ia",
        "title": "IA component of total score",
        "detail": f"Scoring based on weight of {score.weight}%.",
        "value": score.final,
        "original": {
            "name": "ia",
            "value": score.points,
            "detail": f"Picked the highest scoring measurement set {who.method or 'registry'}",
            "parts": [_set(*each, picked=each[1] is found) for each in sets],
            "instrumentations": [],
        },
        "metadata": {"maxContribution": score.weight, "unroundedScoreValue": score.final},
    }


def _set(who: Participant, found: Assessment, *, picked: bool) -> dict[str, Any]:
    """One set of activities; CMS shows no other status than that of the one that is picked."""
    chosen = {
        "messages": {"picked": "Measurement set selected for category score."},
        "processingStatus": "PICKED",
    }
    return {
        "name": "ia",
        "title": "Improvement Activities Score",
        "detail": who.method or "registry",
        "value": found.score.points,
        "parts": [*_activities(found)],
        "metadata": {
            **(chosen if picked else {}),
            "maxContribution": found.score.full,
            "measurementSetPicked": picked,
        },
    }


def _activities(found: Assessment) -> Iterator[dict[str, Any]]:
    """The activities that count, each with the points it earns before the category is capped."""
    earned = {step.kind: step.points // step.activities for step in found.score.steps if step.activities}
    home = sum(step.points for step in found.score.steps if "medical_home" in step.clause.when)
    for verdict in found.verdicts:
        if verdict.counts and verdict.activity:
            of_home = verdict.attestation.activity == found.rules.medical_home_activity
            yield _activity(verdict, home if of_home else earned.get(verdict.kind, 0), found.score.full)


def _activity(verdict: Verdict, points: int, full: int) -> dict[str, Any]:
    weight = verdict.activity.weight if verdict.activity else ""
    metadata = {
        "maxContribution": full,
        "calculatedScore": points,
        "processingStatus": "PICKED",
        "weight": weight,
        "complete": True,
        "messages": {"complete": "Measurement value of true - scored as normal"},
    }
    found = {
        "name": verdict.attestation.activity,
        "title": verdict.activity.title if verdict.activity else "",
        "value": points,
        "instrumentations": [_INSTRUMENTS[weight]] if weight in _INSTRUMENTS else None,
        "metadata": {name: value for name, value in metadata.items() if value != ""},
    }
    return {name: value for name, value in found.items() if value is not None}


def _feedback(ways: Sequence[str]) -> dict[str, Any]:
    return {"name": "feedback-ia", "parts": [{"name": "ia-feedback-message", "detail": way} for way in ways]}


def _metadata(who: Participant, found: Assessment) -> dict[str, Any]:
    score, facts = found.score, found.profile.facts
    scale = next(each for each in found.rules.scale if each.fits(facts))
    weighted = [(kind, points) for kind, points in scale.points.items() if kind in _INSTRUMENTS]
    apm_credit = any(step.clause in (*found.rules.floor, *found.rules.credit) for step in score.steps)
    return {
        "estimate": ESTIMATE,
        "pickedProgramName": who.program or found.practice.mvp or "mips",
        "maxContributionIA": score.full,
        **{f"max{kind.capitalize()}ContributionIA": points for kind, points in weighted},
        "iaCategoryScoreUnrounded": score.points,
        "iaCategoryScore": score.points,
        "iaCategoryScorePossible": score.most,
        "iaWeightedScore": score.final,
        "hasIAMeasures": bool(found.verdicts),
        "hasScorableIAMeasures": any(verdict.counts for verdict in found.verdicts),
        "hasIAWeightStatus": "SPECIAL" if "special_status" in facts else "NORMAL",
        "givenIAStudyCredit": "study" in facts,
        "givenAPMParticipationCredit": apm_credit and "apm" in facts,
        "givenIACreditPCMH": "medical_home" in facts,
        "iaReweighted": found.practice.not_scored is not None and "ia" in found.practice.not_scored,
        "rulesEdition": found.rules.edition,
    }
