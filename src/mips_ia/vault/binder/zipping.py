"""The ZIP of a binder as it is written: each file as it is, hashed on the way."""

import hashlib
import zlib
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from mips_ia.vault.binder.part import Part
from mips_ia.vault.chunks import CHUNK
from mips_ia.vault.verifier.container import Entry, central_header, ending, local_header


class Hashed(NamedTuple):
    """What a file came to: its size, its SHA-256, and that of each of its chunks."""

    size: int
    sha256: str
    chunks: list[str]


class Zipping:
    """Files one behind the other, and at the end their list."""

    def __init__(self, part: Part) -> None:
        self._part, self._entries = part, list[Entry]()

    def add(self, path: str, size: int, pieces: Iterable[bytes]) -> Hashed:
        """Add a file of so many bytes. Its CRC stands before them: room is left for the header."""
        start, crc, told, chunks = self._part.size, 0, hashlib.sha256(), []
        self._part.leave(len(local_header(Entry(path, size, 0, start))))
        for piece in cut(pieces):
            crc = zlib.crc32(piece, crc)
            told.update(piece)
            chunks.append(hashlib.sha256(piece).hexdigest())
            self._part.write(piece)
        self._entries.append(Entry(path, size, crc, start))
        self._part.fill(start, local_header(self._entries[-1]))
        return Hashed(size, told.hexdigest(), chunks)

    def close(self) -> None:
        """Write the list of the files, without which it is no ZIP."""
        start = self._part.size
        listed = b"".join(central_header(entry) for entry in self._entries)
        self._part.write(listed + ending(len(self._entries), start, len(listed)))


def cut(pieces: Iterable[bytes]) -> Iterator[bytes]:
    """Bytes in chunks of one size, however they come."""
    held = b""
    for piece in pieces:
        held = held + piece if held else piece
        while len(held) >= CHUNK:
            yield held[:CHUNK]
            held = held[CHUNK:]
    if held:
        yield held
