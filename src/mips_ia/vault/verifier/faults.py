"""A fault of a binder, as a value: what is wrong, where, and what to do."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from itertools import islice
from typing import NamedTuple


class Fault(NamedTuple):
    """One thing that does not hold. `code` is stable, and the manual says what to do about it."""

    code: str
    where: str
    what: str
    fix: str

    def __str__(self) -> str:
        return f"{self.where}: {self.what} {self.fix}"


MOST_FAULTS = 1_000  # of one kind; who changed so much need not be told all of it
ANOTHER_COPY = "Take another copy of the binder, or ask the practice for one."


def changed(where: str, what: str) -> Fault:
    """A file is not as it was when the binder was made."""
    return Fault("changed_file", where, what, ANOTHER_COPY)


def unproven(where: str, what: str) -> Fault:
    """A proof of the log does not show what it must."""
    return Fault("not_proven", where, what, ANOTHER_COPY)


def few(found: Iterable[Fault]) -> list[Fault]:
    """The first faults, so that a file made of nothing but faults costs little."""
    return list(islice(found, MOST_FAULTS))


def numbered(count: int, noun: str) -> str:
    """The words for a number of things: `1 file`, `1,200 files`."""
    return f"{count:,} {noun}" + ("" if count == 1 else "s")


def sha256(text: bytes) -> str:
    """The SHA-256 of a text, in hexadecimal digits."""
    return hashlib.sha256(text).hexdigest()
