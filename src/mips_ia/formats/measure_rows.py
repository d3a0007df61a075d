"""A practice's own rows for one measure: each a patient, claim or session, in or out of its counts.

Nothing of a row is kept but what the counts need: an id becomes a fingerprint with a key that is
forgotten at the end, and no cell is quoted in a message, since it can hold what must not be shown.
"""

import hashlib
import secrets
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from glob import escape
from pathlib import Path

import duckdb

from mips_ia.formats.cells import YES_NO, Cells, whole
from mips_ia.formats.sheets import Row, Table, damaged
from mips_ia.formats.tables import tables
from mips_ia.problems import Problem, Refused, counted
from mips_ia.reading.guides import Criterion, Measure

MOST_LINES = 8  # named in one message
OUT, HIT, MISS = range(3)  # what a row can turn out to be; of several of one patient the greatest holds


@dataclass(frozen=True, slots=True)
class Unit:
    """One patient, claim or session: whether it is in the denominator, and if so in the numerator.

    None is not known. `amount` is what a total adds up (None: not known), 1 where rows are counted.
    """

    day: date | None
    whose: str
    in_denominator: bool | None
    in_numerator: bool | None
    amount: int | None = 1

    def together(self, other: "Unit") -> "Unit":
        """The same patient met twice: counted once, and met only if it is each time that it is asked."""
        could = {max(one, two) for one in self.could for two in other.could}
        inside = None if OUT in could and len(could) > 1 else OUT not in could
        hit = None if {HIT, MISS} <= could else MISS not in could
        return Unit(self.day, self.whose, inside, hit, self.amount)

    @property
    def could(self) -> frozenset[int]:
        """What it can turn out to be: `OUT` of the denominator, a `HIT` or a `MISS`."""
        out = {OUT} if self.in_denominator is not True else set()
        hit = {HIT} if self.in_denominator is not False and self.in_numerator is not False else set()
        miss = {MISS} if self.in_denominator is not False and self.in_numerator is not True else set()
        return frozenset(out | hit | miss)


@dataclass(slots=True)
class Rows:
    """What a file gave: the rows of each unit by fingerprint, how many rows there were, and every problem.

    `excluded` counts rows that the measure leaves out, `outside` those of other days.
    """

    name: str
    units: dict[bytes, list[Unit]] = field(default_factory=dict)
    rows: int = 0
    excluded: int = 0
    outside: int = 0
    repeated: int = 0
    problems: list[Problem] = field(default_factory=list)


def row_of(measure: Measure) -> str:
    """What one row of the file is: a unit, or a session where a column of it is added up."""
    return "session" if measure.sums else measure.unit


def columns(measure: Measure) -> Mapping[str, str]:
    """The columns of the file of a measure, each with what it says, in the order of the layout."""
    found = {
        "id": f"your own id of the {row_of(measure)}; it is not kept",
        "date": "the day of it, as ISO writes it or a US spreadsheet",
    }
    if measure.per == "clinician":
        found["npi"] = "the NPI of the clinician, 10 digits as text"
    if measure.sums:
        found[measure.sums] = f"how many {measure.sums}, as a whole number"
    return found | {each.column: f"{_asked(each)}: {each.says}" for each in measure.criteria}


def _asked(criterion: Criterion) -> str:
    if criterion.one_of:
        return f"one or more of {', '.join(criterion.one_of)}, or blank for none"
    bounds = (criterion.at_least, criterion.more_than, criterion.at_most, criterion.less_than)
    return "yes or no" if bounds == (None,) * len(bounds) else "a number"


