"""What a run writes: a row for everybody scored, and a row for everything attested."""

import json
from collections.abc import Mapping
from typing import Any

import pandas as pd

from mips_ia.assessment import Assessment
from mips_ia.attestation import Verdict
from mips_ia.catalogue import catalogue
from mips_ia.formats.participants import Participant
from mips_ia.formats.plain import plain_score
from mips_ia.population.said import lacking, told
from mips_ia.population.table import Table
from mips_ia.rules import rules
from mips_ia.scoring import Score

PEOPLE: Mapping[str, str] = {
    "performance_year": "the performance year",
    "tin": "the TIN; empty for an entity of several",
    "npi": "the NPI of an individual; empty for a group or entity",
    "entity_id": "the virtual group, subgroup or APM Entity",
    "name": "what people call it",
    "entity": "individual, group, virtual_group, subgroup or apm_entity",
    "pathway": "traditional, mvp, app or apm_scoring_standard",
    "mvp": "the MVP, where the pathway is mvp",
    "clinicians": "how many bill under the TIN or TINs; blank where that is not known",
    "special_status": "whether it has a status that doubles points; blank where that is not known",
    "attested": "how many rows of `attested` are of this participant",
    "points": "points that are certain, 0 to 40",
    "points_possible": "the most points there can be; more than `points` where something is not known",
    "percent": "`points` in percent of full credit",
    "weight": "the category's weight in the final score, in percent",
    "weight_possible": "the most it can be",
    "final_points": "points of the final score that are certain",
    "final_points_possible": "the most there can be",
    "certain": "whether nothing that is unknown could change the score",
    "activities_short": "how many more activities of the highest weight reach full credit; blank: none",
    "decided_by": "the unknown facts that would narrow the range",
    "steps": "JSON: each step with its points, activities, weight, sentence and citation",
    "rules_edition": "the fingerprint of the rules by which it was scored",
}
ATTESTED: Mapping[str, str] = {
    "performance_year": "the performance year",
    "tin": "the TIN; empty for an entity of several",
    "npi": "the NPI of an individual; empty for a group or entity",
    "entity_id": "the virtual group, subgroup or APM Entity",
    "activity": "the id",
    "title": "its title in the year; blank where the year has none of this id",
    "counts": "true, false, or blank where it is not known",
    "first": "the first day",
    "last": "the last day",
    "clinicians": "of a group: how many did it for certain",
    "clinicians_at_most": "of a group: how many may have",
    "clinicians_needed": "of a group: how many must",
    "codes": "why it does not count or is not known to: stable codes",
    "reasons": "the same as sentences, with what to do",
}


REJECTS: Mapping[str, str] = {
    "where": "file, line and column",
    "code": "a stable code",
    "severity": "error: the row was left out; warning: it was read, and something is to be looked at",
    "what": "what is wrong",
    "fix": "what to do",
}

_SCORE = (
    "points", "points_possible", "percent", "weight", "weight_possible", "final_points",
    "final_points_possible", "certain",
)  # fmt: skip
_STEP = ("points", "activities", "kind", "says", "cite")


def person_row(who: Participant, found: Assessment) -> dict[str, Any]:
    """One participant assessed by itself."""
    practice = who.practice
    return {
        "performance_year": practice.performance_year,
        "tin": who.tin,
        "npi": who.npi,
        "entity_id": who.entity_id,
        "name": who.name,
        "entity": practice.entity,
        "pathway": practice.pathway,
        "mvp": practice.mvp or "",
        "clinicians": practice.clinicians,
        "special_status": found.standing["special_status"].value,
        "attested": len(found.verdicts),
        **score_row(found.score, lacking(found.profile, found.rules)),
        "rules_edition": found.rules.edition,
    }


def score_row(score: Score, short: int | None) -> dict[str, Any]:
    """A score in the columns that it has."""
    plain = plain_score(score)
    steps = [{name: step[name] for name in _STEP} for step in plain["steps"]]
    return {
        **{name: plain[name] for name in _SCORE},
        "activities_short": short,
        "decided_by": ", ".join(score.decided_by),
        "steps": json.dumps(steps, ensure_ascii=False),
    }


def attested_row(who: Participant, found: Assessment, verdict: Verdict) -> dict[str, Any]:
    """One attestation of a participant assessed by itself."""
    given = verdict.attestation
    codes, reasons = told(verdict.problems)
    return {
        "performance_year": found.rules.year,
        "tin": who.tin,
        "npi": who.npi,
        "entity_id": who.entity_id,
        "activity": given.activity,
        "title": verdict.activity.title if verdict.activity else "",
        "counts": verdict.counts,
        "first": given.first,
        "last": given.last,
        "clinicians": given.clinicians,
        "clinicians_at_most": given.at_most,
        "clinicians_needed": verdict.needed,
        "codes": codes,
        "reasons": reasons,
    }


def scores(table: Table) -> pd.DataFrame:
    """Every score that occurs, by its number."""
    rows = [
        {"score": place, "special_status": special, **score_row(found, short),
         "rules_edition": rules(year).edition}
        for (year, found, short, special), place in table.scored.items()
    ]  # fmt: skip
    points = "score points points_possible weight weight_possible"
    return _frame(rows, points, "decided_by steps rules_edition", {
        "percent": "float64", "final_points": "float64", "final_points_possible": "float64",
        "certain": "bool", "special_status": "boolean", "activities_short": "Int64",
    })  # fmt: skip


def practices(table: Table) -> pd.DataFrame:
    """Every practice that occurs, but for its TIN and name, by its number."""
    rows = [
        {"practice": place, "entity": row.practice.entity, "pathway": row.practice.pathway,
         "mvp": row.practice.mvp or ""}
        for place, row in enumerate(table.known.practices)
    ]  # fmt: skip
    return _frame(rows, "practice", "entity pathway mvp")


def activities(table: Table) -> pd.DataFrame:
    """Every activity that occurs, by its number."""
    rows = []
    for (year, id), place in table.known.activities.items():
        listed = catalogue(year).activities.get(id)
        rows.append({"activity": place, "id": id, "title": listed.title if listed else ""})
    return _frame(rows, "activity", "id title")


def _frame(
    rows: list[dict[str, Any]], numbers: str, texts: str, others: Mapping[str, str] | None = None
) -> pd.DataFrame:
    """A small table, whose columns have their types even where it has no rows."""
    types = {
        **dict.fromkeys(numbers.split(), "int64"),
        **dict.fromkeys(texts.split(), "str"),
        **(others or {}),
    }
    return pd.DataFrame(rows, columns=list(types)).astype(types)


def reasons(table: Table, distinct: pd.DataFrame) -> pd.DataFrame:
    """The codes and sentences of reasons that occur together, beside their numbers."""
    said, ids = [*table.said], [id for _, id in table.known.activities]
    codes, sentences = [], []
    for row in distinct.to_dict("records"):
        parts = [said[row[each]] for each in ("answer_says", "listing_says", "days_say", "share_says")]
        if row["repeats"]:
            parts.append(
                ("repeated", f"{ids[row['of_activity']]} is attested more than once and counts once.")
            )
        codes.append(", ".join(code for code, _ in parts if code))
        sentences.append(" ".join(text for _, text in parts if text))
    return distinct.assign(codes=pd.Series(codes, dtype="str"), reasons=pd.Series(sentences, dtype="str"))
