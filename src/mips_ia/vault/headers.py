"""The header of a file: what it is, where its body lies, and its key, wrapped by a master key."""

import re
from dataclasses import dataclass
from typing import Any

from mips_ia.vault.canonical import canonical, parsed
from mips_ia.vault.chunks import CHUNK
from mips_ia.vault.faults import damaged_header
from mips_ia.vault.keys import Keyring, MasterKey

FORMAT = "mips-ia file 1"
HEX = {"sha256": 64, "body": 32, "key": 16}
FIELDS = {"format", "size", "chunk", "wrapped", *HEX}


@dataclass(frozen=True, slots=True)
class Header:
    """One file: the SHA-256 of its plain bytes and their number, and how its body is opened.

    `body` is the name of the body; `key` the id of the master key that wraps the file's own key.
    """

    sha256: str
    size: int
    body: str
    key: str
    wrapped: bytes
    chunk: int = CHUNK

    def text(self) -> bytes:
        """The header as it is stored: one canonical line."""
        return canonical({**self._about(self.key), "wrapped": self.wrapped.hex()}) + b"\n"

    def file_key(self, ring: Keyring, where: str) -> bytes:
        """The key of the body; refused where the header was changed, or its master key is not there."""
        key = ring.key(self.key, where).unwrapped(self.wrapped, canonical(self._about(self.key)))
        if key is None:
            raise damaged_header(where, "it, or the key in it, was changed after it was written")
        return key

    def wrapped_by(self, master: MasterKey, file_key: bytes) -> "Header":
        """The same header under a master key."""
        wrapped = master.wrapped(file_key, canonical(self._about(master.id)))
        return Header(self.sha256, self.size, self.body, master.id, wrapped, self.chunk)

    def _about(self, key: str) -> dict[str, Any]:
        """All that a header says but the wrapped key, which is bound to it."""
        return {
            "format": FORMAT,
            "sha256": self.sha256,
            "size": self.size,
            "body": self.body,
            "chunk": self.chunk,
            "key": key,
        }


def header_of(text: bytes, digest: str, where: str) -> Header:
    """The header that stands under a digest; refused where it is not one, or is another's."""
    try:
        found = parsed(text.removesuffix(b"\n"))
    except ValueError as error:
        raise damaged_header(where, str(error)) from None
    if not _is_header(found) or not text.endswith(b"\n"):
        raise damaged_header(where, f"it has not the fields of {FORMAT}")
    if found["sha256"] != digest:
        raise damaged_header(where, "it is the header of another file")
    wrapped = bytes.fromhex(found["wrapped"])
    return Header(digest, found["size"], found["body"], found["key"], wrapped, found["chunk"])


def is_hex(text: object, length: int) -> bool:
    """Whether a value is so many lower-case hexadecimal digits."""
    return isinstance(text, str) and bool(re.fullmatch(f"[0-9a-f]{{{length}}}", text))


def _is_header(found: Any) -> bool:
    return (
        isinstance(found, dict)
        and found.keys() == FIELDS
        and found["format"] == FORMAT
        and all(is_hex(found[name], length) for name, length in HEX.items())
        and is_hex(found["wrapped"], 2 * (12 + 32 + 16))
        and all(
            type(found[name]) is int and found[name] >= least for name, least in (("size", 0), ("chunk", 1))
        )
    )
