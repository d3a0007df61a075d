"""One row of a file: its cells as values, and everything that is said of it, in the portal's words."""

from dataclasses import dataclass, field

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from mips_ia.formats.cells import Cells

FIX_ALONE = ("number_not_text", "left_before_joined")
FIX_FIRST = ("bad_date", "not_yes_no", "bad_year", "not_in_year", "several_activities", "unknown_activity",
             "removed_in_year", "not_yet_known", "unknown_year")  # fmt: skip
CHECK_DIGIT = "This NPI's check digit does not fit. Check it. You can save it as it is."


@dataclass
class Said:
    """What is said of one cell; a warning stops nothing, and a note asks for nothing."""

    column: str
    message: str
    warning: bool = False
    note: bool = False


@dataclass
class Row:
    """A row with its line. `result` is `new`, `changed`, `same`, `fix` or `left out`.

    `npi` is empty where it cannot be read; `can_add` says that the roster could take it in.
    `changes` tells each difference from what is there, as `left: not known → June 30 …`.
    """

    line: int
    cells: Cells
    surplus: tuple = ()
    said: list = field(default_factory=list)
    result: str = ""
    npi: str = ""
    can_add: bool = False
    changes: list = field(default_factory=list)

    @property
    def errors(self):
        """What must be mended before anything is saved."""
        return [each for each in self.said if not each.warning]

    @property
    def warnings(self):
        """What is saved as it is unless it is changed."""
        return [each for each in self.said if each.warning and not each.note]

    @property
    def notes(self):
        """What is told of the row and asks for nothing."""
        return [each for each in self.said if each.note]

    @property
    def told(self):
        """Everything that is said of the row, and what it changes."""
        changes = f"Changes {'; '.join(self.changes)}." if self.changes else ""
        return " ".join(filter(None, (*(each.message for each in self.said), changes)))

    @property
    def name(self):
        """Whom the row is about, as far as it says."""
        return f"{self.cells.text('first_name')} {self.cells.text('last_name')}".strip()

    def stop(self, column, message):
        """Say what must be mended in a cell."""
        self.said.append(Said(column, message))

    def warn(self, column, message, prefix="Warning: "):
        """Say what is saved all the same."""
        if prefix:
            message = message[:1].lower() + message[1:] if message[:2] != "IA" else message
        self.said.append(Said(column, f"{prefix}{message}", warning=True))

    def note(self, column, message):
        """Say what asks for nothing."""
        self.said.append(Said(column, message, warning=True, note=True))

    def hear(self):
        """Take over what the cells themselves found, in the portal's words."""
        for problem in self.cells.problems:
            _, named, column = problem.where.rpartition(", ")
            text = spoken(problem, column if named else "")
            if problem.severity == "error":
                self.stop(column if named else "", text)
            else:
                self.warn(column if named else "", text)
        self.cells.problems.clear()


def spoken(problem, column=""):
    """A problem of the library in the words of the page: what to do first."""
    if problem.code == "npi_check_digit":
        return CHECK_DIGIT
    if problem.code in FIX_ALONE:
        return problem.fix
    if problem.code in FIX_FIRST:
        return f"{problem.fix} {problem.what}"
    if problem.code == "wrong_length" and column == "npi":
        return problem.what
    return f"{problem.what} {problem.fix}".strip()


def opened(line, given, surplus, access):
    """A row with what every table has: the year and the TIN of the practice, and the NPI."""
    row = Row(line, Cells("row", given), surplus)
    if surplus:
        what = f"Put quotation marks around a cell with a comma. “{surplus[0]}” is one cell too many."
        row.stop("", what)
    cells, year = row.cells, access.year.year
    found, tin = cells.year(), cells.tin()
    row.npi = cells.npi()
    row.hear()
    if found and found != year:
        row.stop("performance_year", f"Use {year}, or upload to {found}.")
    if tin and tin != access.practice.tin:
        ending = access.practice.tin[-4:]
        row.stop("tin", f"Use a TIN of this upload's practice (ending {ending}), or upload from Practices.")
    return row


def too_long(row, lengths):
    """Stop cells that are longer than what is kept."""
    for column, most in lengths.items():
        if (length := len(row.cells.text(column))) > most:
            row.stop(column, f"Enter at most {most} characters. This has {length}.")


def email(row, column):
    """The e-mail address in a cell, which must look like one."""
    given = row.cells.text(column)
    if given:
        try:
            validate_email(given)
        except ValidationError:
            row.stop(column, "Enter an e-mail address like name@practice.org.")
    return given


def unique(row, key, seen, same):
    """Stop a row whose key an earlier one has; `seen` has the lines by key."""
    column, fix, what = same
    if key in seen:
        row.stop(column, f"{fix} Row {seen[key]} has the same {what}.")
    else:
        seen[key] = row.line
