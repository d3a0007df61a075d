"""Signed checkpoints: what a log came to at a size, as C2SP's tlog-checkpoint and signed-note write it.

origin
number of leaves
root, in base64

— origin base64(4 bytes that name the key, then the Ed25519 signature of the first three lines)
"""

import base64
import hashlib
from dataclasses import dataclass

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from mips_ia.vault.faults import damaged_checkpoint
from mips_ia.vault.places import Place
from mips_ia.vault.signer import Signer

FOLDER = "checkpoints"
DIGITS = 12
ED25519 = b"\1"


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """That the log of this origin had so many leaves, and this root."""

    origin: str
    size: int
    root: bytes

    def body(self) -> bytes:
        """What is signed: three lines."""
        return f"{self.origin}\n{self.size}\n{base64.b64encode(self.root).decode()}\n".encode()

    def signed(self, signer: Signer) -> bytes:
        """The checkpoint with its signature, as it is stored."""
        return self._note(signer.public, signer.private.sign(self.body()))

    def _note(self, key: Ed25519PublicKey, signature: bytes) -> bytes:
        line = base64.b64encode(key_hash(self.origin, key) + signature).decode()
        return self.body() + f"\n— {self.origin} {line}\n".encode()


def key_hash(name: str, key: Ed25519PublicKey) -> bytes:
    """The four bytes by which a signature names its key."""
    return hashlib.sha256(name.encode() + b"\n" + ED25519 + key.public_bytes_raw()).digest()[:4]


def checkpoint_of(text: bytes, key: Ed25519PublicKey, where: str) -> Checkpoint:
    """The checkpoint of a signed note; refused where a byte of it is not as this key signed it."""
    try:
        origin, size, root, _, line = text.decode().splitlines()
        found = Checkpoint(origin, int(size), base64.b64decode(root, validate=True))
        signature = base64.b64decode(line.rpartition(" ")[2], validate=True)[4:]
        key.verify(signature, found.body())
    except ValueError:
        raise damaged_checkpoint(where, "this is no checkpoint of five lines") from None
    except InvalidSignature:
        raise damaged_checkpoint(where, "it was changed, or another key signed it") from None
    if found._note(key, signature) != text:  # noqa: SLF001 - a function of the class
        raise damaged_checkpoint(where, "it was changed after it was signed")
    return found


class Checkpoints:
    """A log's checkpoints, a file each, named by their number of leaves in twelve digits."""

    def __init__(self, place: Place) -> None:
        self.place = place

    def sizes(self) -> list[int]:
        """The sizes at which there is a checkpoint, in order."""
        return [
            int(name)
            for name in self.place.names(FOLDER)
            if name.isdecimal() and name.isascii() and len(name) == DIGITS
        ]

    def text(self, size: int) -> bytes:
        """A signed checkpoint as it is stored."""
        return self.place.content(checkpoint_name(size))

    def checkpoint(self, size: int, key: Ed25519PublicKey) -> Checkpoint:
        """The checkpoint of a size; refused where this key did not sign it, or for another size."""
        where = f"{self.place.address}/{checkpoint_name(size)}"
        found = checkpoint_of(self.text(size), key, where)
        if found.size != size:
            raise damaged_checkpoint(where, f"it is the checkpoint at size {found.size}")
        return found

    def keep(self, checkpoint: Checkpoint, signer: Signer) -> None:
        """Sign a checkpoint and keep it; one of the same size is kept as it is."""
        self.place.publish(checkpoint_name(checkpoint.size), checkpoint.signed(signer))


def checkpoint_name(size: int) -> str:
    """The name of the checkpoint of a size."""
    return f"{FOLDER}/{size:0{DIGITS}}"
