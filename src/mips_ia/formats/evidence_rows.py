"""A table of what is kept, row by row, as attested activities with their evidence."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from mips_ia.attestation import Attestation
from mips_ia.evidence import Evidence
from mips_ia.formats.cells import Cells, whole
from mips_ia.formats.tables import Table, tables
from mips_ia.problems import Problem, Refused
from mips_ia.reading.guides import kinds

COLUMNS = {
    "performance_year": "the performance year",
    "activity_id": "the activity",
    "start_date": "the first day of the attested window",
    "end_date": "its last day, included",
    "leaf": "the leaf of the guide that it shows; blank: nothing is kept yet",
    "kind": "the kind of document",
    "first_day": "the first day that it shows, or from which it is in force",
    "last_day": "the last such day; blank: one day, or in force until further notice",
    "numerator": "the count, where the leaf has a number",
    "denominator": "of how many, where it is a share",
    "verified": "yes where somebody looked and accepted it, no where not; blank: nobody has looked",
    "credit_before": "performance years in which credit was taken for it",
    "note": "anything else",
}
NEEDED = ("performance_year", "activity_id", "leaf")


@dataclass(frozen=True, slots=True)
class Kept:
    """One attested activity of one year, what is kept for it, and the years of credit before."""

    year: int
    attestation: Attestation
    evidence: tuple[Evidence, ...]
    earlier: frozenset[tuple[int, str]]


def kept(path: Path) -> tuple[list[Kept], list[Problem]]:
    """The activities of a CSV or XLSX file in the order met, and every problem; a faulty row is left out.

    Raises `Refused` where nothing can be read. Rows of one activity, year and window belong together.
    """
    found, problems = tables([path])
    usable = [*_usable(found, problems)]
    if usable and not any(table.rows for table in usable):
        what = "There are headings and nothing below."
        problems.append(Problem("no_rows", path.name, what, "Add a row for each document."))
    if not any(table.rows for table in usable):
        raise Refused([problem for problem in problems if problem.severity == "error"])
    by_activity: dict[tuple[int, Attestation], list[Evidence]] = {}
    before: dict[tuple[int, Attestation], set[tuple[int, str]]] = {}
    for table in usable:
        for row in table.rows:
            cells = Cells(
                f"{table.name}, line {row.line}", dict(zip(_header(table), row.cells, strict=False))
            )
            if row.surplus:
                what = f"There are more cells than headings; {row.surplus[0]!r} is one too many."
                cells.tell("too_many_cells", "", what, "Put quotation marks around a cell with a comma.")
            one = _row(cells)
            problems += cells.problems
            if one and cells.fit:
                year, attestation, evidence, earlier = one
                by_activity.setdefault((year, attestation), []).extend(evidence)
                before.setdefault((year, attestation), set()).update(earlier)
    return [
        Kept(year, attestation, tuple(evidence), frozenset(before[year, attestation]))
        for (year, attestation), evidence in by_activity.items()
    ], problems


def _header(table: Table) -> list[str]:
    return [name.strip().lower().replace(" ", "_") for name in table.header]


def _usable(found: Sequence[Table], problems: list[Problem]) -> Iterator[Table]:
    """The tables that have the columns of the layout; of the others it is said what is missing."""
    for table in found:
        header = _header(table)
        missing = [name for name in NEEDED if name not in header]
        for name in missing:
            what = f"There is no column {name!r}."
            problems.append(Problem("missing_column", table.name, what, f"Add it: {COLUMNS[name]}."))
        for name in header:
            if name not in COLUMNS:
                what = f"The column {name!r} is none of the layout and was not read."
                problems.append(Problem("unknown_column", table.name, what, severity="note"))
        repeated = sorted({name for name in COLUMNS if header.count(name) > 1})
        for name in repeated:
            what = f"The column {name!r} stands more than once."
            problems.append(Problem("repeated_column", table.name, what, "Keep one of them."))
        if not missing and not repeated:
            yield table


def _row(cells: Cells) -> tuple[int, Attestation, list[Evidence], set[tuple[int, str]]] | None:
    year, activity = cells.year(), cells.activity()
    attestation = Attestation(activity, cells.day("start_date", year), cells.day("end_date", year))
    before = {(given, activity) for given in _years(cells)}
    if not cells.text("leaf"):
        return year, attestation, [], before
    kind = cells.word("kind")
    if kind not in kinds():
        what = f"There is no kind of document {cells.text('kind')!r}."
        cells.tell("unknown_kind", "kind", what, f"Use one of: {', '.join(kinds())}.")
    evidence = Evidence(
        cells.word("leaf"),
        kind,
        cells.day("first_day", year),
        cells.day("last_day", year),
        _number(cells, "numerator"),
        _number(cells, "denominator"),
        cells.yes_no("verified"),
    )
    return year, attestation, [evidence], before


def _number(cells: Cells, column: str) -> int | None:
    given = cells.text(column)
    number = whole(given)
    if given and number is None:
        cells.tell("bad_number", column, f"{given!r} is no whole number.", "Enter one.")
    return number


def _years(cells: Cells) -> Iterator[int]:
    for given in cells.text("credit_before").replace(",", " ").replace(";", " ").split():
        if given.isdigit() and given.isascii() and len(given) == 4:
            yield int(given)
        else:
            cells.tell("bad_year", "credit_before", f"{given!r} is not a performance year.", "Enter years.")
