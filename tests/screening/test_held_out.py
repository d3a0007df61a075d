"""What is found in documents that nobody had in mind who wrote the expressions: as the manual says."""

from collections import Counter
from pathlib import Path

import pytest
from clinic_documents import documents
from practice_documents import YEAR, Document, plain

from mips_ia.screening.apart import CALLED
from mips_ia.screening.documents import opened
from mips_ia.screening.kinds import by_content
from mips_ia.screening.patients import KINDS, places

MANUAL = Path(__file__).parents[2] / "docs" / "screening.md"
# What was measured when the documents were written, before anything was mended for them: of what is found,
# right; and of what was planted, found.
BEFORE = {
    "mbi": ("89.5 %", "65.4 %"),
    "ssn": ("100.0 %", "50.0 %"),
    "birth_date": ("88.2 %", "51.7 %"),
    "record_number": ("100.0 %", "45.2 %"),
    "phone": ("100.0 %", "68.4 %"),
    "address": ("100.0 %", "46.2 %"),
}
Found = Counter[tuple[str, str]]


def found(content: bytes, name: str) -> Found:
    """What is found in a file and in those that it brings, by kind and letters and figures."""
    document = opened(content, name, by_content(content, name, name))
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


def test_the_manual_says_how_much_is_found_of_what_nobody_had_in_mind(
    searched: list[tuple[Document, Found]],
) -> None:
    planted, told, right = Counter[str](), Counter[str](), Counter[str]()
    for document, said in searched:
        for counts, held in ((planted, document.planted), (told, said), (right, document.planted & said)):
            for (kind, _), often in held.items():
                counts[kind] += often
    rows = [
        f"| {CALLED[kind][0]} | {planted[kind]} | {BEFORE[kind][0]} | {BEFORE[kind][1]} "
        f"| {share(right[kind], told[kind])} | {share(right[kind], planted[kind])} |"
        for kind in KINDS
    ]
    named = sum(bool(each.planted) for each, _ in searched)
    met = sum(bool(each.planted and said) for each, said in searched)
    stopped = sum(bool(said and not each.planted) for each, said in searched)
    manual = MANUAL.read_text(encoding="utf-8")

    assert [row for row in rows if row not in manual] == []
    assert right["mbi"] == planted["mbi"] > 50
    assert right["ssn"] == planted["ssn"] > 40
    assert (
        f"found in {met} of {named} that name a patient, and in {stopped} of {len(searched) - named}"
        in manual
    )


def test_the_held_out_documents_are_of_every_kind(searched: list[tuple[Document, Found]]) -> None:
    kinds = Counter((each.name.rpartition(".")[2], bool(each.planted)) for each, _ in searched)

    assert len(searched) >= 60
    assert len(kinds) == 16
