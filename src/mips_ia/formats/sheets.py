"""One file that a spreadsheet wrote, CSV or XLSX, as tables of text with line numbers."""

import csv
import io
import re
import zipfile
import zlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from python_calamine import CalamineWorkbook

from mips_ia.formats.headings import Fits, below_titles
from mips_ia.problems import Problem, Refused

BYTES = 512 * 1024**2  # of all files together, unpacked
ROWS = 5_000_000
OFTEN = 5_000  # lines after which it is told how many were read
Told = Callable[[int], None] | None
COLUMNS = 200
LINE = 1_000_000  # characters
TITLES = 5  # rows below a title, among which headings are looked for
CELLS = 20_000_000  # of all sheets, counting the blank ones up to the last row and column of each
SEPARATORS = ",;\t"
ZIP = (b"PK\x03\x04", b"PK\x05\x06")
_OLD = b"\xd0\xcf\x11\xe0"
_TAG = re.compile(rb"<(?:[\w.-]+:)?(row|c)\b")
_NAMED = re.compile(rb"""\br\s*=\s*["']([A-Z]{0,3})([0-9]{1,9})["']""")  # a cell, or a row
ZIP_FAULTS = (
    zipfile.BadZipFile,
    zlib.error,
    NotImplementedError,
    RuntimeError,
    EOFError,
    OSError,
    ValueError,
)


@dataclass(frozen=True, slots=True)
class Row:
    """The cells of one row, stripped, and its line as a spreadsheet shows it (the first is 1).

    There can be fewer cells than headings (the others are blank). `surplus` holds what stands
    right of the last heading: the first of it, and of the first rows all, being perhaps the headings.
    """

    line: int
    cells: tuple[str, ...]
    surplus: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Table:
    """A table: the file or sheet it comes from, its headings, and its rows that are not blank.

    `sheet` is the name of the sheet in a workbook, else empty.
    """

    name: str
    header: tuple[str, ...]
    rows: tuple[Row, ...]
    sheet: str = ""


def sheets(
    name: str, content: bytes, told: Told = None, *, cells: int = CELLS, fits: Fits = None
) -> tuple[list[Table], list[Problem]]:
    """The tables in one file of this name; a fault in it is a problem, never an error raised.

    `told` hears now and then how many lines were read. `cells` are the most of a workbook.
    `fits` finds headings that stand below titles, as `below_titles` takes it.
    """
    try:
        return _read(name, content, told, cells, fits)
    except Refused as refusal:
        return [], list(refusal.problems)


def _read(name: str, content: bytes, told: Told, cells: int, fits: Fits) -> tuple[list[Table], list[Problem]]:
    if not content.strip(b"\xef\xbb\xbf\r\n\t \0"):
        raise Refused([Problem("empty_file", name, "The file is empty.", "Save the table again.")])
    if content.startswith(_OLD):
        what = "It is an old Excel file, or has a password."
        fix = "Save it as XLSX without a password, or as CSV."
        raise Refused([Problem("old_workbook", name, what, fix)])
    if content.startswith(ZIP):
        return _workbook(name, content, told, cells, fits), []
    return _delimited(name, content, told, fits)


def sound(name: str, archive: zipfile.ZipFile, left: int = BYTES) -> None:
    """`Refused` where a ZIP file cannot be unpacked, or not within so many bytes."""
    members = archive.infolist()
    if any(member.flag_bits & 1 for member in members):
        fix = "Save it without a password."
        raise Refused([Problem("encrypted", name, "It is protected by a password.", fix)])
    if len({member.filename for member in members}) < len(members):
        fix = "Keep one of them, or rename one."
        raise Refused([Problem("damaged_file", name, "Two files in it have the same name.", fix)])
    if sum(member.file_size for member in members) > left:
        raise Refused([too_large(name)])
    if any(m.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED) for m in members):
        fix = "Make it with the ordinary ZIP compression."
        raise Refused([Problem("damaged_file", name, "Its compression is not supported.", fix)])


