"""What in a text may say who a patient is: numbers of Medicare and Social Security, birth dates, and others.

The kinds are some of those of 45 CFR 164.514(b)(2)(i). Where in doubt it is found: a person decides.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from mips_ia.screening import patterns
from mips_ia.screening.passages import Passage

KINDS = ("mbi", "ssn", "birth_date", "record_number", "phone", "address")
# Years before the year of the evidence; a date so long ago beside a name is taken for one of birth.
LONG_AGO = 5
NEAR = 10  # passages, such as rows, in which what names a patient is near
_NAMING, _DATES = ("mbi", "ssn", "birth_date", "record_number"), ("named_date", "old_date")
_FIGURE = re.compile(r"\d")
_KINDS = {
    "named_date": "birth_date", "old_date": "birth_date", "own_phone": "phone", "own_address": "address",
}  # fmt: skip


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
    told, named = set[tuple[str, str, str]](), -NEAR
    for number, passage in enumerate(passages):
        if passage.columns:
            told = set()
        in_row = frozenset(told)
        found = sorted(_found(passage, year, near=number - named < NEAR), key=lambda each: each[1:])
        wheres = passage.places(start for _, start, _ in found)
        for (kind, start, end), where in zip(found, wheres, strict=True):
            named = number if kind in _NAMING else named
            if (kind, where, passage.text[start:end]) not in in_row:
                told.add((kind, where, passage.text[start:end]))
                yield passage, Finding(kind, number, where, start, end)


def findings(passages: Iterable[Passage], year: int) -> list[Finding]:
    """Everything found in a file's text, in its order."""
    return [finding for _, finding in places(passages, year)]


def _found(passage: Passage, year: int, *, near: bool) -> Iterator[tuple[str, int, int]]:
    """Each place of a passage once, as the first kind that it may be; `near` says whether one is named."""
    if not _FIGURE.search(passage.text):
        return  # there is a digit in everything that is sought
    before = f"{passage.label}: " if passage.label else ""
    text, seen = _plain(before + passage.text)
    taken = bytearray(len(text))
    for kind, match in _matches(text):
        first, last = match.span("it")
        if any(taken[first:last]):
            continue
        start, end = (seen[first], seen[last - 1] + 1) if seen else (first, last)
        start, end = start - len(before), end - len(before)
        if start < 0 or (kind in _DATES and not _of_birth(kind, match, passage, start, year)):
            continue
        if kind.startswith("own_") and not near:
            continue  # that of whoever signs a letter
        taken[first:last] = b"\1" * (last - first)
        near = near or kind in _NAMING or kind in _DATES
        yield _KINDS.get(kind, kind), start, end


def _plain(text: str) -> tuple[str, list[int]]:
    """A text as it is searched, and where each of its characters stands in what was given, if elsewhere."""
    if text.isascii():
        return text, []
    seen = list[int]()
    if patterns.UNSEEN.search(text):
        seen = [place for place, each in enumerate(text) if not patterns.UNSEEN.match(each)]
        text = patterns.UNSEEN.sub("", text)
    return text.translate(patterns.ALIKE), seen


def _matches(text: str) -> Iterator[tuple[str, re.Match[str]]]:
    """All that may be something, the plainest first: in its field, behind a word, and below a heading."""
    sought = [*patterns.FIELDS] if patterns.MESSAGE in text else []
    small = text.lower() if text.isascii() else ""
    for kind, words, pattern in patterns.SOUGHT:
        if not (small and words) or any(word in small for word in words):
            sought.append((kind, pattern))
    for kind, pattern in sought:
        for match in pattern.finditer(text):
            yield kind, match
    for heading in patterns.HEADING.finditer(text) if "\n" in text else ():
        below = [(kind, item) for kind, word, item in patterns.BELOW if word.search(heading[0])]
        at = heading.end()
        while below and (row := patterns.ROW.match(text, at)):
            at = row.end()
            for kind, item in below:
                for match in item.finditer(text, row.start(1), row.end(1)):
                    yield kind, match


def _of_birth(kind: str, match: re.Match[str], passage: Passage, start: int, year: int) -> bool:
    """Whether a date is too long ago to be that of a visit, and nothing says what else it is of.

    One that does not stand below a heading needs a name before it in its line.
    """
    digits = next(each for name, each in match.groupdict().items() if name.startswith("year") and each)
    if len(digits) != 4 or int(digits) >= year - LONG_AGO:
        return False
    gap, first = "", match.start("it")
    if kind == "named_date":
        line = match.string[max(0, first - patterns.BEFORE) : first].rpartition("\n")[2]
        named = patterns.NAMED.search(line) or _in_small_letters(line)
        if not named or patterns.PAPER.search(named[0]):
            return False
        gap = named["gap"]
    return not any(map(patterns.EVENT.search, (gap, passage.heading(start))))


def _in_small_letters(line: str) -> re.Match[str] | None:
    """A name in small letters at the beginning of a line, none of whose words is that of an event."""
    found = patterns.SMALL.search(line)
    apart = found and not patterns.NO_NAME.search(line) and not patterns.EVENT.search(line)
    return found if apart else None
