"""Word and Excel files: archives whose directory is read before anything of them is unpacked."""

import io
import itertools
import zipfile
from collections import Counter
from collections.abc import Iterator

from mips_ia.problems import Problem, Refused

MOST_PARTS, LARGEST, TIMES = (
    5_000,
    300 * 1024**2,
    200,
)  # parts, bytes unpacked, and how often a part may swell
SMALL = 1024**2  # a part that stays below this may swell as it likes
_AGAIN = "Open it in Word or Excel, save it again as .docx or .xlsx, and add that."
_OPEN = "mimetype"  # the part by which other programs know a file of OpenDocument, whatever else is in it
# What programs note beside a part: sizes, times, owners, and the room that Office leaves for it to grow.
_NOTED, _ROOM, _LONGEST = {0x0001, 0x000A, 0x5455, 0x5855, 0x7855, 0x7875, 0xCAFE}, 0xA220, 64
_DESCRIBED = (12, 16, 20, 24)  # bytes behind a part of which the size was not known when it was begun


def kind_of(content: bytes, name: str) -> str:
    """`word` or `excel`. `Refused` with every reason where it is another archive, or could do harm.

    What its parts hold is looked at where they are read, by `active`.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            parts, loose = archive.infolist(), _loose(content, archive)
    except (zipfile.BadZipFile, NotImplementedError, ValueError, OSError, UnicodeDecodeError):
        raise Refused([Problem("file_broken", name, "It is no whole archive.", _AGAIN)]) from None
    names = {each.filename for each in parts}
    if problems := [*_bombs(parts, name), *_names(parts, name)]:
        raise Refused(problems)
    found = {"word": "word/document.xml" in names, "excel": "xl/workbook.xml" in names}
    if "[Content_Types].xml" not in names or sum(found.values()) != 1:
        what, fix = "This is an archive, and no Word or Excel file.", "Add the files in it one by one."
        if "ppt/presentation.xml" in names:
            what, fix = "This is a PowerPoint file.", "Save it as PDF, and add that."
        elif _OPEN in names:
            what, fix = "This is an OpenDocument file.", "Save it as .docx or .xlsx, and add that."
        raise Refused([Problem("file_kind", name, what, fix)])
    if _OPEN in {each.lower() for each in names}:
        raise Refused([Problem("file_polyglot", name, "It is an OpenDocument file as well.", _AGAIN)])
    if loose:
        raise Refused([Problem("file_polyglot", name, "It has bytes that belong to no document.", _AGAIN)])
    return next(kind for kind, there in found.items() if there)


def _bombs(parts: list[zipfile.ZipInfo], name: str) -> Iterator[Problem]:
    whole = sum(each.file_size for each in parts)
    if len(parts) > MOST_PARTS:
        yield Problem("file_bomb", name, f"It has {len(parts):,} parts; a document has fewer.", _AGAIN)
    if whole > LARGEST:
        yield Problem("file_bomb", name, f"Unpacked it would have {whole / 1024**2:,.0f} MB.", _AGAIN)
    begins = sorted((each.header_offset, each.compress_size) for each in parts)
    if any(place + size > after for (place, size), (after, _) in itertools.pairwise(begins)):
        yield Problem(
            "file_bomb", name, "Its parts lie over one another, as those of no document do.", _AGAIN
        )
    swollen = [
        each for each in parts
        if each.file_size > SMALL and each.file_size > TIMES * max(1, each.compress_size)
    ]  # fmt: skip
    if swollen:
        times = swollen[0].file_size // max(1, swollen[0].compress_size)
        what = f"A part of it would unpack to {times:,} times its size."
        yield Problem("file_bomb", name, what, _AGAIN)


def _names(parts: list[zipfile.ZipInfo], name: str) -> Iterator[Problem]:
    for each in parts:
        path = each.filename.replace("\\", "/")
        if path.startswith("/") or ".." in path.split("/") or ":" in path or "\0" in each.orig_filename:
            yield Problem("file_paths", name, "A part of it is named to be put elsewhere on a disk.", _AGAIN)
            break
    twice = [path for path, often in Counter(each.filename.lower() for each in parts).items() if often > 1]
    if twice:
        yield Problem("file_paths", name, "Two parts of it have one name, so that programs disagree.", _AGAIN)
    if any(each.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED) for each in parts):
        yield Problem("file_broken", name, "A part of it is packed as Word and Excel pack none.", _AGAIN)
    if any(each.flag_bits & 1 for each in parts):
        yield Problem("file_locked", name, "It has a password.", "Save it without one, and add that.")


def _loose(content: bytes, archive: zipfile.ZipFile) -> bool:
    """Whether it has bytes that are of no part, in which another kind of file can hide.

    They may stand before its parts, between and behind them, in folders, and in what is remarked or noted.
    """
    parts = sorted(archive.infolist(), key=lambda each: each.header_offset)
    ends = [*(each.header_offset for each in parts[1:]), archive.start_dir]
    if not parts or parts[0].header_offset or archive.comment or content[-22:-18] != b"PK\5\6":
        return True
    return any(_loosely(content, part, end) for part, end in zip(parts, ends, strict=True))


def _loosely(content: bytes, part: zipfile.ZipInfo, end: int) -> bool:
    """Whether there is more than a part from where it begins to where the next one does."""
    at = part.header_offset
    called, noted = (int.from_bytes(content[at + place : at + place + 2], "little") for place in (26, 28))
    begins = at + 30 + called + noted
    behind = end - begins - part.compress_size
    return bool(
        part.comment or (part.is_dir() and part.file_size)
        or behind not in (_DESCRIBED if part.flag_bits & 8 else (0,))
        or any(map(_strange, (content[begins - noted : begins], part.extra)))
    )  # fmt: skip


def _strange(noted: bytes) -> bool:
    """Whether what is noted beside a part is anything but what programs note."""
    while noted.strip(b"\0"):
        kind, length = (int.from_bytes(noted[at : at + 2], "little") for at in (0, 2))
        held, noted = noted[4 : 4 + length], noted[4 + length :]
        if kind == _ROOM and held[4:].strip(b"\0") == b"":
            continue
        if kind not in _NOTED or length > _LONGEST or len(held) < length:
            return True
    return False
