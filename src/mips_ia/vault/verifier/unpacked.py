"""A binder that was unpacked into a folder. What is no plain file there is named and not opened."""

from __future__ import annotations

import os
import stat
from collections.abc import Collection, Iterator

from mips_ia.vault.verifier.container import doubled, is_path
from mips_ia.vault.verifier.faults import MOST_FAULTS, Fault

MOST_FILES = 200_000


class Unpacked:
    """The files of a folder, and what in it no binder has."""

    def __init__(self, folder: str) -> None:
        self.faults: list[Fault] = []
        self._folder = folder
        self._sizes: dict[str, int] = {}
        for path, found in self._walk():
            if len(self._sizes) >= MOST_FILES:
                self._fault(path, f"there are more than {MOST_FILES} files here.")
                break
            if not stat.S_ISREG(found.st_mode):
                self._fault(
                    ascii(path).strip("'"),
                    "this is a link or something else that is no file, and was not opened.",
                )
            elif not is_path(path):
                self._fault(ascii(path), "no binder has such a name.")
            else:
                self._sizes[path] = found.st_size
        for path in doubled(list(self._sizes)):
            self._fault(path, "another file has this name, but for large and small letters.")

    def paths(self) -> Collection[str]:
        """The paths of all files, from the folder on."""
        return self._sizes

    def size(self, path: str) -> int:
        """How many bytes a file has."""
        return self._sizes[path]

    def pieces(self, path: str, size: int) -> Iterator[bytes]:
        """The bytes of a file in pieces of a size; no more than it had when the folder was read."""
        left = self._sizes[path]
        with open(os.path.join(self._folder, *path.split("/")), "rb") as file:
            while left > 0:
                piece = file.read(min(size, left))
                if not piece:
                    return
                left -= len(piece)
                yield piece

    def misplaced(self, _written: list[str], /) -> Iterator[Fault]:
        """The files of a folder have no order."""
        return iter(())

    def afterwards(self) -> Iterator[Fault]:
        """A folder has no sums of its own."""
        return iter(())

    def _walk(self) -> Iterator[tuple[str, os.stat_result]]:
        """Everything but folders, in order; links are not followed."""
        for folder, folders, files in os.walk(self._folder):
            folders.sort()
            links = [name for name in folders if os.path.islink(os.path.join(folder, name))]
            for name in sorted(files + links):
                full = os.path.join(folder, name)
                path = os.path.relpath(full, self._folder).replace(os.sep, "/")
                yield path, os.lstat(full)

    def _fault(self, where: str, what: str) -> None:
        fix = "Unpack the ZIP anew into an empty folder, and verify that."
        if len(self.faults) < MOST_FAULTS:
            self.faults.append(Fault("stray_in_folder", where, what, fix))
