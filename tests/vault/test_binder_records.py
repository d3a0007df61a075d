"""The records of a binder are those of their lines in the log, by the verifier and by hand."""

import json
import zipfile
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

import pytest
import stranger
from binders import PAGES, SIGNED, Installation, installed, judgement, with_records

from mips_ia.problems import Refused
from mips_ia.vault.binder.contents import Page
from mips_ia.vault.binder.records import Sealed, records_page
from mips_ia.vault.verifier.manifest import MOST, RECORDS
from mips_ia.vault.verifier.records import differing, records_of

FORGED = SIGNED.replace("IA_BE_4", "IA_BE_5")
# What a practice could put into a binder's records, whose manifest is then in the log: what is said of it,
# and what the commands of VERIFY.md print.
OTHERS = {
    "changed": (
        Sealed("signature", 3, 8, FORGED),
        "records.json, signature 3: what was sealed has the SHA-256 ",
        "The signature 3 is NOT as line 8 of the log has it.\n",
    ),
    "of another number": (
        Sealed("signature", 31, 8, SIGNED),
        "leaf 8 of the log, which should have it, is not of this record.",
        "The signature 31 is NOT as line 8 of the log has it.\n",
    ),
    "of another kind": (
        Sealed("delegation", 3, 8, SIGNED),
        "leaf 8 of the log, which should have it, is not of this record.",
        "The delegation 3 is NOT as line 8 of the log has it.\n",
    ),
    "of another leaf": (
        Sealed("signature", 3, 6, SIGNED),
        "leaf 6 of the log, which should have it, is not of this record.",
        "The signature 3 is NOT as line 6 of the log has it.\n",
    ),
    "of a leaf that is not here": (
        Sealed("signature", 3, 7, SIGNED),
        "leaf 7 of the log, which should have it, is not here.",
        "The signature 3 is NOT as line 7 of the log has it.\n",
    ),
}


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Installation:
    return installed(tmp_path_factory.mktemp("installation"))


@pytest.fixture
def hand(tmp_path: Path) -> dict[str, str]:
    return stranger.bare(tmp_path)


def said_by_hand(binder: Path, tmp_path: Path, hand: dict[str, str]) -> str:
    with zipfile.ZipFile(binder) as zipped:
        zipped.extractall(tmp_path / "binder")
    printed, said = stranger.by_hand(tmp_path / "binder", hand)
    return printed + said


@pytest.mark.parametrize("kind", OTHERS)
def test_a_record_that_is_not_as_its_line_of_the_log_is_named(
    made: Installation, tmp_path: Path, hand: dict[str, str], kind: str
) -> None:
    record, named, by_hand = OTHERS[kind]
    path = with_records(made, record).binder().path

    (fault,) = judgement(path.read_bytes()).faults

    assert fault.code == "changed_record"
    assert named in str(fault)
    assert f"{record.kind} {record.number}" in fault.where
    assert f"leaf {record.leaf} of the log" in fault.what
    assert by_hand in said_by_hand(path, tmp_path, hand)


def test_each_record_is_named_and_those_that_are_well_are_not(
    made: Installation, tmp_path: Path, hand: dict[str, str]
) -> None:
    records = (Sealed("signature", 3, 8, SIGNED), *(each for each, _, _ in OTHERS.values()))
    path = with_records(made, *records).binder().path

    faults = judgement(path.read_bytes()).faults

    assert [each.where for each in faults] == [
        f"records.json, {each.kind} {each.number}" for each in records[1:]
    ]
    printed = said_by_hand(path, tmp_path, hand)
    assert [line for line in printed.splitlines() if " is NOT as line " in line] == [
        by_hand.rstrip() for _, _, by_hand in OTHERS.values()
    ]


def test_a_record_that_no_line_tells_of_is_said_and_is_no_fault(
    made: Installation, tmp_path: Path, hand: dict[str, str]
) -> None:
    path = with_records(made, *(Sealed("download", number, None, "{}") for number in range(7))).binder().path

    found = judgement(path.read_bytes())

    assert found.faults == []
    told = "download 0, download 1, download 2, download 3, download 4, ..."
    assert f"7 records of which no line of the log tells: {told}" in found.unchecked
    assert "The download 6 is NOT as line null of the log has it." in said_by_hand(path, tmp_path, hand)


@pytest.mark.parametrize(
    "text",
    [
        "{}", "[1]", "[{}]", "nothing",
        '[{"leaf":8,"kind":"signature","record":3,"digest":"0","sealed":{},"sealed":{}}]',
        '[{"leaf":true,"kind":"signature","record":3,"digest":"0","sealed":{}}]',
        '[{"leaf":8,"kind":"\\u001b[2J","record":3,"digest":"0","sealed":{}}]',
        '[{"leaf":8,"kind":"signature","record":3,"digest":"0","sealed":[]}]',
    ],
)  # fmt: skip
def test_records_of_another_form_are_named(
    made: Installation, tmp_path: Path, hand: dict[str, str], text: str
) -> None:
    pages = (*PAGES, Page(RECORDS, f"{text}\n".encode()))
    path = replace(made, contents=replace(made.contents, pages=pages)).binder().path

    (fault,) = judgement(path.read_bytes()).faults

    assert (fault.code, fault.where) == ("changed_file", RECORDS)
    assert fault.what.isprintable()
    assert "is NOT as line ? of the log has it." in said_by_hand(path, tmp_path, hand)


def test_a_file_that_another_line_received_is_named_by_hand_too(
    made: Installation, tmp_path: Path, hand: dict[str, str]
) -> None:
    first, second, *others = made.contents.documents
    documents = (replace(first, leaf=second.leaf), second, *others)
    path = replace(made, contents=replace(made.contents, documents=documents)).binder().path

    printed = said_by_hand(path, tmp_path, hand)

    assert f"{first.path} is NOT what line {second.leaf} of the log received.\n" in printed
    assert second.path not in printed


def test_a_text_stands_in_its_line_as_it_was_sealed(made: Installation) -> None:
    page = records_page([Sealed("signature", 3, 8, SIGNED), Sealed("use", 1, None, "{}")])

    first, line, another, last = page.content.decode().splitlines()
    assert (first, last) == ("[", "]")
    assert line.endswith(f', "sealed": {SIGNED}}},')
    assert another.endswith(', "sealed": {}}')
    assert [each["kind"] for each in json.loads(page.content)] == ["signature", "use"]
    assert records_page([]).content == b"[\n]\n"
    (record,) = records_of(made.contents.pages[-1].content)
    assert record.digest == record.said


def test_a_record_that_says_another_digest_of_itself_is_named() -> None:
    text = records_page([Sealed("use", 1, None, "{}"), Sealed("use", 2, None, "{}")]).content
    digest = sha256(b"{}").hexdigest()

    (fault,) = differing(records_of(text.replace(digest.encode(), b"0" * 64, 1)), {})

    assert (fault.code, fault.where) == ("changed_record", "records.json, use 1")
    assert f"it says itself that this is '{'0' * 64}'" in fault.what


def test_more_records_than_a_verifier_reads_are_refused(made: Installation) -> None:
    pages = (*PAGES, Page(RECORDS, bytes(MOST[RECORDS] + 1)))

    with pytest.raises(Refused) as refused:
        replace(made, contents=replace(made.contents, pages=pages)).binder()

    assert [each.code for each in refused.value.problems] == ["binder_too_large"]
