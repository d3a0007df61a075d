"""Files of the held-out corpus that are made byte by byte: text where only one kind of file has it."""

from __future__ import annotations

import io
import zipfile
from email.message import EmailMessage

import xlsxwriter
from making import WORD, docx, header, mail, paragraph, pdf, xlsx

Planted = tuple[tuple[str, str], ...]


def _changed(content: bytes, **parts: str) -> bytes:
    """A Word or Excel file with other parts; `__` stands for a slash."""
    held, others = io.BytesIO(), {name.replace("__", "/") + ".xml": said for name, said in parts.items()}
    with (
        zipfile.ZipFile(io.BytesIO(content)) as old,
        zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as made,
    ):
        for name in [each for each in old.namelist() if each not in others]:
            made.writestr(name, old.read(name))
        for name, said in others.items():
            made.writestr(name, said)
    return held.getvalue()


def _inline() -> bytes:
    """A workbook as many programs export it: its texts in the cells, none of them shared."""
    cells = "".join(
        f'<row r="{row}">' + "".join(
            f'<c r="{column}{row}" t="inlineStr"><is><r><t>{text[:4]}</t></r><r><t>{text[4:]}</t></r></is></c>'
            for column, text in zip("ABC", texts, strict=True)
        ) + "</row>"
        for row, texts in enumerate([("Member", "Medicare ID", "DOB"), ("Ruth P.", "1KK2-AA3-CC44", "04/05/1946")], 1)
    )  # fmt: skip
    space = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    sheet = f'<worksheet xmlns="{space}"><sheetData>{cells}</sheetData></worksheet>'
    return _changed(xlsx([["x"]]), xl__worksheets__sheet1=sheet)


def _remarks() -> bytes:
    held = io.BytesIO()
    with xlsxwriter.Workbook(held) as book:
        sheet = book.add_worksheet("March")
        sheet.write_row(0, 0, ["Visit", "Minutes"])
        sheet.write_row(1, 0, ["A", 30])
        sheet.write_comment("A2", "pt's SSN 302-11-9087, call (207) 555-0190")
        sheet.set_footer("&CMBI 1KK2-AA3-CC45")
        sheet.insert_textbox(4, 1, "Date of birth: 5/6/1947")
        sheet.data_validation("B2", {"validate": "any", "input_title": "MRN", "input_message": "MRN 4410023"})
    return held.getvalue()


def _around() -> bytes:
    return docx(
        paragraph("See the margins."),
        word__footer2=f'<w:ftr xmlns:w="{WORD}">{paragraph("MRN 44", "10", "024")}</w:ftr>',
        word__header3=header("VANCE, LENA   DOB 7/8/1943   MBI 1KK2-AA3-CC46"),
        word__footnotes=f'<w:footnotes xmlns:w="{WORD}"><w:footnote>{paragraph("SSN 303-12-9088")}</w:footnote>'
        "</w:footnotes>",
        word__comments=f'<w:comments xmlns:w="{WORD}"><w:comment>{paragraph("born 9/10/1941?")}</w:comment>'
        "</w:comments>",
    )  # fmt: skip


def _breaks() -> bytes:
    """Word's own signs inside of numbers: a hyphen that is not broken, one that is hidden, a tab, a break."""
    run = "<w:r><w:t>{}</w:t></w:r>"
    said = (
        run.format("MBI 1KK2") + "<w:r><w:noBreakHyphen/></w:r>" + run.format("AA3")
        + "<w:r><w:noBreakHyphen/></w:r>" + run.format("CC47"),
        run.format("MBI 1KK2") + "<w:r><w:softHyphen/></w:r>" + run.format("AA3CC48"),
        run.format("MBI 1KK2") + "<w:r><w:br/></w:r>" + run.format("AA3CC49"),
        run.format("SSN") + "<w:r><w:tab/></w:r>" + run.format("304129089"),
    )  # fmt: skip
    return docx("".join(f"<w:p>{each}</w:p>" for each in said))


