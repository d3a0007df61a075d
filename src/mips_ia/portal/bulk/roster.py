"""A roster file against the roster that is there: what each row would change, and what stops it."""

from collections import defaultdict
from dataclasses import dataclass

from mips_ia.portal.actions.roster import NAMES, meant, overlapping, plain
from mips_ia.portal.bulk.differences import differences, kept
from mips_ia.portal.bulk.rows import email, opened, too_long, unique
from mips_ia.portal.bulk.sites import Moved, Sites, look
from mips_ia.portal.models import Clinician, Stay

# What a stay holds, by the column that says it.
ANSWERS = {
    "billed_in_year": "billed",
    "non_patient_facing": "non_patient_facing",
    "rural": "rural",
    "hpsa": "hpsa",
}
# The same by column, and everything else that a blank leaves as it is.
STAYS = {"joined_on": "joined_on", "left_on": "left_on", **ANSWERS, "row_id": "row_id", "site_name": "site"}
LENGTHS = {
    "last_name": 100, "first_name": 100, "credential": 40, "email": 254, "site_name": 200,
    "row_id": 100,
}  # fmt: skip
_SAME_ID = ("row_id", "Keep one row for each row_id.", "row_id")


@dataclass
class Change:
    """What a row makes of one stay; `before` is None where the stay is new."""

    line: int
    stay: Stay
    before: dict | None
    names_before: dict
    names_after: dict
    moved: Moved | None = None
    known: bool = True  # whether the practice had the clinician before

    @property
    def result(self):
        """`new`, `changed` or `same`."""
        if self.before is None:
            return "new"
        return "changed" if self.of_stay or self.moved else "same"

    @property
    def of_stay(self):
        """Whether the stay or the names change, and not only the ZIP code of the site."""
        return self.before != plain(self.stay) or self.names_before != self.names_after

    @property
    def renamed(self):
        """Whether somebody who was known gets another name with a new stay."""
        return self.before is None and self.known and self.names_before != self.names_after


class Roster:
    """The roster as it is now, on which the rows of a file are tried out; nothing is saved here."""

    def __init__(self, access):
        self.access = access
        self.clinicians = {each.npi: each for each in access.practice.clinicians.all()}
        self.sites = Sites(access.practice)
        self.stays, self.by_row_id = defaultdict(list), {}
        by_id = {each.id: each for each in self.clinicians.values()}
        for stay in access.year.stays.filter(ended_at=None):
            stay.clinician, stay.site = by_id[stay.clinician_id], self.sites.by_id.get(stay.site_id)
            self.stays[stay.clinician.npi].append(stay)
            if stay.row_id:
                self.by_row_id[stay.row_id] = stay
        self.changes = []
        self.days, self.ids, self.lines = defaultdict(dict), {}, {}

    def row(self, line, given, surplus):
        """One row, tried out."""
        row = opened(line, given, surplus, self.access)
        known, names = _said(row, self.access.year.year)
        row.hear()
        if row.errors:
            return row
        self._key(row, known.get("joined_on"))
        if not row.errors:
            self._try(row, known, names)
        return row

    def _key(self, row, joined):
        """Rows with different days of joining are different; a blank is like any day."""
        if row.cells.text("row_id"):
            unique(row, row.cells.text("row_id"), self.ids, _SAME_ID)
            return
        days = self.days[row.npi]
        alike = [line for day, line in days.items() if None in (day, joined) or day == joined]
        if alike:
            row.stop("npi", f"Keep one row for each NPI and TIN. Row {alike[0]} has the same NPI.")
        days.setdefault(joined, row.line)

    def _try(self, row, known, names):
        npi = row.npi
        stay = self._meant(row, npi, known.get("joined_on"))
        if row.errors:
            return
        clinician = self.clinicians.get(npi)
        known_before = clinician is not None and clinician.pk is not None
        if clinician is None:
            clinician = self.clinicians[npi] = Clinician(practice=self.access.practice, npi=npi)
        before = stay and plain(stay)
        if stay is None:
            stay = Stay(year=self.access.year, clinician=clinician)
            self.stays[npi].append(stay)
        kept(row, known, {name: getattr(stay, name) for name in STAYS.values()}, STAYS)
        kept(
            row, {}, {name: getattr(clinician, name) for name in NAMES}, dict(zip(NAMES, NAMES, strict=True))
        )
        for name, value in known.items():
            setattr(stay, name, value)
        moved = None
        if name := row.cells.text("site_name"):
            stay.site, moved = self.sites.place(row, name)
        names_before = {name: getattr(clinician, name) for name in names}
        for name, value in names.items():
            setattr(clinician, name, value)
        change = Change(row.line, stay, before, names_before, names, moved, known_before)
        self.changes.append(change)
        row.result = change.result
        if before is not None:
            after = plain(stay) | {name: getattr(clinician, name) for name in names}
            row.changes = differences(before | names_before, after)
        elif change.renamed:
            row.changes = differences(names_before, names)
        if moved:
            row.changes.append(moved.told)
        _in_order(row, stay.joined_on, stay.left_on)
        self._apart(row, npi, stay)

    def _meant(self, row, npi, joined):
        """The stay that the row is about, None where it is a new one."""
        held = self.by_row_id.get(row.cells.text("row_id"))
        if held and held.clinician.npi != npi:
            row.stop("row_id", f"Use another row_id. The roster has it for {held.clinician.spoken}.")
            return held
        here = [stay for stay in self.stays[npi] if stay.pk]
        if held is None and joined is None and len(here) > 1:
            row.stop("joined_on", f"Enter the date joined. The roster has {len(here)} stays of this NPI.")
        stay = held or meant(here, joined)
        if stay and (first := self.lines.setdefault(stay.pk, row.line)) != row.line:
            row.stop("npi", f"Keep one row for each NPI and TIN. Row {first} is about the same stay.")
        return stay

    def _apart(self, row, npi, stay):
        """Two stays of one clinician must not overlap."""
        found = overlapping(self.stays[npi]) if len(self.stays[npi]) > 1 else None
        if found:
            row.stop("joined_on", overlap_message(*found))


def overlap_message(before, after):
    """What to do about two stays that overlap."""
    if before.left_on is None:
        since = f" that began on {before.joined_on}" if before.joined_on else ""
        return f"Enter the date left of the stay{since} first. Two stays of one clinician cannot overlap."
    return f"Enter a date joined after {before.left_on}, the last day of the stay before."


def _in_order(row, joined, left):
    if joined and left and left < joined:
        row.stop("left_on", f"Enter a date on or after the date joined, {joined}.")


def _said(row, year):
    """What a row says of a stay and of the names; a column that is not there says nothing."""
    cells = row.cells
    known = {name: cells.day(name, year) for name in ("joined_on", "left_on") if cells.has(name)}
    _in_order(row, known.get("joined_on"), known.get("left_on"))
    known |= {name: cells.yes_no(column) for column, name in ANSWERS.items() if cells.has(column)}
    if cells.text("row_id"):
        known["row_id"] = cells.text("row_id")
    too_long(row, LENGTHS)
    email(row, "email")
    names = {name: text for name in NAMES if (text := cells.text(name))}
    look(row)
    return known, names
