"""The errors of CMS's converter, by its numbers, with our sentences; and JSON in its layout."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from mips_ia.problems import Problem

# CMS's error numbers, with our sentence and what to do.
SAYS: Mapping[int, tuple[str, str]] = {
    2: ("It is no XML document that CMS reads.", "Export it again, without a DOCTYPE."),
    3: (
        "CMS's converter breaks on it: the start of the period does not begin with a year.",
        "Give days as YYYYMMDD.",
    ),
    5: ("It is no QRDA III document of this reporting year's guide.", "Use the year's document template id."),
    8: ("A count must have exactly one value.", "Take it out of the section of improvement activities."),
    23: ("It has no section of improvement activities, PI or quality.", "Add the section."),
    24: ("It must name one program, and only one.", "Give one id of the intended recipient."),
    25: ("CMS's converter does not know its program.", "Use a program of the year, such as MIPS_GROUP."),
    26: ("It has two PI sections.", "Leave one."),
    27: ("It has two sections of the same category.", "Leave one."),
    29: ("There must be one start of the performance period, and only one.", "Give one low value."),
    30: ("There must be one end of the performance period, and only one.", "Give one high value."),
    36: ("Primary care programs report quality measures, and there are none.", "Use a MIPS program."),
    43: ("The section has no activity.", "Add the activities that were done."),
    44: ("The section must have one reporting parameters act, and only one.", "Give one period."),
    45: ("The section holds something else than activities and one act.", "Take it out."),
    50: ("An activity must have one measure performed, and only one.", "Give one yes or no."),
    51: ("Whether the activity was performed must be one Y or N.", "Give Y or N."),
    55: ("The period of a primary care program begins on January 1.", "Use a MIPS program."),
    56: ("The period of a primary care program ends on December 31.", "Use a MIPS program."),
    69: ("A day of the performance period cannot be read.", "Give days as YYYYMMDD."),
    78: ("A virtual group must have its id.", "Add the virtual group's id."),
    82: ("There are more errors than CMS shows.", "Mend those that are shown, and send it again."),
    97: ("Primary care programs need a certification id of the year.", "Use a MIPS program."),
}


@dataclass(frozen=True, slots=True)
class CmsError:
    """One error that CMS's converter gives: its number, where, and the line in the file."""

    code: int
    where: str = ""
    path: str = ""
    line: int | None = None

    def problem(self, name: str) -> Problem:
        """The same as a problem of ours, with CMS's number as its source."""
        what, fix = SAYS[self.code]
        line = f"line {self.line}" if self.line else ""
        where = ", ".join(filter(None, (name, line, self.where)))
        return Problem("cms_converter", where, what, fix, f"CMS converter error {self.code}")


def as_text(value: Any, depth: int = 0) -> str:
    """JSON in the converter's layout: two blanks, ` : `, objects of a list on the line of its bracket."""
    inner, outer = "  " * (depth + 1), "  " * depth
    if isinstance(value, dict) and value:
        fields = [f"{inner}{_text(name)} : {as_text(each, depth + 1)}" for name, each in value.items()]
        return "{\n" + ",\n".join(fields) + f"\n{outer}}}"
    if isinstance(value, list) and value:
        return f"[ {', '.join(as_text(each, depth) for each in value)} ]"
    return "{ }" if value == {} else "[ ]" if value == [] else _text(value)


def _text(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


def errors_as_plain(name: str, errors: tuple[CmsError, ...]) -> dict[str, Any]:
    """Errors in the converter's tree, with its numbers and our sentences."""
    details = [
        {
            "errorCode": error.code,
            "message": f"CT - {' '.join(SAYS[error.code])}",
            "location": {
                key: value
                for key, value in (("location", error.where), ("path", error.path), ("line", error.line))
                if value or key == "path"
            },
        }
        for error in errors
    ]
    return {"errors": [{"sourceIdentifier": name, "details": details}]}
