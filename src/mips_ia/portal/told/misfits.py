"""What does not fit together, as pages say it: the core names its fields, and writes days as programs do."""

import re
from datetime import date

from mips_ia.portal.templatetags.words import day

# What is wrong and what to do, where the core says it by the names of its fields.
SAID = {
    "not_in_mips_apm": (
        "This pathway is only for participants in a MIPS APM, and the practice’s statuses name none.",
        "Correct the statuses, or choose another pathway.",
    ),
    "entity_not_on_pathway": (
        "This pathway is not open to those who report as you do.",
        "Change how you report, or choose another pathway.",
    ),
    "bad_entity_id": (
        "CMS takes whoever reports like this by an identifier of their own, of 1 to 64 visible characters.",
        "Enter it where you say how you report.",
    ),
}
_DAY = re.compile(r"\b\d{4}-\d\d-\d\d\b", re.ASCII)


def what(problem):
    """What is wrong; its days are written out."""
    return _DAY.sub(_written_out, _sentences(problem)[0])


def said(problem):
    """The same, and what to do about it."""
    return _DAY.sub(_written_out, " ".join(_sentences(problem))).strip()


def _sentences(problem):
    return SAID.get(problem.code, (problem.what, problem.fix))


def _written_out(found):
    """A day in words; what looks like one and is none stays as it is."""
    try:
        return day(date.fromisoformat(found[0]))
    except ValueError:
        return found[0]
