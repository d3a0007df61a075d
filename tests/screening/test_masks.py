"""A masked copy says nothing of what was found anywhere in it, and everything else as before."""

import email
import io
import zipfile
import zlib
from email import policy

import pypdfium2
import pytest
import typst
import xlsxwriter
from making import WORD, docx, header, mail, paragraph, pdf, table, xlsx
from python_calamine import CalamineWorkbook

from mips_ia import Refused
from mips_ia.screening import looking
from mips_ia.screening.looking import looked, masked

YEAR = 2026
BORN, SSN, MBI = "03/04/1951", "123-45-6789", "1EG4-TE5-MK73"


def unpacked(content: bytes) -> bytes:
    """All that stands in a file, whatever is packed in it."""
    if content.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(content)) as held:
            return b"\n".join(unpacked(held.read(each)) for each in held.namelist())
    if content.startswith(b"%PDF"):
        parts = [content]
        for part in content.split(b"stream\r\n")[1:] + content.split(b"stream\n")[1:]:
            try:
                parts.append(zlib.decompressobj().decompress(part))
            except zlib.error:
                continue
        return b"\n".join(parts)
    return content


def copied(content: bytes, name: str, *hidden: str) -> bytes:
    """A masked copy, in which none of this is left."""
    made = masked(content, name, YEAR)
    held = unpacked(made)
    for each in hidden:
        assert each.encode() in unpacked(content) or name.endswith((".pdf", ".docx", ".xlsx", ".eml"))
        assert each.encode() not in held
    assert looked(made, name, YEAR).findings == []
    return made


@pytest.mark.parametrize(("name", "content", "copy"), [
    ("a.txt", f"\ufeffHi\r\nDOB {BORN}\r\nEnd".encode(), "\ufeffHi\r\nDOB XX/XX/XXXX\r\nEnd".encode()),
    ("a.txt", f"Grüße, DOB {BORN}".encode("cp1252"), "Grüße, DOB XX/XX/XXXX".encode("cp1252")),
    ("a.csv", f'Name;DOB;Note\r\n"Doe; Jane";{BORN};"said ""{SSN}"" twice,\r\n{SSN}"\r\nA;;b\r\n'.encode(),
     b'Name;DOB;Note\r\n"Doe; Jane";XX/XX/XXXX;"said ""XXX-XX-XXXX"" twice,\r\nXXX-XX-XXXX"\r\nA;;b\r\n'),
    ("a.csv", b'a,b\r\n"123-45-\r\n6789",c\r\n', b'a,b\r\n"XXX-XX-\r\nXXXX",c\r\n'),
    ("a.csv", b"DOB\n03/04/1951\n", b"DOB\nXX/XX/XXXX\n"),
    ("a.csv", b"Nothing,here\n1,2\n", b"Nothing,here\n1,2\n"),
])  # fmt: skip
def test_text_and_tables_keep_their_layout_quotes_and_alphabet(
    name: str, content: bytes, copy: bytes
) -> None:
    assert masked(content, name, YEAR) == copy


def test_a_word_file_is_masked_wherever_it_has_text() -> None:
    box = f"<w:r><w:pict><w:txbxContent>{paragraph(f'In a box: {SSN}')}</w:txbxContent></w:pict></w:r>"
    changed = (
        f"<w:p><w:del><w:r><w:delText>was {SSN}</w:delText></w:r></w:del>"
        f"<w:ins><w:r><w:t>is {MBI}</w:t></w:r></w:ins></w:p>"
    )
    link = '<w:p><w:r><w:instrText>HYPERLINK "tel:patient 207-555-0136"</w:instrText></w:r></w:p>'
    content = docx(
        paragraph("DOB 03/", "04/", "1951")
        + paragraph("Ruth Abernathy", f" ({BORN})")
        + f"<w:p>{box}<w:r><w:t>beside it</w:t></w:r></w:p>"
        + changed + link + table([["Patient", "MRN"], ["Doe, Jane", "0012345"]]) + paragraph("The end."),
        word__header1=header(f"SSN {SSN}"),
        word__comments=f'<w:comments xmlns:w="{WORD}"><w:comment w:author="{MBI}">'
        f'{paragraph(f"DOB {BORN}")}</w:comment></w:comments>',
        docProps__core=f"<c><title>SSN {SSN}</title></c>",
        customXml__item1=f"<data birth='{SSN}'>Patient ID: 0012345</data>",
    )  # fmt: skip
    found = looked(content, "a.docx", YEAR).findings

    assert {where for _, where in found} == {
        "paragraph 1", "paragraph 2", "paragraph 3", "paragraph 5", "paragraph 6", "table 1, row 2, column 2",
        "header 1, paragraph 1", "comments, paragraph 1", "properties, paragraph 1", "part 4, paragraph 1",
    }  # fmt: skip
    held = unpacked(copied(content, "a.docx", BORN, SSN, MBI, "0012345", "1951", "555-0136"))
    assert all(
        each.encode() in held for each in ("Ruth Abernathy", "In a box", "beside it", "The end.", "Doe, Jane")
    )


