"""Layouts in which things of patients were once not found, and texts that once took long to be searched."""

from contextlib import suppress

import pytest
from hostile import bomb_pdf, with_cells
from making import docx, mail, paragraph, pdf, xlsx

from mips_ia import Refused
from mips_ia.screening.looking import looked, masked
from mips_ia.screening.passages import Passage
from mips_ia.screening.patients import findings
from mips_ia.screening.texts import Table
from pace import soon

YEAR = 2026
LONG = 50_000
SECONDS = 1.0  # where a text of this length once took minutes


def found(text: str, label: str = "") -> list[tuple[str, str]]:
    return [
        (each.kind, text[each.start : each.end]) for each in findings([Passage("line 1", text, label)], YEAR)
    ]


@pytest.mark.parametrize("text", [
    "1EG4\nTE5\nMK73", "1EG4\r\n-TE5-\r\nMK73", "1EG4_TE5_MK73", "1EG4 | TE5 | MK73", "1 E G 4 - T E 5 - M K 7 3",
    "1 | E | G | 4 | T | E | 5 | M | K | 7 | 3", "1E\u200bG4\u00ad-TE5-MK\u200b73", "1EG4\u2060TE5MK73",
    "1EG-4TE-5MK-73", "1EG4:TE5:MK73",
    "1EG4TE\n5MK73", "1EG4-TE5-MK\r\n73", "1E-\nG4TE5MK73",
    "\uff11\uff25\uff27\uff14\uff34\uff25\uff15\uff2d\uff2b\uff17\uff13",
])  # fmt: skip
def test_a_medicare_number_is_found_however_it_is_set(text: str) -> None:
    assert found(f"Her number, {text}, is on file.") == [("mbi", text)]


@pytest.mark.parametrize(("before", "text"), [
    ("patient_ssn: ", "219456783"), ("PatientSSN=", "219456783"), ("SSN_No ", "219456783"), ("ssn", "219456783"),
    ('"ssn": "', "219456783"), ("social security number is ", "219456783"), ("S.S.N. ", "219456783"),
    ("Social Security Number (9 digits): ", "219456783"), ("SSN: ", "219 | 45 | 6783"), ("SS No. ", "219\n45\n6783"),
    ("SSN ", "2 1 9 - 4 5 - 6 7 8 3"), ("", "219/45/6783"), ("", "219_45_6783"), ("her social is ", "219456783"),
    ("REF*SY*", "219456783"), ("SSN1: ", "219456783"), ("SSN or ITIN: ", "219456783"), ("soc. ", "219456783"),
    ("Seguro Social: ", "219456783"), ("HICN ", "219456783A"), ("HIC# ", "219456783-C1"),
    ("Medicare claim number: ", "219456783B"), ("SSN: ", "2.19456783E+08"), ("ssn=", "2.1945678e7"),
])  # fmt: skip
def test_a_social_security_number_is_found_behind_each_word_for_it(before: str, text: str) -> None:
    assert found(f"{before}{text}") == [("ssn", text)]


@pytest.mark.parametrize(("before", "text"), [
    ("DOB (mm/dd/yyyy): ", "03/02/1948"), ("PAT_DOB ", "1948-03-02"), ("PatientBirthDate: ", "3/2/48"),
    ('"birthDate": "', "1948-03-02"), ("date of\nbirth ", "March\n2, 1948"), ("DOB : ", "03 / 02 / 1948"),
    ("DOB: ", "03021948"), ("dateOfBirth=", "20100302"), ("born on the ", "2nd of March 1948"), ("DOB/Sex: ", "3/2/1948"),
    ("**DOB:** ", "3/2/1948"), ("Jane Doe, b. ", "3/2/48"), ("DMG*D8*", "19480302"),
    ("Date of Birth\n(MM/DD/YYYY)\n", "03/02/1948"), ('<birthTime value="', "19480302"), ("DOB ", "02Mar1948"), ("DOB-", "3/2/1948"),
    ("DOB....", "3/2/1948"),
    ("Date of birth " + "." * 40 + " ", "03/02/48"), ("Fecha de nacimiento: ", "02/03/1948"), ("DOB ", "3_2_1948"),
])  # fmt: skip
def test_a_birth_date_is_found_behind_each_word_for_it(before: str, text: str) -> None:
    assert found(f"{before}{text}") == [("birth_date", text)]


@pytest.mark.parametrize(("before", "text"), [
    ("pat_mrn=", "55019283"), ("PatientMRN ", "E0091827"), ('"mrn": "', "7719203"), ("MR #: ", "1180233"),
    ("record # ", "A-7781-04"), ("PAT_ID ", "44120097"), ("MRN ", "44-55-66"), ("MRN0012345"[:3], "0012345"),
])  # fmt: skip
def test_a_record_number_is_found_behind_each_word_for_it(before: str, text: str) -> None:
    assert found(f"{before}{text}") == [("record_number", text)]


