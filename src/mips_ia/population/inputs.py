"""The three tables of a population as they stand in files: every cell as text, every row with its place.

CSV and Parquet, single files and folders of them. A line of a CSV file that is no row of cells is kept
beside the table, to be read as a person would.
"""

import csv
from collections import Counter
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
# Cells that come out as they went in, or are compared: tidied as those that are read are.
_SHOWN = ("practice_name", "entity_id", "first_name", "last_name", "row_id")
_BLANKS = "".join(map(chr, (place for place in range(0x3001) if chr(place).isspace())))


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
    files: dict[str, list[Path]] = {}
    for name in TABLES:
        files[name], faults = _files(paths.get(name, ()))
        wrong += faults
    labels = _labels([file for each in files.values() for file in each])
    notes: list[Problem] = []
    broken: list[Table] = []
    for name in TABLES:
        selects = []
        for file in files[name]:
            try:
                selects.append(_select(database, name, file, labels[file], broken, notes))
            except Refused as refusal:
                wrong += refusal.problems
        blank = ", ".join(f"'' as {each}" for each in TABLES[name])
        empty = f"select {blank}, '' as file, 0::bigint as line where false"
        database.execute(f"create temp view raw_{name} as {' union all '.join(selects or [empty])}")
    if wrong:
        raise Refused(wrong)
    given = frozenset(name for name in TABLES if paths.get(name))
    return Inputs(given, tuple(broken), tuple(notes))


def _files(paths: Sequence[Path]) -> tuple[list[Path], list[Problem]]:
    """Every file of some paths once, of a folder those in it at any depth; and paths that are none."""
    found: list[Path] = []
    wrong = []
    for path in paths:
        inside = [path] if path.is_file() else sorted(path.rglob("*")) if path.is_dir() else []
        fit = [each for each in inside if each.suffix.lower() in ENDINGS and each.is_file()]
        if not fit:
            what = "It is neither a CSV nor a Parquet file, nor a folder with any."
            wrong.append(Problem("no_tables", path.name, what, "Give the table as CSV or Parquet."))
        found += fit
    return list(dict.fromkeys(found)), wrong


def _labels(files: Sequence[Path]) -> dict[Path, str]:
    """What each file is called: its name, or its path where another has that name."""
    often = Counter(file.name for file in files)
    return {file: file.name if often[file.name] == 1 else file.as_posix() for file in files}


def _select(
    database: duckdb.DuckDBPyConnection,
    name: str,
    file: Path,
    label: str,
    broken: list[Table],
    notes: list[Problem],
) -> str:
    """One file as a select of the layout's columns, after its headings are checked."""
    try:
        if file.suffix.lower() == ".parquet":
            source, header = _parquet(database, file)
        else:
            source, header = _delimited(database, file, label, broken)
    except (duckdb.Error, UnicodeDecodeError) as fault:
        what = f"It cannot be read: {str(fault).splitlines()[0]}"
        fix = "Save it as CSV in UTF-8, or as Parquet."
        raise Refused([Problem("damaged_file", label, what, fix)]) from None
    shown = Table(label, tuple(header), (Row(2, ()),))
    faults = headings(shown, name)
    if wrong := [each for each in faults if each.severity == "error"]:
        raise Refused(wrong)
    notes += faults
    given = {column(each): each for each in header}
    # Without the column, everybody in the table took part.
    absent = {"taking_part": "'yes'"} if name == "participation" else {}
    cells = []
    for each in TABLES[name]:
        cell = f"coalesce({_quoted(given[each])}::varchar, '')" if each in given else absent.get(each, "''")
        if each in given and each in _SHOWN:
            cell = _tidied(cell)
        cells.append(f"{cell} as {each}")
    return f"select {', '.join(cells)}, {text(label)} as file, line from {source}"


