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
}
_DAY = re.compile(r"\b\d{4}-\d\d-\d\d\b")


def what(problem):
    """What is wrong; its days are written out."""
    text, _ = SAID.get(problem.code) or (problem.what, "")
    return _DAY.sub(lambda found: day(date.fromisoformat(found[0])), text)


def said(problem):
    """The same, and what to do about it."""
    _, fix = SAID.get(problem.code) or ("", problem.fix)
    return f"{what(problem)} {fix}".strip()