def test_a_workbook_is_masked_in_cells_of_every_sort_and_still_opens() -> None:
    held = io.BytesIO()
    with xlsxwriter.Workbook(held) as book:
        day, number = (
            book.add_format({"num_format": "m/d/yyyy"}),
            book.add_format({"num_format": "000-00-0000"}),
        )
        sheet = book.add_worksheet("Roster")
        sheet.write_row(0, 0, ["Fall program, all patients"])
        sheet.write_row(1, 0, ["Name", "DOB", "Number", "Visit", "Minutes"])
        sheet.write(2, 0, "Doe, Jane")
        sheet.write_number(2, 1, 18691, day)
        sheet.write_number(2, 2, 12345678, number)
        sheet.write_number(2, 3, 46150, day)
        sheet.write_number(2, 4, 30)
        sheet.write_formula(3, 0, f'=CONCATENATE("{SSN}","")', None, SSN)
        sheet.write_comment(2, 0, f"MBI {MBI}")
        sheet.set_header(f"&LDOB {BORN}")
        book.add_worksheet(f"SSN {SSN}").write_row(0, 0, ["MRN", 1234567])
    content = held.getvalue()
    assert {where for _, where in looked(content, "a.xlsx", YEAR).findings} >= {
        "sheet 1, row 3, column B", "sheet 1, row 3, column C", "sheet 1, row 4, column A", "name of sheet 2",
        "sheet 1, formula in column A", "sheet 2, row 1, column B", "sheet 1, around its cells, paragraph 1",
    }  # fmt: skip
    copy = copied(content, "a.xlsx", SSN, MBI, BORN, "18691", "12345678", "1234567")
    roster, other = CalamineWorkbook.from_filelike(io.BytesIO(copy)).sheet_names
    rows = CalamineWorkbook.from_filelike(io.BytesIO(copy)).get_sheet_by_name(roster).to_python()

    assert (roster, other) == ("Roster", "SSN XXX-XX-XXXX")
    assert rows[2][:3] == ["Doe, Jane", "XXXXXXXXXX", "XXXXXXXXXXX"]
    assert str(rows[2][3]) == "2026-05-08"
    assert rows[2][4] == 30
    with zipfile.ZipFile(io.BytesIO(copy)) as archive:
        assert "xl/calcChain.xml" not in archive.namelist()


def test_no_copy_keeps_rows_or_a_picture_of_them_where_nobody_sees_them() -> None:
    pivot = xlsx_with(xlsx([["SSN", SSN]]), "xl/pivotCache/pivotCacheRecords1.xml")
    pictured = xlsx_with(xlsx([["SSN", SSN]]), "docProps/thumbnail.jpeg")

    assert [each.code for each in looked(pivot, "a.xlsx", YEAR).notes] == ["pivot_rows"]
    with pytest.raises(Refused, match="a copy of its rows that cannot be covered"):
        masked(pivot, "a.xlsx", YEAR)
    with zipfile.ZipFile(io.BytesIO(masked(pictured, "a.xlsx", YEAR))) as archive:
        assert "docProps/thumbnail.jpeg" not in archive.namelist()


def xlsx_with(content: bytes, part: str) -> bytes:
    held = io.BytesIO(content)
    with zipfile.ZipFile(held, "a") as made:
        made.writestr(part, b"<a/>")
    return held.getvalue()


def test_numbers_that_no_cell_shows_and_hidden_sheets_are_searched() -> None:
    content = xlsx([["A", 1]], [["SSN", 123456789]], hidden=2)
    found = looked(content, "a.xlsx", YEAR)

    assert found.findings == [("ssn", "sheet 2, row 1, column B")]
    assert [each.code for each in found.notes] == ["hidden_sheets"]


def test_a_message_is_masked_with_its_files_and_keeps_its_form() -> None:
    inner = mail(f"DOB {BORN}", files=[("list.csv", f"Name,DOB\nA,{BORN}\n".encode())])
    content = mail(
        f"SSN {SSN}", page="<p>SSN <b>123</b>-45-67<i>89</i></p><p>Nothing</p>",
        files=[("inner.eml", inner), (f"{SSN}.txt", b"Nothing."), ("policy.pdf", pdf(["A policy."]))],
        subject=f"MBI {MBI}",
    )  # fmt: skip
    assert ("birth_date", "attachment 1, attachment 1, row 2, column 2") in looked(
        content, "a.eml", YEAR
    ).findings
    made = email.message_from_bytes(copied(content, "a.eml", SSN, MBI, BORN), policy=policy.default)
    files = {each.get_filename(): each.get_payload(decode=True) for each in made.iter_attachments()}

    assert made["Subject"] == "MBI XXX-XXX-XXXX".replace("XXX-XXX", "XXXX-XXX")
    assert made["From"] == "office@demo.example"
    assert "SSN XXX-XX-XXXX" in made.get_body(("plain",)).get_content()
    assert files["XXX-XX-XXXX.txt"] == b"Nothing."
    assert files["policy.pdf"] == pdf(["A policy."])
    assert b"DOB XX/XX/XXXX" in files["inner.eml"] or b"WC9YWC9YWFhY" in files["inner.eml"]


