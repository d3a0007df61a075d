"""Files of every kind, made for the tests: small, whole, and with what they are asked to say."""

import io
import zipfile
import zlib
from collections.abc import Sequence
from email.message import EmailMessage
from xml.sax.saxutils import escape

import xlsxwriter
from PIL import Image, ImageDraw, PngImagePlugin

WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
OPEN = "http://schemas.openxmlformats.org/package/2006"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
DOCUMENT = "application/vnd.openxmlformats-officedocument.wordprocessingml"


def pdf(
    *pages: Sequence[str], extra: bytes = b"", catalog: bytes = b"", packed: bool = False, page: bytes = b"",
    title: str = "",
) -> bytes:  # fmt: skip
    """A PDF whose pages have these lines; `extra` are more objects, from number 100 on."""
    objects = {1: b"<< /Type /Catalog /Pages 2 0 R " + catalog + b" >>"}
    kids = b" ".join(b"%d 0 R" % (10 + 2 * place) for place in range(len(pages)))
    objects[2] = b"<< /Type /Pages /Kids [" + kids + b"] /Count %d >>" % len(pages)
    objects[3] = b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>"
    objects[4] = b"<< /Title (" + _literal(title) + b") >>"
    for place, lines in enumerate(pages):
        number = 10 + 2 * place
        said = b"BT /F1 11 Tf 14 TL 60 740 Td " + b"".join(
            b"(" + _literal(line) + b") Tj T* " for line in lines
        )
        said += b"ET"
        head = b""
        if packed:
            said, head = zlib.compress(said), b"/Filter /FlateDecode "
        objects[number] = (
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] "
            b"/Resources << /Font << /F1 3 0 R >> >> /Contents %d 0 R " % (number + 1)
        ) + page + b" >>"  # fmt: skip
        objects[number + 1] = b"<< %s/Length %d >>\nstream\n%s\nendstream" % (head, len(said), said)
    return put_together(objects, extra)


def _literal(text: str) -> bytes:
    held = text.encode("cp1252", "replace")
    return held.replace(b"\\", b"\\\\").replace(b"(", b"\\(").replace(b")", b"\\)")


def put_together(objects: dict[int, bytes], extra: bytes = b"") -> bytes:
    """A PDF of objects, with the table that says where each begins."""
    made, places = io.BytesIO(), dict[int, int]()
    made.write(b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n")
    for number, held in objects.items():
        places[number] = made.tell()
        made.write(b"%d 0 obj\n%s\nendobj\n" % (number, held))
    for part in [each for each in extra.split(b"\n\n") if each]:
        number = int(part.split()[0])
        places[number] = made.tell()
        made.write(part + b"\n")
    start = made.tell()
    made.write(b"xref\n0 1\n0000000000 65535 f \n")
    for number, place in sorted(places.items()):
        made.write(b"%d 1\n%010d 00000 n \n" % (number, place))
    made.write(b"trailer\n<< /Size %d /Root 1 0 R /Info 4 0 R >>\n" % (max(places) + 1))
    made.write(b"startxref\n%d\n%%%%EOF\n" % start)
    return made.getvalue()


def paragraph(*runs: str) -> str:
    """A paragraph of a Word file, whose text may be split into runs as Word does."""
    said = "".join(f'<w:r><w:t xml:space="preserve">{escape(run)}</w:t></w:r>' for run in runs)
    return f"<w:p>{said}</w:p>"


def table(rows: Sequence[Sequence[str]]) -> str:
    """A table of a Word file."""
    return (
        "<w:tbl>"
        + "".join(
            "<w:tr>" + "".join(f"<w:tc>{paragraph(cell)}</w:tc>" for cell in row) + "</w:tr>" for row in rows
        )
        + "</w:tbl>"
    )


def docx(body: str, **parts: str | bytes) -> bytes:
    """A Word file of a body; other parts are named with `__` for a slash and end in `.xml` by themselves."""
    held = io.BytesIO()
    types = (
        f'<Types xmlns="{OPEN}/content-types"><Default Extension="xml" ContentType="application/xml"/>'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Override PartName="/word/document.xml" ContentType="{DOCUMENT}.document.main+xml"/></Types>'
    )
    relations = (
        f'<Relationships xmlns="{OPEN}/relationships"><Relationship Id="r1" Type="{OFFICE}/officeDocument" '
        'Target="word/document.xml"/></Relationships>'
    )
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as made:
        made.writestr("[Content_Types].xml", types)
        made.writestr("_rels/.rels", relations)
        made.writestr(
            "word/document.xml", f'<w:document xmlns:w="{WORD}"><w:body>{body}</w:body></w:document>'
        )
        for name, content in parts.items():
            path = name.replace("__", "/")
            made.writestr(path if "." in path else f"{path}.xml", content)
    return held.getvalue()


def header(text: str) -> str:
    """A header of a Word file."""
    return f'<w:hdr xmlns:w="{WORD}">{paragraph(text)}</w:hdr>'


def xlsx(*sheets: Sequence[Sequence[object]], names: Sequence[str] = (), hidden: int = 0) -> bytes:
    """A workbook of sheets; `hidden` is the number of one that is not shown."""
    held = io.BytesIO()
    with xlsxwriter.Workbook(held, {"in_memory": True, "default_date_format": "mm/dd/yyyy"}) as book:
        for number, rows in enumerate(sheets, 1):
            sheet = book.add_worksheet(names[number - 1] if names else None)
            for at, row in enumerate(rows):
                sheet.write_row(at, 0, row)
            if number == hidden:
                sheet.hide()
    return held.getvalue()


def png(size: tuple[int, int] = (80, 60), **texts: str) -> bytes:
    """A PNG picture, with texts in it."""
    about, held = PngImagePlugin.PngInfo(), io.BytesIO()
    for key, text in texts.items():
        about.add_text(key, text, zip=key.startswith("z"))
    Image.new("RGB", size, "white").save(held, "PNG", pnginfo=about)
    return held.getvalue()


def jpg(size: tuple[int, int] = (80, 60), comment: str = "", described: str = "") -> bytes:
    """A JPG picture, with what a camera writes into it."""
    held, exif = io.BytesIO(), Image.Exif()
    if described:
        exif[0x010E] = described
    picture = Image.new("RGB", size, "white")
    ImageDraw.Draw(picture).line((0, 0, *size), fill="navy")
    picture.save(held, "JPEG", exif=exif, comment=comment.encode() if comment else None)
    return held.getvalue()


def mail(
    text: str, page: str = "", files: Sequence[tuple[str, bytes]] = (), subject: str = "Fall screening"
) -> bytes:
    """A message with files."""
    made = EmailMessage()
    made["From"], made["To"], made["Subject"] = "office@demo.example", "manager@demo.example", subject
    made.set_content(text)
    if page:
        made.add_alternative(page, subtype="html")
    for name, content in files:
        made.add_attachment(content, maintype="application", subtype="octet-stream", filename=name)
    return made.as_bytes()
