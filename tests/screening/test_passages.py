"""Text, tables and messages in passages, and what is found in them named by where it stands."""

from collections.abc import Iterable
from contextlib import suppress
from email.message import EmailMessage

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mips_ia import Refused
from mips_ia.screening.mails import Mail
from mips_ia.screening.passages import Passage
from mips_ia.screening.patients import findings
from mips_ia.screening.texts import Table, Text, decoded

YEAR = 2026


def told(passages: Iterable[Passage]) -> list[tuple[str, str]]:
    """What is found, each with where it stands."""
    return [(each.kind, each.where) for each in findings(passages, YEAR)]


def message(text: str = "Done.", page: str = "") -> EmailMessage:
    made = EmailMessage()
    made["From"], made["To"], made["Subject"] = "a@demo.example", "b@demo.example", "Fall screening"
    made.set_content(text)
    if page:
        made.add_alternative(page, subtype="html")
    return made


def test_a_place_in_a_text_is_named_by_its_line() -> None:
    assert told(Text(b"Minutes.\n\nDate of birth\n03/04/1951\r\nMRN 0012345\n").passages()) == [
        ("birth_date", "line 4"), ("record_number", "line 5"),
    ]  # fmt: skip


@pytest.mark.parametrize("mark", [",", ";", "\t"])
def test_a_cell_is_named_by_its_place_and_its_heading_says_what_it_is(mark: str) -> None:
    table = f"Name{mark}DOB{mark}Minutes\nA{mark}03/04/1951{mark}30\nB{mark}{mark}45\n".encode()

    assert told(Table(table).passages()) == [("birth_date", "row 2, column 2")]


def test_what_stands_in_a_cell_is_not_told_of_its_row_again() -> None:
    assert told(Table(b"Name,Number\nA,1EG4-TE5-MK73\n").passages()) == [("mbi", "row 2, column 2")]
    assert told(Table(b'Patient,Number\n"Doe, Jane",1951-03-04\n').passages()) == [
        ("birth_date", "row 2, column 2")
    ]
    assert told(Table(b"Course,Training Completed\nFalls,03/04/2015\n").passages()) == []


def test_a_form_in_a_table_has_its_words_to_the_left() -> None:
    assert told(Table(b"MRN,0012345\nSSN,123456789\n").passages()) == [
        ("record_number", "row 1, column 2"), ("ssn", "row 2, column 2"),
    ]  # fmt: skip


def test_a_table_without_headings_is_searched_from_its_first_row_on() -> None:
    found = told(Table(b"Doe Jane,1EG4-TE5-MK73,\nDoe John,1EG4-TE5-MK72,\n").passages())

    assert found == [("mbi", "row 1, column 2"), ("mbi", "row 2, column 2")]


def test_a_message_is_searched_in_its_heads_its_text_and_what_its_page_says() -> None:
    made = message("See below.\nDOB 03/04/1951", "<p>SSN:</p><p>123-45-6789</p><style>MRN 0012345</style>")
    made.replace_header("Subject", "MRN 0012345")

    assert told(Mail(made.as_bytes()).passages()) == [
        ("record_number", "Subject of the message"), ("birth_date", "line 2"), ("ssn", "part 2, line 3"),
    ]  # fmt: skip


def test_the_files_of_a_message_are_told_apart_from_its_text() -> None:
    made = message()
    made.add_attachment(b"%PDF-1.7", maintype="application", subtype="pdf", filename="policy.pdf")
    made.add_attachment("DOB 03/04/1951", filename="list.txt")

    assert told(Mail(made.as_bytes()).passages()) == []
    files = list(Mail(made.as_bytes()).attached())
    assert [each.called for each in files] == ["policy.pdf", "list.txt"]
    assert files[0].content == b"%PDF-1.7"


def test_an_alphabet_that_nobody_knows_is_no_error() -> None:
    text = b"From: a@demo.example\nSubject: x\nContent-Type: text/plain; charset=none\n\nDOB 03/04/1951\n"

    assert told(Mail(text).passages()) == [("birth_date", "line 1")]
    assert decoded("Grüße".encode("cp1252")) == ("Grüße", "cp1252")
    assert decoded(b"\x81") == ("\x81", "latin-1")


@given(st.binary(max_size=400))
def test_whatever_the_bytes_they_are_passages(content: bytes) -> None:
    for read in (Text, Table):
        assert all(isinstance(each.text, str) for each in read(content).passages())
        assert read(content).written() == content
    with suppress(Refused):
        assert all(isinstance(each.text, str) for each in Mail(content).passages())
