"""The sealed records of a binder: a line each, which has what its digest is of as it was sealed."""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass

from mips_ia.vault.binder.contents import Page
from mips_ia.vault.verifier.manifest import RECORDS


@dataclass(frozen=True, slots=True)
class Sealed:
    """A sealed record. `text` is what its digest is of, an object as `json.dumps` writes it, names sorted.

    `leaf` is the number of the leaf that has this digest, with the `kind` and the `number` of the record.
    """

    kind: str
    number: int
    leaf: int | None
    text: str


def records_page(records: Iterable[Sealed]) -> Page:
    """The page that has them: a list in JSON, one record a line, so that a shell can take out its text."""
    lines = [_line(each) for each in records]
    parted = [*(f"{line}," for line in lines[:-1]), *lines[-1:]]
    return Page(RECORDS, "\n".join(["[", *parted, "]", ""]).encode())


def _line(record: Sealed) -> str:
    digest = hashlib.sha256(record.text.encode()).hexdigest()
    told = {"leaf": record.leaf, "kind": record.kind, "record": record.number, "digest": digest}
    return f'{json.dumps(told)[:-1]}, "sealed": {record.text}}}'
