"""Where a vault lies: a folder of this machine, or any address that fsspec knows."""

from contextlib import AbstractContextManager
from pathlib import Path
from typing import BinaryIO, Protocol

from mips_ia.vault.folder import Folder
from mips_ia.vault.remote import Remote


class Draft(Protocol):
    """A file that is being written."""

    def write(self, piece: bytes, /) -> object:
        """Add bytes to it."""


class Place(Protocol):
    """What a vault asks of where it lies. Trouble is refused in words; FileNotFoundError means what it says.

    A name is a path of one or two words, with `/` between them.
    """

    @property
    def address(self) -> str:
        """Where it is, for people."""

    def make(self, folders: tuple[str, ...]) -> None:
        """Make the place and its folders; refused where something is there already."""

    def writing(self, name: str) -> AbstractContextManager[Draft]:
        """A new file, seen under its name only when the block has ended well, and then for good."""

    def put(self, name: str, content: bytes) -> None:
        """Write a small file, or put another in its stead: whole and for good, or not at all."""

    def publish(self, name: str, content: bytes) -> bool:
        """The same for a new file; False, and nothing done, where there is one of that name."""

    def reading(self, name: str) -> BinaryIO:
        """A file to read from its beginning."""

    def content(self, name: str) -> bytes:
        """A small file as a whole."""

    def names(self, folder: str) -> list[str]:
        """The names in a folder, sorted, those of unfinished files among them."""

    def size(self, name: str) -> int:
        """How many bytes a file has."""

    def changed(self, name: str) -> float:
        """When a file was written, in seconds since 1970."""

    def remove(self, name: str) -> None:
        """Take a file away for good."""

    def alone(self) -> AbstractContextManager[None]:
        """As long as the block runs, no other block of this place does."""


def place(address: str) -> Place:
    """The place at an address: a folder's path, or one with a scheme such as `s3://bucket/evidence`."""
    return Remote(address) if "://" in address else Folder(Path(address))
