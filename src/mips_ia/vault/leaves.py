"""The leaves of a log, one line each: its hash, a blank, and its JSON in canonical form."""

import os
import secrets
import threading
from collections.abc import Iterator
from typing import Protocol

from mips_ia.problems import Refused
from mips_ia.vault.canonical import parsed
from mips_ia.vault.faults import damaged_leaf
from mips_ia.vault.folder import Folder, told
from mips_ia.vault.merkle import leaf_hash

FILE, ASIDE = "leaves", "unfinished"
HASH = 64  # hexadecimal digits


class Leaves(Protocol):
    """Where the leaves of a log are kept, in order. They are added to, and nothing else."""

    def add(self, leaf: bytes) -> int:
        """Keep one more leaf for good, and say which it is, counted from zero."""

    def read(self, start: int = 0) -> Iterator[bytes]:
        """The leaves from one on."""


class LeavesFile:
    """Leaves in a file of lines in a folder of this machine; a line is on the disk before it counts."""

    def __init__(self, folder: Folder) -> None:
        self.folder, self.path = folder, folder.path / FILE
        self._ends = [0]  # where each leaf that was seen ends, after the beginning of the first
        self._seeing = threading.Lock()

    def add(self, leaf: bytes) -> int:
        """Keep one more leaf. A line that a crash left unfinished is put aside first."""
        with self.folder.alone(), told(str(self.path)):
            index, end = self.seen()
            self._put_aside(index, end)
            descriptor = os.open(self.path, os.O_WRONLY | os.O_APPEND)
            try:
                _written(descriptor, line_of(leaf))
            except BaseException:
                os.ftruncate(descriptor, end)
                raise
            finally:
                os.close(descriptor)
            return index

    def read(self, start: int = 0) -> Iterator[bytes]:
        """The leaves from one on; refused at the first that is damaged. An unfinished one is none."""
        count, _ = self.seen()
        with told(str(self.path)), self.path.open("rb") as file:
            file.seek(self._ends[min(start, count)])
            for index in range(start, count):
                yield leaf_of(file.readline(), str(self.path), index, self._ends[index])

    def seen(self) -> tuple[int, int]:
        """How many leaves there are, and where the last of them ends."""
        with self._seeing, told(str(self.path)), self.path.open("rb") as file:
            file.seek(self._ends[-1])
            for line in file:
                if line.endswith(b"\n"):
                    self._ends.append(self._ends[-1] + len(line))
            return len(self._ends) - 1, self._ends[-1]

    def rest(self) -> bytes:
        """What a broken write left behind the last leaf."""
        _, end = self.seen()
        with told(str(self.path)), self.path.open("rb") as file:
            file.seek(end)
            return file.read()

    def _put_aside(self, index: int, end: int) -> None:
        """What is unfinished goes into a file of its own, so that nothing is lost."""
        if rest := self.rest():
            if _is_leaf(rest[:-1] + b"\n"):
                at = f"{self.path}, leaf {index} (bytes {end} to {end + len(rest) - 1})"
                raise damaged_leaf(at, "the end of this line was changed")
            self.folder.put(f"{ASIDE}/{end}.{secrets.token_hex(4)}", rest)
            os.truncate(self.path, end)


def line_of(leaf: bytes) -> bytes:
    """The line of a leaf."""
    return leaf_hash(leaf).hex().encode() + b" " + leaf + b"\n"


def leaf_of(line: bytes, where: str, index: int, offset: int) -> bytes:
    """The leaf of a line; refused, with the place of it, where it is not as it was written."""
    at = f"{where}, leaf {index} (bytes {offset} to {offset + len(line) - 1})"
    leaf = line[HASH + 1 : -1]
    try:
        parsed(leaf)
    except ValueError as error:
        raise damaged_leaf(at, f"this leaf was changed: {error}") from None
    if line != line_of(leaf):
        raise damaged_leaf(at, "this leaf, or the hash before it, was changed: they do not belong together")
    return leaf


def new_leaves(folder: Folder) -> LeavesFile:
    """An empty file of leaves."""
    folder.put(FILE, b"")
    return LeavesFile(folder)


def _is_leaf(line: bytes) -> bool:
    try:
        leaf_of(line, "", 0, 0)
    except Refused:
        return False
    return True


def _written(descriptor: int, line: bytes) -> None:
    left = memoryview(line)
    while left:
        left = left[os.write(descriptor, left) :]
    os.fsync(descriptor)
