"""How much of what names a patient is found in 300 documents, and how much else: as the manual says."""

import re
from collections import Counter
from pathlib import Path

import pytest
from measured import Searched, counted, searched_of, share
from practice_documents import DOCUMENTS, YEAR, documents

from mips_ia.screening.documents import opened
from mips_ia.screening.kinds import by_content
from mips_ia.screening.patients import KINDS, findings

MANUAL = Path(__file__).parents[2] / "docs" / "screening.md"
# Where something stands is said in our own words, numbers and letters of columns, never in the file's.
WHERE = re.compile(
    r"^(?:(?:sheet|page|table|description|row|line|paragraph) \d+(?: of the picture)?|column (?:\d+|[A-Z]+)"
    r"|header 1|Subject of the message|, )+$"
)


@pytest.fixture(scope="module")
def searched() -> Searched:
    return searched_of(documents())


def test_the_manual_says_how_much_is_found(searched: Searched) -> None:
    planted, told, right = counted(searched)
    measured = [
        f"| `{kind}` | {planted[kind]} | {told[kind]} | {share(right[kind], told[kind])} "
        f"| {share(right[kind], planted[kind])} |"
        for kind in KINDS
    ]

    assert f"name {sum(planted.values()):,} invented things" in MANUAL.read_text(encoding="utf-8")
    assert re.findall(r"^\| `\w+` \| \d.*$", MANUAL.read_text(encoding="utf-8"), re.MULTILINE) == measured
    assert right["mbi"] == planted["mbi"] > 100
    assert right["ssn"] == planted["ssn"] > 50


def test_the_documents_are_of_every_kind_and_half_of_them_name_patients(searched: Searched) -> None:
    kinds = Counter((each.name.rpartition(".")[2], bool(each.planted)) for each, _ in searched)

    assert len(searched) == DOCUMENTS
    assert sum(often for (_, named), often in kinds.items() if named) == DOCUMENTS // 2
    assert len(kinds) == 16
    assert min(kinds.values()) >= 5


def test_hardly_any_document_that_names_nobody_is_stopped(searched: Searched) -> None:
    stopped = [each.name for each, said in searched if said and not each.planted]
    passed = [each.name for each, said in searched if each.planted and not said]

    said = (
        f"in {DOCUMENTS // 2 - len(passed)} of {DOCUMENTS // 2} documents that name a patient, "
        f"and in {len(stopped)} of {DOCUMENTS // 2} that name nobody"
    )
    assert said in MANUAL.read_text(encoding="utf-8")


def test_where_something_stands_is_said_in_our_own_words() -> None:
    said = {where for each in documents() for where in wheres(each.content, each.name)}

    assert len(said) > 100
    assert [each for each in said if not WHERE.match(each)] == []


def wheres(content: bytes, name: str) -> list[str]:
    """Where something is found in a file, and in those that it brings."""
    document = opened(content, name, by_content(content, name, name))
    more = [where for each in document.attached() for where in wheres(each.content, each.called)]
    return [*(each.where for each in findings(document.passages(), YEAR)), *more]
