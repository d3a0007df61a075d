"""What can go wrong with a vault, each with where it is, what is wrong and what to do."""

import errno
from collections.abc import Callable
from typing import ParamSpec, TypeVar

from mips_ia.problems import Problem, Refused

T = TypeVar("T")
P = ParamSpec("P")


def asked(ask: Callable[P, T], *given: P.args, **named: P.kwargs) -> tuple[T | None, tuple[Problem, ...]]:
    """What an answer is, or the problems for which it was refused."""
    try:
        return ask(*given, **named), ()
    except Refused as refusal:
        return None, refusal.problems


def missing(where: str) -> Refused:
    """The vault is not where it should be: a folder vanished, or a disk is not mounted."""
    what = "this is not a vault, or its folder vanished. Nothing was stored."
    fix = "Mount the disk or restore the folder; a new vault is made by mips-ia vault init."
    return Refused([Problem("vault_missing", where, what, fix)])


def no_leaves(where: str) -> Refused:
    """All of a log is here but its leaves: it is that of a portal, or the file of them vanished."""
    what = "this log has no leaves here. Those of a portal are in its database."
    fix = "If it is a portal's, run mips-ia check, which reads them there; if not, restore this file."
    return Refused([Problem("vault_missing", where, what, fix)])


def there_already(where: str) -> Refused:
    """A vault cannot be made where there is something already."""
    what = "there is something here already, and a vault is made in a new or empty place."
    fix = "Give another place. Where it is a portal's whose database was lost: mips-ia restore its backup."
    return Refused([Problem("vault_there_already", where, what, fix)])


def no_place(where: str, said: object) -> Refused:
    """An address that no installed package can reach."""
    what = f"nothing that is installed reaches this address: {said}."
    fix = "Give a folder, or install the package that fsspec names for the address, such as s3fs for s3://."
    return Refused([Problem("vault_place", where, what, fix)])


def no_bucket(where: str, bucket: str) -> Refused:
    """The bucket of an address is not there, and is not for us to make."""
    what = f"there is no bucket {bucket}, or these keys may not see it. Nothing was made."
    fix = "Correct the address, or have the bucket made, private and with versions kept; then try again."
    return Refused([Problem("vault_bucket", where, what, fix)])


def trouble(where: str, error: Exception) -> Refused:
    """What the disk or the network said, with what to do about it."""
    number = error.errno if isinstance(error, OSError) else None
    if number in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
        what = "there is no room left for this file. Nothing of it was stored."
        fix = "Make room or enlarge the disk, then give the file again."
        return Refused([Problem("vault_full", where, what, fix)])
    if number in (errno.EROFS, errno.EACCES, errno.EPERM):
        what = (
            "nothing can be written here: it is read-only, or belongs to somebody else. Nothing was stored."
        )
        fix = "Mount it for writing, or give the user who runs this the right to write."
        return Refused([Problem("vault_read_only", where, what, fix)])
    if number in (errno.ENOENT, errno.ENOTDIR, errno.ESTALE):
        return missing(where)
    what = f"the disk or the network answered: {str(error) or type(error).__name__}."
    fix = "See to it, then try again: what was not acknowledged was not stored."
    return Refused([Problem("vault_trouble", where, what, fix)])


def too_large(most: int) -> Refused:
    """More bytes came than may come."""
    what = f"it has more than the {most} bytes that a file may have. Nothing of it was stored."
    return Refused([Problem("file_too_large", "the file", what, "Give a smaller file, or split it.")])


def unknown_digest(where: str, digest: str) -> Refused:
    """No file has this digest."""
    what = f"no file has the SHA-256 {digest}."
    fix = "Check the digest. A lost file comes back when its bytes are stored again."
    return Refused([Problem("unknown_digest", where, what, fix)])


def not_read_back(where: str) -> Refused:
    """What was written is not what is read."""
    what = "what was written is not what is read back. Nothing was stored."
    fix = "The disk or its memory is damaged: check it before anything else is stored."
    return Refused([Problem("not_read_back", where, what, fix)])


# ---- Keys


def no_keys(where: str, said: object) -> Refused:
    """The master keys cannot be had from where they should come."""
    what = f"no master key came from here: {said}."
    fix = "Name a source that gives one: file:PATH, env:NAME or command:WORDS."
    return Refused([Problem("no_keys", where, what, fix)])


def bad_key(where: str) -> Refused:
    """A line is not a master key; the line itself is a secret and is not shown."""
    what = "this is no line of a master key: 16 hexadecimal digits, a colon, and the 64 that those belong to."
    fix = "Restore it from your copy; mips-ia vault new-key makes a new one."
    return Refused([Problem("bad_key", where, what, fix)])


def wrong_key(where: str, needed: str, given: str) -> Refused:
    """The keys that were given do not include the one that is needed, or not at the head."""
    what = f"this needs the master key {needed}, and the keys given are {given}."
    fix = (
        "Give the vault's key first, or for a backup the one that it was made with. To change the vault's, "
        "put a new one before it: mips-ia vault rotate-keys. A portal that runs has it once it is started "
        "again."
    )
    return Refused([Problem("wrong_key", where, what, fix)])


# ---- Files


