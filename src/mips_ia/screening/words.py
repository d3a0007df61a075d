"""What a Word file says: text, tables, what stands above, below and beside it, and what was taken out."""

import re
from collections.abc import Iterator

from mips_ia.problems import Problem, counted
from mips_ia.screening.markup import said
from mips_ia.screening.parts import Parts
from mips_ia.screening.passages import Document, Passage

MAIN = "word/document.xml"
_PICTURES = re.compile(r"/media/[^/]+$")
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
        self.notes = list(pictures(self._parts, name))

    def passages(self) -> Iterator[Passage]:
        """The document, and then each of its other parts."""
        paths = [each for each in self._parts.paths if self._parts.is_xml(each)]
        for number, path in enumerate(sorted(paths, key=lambda each: (each != MAIN, each)), 1):
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
    """All that a part says."""
    tree = parts.tree(path)
    yield from said(tree, where, parts, path)
    parts.done(path, tree)


def pictures(parts: Parts, name: str) -> Iterator[Problem]:
    """That the pictures of a file are not read."""
    held = sum(1 for path in parts.paths if _PICTURES.search(path))
    if held:
        what = f"It has {counted(held, 'picture')}. Text in pictures is not read."
        fix = "Look for patients' names and numbers in them yourself."
        yield Problem("pictures_unread", name, what, fix, severity="unknown")
