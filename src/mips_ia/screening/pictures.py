"""What is written in a PNG or JPG file besides its picture, and a copy without it."""

import io
import re
import zlib
from collections.abc import Iterator

from PIL import Image, ImageOps

from mips_ia.problems import Problem, Refused
from mips_ia.screening.passages import Document, Passage, Piece
from mips_ia.screening.printed import printed

POINTS = 50_000_000  # of a picture; unpacked it takes up to four bytes for each
_WRITTEN = 1024**2  # bytes of a text that is packed in a picture
_PNG_PACKED = {b"zTXt", b"iTXt"}
# Chunks that only tell how the points are to be drawn; whatever else there is may be words.
_PNG_DRAWN = {
    b"IHDR", b"PLTE", b"IDAT", b"IEND", b"tRNS", b"cHRM", b"gAMA", b"iCCP", b"sBIT", b"sRGB", b"bKGD",
    b"hIST", b"pHYs", b"sPLT", b"tIME", b"cICP", b"mDCV", b"cLLI", b"acTL", b"fcTL", b"fdAT",
}  # fmt: skip
_JPG_DRAWN = range(0xC0, 0xE0)  # the same of a JPG's segments
_AGAIN = "Open it, save it again as PNG or JPG, and add that."
BROKEN = "We could not read this file. Open it on your computer, save it again, and add it."
# Beginnings of other files, which have no place in what is said of a picture, or behind it.
_FOREIGN = re.compile(
    rb"<script|<svg|<html|<\?php|%PDF-|PK\x03\x04|PK\x05\x06|Rar!\x1a|7z\xbc\xaf", re.IGNORECASE
)
# What can be read behind a JPG; a film that a telephone leaves there has next to none that is so long.
_BEHIND = re.compile(rb"[\t\n\r\x20-\x7e]{9,}|(?:[\n\x20-\x7e]\0){9,}|(?:\0[\n\x20-\x7e]){9,}")


class Picture(Document):
    """A picture. `Refused` where it is broken, too large to be opened, or another file as well."""

    def __init__(self, content: bytes, name: str = "") -> None:
        self._content, self._name = content, name
        what = "Text in pictures is not read."
        fix = "Look for patients' names and numbers in it yourself."
        self.notes = [Problem("pictures_unread", name, what, fix, severity="unknown")]
        self._written, behind = (_of_png if content.startswith(b"\x89PNG") else _of_jpg)(content, name)
        if any(map(_FOREIGN.search, [*self._written, behind])):
            raise Refused([Problem("file_polyglot", name, "Another kind of file hides in it.", _AGAIN)])
        self._written += [b"\n".join(said)] if (said := _BEHIND.findall(behind)) else []
        bound(content, name)

    def passages(self) -> Iterator[Passage]:
        """What the camera or a program wrote into it."""
        for number, held in enumerate(self._written, 1):
            text = printed(held)
            where = f"description {number} of the picture"
            yield Passage(where, text, pieces=(Piece(0, len(text), _Dropped()),))

    def written(self) -> bytes:
        """The picture anew, without anything else."""
        picture = shown(self._content, self._name)
        held = io.BytesIO()
        if self._content.startswith(b"\x89PNG"):
            picture.save(held, "PNG")
        else:
            picture.convert("RGB").save(held, "JPEG", quality=92)
        return held.getvalue()


class _Dropped:
    """What is written beside the picture is not in the copy."""

    def cover(self, start: int, end: int) -> None:
        """Nothing is left to do."""


def bound(content: bytes, name: str) -> None:
    """Refuse a picture of too many points before any is unpacked."""
    try:
        with Image.open(io.BytesIO(content), formats=("PNG", "JPEG")) as picture:
            across, down = picture.size
    except Image.DecompressionBombError:
        across, down = POINTS, POINTS
    except (OSError, ValueError, SyntaxError, zlib.error):
        raise Refused([Problem("file_broken", name, "It is no whole picture.", BROKEN)]) from None
    if across * down > POINTS:
        what = "It has more points than we open."
        fix = f"Save it with at most {POINTS // 10**6} million points, and add that."
        raise Refused([Problem("file_bomb", name, what, fix)])


