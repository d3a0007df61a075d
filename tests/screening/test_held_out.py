"""What is found in documents that nobody had in mind who wrote the expressions: as the manual says."""

from collections import Counter
from pathlib import Path

import pytest
from clinic_documents import documents
from measured import Searched, counted, searched_of, share

from mips_ia.screening.apart import CALLED
from mips_ia.screening.patients import KINDS

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


@pytest.fixture(scope="module")
def searched() -> Searched:
    return searched_of(documents())


def test_the_manual_says_how_much_is_found_of_what_nobody_had_in_mind(searched: Searched) -> None:
    planted, told, right = counted(searched)
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


def test_the_held_out_documents_are_of_every_kind(searched: Searched) -> None:
    kinds = Counter((each.name.rpartition(".")[2], bool(each.planted)) for each, _ in searched)

    assert len(searched) >= 60
    assert len(kinds) == 16
