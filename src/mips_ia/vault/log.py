"""An append-only log: leaves in a Merkle tree, whose root is signed from time to time."""

import threading
from typing import Any

from mips_ia.vault import leaves as kept
from mips_ia.vault.canonical import canonical
from mips_ia.vault.checkpoints import FOLDER as CHECKPOINTS
from mips_ia.vault.checkpoints import Checkpoint, Checkpoints, checkpoint_name
from mips_ia.vault.faults import missing, no_leaves, rewritten
from mips_ia.vault.folder import Folder
from mips_ia.vault.keys import MasterKey
from mips_ia.vault.leaves import Leaves
from mips_ia.vault.merkle import leaf_hash
from mips_ia.vault.places import Place
from mips_ia.vault.signer import PUBLIC, Signer, new_signer, refuse_bad
from mips_ia.vault.trees import Nodes, root

FOLDERS = (CHECKPOINTS, "stamps", "queue", kept.ASIDE)


def new_log(folder: Folder, origin: str, master: MasterKey) -> Signer:
    """A log in a folder where none is yet, without a leaf."""
    signer = new_notary(folder, origin, master)
    kept.new_leaves(folder)
    return signer


def new_notary(place: Place, origin: str, master: MasterKey) -> Signer:
    """All of a log but its leaves, which may be kept elsewhere: the signer, and room for what it signs."""
    refuse_bad(origin)
    place.make(FOLDERS)
    return new_signer(place, origin, master)


def opened_log(folder: Folder) -> "Log":
    """The log of a folder; refused where there is none."""
    leaves = folder.path / kept.FILE
    if not leaves.is_file():
        raise (no_leaves if (folder.path / PUBLIC).is_file() else missing)(str(leaves))
    return Log(kept.LeavesFile(folder), folder)


class Log:
    """Leaves, and the checkpoints that were signed of them. Another process may add leaves at any time."""

    def __init__(self, leaves: Leaves, place: Place) -> None:
        self.leaves, self.checkpoints = leaves, Checkpoints(place)
        self._hashes: list[bytes] = []
        self._catching_up = threading.Lock()

    def add(self, leaf: Any) -> int:
        """Keep a value as the next leaf for good, and say which it is, counted from zero."""
        return self.leaves.add(canonical(leaf))

    def hashes(self, size: int | None = None) -> list[bytes]:
        """The hashes of the first so many leaves, or of all; refused where there are fewer."""
        with self._catching_up:
            for leaf in self.leaves.read(len(self._hashes)):
                self._hashes.append(leaf_hash(leaf))
            found = self._hashes[:size]
        if size is not None and len(found) < size:
            raise rewritten(f"{self.checkpoints.place.address}, the log", size, len(found))
        return found

    def nodes(self, size: int | None = None) -> Nodes:
        """The tree of the first so many leaves, or of all, for who needs many proofs of it."""
        return Nodes(self.hashes(size))

    def root(self, size: int | None = None) -> bytes:
        """The root of the first so many leaves, or of all."""
        return root(self.hashes(size))

    def inclusion(self, index: int, size: int) -> list[bytes]:
        """The proof that a leaf is among the first so many."""
        if not 0 <= index < size:
            raise IndexError(f"leaf {index} is not among the first {size}")
        return self.nodes(size).inclusion(index, size)

    def consistency(self, old: int, new: int) -> list[bytes]:
        """The proof that the log only grew from one size to another."""
        if not 0 < old <= new:
            raise IndexError(f"a log does not grow from {old} leaves to {new}")
        return self.nodes(new).consistency(old, new)

    def checkpoint(self, signer: Signer) -> Checkpoint:
        """Sign what the log comes to now. Refused where it does not go on from the last checkpoint."""
        hashes = self.grown(signer)
        now = Checkpoint(signer.origin, len(hashes), root(hashes))
        self.checkpoints.keep(now, signer)
        return now

    def grown(self, signer: Signer) -> list[bytes]:
        """The hashes of all leaves; refused where they do not go on from the last checkpoint."""
        hashes, last = self.hashes(), self.last(signer)
        if last and (last.size > len(hashes) or root(hashes[: last.size]) != last.root):
            where = f"{self.checkpoints.place.address}/{checkpoint_name(last.size)}"
            raise rewritten(where, last.size, len(hashes))
        return hashes

    def last(self, signer: Signer) -> Checkpoint | None:
        """The checkpoint with the most leaves, None where there is none."""
        sizes = self.checkpoints.sizes()
        return self.checkpoints.checkpoint(sizes[-1], signer.public) if sizes else None
