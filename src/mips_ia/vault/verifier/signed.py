"""Checkpoints: what a log came to, as its key signed it, in the form of C2SP's signed notes."""

from __future__ import annotations

import base64
import hashlib
import re
from typing import NamedTuple

ED25519 = b"\1"
DER = bytes.fromhex("302a300506032b6570032100")  # what stands before the 32 bytes of an Ed25519 key
NOTE = re.compile(r"([^\s+]+)\n([1-9][0-9]{0,15})\n(\S+)\n\n\u2014 ([^\s+]+) (\S+)\n")


class Checkpoint(NamedTuple):
    """That a log of this name had so many leaves and this root, and the signature that says so."""

    origin: str
    size: int
    root: bytes
    signed: bytes
    signature: bytes


def checkpoint_in(text: bytes, size: int, origin: str, public: bytes) -> Checkpoint:
    """The checkpoint of a note; ValueError where it is none of this size, log and key."""
    match = NOTE.fullmatch(text.decode("utf-8"))
    if not match:
        raise ValueError("it is no checkpoint of five lines")
    root, line = _bytes(match[3], 32), _bytes(match[5], 68)
    if int(match[2]) != size:
        raise ValueError(f"it is the checkpoint at size {match[2]}")
    if match[1] != origin or match[4] != origin:
        raise ValueError(f"it is of another log than {origin}")
    if line[:4] != hashlib.sha256(origin.encode() + b"\n" + ED25519 + public).digest()[:4]:
        raise ValueError("another key signed it")
    signed = "\n".join(match.group(1, 2, 3)).encode() + b"\n"
    return Checkpoint(origin, size, root, signed, line[4:])


def public_pem(public: bytes) -> bytes:
    """A public key as its file has it."""
    text = base64.b64encode(DER + public)
    return b"-----BEGIN PUBLIC KEY-----\n" + text + b"\n-----END PUBLIC KEY-----\n"


def _bytes(text: str, length: int) -> bytes:
    """What a text in base64 says, in its one form."""
    found = base64.b64decode(text, validate=True)
    if len(found) != length or base64.b64encode(found).decode() != text:
        raise ValueError(f"it must have {length} bytes in base64")
    return found
