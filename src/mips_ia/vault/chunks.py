"""A file as encrypted chunks, so that none can be changed, moved, left out or cut off unseen.

The STREAM construction of Hoang, Reyhanitabar, Rogaway and Vizár, in age's framing: each chunk is sealed by
AES-256-GCM with a nonce of its place (11 bytes) and of whether it is the last (1 byte).
"""

from collections.abc import Iterator
from typing import Protocol

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

CHUNK = 256 * 1024
TAG = 16


class Readable(Protocol):
    """What bytes can be read from, perhaps fewer at once than were asked for."""

    def read(self, size: int, /) -> bytes:
        """At most so many bytes; none at the end."""


class Damaged(Exception):
    """A chunk is not as it was sealed."""

    def __init__(self, index: int, offset: int, length: int) -> None:
        self.index, self.offset, self.length = index, offset, length
        super().__init__(
            f"chunk {index} (bytes {offset} to {offset + max(length, 1) - 1} of the body) "
            "was changed, moved or cut off"
        )


def new_file_key() -> bytes:
    """A key for one file. None is used twice, so that the nonces may count from zero."""
    return AESGCM.generate_key(256)


def pieces(stream: Readable, size: int) -> Iterator[tuple[int, bytes, bool]]:
    """The bytes in pieces of a size: the number of each, its bytes, and whether it is the last."""
    number, piece = 0, _filled(stream, size)
    while following := _filled(stream, size):
        yield number, piece, False
        number, piece = number + 1, following
    yield number, piece, True


def sealed(key: bytes, index: int, piece: bytes, last: bool) -> bytes:
    """A piece as a chunk of the body."""
    return AESGCM(key).encrypt(_nonce(index, last), piece, None)


def opened(key: bytes, body: Readable, chunk: int = CHUNK) -> Iterator[bytes]:
    """The pieces of a body, each only after it was checked; Damaged where one is not as it was sealed."""
    cipher = AESGCM(key)
    for index, sealed_piece, last in pieces(body, chunk + TAG):
        try:
            piece = cipher.decrypt(_nonce(index, last), sealed_piece, None)
        except InvalidTag:
            raise Damaged(index, index * (chunk + TAG), len(sealed_piece)) from None
        yield piece


def body_size(size: int, chunk: int = CHUNK) -> int:
    """How long the body of so many bytes is."""
    return size + TAG * max(1, -(-size // chunk))


def _nonce(index: int, last: bool) -> bytes:
    return index.to_bytes(11, "big") + (b"\1" if last else b"\0")


def _filled(stream: Readable, size: int) -> bytes:
    """So many bytes, or those that are left."""
    piece = stream.read(size)
    if len(piece) == size or not piece:
        return piece
    parts, held = [piece], len(piece)
    while held < size and (more := stream.read(size - held)):
        parts.append(more)
        held += len(more)
    return b"".join(parts)
