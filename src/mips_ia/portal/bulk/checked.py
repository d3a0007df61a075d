"""A whole file, checked: its rows in order, how many are ready, and what saving them would do."""

from collections import Counter
from dataclasses import dataclass
from functools import cached_property

from mips_ia.formats.cells import Cells
from mips_ia.portal.bulk.participation import Participation
from mips_ia.portal.bulk.reading import rows
from mips_ia.portal.bulk.roster import Roster
from mips_ia.portal.bulk.rows import Row
from mips_ia.portal.templatetags.words import many

TRIALS = {"roster": Roster, "participation": Participation}


@dataclass
class Checked:
    """The rows of an upload after they were tried out on what is there; `trial` has the changes."""

    rows: list
    trial: object

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
        """The rows that change what is there."""
        return [row for row in self.rows if row.result == "changed"]

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
        said = f"{many(len(self.rows), 'row')} read: "
        said += ", ".join(f"{self.counts[name]} {name}" for name in ("new", "changed", "same"))
        said += f", {self.counts['fix']} to fix" if self.counts["fix"] else ""
        return said + (f", {self.counts['left out']} left out." if self.counts["left out"] else ".")


def check(access, upload):
    """Try out every row of an upload on what is there now; nothing is saved."""
    trial = TRIALS[upload.kind](access)
    out = set(upload.left_out)
    found = []
    for line, given, surplus in rows(upload.table, upload.mended):
        if line in out:
            found.append(Row(line, Cells("row", given), result="left out"))
            continue
        row = trial.row(line, given, surplus)
        if row.errors:
            row.result = "fix"
        found.append(row)
    return Checked(found, trial)
