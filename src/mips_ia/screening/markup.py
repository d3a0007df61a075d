"""What the XML of an office file says: paragraphs as lines, tables as rows, and attributes that are text."""

import re
from collections.abc import Iterator

from lxml import etree

from mips_ia.screening.package import local
from mips_ia.screening.parts import Node, Parts
from mips_ia.screening.passages import Headings, Passage, Piece, Weave, row

# Elements of a drawing's layout hold figures, and nothing that anybody reads.
_LAYOUT = {"posOffset", "pctWidth", "pctHeight", "pctPosHOffset", "pctPosVOffset"}
# Attributes that number or lay out; every other one that is long enough and has a figure is searched.
_NO_TEXT = re.compile(r"rsid|^(?:paraId|textId|durableId|id|uid|uri|embed|spans|sqref|ref|dyDescent|width)$")
_SHORT = 7  # characters; nothing that is sought without a word before it is shorter
_BLOCKS = {"p", "si", "is", "comment", "threadedComment"}
_PLACES = re.compile("&[LCR]")
_BLANKS = {"tab": " ", "br": " ", "cr": " ", "noBreakHyphen": "-"}


def said(tree: etree._Element, where: str, parts: Parts, path: str) -> Iterator[Passage]:
    """All that a tree says: lines, rows and attributes, about where they stand."""
    yield from _Reader(where, parts, path).read(tree)


def attributes(element: etree._Element, where: str, parts: Parts, path: str) -> Iterator[Passage]:
    """Those of an element's attributes that may be text."""
    for name, value in element.attrib.items():
        text = str(value)
        if len(text) >= _SHORT and any(map(str.isdigit, text)) and not _NO_TEXT.search(local(name)):
            node = Node(element, str(name), parts.changed, path)
            yield Passage(where, text, pieces=(Piece(0, len(text), node),))


class _Table:
    """A table that is being read: its number, its headings, and its rows so far."""

    def __init__(self, number: int) -> None:
        self.number, self.rows, self.headings = number, 0, Headings()
        self.cells = list[Weave]()


class _Reader:
    """Walks through a tree and weaves its text. What is inside of what is kept on two stacks."""

    def __init__(self, where: str, parts: Parts, path: str) -> None:
        self._where, self._parts, self._path = where, parts, path
        self._lines, self._number, self._tables = Weave(), 1, 0
        self._open = list[tuple[str, Weave]]()
        self._in = list[_Table]()

    def read(self, tree: etree._Element) -> Iterator[Passage]:
        """All passages of the tree."""
        for event, element in etree.iterwalk(tree, events=("start", "end", "comment", "pi")):
            name = local(element.tag)
            if event == "end":
                yield from self._closed(name)
            else:
                place = f"{self._where}paragraph {self._number}"
                if event == "start":
                    yield from attributes(element, place, self._parts, self._path)
                if name == "tbl":
                    yield from self._flushed()
                self._opened(name)
                if event != "start":
                    self._aside(element)
                elif name not in _LAYOUT:
                    self._text(element, "text")
            if event != "start":
                self._text(element, "tail")
        yield from self._flushed()

    def _flushed(self) -> Iterator[Passage]:
        """The lines so far as one passage, so that a word and what it names may stand on two."""
        lines, self._lines = self._lines, Weave()
        if lines.length:
            first, pieces = self._number - lines.text.count("\n"), tuple(lines.pieces)
            yield Passage(self._where, lines.text, line=first, unit="paragraph", pieces=pieces)

    def _opened(self, name: str) -> None:
        if name == "tbl":
            self._tables += 1
            self._in.append(_Table(self._tables))
        elif name in _BLOCKS or (name == "tc" and self._in):
            self._open.append((name, Weave()))
        elif name in _BLANKS and self._open:
            self._open[-1][1].add(_BLANKS[name])

    def _closed(self, name: str) -> Iterator[Passage]:
        if name == "tbl":
            self._in.pop()
        elif name == "tr" and self._in:
            yield from self._row(self._in[-1])
        elif self._open and self._open[-1][0] == name:
            _, weave = self._open.pop()
            if name == "tc":
                self._in[-1].cells.append(weave)
            elif self._open and self._open[-1][0] == "tc":
                cell = self._open[-1][1]
                cell.add("\n" if cell.length else "")
                cell.join(weave)
            else:
                self._line(weave)

    def _row(self, table: _Table) -> Iterator[Passage]:
        cells, table.cells = table.cells, []
        table.rows += 1
        named = [(str(place), table.headings[str(place)], cell) for place, cell in enumerate(cells, 1)]
        table.headings.after([(column, cell.text) for column, _, cell in named])
        yield from row(f"{self._where}table {table.number}, row {table.rows}", named)

    def _line(self, weave: Weave) -> None:
        self._lines.join(weave)
        self._lines.add("\n")
        self._number += 1

    def _aside(self, element: etree._Element) -> None:
        """A comment of a program, which is no part of the line in which it stands."""
        if str(element.text or "").strip():
            weave = Weave()
            weave.add(str(element.text), Node(element, "text", self._parts.changed, self._path))
            self._line(weave)

    def _text(self, element: etree._Element, slot: str) -> None:
        text = element.text if slot == "text" else element.tail
        if not text:
            return
        text = _spaced(str(text), local(element.tag))
        node = Node(element, slot, self._parts.changed, self._path)
        if self._open:
            self._open[-1][1].add(text, node)
        elif text.strip():
            weave = Weave()
            weave.add(text, node)
            self._line(weave)


def _spaced(text: str, name: str) -> str:
    """The text of a sheet's header without the signs that say where it stands, which touch its words."""
    return _PLACES.sub("  ", text) if name.endswith(("Header", "Footer")) else text
