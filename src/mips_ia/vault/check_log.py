"""The check of a log: every leaf, every checkpoint, the signer and the time stamps."""

import re
import time
from collections.abc import Iterator, Sequence

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from mips_ia.problems import Problem
from mips_ia.vault import signer as signing
from mips_ia.vault.check_store import PART
from mips_ia.vault.checkpoints import DIGITS, FOLDER, Checkpoint, Checkpoints, checkpoint_name
from mips_ia.vault.faults import asked, damaged_signer, rewritten
from mips_ia.vault.folder import Folder
from mips_ia.vault.keys import Keyring
from mips_ia.vault.leaves import ASIDE, HASH, LeavesFile, leaf_of
from mips_ia.vault.merkle import leaf_hash
from mips_ia.vault.places import Place
from mips_ia.vault.timestamps import FOLDER as STAMPS
from mips_ia.vault.timestamps import QUEUE, Stamps
from mips_ia.vault.trees import Tree

HOUR = 3600  # what was written so lately may still be written
# What follows the digits of a name in each folder.
_ENDS = {FOLDER: "", STAMPS: r"\.(?:tsr|sha256)", QUEUE: r"\.json"}


def check_log(
    folder: Folder, ring: Keyring | None = None, public: Ed25519PublicKey | None = None,
    stamps: Stamps | None = None,
) -> Iterator[Problem]:  # fmt: skip
    """Every fault of a log in a folder, each with its file and, for leaves, the bytes.

    With master keys the signer is opened, too. `public` is the key by which checkpoints are checked,
    by default the one beside the log: who can change the log can change that, so keep another copy.
    """
    hashes, problems = _leaves(LeavesFile(folder))
    yield from problems
    yield from _put_aside(folder)
    yield from check_checkpoints(folder, hashes, ring, public)
    yield from check_stamps(stamps or Stamps(folder))


def check_checkpoints(
    place: Place, hashes: Sequence[bytes], ring: Keyring | None, public: Ed25519PublicKey | None
) -> Iterator[Problem]:
    """Every fault of the signer and of the checkpoints, each of which must be of leaves with these hashes.

    It serves where leaves are kept elsewhere than in a file, too.
    """
    beside, problems = asked(_key, place, ring)
    yield from problems
    if public and beside and public != beside:
        where = f"{place.address}/{signing.PUBLIC}"
        yield from damaged_signer(where, "this is not the public key that was given to check by").problems
    if key := public or beside:
        yield from _checkpoints(place, hashes, key)
    yield from _strays(place, FOLDER)


def check_stamps(stamps: Stamps) -> Iterator[Problem]:
    """Every time stamp that does not prove what it must."""
    for size in (*stamps.sizes(), *stamps.lost()):
        _, problems = asked(stamps.moment, size)
        yield from problems
    for folder in (STAMPS, QUEUE):
        yield from _strays(stamps.place, folder)


def _strays(place: Place, folder: str) -> Iterator[Problem]:
    """What lies in a folder and has no name that the log gives, or was to get one and never did."""
    for name in place.names(folder):
        where = f"{place.address}/{folder}/{name}"
        if name.endswith(PART):
            if _is_old(place, f"{folder}/{name}"):
                what = "its writing was broken off, and nothing needs it."
                yield Problem("unfinished_file", where, what, "Take it away.", severity="warning")
        elif not re.fullmatch(rf"[0-9]{{{DIGITS}}}{_ENDS[folder]}", name):
            what = "this has no name that the log gives."
            fix = "If it is the log's, give it its name again; if not, take it away."
            yield Problem("stray_file", where, what, fix)


def _is_old(place: Place, name: str) -> bool:
    """Whether nobody writes a file any more; one that went since it was listed has its own name by now."""
    try:
        return place.changed(name) < time.time() - HOUR
    except FileNotFoundError:
        return False


def _leaves(leaves: LeavesFile) -> tuple[list[bytes], list[Problem]]:
    """The hashes of all leaves as they are now, and which are not as they were written."""
    hashes: list[bytes] = []
    problems: list[Problem] = []
    offset = 0
    leaves.seen()  # says it if the file is gone
    with leaves.path.open("rb") as file:
        for index, line in enumerate(file):
            if line.endswith(b"\n"):
                hashes.append(leaf_hash(line[HASH + 1 : -1]))
                problems += asked(leaf_of, line, str(leaves.path), index, offset)[1]
            else:
                problems.append(_unfinished(f"{leaves.path}, leaf {index} (bytes {offset} on)"))
            offset += len(line)
    return hashes, problems


def _unfinished(where: str) -> Problem:
    what = "this leaf has no end: its writing was broken off, or the end was changed."
    fix = "If it was broken off, the next leaf puts it aside; if not, restore the log from the backup."
    return Problem("unfinished_leaf", where, what, fix)


def _put_aside(folder: Folder) -> Iterator[Problem]:
    for name in folder.names(ASIDE):
        what = "this leaf was broken off while it was written, and was put aside. It is not in the log."
        fix = "What it stands for was not acknowledged: look whether it was done again, then remove the file."
        where = f"{folder.address}/{ASIDE}/{name}"
        yield Problem("leaf_put_aside", where, what, fix, severity="warning")


def _key(place: Place, ring: Keyring | None) -> Ed25519PublicKey:
    """The public key beside the log; refused where the signer there is of another."""
    public = signing.public_key(place)
    own = signing.signer(place, ring).public if ring else signing.stated_public(place)
    if own != public:
        where = f"{place.address}/{signing.FILE}"
        raise damaged_signer(where, f"this signer has another public key than {signing.PUBLIC}")
    return public


def _checkpoints(place: Place, hashes: Sequence[bytes], key: Ed25519PublicKey) -> Iterator[Problem]:
    """The checkpoints that are not as they were signed, and those that were signed of other leaves."""
    checkpoints, found = Checkpoints(place), list[Checkpoint]()
    for size in checkpoints.sizes():
        checkpoint, problems = asked(checkpoints.checkpoint, size, key)
        yield from problems
        found += [checkpoint] if checkpoint else []
    yield from _rewritten(place, hashes, found)


def _rewritten(place: Place, hashes: Sequence[bytes], found: Sequence[Checkpoint]) -> Iterator[Problem]:
    """The checkpoints whose leaves are gone or have another root."""
    tree = Tree()
    for checkpoint in sorted(found, key=lambda each: each.size):
        for each in hashes[tree.size : checkpoint.size]:
            tree.add(each)
        if tree.size < checkpoint.size or tree.root() != checkpoint.root:
            where = f"{place.address}/{checkpoint_name(checkpoint.size)}"
            yield from rewritten(where, checkpoint.size, len(hashes)).problems
