"""How much of what names a patient is found in 300 documents, and how much else: as the manual says."""

import re
from collections import Counter
from pathlib import Path

import pytest
from practice_documents import DOCUMENTS, YEAR, Document, documents, plain

from mips_ia.screening.documents import opened
from mips_ia.screening.kinds import by_content
from mips_ia.screening.patients import KINDS, findings, places

MANUAL = Path(__file__).parents[2] / "docs" / "screening.md"
# Where something stands is said in our own words, numbers and letters of columns, never in the file's.
WHERE = re.compile(
    r"^(?:(?:sheet|page|table|description|row|line|paragraph) \d+(?: of the picture)?|column (?:\d+|[A-Z]+)"
    r"|header 1|Subject of the message|, )+$"
)
Found = Counter[tuple[str, str]]


def found(content: bytes, name: str) -> Found:
    """What is found in a file and in those that it brings, by kind and letters and figures."""
    document = opened(content, name, by_content(content, name, name))
    assert all(WHERE.match(each.where) for each in findings(document.passages(), YEAR))
    said: Found = Counter(
        (each.kind, plain(passage.text[each.start : each.end]))
        for passage, each in places(document.passages(), YEAR)
    )
    for each in document.attached():
        said += found(each.content, each.called)
    return said


@pytest.fixture(scope="module")
def searched() -> list[tuple[Document, Found]]:
    return [(each, found(each.content, each.name)) for each in documents()]


def share(part: int, whole: int) -> str:
    return f"{100 * part / whole:.1f} %"


def test_the_manual_says_how_much_is_found(searched: list[tuple[Document, Found]]) -> None:
    planted, told, right = Counter[str](), Counter[str](), Counter[str]()
    for document, said in searched:
        for counts, held in ((planted, document.planted), (told, said), (right, document.planted & said)):
            for (kind, _), often in held.items():
                counts[kind] += often
    measured = [
        f"| `{kind}` | {planted[kind]} | {told[kind]} | {share(right[kind], told[kind])} "
        f"| {share(right[kind], planted[kind])} |"
        for kind in KINDS
    ]

    assert f"name {sum(planted.values()):,} invented things" in MANUAL.read_text(encoding="utf-8")
    assert re.findall(r"^\| `\w+` \| \d.*$", MANUAL.read_text(encoding="utf-8"), re.MULTILINE) == measured
    assert right["mbi"] == planted["mbi"] > 100
    assert right["ssn"] == planted["ssn"] > 50


def test_the_documents_are_of_every_kind_and_half_of_them_name_patients(
    searched: list[tuple[Document, Found]],
) -> None:
    kinds = Counter((each.name.rpartition(".")[2], bool(each.planted)) for each, _ in searched)

    assert len(searched) == DOCUMENTS
    assert sum(often for (_, named), often in kinds.items() if named) == DOCUMENTS // 2
    assert len(kinds) == 16
    assert min(kinds.values()) >= 5


def test_hardly_any_document_that_names_nobody_is_stopped(searched: list[tuple[Document, Found]]) -> None:
    stopped = [each.name for each, said in searched if said and not each.planted]
    passed = [each.name for each, said in searched if each.planted and not said]

    said = (
        f"in {DOCUMENTS // 2 - len(passed)} of {DOCUMENTS // 2} documents that name a patient, "
        f"and in {len(stopped)} of {DOCUMENTS // 2} that name nobody"
    )
    assert said in MANUAL.read_text(encoding="utf-8")
