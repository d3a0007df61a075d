"""The three tables of a population as they stand in files: every cell as text, every row with its place.

CSV and Parquet, single files and folders of them. A line of a CSV file that is no row of cells is kept
beside the table, to be read as a person would.
"""

import csv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import duckdb

from mips_ia.formats.bulk_columns import TABLES, column, headings
from mips_ia.formats.sheets import SEPARATORS, Row, Table
from mips_ia.population.engine import text
from mips_ia.problems import Problem, Refused

ENDINGS = (".parquet", ".csv")
_CHUNK = 1 << 20


@dataclass(frozen=True, slots=True)
class Inputs:
    """What was given: the names of the tables that are there, the lines that are no rows, and notes.

    Each table is in the database as `raw_practices`, `raw_roster` and `raw_participation`, with every
    column of the layout (empty where the files lack it), `file` and `line`.
    """

    given: frozenset[str]
    broken: tuple[Table, ...]
    notes: tuple[Problem, ...]


def load(database: duckdb.DuckDBPyConnection, paths: Mapping[str, Sequence[Path]]) -> Inputs:
    """Put the tables into the database; `Refused`, with every reason, where files cannot be read."""
    wrong: list[Problem] = []
    notes: list[Problem] = []
    broken: list[Table] = []
    for name in TABLES:
        try:
            selects = [_select(database, name, file, broken, notes) for file in _files(paths.get(name, ()))]
        except Refused as refusal:
            wrong += refusal.problems
            continue
        blank = ", ".join(f"'' as {each}" for each in TABLES[name])
        empty = f"select {blank}, '' as file, 0::bigint as line where false"
        database.execute(f"create temp view raw_{name} as {' union all '.join(selects or [empty])}")
    if wrong:
        raise Refused(wrong)
    given = frozenset(name for name in TABLES if paths.get(name))
    return Inputs(given, tuple(broken), tuple(notes))


def _files(paths: Sequence[Path]) -> list[Path]:
    """Every file of some paths; of a folder those in it, at any depth."""
    found: list[Path] = []
    wrong = []
    for path in paths:
        inside = [path] if path.is_file() else sorted(path.rglob("*")) if path.is_dir() else []
        fit = [each for each in inside if each.suffix.lower() in ENDINGS and each.is_file()]
        if not fit:
            what = "It is neither a CSV nor a Parquet file, nor a folder with any."
            wrong.append(Problem("no_tables", path.name, what, "Give the table as CSV or Parquet."))
        found += fit
    if wrong:
        raise Refused(wrong)
    return found


def _select(
    database: duckdb.DuckDBPyConnection, name: str, file: Path, broken: list[Table], notes: list[Problem]
) -> str:
    """One file as a select of the layout's columns, after its headings are checked."""
    source, header = _scan(database, name, file, broken)
    shown = Table(file.name, tuple(header), (Row(2, ()),))
    faults = headings(shown, name)
    if wrong := [each for each in faults if each.severity == "error"]:
        raise Refused(wrong)
    notes += faults
    given = {column(each): each for each in header}
    # Without the column, everybody in the table took part.
    absent = {"taking_part": "'yes'"} if name == "participation" else {}
    cells = [
        f"coalesce({_quoted(given[each])}::varchar, '') as {each}"
        if each in given
        else f"{absent.get(each, repr(''))} as {each}"
        for each in TABLES[name]
    ]
    return f"select {', '.join(cells)}, {text(file.name)} as file, line from {source}"


