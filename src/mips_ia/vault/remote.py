"""Any place that fsspec reaches, such as S3: a file there appears when it was received as a whole."""

import secrets
import threading
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any, BinaryIO, Self, cast

import fsspec

from mips_ia.problems import Refused
from mips_ia.vault.faults import missing, no_bucket, no_place, there_already, trouble

_LOCKS: defaultdict[str, threading.Lock] = defaultdict(threading.Lock)


class Remote:
    """A place behind an address. How long what was stored lasts is what its provider says.

    Processes of several machines are kept apart only where a file is new (`publish`), as far as the
    provider keeps them apart: S3 does.
    """

    def __init__(self, address: str) -> None:
        self.address = address.rstrip("/")
        try:
            self._files, self._root = fsspec.core.url_to_fs(self.address)
        except (ImportError, ValueError, OSError) as error:
            raise no_place(self.address, error) from error

    def make(self, folders: tuple[str, ...]) -> None:
        """Make sure that nothing is there, and make the folders where the place has such.

        A bucket is never made: who may read it, and for how long, is decided where it is.
        """
        with self._told():
            # A path that begins with a name is in a bucket, which makedirs would make, mistyped as it is.
            if (bucket := self._root.partition("/")[0]) and not self._files.exists(bucket):
                raise no_bucket(self.address, bucket)
            if self._files.exists(self._root) and self._files.ls(self._root, detail=False):
                raise there_already(self.address)
            for name in folders:
                self._files.makedirs(self._at(name), exist_ok=True)

    @contextmanager
    def writing(self, name: str) -> Iterator[Any]:
        """A new file, which is taken away where the block fails."""
        with self._told(lacking=True):
            file = self._files.open(self._at(name), "wb")
        try:
            yield _Draft(file, self)
        except BaseException:
            with suppress(Exception):
                file.close()  # nothing knows the name that it has then
            with suppress(Exception):
                self._files.rm_file(self._at(name))
            raise
        with self._told(lacking=True):
            file.close()

    def put(self, name: str, content: bytes) -> None:
        """Write a small file, or put another in its stead, which is whole until then: it may hold a key."""
        draft = f"{self._at(name)}.{secrets.token_hex(8)}.part"
        with self._told(lacking=True):
            try:
                self._files.pipe_file(draft, content)
                self._files.mv(draft, self._at(name))
            except BaseException:
                with suppress(Exception):
                    self._files.rm_file(draft)
                raise

    def publish(self, name: str, content: bytes) -> bool:
        """Write a small file that is new."""
        try:
            with self._told(lacking=True):
                self._files.pipe_file(self._at(name), content, mode="create")
        except FileExistsError:
            return False
        return True

    def reading(self, name: str) -> BinaryIO:
        """A file to read from its beginning."""
        with self._told():
            return cast("BinaryIO", _Reading(self._files.open(self._at(name), "rb"), self))

    def content(self, name: str) -> bytes:
        """A small file as a whole."""
        with self._told():
            return cast("bytes", self._files.cat_file(self._at(name)))

    def names(self, folder: str) -> list[str]:
        """The names in a folder, sorted; none where the place has no folder without files."""
        with self._told():
            found = self._files.find(self._at(folder), maxdepth=1)
            return sorted(path.rsplit("/", 1)[-1] for path in found)

    def size(self, name: str) -> int:
        """How many bytes a file has."""
        with self._told():
            return int(self._files.size(self._at(name)))

    def changed(self, name: str) -> float:
        """When a file was written."""
        with self._told():
            return float(self._files.modified(self._at(name)).timestamp())

    def remove(self, name: str) -> None:
        """Take a file away."""
        with self._told():
            self._files.rm_file(self._at(name))

    @contextmanager
    def alone(self) -> Iterator[None]:
        """A lock of this process; another one is not kept away."""
        with _LOCKS[self.address]:
            yield

    def _at(self, name: str) -> str:
        return f"{self._root}/{name}"

    @contextmanager
    def _told(self, *, lacking: bool = False) -> Iterator[None]:
        """Trouble in words; each kind of place has errors of its own.

        What fsspec remembers is forgotten first: another process may have changed it. A file that lacks is
        told where it is `lacking`: then the place itself is gone.
        """
        try:
            self._files.invalidate_cache()
            yield
        except FileNotFoundError as error:
            if lacking:
                raise missing(self.address) from error
            raise
        except (FileExistsError, Refused):
            raise
        except Exception as error:
            raise trouble(self.address, error) from error


class _Draft:
    """A file that is on its way."""

    def __init__(self, file: Any, place: Remote) -> None:
        self._file, self._place = file, place

    def write(self, piece: bytes, /) -> None:
        """Add bytes to it."""
        with self._place._told():  # noqa: SLF001 - they belong together
            self._file.write(piece)


class _Reading:
    """A file that is being read."""

    def __init__(self, file: Any, place: Remote) -> None:
        self._file, self._place = file, place

    def read(self, size: int = -1, /) -> bytes:
        """At most so many bytes."""
        with self._place._told():  # noqa: SLF001 - they belong together
            return cast("bytes", self._file.read(size))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Be done with it."""
        self._file.close()