def rows(path: Path, measure: Measure, year: int, first: date, last: date) -> Rows:
    """The rows of a CSV, XLSX or Parquet file of which the day lies from `first` to `last`.

    Raises `Refused` where the file cannot be read, or columns of the measure are missing.
    """
    table, notes = _table(path)
    header = [name.strip().lower().replace(" ", "_") for name in table.header]
    _check_columns(table.name, header, columns(measure), notes)
    found = Rows(table.name, problems=notes)
    key = secrets.token_bytes(32)
    faults: defaultdict[tuple[str, str, str], list[int]] = defaultdict(list)
    for row in table.rows:
        found.rows += 1
        cells = Cells("", dict(zip(header, (*row.cells, *[""] * len(header)), strict=False)))
        reader = _Reader(cells, measure, year)
        unit = reader.scrambled() if row.surplus else reader.unit()
        if unit.day is not None and not first <= unit.day <= last:
            found.outside += 1
            continue
        if reader.excluded:
            found.excluded += 1
            continue
        for fault in reader.faults if unit.in_denominator is not False else ():
            faults[fault].append(row.line)
        own = cells.text("id") or f"\0{row.line}"
        mark = hashlib.blake2b(f"{unit.whose}\0{own}".encode(), key=key, digest_size=16).digest()
        found.repeated += mark in found.units
        if mark in found.units and measure.sums:
            mark += row.line.to_bytes(8, "big")
            unit = replace(unit, in_numerator=unit.in_numerator and None)
        found.units.setdefault(mark, []).append(unit)
    found.problems += [_told(table.name, fault, lines) for fault, lines in faults.items()]
    if found.repeated:
        found.problems.append(_repeated(found, measure))
    return found


def _repeated(found: Rows, measure: Measure) -> Problem:
    repeat = "repeats" if found.repeated == 1 else "repeat"
    what = f"{counted(found.repeated, 'row')} {repeat} an id"
    if measure.sums:
        what += f"; of a session, the {measure.sums} of its first row are certain, the others not."
        return Problem("repeated_id", found.name, what, "Give each session an id of its own.", "", "unknown")
    what += f"; each {measure.unit} is counted once."
    fix = "Give each a row of its own, or leave it so."
    return Problem("repeated_id", found.name, what, fix, severity="warning")


def _table(path: Path) -> tuple[Table, list[Problem]]:
    """The one table of a file."""
    if path.suffix.lower() == ".parquet":
        return _parquet(path), []
    found, problems = tables([path])
    if wrong := [each for each in problems if each.severity == "error"]:
        raise Refused(wrong)
    if len(found) != 1:
        what = f"It holds {counted(len(found), 'table')}, and one is read."
        raise Refused([Problem("several_tables", path.name, what, "Give a file with one sheet.")])
    return found[0], problems


def _parquet(path: Path) -> Table:
    try:
        with duckdb.connect() as database:
            read = database.execute("select columns(*)::varchar from read_parquet(?)", [escape(str(path))])
            header = tuple(each[0] for each in read.description or ())
            cells = read.fetchall()
    except duckdb.Error:
        raise Refused([damaged(path.name)]) from None
    text = [tuple("" if cell is None else cell.strip() for cell in row) for row in cells]
    return Table(path.name, header, tuple(Row(line, row) for line, row in enumerate(text, 2)))


def _check_columns(name: str, header: list[str], asked: Mapping[str, str], notes: list[Problem]) -> None:
    wrong = [
        Problem("missing_column", name, f"There is no column {column!r}.", f"Add it: {says}.")
        for column, says in asked.items()
        if column not in header
    ]
    wrong += [
        Problem("repeated_column", name, f"The column {column!r} stands more than once.", "Keep one of them.")
        for column in asked
        if header.count(column) > 1
    ]
    if wrong:
        raise Refused(wrong)
    if others := [column for column in header if column not in asked]:
        listed = ", ".join(others[:5]) + ", …" * (len(others) > 5)
        what = f"{counted(len(others), 'column')} not read, being none of the layout: {listed}."
        notes.append(Problem("unknown_column", name, what, severity="note"))


