"""What in a PDF could run, fetch or hide something: in its bytes, in what is packed, and to its reader.

A reader may begin at any byte that a file names, so the search does not follow the file's own table: it looks
at all bytes, at every packed stream, and at the objects that PDFium finds, written out plainly.
"""

import io
import re
from collections.abc import Iterator
from typing import Any

from mips_ia.problems import Problem, Refused
from mips_ia.screening.pdf_beside import described, strings
from mips_ia.screening.pdf_drawn import written
from mips_ia.screening.pdf_streams import oddly_packed, streams

UNPACKED = 400 * 1024**2  # bytes of all streams together
TIGHT, TIMES = 100 * 1024**2, 200  # a PDF that unpacks to more bytes than these, and so many times its own
TRAILING = 2_048  # bytes behind the end, which some programs leave
PRINT = "Open it, print it as PDF, and add that."
# What a name in a PDF brings with it; ISO 32000-2, 12.6, 7.11 and 13.
_SCRIPT, _FILE, _FORM, _FILM, _ELSEWHERE = (
    "a script", "a file in it", "a form that can run or send", "a film or a program",
    "a part that lies elsewhere",
)  # fmt: skip
_ACTIVE = {
    b"JavaScript": _SCRIPT, b"Launch": "a command that starts a program", b"EmbeddedFile": _FILE,
    b"EmbeddedFiles": _FILE, b"FileAttachment": _FILE, b"XFA": _FORM, b"SubmitForm": _FORM,
    b"ImportData": _FORM, b"RichMedia": _FILM, b"Movie": _FILM, b"Rendition": _FILM,
    b"GoToE": "a link into another file", b"FFilter": _ELSEWHERE,
}  # fmt: skip
_END = rb"(?=[\s()<>\[\]{}/%]|$)"
_NAMES = re.compile(rb"/(" + b"|".join(sorted(_ACTIVE, reverse=True)) + b"|Encrypt)" + _END)
_ESCAPED = re.compile(rb"/[^\s()<>\[\]{}/%]{0,40}#[0-9A-Fa-f]{2}[^\s()<>\[\]{}/%]{0,80}")
_HEX = re.compile(rb"#([0-9A-Fa-f]{2})")
_AT_ONCE = re.compile(rb"/(?:OpenAction|AA)\s*(?:(\d{1,9})\s+\d+\s+R|(<<.{0,2000}?>>))", re.DOTALL)
_FETCHES = re.compile(rb"/(?:URI|GoToR|Thread)" + _END)
_CLAIMED = re.compile(rb"/(?:Length|Count)\s{1,9}(\d{1,40})\b(?!\s{1,9}\d{1,9}\s{1,9}R)")
# More filters of one stream, or more brackets in each other, than any program writes.
_ODD = re.compile(
    rb"/(?:Filter|F)\s{0,9}\[(?:\s{0,9}/\w{1,40}){11}|/[^\s()<>\[\]{}/%]{1,80}\s{0,9}(?:\[\s{0,9}){65}"
)
_SIDES = re.compile(rb"/(?:Media|Crop)Box\s{0,9}\[([^\[\]]{0,200})\]")
_POINTS = 14_400.0  # of the longest side that readers show; ISO 32000-1, annex C
_PAGE = re.compile(rb"/Type\s{0,9}/Page" + _END)
# Drawings that stand for letters, or fill a face again and again; what they write is no text of a page.
_TILES = re.compile(rb"/(?:CharProcs|PatternType)" + _END)
# A file that something else names, whatever it says of itself.
_HOLDS = re.compile(rb"/EF\s{0,9}(?:<<|\d{1,9}\s{1,9}\d{1,9}\s{1,9}R)")
# A stream, or what is to be seen in a place, that another file has; 7.3.8 and 8.10.4.
_FETCHED = re.compile(
    rb"/F\s{0,9}(?:\(|<|\d{1,9}\s{1,9}\d{1,9}\s{1,9}R)(?:(?!endobj).){0,400}?>>\s{0,9}stream[\r\n]"
    rb"|/Ref\s{0,9}(?:<<|\d{1,9}\s{1,9}\d{1,9}\s{1,9}R)",
    re.DOTALL,
)


