"""The Merkle trees of RFC 6962 as they are made: roots, and the proofs that `merkle` checks."""

import hashlib
from collections.abc import Iterable, Sequence

from mips_ia.vault.merkle import node_hash


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


def root(hashes: Iterable[bytes]) -> bytes:
    """The root of the tree of these leaves, given by their hashes."""
    tree = Tree()
    for each in hashes:
        tree.add(each)
    return tree.root()


class Nodes:
    """Every node of the tree of these leaves, hashed once, so that many proofs cost little more than one."""

    def __init__(self, hashes: Sequence[bytes]) -> None:
        self.size = len(hashes)
        self._levels = [hashes]  # the leaves, and above each level the nodes of its whole pairs
        while len(below := self._levels[-1]) > 1:
            pairs = zip(below[::2], below[1::2], strict=False)
            self._levels.append([node_hash(left, right) for left, right in pairs])

    def inclusion(self, index: int, size: int) -> list[bytes]:
        """The proof that a leaf is among the first so many: what it is hashed with up to their root."""
        start, end, path = 0, size, []
        while end - start > 1:
            middle = start + _split(end - start)
            if index < middle:
                path.append(self._root(middle, end))
                end = middle
            else:
                path.append(self._root(start, middle))
                start = middle
        return path[::-1]

    def consistency(self, old: int, new: int) -> list[bytes]:
        """The proof that the tree of so many leaves only grew since it had fewer (at least one)."""
        start, end, path = 0, new, []
        while old < end:
            middle = start + _split(end - start)
            if old <= middle:
                path.append(self._root(middle, end))
                end = middle
            else:
                path.append(self._root(start, middle))
                start = middle
        return [*([self._root(start, end)] if start else []), *path[::-1]]

    def root(self, size: int) -> bytes:
        """The root of the first so many leaves."""
        return self._root(0, size) if size else hashlib.sha256().digest()

    def _root(self, start: int, end: int) -> bytes:
        """The root of the leaves between two places, as the standard splits them."""
        size = end - start
        if size & (size - 1) == 0:
            level = size.bit_length() - 1
            return self._levels[level][start >> level]
        middle = start + _split(size)
        return node_hash(self._root(start, middle), self._root(middle, end))


def _split(size: int) -> int:
    """The largest power of two below a size."""
    return 1 << (size - 1).bit_length() - 1
