"""Files under the SHA-256 of their bytes: encrypted while they are received, read back before they count."""

import hashlib
import secrets
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass

from mips_ia.problems import Refused
from mips_ia.vault import chunks
from mips_ia.vault.canonical import canonical, parsed
from mips_ia.vault.faults import (
    asked,
    damaged_file,
    damaged_marker,
    missing,
    not_read_back,
    too_large,
    trouble,
    unknown_digest,
    wrong_key,
)
from mips_ia.vault.headers import Header, header_of, is_hex
from mips_ia.vault.keys import Keyring
from mips_ia.vault.places import Draft, Place

FORMAT = "mips-ia vault 1"
MENDED = {"damaged_header", "damaged_file", "unknown_digest"}
MARKER, FILES, BODIES = "vault.json", "files", "bodies"


@dataclass(frozen=True, slots=True)
class Stored:
    """A file that is kept: its digest and size, and whether its bytes were here before.

    `mended` says that they were, but damaged, and that the new ones took their stead.
    """

    sha256: str
    size: int
    known: bool = False
    mended: bool = False


def marker(keys: list[str]) -> bytes:
    """What `vault.json` says: the format, and the ids of the master keys, the current one first."""
    return canonical({"format": FORMAT, "keys": keys}) + b"\n"


def new_store(place: Place, ring: Keyring, folders: tuple[str, ...] = ()) -> "Store":
    """A vault where none is yet. The marker is written last: what has one is a whole vault."""
    place.make((FILES, BODIES, *folders))
    place.put(MARKER, marker([ring.current.id]))
    return Store(place, ring)


