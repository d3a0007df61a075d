"""Whether each sealed record is as its leaf of the log has it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any, NamedTuple

from mips_ia.vault.verifier.faults import Fault, sha256
from mips_ia.vault.verifier.manifest import RECORDS
from mips_ia.vault.verifier.proven import Leaf
from mips_ia.vault.verifier.strict import loaded

MOST_PARTS_SEALED = 1_000_000
FIELDS = {"digest", "kind", "leaf", "record", "sealed"}


class Record(NamedTuple):
    """A record: its name, the leaf that has it (None: none has), the digest that it says, and its own."""

    kind: str
    number: int
    leaf: int | None
    said: str
    digest: str

    @property
    def name(self) -> str:
        """What it is called."""
        return f"{self.kind} {self.number}"


def records_of(text: bytes) -> list[Record]:
    """The records of their file; ValueError says what of it is not as it must be."""
    found = loaded(text, MOST_PARTS_SEALED)
    if not isinstance(found, list):
        raise ValueError("it is no list of records")  # noqa: TRY004 - as all others
    return [_record(each, number) for number, each in enumerate(found, start=1)]


def _record(found: Any, number: int) -> Record:
    if not isinstance(found, dict) or found.keys() != FIELDS:
        raise ValueError(f"record {number} of it has not the fields {', '.join(sorted(FIELDS))}")
    kind, leaf, sealed = found["kind"], found["leaf"], found["sealed"]
    numbers = {type(found["record"]), type(0 if leaf is None else leaf)}
    if numbers != {int} or not re.fullmatch("[a-z]{1,40}", str(kind)) or not isinstance(sealed, dict):
        raise ValueError(f"record {number} of it has a field of another kind than it must have")
    try:
        digest = sha256(json.dumps(sealed, sort_keys=True).encode())
    except RecursionError:
        raise ValueError(f"record {number} of it is nested too deep") from None
    return Record(kind, found["record"], leaf, str(found["digest"]), digest)


def differing(records: list[Record], leaves: dict[int, Leaf]) -> Iterator[Fault]:
    """The records that are not as the leaves that they name have them."""
    for each in records:
        why = _against(each, leaves)
        if why:
            what = f"what was sealed has the SHA-256 {each.digest}, and {why}."
            fix = "Ask the practice why, and for another binder."
            yield Fault("changed_record", f"{RECORDS}, {each.name}", what, fix)


def _against(record: Record, leaves: dict[int, Leaf]) -> str:
    """Why a record is another than its leaf has, or than it says itself; nothing where it is not."""
    if record.leaf is not None:
        it, name = f"leaf {record.leaf} of the log", (record.kind, record.number)
        if record.leaf not in leaves:
            return f"{it}, which should have it, is not here"
        told = leaves[record.leaf].value
        if not isinstance(told, dict) or (told.get("kind"), told.get("record")) != name:
            return f"{it}, which should have it, is not of this record"
        if told.get("digest") != record.digest:
            return f"{it} has {str(told.get('digest'))[:64]!a}: this record was changed"
    return "" if record.said == record.digest else f"it says itself that this is {record.said[:64]!a}"