def _tidied(cell: str) -> str:
    """A cell without blanks around it and without the sign that keeps a spreadsheet from computing it.

    Most cells begin and end with a letter or digit, which is quick to see.
    """
    bare = f"ascii({cell}) between 40 and 126 and ascii(right({cell}, 1)) between 33 and 126"
    tidied = f"regexp_replace(trim({cell}, {text(_BLANKS)}), '^''([=+@-])', '\\1')"
    return f"case when {bare} then {cell} else {tidied} end"


def _parquet(database: duckdb.DuckDBPyConnection, file: Path) -> tuple[str, list[str]]:
    """The rows of a Parquet file with their line, the first being 2 as in a spreadsheet, and the headings."""
    shown = database.execute(f"select * from read_parquet({text(file)}) limit 0").description or []
    scan = f"read_parquet({text(file)}, file_row_number = true)"
    source = f"(select * exclude (file_row_number), file_row_number + 2 as line from {scan})"
    return source, [str(each[0]) for each in shown]


def _delimited(
    database: duckdb.DuckDBPyConnection, file: Path, label: str, broken: list[Table]
) -> tuple[str, list[str]]:
    """The rows of a CSV file with their line, and the headings; uneven rows are kept beside them."""
    header, separator, above = _headings(file, label)
    columns = ", ".join(f"{_quoted(str(place))}: 'VARCHAR'" for place in range(len(header)))
    scan = (
        f"read_csv({text(file)}, columns = {{{columns}}}, delim = {text(separator)}, skip = {above}, "
        "header = false, auto_detect = false, quote = '\"', escape = '\"', "
        "parallel = false, store_rejects = true)"
    )
    names = ", ".join(f"{_quoted(str(place))} as {_quoted(each)}" for place, each in enumerate(header))
    source = f"file_{database.execute('select count(*) from duckdb_tables()').fetchall()[0][0]}"
    rows = f"select {names}, row_number() over () + {above} as line from {scan}"
    database.execute(f"create temp table {source} as {rows}")
    if uneven := _uneven(database, file, label, len(header), separator):
        broken.append(Table(label, tuple(header), tuple(uneven)))
        gaps = [row.line - place for place, row in enumerate(uneven)]
        database.execute(f"update {source} set line = line + len(list_filter({gaps}, lambda x: x <= line))")
    return source, header


def _headings(file: Path, label: str) -> tuple[list[str], str, int]:
    """The headings of a CSV file, what separates them, and how many lines stand above the first row."""
    with file.open("rb") as content:
        if sum(chunk.count(b'"') for chunk in iter(partial(content.read, _CHUNK), b"")) % 2:
            what = "A quotation mark is not closed, so that a cell may swallow the rows below it."
            fix = "Close it, or take it out; nothing of the file was read."
            raise Refused([Problem("unclosed_quote", label, what, fix)])
    with file.open(encoding="utf-8-sig", newline="") as lines:
        first = lines.readline()
        named = first.lower().startswith("sep=")  # as a spreadsheet may say it
        whole = lines.readline() if named else first
    separator = max(SEPARATORS, key=whole.count)
    header = [cell.strip() for cell in next(csv.reader([whole], delimiter=separator), [])]
    if not header:
        raise Refused([Problem("empty_file", label, "The file is empty.", "Save the table again.")])
    again = [each for each in dict.fromkeys(header) if each and header.count(each) > 1]
    if again:
        what = f"There are several columns {again[0]}."
        raise Refused([Problem("repeated_column", f"{label}, headings", what, "Keep one of them.")])
    return [each or f"column {place}" for place, each in enumerate(header, 1)], separator, 1 + named


def _uneven(
    database: duckdb.DuckDBPyConnection, file: Path, label: str, width: int, separator: str
) -> list[Row]:
    """The rows with more or fewer cells than headings; `Refused`, with every line, for any other fault."""
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
            rows.append(Row(int(line), cells[:width], tuple(cell for cell in cells[width:] if cell)))
        else:
            what = f"The line cannot be read: {str(message).splitlines()[0]}"
            fix = "Save the table again as CSV in UTF-8; nothing of it was read."
            wrong.append(Problem("damaged_file", f"{label}, line {line}", what, fix))
    if wrong:
        raise Refused(wrong)
    return rows


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
