"""What was found in a file, with the words around it: for whoever decides about it, and nobody else."""

from collections.abc import Iterator
from typing import NamedTuple

from mips_ia.screening.kinds import by_content, kind_of
from mips_ia.screening.looking import files, taken_apart
from mips_ia.screening.passages import Document, Passage
from mips_ia.screening.patients import Finding, places

MOST, BESIDE, LONGEST = 50, 80, 200  # places, characters on each side, and of what was found


class Around(NamedTuple):
    """Where something stands, the words before it, itself, and the words behind it."""

    where: str
    before: str
    found: str
    behind: str


def around(passage: Passage, finding: Finding) -> Around:
    """A finding with what stands beside it in its passage."""
    start, end, text = finding.start, finding.end, passage.text
    found = text[start : min(end, start + LONGEST)]
    before, behind = text[max(0, start - BESIDE) : start], text[end : end + BESIDE]
    return Around(finding.where, before.lstrip(), found, behind.rstrip())


def surroundings(content: bytes, name: str, year: int) -> Iterator[Around]:
    """Everything that was found in a file and in those that it brings. `Refused` as when it is looked at."""
    document = taken_apart(content, name, kind_of(content, name))
    yield from (around(passage, finding) for passage, finding in places(document.passages(), year))
    yield from _brought(document, name, year, 0)


def _brought(document: Document, name: str, year: int, depth: int) -> Iterator[Around]:
    for number, each, kept in files(document, name, depth):
        if kept:
            continue
        called = f"{name}, attachment {number}"
        inner = taken_apart(each.content, called, by_content(each.content, called, each.called))
        held = [around(passage, finding) for passage, finding in places(inner.passages(), year)]
        for found in (*held, *_brought(inner, called, year, depth + 1)):
            yield found._replace(where=f"attachment {number}, {found.where}")