def too_large(name: str) -> Problem:
    """That a file, or all files together, are larger than is read."""
    what = f"Unpacked, the files are larger than {BYTES // 1024**2} MB."
    return Problem("too_large", name, what, "Split them into several uploads.")


def damaged(name: str) -> Problem:
    """That a file cannot be unpacked or opened."""
    return Problem("damaged_file", name, "It is damaged and cannot be opened.", "Save or send it again.")


def _delimited(name: str, content: bytes, told: Told, fits: Fits) -> tuple[list[Table], list[Problem]]:
    text, notes = _decoded(name, content)
    said = re.match(r'"?sep=([,;\t])"?\r?\n', text, re.IGNORECASE)
    text = text[said.end() :] if said else text
    heading = next((line for line in _lines(name, text) if line.strip()), "")
    separator = said[1] if said else max(SEPARATORS, key=re.sub('"[^"]*"', "", heading).count)
    records = _records(name, csv.reader(_lines(name, text), delimiter=separator, strict=True))
    return [_table(name, below_titles(records, fits), told=told)], notes


def _decoded(name: str, content: bytes) -> tuple[str, list[Problem]]:
    """The text in a file, and a note where its encoding had to be guessed."""
    notes: list[Problem] = []
    utf_16 = content.startswith((b"\xff\xfe", b"\xfe\xff"))
    try:
        text = content.decode("utf-16" if utf_16 else "utf-8-sig")
    except UnicodeDecodeError:
        if utf_16 or content.startswith(b"\xef\xbb\xbf"):
            raise Refused([_not_text(name)]) from None
        try:
            text = content.decode("cp1252")
        except UnicodeDecodeError:
            raise Refused([_not_text(name)]) from None
        what = "It is not UTF-8 and was read as Windows-1252."
        fix = "Check names with accents, or save it as CSV UTF-8."
        notes.append(Problem("encoding_guessed", name, what, fix, severity="note"))
    if "\0" in text or text.startswith(("%PDF", "{\\rtf")):
        raise Refused([_not_text(name)])
    return text, notes


def _not_text(name: str) -> Problem:
    return Problem("not_text", name, "It is no text that can be read.", "Save it as CSV UTF-8 or as XLSX.")


def _lines(name: str, text: str) -> Iterator[str]:
    for number, line in enumerate(io.StringIO(text, newline=""), 1):
        if len(line) > LINE:
            what = f"The line has {len(line):,} characters; a table has at most {LINE:,} in one."
            fix = "Save the table again as CSV, one row to a line."
            raise Refused([Problem("line_too_long", f"{name}, line {number}", what, fix)])
        yield line


def _records(name: str, reader: Iterator[list[str]]) -> Iterator[tuple[int, Sequence[str]]]:
    """The rows of a CSV file, each with its number; `Refused` where it cannot be split into cells."""
    number = 0
    try:
        for number, cells in enumerate(reader, 1):
            yield number, cells
    except csv.Error as fault:
        if "field larger" in str(fault):
            what = "A cell is too long; most often a quotation mark is not closed."
        elif "unexpected end" in str(fault):
            what = "A quotation mark is opened and not closed."
        else:
            what = "A quotation mark stands alone inside a cell."
        fix = "Correct the quotation marks in this line. Nothing of this file was read."
        raise Refused([Problem("unclosed_quote", f"{name}, line {number + 1}", what, fix)]) from None


