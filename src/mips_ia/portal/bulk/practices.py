"""A row of practices against what is known of the practice's year: what it would change, what stops it."""

from dataclasses import dataclass

from mips_ia.catalogue import catalogue
from mips_ia.formats.bulk_rows import practice_row
from mips_ia.portal.bulk.differences import worded
from mips_ia.portal.bulk.rows import begun, too_long, unique
from mips_ia.standing import words

LENGTHS = {"practice_name": 200, "entity_id": 64}
ENDING = 4  # digits of a TIN that are shown
_SAME = ("tin", "Keep one row for each TIN and year.", "TIN and year")
# What a year holds, by the column that says it. A column that is not there says nothing.
_HOLDS = {
    "report_as": ("report_as",), "pathway": ("pathway",), "mvp_id": ("mvp",), "statuses": ("statuses",),
    "statuses_checked_on": ("statuses_checked_on",), "entity_id": ("entity_id",), "apm": ("apm",),
    "medical_home_sites": ("sites_recognized", "sites_all"), "not_scored": ("not_scored",),
    "quality_and_pi_submitted": ("quality_and_pi_submitted",),
    "extreme_circumstances": ("extreme_circumstances",), "study": ("study",),
}  # fmt: skip


@dataclass
class Change:
    """What a row makes of a practice's year: the name where it is another, and the facts that are."""

    line: int
    name: str
    known: dict
    result: str


class Practices:
    """A practice's year as it is now, on which its row is tried out; nothing is saved here.

    `new` says that the practice was not here before this upload.
    """

    def __init__(self, access, new=False):
        self.access, self.new = access, new
        self.changes, self.seen, self.clinicians = [], {}, {}

    def row(self, line, given, surplus):
        """One row, tried out."""
        row, name, known = said(line, given, surplus)
        tin = row.cells.tin()
        unique(row, tin, self.seen, _SAME)
        if row.errors:
            return row
        year, practice = self.access.year, self.access.practice
        _kept(row, known, year)
        different = {each: value for each, value in known.items() if _other(getattr(year, each), value)}
        renamed = name if name and name != practice.name else ""
        row.result = "new" if self.new else "changed" if different or renamed else "same"
        self.changes.append(Change(line, renamed, different, row.result))
        return row


def _kept(row, known, year):
    """A blank takes nothing: what is known stays, and the row says so."""
    for column, names in _HOLDS.items():
        held = {name: getattr(year, name) for name in names}
        if row.cells.has(column) and not row.cells.text(column) and held[names[0]] not in (None, "", []):
            known |= held
            row.note(column, f"{column} is blank: {_worded(held)} stays.")


def _worded(held):
    """Facts as a row says them: `rural, small practice`, `2 of 6`."""
    value = next(iter(held.values()))
    if isinstance(value, list):
        return ", ".join(map(words, value))
    return worded(value) if len(held) == 1 else " of ".join(map(str, held.values()))


def _other(before, after):
    """Whether a fact is another; the order of several names says nothing."""
    return (sorted(before) if isinstance(before, list) else before) != after


def said(line, given, surplus):
    """A row with everything that stands against it, the practice's name, and what it says of the year."""
    row = begun(line, given, surplus)
    cells = row.cells
    year, tin = cells.year(), cells.tin()
    read = practice_row(cells, year, tin)
    cells.problems = list(dict.fromkeys(cells.problems))  # the year and the TIN were read twice
    row.hear()
    too_long(row, LENGTHS)
    if read is None:
        return row, "", {}
    _mvp(row, read.practice, year)
    return row, read.name, _known(cells, read)


def _mvp(row, practice, year):
    """An MVP must be one of the year, and belongs to its pathway."""
    if practice.mvp and practice.mvp not in catalogue(year).mvps:
        row.stop("mvp_id", f"Choose an MVP of {year}. There is no {practice.mvp}.")
    elif practice.pathway == "mvp" and not practice.mvp:
        row.stop("mvp_id", "Enter the MVP, since the pathway is mvp.")


def _known(cells, read):
    """The facts of the columns that are there; a blank is not known."""
    who = read.practice
    recognized, sites = who.medical_home_sites or (None, None)
    every = {
        "report_as": who.entity, "pathway": read.pathway, "mvp": who.mvp or "",
        "statuses": _listed(who.statuses), "entity_id": read.entity_id, "apm": who.apm or "",
        "statuses_checked_on": cells.day("statuses_checked_on", read.year), "sites_recognized": recognized,
        "sites_all": sites, "quality_and_pi_submitted": who.quality_and_pi_submitted,
        "not_scored": _listed(who.not_scored), "extreme_circumstances": who.extreme_circumstances,
        "study": who.study,
    }  # fmt: skip
    return {name: every[name] for column, names in _HOLDS.items() if cells.has(column) for name in names}


def _listed(names):
    return None if names is None else sorted(names)


def called(name, tin):
    """What a new practice is called where nobody said."""
    return name or f"Practice ending {tin[-ENDING:]}"
