"""What lies on a disk for a while, hidden under a key that only its process has, and that ends with it.

It hides, and shows no change: AES-256 in counter mode, so that bytes can be written and read by their place.
"""

import secrets
from typing import Protocol

from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES256
from cryptography.hazmat.primitives.ciphers.modes import CTR

BLOCK = 16


class Placed(Protocol):
    """A file that is read from, and knows where it is."""

    def read(self, size: int, /) -> bytes:
        """At most so many bytes; none at the end."""

    def tell(self) -> int:
        """The place of the next byte."""


class Veil:
    """One file's: each of its places is written once, since two that were written at one place show both."""

    def __init__(self) -> None:
        self._key = secrets.token_bytes(32)

    def over(self, place: int, piece: bytes) -> bytes:
        """Bytes that stand at a place, hidden; those that are hidden there as they were."""
        block, within = divmod(place, BLOCK)
        passing = Cipher(AES256(self._key), CTR(block.to_bytes(BLOCK, "big"))).encryptor()
        passing.update(bytes(within))
        return passing.update(piece)

    def lifted(self, file: Placed) -> "Lifted":
        """A hidden file, to be read as it was written."""
        return Lifted(self, file)


class Lifted:
    """Reads a hidden file."""

    def __init__(self, veil: Veil, file: Placed) -> None:
        self._veil, self._file = veil, file

    def read(self, size: int = -1) -> bytes:
        """The next bytes, as they were written."""
        place = self._file.tell()
        return self._veil.over(place, self._file.read(size))

    def tell(self) -> int:
        """The place of the next byte."""
        return self._file.tell()