def test_the_line_of_a_message_between_programs_has_no_words() -> None:
    line = "PID|1||0044556^^^MRN||DOE^JANE||19480302|F|||12 Elm St^^KEENE||(603)555-0136"

    assert found(f"MSH|^~\\&|EHR\n{line}\n") == [
        ("record_number", "0044556"), ("birth_date", "19480302"), ("address", "12 Elm St"),
        ("phone", "(603)555-0136"),
    ]  # fmt: skip


@pytest.mark.parametrize("text", [
    "This Agreement is entered into as of September 23, 2013", "Maine Medical Center, July 1, 2004",
    "The chart audit 03-02-2026 and chart 2026-03-02", "crossness 219456783", "Adobe 3/2/1948",
    "Social workers 219456783", "Part 219456783A", "Medicare 219456783", "SSN 2.19457E+08", "claim 219456783A",
    "2 x 3 4 cm 5 mm 20", "Plan: b. 3/2/2026 call",
])  # fmt: skip
def test_what_looks_like_it_is_not_taken_for_it(text: str) -> None:
    assert found(text) == []


@pytest.mark.parametrize("text", [
    "Jos\u00e9 Garc\u00eda 03/04/1951", "\u00c1ngel N\u00fa\u00f1ez 03/04/1951", "Zo\u00eb \u0141uczak, 03/04/1951",
    "Jose\u0301 Garci\u0301a 03/04/1951", "\u0418\u0432\u0430\u043d \u041f\u0435\u0442\u0440\u043e\u0432 03/04/1951",
    "john smith 03/04/1951", "o'neil, mary (03/04/1951)", "ana n\u00fa\u00f1ez, 03/04/1951", "Minutes\njohn q. smith 03/04/1951",
])  # fmt: skip
def test_a_name_beside_a_date_may_have_any_letters(text: str) -> None:
    assert found(text) == [("birth_date", "03/04/1951")]


@pytest.mark.parametrize("text", [
    "last updated 03/04/1951", "seen john smith 03/04/1951", "staff meeting 03/04/1951", "fall policy 03/04/1951",
    "we moved to elm street (03/04/1951)", "Pol\u00edtica 03/04/1951", "jos\u00e9 hired 03/04/1951",
])  # fmt: skip
def test_other_words_in_small_letters_beside_a_date_are_no_name(text: str) -> None:
    assert found(text) == []


@pytest.mark.parametrize(("rows", "expected"), [
    ([["A report"], ["of"], ["our"], ["own"], ["list"], [""], ["Name", "SSN"], ["Doe", 219456783]], ["row 8, column B"]),
    ([["Name", "Note"], ["Doe", "x"], ["", ""], [""], [""], ["Poe", 1234567], ["Social Security Number"], [219456783]],
     ["row 8, column A"]),
    ([["Name", "SSN"], ["Doe", "219", "45", "6783"]], ["row 2, column B"]),
    ([["SSN", "", "", "City"], ["219", "45", "6783", "Keene"]], ["row 2, column A"]),
    ([["SSN", "Area", "Rooms"], ["none", "219", "45"], ["219", "45", "6783"]], []),
    ([["Name", "No."], *[["Doe", "x"]] * 6, ["Poe", "chart review"], ["Doe", 219456783]], []),
])  # fmt: skip
def test_a_heading_is_seen_in_a_later_row_and_above_three_cells(
    rows: list[list[object]], expected: list[str]
) -> None:
    content = xlsx(rows)

    assert looked(content, "a.xlsx", YEAR).findings == [("ssn", f"sheet 1, {each}") for each in expected]
    assert looked(masked(content, "a.xlsx", YEAR), "a.xlsx", YEAR).findings == []


@pytest.mark.parametrize("label", ["dob (mm/dd/yyyy)", "PAT_DOB", "Birth"])
def test_a_heading_says_how_a_date_is_to_be_written(label: str) -> None:
    assert found("03/02/1948", label) == [("birth_date", "03/02/1948")]


def test_streets_and_plain_telephone_numbers_of_a_table_are_found_beside_what_names_a_patient() -> None:
    table = b"Name,DOB,Street,Mobile\nAbel,1948-03-02,15 Congress St,2075550136\n"

    assert [(each.kind, each.where) for each in findings(Table(table).passages(), YEAR)] == [
        ("birth_date", "row 2, column 2"), ("address", "row 2, column 3"), ("phone", "row 2, column 4"),
    ]  # fmt: skip


def test_signs_that_nobody_sees_are_covered_with_what_they_stand_in() -> None:
    assert (
        masked("MBI 1EG4\u200b-TE5-MK73 of".encode(), "a.txt", YEAR) == "MBI XXXX\u200b-XXX-XXXX of".encode()
    )
    assert masked(b"SSN: 219\n45\n6783", "a.txt", YEAR) == b"SSN: XXX\nXX\nXXXX"


