"""Whether the log's leaves are in the tree that its last checkpoint is of, and that tree only grew."""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from mips_ia.vault.merkle import grew, includes, leaf_hash
from mips_ia.vault.verifier.faults import MOST_FAULTS, Fault, changed, unproven
from mips_ia.vault.verifier.manifest import CONSISTENCY, INCLUSION, LEAVES, MANIFEST, Manifest
from mips_ia.vault.verifier.strict import parsed

LINE = re.compile(rb"(0|[1-9][0-9]{0,15}) ([0-9a-f]{64}) (.+)\n")
PROOF = re.compile(r"(0|[1-9][0-9]{0,15})((?: [0-9a-f]{64})*)\n")
GROWTH = re.compile(r"([1-9][0-9]{0,15}) ([1-9][0-9]{0,15})((?: [0-9a-f]{64})*)\n")
KIND = "binder"


class Leaf(NamedTuple):
    """A leaf of the log: its hash, and what it says."""

    hash: bytes
    value: Any


def leaves_of(text: bytes) -> tuple[dict[int, Leaf], list[Fault]]:
    """The leaves of their file by their numbers, and what is wrong with it."""
    found: dict[int, Leaf] = {}
    faults: list[Fault] = []
    offset, last = 0, -1
    for line in io.BytesIO(text):
        if len(faults) >= MOST_FAULTS:
            break
        where = f"{LEAVES}, bytes {offset} to {offset + len(line) - 1}"
        offset += len(line)
        match = LINE.fullmatch(line)
        if not match or int(match[1]) <= last:
            faults.append(changed(where, "this line is no leaf, or not in its place."))
            continue
        last = int(match[1])
        try:
            leaf = Leaf(leaf_hash(match[3]), parsed(match[3]))
        except ValueError as error:
            faults.append(changed(where, f"leaf {last} was changed: {error}."))
            continue
        if leaf.hash.hex() != match[2].decode():
            faults.append(changed(where, f"leaf {last} or the hash before it was changed."))
        found[last] = leaf
    return found, faults


def logged(manifest: Manifest, leaves: dict[int, Leaf]) -> Iterator[Fault]:
    """Whether the leaves are those that the manifest names, and one more that has the manifest's own hash."""
    own = [index for index, leaf in leaves.items() if _names(leaf.value, manifest.sha256)]
    if not own:
        what = f"no leaf of the log has its SHA-256, {manifest.sha256}: it is not the one that was logged."
        yield unproven(MANIFEST, what)
    for index, must in manifest.leaves.items():
        if index not in leaves:
            yield unproven(f"{LEAVES}, leaf {index}", f"{MANIFEST} names this leaf, and it is missing.")
        elif leaves[index].hash.hex() != must:
            yield unproven(f"{LEAVES}, leaf {index}", f"{MANIFEST} names another leaf with this number.")
    for index in sorted(set(leaves) - set(manifest.leaves) - set(own)):
        yield unproven(f"{LEAVES}, leaf {index}", f"{MANIFEST} does not name this leaf.")
    texts: dict[int, set[str]] = {}
    for file in manifest.files:
        if file.leaf is None:
            continue
        if file.leaf in leaves and file.leaf not in texts:
            texts[file.leaf] = set(_texts(leaves[file.leaf].value))
        if file.sha256 not in texts.get(file.leaf, ()):
            what = f"leaf {file.leaf} should have received this file, and does not have its SHA-256."
            yield unproven(file.path, what)


def included(text: str, leaves: dict[int, Leaf], size: int, root: bytes) -> Iterator[Fault]:
    """The leaves that their proof does not show to be in the tree of so many leaves with this root."""
    proofs: dict[int, list[bytes]] = {}
    for number, line in enumerate(_lines(text), start=1):
        match = PROOF.fullmatch(line)
        if not match or int(match[1]) not in leaves or int(match[1]) in proofs:
            yield changed(f"{INCLUSION}, line {number}", "this is no proof of one of the leaves.")
        else:
            proofs[int(match[1])] = [bytes.fromhex(each) for each in match[2].split()]
    if list(proofs) != [index for index in leaves if index in proofs]:
        yield changed(INCLUSION, "its lines are not in the order of the leaves.")
    for index, leaf in leaves.items():
        if index not in proofs:
            yield unproven(f"{LEAVES}, leaf {index}", f"{INCLUSION} has no proof of it.")
        elif not includes(root, size, index, leaf.hash, proofs[index]):
            what = f"{INCLUSION} does not prove that it is in the log whose checkpoint has the size {size}."
            yield unproven(f"{LEAVES}, leaf {index}", what)


def only_grown(text: str, roots: dict[int, bytes]) -> Iterator[Fault]:
    """The checkpoints for which it is not proven that the next one goes on from them."""
    sizes, proofs = sorted(roots), {}
    pairs = dict(zip(sizes, sizes[1:]))
    for number, line in enumerate(_lines(text), start=1):
        match = GROWTH.fullmatch(line)
        old, new = (int(match[1]), int(match[2])) if match else (0, 0)
        if not match or old in proofs or pairs.get(old) != new:
            yield changed(
                f"{CONSISTENCY}, line {number}", "this is no proof of two checkpoints that are here."
            )
        else:
            proofs[old] = [bytes.fromhex(each) for each in match[3].split()]
    if list(proofs) != sorted(proofs):
        yield changed(CONSISTENCY, "its lines are not in order.")
    for old, new in pairs.items():
        if old not in proofs or not grew(roots[old], old, roots[new], new, proofs[old]):
            what = f"it is not proven that the log of size {new} goes on from the log of size {old}."
            yield unproven(CONSISTENCY, what)


def _lines(text: str) -> Iterable[str]:
    """The lines of a text with their ends; what has none is one, too."""
    return io.StringIO(text, newline="\n")


def _names(value: Any, digest: str) -> bool:
    """Whether a leaf says that a binder with this manifest was made."""
    return isinstance(value, dict) and value.get("kind") == KIND and value.get("manifest") == digest


def _texts(value: Any) -> Iterator[str]:
    """All texts that are anywhere in a value."""
    waiting = [value]
    while waiting:
        each = waiting.pop()
        if isinstance(each, str):
            yield each
        elif isinstance(each, dict):
            waiting += each.values()
        elif isinstance(each, list):
            waiting += each
