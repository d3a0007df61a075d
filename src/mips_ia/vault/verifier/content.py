"""Whether every file of a binder is as its manifest says, and SHA256SUMS says the same."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterator
from typing import Protocol

from mips_ia.vault.verifier.faults import ANOTHER_COPY, Fault, changed, sha256
from mips_ia.vault.verifier.manifest import (
    AUTHORITIES,
    CHECKPOINT,
    CONSISTENCY,
    INCLUSION,
    LEAVES,
    MANIFEST,
    MOST,
    MOST_OF_OTHERS,
    PUBLIC,
    STAMP,
    SUMS,
    File,
    Manifest,
    is_beside,
)

PIECE = 262_144
NAMED = 5  # chunks


class Source(Protocol):
    """Where the files of a binder are: a ZIP or a folder."""

    faults: list[Fault]

    def paths(self) -> Collection[str]:
        """The paths of all files."""

    def size(self, path: str) -> int:
        """How many bytes a file has."""

    def pieces(self, path: str, size: int) -> Iterator[bytes]:
        """The bytes of a file in pieces of a size."""

    def misplaced(self, written: list[str], /) -> Iterator[Fault]:
        """The first file that does not lie where it was written, of these in their order."""

    def afterwards(self) -> Iterator[Fault]:
        """What is known when all files were read."""


def text_of(source: Source, path: str) -> bytes:
    """A small file as a whole; ValueError where it lacks or is larger than any of its kind."""
    if path not in source.paths():
        raise ValueError("it is missing")
    most = MOST.get(path, MOST_OF_OTHERS)
    if source.size(path) > most:
        raise ValueError(f"it has more than {most} bytes")
    return b"".join(source.pieces(path, PIECE))


def strays(source: Source, manifest: Manifest) -> Iterator[Fault]:
    """Files that are missing, and files that are no part of the binder."""
    there = set(source.paths())
    must = {file.path for file in manifest.files} | {MANIFEST, SUMS, LEAVES, INCLUSION, CONSISTENCY, PUBLIC}
    for path in sorted(must - there):
        yield Fault("missing_from_binder", path, "this file of the binder is missing.", ANOTHER_COPY)
    for path in sorted(there - must):
        if not is_beside(path):
            what = "this file is not of the binder: its manifest does not name it."
            yield Fault("not_of_binder", path, what, "Take it away; nothing vouches for it.")


def misplaced(source: Source, manifest: Manifest) -> Iterator[Fault]:
    """The first file that does not lie where it was written."""
    there = set(source.paths())
    signed = [path for path in there if CHECKPOINT.fullmatch(path) or STAMP.fullmatch(path)]
    signed.sort(key=lambda path: (path.rpartition("/")[2], path))  # a checkpoint, then its stamp
    written = [file.path for file in manifest.files] + [MANIFEST, LEAVES, INCLUSION, CONSISTENCY]
    written += [*signed, PUBLIC, AUTHORITIES, SUMS]
    return source.misplaced([path for path in written if path in there])


def differences(source: Source, manifest: Manifest) -> Iterator[Fault]:
    """The files that are not as the manifest says, each with the place where it is known."""
    there = set(source.paths())
    for file in manifest.files:
        if file.path in there:
            yield from _difference(source, file, manifest.chunk)


def _difference(source: Source, file: File, chunk: int) -> Iterator[Fault]:
    told, other = hashlib.sha256(), []
    for number, piece in enumerate(source.pieces(file.path, chunk)):
        told.update(piece)
        if number >= len(file.chunks) or sha256(piece) != file.chunks[number]:
            other.append(number)
    size, same = source.size(file.path), told.hexdigest() == file.sha256
    if same and not other and size == file.size:
        return
    if same and size == file.size:
        said = (
            f"it has the SHA-256 that {MANIFEST} says, and another chunk {other[0]}: {MANIFEST} was changed."
        )
    else:
        said = f"its SHA-256 is {told.hexdigest()}, and {MANIFEST} says {file.sha256}."
        said = f"{_place(other, size, file, chunk)}{said}"
    yield changed(file.path, said)


def _place(other: list[int], size: int, file: File, chunk: int) -> str:
    """Where a file differs, as far as its chunks tell it."""
    if size != file.size:
        at = min([*other, len(file.chunks), size // chunk]) * chunk
        return f"it has {size} bytes and must have {file.size}, and differs from byte {at} on, or later; "
    listed = [f"chunk {n} (bytes {n * chunk} to {min((n + 1) * chunk, size) - 1})" for n in other[:NAMED]]
    more = f" and {len(other) - NAMED} more" if len(other) > NAMED else ""
    return f"{', '.join(listed)}{more} changed: " if other else ""


def sums(source: Source, manifest: Manifest) -> Iterator[Fault]:
    """Where SHA256SUMS does not say what it must: the manifest's hashes, and those of what is beside it."""
    try:
        lines = text_of(source, SUMS).decode("ascii").split("\n")
    except ValueError as error:
        if SUMS in source.paths():
            yield changed(SUMS, f"this cannot be read: {error}.")
        return
    must = {file.path: file.sha256 for file in manifest.files}
    beside = [path for path in source.paths() if is_beside(path)]
    for path in beside:
        told = hashlib.sha256()
        for piece in source.pieces(path, PIECE):
            told.update(piece)
        must[path] = told.hexdigest()
    expected = [f"{must[path]}  {path}" for path in sorted(must)] + [""]
    have, says = set(lines), {line[66:]: line[:64] for line in lines}
    for path in sorted(set(says) - set(must) - {""}):
        yield changed(SUMS, f"it names the file {path[:200]!a}, and that is not here.")
    for line in expected:
        if line not in have:
            path = line[66:]
            said = f"{SUMS} says {says[path]!r}" if path in says else f"{SUMS} has no line for it"
            what = f"the SHA-256 of this file is {line[:64]}, and {said}: the file or that line was changed."
            yield changed(path if path in beside else f"{SUMS}, the line of {path}", what)
    if lines != expected and not set(expected) - have:
        where = next((n for n, pair in enumerate(zip(lines, expected)) if pair[0] != pair[1]), len(expected))
        yield changed(f"{SUMS}, line {where + 1}", "this line is not in its place, or one too many.")
