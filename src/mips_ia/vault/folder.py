"""A folder of this machine: what was written there is there after a power cut, or was never seen."""

import fcntl
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

from mips_ia.vault.faults import missing, there_already, trouble

ONLY_MINE = 0o600
FOLDERS_MINE = 0o700


@contextmanager
def told(where: str, *, lacking: bool = True) -> Iterator[None]:
    """Trouble in words; a file that lacks is told so only where it means that the folder does."""
    try:
        yield
    except FileNotFoundError as error:
        if lacking:
            raise missing(where) from error
        raise
    except OSError as error:
        raise trouble(where, error) from error


class _Draft:
    """A file open for writing, of which a write is whole or fails."""

    def __init__(self, descriptor: int, address: str) -> None:
        self._descriptor, self._address = descriptor, address

    def write(self, piece: bytes, /) -> None:
        """Add bytes; a disk may take fewer than it was given, and says why at the next try."""
        left = memoryview(piece)
        with told(self._address):
            while left:
                left = left[os.write(self._descriptor, left) :]


class Folder:
    """A place that is a folder. Its subfolders are made once: one that vanished is not made again."""

    def __init__(self, path: Path) -> None:
        self.path = path

    @property
    def address(self) -> str:
        """The folder's path."""
        return str(self.path)

    def make(self, folders: tuple[str, ...]) -> None:
        """Make the folder, which may be there if it is empty, and those in it."""
        with told(self.address):
            self.path.mkdir(mode=FOLDERS_MINE, parents=True, exist_ok=True)
            if any(self.path.iterdir()):
                raise there_already(self.address)
            for name in folders:
                (self.path / name).mkdir(mode=FOLDERS_MINE)
            _fsync_folder(self.path)
            _fsync_folder(self.path.absolute().parent)

    @contextmanager
    def writing(self, name: str) -> Iterator[_Draft]:
        """A draft under another name in the same folder, which gets its own name when it is on the disk."""
        path = self.path / name
        draft = path.with_name(f"{path.name}.{secrets.token_hex(8)}.part")
        with told(self.address):
            descriptor = os.open(draft, os.O_CREAT | os.O_EXCL | os.O_WRONLY, ONLY_MINE)
        try:
            try:
                yield _Draft(descriptor, self.address)
                with told(self.address):
                    os.fsync(descriptor)
                    _forget_the_copy_in_memory(descriptor)
            finally:
                os.close(descriptor)
            with told(self.address):
                os.replace(draft, path)
        except BaseException:
            with suppress(OSError):
                os.unlink(draft)
            raise
        with told(self.address):
            _fsync_folder(path.parent)

    def put(self, name: str, content: bytes) -> None:
        """Write a small file, or put another in its stead."""
        with self.writing(name) as draft:
            draft.write(content)

    def publish(self, name: str, content: bytes) -> bool:
        """Write a small file that is new. Who may do so at once with others does it `alone`."""
        if (self.path / name).exists():
            return False
        self.put(name, content)
        return True

    def reading(self, name: str) -> BinaryIO:
        """A file to read from its beginning."""
        with told(self.address, lacking=False):
            return (self.path / name).open("rb")

    def content(self, name: str) -> bytes:
        """A small file as a whole."""
        with told(self.address, lacking=False):
            return (self.path / name).read_bytes()

    def names(self, folder: str) -> list[str]:
        """The names in a folder, sorted."""
        with told(self.address):
            return sorted(os.listdir(self.path / folder))

    def size(self, name: str) -> int:
        """How many bytes a file has."""
        with told(self.address, lacking=False):
            return (self.path / name).stat().st_size

    def changed(self, name: str) -> float:
        """When a file was written."""
        with told(self.address, lacking=False):
            return (self.path / name).stat().st_mtime

    def remove(self, name: str) -> None:
        """Take a file away for good."""
        path = self.path / name
        with told(self.address, lacking=False):
            os.unlink(path)
            _fsync_folder(path.parent)

    @contextmanager
    def alone(self) -> Iterator[None]:
        """A lock that every thread and process of this machine takes, and loses when it ends."""
        with told(self.address):
            descriptor = os.open(self.path / "lock", os.O_CREAT | os.O_RDWR, ONLY_MINE)
        try:
            with told(self.address):
                fcntl.flock(descriptor, fcntl.LOCK_EX)
            yield
        finally:
            os.close(descriptor)


def _fsync_folder(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _forget_the_copy_in_memory(descriptor: int) -> None:
    """What is read back comes from the disk, where the system can forget what it holds in memory."""
    if hasattr(os, "posix_fadvise"):
        os.posix_fadvise(descriptor, 0, 0, os.POSIX_FADV_DONTNEED)