def shown(content: bytes, name: str, longest: int | None = None) -> Image.Image:
    """The picture as it is to be seen, turned upright, and no larger than it is to be."""
    bound(content, name)
    try:
        with Image.open(io.BytesIO(content), formats=("PNG", "JPEG")) as picture:
            if longest:  # smaller first, so that little is held at once
                picture.draft("RGB", (longest, longest))
                picture.thumbnail((longest, longest))
            ImageOps.exif_transpose(picture, in_place=True)
            clear = "A" in picture.getbands() or "transparency" in picture.info
            made = picture.convert("RGBA" if clear else "RGB")
    except (OSError, ValueError, SyntaxError, zlib.error):
        raise Refused([Problem("file_broken", name, "It is no whole picture.", BROKEN)]) from None
    made.info = {}
    return made


def _of_png(content: bytes, name: str) -> tuple[list[bytes], bytes]:
    """What is written in the chunks of a PNG, and what stands behind the last one."""
    at, found = 8, list[bytes]()
    while at + 12 <= len(content):
        length, kind = int.from_bytes(content[at : at + 4]), content[at + 4 : at + 8]
        held = content[at + 8 : at + 8 + length]
        at += 12 + length
        if kind not in _PNG_DRAWN:
            found.append(_unpacked(kind, held, name) if kind in _PNG_PACKED else held)
        if kind == b"IEND" and at <= len(content):
            if at < len(content):
                what = "It has bytes behind its end that belong to no picture."
                raise Refused([Problem("file_polyglot", name, what, _AGAIN)])
            return found, b""
    raise Refused([Problem("file_broken", name, "It is no whole picture.", BROKEN)])


def _unpacked(kind: bytes, held: bytes, name: str) -> bytes:
    key, _, rest = held.partition(b"\0")
    if kind == b"iTXt":
        packed, rest = rest[:1] == b"\1", rest[2:]
        language, _, rest = rest.partition(b"\0")
        translated, _, rest = rest.partition(b"\0")
        key = b"\n".join((key, language, translated))
        if not packed:
            return key + b"\n" + rest
    else:
        rest = rest[1:]
    stream = zlib.decompressobj()
    try:
        text = stream.decompress(rest, _WRITTEN)
    except zlib.error:
        raise Refused([Problem("file_broken", name, "A text in it cannot be unpacked.", BROKEN)]) from None
    if stream.unconsumed_tail:
        raise Refused([Problem("file_bomb", name, "A text in it is packed too tightly to be one.", _AGAIN)])
    return key + b"\n" + text


def _of_jpg(content: bytes, name: str) -> tuple[list[bytes], bytes]:
    """What is written in the segments of a JPG, and what stands behind it, as telephones leave there."""
    at, found = 2, list[bytes]()
    while at + 2 <= len(content) and content[at] == 0xFF:
        marker = content[at + 1]
        if marker == 0xFF or 0xD0 <= marker <= 0xD7:
            at += 1 if marker == 0xFF else 2
            continue
        if marker == 0xD9:
            return found, content[at + 2 :]
        length = int.from_bytes(content[at + 2 : at + 4])
        if marker not in _JPG_DRAWN:
            found.append(content[at + 4 : at + 2 + length])
        at += 2 + length
        if marker == 0xDA:
            at = _after_scan(content, at)
    raise Refused([Problem("file_broken", name, "It is no whole picture.", BROKEN)])


def _after_scan(content: bytes, at: int) -> int:
    """Where the points of a scan end: at the next marker that is neither stuffed nor a restart."""
    while (at := content.find(b"\xff", at)) >= 0:
        if content[at + 1 : at + 2] != b"\0" and not 0xD0 <= int.from_bytes(content[at + 1 : at + 2]) <= 0xD7:
            return at
        at += 2
    return len(content)
