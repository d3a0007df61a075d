"""The explained score as plain data to be set on paper: the same that the score page shows, in its order."""

from mips_ia.portal.templatetags.words import (
    day,
    many,
    plain_number,
    points_words,
    share_words,
    short_day,
    weight_words,
)
from mips_ia.portal.told.weight import weighs

BESIDE = "A clinician who is scored in both ways gets the higher final score."


def printed(practice, ledger, found, parts):
    """Everything of a score. `found` is what the page shows; `parts` are the explanations, each with a name.

    An explanation without a name is the practice's own.
    """
    parts = [*parts]
    one, known = found.get("one"), found.get("known")
    whose = f"{one.clinician.spoken}’s own" if one else "The"
    around = found["around"]
    whole = bool(found.get("whole"))
    instead = bool(found.get("individuals")) and not whole
    where = [day(ledger.today), f"Reporting as {around['reporting']}", around["on_pathway"]]
    where += [f"As known on {day(known)}"] if known else []
    return {
        "title": f"{whose} {ledger.year} score, step by step", "practice": practice.name,
        "year": ledger.year, "edition": ledger.rules.edition, "eyebrow": " · ".join([practice.name, *where]),
        "lead": [*_lead(found, len(parts))],
        "sections": [_section(name, each) for name, each in parts],
        # Where each clinician is scored the table comes first, and where all are together it comes last.
        "each": _beside(found, "Each clinician, and reporting as a group instead") if whole else None,
        "instead": _beside(found, "Reporting as individuals instead") if instead else None,
    }  # fmt: skip


def _lead(found, explained):
    if whole := found.get("whole"):
        yield "You report as individuals, so each clinician has a score."
        yield whole.says
        if explained < (of := len(found["individuals"])):
            yield (
                f"All {of} are listed. The steps of the first {explained}, by name, follow; the score page "
                "leads to those of each other one."
            )
    if otherwise := found.get("otherwise"):
        yield f"With everything that is known today the score is {otherwise} points."


def _beside(found, heading):
    """Each clinician's score beside the group's, with what that table assumes where nothing else says it."""
    says = f"{BESIDE} {found['sent']}"
    if letter := found["own_letter"]:
        says += f" Special statuses that the roster does not have of a clinician: {_assumption(letter)}."
    return {
        "heading": heading, "says": says,
        "people": [_person(each, found["group"]) for each in found["individuals"]],
        "letters": [list(each) for each in found["letters"]] if found.get("whole") else [],
    }  # fmt: skip


def _person(each, group):
    return [
        each["person"].clinician.name, points_words(each["score"]),
        ", ".join(each["counting"]) or "None yet", points_words(group), each["higher"],
    ]  # fmt: skip


def _section(name, part):
    return {
        "heading": name, "lead": [*_totals(part)], "bar": _bar(part),
        "steps": [_step(place, *each) for place, each in enumerate(part["rows"], 1)], "sums": _sums(part),
        "cases": [
            [each["question"][:1].upper() + each["question"][1:], points_words(each["yes"]),
             points_words(each["no"])]
            for each in part["cases"]
        ],
        "moves": [
            [each.says, _by(each), points_words(each.score), share_words(each.score)]
            for each in part.get("moves", ())
        ],
        "shares": f"Each share of the final score holds{part['unless']}." if part["unless"] else "",
        "ways": part["advice"].ways if "advice" in part else [],
        "note": part["advice"].note if "advice" in part else "", "weight": weighs(part["found"]),
        "letters": [list(each) for each in part["letters"]],
    }  # fmt: skip


def _totals(part):
    score, total = part["score"], part["total"]
    yield f"Improvement activities score: {total}{'' if total == 'Unknown' else ' points'}."
    if not score.weight_most:
        yield "It does not count in your final score."
    elif score.points:
        yield f"It adds {part['share']} points to your MIPS final score{part['unless']}."
    elif score.most and not part["needed"]:
        most = f"{plain_number(score.final_most)} of {score.weight_most} points"
        yield f"It can add up to {most} to your MIPS final score{part['unless']}."
    if part["moved"]:
        yield part["moved"]
    if part["needed"]:
        yield f"We need {part['needed']} to be certain."


def _bar(part):
    score = part["score"]
    if not part["shown"]:
        return None
    sure = f"{many(score.points, 'point')} {'is' if score.points == 1 else 'are'} certain (solid)"
    says = f"{sure if score.points else 'No points are certain yet'}."
    if part["more"]:
        says += f" {part['more']} more {'is' if part['more'] == 1 else 'are'} still possible (striped)."
    return {"certain": score.points, "possible": part["most"], "full": score.full, "says": says}


def _step(place, row, letters):
    source = [row.cite, *(f"Assumption {each}" for each in letters)]
    return {
        "name": f"{place}. {row.name}", "activity": row.activity, "asks": row.asks, "word": row.word,
        "found": row.found, "points": row.shown, "source": "; ".join(filter(None, source)),
    }  # fmt: skip


def _sums(part):
    score = part["score"]
    sum_of = f"{score.points or 'points'} ÷ {score.full} × {weight_words(score)}"
    return [
        {"says": f"Improvement activities score (at most {score.full})", "points": part["total"],
         "source": _assumption(part["total_letter"])},
        {"says": f"Share of the final score: {sum_of}{part['unless']}",
         "points": part["share"],
         "source": "; ".join(filter(None, (score.weighing.cite, _assumption(part["weight_letter"]))))},
    ]  # fmt: skip


def _assumption(letter):
    return f"Assumption {letter[0]}" if letter else ""


def _by(move):
    if move.by:
        return f"{short_day(move.by)}, {move.by.year}"
    return "Before you submit" if move.raises else "At any time"
