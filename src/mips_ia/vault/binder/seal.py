"""How a binder is sealed: its manifest becomes a leaf of the log, which is signed; and the proofs of it."""

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise

from cryptography.hazmat.primitives.serialization import Encoding

from mips_ia.problems import Refused
from mips_ia.vault.checkpoints import checkpoint_name
from mips_ia.vault.faults import no_leaf, rewritten, too_many_checkpoints
from mips_ia.vault.log import Log
from mips_ia.vault.merkle import leaf_hash
from mips_ia.vault.signer import Signer, pem
from mips_ia.vault.timestamps import Stamps, stamp_name
from mips_ia.vault.trees import Nodes
from mips_ia.vault.verifier.manifest import (
    AUTHORITIES,
    CONSISTENCY,
    INCLUSION,
    LEAVES,
    MOST_CHECKPOINTS,
    PROOFS,
    PUBLIC,
)
from mips_ia.vault.verifier.proven import KIND


@dataclass(frozen=True, slots=True)
class Seal:
    """The log in which a binder is, the key that signs it, and the time stamps of its checkpoints, if any.

    `printed` are the sizes of checkpoints that its pages show, so that they are in it too.
    Who logs in another way, or asks for a time stamp at once, gives a class of this with another `logged`.
    The leaf must be there for good before it is signed: a transaction has ended by then.
    """

    log: Log
    signer: Signer
    stamps: Stamps | None = None
    printed: tuple[int, ...] = ()

    def logged(self, manifest: str) -> int:
        """Add the leaf that has the SHA-256 of a manifest, sign a checkpoint, and say which leaf it is."""
        index = self.log.add({"kind": KIND, "manifest": manifest})
        self.log.checkpoint(self.signer)
        return index

    def leaves(self, indexes: Iterable[int]) -> dict[int, bytes]:
        """The leaves with these numbers, in order; refused where the log has not so many."""
        wanted = {*indexes}
        start, end = min(wanted, default=0), max(wanted, default=-1) + 1
        found = dict[int, bytes]()
        if start < 0:
            raise Refused([no_leaf("the binder", start, len(self.log.hashes()))])
        if wanted:
            numbered = enumerate(self.log.leaves.read(start), start=start)
            found = {index: leaf for index, leaf in numbered if index < end and index in wanted}
        if lacking := sorted(wanted - found.keys()):
            size = len(self.log.hashes())
            raise Refused([no_leaf("the binder", index, size) for index in lacking])
        return found

    def proofs(self, leaves: Mapping[int, bytes]) -> Iterator[tuple[str, bytes]]:
        """The files of `proofs/`: these leaves, that they are in the log, and who says so, and when."""
        last = self.log.last(self.signer)
        if last is None:
            raise rewritten(str(self.log.checkpoints.place.address), 1, 0)
        nodes, sizes = self.log.nodes(last.size), self._sizes(leaves, last.size)
        yield (
            LEAVES,
            _lines(f"{index} {leaf_hash(leaf).hex()} {leaf.decode()}" for index, leaf in leaves.items()),
        )
        yield INCLUSION, _lines(_proof(nodes.inclusion(index, last.size), index) for index in leaves)
        pairs = pairwise(sizes)
        yield CONSISTENCY, _lines(_proof(nodes.consistency(old, new), old, new) for old, new in pairs)
        for size in sizes:
            yield from self._checkpoint(size, nodes)
        yield PUBLIC, pem(self.signer.public)
        if self.stamps and self.stamps.trusted:
            own = [each.public_bytes(Encoding.PEM) for each in self.stamps.trusted]
            yield AUTHORITIES, b"".join(own)

    def _sizes(self, leaves: Iterable[int], last: int) -> list[int]:
        """The checkpoints that a binder needs: the last, `printed`, and for each leaf the first stamped."""
        stamped = [size for size in self.stamps.sizes() if size <= last] if self.stamps else []
        firsts = (bisect_right(stamped, index) for index in leaves)
        sizes = {last, *self.printed, *(stamped[place] for place in firsts if place < len(stamped))}
        if len(sizes) > MOST_CHECKPOINTS:
            raise too_many_checkpoints(MOST_CHECKPOINTS)
        return sorted(sizes)

    def _checkpoint(self, size: int, nodes: Nodes) -> Iterator[tuple[str, bytes]]:
        """A checkpoint and its time stamp; refused where it is not of the log as it is now."""
        checkpoint = self.log.checkpoints.checkpoint(size, self.signer.public)
        if checkpoint.root != nodes.root(size):
            where = f"{self.log.checkpoints.place.address}/{checkpoint_name(size)}"
            raise rewritten(where, size, nodes.size)
        yield PROOFS + checkpoint_name(size), self.log.checkpoints.text(size)
        if self.stamps and size in self.stamps.sizes():
            self.stamps.moment(size)
            yield PROOFS + stamp_name(size), self.stamps.place.content(stamp_name(size))


def _proof(hashes: Iterable[bytes], *numbers: int) -> str:
    return " ".join([*map(str, numbers), *(each.hex() for each in hashes)])


def _lines(lines: Iterable[str]) -> bytes:
    return "".join(f"{line}\n" for line in lines).encode()