def _told(name: str, fault: tuple[str, str, str], lines: list[int]) -> Problem:
    """One problem for all rows that have the same fault in the same column; cells are not quoted."""
    code, column, what = fault
    shown = ", ".join(map(str, lines[:MOST_LINES]))
    more = f" and {len(lines) - MOST_LINES:,} more" if len(lines) > MOST_LINES else ""
    place = f"{name}, {column}" if column else name
    where = f"{place}, line{'s' if len(lines) > 1 else ''} {shown}{more}"
    fix = "Correct it; until then it is not known whether the row counts."
    return Problem(code, where, what, fix, severity="unknown")


class _Reader:
    """One row being read; what cannot be read is not known, and a fault."""

    def __init__(self, cells: Cells, measure: Measure, year: int) -> None:
        self.cells, self.measure, self.year = cells, measure, year
        self.faults: list[tuple[str, str, str]] = []
        self.excluded = False

    def unit(self) -> Unit:
        """The row as a unit of the measure."""
        said = {each.column: self._holds(each) for each in self.measure.criteria}
        roles = {
            role: [said[each.column] for each in self.measure.criteria if each.role == role]
            for role in ("denominator", "numerator", "excluded")
        }
        left_out = _any(*roles["excluded"])
        self.excluded = left_out is True
        inside = _all(*roles["denominator"])
        day, whose = self._day(), self._whose()
        unsure = left_out is None or day is None or (self.measure.per == "clinician" and not whose)
        if unsure and inside:
            inside = None
        return Unit(day, whose, inside, _all(*roles["numerator"]), self._amount())

    def scrambled(self) -> Unit:
        """A row with more cells than headings: it is not known which cell is which."""
        what = "There are more cells than headings: put quotation marks around a cell with a comma."
        self.faults.append(("too_many_cells", "", what))
        return Unit(None, "", None, None, None if self.measure.sums else 1)

    def _day(self) -> date | None:
        day = self.cells.day("date", self.year)
        if day is None:
            what = f"There is no date that can be read: enter one like {self.year}-03-01."
            self.faults.append(("bad_date", "date", what))
        return day

    def _whose(self) -> str:
        if self.measure.per != "clinician":
            return ""
        npi = self.cells.npi()
        if not npi:
            self.faults.append(
                ("not_digits", "npi", "There is no NPI of 10 digits: format the column as text.")
            )
        return npi

    def _amount(self) -> int | None:
        return self._number(self.measure.sums) if self.measure.sums else 1

    def _number(self, column: str) -> int | None:
        number = whole(self.cells.text(column))
        if number is None:
            self.faults.append(("bad_number", column, "There is no whole number."))
        return number

    def _holds(self, criterion: Criterion) -> bool | None:
        """Whether a row meets a criterion; None where its cell is blank or cannot be read."""
        column = criterion.column
        if criterion.one_of:
            given = {*self.cells.text(column).upper().replace(",", " ").replace(";", " ").split()}
            return not given.isdisjoint(code.upper() for code in criterion.one_of)
        limits = [*_limits(criterion)]
        if not self.cells.text(column):
            self.faults.append(("not_answered", column, "It is blank."))
            return None
        if limits:
            number = self._number(column)
            return None if number is None else all(low <= number <= high for low, high in limits)
        answer = YES_NO.get(self.cells.text(column).lower(), "")
        if answer == "":
            self.faults.append(("not_yes_no", column, "It is neither yes nor no."))
            return None
        return bool(answer)


def _limits(criterion: Criterion) -> Iterator[tuple[int, int]]:
    """The bounds of a criterion, each as the least and the most that it lets through."""
    highest = 10**9
    for least, beyond in ((criterion.at_least, 0), (criterion.more_than, 1)):
        if least is not None:
            yield least + beyond, highest
    for most, below in ((criterion.at_most, 0), (criterion.less_than, 1)):
        if most is not None:
            yield -highest, most - below


def _all(*given: bool | None) -> bool | None:
    return False if False in given else None if None in given else True


def _any(*given: bool | None) -> bool | None:
    return True if True in given else None if None in given else False