def test_every_file_of_a_message_that_is_not_to_be_taken_is_told_at_once() -> None:
    content = mail(
        "Hi", files=[("a.js", b"x"), ("b.txt", b"Nothing."), ("c.pdf", b"MZ"), ("d.pdf", b"%PDF-1.7")]
    )

    with pytest.raises(Refused) as refusal:
        looked(content, "a.eml", YEAR)
    assert [(each.where, each.code) for each in refusal.value.problems] == [
        ("a.eml, attachment 1", "file_active"), ("a.eml, attachment 3", "file_kind"),
        ("a.eml, attachment 4", "file_broken"),
    ]  # fmt: skip


def test_pictures_that_are_not_taken_may_come_with_a_message_and_texts_are_never_taken_for_one() -> None:
    content = mail(
        "Hi", files=[("logo.gif", b"GIF89a\0\0"), ("smime.p7s", b"\0\1"), ("bmi.txt", b"BMI, MRN 0012345")]
    )
    found = looked(content, "a.eml", YEAR)

    assert [(each.where, each.code) for each in found.notes] == [
        ("a.eml, attachment 1", "attachment_unread"), ("a.eml, attachment 2", "attachment_unread"),
    ]  # fmt: skip
    assert found.findings == [("record_number", "attachment 3, line 1")]


FIELD = (
    b"/Annots [<< /Subtype /Widget /FT /Tx /T (date_of_birth) /V (03/04/1951) /Rect [300 300 400 320] >> "
    b"<< /Subtype /Text /Contents (SSN 123-45-6789) /Rect [300 400 320 420] >>]"
)


def black(made: bytes, page: int = 0) -> float:
    """How much of a page is black."""
    picture = pypdfium2.PdfDocument(made)[page].render(scale=1).to_pil().convert("L")
    return sum(picture.histogram()[:40]) / (picture.width * picture.height)


@pytest.mark.parametrize("page", [b"", b"/Rotate 90", b"/CropBox [30 100 500 780] /Rotate 270"])
def test_a_pdf_becomes_pictures_in_which_what_was_found_is_black(page: bytes) -> None:
    content = pdf(
        ["A policy of the practice.", f"DOB {BORN}, MBI {MBI}"], ["The second page."], page=page, title=SSN
    )
    made = copied(content, "a.pdf", BORN, MBI, SSN)
    document = pypdfium2.PdfDocument(made)

    assert [each.get_size() for each in document] == [
        each.get_size() for each in pypdfium2.PdfDocument(content)
    ]
    assert all(each.get_textpage().get_text_range() == "" for each in document)
    assert black(made) > black(content) + 0.002
    assert black(made, 1) == pytest.approx(black(content, 1), abs=0.001)


def test_fields_and_notes_of_a_pdf_are_read_and_covered() -> None:
    content = pdf(["A form."], page=FIELD, catalog=b"/AcroForm << /Fields [] >>")

    assert looked(content, "a.pdf", YEAR).findings == [
        ("birth_date", "page 1, field or note 1"), ("ssn", "page 1, field or note 2"),
    ]  # fmt: skip
    assert black(copied(content, "a.pdf", BORN, SSN)) > 0.003


def test_a_pdf_of_another_program_is_read_and_masked() -> None:
    rows = "#table(columns: 2, [Name], [MRN], [Doe, Jane], [0012345])"
    broken = f"#box(width: 60pt)[The number of it is {MBI}.]"  # a line ends behind a hyphen
    source = f"= Referral\nDOB {BORN}, ffi\n{rows}\n#rotate(90deg)[SSN {SSN}]\n\n{broken}"
    content = typst.compile(source.encode())

    assert looked(content, "a.pdf", YEAR).findings == [
        ("birth_date", "page 1"), ("record_number", "page 1"), ("ssn", "page 1"), ("mbi", "page 1"),
    ]  # fmt: skip
    assert black(copied(content, "a.pdf")) > black(content) + 0.002


def test_there_is_no_copy_that_would_be_too_large_or_still_say_something(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(looking, "ROUNDS", 0)
    with pytest.raises(Refused, match="Something would still be found"):
        masked(f"DOB {BORN}".encode(), "a.txt", YEAR)
    monkeypatch.undo()
    monkeypatch.setattr(looking, "LARGEST", 0)
    with pytest.raises(Refused, match="The masked copy would have over 25 MB"):
        masked(f"DOB {BORN}".encode(), "a.txt", YEAR)
