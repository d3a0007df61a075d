"""The parts of a Word or Excel file in which something is covered, and the archive written again."""

import io
import zipfile

from lxml import etree

from mips_ia.screening.package import TYPES, Package
from mips_ia.screening.passages import hidden


class Node:
    """A text in a tree: that of an element, what follows it, or an attribute."""

    def __init__(self, element: etree._Element, slot: str, changed: set[str], path: str) -> None:
        self._element, self._slot, self._changed, self._path = element, slot, changed, path

    def cover(self, start: int, end: int) -> None:
        """Cover some of its characters."""
        element, slot = self._element, self._slot
        text = str(getattr(element, slot) if slot in ("text", "tail") else element.get(slot))
        text = text[:start] + hidden(text[start:end]) + text[end:]
        if slot in ("text", "tail"):
            setattr(element, slot, text)
        else:
            element.set(slot, text)
        self._changed.add(self._path)


class Parts(Package):
    """The parts of an archive, some of which are changed or left out."""

    def __init__(self, content: bytes, name: str) -> None:
        self.changed, self.left_out = set[str](), set[str]()
        self._written = dict[str, bytes]()
        super().__init__(content, name)

    def unpacked(self, path: str) -> bytes:
        """The bytes of a part, as it was changed."""
        return self._written[path] if path in self._written else super().unpacked(path)

    def emptied(self, path: str) -> None:
        """Leave nothing of a part but its name."""
        self._written[path] = b""

    def done(self, path: str, tree: etree._Element) -> None:
        """Keep a tree in which something was covered."""
        if path in self.changed:
            self._written[path] = etree.tostring(
                tree, xml_declaration=True, encoding="UTF-8", standalone=True
            )

    def leave_out(self, path: str) -> None:
        """Leave out a part, and whatever says that it is there."""
        if path not in self.paths:
            return
        self.left_out.add(path)
        name = path.rpartition("/")[2]
        for other in self.paths:
            if other.endswith(".rels") or other == TYPES:
                tree = self.tree(other)
                for each in [each for each in tree if _leads_to(each, name)]:
                    tree.remove(each)
                    self.changed.add(other)
                self.done(other, tree)

    def written(self) -> bytes:
        """The archive anew, with the parts that were changed, and without those that were left out."""
        for path in [each for each in self.paths if each.startswith("docProps/thumbnail.")]:
            self.leave_out(path)  # a picture of what was covered
        held = io.BytesIO()
        with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as made:
            for each in self._archive.infolist():
                if not each.is_dir() and each.filename not in self.left_out:
                    made.writestr(each.filename, self.unpacked(each.filename))
        return held.getvalue()


def _leads_to(element: etree._Element, name: str) -> bool:
    """Whether a line of a list of parts is about a part of this name."""
    target = str(element.get("Target") or element.get("PartName") or "")
    return target.rpartition("/")[2] == name
