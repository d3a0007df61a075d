"""Time stamps of checkpoints by an authority that others trust (RFC 3161): asked for, and asked for again.

A request that waits is a file in `queue/`, so that neither a restart nor an authority that is away loses it.
"""

import hashlib
import urllib.request
from collections.abc import Callable, Sequence
from datetime import datetime
from http.client import HTTPException
from typing import Any

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.x509 import Certificate, InvalidVersion, ObjectIdentifier, load_pem_x509_certificates
from rfc3161_client import (
    HashAlgorithm,
    TimestampRequestBuilder,
    TimeStampResponse,
    VerificationError,
    VerifierBuilder,
    decode_timestamp_response,
)

from mips_ia.problems import Problem, Refused, counted
from mips_ia.vault.canonical import canonical, parsed
from mips_ia.vault.checkpoints import DIGITS, checkpoint_name
from mips_ia.vault.der import with_sorted_certificates
from mips_ia.vault.faults import bad_authorities, damaged_stamp
from mips_ia.vault.places import Place

FOLDER, QUEUE, END = "stamps", "queue", ".tsr"
SHA256 = ObjectIdentifier("2.16.840.1.101.3.4.2.1")
FIRST_WAIT, LONGEST_WAIT = 60, 6 * 3600  # seconds between two tries
PATIENCE = 30  # seconds for an answer
MOST = 1_000_000  # bytes of an answer
PANIC = "PanicException"  # by which the library stops at a certificate that it did not expect; no Exception

Transport = Callable[[str, bytes], bytes]


def over_http(url: str, request: bytes) -> bytes:
    """What an authority answers to a request; OSError where it does not answer."""
    if not url.startswith(("http://", "https://")):
        raise OSError(f"{url} is no address that begins with http:// or https://")
    kind = {"Content-Type": "application/timestamp-query"}
    asked = urllib.request.Request(url, request, kind)  # noqa: S310 - the scheme was looked at
    try:
        with urllib.request.urlopen(asked, timeout=PATIENCE) as answer:  # noqa: S310 - as above
            return bytes(answer.read(MOST))
    except HTTPException as error:
        raise OSError(f"it broke off: {error or type(error).__name__}") from error


def authorities(text: bytes, where: str) -> list[Certificate]:
    """The certificates of a PEM file: a root, and what stands between it and the authority."""
    try:
        found = load_pem_x509_certificates(text)
        rooted = any(each.issuer == each.subject for each in found)
    except (ValueError, TypeError, InvalidVersion) as error:
        raise bad_authorities(where, error) from None
    if not rooted:
        raise bad_authorities(where, "none of its certificates is a root")
    return found


class Stamps:
    """The time stamps of a log's checkpoints, and the queue of those that are wanted."""

    def __init__(self, place: Place, trusted: list[Certificate] | None = None) -> None:
        self.place, self.trusted = place, trusted or []

    # ---- Asking

    def want(self, size: int) -> None:
        """Put the checkpoint of a size into the queue, if it has no stamp and does not wait already."""
        if size not in self.sizes():
            self.place.publish(_waiting(size), _try(0, 0, ""))

    def wanted(self) -> list[int]:
        """The sizes of the checkpoints that wait for a stamp."""
        return _numbers(self.place.names(QUEUE), ".json")

    def ask(self, url: str, now: int, transport: Transport = over_http) -> list[Problem]:
        """Ask for each stamp that waits and is due; what kept one from coming, which is tried again later.

        `now` is in seconds since 1970. The wait between two tries doubles, from a minute to six hours.
        """
        problems = []
        for size in self.wanted():
            waiting = self._waits(size)
            if now < waiting["due"] <= now + LONGEST_WAIT:  # later than that is no time that was written
                continue
            try:
                self._stamped(size, url, transport)
            except (OSError, Refused) as error:
                problems.append(self._later(size, waiting["tries"] + 1, now, url, error))
            else:
                self.place.remove(_waiting(size))
        return problems

    def _stamped(self, size: int, url: str, transport: Transport) -> None:
        checkpoint = self.place.content(checkpoint_name(size))
        request = TimestampRequestBuilder().data(checkpoint).hash_algorithm(HashAlgorithm.SHA256).build()
        answer = transport(url, request.as_bytes())
        moment_of(answer, checkpoint, url, self.trusted, request.nonce)
        self.place.put(sum_name(size), sum_of(size, answer))  # first: a stamp without one is damaged
        self.place.put(stamp_name(size), answer)

    def _waits(self, size: int) -> dict[str, Any]:
        """What is known of a request that waits. One that cannot be read begins anew."""
        try:
            found = parsed(self.place.content(_waiting(size)).removesuffix(b"\n"))
            return {"tries": int(found["tries"]), "due": int(found["due"])}
        except (ValueError, TypeError, KeyError):
            return {"tries": 0, "due": 0}

    def _later(self, size: int, tries: int, now: int, url: str, error: Exception) -> Problem:
        wait = min(FIRST_WAIT * 2 ** min(tries - 1, 10), LONGEST_WAIT)
        said = error.problems[0].what if isinstance(error, Refused) else str(error) or type(error).__name__
        self.place.put(_waiting(size), _try(tries, now + wait, said))
        what = f"the checkpoint at size {size} has no time stamp yet: {said}"
        fix = f"It is asked for again in {counted(wait // 60, 'minute')}; nothing else waits for it."
        return Problem("stamp_waits", url, what.rstrip(".") + ".", fix, severity="warning")

    # ---- Checking

    def sizes(self) -> list[int]:
        """The sizes of the checkpoints that have a stamp."""
        return _numbers(self.place.names(FOLDER), END)

    def lost(self) -> list[int]:
        """The sizes of the checkpoints whose stamp is gone: its sum is here, and it is not waited for."""
        came = _numbers(self.place.names(FOLDER), ".sha256")
        return [size for size in came if size not in {*self.sizes(), *self.wanted()}]

    def moment(self, size: int) -> datetime:
        """When the authority saw the checkpoint of a size; refused where the stamp does not prove it."""
        where = f"{self.place.address}/{stamp_name(size)}"
        try:
            checkpoint = self.place.content(checkpoint_name(size))
        except FileNotFoundError:
            raise damaged_stamp(where, "there is no such checkpoint") from None
        try:
            stamp = self.place.content(stamp_name(size))
        except FileNotFoundError:
            raise damaged_stamp(where, f"it is gone, and {sum_name(size)} is here") from None
        moment = moment_of(stamp, checkpoint, where, self.trusted)
        try:
            kept = self.place.content(sum_name(size))
        except FileNotFoundError:
            raise damaged_stamp(where, f"{sum_name(size)} is gone") from None
        if kept != sum_of(size, stamp):
            raise damaged_stamp(where, f"it, or {sum_name(size)}, was changed after it came")
        return moment


