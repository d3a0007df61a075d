"""What plain text and tables say, in passages, and the same with what was covered in them."""

import csv
import io
from collections.abc import Iterator
from typing import NamedTuple

from mips_ia.problems import Problem, Refused, counted
from mips_ia.screening.passages import Document, Headings, Passage, Piece, Weave, hidden, row

MARKS = ",;\t"
COLUMNS = 16_384
LONG = 100_000  # bytes of a line, which nobody writes and nobody reads
_FORMULA = ("=", "+", "-", "@", "\t", "\r")  # with these a spreadsheet begins what it works out
_NUMBER = frozenset("0123456789.,()%$ +-/:")


def decoded(content: bytes) -> tuple[str, str]:
    """Text as it is most likely meant, and its alphabet: UTF-8, else that of Windows, else byte by byte."""
    for alphabet in ("utf-8-sig", "cp1252"):
        try:
            return content.decode(alphabet), "utf-8" if alphabet == "utf-8-sig" else alphabet
        except UnicodeDecodeError:
            continue
    return content.decode("latin-1"), "latin-1"


def _long(content: bytes, name: str) -> list[Problem]:
    """That a line is longer than people write, if one is."""
    longest = max(map(len, io.BytesIO(content.replace(b"\r", b"\n"))), default=0)
    if longest <= LONG:
        return []
    what = f"A line of it has {longest:,} bytes, more than people write."
    fix = "Look at it before you rely on it."
    return [Problem("line_long", name, what, fix, severity="warning")]


class Letters:
    """A text whose characters can be covered one by one."""

    def __init__(self, text: str) -> None:
        self.text = text
        self._covered: list[tuple[int, int]] = []

    def cover(self, start: int, end: int) -> None:
        """Put an X in the place of letters and figures."""
        self._covered.append((start, end))

    def __str__(self) -> str:
        said, reached = list[str](), 0
        for start, end in sorted(self._covered):
            said += [self.text[reached:start], hidden(self.text[max(start, reached) : end])]
            reached = max(reached, end)
        return "".join([*said, self.text[reached:]])


class Text(Document):
    """Plain text, as one passage, so that a word and what it names may stand on two lines."""

    def __init__(self, content: bytes, name: str = "") -> None:
        self.notes = _long(content, name)
        self._began = content[:3] if content.startswith(b"\xef\xbb\xbf") else b""
        text, self._alphabet = decoded(content)
        self._letters = Letters(text)

    def passages(self) -> Iterator[Passage]:
        """All of it."""
        text = self._letters.text
        yield Passage("", text, line=1, pieces=(Piece(0, len(text), self._letters),))

    def written(self) -> bytes:
        """The same text in the same alphabet."""
        return self._began + str(self._letters).encode(self._alphabet)


class _Row(NamedTuple):
    """The lines of a file that make up a row of its table; what is found in a cell never holds a mark."""

    lines: list[str]
    first: int
    end: int
    text: str

    def cover(self, start: int, end: int) -> None:
        """Cover what stands there wherever it stands in the row, and leave quotes and marks as they are."""
        found, whole = self.text[start:end], "".join(self.lines[self.first : self.end])
        rest = [""] * (self.end - self.first - 1)  # so that every row stays in its place
        self.lines[self.first : self.end] = [whole.replace(found, hidden(found)), *rest]


class Table(Document):
    """A table as text: each row, and each cell that stands under a heading, by their numbers.

    Headings are passages too, and columns are not called by them, since they may be none, and name a patient.
    """

    def __init__(self, content: bytes, name: str = "") -> None:
        self.notes = _long(content, name)
        self._name = name
        self._began = content[:3] if content.startswith(b"\xef\xbb\xbf") else b""
        text, self._alphabet = decoded(content)
        self._lines = list(io.StringIO(text, newline=""))

    def passages(self) -> Iterator[Passage]:
        """Its rows, one after the other; one that has a single column is read like a text."""
        first = "".join(self._lines[: Headings.FIRST])
        if not any(map(first.count, MARKS)):
            yield from self._of_one_column()
            return
        rows = csv.reader(iter(self._lines), delimiter=max(MARKS, key=first.count))
        headings, before, formulas = Headings(), 0, 0
        for number, cells in enumerate(self._whole(rows), 1):
            formulas += sum(map(_works_out, cells))
            yield from self._of_row(number, cells, headings, range(before, rows.line_num))
            before = rows.line_num
            headings.after([(str(place), cell) for place, cell in enumerate(cells, 1)])
        if formulas:
            what = f"{counted(formulas, 'cell')} begin like a formula, which a spreadsheet would work out."
            fix = "Open it as text, or make sure that you know what these cells do."
            self.notes.append(Problem("cell_formulas", self._name, what, fix, severity="warning"))

    def _whole(self, rows: Iterator[list[str]]) -> Iterator[list[str]]:
        """Rows, as long as they are such as a spreadsheet can open."""
        try:
            for cells in rows:
                if len(cells) > COLUMNS:
                    what = f"It has more than {COLUMNS:,} columns, the most that a spreadsheet opens."
                    fix = "Save the part that the activity needs, and add that."
                    raise Refused([Problem("file_bomb", self._name, what, fix)])
                yield cells
        except csv.Error:
            what, fix = "A cell of it has no end.", "Open it in a spreadsheet, save it again, and add that."
            raise Refused([Problem("file_broken", self._name, what, fix)]) from None

    def _of_one_column(self) -> Iterator[Passage]:
        letters = Letters("".join(self._lines))
        yield Passage("", letters.text, line=1, unit="row", pieces=(Piece(0, len(letters.text), letters),))
        self._lines = [str(letters)]

    def _of_row(self, number: int, cells: list[str], headings: Headings, lines: range) -> Iterator[Passage]:
        woven = list[tuple[str, str, Weave]]()
        for place, cell in enumerate(cells, 1):
            weave = Weave()
            weave.add(cell, _Row(self._lines, lines.start, lines.stop, cell))
            woven.append((str(place), headings[str(place)], weave))
        yield from row(f"row {number}", woven)

    def written(self) -> bytes:
        """The same table, with its quotes and marks."""
        return self._began + "".join(self._lines).encode(self._alphabet)


def _works_out(cell: str) -> bool:
    """Whether a spreadsheet would take a cell for a formula; a number and a telephone number are none."""
    return cell.startswith(_FORMULA) and len(cell) > 1 and not _NUMBER.issuperset(cell)
