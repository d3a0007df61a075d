"""What a Word file says: text, tables, what stands above, below and beside it, and what was taken out."""

import re
from collections.abc import Iterator

from mips_ia.problems import Problem, counted
from mips_ia.screening.markup import said
from mips_ia.screening.parts import Parts
from mips_ia.screening.passages import Document, Passage, Piece
from mips_ia.screening.printed import printed

MAIN = "word/document.xml"
_AGAIN = "Save it again as a new file in Word or Excel, or print it as PDF, and add that."
_PRINTER = "printersettings"
# What a program makes, and nobody writes: letters to be drawn, and settings of a printer.
_MADE = re.compile(rf"font|{_PRINTER}")
_SEARCHED = 256 * 1024  # bytes of a part that is no text, in which text is looked for
# What a part is called, by its path; parts of other paths are counted.
_CALLED = (
    (re.compile(r"^word/(header|footer)(\d{1,3})\.xml$"), r"\1 \2"),
    (re.compile(r"^word/(comments|footnotes|endnotes)\.xml$"), r"\1"),
    (re.compile(r"^docProps/\w+\.xml$"), "properties"),
)


class Word(Document):
    """A Word file. All of its XML is read, wherever it is, so that nothing is hidden in it."""

    def __init__(self, content: bytes, name: str = "") -> None:
        self._parts = Parts(content, name)
        self.notes = list(unread(self._parts, name))

    def passages(self) -> Iterator[Passage]:
        """The document, and then each of its other parts."""
        paths = sorted(self._parts.paths, key=lambda each: (each != MAIN, each))
        for number, path in enumerate(paths, 1):
            yield from other(self._parts, path, "" if path == MAIN else called(path, number))

    def written(self) -> bytes:
        """The same file with what was covered."""
        return self._parts.written()


def called(path: str, number: int) -> str:
    """What a part is called where something is found in it."""
    for pattern, name in _CALLED:
        if match := pattern.match(path):
            return f"{match.expand(name)}, "
    return f"part {number}, "


def other(parts: Parts, path: str, where: str) -> Iterator[Passage]:
    """All that a part says, as far as it is text."""
    if parts.is_xml(path):
        tree = parts.tree(path)
        yield from said(tree, where, parts, path)
        parts.done(path, tree)
    elif _unread(parts, path) or _PRINTER in parts.type_of(path):
        text = printed(parts.unpacked(path)[:_SEARCHED])
        yield Passage(where.removesuffix(", "), text, pieces=(Piece(0, len(text), _Emptied(parts, path)),))


def unread(parts: Parts, name: str) -> Iterator[Problem]:
    """That the pictures of a file are not read, and parts of it of which nobody knows what they are."""
    fix = "Look for patients' names and numbers in them yourself."
    if held := sum(map(parts.is_picture, parts.paths)):
        what = f"It has {counted(held, 'picture')}. Text in pictures is not read."
        yield Problem("pictures_unread", name, what, fix, severity="unknown")
    if held := sum(_unread(parts, path) for path in parts.paths):
        what = f"It has {counted(held, 'part')} of a kind that is not read."
        yield Problem("parts_unread", name, what, _AGAIN, severity="unknown")


def _unread(parts: Parts, path: str) -> bool:
    """Whether a part is neither text nor a picture, nor what a program makes."""
    return not (parts.is_xml(path) or parts.is_picture(path) or _MADE.search(parts.type_of(path)))


class _Emptied:
    """A part that is no text: covered, nothing of it is left."""

    def __init__(self, parts: Parts, path: str) -> None:
        self._parts, self._path = parts, path

    def cover(self, start: int, end: int) -> None:  # noqa: ARG002 - it is covered whole
        """Cover all of it."""
        self._parts.emptied(self._path)