def _scan(
    database: duckdb.DuckDBPyConnection, name: str, file: Path, broken: list[Table]
) -> tuple[str, list[str]]:
    """The rows of a file with their line, the first below the headings being 2, and the headings."""
    try:
        if file.suffix.lower() == ".parquet":
            scan = f"read_parquet({text(file)}, file_row_number = true)"
            source = f"(select * exclude (file_row_number), file_row_number + 2 as line from {scan})"
            shown = database.execute(f"select * from read_parquet({text(file)}) limit 0").description or []
            return source, [str(each[0]) for each in shown]
        header, separator, above = _headings(file)
        columns = ", ".join(f"{_quoted(str(place))}: 'VARCHAR'" for place in range(len(header)))
        scan = (
            f"read_csv({text(file)}, columns = {{{columns}}}, delim = {text(separator)}, skip = {above}, "
            "header = false, auto_detect = false, quote = '\"', escape = '\"', "
            "parallel = false, store_rejects = true)"
        )
        tables = database.execute("select count(*) from duckdb_tables()").fetchall()[0][0]
        names = ", ".join(f"{_quoted(str(place))} as {_quoted(each)}" for place, each in enumerate(header))
        source = f"{name}_{tables}"
        rows = f"select {names}, row_number() over () + 1 as line from {scan}"
        database.execute(f"create temp table {source} as {rows}")
        broken += _rejects(database, file, header, separator)
    except (duckdb.Error, UnicodeDecodeError) as fault:
        what = f"It cannot be read: {str(fault).splitlines()[0]}"
        fix = "Save it as CSV in UTF-8, or as Parquet."
        raise Refused([Problem("damaged_file", file.name, what, fix)]) from None
    return source, header


def _headings(file: Path) -> tuple[list[str], str, int]:
    """The headings of a CSV file, what separates them, and how many lines stand above the first row."""
    with file.open("rb") as content:
        if sum(chunk.count(b'"') for chunk in iter(partial(content.read, _CHUNK), b"")) % 2:
            what = "A quotation mark is not closed, so that a cell may swallow the rows below it."
            fix = "Close it, or take it out; nothing of the file was read."
            raise Refused([Problem("unclosed_quote", file.name, what, fix)])
    with file.open(encoding="utf-8-sig", newline="") as lines:
        first = lines.readline()
        named = first.lower().startswith("sep=")  # as a spreadsheet may say it
        whole = lines.readline() if named else first
    separator = max(SEPARATORS, key=whole.count)
    header = [cell.strip() for cell in next(csv.reader([whole], delimiter=separator), [])]
    if not header:
        raise Refused([Problem("empty_file", file.name, "The file is empty.", "Save the table again.")])
    again = [each for each in dict.fromkeys(header) if each and header.count(each) > 1]
    if again:
        what = f"There are several columns {again[0]}."
        raise Refused([Problem("repeated_column", f"{file.name}, headings", what, "Keep one of them.")])
    return [each or f"column {place}" for place, each in enumerate(header, 1)], separator, 1 + named


def _rejects(
    database: duckdb.DuckDBPyConnection, file: Path, header: Sequence[str], separator: str
) -> list[Table]:
    """The lines with more or fewer cells than headings, as a table; `Refused` for any other fault."""
    found = database.execute(
        "select line, any_value(csv_line), bool_and(error_type in ('TOO MANY COLUMNS', 'MISSING COLUMNS')), "
        "any_value(error_message) from reject_errors join reject_scans using (scan_id, file_id) "
        "where file_path = ? group by line order by line",
        [str(file)],
    ).fetchall()
    rows, wrong = [], []
    for line, whole, uneven, message in found:
        cells = tuple(cell.strip() for cell in next(csv.reader([str(whole)], delimiter=separator), []))
        if uneven:
            beyond = tuple(cell for cell in cells[len(header) :] if cell)
            rows.append(Row(int(line), cells[: len(header)], beyond))
        else:
            what = f"The line cannot be read: {str(message).splitlines()[0]}"
            fix = "Save the table again as CSV in UTF-8; nothing of it was read."
            wrong.append(Problem("damaged_file", f"{file.name}, line {line}", what, fix))
    if wrong:
        raise Refused(wrong)
    return [Table(file.name, tuple(header), tuple(rows))] if rows else []


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
