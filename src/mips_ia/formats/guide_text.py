"""A guide in words and as plain data: the same for the command line, the manual and the portal."""

from typing import Any

from mips_ia.catalogue import Activity
from mips_ia.reading.guides import Guide, Leaf, Node, called, leaves

DATED = {
    "window": "dated within the attested window",
    "throughout": "covering the whole attested window",
    "in_force": "in force during the attested window",
    "year": "dated within the performance year",
}


def source(found: Guide) -> str:
    """Who says what the guide says, and where the source gives no advice on documents."""
    said = f"CMS's description of {found.id}, {found.source.removeprefix('CMS ')}."
    others = sorted({leaf.source for leaf in leaves(found.requirement)} - {found.source})
    if societies := [source for source in others if not source.startswith("CMS ")]:
        return f"{said} What to keep also follows the guide of {' and '.join(societies)}."
    return f"{said} It gives no advice on documents; what to keep follows from what it asks for."


def many(node: Node) -> str:
    """How many parts of a node are asked for, in words."""
    if node.least == len(node.of):
        return "All of these"
    return "Any one of these" if node.least == 1 else f"At least {node.least} of these"


def how(leaf: Leaf) -> str:
    """The kinds of document, their dates, and what else to mind, in one line."""
    said = f"{' or '.join(map(called, leaf.kinds))}, {DATED[leaf.dated]}"
    if leaf.phi:
        said += "; mask patient information"
    if leaf.measure:
        said += f"; to reach: {leaf.measure.asks}"
    return said


def plain_guide(found: Guide, year: int, activity: Activity | None) -> dict[str, Any]:
    """A guide as JSON has it; the requirement is a tree of `at_least`, `of`, and leaves."""
    return {
        "id": found.id,
        "title": activity.title if activity else None,
        "year": year,
        "since": found.since,
        "until": found.until,
        "summary": found.summary,
        "good_for": found.good_for,
        "effort": found.effort,
        "because": found.because,
        "period": found.period or None,
        "frequency": found.frequency or None,
        "requirement": plain_part(found.requirement),
        "notes": list(found.notes),
        "not_required": dict(found.not_required),
        "source": source(found),
        "confidence": found.confidence,
    }


def plain_part(part: Node | Leaf) -> dict[str, Any]:
    """A part of a requirement as JSON has it."""
    if isinstance(part, Node):
        return {"at_least": part.least, "of": [plain_part(each) for each in part.of]}
    measure = part.measure and {
        "unit": part.measure.unit,
        "numerator": part.measure.numerator,
        "denominator": part.measure.denominator or None,
        "asks": part.measure.asks,
        "per": part.measure.per,
    }
    return {
        "leaf": part.id,
        "says": part.says,
        "kinds": list(part.kinds),
        "documents": [called(kind) for kind in part.kinds],
        "dated": part.dated,
        "phi": part.phi,
        "measure": measure,
        "source": part.source,
        "confidence": part.confidence,
    }
