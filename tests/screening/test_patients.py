"""What may say who a patient is, found in each way in which it is written, and nothing else taken for it."""

import itertools
import string
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mips_ia.screening.passages import Passage
from mips_ia.screening.patients import KINDS, findings
from mips_ia.screening.patterns import SOUGHT

YEAR = 2026
LETTERS = "".join(each for each in string.ascii_uppercase if each not in "SLOIBZ")
DIGITS = string.digits
# What CMS lets stand in each place of an MBI.
PLACES = (DIGITS[1:], LETTERS, DIGITS + LETTERS, DIGITS, LETTERS, DIGITS + LETTERS, DIGITS, LETTERS, LETTERS,
          DIGITS, DIGITS)  # fmt: skip
AROUND = st.sampled_from(["", "Medicare number ", "(", "seen on 1/5: ", "\n", '"'])


def found(text: str, label: str = "") -> list[tuple[str, str]]:
    """What is found in a text, each with its kind."""
    return [
        (each.kind, text[each.start : each.end]) for each in findings([Passage("line 1", text, label)], YEAR)
    ]


@given(
    st.tuples(*map(st.sampled_from, PLACES)).map("".join),
    st.sampled_from(["", "-", " ", "\u2011", "-\n", "\u00a0", " - "]),
    AROUND,
    st.booleans(),
)
def test_every_mbi_is_found_with_and_without_hyphens(mbi: str, mark: str, before: str, lower: bool) -> None:
    written = mark.join((mbi[:4], mbi[4:7], mbi[7:]))
    written = written.lower() if lower else written

    assert ("mbi", written) in found(f"{before}{written}, and so on")


@given(
    st.integers(1, 899).filter(lambda each: each != 666), st.integers(1, 99), st.integers(1, 9999),
    st.sampled_from(["-", " ", ".", "\u2013", "\u2011", "-\n", "\u00a0", " - "]), AROUND,
)  # fmt: skip
def test_every_ssn_is_found(area: int, group: int, serial: int, mark: str, before: str) -> None:
    written = f"{area:03}{mark}{group:02}{mark}{serial:04}"

    assert ("ssn", written) in found(f"{before}{written}.")
    plain = f"{area:03}{group:02}{serial:04}"
    assert found(f"SSN: {plain}") == found(f"Social Security number {plain}") == [("ssn", plain)]


@pytest.mark.parametrize("text", [
    "219-45-6783-A", "HIC 219-45-6783-T", "Doe-219-45-6783", "Doe\u2014219-45-6783", "219-45-6783- checked",
    "-219-45-6783", "SSNs 219456783", "SSN; 219456783", "SSN \u201c219456783\u201d", "SSN <219456783>",
    "SSN \u2022 219456783", "ssn01: 219456783", "social-security-number: 219456783",
])  # fmt: skip
def test_what_stands_beside_an_ssn_does_not_hide_it(text: str) -> None:
    assert [kind for kind, _ in found(text)] == ["ssn"]


@pytest.mark.parametrize("text", ["12-219-45-6783", "219-45-6783-01", "219-45-67831", "1219-45-6783"])
def test_figures_beside_it_make_it_another_number(text: str) -> None:
    assert found(text) == []


@pytest.mark.parametrize(("text", "expected"), [
    ("Patient # 00123456", ("record_number", "00123456")),
    ("Patient number: 00123456", ("record_number", "00123456")),
    ("Medical Rec No 00123456", ("record_number", "00123456")),
    ("DOB 03\u204404\u20441951", ("birth_date", "03\u204404\u20441951")),
    ("DOB: 03/04/1951", ("birth_date", "03/04/1951")),
    ("D.O.B. 3-4-51", ("birth_date", "3-4-51")),
    ("Date of birth\n4 March 1951", ("birth_date", "4 March 1951")),
    ("born on March 4th, 1951", ("birth_date", "March 4th, 1951")),
    ("Doe, Jane 1951-03-04", ("birth_date", "1951-03-04")),
    ("Jane Q. Doe (03/04/1951)", ("birth_date", "03/04/1951")),
    ("MRN 00123456", ("record_number", "00123456")),
    ("Medical record number: A-1234567", ("record_number", "A-1234567")),
    ("Chart # 44812", ("record_number", "44812")),
    ("Patient ID: XK20441", ("record_number", "XK20441")),
    ("Patient's phone (207) 555-0136", ("phone", "(207) 555-0136")),
    ("Home: 207-555-0136", ("phone", "207-555-0136")),
    ("The patient lives at 12 Elm Street, Apt 3", ("address", "12 Elm Street, Apt 3")),
])  # fmt: skip
def test_each_kind_is_found_where_a_word_names_it(text: str, expected: tuple[str, str]) -> None:
    assert found(text) == [expected]


@pytest.mark.parametrize(("label", "text", "kind"), [
    ("Date of birth", "03/04/1951", "birth_date"), ("DOB", "19510304", "birth_date"),
    ("SSN", "123456789", "ssn"), ("Patient ID", "00044211", "record_number"),
    ("MRN", "1234567", "record_number"),
    ("Home phone", "207-555-0136", "phone"), ("Patient address", "12 Elm St", "address"),
])  # fmt: skip
def test_the_heading_of_a_column_names_its_cells(label: str, text: str, kind: str) -> None:
    assert found(text, label) == [(kind, text)]
    assert found(label, label) == []


@pytest.mark.parametrize("text", [
    "TIN 12-3456789, NPI 1234567893",
    "The window ran from 01/05/2026 to 04/05/2026, 90 days.",
    "Policy 4.12, revised by Jane Doe on 03/01/2026",
    "42 CFR 414.1360, 91 FR 43842, IA_PSPA_21",
    "Call the front desk at (207) 555-0136, 12 Elm Street, Portland, ME 04101",
    "000-12-3456, 666-12-3456, 900-12-3456, 123-00-3456, 123-45-0000",
    "0EG4-TE5-MK73 begins with a zero; 1SG4-TE5-MK73 has an S",
    "Invoice 00123456 of 12 chart audits",
    "",
])  # fmt: skip
def test_what_a_practice_writes_of_itself_is_not_taken_for_a_patient(text: str) -> None:
    assert found(text) == []


def test_a_date_beside_a_name_is_one_of_birth_only_where_it_is_long_ago() -> None:
    assert found("Jane Doe 12/31/2020") == [("birth_date", "12/31/2020")]
    assert found("Jane Doe 01/01/2021") == []


@given(st.text(), st.text(max_size=20))
def test_whatever_the_text_each_place_is_found_once_in_order(text: str, label: str) -> None:
    places = findings([Passage("line 1", text, label)], YEAR)

    assert all(each.kind in KINDS and 0 <= each.start < each.end <= len(text) for each in places)
    assert all(one.end <= other.start for one, other in itertools.pairwise(places))


def test_a_finding_says_where_and_holds_nothing_of_the_text() -> None:
    [only] = findings([Passage("line 1", "Nothing."), Passage("page 3", "DOB 03/04/1951")], YEAR)

    assert (only.passage, only.where) == (1, "page 3")
    assert "1951" not in str(only)


# ---- What is left out


@pytest.mark.parametrize("sought", [each for each in SOUGHT if each[1]], ids=lambda each: each[1][0])
@settings(max_examples=40)
@given(data=st.data())
def test_no_text_is_left_out_in_which_an_expression_finds_something(sought: Any, data: st.DataObject) -> None:
    _, words, pattern = sought
    text = data.draw(st.from_regex(pattern, alphabet=st.characters(max_codepoint=127)))

    assert any(word in text.lower() for word in words)
