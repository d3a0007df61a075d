"""A file's text in passages, each with where it stands, so that what is found can be told and covered."""

from abc import ABC, abstractmethod
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice
from typing import NamedTuple, Protocol, Self

from mips_ia.problems import Problem
from mips_ia.screening.patterns import EVENT, HEADED, NAMING, PAPER


class Source(Protocol):
    """Where a piece of text comes from, and can be covered."""

    def cover(self, start: int, end: int) -> None:
        """Put something else in the place of some of its characters."""


class Piece(NamedTuple):
    """A part of a passage's text, from a character to another, with its source."""

    start: int
    end: int
    source: Source


@dataclass(frozen=True, slots=True)
class Passage:
    """A run of text: a page, some lines, a row, a cell.

    `where` says where it stands, as a person would look for it: `page 3`, `row 4, column B`. `label` is
    what a table says of it, such as the heading of its column; it is no part of the text. `line` is the
    number of its first line where lines are counted, which are called by `unit`. `columns` are the first
    characters of a row's cells, each with the name of its column and its heading. `pieces` say where the
    text comes from.
    """

    where: str
    text: str
    label: str = ""
    line: int | None = None
    unit: str = "line"
    columns: tuple[tuple[int, str, str], ...] = ()
    pieces: tuple[Piece, ...] = ()

    def places(self, starts: Iterable[int]) -> Iterator[str]:
        """Where characters of it stand, which are given in their order."""
        line, reached = self.line or 0, 0
        for start in starts:
            if self.columns:
                yield f"{self.where}, column {self._column(start)[1]}"
            elif self.line is None:
                yield self.where
            else:
                line, reached = line + self.text.count("\n", reached, start), start
                yield f"{self.where}{self.unit} {line}"

    def heading(self, start: int) -> str:
        """The heading of the column in which a character of a row stands."""
        return self._column(start)[2] if self.columns else ""

    def _column(self, start: int) -> tuple[int, str, str]:
        return self.columns[bisect_right(self.columns, start, key=lambda each: each[0]) - 1]

    def cover(self, start: int, end: int) -> None:
        """Cover some of its characters where they come from."""
        for piece in islice(self.pieces, bisect_right(self.pieces, start, key=lambda each: each.end), None):
            first, last = max(start, piece.start), min(end, piece.end)
            if first >= last:
                break
            piece.source.cover(first - piece.start, last - piece.start)


class Attachment(Protocol):
    """A file that a message brings: what is in it, and what it is called."""

    content: bytes
    called: str

    def put(self, content: bytes) -> None:
        """Put another file in its place."""


class Document(ABC):
    """A file that can be read, and written again with what was covered in it."""

    notes: list[Problem]

    @abstractmethod
    def passages(self) -> Iterator[Passage]:
        """All its text. What a passage holds is covered before the next one is asked for."""

    @abstractmethod
    def written(self) -> bytes:
        """The file with everything covered that was."""

    def attached(self) -> Iterator[Attachment]:
        """The files that it brings."""
        return iter(())


class Weave:
    """A text that is put together of pieces, each of which knows where it comes from."""

    def __init__(self) -> None:
        self.said: list[str] = []
        self.pieces: list[Piece] = []
        self.length = 0

    def add(self, text: str, source: Source | None = None) -> None:
        """Put some text to its end."""
        if source is not None and text:
            self.pieces.append(Piece(self.length, self.length + len(text), source))
        self.said.append(text)
        self.length += len(text)

    def join(self, other: Self) -> None:
        """Put another one to its end, with its pieces."""
        moved = (
            Piece(each.start + self.length, each.end + self.length, each.source) for each in other.pieces
        )
        self.pieces.extend(moved)
        self.said.append(other.text)
        self.length += other.length

    @property
    def text(self) -> str:
        """All of it."""
        return "".join(self.said)


class Headings:
    """What the columns of a table are called: the widest of its first rows, for titles may stand above.

    A cell of a later row without figures that says what is sought calls its column so from there on.
    """

    FIRST = 5  # rows in which headings are looked for

    def __init__(self) -> None:
        self._called = dict[str, str]()
        self._rows = 0

    def __getitem__(self, column: str) -> str:
        return self._called.get(column, "")

    def after(self, cells: list[tuple[str, str]]) -> None:
        """Take heed of a row, given as the names of its columns and its cells, for the rows below it."""
        self._rows += 1
        said = {column: text.strip() for column, text in cells if text.strip()}
        figures = any(map(str.isdigit, "".join(said.values())))
        first = len(said) > 1 and not self._called and self._rows == 1
        if first or (self._rows <= self.FIRST and len(said) > max(1, len(self._called)) and not figures):
            self._called = said
        elif not figures:
            self._called |= {column: text for column, text in said.items() if _is_heading(text)}


def row(where: str, cells: list[tuple[str, str, Weave]]) -> Iterator[Passage]:
    """A row of a table, and each of its cells that stands under a heading which may say what it is.

    A cell is given as what its column is called, the heading, and its text.
    """
    whole, columns = Weave(), list[tuple[int, str, str]]()
    for name, heading, cell in cells:
        if columns:
            whole.add(" | ")
        columns.append((whole.length, name, heading))
        whole.join(cell)
    yield Passage(where, whole.text, columns=tuple(columns), pieces=tuple(whole.pieces))
    for name, heading, cell in cells:
        if cell.length and _names(heading):
            yield Passage(f"{where}, column {name}", cell.text, heading.lower(), pieces=tuple(cell.pieces))
    for (name, heading, first), *more in zip(cells, cells[1:], cells[2:], strict=False):
        if _names(heading) and not any(each for _, each, _ in more):
            yield from _in_three(f"{where}, column {name}", heading, [first, *(each for _, _, each in more)])


def _in_three(where: str, heading: str, cells: list[Weave]) -> Iterator[Passage]:
    """A number that stands in three cells below one heading, as a Social Security number is parted."""
    said = [each.text.strip() for each in cells]
    if "".join(said).isdigit() and list(map(len, said)) == [3, 2, 4]:
        whole = Weave()
        for each in cells:
            whole.add(" | " if whole.length else "")
            whole.join(each)
        yield Passage(where, whole.text, heading.lower(), pieces=tuple(whole.pieces))


@lru_cache(maxsize=1000)
def _names(heading: str) -> bool:
    """Whether a heading may say what its cells are."""
    return bool(NAMING.search(heading))


@lru_cache(maxsize=1000)
def _is_heading(text: str) -> bool:
    """Whether a cell is a heading that says what its column holds, and nothing else."""
    return bool(HEADED.fullmatch(text)) and not PAPER.search(text) and not EVENT.search(text)


def hidden(text: str) -> str:
    """What stands in the place of a text that was covered: as long, with its marks, and an X for the rest."""
    return "".join("X" if each.isalnum() else each for each in text)