def moment_of(
    stamp: bytes, checkpoint: bytes, where: str, trusted: Sequence[Certificate], nonce: int | None = None
) -> datetime:
    """When an authority saw a checkpoint; refused where its stamp does not prove it.

    Without trusted certificates this says only that the stamp is of this checkpoint.
    """
    try:
        answer = decode_timestamp_response(with_sorted_certificates(stamp))
        _prove(answer, checkpoint, trusted, nonce)
    except (ValueError, TypeError, UnsupportedAlgorithm, VerificationError, InvalidVersion) as error:
        raise damaged_stamp(where, error) from None
    except BaseException as error:
        if type(error).__name__ != PANIC:
            raise
        raise damaged_stamp(where, "its certificates, or yours, are not as they were issued") from None
    return answer.tst_info.gen_time


def _prove(
    answer: TimeStampResponse, checkpoint: bytes, trusted: Sequence[Certificate], nonce: int | None
) -> None:
    if answer.status != 0:
        said = " ".join(answer.status_string)
        raise ValueError(f"the authority refused with status {answer.status}: {said}")
    imprint = answer.tst_info.message_imprint
    if imprint.hash_algorithm != SHA256 or imprint.message != hashlib.sha256(checkpoint).digest():
        raise ValueError("it is a stamp of something else")
    if nonce is not None and answer.tst_info.nonce != nonce:
        raise ValueError("it answers another request")
    if trusted:
        roots = [each for each in trusted if each.issuer == each.subject]
        between = [each for each in trusted if each.issuer != each.subject]
        VerifierBuilder(roots=roots, intermediates=between).build().verify_message(answer, checkpoint)


def stamp_name(size: int) -> str:
    """The name of the time stamp of the checkpoint of a size."""
    return f"{FOLDER}/{size:0{DIGITS}}{END}"


def sum_name(size: int) -> str:
    """The name of the file with the SHA-256 of a time stamp: its authority does not sign all of its bytes."""
    return f"{FOLDER}/{size:0{DIGITS}}.sha256"


def sum_of(size: int, stamp: bytes) -> bytes:
    """The SHA-256 of a time stamp, as sha256sum writes it."""
    return f"{hashlib.sha256(stamp).hexdigest()}  {size:0{DIGITS}}{END}\n".encode()


def _waiting(size: int) -> str:
    return f"{QUEUE}/{size:0{DIGITS}}.json"


def _try(tries: int, due: int, said: str) -> bytes:
    return canonical({"tries": tries, "due": due, "said": said}) + b"\n"


def _numbers(names: list[str], end: str) -> list[int]:
    """The numbers of names that are twelve digits and an end."""
    bare = [name.removesuffix(end) for name in names if name.endswith(end)]
    return [int(name) for name in bare if len(name) == DIGITS and name.isascii() and name.isdecimal()]
