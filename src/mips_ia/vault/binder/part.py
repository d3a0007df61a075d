"""A binder while it is written: under another name beside its own, which it gets when it is on the disk."""

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from mips_ia.vault.binder.veil import Veil
from mips_ia.vault.faults import binder_busy, binder_trouble

ENDING = ".part"
YOUNG = 60  # seconds in which a part may not be locked yet by who made it


class Part:
    """A file that is being written: at its end, or into room that was left before; hidden where one asks."""

    def __init__(self, descriptor: int, target: Path, veil: Veil | None = None) -> None:
        self._descriptor, self._target, self._veil, self.size = descriptor, target, veil, 0

    def write(self, piece: bytes) -> None:
        """Add bytes."""
        self.fill(self.size, piece)
        self.size += len(piece)

    def leave(self, size: int) -> None:
        """Leave room for bytes that are not known yet."""
        self.size += size

    def fill(self, place: int, piece: bytes) -> None:
        """Put bytes at a place; a disk may take fewer than it was given, and says why at the next try."""
        left = memoryview(self._veil.over(place, piece) if self._veil else piece)
        with _told(self._target):
            os.lseek(self._descriptor, place, os.SEEK_SET)
            while left:
                left = left[os.write(self._descriptor, left) :]


@contextmanager
def part(target: Path, veil: Veil | None = None) -> Iterator[Part]:
    """A part of a target; when the block has ended well it is the target, and else it is gone.

    What a broken write left in the folder is taken away first.
    """
    sweep(target.parent)
    path = target.with_name(target.name + ENDING)
    descriptor = _locked(path, target)
    try:
        try:
            with _told(target):
                os.ftruncate(descriptor, 0)
            yield Part(descriptor, target, veil)
            with _told(target):
                os.fsync(descriptor)
                os.replace(path, target)
        except BaseException:
            with suppress(OSError):
                os.unlink(path)
            raise
        with _told(target):
            _fsync_folder(target.parent)
    finally:
        os.close(descriptor)


def sweep(folder: Path) -> list[str]:
    """Take away the parts in a folder that nobody writes any more, and say their names."""
    found = []
    with suppress(OSError):
        for path in sorted(folder.glob(f"*.zip{ENDING}")):
            with suppress(OSError):
                if path.stat().st_mtime < time.time() - YOUNG and _abandoned(path):
                    found.append(path.name)
    return found


def _abandoned(path: Path) -> bool:
    """Whether nobody holds a part, which is then gone. Who is killed holds nothing any more."""
    descriptor = os.open(path, os.O_RDWR)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        os.unlink(path)
    except BlockingIOError:
        return False
    finally:
        os.close(descriptor)
    return True


def _locked(path: Path, target: Path) -> int:
    """A part that is ours alone; what another left in it, who is gone, is still there."""
    with _told(target):
        descriptor = os.open(path, os.O_CREAT | os.O_RDWR | os.O_NOFOLLOW, 0o600)
        if not _ours(path, descriptor):
            os.close(descriptor)
            raise binder_busy(str(target))
    return descriptor


def _ours(path: Path, descriptor: int) -> bool:
    """Whether nobody else holds a part; nor was it renamed or swept before we held it."""
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        return os.path.samestat(os.stat(path), os.fstat(descriptor))
    except (BlockingIOError, FileNotFoundError):
        return False


@contextmanager
def _told(target: Path) -> Iterator[None]:
    """Trouble with the disk, in words."""
    try:
        yield
    except OSError as error:
        raise binder_trouble(str(target), error) from error


def _fsync_folder(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
