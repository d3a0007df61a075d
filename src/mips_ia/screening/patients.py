"""What in a text may say who a patient is: numbers of Medicare and Social Security, birth dates, and others.

The kinds are some of those of 45 CFR 164.514(b)(2)(i). Where in doubt it is found: a person decides.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from mips_ia.screening import patterns
from mips_ia.screening.passages import Passage

KINDS = ("mbi", "ssn", "birth_date", "record_number", "phone", "address")
LONG_AGO = (
    5  # years before the year of the evidence; a date so long ago beside a name is taken for one of birth
)


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that may say who a patient is: its kind, the passage, its first character and its end.

    The characters themselves are not in it, so that it can be told and logged.
    """

    kind: str
    passage: int
    where: str
    start: int
    end: int


def places(passages: Iterable[Passage], year: int) -> Iterator[tuple[Passage, Finding]]:
    """Everything found in a file's text, in its order, each with its passage.

    `year` is the performance year of the evidence. What is found in a row and in its cell is told once.
    """
    told = set[tuple[str, str, str]]()
    for number, passage in enumerate(passages):
        if passage.columns:
            told = set()
        in_row = frozenset(told)
        for kind, start, end in sorted(_found(passage, year), key=lambda each: each[1:]):
            where = passage.place(start)
            if (kind, where, passage.text[start:end]) not in in_row:
                told.add((kind, where, passage.text[start:end]))
                yield passage, Finding(kind, number, where, start, end)


def findings(passages: Iterable[Passage], year: int) -> list[Finding]:
    """Everything found in a file's text, in its order."""
    return [finding for _, finding in places(passages, year)]


def _found(passage: Passage, year: int) -> Iterator[tuple[str, int, int]]:
    """Each place of a passage once, as the first kind that it may be."""
    if not any(map(str.isdigit, passage.text)):
        return  # there is a digit in everything that is sought
    before = f"{passage.label}: " if passage.label else ""
    text = before + passage.text
    taken = bytearray(len(text))
    for kind, pattern in patterns.SOUGHT:
        for match in pattern.finditer(text):
            start, end = match.span("it")
            if start < len(before) or any(taken[start:end]):
                continue
            if kind == "named_date" and not _long_ago(match, year):
                continue
            taken[start:end] = b"\1" * (end - start)
            yield ("birth_date" if kind == "named_date" else kind), start - len(before), end - len(before)


def _long_ago(match: re.Match[str], year: int) -> bool:
    """Whether the year of a date lies so far back that it hardly is that of a visit."""
    digits = next(each for name, each in match.groupdict().items() if name.startswith("year") and each)
    return len(digits) == 4 and int(digits) < year - LONG_AGO
