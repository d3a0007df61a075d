"""What the log of records came to when a binder was gathered: checkpoints, as its paper prints them."""

import hashlib
from dataclasses import dataclass

from django.conf import settings

from mips_ia.portal import vaults
from mips_ia.vault.checkpoints import checkpoint_name
from mips_ia.vault.signer import pem
from mips_ia.vault.verifier.manifest import PROOFS


@dataclass(frozen=True)
class Signed:
    """A checkpoint and its size; `about` has what is printed of it, each with its name."""

    size: int
    heading: str
    about: list


def signed():
    """The newest checkpoint, and the newest that has a time stamp where that is another one."""
    last = vaults.log().last(vaults.signing())
    if last is None:
        return []
    stamped = [size for size in vaults.stamps().sizes() if size <= last.size][-1:]
    found = [_signed(last.size, "What was signed of it last", stamped)]
    if stamped and stamped != [last.size]:
        found.append(_signed(stamped[0], "What an authority stamped last", stamped))
    return found


def _signed(size, heading, stamped):
    log, public = vaults.log(), vaults.signing().public
    origin, _, root, _, note = log.checkpoints.text(size).decode().splitlines()
    about = [
        ["Stands in", f"{PROOFS}{checkpoint_name(size)}"],
        ["Lines of the log", f"{size}, with the numbers 0 to {size - 1}"],
        ["Root", root],
        ["Signed by", origin],
        ["Fingerprint of its key (SHA-256 of proofs/public.pem)", hashlib.sha256(pem(public)).hexdigest()],
        ["Signature", note.rpartition(" ")[2]],
        ["Time stamp", _moment(size, stamped)],
    ]
    return Signed(size, heading, about)


def _moment(size, stamped):
    if size in stamped:
        return f"{vaults.stamps().moment(size):%Y-%m-%d %H:%M:%S} UTC"
    return "None yet: the authority was asked, or is about to be." if settings.TIME_STAMPS else "None."
