"""The judgement of a binder by the code that each binder brings, with our own libraries for signatures."""

from collections.abc import Iterator
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from mips_ia.problems import Problem, Refused
from mips_ia.vault.faults import unreadable_binder
from mips_ia.vault.timestamps import authorities as certificates_of
from mips_ia.vault.timestamps import moment_of
from mips_ia.vault.verifier.command import judged_at
from mips_ia.vault.verifier.judged import Judgement, Own
from mips_ia.vault.verifier.openssl import Answer


class Libraries:
    """Signatures by `cryptography`, time stamps by `rfc3161_client`."""

    def signature(self, public: bytes, signed: bytes, signature: bytes) -> Answer:
        """Whether a key signed a text."""
        try:
            Ed25519PublicKey.from_public_bytes(public).verify(signature, signed)
        except (InvalidSignature, ValueError):
            return Answer(holds=False, said="it was changed, or another key signed it")
        return Answer(holds=True, said="")

    def stamp(self, stamp: bytes, stamped: bytes, authorities: bytes) -> Answer:
        """Whether a time stamp is of a text, by one of these authorities; and its time."""
        try:
            trusted = certificates_of(authorities, "the certificates")
            moment = moment_of(stamp, stamped, "the time stamp", trusted)
        except Refused as refusal:
            return Answer(holds=False, said=refusal.problems[0].what.rstrip("."))
        return Answer(holds=True, said=f"{moment:%Y-%m-%d %H:%M:%S} UTC")


def verified(path: Path, own: Own) -> Judgement:
    """The judgement of a ZIP or of a folder; refused where it cannot be read."""
    try:
        return judged_at(str(path), Libraries(), own)
    except OSError as error:
        raise unreadable_binder(str(path), error) from error


def problems_of(judgement: Judgement) -> Iterator[Problem]:
    """The faults of a judgement as problems."""
    for fault in judgement.faults:
        yield Problem(fault.code, fault.where, fault.what, fault.fix)