def _filled() -> bytes:
    page = (
        b"/Annots [<< /Subtype /Widget /FT /Tx /T (PatientDOB) /V (02/03/1942) /Rect [300 300 400 320] >> "
        b"<< /Subtype /Widget /FT /Tx /T (topmostSubform[0].SSN[0]) /V (305129090) /Rect [300 330 400 350] >> "
        b"<< /Subtype /Widget /FT /Tx /T (f1_07) /TU (Medicare number) /V (1KK2AA3CC50) /Rect [300 360 400 380] >> "
        b"<< /Subtype /FreeText /Contents (MRN 4410025) /Rect [300 400 400 420] >>]"
    )
    return pdf(
        ["Annual wellness visit, health risk assessment"], page=page, catalog=b"/AcroForm << /Fields [] >>"
    )


def _mail(
    text: str, subject: str = "x", coding: str = "quoted-printable", subtype: str = "plain"
) -> EmailMessage:
    made = EmailMessage()
    made["From"], made["To"], made["Subject"] = "a@demo.example", "b@demo.example", subject
    made.set_content(text, subtype=subtype, cte=coding)
    return made


def _folded() -> bytes:
    long = "The patient was seen today for the balance program and did well in all of it, MBI 1KK2-AA3-CC51"
    made = _mail(f"{long}, SSN 306-12-9091.\n").as_bytes()
    return made.replace(b"CC51", b"C=\n=43=351").replace(b"306-12", b"306=2D12")


def _page() -> bytes:
    rows = (
        "<tr><td>MBI</td><td>1KK2-AA3-<wbr>CC52</td></tr>"
        "<tr><td>SSN</td><td><span>307</span>-<span>12</span>-9092</td></tr>"
        "<tr><td>Born</td><td>1/2/1940</td></tr>"
    )
    made = _mail(f"<html><body><table>{rows}</table></body></html>", coding="base64", subtype="html")
    return made.as_bytes()


def _forwarded() -> bytes:
    inner = _mail("She called again. DOB 3/3/1933.\n", subject="Pt Yoder, MBI 1KK2-AA3-CC53")
    made = _mail("See below.\n")
    made.add_attachment(inner)
    return made.as_bytes()


def _in_mail(name: str, content: bytes) -> bytes:
    return mail("See the file.", files=[(name, content)])


_WINDOWS = "Prénom;Né(e) / DOB;Dossier / chart no.\nZoë;12/31/1938;7710023\n".encode("cp1252")

MADE: tuple[tuple[str, bytes, Planted], ...] = (
    ("export.xlsx", _inline(), (("mbi", "1KK2-AA3-CC44"), ("birth_date", "04/05/1946"))),
    ("remarks.xlsx", _remarks(), (("ssn", "302-11-9087"), ("phone", "(207) 555-0190"), ("mbi", "1KK2-AA3-CC45"),
                                  ("birth_date", "5/6/1947"), ("record_number", "4410023"))),
    ("margins.docx", _around(), (("record_number", "4410024"), ("birth_date", "7/8/1943"), ("mbi", "1KK2-AA3-CC46"),
                                 ("ssn", "303-12-9088"), ("birth_date", "9/10/1941"))),
    ("breaks.docx", _breaks(), (("mbi", "1KK2AA3CC47"), ("mbi", "1KK2AA3CC48"), ("mbi", "1KK2AA3CC49"),
                                ("ssn", "304129089"))),
    ("form.pdf", _filled(), (("birth_date", "02/03/1942"), ("ssn", "305129090"), ("mbi", "1KK2AA3CC50"),
                             ("record_number", "4410025"))),
    ("folded.eml", _folded(), (("mbi", "1KK2-AA3-CC51"), ("ssn", "306-12-9091"))),
    ("page.eml", _page(), (("mbi", "1KK2-AA3-CC52"), ("ssn", "307-12-9092"), ("birth_date", "1/2/1940"))),
    ("forwarded.eml", _forwarded(), (("birth_date", "3/3/1933"), ("mbi", "1KK2-AA3-CC53"))),
    ("windows.csv", _WINDOWS, (("birth_date", "12/31/1938"), ("record_number", "7710023"))),
    ("carried.eml", _in_mail("liste.csv", _WINDOWS), (("birth_date", "12/31/1938"), ("record_number", "7710023"))),
    ("titled.pdf", pdf(["Nothing here."], title="SSN 308-12-9093"), (("ssn", "308-12-9093"),)),
)  # fmt: skip