class Looked:
    """What a PDF's bytes say: names of what could do harm, what is written about it, earlier versions."""

    def __init__(self, content: bytes, name: str) -> None:
        self.named, self.said, self._most, self._lies = set[bytes](), list[str](), len(content), False
        self.beside, self.drawings, self.tiled = dict.fromkeys(strings(content)), list[list[str]](), False
        self.pages = len(_PAGE.findall(content))
        self._look(content)
        self._lies |= oddly_packed(content)
        unpacked, before = 0, b""
        for chunk, listed, seen in streams(content):
            unpacked += len(chunk)
            if unpacked > UNPACKED or unpacked > max(TIGHT, TIMES * len(content)):
                what = f"Unpacked it would have more than {unpacked // 1024**2} MB."
                raise Refused([Problem("file_bomb", name, what, PRINT)])
            if chunk != before:  # most of what is packed too tightly is the same again
                if not seen:
                    self._look(chunk)
                self._read(chunk, listed)
            before = chunk
        self.versions = content.count(b"startxref") - (b"/Linearized" in content[:1024]) - 1
        if self._lies:
            what = (
                "It says of itself what cannot be: more pages or bytes than it has, a page too wide, or "
                "something packed or bracketed too many times, or as no program packs it."
            )
            raise Refused([Problem("file_broken", name, what, PRINT)])
        end = content.rfind(b"%%EOF")
        if end >= 0 and len(content[end + 5 :].strip()) > TRAILING:
            what = "It has bytes behind its end that belong to no document."
            raise Refused([Problem("file_polyglot", name, what, PRINT)])

    def kept(self, pages: int, name: str) -> Iterator[Problem]:
        """That it holds what nobody sees, where it has so many pages."""
        what = "It keeps pages that were taken out, which nobody sees and which may not be read whole."
        if self.versions > 0:
            what = "It keeps earlier versions of itself, which nobody sees and which were not searched."
        if self.versions > 0 or self.pages > pages:
            yield Problem("versions_unread", name, what, PRINT, severity="unknown")

    def _look(self, held: bytes) -> None:
        self.named |= _names(held)
        self._lies |= any(int(each) > self._most for each in _CLAIMED.findall(held))
        self._lies |= any(map(_too_wide, _SIDES.findall(held))) or bool(_ODD.search(held))
        self.said += described(held)
        self.tiled |= bool(_TILES.search(held))

    def _read(self, held: bytes, listed: bool) -> None:
        """What it says, in strings of objects, or in writings of a drawing."""
        if listed:
            self.pages += len(_PAGE.findall(held))
            self.beside |= dict.fromkeys(strings(held))
        elif said := written(held):
            self.drawings.append(said)


def harm(named: set[bytes], name: str) -> Iterator[Problem]:
    """The problems of a PDF that has such names."""
    if b"Encrypt" in named:
        fix = "Save it without one, or print it as PDF, and add that."
        yield Problem("file_locked", name, "It has a password, or is closed to changes.", fix)
    if held := sorted({_ACTIVE[each] for each in named if each in _ACTIVE}):
        what = f"It has {', '.join(held)}, which can run or fetch something when it is opened."
        yield Problem("file_active", name, what, PRINT)


def written_out(document: Any) -> bytes:
    """A PDF as PDFium understood it, with its objects written plainly."""
    held = io.BytesIO()
    document.save(held)
    return held.getvalue()


def harm_written_out(plain: bytes, name: str) -> Iterator[Problem]:
    """The problems of what was written out, whatever the bytes of the file look like."""
    yield from harm(_names(plain), name)
    for match in _AT_ONCE.finditer(plain):
        number, inline = match.groups()
        action = inline or _object(plain, number)
        if _FETCHES.search(action):
            what = "It goes to an address as soon as it is opened."
            yield Problem("file_active", name, what, PRINT)
            return


def _object(plain: bytes, number: bytes) -> bytes:
    found = re.search(rb"(?:^|[\r\n])" + number + rb" \d+ obj(.{0,4000}?)endobj", plain, re.DOTALL)
    return found[1] if found else b""


def _too_wide(box: bytes) -> bool:
    try:
        return any(abs(float(each)) > _POINTS for each in box.split())
    except ValueError:
        return False  # some of it stands elsewhere


def _names(held: bytes) -> set[bytes]:
    found = set(_NAMES.findall(held)) | ({b"EmbeddedFile"} if _HOLDS.search(held) else set())
    found |= {b"FFilter"} if _FETCHED.search(held) else set()
    for each in set(_ESCAPED.findall(held)):
        plain = _HEX.sub(lambda match: bytes([int(match[1], 16)]), each)
        found |= set(_NAMES.findall(plain))
    return found
