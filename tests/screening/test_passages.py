"""Text, tables and messages in passages, and what is found in them named by where it stands."""

from email.message import EmailMessage

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mips_ia.screening.passages import Passage
from mips_ia.screening.patients import findings
from mips_ia.screening.texts import attached, decoded, of_mail, of_table, of_text

YEAR = 2026


def told(passages: list[Passage]) -> list[tuple[str, str]]:
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
    assert told(of_text(b"Minutes.\n\nDate of birth\n03/04/1951\r\nMRN 0012345\n")) == [
        ("birth_date", "line 4"), ("record_number", "line 5"),
    ]  # fmt: skip


@pytest.mark.parametrize("mark", [",", ";", "\t"])
def test_a_cell_is_named_by_its_place_and_its_heading_says_what_it_is(mark: str) -> None:
    table = f"Name{mark}DOB{mark}Minutes\nA{mark}03/04/1951{mark}30\nB{mark}{mark}45\n".encode()

    assert told(of_table(table)) == [("birth_date", "row 2, column 2")]


def test_what_stands_in_a_cell_is_not_told_of_its_row_again() -> None:
    assert told(of_table(b"Name,Number\nA,1EG4-TE5-MK73\n")) == [("mbi", "row 2, column 2")]
    assert told(of_table(b'Patient,Seen\n"Doe, Jane",1951-03-04\n')) == [("birth_date", "row 2")]
    assert told(of_table(b"Course,Training Completed\nFalls,03/04/2015\n")) == []


def test_a_form_in_a_table_has_its_words_to_the_left() -> None:
    assert told(of_table(b"MRN,0012345\nSSN,123456789\n")) == [("record_number", "row 1"), ("ssn", "row 2")]


def test_a_table_without_headings_is_searched_from_its_first_row_on() -> None:
    found = told(of_table(b"Doe Jane,1EG4-TE5-MK73,\nDoe John,1EG4-TE5-MK72,\n"))

    assert found == [("mbi", "row 1"), ("mbi", "row 2, column 2")]


def test_a_message_is_searched_in_its_heads_its_text_and_what_its_page_says() -> None:
    made = message("See below.\nDOB 03/04/1951", "<p>SSN:</p><p>123-45-6789</p><script>MRN 0012345</script>")
    made.replace_header("Subject", "MRN 0012345")

    assert told(of_mail(made.as_bytes())) == [
        ("record_number", "Subject of the message"), ("birth_date", "line 2"), ("ssn", "part 2, line 3"),
    ]  # fmt: skip


def test_the_files_of_a_message_are_told_apart_from_its_text() -> None:
    made = message()
    made.add_attachment(b"%PDF-1.7", maintype="application", subtype="pdf", filename="policy.pdf")
    made.add_attachment("DOB 03/04/1951", filename="list.txt")

    assert told(of_mail(made.as_bytes())) == []
    assert [name for name, _ in attached(made.as_bytes())] == ["policy.pdf", "list.txt"]
    assert attached(made.as_bytes())[0][1] == b"%PDF-1.7"


def test_an_alphabet_that_nobody_knows_is_no_error() -> None:
    text = b"From: a@demo.example\nSubject: x\nContent-Type: text/plain; charset=none\n\nDOB 03/04/1951\n"

    assert told(of_mail(text)) == [("birth_date", "line 1")]
    assert decoded("Grüße".encode("cp1252")) == "Grüße"
    assert decoded(b"\x81") == "\x81"


@given(st.binary(max_size=400))
def test_whatever_the_bytes_they_are_passages(content: bytes) -> None:
    for read in (of_text, of_table, of_mail):
        assert all(isinstance(each.text, str) for each in read(content))
    assert all(isinstance(each, bytes) for _, each in attached(content))
