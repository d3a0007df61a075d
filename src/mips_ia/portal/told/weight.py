"""How much the category weighs in the final score, and why."""

from dataclasses import replace

from mips_ia.portal.templatetags.words import lowfirst, weight_words
from mips_ia.reading.clauses import CATEGORIES
from mips_ia.scoring import score as rescored

NAMES = {
    "quality": "Quality",
    "cost": "Cost",
    "ia": "Improvement activities",
    "pi": "Promoting Interoperability",
}
UNLESS = " as long as no category is reweighted, which is not known"
FIND_OUT = "Find out which categories CMS does not score for you."


def unless(found):
    """On what a share of the final score rests where nobody said which categories are scored."""
    return UNLESS if found.practice.not_scored is None and found.score.weight_most else ""


def moved(found):
    """What then moves the weight by itself, with its source, and the one thing to find out."""
    if not unless(found):
        return ""
    small, rule = found.standing.get("small_practice"), found.rules.note.get("small_practice_pi")
    without = rescored(replace(found.profile, not_scored=frozenset(("pi",))), found.rules)
    if rule is None or small is None or small.value is False or without.weight_most <= found.score.weight:
        return FIND_OUT
    known = f" Assumption: {lowfirst(rule.assumption)}." if rule.assumption else ""
    return (
        f"Find out whether Promoting Interoperability (PI) is submitted for you. {rule.says} ({rule.cite}). "
        f"Without PI, improvement activities are {weight_words(without)} of the final score.{known}"
    )


def weighs(found):
    """`Improvement activities are 15% of your final score, because these are the weights in …`."""
    score, gone = found.score, [NAMES[each] for each in NAMES if each in (found.practice.not_scored or ())]
    to = f"% to {score.weight_most}" if score.weight != score.weight_most else ""
    reason = f"these are the {lowfirst(score.weighing.says)}"
    if gone:
        one = len(gone) == 1 and gone != [NAMES["ia"]]
        reason += f", and {' and '.join(gone)} {'is' if one else 'are'} not scored"
    if found.practice.not_scored is None:
        reason += f", and{UNLESS}"
    return f"Improvement activities are {score.weight}{to}% of your final score, because {reason}."


def uncounted(found):
    """That the category weighs nothing in the final score; empty where it counts."""
    if found.score.weight_most:
        return ""
    return "Improvement activities do not count in your final score: they are 0% of it."


def voids(found):
    """What sending data does to the reweighting by which the category is not scored; else empty."""
    rule = found.rules.note.get("submission_voids_reweighting")
    if rule is None or "ia" not in (found.practice.not_scored or ()):
        return ""
    return f"{rule.says} ({rule.cite})."


def said(not_scored):
    """What was recorded, in words."""
    if not_scored is None:
        return "Nobody has recorded yet whether a category is not scored."
    if not not_scored:
        return "All four categories are scored."
    return f"Not scored: {', '.join(NAMES[each] for each in CATEGORIES if each in not_scored)}."


def effect(ledger):
    """How much the category weighs, with what is recorded."""
    if ledger.problem:
        return "There is no score yet."
    found = ledger.assessment
    said = f"Improvement activities are {weight_words(found.score)} of your final score"
    if ledger.row.not_scored is None:
        return f"{said} if all four categories are scored. {moved(found)}".strip()
    return f"{said}."


def held(tables):
    """What each category weighs for the practice, by its name; as if all were scored where nobody said.

    Empty where no table is the practice's.
    """
    rows = next((each["rows"] for each in tables if each["mine"]), [])
    row = next((each for each in rows if each["mine"]), next(iter(rows), None))
    return [(NAMES[name], weight) for name, weight in row["of"].items()] if row else []


def tables(ledger):
    """Each table of weights of the year, and its rows; what is the practice's own is marked."""
    whose = None if ledger.problem else ledger.assessment.score.weighing
    missing = ledger.row.not_scored
    mine = None if missing is None else frozenset(missing)
    for table in ledger.rules.weights:
        present = {c for c, weight in zip(CATEGORIES, table.rows[frozenset()], strict=True) if weight}
        yield {
            "clause": table, "mine": table is whose,
            "rows": [
                {"gone": [c for c in CATEGORIES if c in row],
                 "of": dict(zip(CATEGORIES, weights_of, strict=True)),
                 "missing": ", ".join(NAMES[c] for c in CATEGORIES if c in row) or "None: all are scored",
                 "weights": [f"{weight}%" for weight in weights_of],
                 "mine": table is whose and mine is not None and row == mine & present}
                for row, weights_of in table.rows.items()
            ],
        }  # fmt: skip
