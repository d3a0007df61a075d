"""A Merkle tree as RFC 6962 and RFC 9162 describe it: roots, proofs, and how a proof is checked.

It needs the standard library only and nothing of this package, so that it can be copied into a verifier.
"""

import hashlib
from collections.abc import Sequence


def leaf_hash(leaf: bytes) -> bytes:
    """The hash of a leaf's bytes."""
    return hashlib.sha256(b"\0" + leaf).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """The hash of two nodes under one."""
    return hashlib.sha256(b"\1" + left + right).digest()


class Tree:
    """A tree that only grows, of which no more is held than its root needs."""

    def __init__(self) -> None:
        self.size = 0
        self._peaks: list[bytes] = []  # the roots of the perfect trees that it is made of, largest first

    def add(self, hashed_leaf: bytes) -> None:
        """One more leaf at the end."""
        node, filled = hashed_leaf, self.size
        while filled & 1:
            node, filled = node_hash(self._peaks.pop(), node), filled >> 1
        self._peaks.append(node)
        self.size += 1

    def root(self) -> bytes:
        """The root of the leaves that were added; that of none is the hash of nothing."""
        if not self._peaks:
            return hashlib.sha256().digest()
        node = self._peaks[-1]
        for peak in reversed(self._peaks[:-1]):
            node = node_hash(peak, node)
        return node


def root(hashes: Sequence[bytes]) -> bytes:
    """The root of the tree of these leaves, given by their hashes."""
    tree = Tree()
    for each in hashes:
        tree.add(each)
    return tree.root()


def inclusion(hashes: Sequence[bytes], index: int) -> list[bytes]:
    """The proof that a leaf is in the tree of these: what it is hashed with on the way to the root."""
    if len(hashes) == 1:
        return []
    split = _split(len(hashes))
    if index < split:
        return [*inclusion(hashes[:split], index), root(hashes[split:])]
    return [*inclusion(hashes[split:], index - split), root(hashes[:split])]


def consistency(hashes: Sequence[bytes], size: int) -> list[bytes]:
    """The proof that the tree of these only grew since it had so many leaves (at least one)."""
    return _consistency(hashes, size, whole=True)


def _consistency(hashes: Sequence[bytes], size: int, *, whole: bool) -> list[bytes]:
    if size == len(hashes):
        return [] if whole else [root(hashes)]
    split = _split(len(hashes))
    if size <= split:
        return [*_consistency(hashes[:split], size, whole=whole), root(hashes[split:])]
    return [*_consistency(hashes[split:], size - split, whole=False), root(hashes[:split])]


def includes(root: bytes, size: int, index: int, hashed_leaf: bytes, proof: Sequence[bytes]) -> bool:
    """Whether a proof shows that the tree with this root and size has this leaf there (RFC 9162, 2.1.3.2)."""
    if not 0 <= index < size:
        return False
    place, last, node = index, size - 1, hashed_leaf
    for beside in proof:
        if last == 0:
            return False
        if place & 1 or place == last:
            node = node_hash(beside, node)
            while not place & 1 and place:
                place, last = place >> 1, last >> 1
        else:
            node = node_hash(node, beside)
        place, last = place >> 1, last >> 1
    return last == 0 and node == root


def grew(old_root: bytes, old_size: int, new_root: bytes, new_size: int, proof: Sequence[bytes]) -> bool:
    """Whether a proof shows that the new tree begins with all of the old one (RFC 9162, 2.1.4.2)."""
    if not 0 < old_size < new_size:
        return not proof and old_size == new_size and old_root == new_root
    path = [old_root, *proof] if old_size & (old_size - 1) == 0 else [*proof]
    if not path or not proof:
        return False
    place, last = old_size - 1, new_size - 1
    while place & 1:
        place, last = place >> 1, last >> 1
    before = after = path[0]
    for beside in path[1:]:
        if last == 0:
            return False
        if place & 1 or place == last:
            before, after = node_hash(beside, before), node_hash(beside, after)
            while not place & 1 and place:
                place, last = place >> 1, last >> 1
        else:
            after = node_hash(after, beside)
        place, last = place >> 1, last >> 1
    return last == 0 and before == old_root and after == new_root


def _split(size: int) -> int:
    """The largest power of two below a size."""
    return 1 << (size - 1).bit_length() - 1
