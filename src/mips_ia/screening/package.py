"""The archive of a Word or Excel file: its parts, unpacked within bounds, what each is, and its safe XML."""

import io
import re
import zipfile
import zlib
from urllib.parse import unquote

from lxml import etree

from mips_ia.problems import Problem, Refused

LARGEST_XML, ALL_XML = 24 * 1024**2, 80 * 1024**2  # bytes of one part and of all, unpacked
TYPES = "[Content_Types].xml"
_AGAIN = "Open it in Word or Excel, save it again as .docx or .xlsx, and add that."
_XML, _PICTURE = (
    (".xml", ".rels", ".vml", ".svg"),
    re.compile(r"/media/[^/]+$|\.(?:png|jpe?g|gif|bmp|tiff?|[ew]mf|webp)$"),
)
_XML_TYPE = re.compile(r"[/+]xml$|\.vmldrawing$")
# How XML begins, in each alphabet that it may be written in without being told so.
_MARKUP = re.compile(
    rb"(?:\xef\xbb\xbf)?\s*<|(?:\xff\xfe)?(?:\s\0)*<\0|(?:\xfe\xff)?(?:\0\s)*\0<|(?:\xff\xfe\0\0)?<\0\0\0"
    rb"|(?:\0\0\xfe\xff)?\0\0\0<|\x4c\x6f\xa7\x94"
)
LARGEST, BEGINS = (
    16 * 1024**2,
    4096,
)  # bytes that are unpacked of a part that is no XML, and those by which it is told


def local(name: object) -> str:
    """The name of an element or attribute without the namespace."""
    return str(name).rpartition("}")[2] if isinstance(name, str) else ""


class Package:
    """An archive whose directory was looked at before. Whatever cannot be unpacked or parsed is refused."""

    def __init__(self, content: bytes, name: str) -> None:
        self._name = name
        self._archive = zipfile.ZipFile(io.BytesIO(content))
        self.paths = sorted(each.filename for each in self._archive.infolist() if not each.is_dir())
        self._read, self._kinds = 0, dict[str, bool]()
        self.declared = list[str]()  # each type that the package names, whether a part has it or not
        self._by_ending, self._by_path = dict[str, str](), dict[str, str]()
        for each in self.tree(TYPES).iter(etree.Element) if TYPES in self.paths else ():
            kind = str(each.get("ContentType") or "").lower().partition(";")[0].strip()
            self.declared.append(kind)
            self._by_ending[str(each.get("Extension") or "").strip().lower()] = kind
            self._by_path[_plain(str(each.get("PartName") or "").strip())] = kind

    def type_of(self, path: str) -> str:
        """The type that the package declares for a part, in small letters."""
        plain = _plain(path)
        return self._by_path.get(plain) or self._by_ending.get(plain.rpartition(".")[2], "")

    def is_xml(self, path: str) -> bool:
        """Whether a part is XML: by its type, its name, or how it begins."""
        if path not in self._kinds:
            named = path.lower().endswith(_XML) or _XML_TYPE.search(self.type_of(path))
            self._kinds[path] = bool(named or _MARKUP.match(self.begins(path)))
        return self._kinds[path]

    def is_picture(self, path: str) -> bool:
        """Whether a part is a picture, by its type or its name."""
        return self.type_of(path).startswith("image/") or bool(_PICTURE.search(f"/{path.lower()}"))

    def begins(self, path: str) -> bytes:
        """The first bytes of a part, which is unpacked to see that it can be."""
        return self._unpacked(path, LARGEST)[:BEGINS]

    def unpacked(self, path: str) -> bytes:
        """The bytes of a part, of which the directory says how many there are and their check sum."""
        return self._unpacked(path, -1)

    def tree(self, path: str) -> etree._Element:
        """The XML of a part: no entities, no network, no definitions of its own, and bounded."""
        size = self._archive.getinfo(path).file_size
        self._read += size
        if size > LARGEST_XML or self._read > ALL_XML:
            raise self._too_much(f"text than we look through, {max(size, self._read) / 1024**2:.0f} MB")
        parser = etree.XMLParser(
            resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False,
            remove_comments=False, remove_pis=False,
        )  # fmt: skip
        try:
            found = etree.fromstring(self.unpacked(path), parser)
        except (etree.XMLSyntaxError, ValueError) as wrong:
            if getattr(wrong, "code", None) == etree.ErrorTypes.ERR_NO_MEMORY:
                raise self._too_much("cells or words than we look through") from None
            raise self._broken("A part of it is no XML that can be read.") from None
        if found.getroottree().docinfo.internalDTD is not None:
            raise self._broken("A part of it defines words of its own, as none should.")
        return found

    def _unpacked(self, path: str, most: int) -> bytes:
        try:
            with self._archive.open(path) as part:
                return part.read(most)
        except (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, NotImplementedError,
                RuntimeError):  # fmt: skip
            raise self._broken("A part of it cannot be unpacked.") from None

    def _too_much(self, of: str) -> Refused:
        return Refused([Problem("file_unread", self._name, f"It has more {of}.", "Add it in parts.")])

    def _broken(self, what: str) -> Refused:
        return Refused([Problem("file_broken", self._name, what, _AGAIN)])


def _plain(path: str) -> str:
    """The name of a part as lists of parts and archives both write it."""
    return unquote(path).lstrip("/").lower()