class Store:
    """A vault's files. What `put` returned is on the disk and was read back; nothing else is seen."""

    def __init__(self, place: Place, ring: Keyring) -> None:
        self.place, self.ring = place, ring
        self.key_ids()

    # ---- Keeping

    def put(self, stream: chunks.Readable, most: int | None = None) -> Stored:
        """Keep all that a stream gives, at most so many bytes; refused, and nothing kept, where that fails.

        What the stream itself raises comes through, and nothing is kept either.
        """
        self.current()
        body, key = secrets.token_hex(16), chunks.new_file_key()
        name = f"{BODIES}/{body}"
        try:
            with self.place.writing(name) as draft:
                digest, size = _received(stream, draft, key, most)
            return self._kept(Header(digest, size, body, "", b"").wrapped_by(self.ring.current, key))
        except BaseException:
            with suppress(Exception):
                self.place.remove(name)
            raise

    def _kept(self, header: Header) -> Stored:
        """A file whose body is there comes to count; where that fails, its header goes before its body."""
        try:
            self._read_back(header)
            return self._published(header)
        except BaseException:
            with suppress(Exception), self.place.alone():
                if self.place.content(f"{FILES}/{header.sha256}") == header.text():
                    self.place.remove(f"{FILES}/{header.sha256}")
            raise

    def _published(self, header: Header) -> Stored:
        """The header in its place, or the one that was there before where its file is whole."""
        name = f"{FILES}/{header.sha256}"
        with self.place.alone():
            self.current()
            if self.place.publish(name, header.text()):
                there = self.place.content(name)
                if there == header.text():
                    return Stored(header.sha256, header.size)
                if not asked(header_of, there, header.sha256, name)[0]:
                    self.place.remove(name)
                    raise not_read_back(self._where(name))
                # Another machine published it at once, where a place cannot keep them apart: theirs counts.
        if self._must_be_mended(header.sha256) and self._mended(header):
            return Stored(header.sha256, header.size, known=True, mended=True)
        self.place.remove(f"{BODIES}/{header.body}")
        return Stored(header.sha256, header.size, known=True)

    def _mended(self, header: Header) -> bool:
        """Put the header in the stead of a damaged one; False where somebody else did so meanwhile."""
        with self.place.alone():
            self.current()
            if not self._must_be_mended(header.sha256):
                return False
            before, _ = asked(self.opened_header, header.sha256)
            self.place.put(f"{FILES}/{header.sha256}", header.text())
            self.prove(header.sha256)
            if before:
                with suppress(FileNotFoundError):
                    self.place.remove(f"{BODIES}/{before.body}")
            return True

    def _must_be_mended(self, digest: str) -> bool:
        """Whether the file that is kept is damaged or was destroyed; refused where that cannot be known."""
        try:
            self.prove(digest)
        except Refused as refusal:
            if {problem.code for problem in refusal.problems} <= MENDED:
                return True
            raise
        return False

    def _read_back(self, header: Header) -> None:
        """What was written is opened again, by the header's own words."""
        try:
            self._prove(header)
        except Refused as refusal:
            if any(problem.code == "damaged_file" for problem in refusal.problems):
                raise not_read_back(self._where(f"{BODIES}/{header.body}")) from refusal
            raise

    def forget(self, digest: str) -> None:
        """Destroy a file: its header first, and with it its only key."""
        header = self.header(digest)
        with self.place.alone():
            self.current()
            self.place.remove(f"{FILES}/{digest}")
        self.forget_body(header.body)

    def forget_body(self, body: str) -> None:
        """Remove the body of a file whose header was forgotten before it."""
        with suppress(FileNotFoundError):
            self.place.remove(f"{BODIES}/{body}")

    # ---- Reading

    def read(self, digest: str) -> Iterator[bytes]:
        """A file's bytes in pieces, each checked before it is given; refused where the file is not whole."""
        return self._opened(self.header(digest))

    def header(self, digest: str) -> Header:
        """The header of a file; refused where there is none, or it is damaged."""
        name = f"{FILES}/{digest}"
        if not is_hex(digest, 64):
            raise unknown_digest(self.place.address, digest)
        try:
            text = self.place.content(name)
        except FileNotFoundError:
            self.key_ids()
            raise unknown_digest(self.place.address, digest) from None
        return header_of(text, digest, self._where(name))

    def opened_header(self, digest: str) -> Header:
        """The header of a file, none of whose fields was changed: its key could be unwrapped."""
        header = self.header(digest)
        header.file_key(self.ring, self._where(f"{FILES}/{digest}"))
        return header

    def digests(self) -> list[str]:
        """The digests of all files, sorted."""
        return [name for name in self.place.names(FILES) if is_hex(name, 64)]

    def prove(self, digest: str) -> Header:
        """The header of a file all of whose bytes were read and have that digest; refused where not."""
        header = self.header(digest)
        self._prove(header)
        return header

    def _prove(self, header: Header) -> None:
        told = hashlib.sha256()
        for piece in self._opened(header):
            told.update(piece)
        if told.hexdigest() != header.sha256:
            raise damaged_file(
                self._where(f"{BODIES}/{header.body}"), f"its bytes have the SHA-256 {told.hexdigest()}"
            )

    def _opened(self, header: Header) -> Iterator[bytes]:
        """The bytes of a header's body. Refused at once where it lacks or has another length.

        The body is opened when its first piece is asked for: who never asks leaves nothing open.
        """
        name = f"{BODIES}/{header.body}"
        key = header.file_key(self.ring, self._where(f"{FILES}/{header.sha256}"))
        must = chunks.body_size(header.size, header.chunk)
        try:
            size = self.place.size(name)
        except FileNotFoundError:
            raise self._bodiless(header) from None
        if size != must:
            why = (
                f"it has {size} bytes and must have {must}, so that it differs from byte {min(size, must)} on"
            )
            raise damaged_file(self._where(name), f"{why} (file {header.sha256})")
        return self._pieces(key, header)

    def _pieces(self, key: bytes, header: Header) -> Iterator[bytes]:
        name = f"{BODIES}/{header.body}"
        where = self._where(name)
        try:
            body = self.place.reading(name)
        except FileNotFoundError:
            raise self._bodiless(header) from None
        with body:
            try:
                yield from chunks.opened(key, body, header.chunk)
            except chunks.Damaged as damage:
                raise damaged_file(where, f"{damage} (file {header.sha256})") from None
            except OSError as error:
                raise trouble(where, error) from error

    def _bodiless(self, header: Header) -> Refused:
        """Why a header has no body: the vault vanished, or the body did."""
        self.key_ids()
        return damaged_file(
            self._where(f"{FILES}/{header.sha256}"), f"its body {BODIES}/{header.body} is gone"
        )

    # ---- The vault itself

    def key_ids(self) -> list[str]:
        """The ids of the master keys that the vault says it uses; refused where it is no vault."""
        try:
            text = self.place.content(MARKER)
        except FileNotFoundError:
            raise missing(self.place.address) from None
        try:
            found = parsed(text.removesuffix(b"\n"))
            ids = [id for id in found["keys"] if is_hex(id, 16)]
        except (ValueError, TypeError, KeyError):
            raise damaged_marker(self._where(MARKER)) from None
        if not ids or text != marker(ids):
            raise damaged_marker(self._where(MARKER))
        return ids

    def current(self) -> None:
        """Refuse where the first key given is not the one that the vault uses now."""
        current = self.key_ids()[0]
        if current != self.ring.current.id:
            raise wrong_key(self.place.address, current, str(self.ring))

    def _where(self, name: str) -> str:
        return f"{self.place.address}/{name}"


def _received(stream: chunks.Readable, draft: Draft, key: bytes, most: int | None) -> tuple[str, int]:
    """The digest and size of what a stream gave, which is now in the draft, encrypted."""
    told, size = hashlib.sha256(), 0
    for index, piece, last in chunks.pieces(stream, chunks.CHUNK):
        size += len(piece)
        if most is not None and size > most:
            raise too_large(most)
        told.update(piece)
        draft.write(chunks.sealed(key, index, piece, last))
    return told.hexdigest(), size
