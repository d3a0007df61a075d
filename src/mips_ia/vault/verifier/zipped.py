"""A binder as a ZIP, read without unpacking it and without believing anything that it says of itself."""

from __future__ import annotations

import os
import struct
import zlib
from collections.abc import Collection, Iterator
from typing import BinaryIO

from mips_ia.vault.verifier.container import (
    CENTRAL,
    CENTRAL_FIXED,
    END,
    END64,
    END_FIXED,
    FULL,
    Entry,
    central_header,
    doubled,
    ending,
    is_path,
    local_header,
)
from mips_ia.vault.verifier.faults import MOST_FAULTS, Fault

MOST_DIRECTORY = 16_000_000  # bytes
LOCATOR_SIZE, END64_SIZE = 20, 56


class Zip:
    """The files of a ZIP, and what is wrong with it: each byte that is no file's is compared."""

    def __init__(self, file: BinaryIO) -> None:
        self.faults: list[Fault] = []
        self._file = file
        self._length = file.seek(0, os.SEEK_END)
        self._entries: dict[str, Entry] = {}
        self._crcs: dict[str, int] = {}
        start, directory = self._directory()
        entries = self._listed(start, directory)
        for entry in entries:
            must = local_header(entry)
            self._compare(
                f"the header of {entry.path[:200]!a}", entry.start, self._at(entry.start, len(must)), must
            )
        end = entries[-1].end if entries else 0
        if end != start:
            what = f"the files end at byte {end}, and the list of files begins at byte {start}."
            self._fault(f"bytes {min(start, end)} to {max(start, end) - 1}", what)
        for path in doubled([entry.path for entry in entries]):
            self._fault("the ZIP", f"the name {path[:200]!a} stands twice in it.")
        self._entries = {entry.path: entry for entry in entries if is_path(entry.path) and entry.end <= start}

    def paths(self) -> Collection[str]:
        """The paths of all files."""
        return self._entries

    def size(self, path: str) -> int:
        """How many bytes a file has."""
        return self._entries[path].size

    def pieces(self, path: str, size: int) -> Iterator[bytes]:
        """The bytes of a file in pieces of a size."""
        entry, crc = self._entries[path], 0
        for place in range(entry.data, entry.end, size):
            piece = self._at(place, min(size, entry.end - place))
            crc = zlib.crc32(piece, crc)
            yield piece
        self._crcs[path] = crc

    def misplaced(self, written: list[str], /) -> Iterator[Fault]:
        """The first file that does not lie where it was written, of these in their order."""
        known = set(written)
        for path, must in zip([path for path in self._entries if path in known], written):
            if path != must:
                yield damaged(path, f"this file lies where {must} was written: they have another order.")
                return

    def afterwards(self) -> Iterator[Fault]:
        """What is known when all files were read: those whose CRC is not the one that the ZIP says."""
        for path, crc in self._crcs.items():
            must = self._entries[path].crc
            if crc != must:
                what = f"the CRC-32 of this file is {crc:08x}, and the ZIP says {must:08x}."
                yield damaged(path, what)

    # ---- The ZIP itself

    def _directory(self) -> tuple[int, bytes]:
        """Where the list of files begins, and its bytes up to the end; nothing where it is not found."""
        at = max(0, self._length - END_FIXED)
        end = self._at(at, END_FIXED)
        if len(end) < END_FIXED or end[:4] != END:
            what = "it does not end as a binder does: it was cut off, something was added, or it is no ZIP."
            self._fault(f"bytes {at} to {max(0, self._length - 1)}", what)
            return 0, b""
        size, start = struct.unpack("<2L", end[12:20])
        before = self._at(max(0, at - LOCATOR_SIZE - END64_SIZE), END64_SIZE)
        if before[:4] == END64:
            size, start = struct.unpack("<2Q", before[40:56])
            at -= LOCATOR_SIZE + END64_SIZE
        if start + size != at or size > MOST_DIRECTORY:
            what = "this says that the list of files lies elsewhere than it does, or is longer than any."
            self._fault(f"bytes {at} to {self._length - 1}", what)
            return 0, b""
        return start, self._at(start, self._length - start)

    def _listed(self, start: int, directory: bytes) -> list[Entry]:
        """The files of a list, each of which begins where the one before it ends."""
        found: list[Entry] = []
        place = 0
        while directory[place : place + 4] == CENTRAL and len(directory) >= place + CENTRAL_FIXED:
            crc, _, size, name, extra, remark = struct.unpack("<3L3H", directory[place + 16 : place + 34])
            more = place + CENTRAL_FIXED + name
            path = directory[place + CENTRAL_FIXED : more].decode("latin-1")
            if size == FULL and extra >= 12:
                (size,) = struct.unpack("<Q", directory[more + 4 : more + 12].ljust(8, b"\0"))
            size = min(size, self._length)  # a larger one is a lie, which the next line finds
            found.append(Entry(path, size, crc, found[-1].end if found else 0))
            line = directory[place : more + extra + remark]
            what = f"the line of {path[:200]!a} in the list of files"
            self._compare(what, start + place, line, central_header(found[-1]))
            if not is_path(path):
                what = "no binder has such a name: it could be unpacked elsewhere, or not at all."
                self._fault(f"the file {path[:200]!a}", what)
            place = more + extra + remark
        if directory:
            must = ending(len(found), start, place)
            self._compare("the end of the list of files", start + place, directory[place:], must)
        return found

    def _compare(self, what: str, place: int, found: bytes, must: bytes) -> None:
        """Name the first byte that is not what must be there."""
        if found != must:
            pairs = enumerate(zip(found, must))
            first = next((at for at, (one, other) in pairs if one != other), min(len(found), len(must)))
            said = f"{what} (bytes {place} to {place + len(must) - 1}) differs from byte {place + first} on."
            self._fault("the ZIP", said)

    def _fault(self, where: str, what: str) -> None:
        if len(self.faults) < MOST_FAULTS:
            self.faults.append(damaged(where, what))

    def _at(self, place: int, length: int) -> bytes:
        self._file.seek(place)
        return self._file.read(length)


def damaged(where: str, what: str) -> Fault:
    """Something of the ZIP is not as it was written."""
    fix = "Take another copy. If somebody packed it again, unpack it and run verify.py in its folder."
    return Fault("changed_zip", where, what, fix)
