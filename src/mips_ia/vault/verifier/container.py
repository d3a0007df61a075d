"""How the ZIP of a binder is written, to the byte: files as they are, without a gap, at one fixed date.

Each byte that is no file's follows from names, sizes and CRCs: a changed one is found by comparing.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Sequence
from typing import NamedTuple

LOCAL, CENTRAL, END, END64, LOCATOR = (b"PK\3\4", b"PK\1\2", b"PK\5\6", b"PK\6\6", b"PK\6\7")
FIXED, CENTRAL_FIXED, END_FIXED = 30, 46, 22
FULL, MANY = 0xFFFFFFFF, 0xFFFF  # stand where a number is in a field of 8 bytes instead
PLAIN, LARGE = 10, 45  # the version of the format that is needed
MADE = 3 << 8 | LARGE  # made on Unix
NEW_YEAR = 0x0021  # January 1, 1980, the first day of the format
READABLE = 0o100644 << 16  # a file that everybody may read

LONGEST = 180  # characters of a path
PATH = re.compile(r"[A-Za-z0-9_-][A-Za-z0-9._-]*(/[A-Za-z0-9_-][A-Za-z0-9._-]*)*")
RESERVED = re.compile(r"(con|prn|aux|nul|com[0-9]|lpt[0-9])(\.|$)", re.IGNORECASE)


class Entry(NamedTuple):
    """A file in the ZIP: its path, its size, the CRC of its bytes, and where its header begins."""

    path: str
    size: int
    crc: int
    start: int

    @property
    def data(self) -> int:
        """Where its bytes begin."""
        return self.start + len(local_header(self))

    @property
    def end(self) -> int:
        """Where the next thing begins."""
        return self.data + self.size


def local_header(entry: Entry) -> bytes:
    """What stands before the bytes of a file."""
    name, large = entry.path.encode("latin-1"), entry.size >= FULL
    extra = struct.pack("<2H2Q", 1, 16, entry.size, entry.size) if large else b""
    size, version = min(entry.size, FULL), LARGE if large else PLAIN
    head = struct.pack(
        "<4s5H3L2H", LOCAL, version, 0, 0, 0, NEW_YEAR, entry.crc, size, size, len(name), len(extra)
    )
    return head + name + extra


def central_header(entry: Entry) -> bytes:
    """The line of a file in the directory at the end."""
    numbers = [each for each in (entry.size, entry.size, entry.start) if each >= FULL]
    extra = struct.pack(f"<2H{len(numbers)}Q", 1, 8 * len(numbers), *numbers) if numbers else b""
    name, version = entry.path.encode("latin-1"), LARGE if numbers else PLAIN
    size, start = min(entry.size, FULL), min(entry.start, FULL)
    head = struct.pack(
        "<4s6H3L5H2L", CENTRAL, MADE, version, 0, 0, 0, NEW_YEAR, entry.crc, size, size,
        len(name), len(extra), 0, 0, 0, READABLE, start,
    )  # fmt: skip
    return head + name + extra


def ending(count: int, start: int, size: int) -> bytes:
    """What stands behind a directory of so many files that begins there and has so many bytes."""
    large = b""
    if count >= MANY or start >= FULL or size >= FULL:
        large = struct.pack("<4sQ2H2L4Q", END64, 44, MADE, LARGE, 0, 0, count, count, size, start)
        large += struct.pack("<4sLQL", LOCATOR, 0, start + size, 1)
    many = min(count, MANY)
    return large + struct.pack("<4s4H2LH", END, 0, 0, many, many, min(size, FULL), min(start, FULL), 0)


def is_path(path: str) -> bool:
    """Whether a path can be unpacked anywhere: short, plain, no way up, no name that Windows reserves."""
    parts = path.split("/")
    return (
        len(path) <= LONGEST
        and bool(PATH.fullmatch(path))
        and not any(part.endswith(".") or RESERVED.match(part) for part in parts)
    )


def doubled(paths: Sequence[str]) -> list[str]:
    """The paths that another one before them equals, where large and small letters are one."""
    seen, found = set(), []
    for path in paths:
        if path.lower() in seen:
            found.append(path)
        seen.add(path.lower())
    return found
