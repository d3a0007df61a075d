"""What manifest.json says: every file with its hashes, and which leaves of the log concern the binder."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, NamedTuple

from mips_ia.vault.verifier.container import doubled, is_path
from mips_ia.vault.verifier.faults import sha256
from mips_ia.vault.verifier.strict import parsed

FORMAT = "mips-ia binder 1"
MANIFEST, SUMS, RECORDS = "manifest.json", "SHA256SUMS", "records.json"
PROOFS = "proofs/"
LEAVES, INCLUSION, CONSISTENCY = "proofs/leaves.txt", "proofs/inclusion.txt", "proofs/consistency.txt"
PUBLIC, AUTHORITIES = "proofs/public.pem", "proofs/authorities.pem"
CHECKPOINT = re.compile(r"proofs/checkpoints/([0-9]{12})")
STAMP = re.compile(r"proofs/stamps/([0-9]{12})\.tsr")
# More bytes than these are not read at once; who writes a binder keeps to them, too.
MOST = {
    MANIFEST: 16_000_000,
    SUMS: 16_000_000,
    LEAVES: 64_000_000,
    INCLUSION: 64_000_000,
    RECORDS: 64_000_000,
}
MOST_OF_OTHERS = 1_000_000
MOST_CHECKPOINTS = 3_000


def is_beside(path: str) -> bool:
    """Whether a file is one of those that the manifest does not name, since they come of it or prove it."""
    proofs = (MANIFEST, LEAVES, INCLUSION, CONSISTENCY, PUBLIC, AUTHORITIES)
    return path in proofs or bool(CHECKPOINT.fullmatch(path) or STAMP.fullmatch(path))


class File(NamedTuple):
    """A file as the manifest has it; `leaf` is the number of the leaf that received it, if there is one."""

    path: str
    size: int
    sha256: str
    chunks: list[str]
    leaf: int | None


class Manifest(NamedTuple):
    """What the manifest says, and its own hash, which is in the log."""

    sha256: str
    chunk: int
    files: list[File]
    leaves: dict[int, str]
    origin: str
    public: bytes
    about: dict[str, Any]


def manifest_of(text: bytes) -> Manifest:
    """The manifest of a text; ValueError says what of it is not as it must be."""
    if not text.endswith(b"\n"):
        raise ValueError("its line has no end")
    found = parsed(text[:-1])
    _fields(
        found, {"about": dict, "chunk": int, "files": list, "format": str, "leaves": list, "log": dict}, "it"
    )
    if found["format"] != FORMAT:
        raise ValueError(f"its format is {found['format'][:80]!r}, and this reads {FORMAT!r}")
    if not 1_024 <= found["chunk"] <= 4_194_304:
        raise ValueError("its chunks have another size than any")
    _fields(found["log"], {"origin": str, "public": str}, "its log")
    if not found["log"]["origin"].isprintable():
        raise ValueError("the name of its log has signs that cannot be shown")
    files = [_file(each, found["chunk"]) for each in found["files"]]
    for path in doubled([file.path for file in files]):
        raise ValueError(f"{path} stands in it twice")
    public = bytes.fromhex(_hex(found["log"]["public"]))
    leaves = dict(_leaves(found["leaves"]))
    return Manifest(
        sha256(text), found["chunk"], files, leaves, found["log"]["origin"], public, found["about"]
    )


def _file(found: Any, chunk: int) -> File:
    kinds = {
        "about": dict,
        "chunks": list,
        "leaf": (int, type(None)),
        "path": str,
        "sha256": str,
        "size": int,
    }
    _fields(found, kinds, "a file")
    path, size = found["path"], found["size"]
    if not is_path(path) or path in (MANIFEST, SUMS) or path.startswith(PROOFS):
        raise ValueError(f"no file of a binder has the name {path[:200]!r}")
    chunks = [_hex(each) for each in found["chunks"]]
    if size < 0 or len(chunks) != -(-size // chunk):
        raise ValueError(f"{path} has another number of chunks than its size has")
    return File(path, size, _hex(found["sha256"]), chunks, found["leaf"])


def _leaves(found: list[Any]) -> Iterator[tuple[int, str]]:
    last = -1
    for each in found:
        _fields(each, {"index": int, "sha256": str}, "a leaf")
        if each["index"] <= last:
            raise ValueError("its leaves are not in order")
        last = each["index"]
        yield last, _hex(each["sha256"])


def _fields(found: Any, kinds: dict[str, Any], what: str) -> None:
    """Whether it is an object with these fields and no other, each of its kind."""
    if not isinstance(found, dict) or found.keys() != kinds.keys():
        raise ValueError(f"{what} has not the fields {', '.join(kinds)}")
    for name, kind in kinds.items():
        if not isinstance(found[name], kind) or isinstance(found[name], bool):
            raise ValueError(f"the field {name} of {what} is of another kind")  # noqa: TRY004 - as all others


def _hex(text: Any) -> str:
    if not re.fullmatch("[0-9a-f]{64}", str(text)):
        raise ValueError(f"{str(text)[:80]!r} is no SHA-256")
    return str(text)
