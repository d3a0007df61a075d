"""What in a text may say who a patient is: numbers of Medicare and Social Security, birth dates, and others.

The kinds are some of those of 45 CFR 164.514(b)(2)(i). Where in doubt it is found: a person decides.
"""

import re
from collections.abc import Iterator, Sequence
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


def findings(passages: Sequence[Passage], year: int) -> list[Finding]:
    """Everything found in a file's text, in its order. `year` is the performance year of the evidence.

    What is found in a part and in the whole that holds it is told of the part alone.
    """
    every = [
        Finding(kind, place, passage.place(start), start, end)
        for place, passage in enumerate(passages)
        for kind, start, end in sorted(_found(passage, year), key=lambda each: each[1:])
    ]
    said = [(passages[each.passage], each) for each in every]
    in_parts = {
        (one.part_of, each.kind, one.text[each.start : each.end]) for one, each in said if one.part_of
    }
    return [
        each for one, each in said
        if one.part_of or (one.where, each.kind, one.text[each.start : each.end]) not in in_parts
    ]  # fmt: skip


def _found(passage: Passage, year: int) -> Iterator[tuple[str, int, int]]:
    """Each place of a passage once, as the first kind that it may be."""
    before = f"{passage.label}: " if passage.label else ""
    text, taken = before + passage.text, list[range]()
    for kind, pattern in patterns.SOUGHT:
        for match in pattern.finditer(text):
            start, end = match.span("it")
            if start < len(before) or any(start < held.stop and held.start < end for held in taken):
                continue
            if kind == "named_date" and not _long_ago(match, year):
                continue
            taken.append(range(start, end))
            yield ("birth_date" if kind == "named_date" else kind), start - len(before), end - len(before)


def _long_ago(match: re.Match[str], year: int) -> bool:
    """Whether the year of a date lies so far back that it hardly is that of a visit."""
    digits = next(each for name, each in match.groupdict().items() if name.startswith("year") and each)
    return len(digits) == 4 and int(digits) < year - LONG_AGO
