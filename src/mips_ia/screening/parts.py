"""The parts of a Word or Excel file, unpacked within bounds, read as safe XML, and written again."""

import io
import zipfile
import zlib

from lxml import etree

from mips_ia.problems import Problem, Refused
from mips_ia.screening.passages import hidden

LARGEST_XML, ALL_XML = 24 * 1024**2, 80 * 1024**2  # bytes of one part and of all, unpacked
_AGAIN = "Open it in Word or Excel, save it again as .docx or .xlsx, and add that."
_XML = (".xml", ".rels", ".vml")


def local(name: object) -> str:
    """The name of an element or attribute without the namespace."""
    return str(name).rpartition("}")[2] if isinstance(name, str) else ""


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


class Parts:
    """An archive whose directory was looked at before. Whatever cannot be unpacked or parsed is refused."""

    def __init__(self, content: bytes, name: str) -> None:
        self._name = name
        self._archive = zipfile.ZipFile(io.BytesIO(content))
        self.paths = sorted(each.filename for each in self._archive.infolist() if not each.is_dir())
        self.changed, self.left_out = set[str](), set[str]()
        self._written = dict[str, bytes]()
        self._xml = 0

    def unpacked(self, path: str) -> bytes:
        """The bytes of a part, of which the directory says how many there are and their check sum."""
        try:
            return self._archive.read(path)
        except (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, NotImplementedError,
                RuntimeError):  # fmt: skip
            raise self._refused("file_broken", "A part of it cannot be unpacked.") from None

    def is_xml(self, path: str) -> bool:
        """Whether a part is XML, by its name."""
        return path.lower().endswith(_XML)

    def tree(self, path: str) -> etree._Element:
        """The XML of a part: no entities, no network, no definitions of its own, and bounded."""
        size = self._archive.getinfo(path).file_size
        self._xml += size
        if size > LARGEST_XML or self._xml > ALL_XML:
            what = f"It has more text than we look through, {max(size, self._xml) / 1024**2:.0f} MB."
            raise Refused([Problem("file_unread", self._name, what, "Add it in parts.")])
        parser = etree.XMLParser(
            resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False,
            remove_comments=False, remove_pis=False,
        )  # fmt: skip
        try:
            found = etree.fromstring(self._written.get(path) or self.unpacked(path), parser)
        except (etree.XMLSyntaxError, ValueError):
            raise self._refused("file_broken", "A part of it is no XML that can be read.") from None
        if found.getroottree().docinfo.internalDTD is not None:
            raise self._refused("file_broken", "A part of it defines words of its own, as none should.")
        return found

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
            if other.endswith(".rels") or other == "[Content_Types].xml":
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
                    content = self._written.get(each.filename) or self.unpacked(each.filename)
                    made.writestr(each.filename, content)
        return held.getvalue()

    def _refused(self, code: str, what: str) -> Refused:
        return Refused([Problem(code, self._name, what, _AGAIN)])


def _leads_to(element: etree._Element, name: str) -> bool:
    """Whether a line of a list of parts is about a part of this name."""
    target = str(element.get("Target") or element.get("PartName") or "")
    return target.rpartition("/")[2] == name