def test_boxes_of_a_form_are_cells_of_a_table_and_are_covered_one_by_one() -> None:
    for content, name in ((xlsx([["SSN", "219", "45", "6783"]]), "a.xlsx"),
                          (docx(paragraph("MBI 1EG4") + paragraph("TE5MK73")), "a.docx")):  # fmt: skip
        assert len(looked(content, name, YEAR).findings) == 1
        assert looked(masked(content, name, YEAR), name, YEAR).findings == []


def test_a_message_in_a_message_has_a_head_too() -> None:
    inner = mail("Nothing.", subject="Pt, MBI 1EG4-TE5-MK73")
    carried = b"From: a@demo.example\nTo: b@demo.example\nSubject: x\nContent-Type: message/rfc822\n"

    assert looked(carried + b"\n" + inner, "a.eml", YEAR).findings == [("mbi", "Subject of message 1 in it")]
    copy = masked(carried + b"\n" + inner, "a.eml", YEAR)
    assert b"1EG4" not in copy
    assert b"Pt, MBI XXXX-XXX-XXXX" in copy
    packed = carried + b"Content-Transfer-Encoding: base64\n\n" + b"RE9CIDMvMi8xOTQ4\n"
    assert [each.code for each in looked(packed, "a.eml", YEAR).notes] == ["text_unread"]


def test_what_a_page_of_the_web_does_not_show_is_searched() -> None:
    page = '<p>Hi</p><!-- SSN 219-45-6783 --><img alt="DOB 3/2/1948"><a href="tel:1">x</a>'

    assert [kind for kind, _ in looked(mail("Hi", page=page), "a.eml", YEAR).findings] == [
        "ssn",
        "birth_date",
    ]


def test_what_is_printed_beside_a_field_says_what_it_is() -> None:
    field = b"<< /Subtype /Widget /FT /Tx /T (%s) /V (%s) /Rect [%d %d %d %d] >> "
    fields = (
        field % (b"Text1", b"03/02/1948", 160, 734, 260, 750) + field % (b"Text2", b"0012345", 160, 720, 260, 734)
        + field % (b"form[0].SSN[3]", b"219456783", 300, 300, 400, 320)
        + field % (b"Text4", b"03/02/2026", 300, 340, 400, 360)
    )  # fmt: skip
    content = pdf(["Date of birth:", "Chart no."], page=b"/Annots [" + fields + b"]",
                  catalog=b"/AcroForm << /Fields [] >>")  # fmt: skip

    assert looked(content, "a.pdf", YEAR).findings == [
        ("birth_date", "page 1, field or note 1"), ("record_number", "page 1, field or note 2"),
        ("ssn", "page 1, field or note 3"),
    ]  # fmt: skip


@pytest.mark.parametrize("piece", [
    "A-", "A'", "Doe, Jane ", "A" + "a" * 50 + " ", "DOB 3/2/1948\n", "dob\n3/2/1948\n", "patient ", "mrn#", "ssn ",
    "1 E G 4 ", "1EG4-", "219-45-", "\u200b", "january ", "12 Aa Bb ", "|", "PID|", "1", " ", "d.o.", "#(",
])  # fmt: skip
def test_no_text_takes_long_to_be_searched(piece: str) -> None:
    text = "1 " + piece * (LONG // len(piece)) + "1"

    with soon(SECONDS):
        list(findings([Passage("", text, line=1)], YEAR))


def test_no_wide_row_takes_long_to_be_searched_and_covered() -> None:
    cells = "DOB 3/2/1948," * 2_000

    with soon(SECONDS):
        [*findings(Table(f"{cells}a\n{cells}b\n".encode()).passages(), YEAR)]


def test_a_pdf_that_is_packed_far_too_tightly_is_refused_before_it_is_unpacked_whole() -> None:
    with pytest.raises(Refused) as refusal:
        looked(bomb_pdf(110), "a.pdf", YEAR)

    assert [each.code for each in refusal.value.problems] == ["file_bomb"]
    assert "more than 100 MB" in str(refusal.value)
    assert looked(bomb_pdf(90), "a.pdf", YEAR).findings == []


def test_no_file_takes_long_to_be_looked_through() -> None:
    files = (
        ("a.txt", b"a <" + b" " * LONG),
        ("a.docx", docx("", customXml__item1="<f " * LONG)),
        ("a.docx", docx("", customXml__item1="<w:instrText " * LONG)),
        ("a.docx", docx(f'<w:fldSimple w:instr="{"INCLUDETEXT a: " * LONG}"/>')),
        ("a.xlsx", with_cells("<c><f>|" + "CALL [' ( " * LONG + "</f></c>")),
        ("a.pdf", pdf(["Nothing."], extra=b"100 0 obj " + b"<x:xmpmeta" * LONG + b" endobj")),
        ("a.pdf", pdf(["Nothing."], extra=b"100 0 obj <x:xmpmeta" + b"<" * LONG + b"</x:xmpmeta> endobj")),
    )
    with soon(SECONDS):
        for name, content in files:
            with suppress(Refused):
                looked(content, name, YEAR)
