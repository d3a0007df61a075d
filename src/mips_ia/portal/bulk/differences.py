"""What a row changes, from what to what, and what it leaves as it is because its cell is blank."""

from datetime import date

from mips_ia.portal.models import Site
from mips_ia.portal.templatetags.words import day

CALLED = {
    "joined_on": "joined", "left_on": "left", "billed": "billed in the year",
    "non_patient_facing": "non-patient facing", "hpsa": "HPSA", "row_id": "your key",
    "last_name": "last name", "first_name": "first name", "email": "e-mail address",
    "first": "start", "last": "end", "taking_part": "taking part",
}  # fmt: skip
_WORDS = {True: "yes", False: "no", None: "not known", "": "not known"}
_DAYS = ("joined_on", "left_on")


def kept(row, known, held, columns):
    """Take into `known` what is there already where the cell is blank, and say so: a blank takes nothing.

    `held` is what is there by name, and `columns` has the names by column.
    """
    for column, name in columns.items():
        if row.cells.text(column) or held.get(name) in (None, ""):
            continue
        known[name] = held[name]
        if row.cells.has(column):
            row.note(column, f"{column} is blank: {worded(held[name])} stays.")


def differences(before, after):
    """Each fact that changes: `left: not known → June 30 …`."""
    return [
        f"{CALLED.get(name, name)}: {worded(_value(name, was))} → {worded(_value(name, after[name]))}"
        for name, was in before.items() if was != after[name]
    ]  # fmt: skip


def worded(value):
    """A fact as it stands in a sentence."""
    if isinstance(value, date):
        return day(value)
    if isinstance(value, Site):
        return value.name
    return value if isinstance(value, str) and value else _WORDS[value]


def _value(name, value):
    """A day as a day, although the log has it as text."""
    return date.fromisoformat(value) if name in _DAYS and value else value
