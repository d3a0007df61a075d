"""A whole file, checked: its rows in order, how many are ready, and what saving them would do."""

import hashlib
from collections import Counter
from dataclasses import dataclass, field
from functools import cached_property

from mips_ia.formats.cells import Cells
from mips_ia.portal.bulk.participation import Participation
from mips_ia.portal.bulk.reading import rows
from mips_ia.portal.bulk.replaced import stays_left, stays_named, windows_left, windows_named
from mips_ia.portal.bulk.roster import Roster
from mips_ia.portal.bulk.rows import Row
from mips_ia.portal.saving import each_of, silent
from mips_ia.portal.templatetags.words import many

TRIALS = {"roster": Roster, "participation": Participation}
LEFT = {Roster: (stays_left, stays_named), Participation: (windows_left, windows_named)}


@dataclass
class Checked:
    """The rows of an upload after they were tried out on what is there; `trial` has the changes.

    `ending` is what no row is about, where the file replaces what is there, and `ended` says it by name.
    """

    rows: list
    trial: object
    ending: list = field(default_factory=list)
    ended: list = field(default_factory=list)

    @property
    def seal(self):
        """A mark of what would be ended, so that nothing else is ended than was confirmed."""
        return seal_of([each.pk for each in self.ending])

    @cached_property
    def counts(self):
        """How many rows are new, changed, same, to fix and left out."""
        return Counter(row.result for row in self.rows)

    @property
    def to_fix(self):
        """The rows that stop the file from being saved."""
        return [row for row in self.rows if row.result == "fix"]

    @property
    def left_out(self):
        """The rows that somebody left out by name."""
        return [row for row in self.rows if row.result == "left out"]

    @property
    def warned(self):
        """The rows that are saved as they are, and of which something is to be said."""
        return [row for row in self.rows if row.warnings and row.result not in ("fix", "left out")]

    @property
    def changed(self):
        """The rows that change what is there, such as the name of somebody who comes back."""
        return [row for row in self.rows if row.result == "changed" or (row.result == "new" and row.changes)]

    @property
    def noted(self):
        """The rows of which something is told that asks for nothing, such as what a blank cell leaves."""
        return [row for row in self.rows if row.notes and row.result not in ("fix", "left out")]

    @property
    def results(self):
        """By line what became of each row, and everything that is said of it."""
        return {row.line: (row.result, row.told) for row in self.rows}

    @property
    def ready(self):
        """How many rows are saved if nothing else changes."""
        return len(self.rows) - self.counts["fix"] - self.counts["left out"]

    @property
    def people(self):
        """How many clinicians the ready rows are about."""
        return len({row.npi for row in self.rows if row.result in ("new", "changed", "same")})

    @property
    def line(self):
        """What the file comes to: `21 rows read: 2 new, 1 changed, 15 same, 3 to fix.`, in one line."""
        return line_of(self.counts)


def line_of(counts):
    """How many rows were read, and what became of them, as one line."""
    said = f"{many(counts.total(), 'row')} read: "
    said += ", ".join(f"{counts[name]} {name}" for name in ("new", "changed", "same"))
    said += f", {counts['fix']} to fix" if counts["fix"] else ""
    return said + (f", {counts['left out']} left out." if counts["left out"] else ".")


def check(access, upload, tell=silent):
    """Try out every row of an upload on what is there now; nothing is saved. `tell` hears how far it is."""
    trial = TRIALS[upload.kind](access)
    given = each_of([*rows(upload.table, upload.mended)], "checking", tell)
    return tried(trial, given, set(upload.left_out), upload.replace)


def seal_of(values):
    """A mark of some values; empty where there are none."""
    return hashlib.sha256(repr(sorted(values)).encode()).hexdigest() if values else ""


def tried(trial, given, out, replace=False):
    """Rows tried out, but for those that are left out, by line."""
    found = []
    for line, cells, surplus in given:
        if line in out:
            found.append(Row(line, Cells("row", cells), result="left out"))
            continue
        row = trial.row(line, cells, surplus)
        if row.errors:
            row.result = "fix"
        found.append(row)
    left, named = LEFT.get(type(trial), (None, None))
    ending = left(trial, found) if replace and left else []
    return Checked(found, trial, ending, named(trial.access, ending) if ending else [])
