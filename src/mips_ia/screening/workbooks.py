"""What a workbook says: the cells of every sheet, hidden ones too, and whatever else has text in it."""

import posixpath
import re
from collections.abc import Iterator

from lxml import etree

from mips_ia.problems import Problem, Refused
from mips_ia.screening.markup import attributes, said
from mips_ia.screening.numbers import Formats
from mips_ia.screening.package import local
from mips_ia.screening.parts import Node, Parts
from mips_ia.screening.passages import Document, Headings, Passage, Piece, Weave, row
from mips_ia.screening.words import called, other, unread

_BOOK, _STRINGS, _STYLES = "xl/workbook.xml", "xl/sharedStrings.xml", "xl/styles.xml"
_RELATED = "xl/_rels/workbook.xml.rels"
_COLUMN = re.compile(r"[A-Z]{1,3}")
_PIVOTS = re.compile(r"^xl/pivotcache/|pivotcache(?:definition|records)\+xml$")
_NEW_BOOK = "Copy the values to a new workbook, and add that."
_RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_STRICT = "{http://purl.oclc.org/ooxml/officeDocument/relationships}id"


class Workbook(Document):
    """An Excel file. Sheets are told by their number, since their names may name a patient."""

    def __init__(self, content: bytes, name: str = "") -> None:
        self._parts, self._name = Parts(content, name), name
        self.notes = list(unread(self._parts, name))
        self._pivots = any(
            _PIVOTS.search(path.lower()) or _PIVOTS.search(self._parts.type_of(path))
            for path in self._parts.paths
        )
        if self._pivots:
            what = "It has a pivot table, which keeps a copy of its rows that nobody sees."
            self.notes.append(Problem("pivot_rows", name, what, _NEW_BOOK, severity="unknown"))

    def passages(self) -> Iterator[Passage]:
        """Every sheet in the order of the book, and then all other parts."""
        parts = self._parts
        related = self._related()
        path = related.get("sharedStrings", _STRINGS)
        strings = parts.tree(path) if path in parts.paths else etree.Element("sst")
        self._strings = path
        self._shared = [each for each in strings if local(each.tag) == "si"]
        self._used = set[int]()
        styles = related.get("styles", _STYLES)
        self._formats = Formats(parts.tree(styles) if styles in parts.paths else None)
        book = parts.tree(_BOOK)
        self._formats.since_1904(book)
        sheets = self._sheets(book, related)
        yield from self._names(book, sheets)
        for number, path in enumerate(sheets, 1):
            yield from self._sheet(path, f"sheet {number}")
        for number, each in enumerate(self._shared):
            if number not in self._used:
                yield from said(each, f"text {number + 1} that no cell shows, ", parts, self._strings)
        parts.done(self._strings, strings)
        read = {self._strings, *sheets}
        for number, path in enumerate(parts.paths, 1):
            if path not in read and path not in parts.left_out:
                yield from other(parts, path, called(path, number))

    def written(self) -> bytes:
        """The same file with what was covered."""
        if self._pivots:
            what = "It has a pivot table, which keeps a copy of its rows that cannot be covered."
            raise Refused([Problem("mask_refused", self._name, what, _NEW_BOOK)])
        return self._parts.written()

    def _related(self) -> dict[str, str]:
        """The paths of what the book leads to, by the number of each and by what kind of part it is."""
        found = dict[str, str]()
        if _RELATED in self._parts.paths:
            for each in self._parts.tree(_RELATED).iter("{*}Relationship"):
                target = str(each.get("Target") or "")
                path = target.lstrip("/") if target.startswith("/") else posixpath.join("xl", target)
                found[str(each.get("Id"))] = posixpath.normpath(path)
                found.setdefault(str(each.get("Type")).rpartition("/")[2], posixpath.normpath(path))
        return found

    def _sheets(self, book: etree._Element, targets: dict[str, str]) -> list[str]:
        """The paths of the sheets: those that the book names in its order, and then whatever else is one."""
        named, hidden = list[str](), list[int]()
        for each in book.iter("{*}sheet"):
            path = targets.get(str(each.get(_RELATION) or each.get(_STRICT)), "")
            if path in self._parts.paths and path not in named:
                named.append(path)
                if str(each.get("state") or "visible") != "visible":
                    hidden.append(len(named))
        if hidden:
            what = f"It has hidden sheets: {', '.join(map(str, hidden))}. They were searched too."
            fix = "Unhide them to see what they hold, or remove them."
            self.notes.append(Problem("hidden_sheets", self._name, what, fix, severity="note"))
        unnamed = [
            each for each in self._parts.paths
            if self._is_sheet(each) and each not in named
        ]  # fmt: skip
        return [*named, *unnamed]

    def _is_sheet(self, path: str) -> bool:
        """Whether a part is a sheet, by its type or where it lies."""
        lies = path.startswith("xl/worksheets/") and path.endswith(".xml")
        return lies or self._parts.type_of(path).endswith(".worksheet+xml")

    def _names(self, book: etree._Element, sheets: list[str]) -> Iterator[Passage]:
        for number, each in enumerate(book.iter("{*}sheet"), 1):
            yield from attributes(each, f"name of sheet {min(number, len(sheets))}", self._parts, _BOOK)
        self._parts.done(_BOOK, book)

    def _sheet(self, path: str, where: str) -> Iterator[Passage]:
        tree = self._parts.tree(path)
        headings = Headings()
        for each in tree.iter("{*}row"):
            cells = [cell for cell in map(self._cell, each, [path] * len(each)) if cell]
            named = [(column, headings[column], weave) for column, weave in cells]
            if cells:
                yield from row(f"{where}, row {self._number(each)}", named)
                headings.after([(column, weave.text) for column, weave in cells])
        for each in tree:
            if local(each.tag) == "sheetData":
                for formula in list(each.iter("{*}f")):  # one that is covered is taken out
                    yield from self._formula(formula, path, where)
            else:
                yield from said(each, f"{where}, around its cells, ", self._parts, path)
        self._parts.done(path, tree)

    def _number(self, element: etree._Element) -> int:
        number = str(element.get("r") or "")
        return int(number) if number.isdigit() and len(number) < 9 else 0

    def _cell(self, cell: etree._Element, path: str) -> tuple[str, Weave] | None:
        """A cell's column and its text; None where it is blank."""
        column = _COLUMN.match(str(cell.get("r") or ""))
        kind, weave = str(cell.get("t") or "n"), Weave()
        value = next((each for each in cell if local(each.tag) in ("v", "is")), None)
        if value is None:
            return None
        if kind == "s":
            number = int(value.text) if value.text and value.text.strip().isdigit() else -1
            if not 0 <= number < len(self._shared):
                if not (value.text or "").strip():
                    return None
                what = "A cell of it stands for a text that it does not have."
                raise Refused([Problem("file_broken", self._name, what, _NEW_BOOK)])
            self._used.add(number)
            self._texts(self._shared[number], weave, self._strings)
        elif local(value.tag) == "is":
            self._texts(value, weave, path)
        elif value.text:
            text = self._formats.shown(value.text, str(cell.get("s") or "")) if kind == "n" else value.text
            weave.add(text, _Value(cell, text, self._parts, path))
        return (column[0] if column else "A"), weave

    def _texts(self, element: etree._Element, weave: Weave, path: str) -> None:
        for each in element.iter("{*}t"):
            weave.add(each.text or "", Node(each, "text", self._parts.changed, path))

    def _formula(self, formula: etree._Element, path: str, where: str) -> Iterator[Passage]:
        cell, text = formula.getparent(), formula.text or ""
        if cell is not None and any(map(str.isdigit, text)):
            column = _COLUMN.match(str(cell.get("r") or ""))
            place = f"{where}, formula in column {column[0] if column else 'A'}"
            value = next((each.text or "" for each in cell if local(each.tag) == "v"), "")
            yield Passage(place, text, pieces=(Piece(0, len(text), _Value(cell, value, self._parts, path)),))


class _Value:
    """A cell whose value is no text: covered, it becomes one, and what works it out is left out."""

    def __init__(self, cell: etree._Element, text: str, parts: Parts, path: str) -> None:
        self._cell, self._text, self._parts, self._path = cell, text, parts, path

    def cover(self, start: int, end: int) -> None:  # noqa: ARG002 - a number is covered whole
        """Cover all of it."""
        cell = self._cell
        if any(local(each.tag) == "f" for each in cell):
            self._parts.leave_out("xl/calcChain.xml")  # a list of formulas, which Excel makes anew
        space = str(cell.tag).rpartition("}")[0].lstrip("{")
        for each in list(cell):
            cell.remove(each)
        cell.set("t", "inlineStr")
        held = etree.SubElement(cell, f"{{{space}}}is" if space else "is")
        etree.SubElement(held, f"{{{space}}}t" if space else "t").text = "X" * max(1, len(self._text))
        self._parts.changed.add(self._path)
