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
# Names of parts that can run, or that bring another document with them, with what they are.
_ACTIVE = (
    ("vbaproject", "macros"), ("vbadata", "macros"), ("/macrosheets/", "macros"), ("/activex/", "ActiveX"),
    ("/ctrlprops/", "form controls"), ("/embeddings/", "an embedded file"), ("oleobject", "an embedded file"),
    ("/externallinks/", "links to other workbooks"), ("/customui", "a changed ribbon"),
    ("/connections.xml", "connections to databases"), ("/querytables/", "connections to databases"),
    ("attachedtoolbars", "macros"), ("xl/model/", "a copy of a database"), ("/webextensions/", "add-ins"),
)  # fmt: skip


def kind_of(content: bytes, name: str) -> str:
    """`word` or `excel`. `Refused` with every reason where it is another archive, or could do harm.

    What its parts hold is looked at where they are read, by `active`.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            parts = archive.infolist()
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
    if problems := [*_active(names, name), *_twofold(names, name), *_around(content, name)]:
        raise Refused(problems)
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


def _active(names: set[str], name: str) -> Iterator[Problem]:
    held = {what for part in names for sign, what in _ACTIVE if sign in f"/{part.lower()}"}
    if held:
        what = f"It has {', '.join(sorted(held))}, which can run or fetch something when it is opened."
        yield Problem("file_active", name, what, "Save it without, or print it as PDF, and add that.")


def _twofold(names: set[str], name: str) -> Iterator[Problem]:
    if _OPEN in {each.lower() for each in names}:
        yield Problem("file_polyglot", name, "It is an OpenDocument file as well.", _AGAIN)


def _around(content: bytes, name: str) -> Iterator[Problem]:
    """Bytes before the archive or behind it, in which another kind of file can hide."""
    end = content.rfind(b"PK\5\6")
    comment = int.from_bytes(content[end + 20 : end + 22], "little")
    if not content.startswith(b"PK\3\4") or end + 22 + comment != len(content):
        yield Problem("file_polyglot", name, "It has bytes that belong to no document.", _AGAIN)