def _table(
    name: str, records: Iterable[tuple[int, Sequence[str]]], sheet: str = "", told: Told = None
) -> Table:
    """A table of the rows that are not blank; the first of them is the headings."""
    header: tuple[str, ...] = ()
    rows: list[Row] = []
    for line, given in records:
        if told and not line % OFTEN:
            told(line)
        cells = _stripped(given)
        if not cells:
            continue
        if header:
            surplus = cells[len(header) :]
            rows.append(Row(line, cells[: len(header)], surplus if len(rows) < TITLES else surplus[:1]))
        elif len(cells) > COLUMNS:
            what = f"There are {len(cells)} columns; at most {COLUMNS} are read."
            raise Refused([Problem("too_many_columns", name, what, "Keep the columns of the layout.")])
        else:
            header = cells
        if line > ROWS:
            what = f"There are more than {ROWS:,} rows."
            raise Refused([Problem("too_many_rows", name, what, "Split the file.")])
    if not header:
        raise Refused([Problem("empty_file", name, "It has no headings.", "Save the table again.")])
    return Table(name, header, tuple(rows), sheet)


def _stripped(given: Sequence[str]) -> tuple[str, ...]:
    cells = [cell.strip() for cell in given]
    while cells and not cells[-1]:
        cells.pop()
    return tuple(cells)


def _workbook(name: str, content: bytes, told: Told, most: int, fits: Fits) -> list[Table]:
    """A table for each sheet that is not blank, under the file's name and the sheet's."""
    _openable(name, content, most)
    found: list[Table] = []
    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(content))
        grids = [(sheet, book.get_sheet_by_name(sheet)) for sheet in book.sheet_names]
        filled = [(sheet, grid.to_python(skip_empty_area=False)) for sheet, grid in grids]
    except (KeyboardInterrupt, SystemExit):
        raise
    except BaseException:  # noqa: BLE001 - a fault inside the Rust library is no Exception
        raise Refused([damaged(name)]) from None
    for sheet, grid in filled:
        rows = ((number, [_written(cell) for cell in cells]) for number, cells in enumerate(grid, 1))
        if any(map(any, grid)):
            found.append(_table(f"{name}, sheet {sheet}", below_titles(rows, fits), sheet, told))
    if not found:
        raise Refused([Problem("empty_file", name, "All its sheets are blank.", "Save the tables again.")])
    return found


def _openable(name: str, content: bytes, most: int) -> None:
    """`Refused` where a workbook is damaged, or would unpack to more than is read."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            sound(name, archive)
            whole = archive.testzip() is None
            parts = [each for each in archive.namelist() if each.startswith("xl/worksheets/")]
            extent = sum(_extent(archive.read(each), most) for each in parts if whole)
    except ZIP_FAULTS as fault:
        raise Refused(fault.problems if isinstance(fault, Refused) else [damaged(name)]) from None
    if not whole:
        raise Refused([damaged(name)])
    if extent > most:
        what = f"Its sheets reach over more than {most:,} cells; one may stand far from the rest."
        raise Refused([Problem("too_large", name, what, "Delete what is not part of the table.")])


def _extent(sheet: bytes, most: int) -> int:
    """The cells from the first to the last row and column that a sheet names, or has without naming them.

    What has more than the most is not read to its end.
    """
    width = beside = rows = 0
    for each in _TAG.finditer(sheet):
        if each[1] == b"row":
            rows, beside = rows + 1, 0
        else:
            beside += 1
            width = max(width, beside)
        if rows + width > most:
            return rows + width
    height, columns = rows, set[bytes]()
    for number, each in enumerate(_NAMED.finditer(sheet)):
        if number > 2 * most:
            return number
        columns.add(each[1])
        height = max(height, int(each[2]))
    return max([width, *map(_place, columns)]) * height


def _place(column: bytes) -> int:
    place = 0
    for letter in column:
        place = 26 * place + letter - 64
    return place


def _written(cell: object) -> str:
    """A cell of a workbook as a person would write it: ISO dates, yes and no, whole numbers plain."""
    if isinstance(cell, bool):
        return "yes" if cell else "no"
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    if isinstance(cell, datetime):
        return cell.isoformat(" ").removesuffix(" 00:00:00")
    if isinstance(cell, date):
        return cell.isoformat()
    return str(cell)