def damaged_marker(where: str) -> Refused:
    """`vault.json` does not say what it must."""
    what = "this file is damaged: it must name the format and the ids of the master keys, as written."
    return Refused([Problem("damaged_marker", where, what, "Restore it from the backup.")])


def damaged_header(where: str, why: str) -> Refused:
    """A header is not as it was written."""
    fix = "Restore the header from the backup, or store the same bytes again: that mends it."
    return Refused([Problem("damaged_header", where, f"the header is damaged: {why}.", fix)])


def damaged_file(where: str, why: str) -> Refused:
    """A body is not as it was written."""
    fix = "Restore the body from the backup, or store the same bytes again: that mends it."
    return Refused([Problem("damaged_file", where, f"the file is damaged: {why}.", fix)])


# ---- The log


def not_canonical(why: str) -> Refused:
    """A leaf that has no one form."""
    fix = "Use names of a to z, 0 to 9 and _, text, whole numbers, true, false, null, lists and objects."
    return Refused([Problem("bad_leaf", "the leaf", f"{why}, so that it has no canonical form.", fix)])


def damaged_leaf(where: str, why: str) -> Refused:
    """A line of the log is not as it was written."""
    return Refused([Problem("damaged_leaf", where, f"{why}.", "Restore the log from the backup.")])


def damaged_checkpoint(where: str, why: str) -> Refused:
    """A checkpoint is not as it was signed."""
    return Refused([Problem("damaged_checkpoint", where, f"{why}.", "Restore it from the backup.")])


def rewritten(where: str, size: int, count: int) -> Refused:
    """The leaves are not those that were signed for."""
    lacking = f"the log now has size {count}" if count < size else "the leaves have another root"
    what = f"this was signed at size {size}, and {lacking}. The log was cut or changed after it was signed."
    fix = "Restore the leaves from the backup; nothing is signed over them until then."
    return Refused([Problem("log_rewritten", where, what, fix)])


def bad_origin(origin: str) -> Refused:
    """A name that a checkpoint cannot have."""
    what = "a log's name is not empty and has no blank, no plus sign and no line's end."
    return Refused([Problem("bad_origin", f"the name {origin!r}", what, "Give one such as example.org/log.")])


def damaged_signer(where: str, why: str) -> Refused:
    """The key that signs, or the public one beside it, is not as it was written."""
    return Refused([Problem("damaged_signer", where, f"{why}.", "Restore it from the backup.")])


# ---- Time stamps


def damaged_stamp(where: str, why: object) -> Refused:
    """A time stamp does not prove what it must."""
    fix = "Restore it from the backup, or remove it and let the checkpoint be stamped again."
    return Refused(
        [Problem("damaged_stamp", where, f"this is no good time stamp of its checkpoint: {why}.", fix)]
    )


def bad_authorities(where: str, why: object) -> Refused:
    """The file with the authority's certificates cannot be used."""
    fix = "Give the authority's certificates as PEM, its root among them."
    return Refused([Problem("bad_authorities", where, f"this is no file of certificates: {why}.", fix)])


# ---- Binders


def bad_path(path: str, why: str) -> Problem:
    """A path that a binder cannot have."""
    fix = "Make paths by `Names`, which gives each title a plain name of its own."
    return Problem("binder_path", f"the path {path!r}", f"{why}.", fix)


def no_leaf(where: str, index: int, size: int) -> Problem:
    """A leaf that a binder names and the log does not have."""
    what = f"this names leaf {index} of the log, whose size is {size}."
    return Problem("binder_leaf", where, what, "Name the leaf that the log gave when it was added.")


def binder_trouble(where: str, error: OSError) -> Refused:
    """What the disk said while a binder was written; nothing of it is left."""
    if error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
        what = "there is no room left for this binder. Nothing of it was kept."
        fix = "Make room or enlarge the disk, then make the binder again."
        return Refused([Problem("binder_full", where, what, fix)])
    what = f"this binder could not be written: {error.strerror or error}. Nothing of it was kept."
    fix = "See to the folder and its disk, then make the binder again."
    return Refused([Problem("binder_not_written", where, what, fix)])


def binder_busy(where: str) -> Refused:
    """Somebody else writes the same binder now."""
    what = "this binder is being written already."
    return Refused([Problem("binder_busy", where, what, "Wait until it is there.")])


def binder_too_large(where: str, most: int) -> Refused:
    """A binder with more in it than a verifier reads at once."""
    what = f"this would have more than {most} bytes, and no verifier reads more. Nothing was kept."
    fix = "Make a binder for each activity or each clinician."
    return Refused([Problem("binder_too_large", where, what, fix)])


def too_many_checkpoints(most: int) -> Refused:
    """A binder with more checkpoints than a verifier checks."""
    what = f"this would have more than {most} checkpoints, and no verifier checks more. Nothing was kept."
    fix = "Make a binder for each activity or each clinician."
    return Refused([Problem("binder_too_large", "the binder", what, fix)])


def unreadable_binder(where: str, error: OSError) -> Refused:
    """A binder that is not there, or cannot be read."""
    what = f"this cannot be read: {error.strerror or error}."
    return Refused([Problem("unreadable_binder", where, what, "Name a binder's ZIP, or the folder of one.")])
