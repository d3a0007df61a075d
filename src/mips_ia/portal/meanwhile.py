"""Whether a record is still as somebody was shown it, before what they typed takes its place."""

import hashlib
import json

from mips_ia.portal.templatetags.words import moment
from mips_ia.problems import Problem, Refused


def state(values):
    """What a form carries of the values that it shows, so that they are known again."""
    return hashlib.sha256(json.dumps(values, sort_keys=True, default=str).encode()).hexdigest()[:32]


def unchanged(access, seen, values, record):
    """`Refused`, with who and when, where `values` are not those that were seen.

    A program sees no form, and gives None.
    """
    if seen is not None and seen != state(values):
        lines = access.practice.entries.filter(record=record).select_related("person")
        line = lines.order_by("-id").first()
        what = changed_by(line.person, line.at) if line and line.person else "Somebody changed this."
        raise Refused([Problem("changed", record, what, "Your version is below; choose what to keep.")])


def changed_by(person, at):
    """Who changed it, and when."""
    return f"{person} changed this at {moment(at)}."
