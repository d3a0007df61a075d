"""What the parts of a Word or Excel file bring with them, by their relations and bytes, not their names."""

import re
import zipfile
import zlib
from collections.abc import Iterator

from mips_ia.problems import Problem

LARGEST = 16 * 1024**2  # bytes that are looked through of a part
_AGAIN = "Open it in Word or Excel, save it again as .docx or .xlsx, and add that."
_WITHOUT = "Save it without, or print it as PDF, and add that."
# What a relation may lead to outside: a link that one clicks. Everything else is fetched when it is opened.
_LINK = re.compile(rb"""Type\s*=\s*["'][^"']*/hyperlink["']""")
_RELATION = re.compile(rb"<(?:\w+:)?Relationship\b[^<>]*>")
_OUTSIDE = re.compile(rb"""TargetMode\s*=\s*["']External["']""", re.IGNORECASE)
_BRINGS = re.compile(
    rb"""Type\s*=\s*["'][^"']*/(?:vbaProject|oleObject|package|control|activeXControlBinary|attachedToolbars|"""
    rb"""xlMacrosheet|externalLink|aFChunk|subDocument|frame)["']"""
)
_MACROS = re.compile(rb"macroEnabled|vbaProject|application/x-ms", re.IGNORECASE)
_LOCAL = re.compile(
    rb"""Target\s*=\s*["'](?:file:///)?[A-Za-z]:"""
)  # on the writer's own disk, as templates are
# What a field says, which Word may split, and what it must not.
_FIELD = re.compile(rb"""<w:instrText\b[^<>]*>([^<]*)|\bw:instr\s*=\s*["']([^"']*)""")
_FETCHES = re.compile(
    rb"\bDDE(?:AUTO)?\b|\bINCLUDE(?:TEXT|PICTURE)\b.{0,20}(?:https?:|\\\\\\\\)", re.IGNORECASE
)
_FORMULA = re.compile(
    rb"<(?:\w+:)?f\b[^<>]*>[^<]{0,2000}\b(?:WEBSERVICE|REGISTER\.ID|CALL|EXEC)\(", re.IGNORECASE
)
_SCRIPT = re.compile(rb"<\s*script\b|\bon\w{3,20}\s*=|javascript:|<!ENTITY", re.IGNORECASE)
# How files begin that have no place in a document, whatever their part is called.
_FILES = (
    b"PK\3\4",
    b"MZ",
    b"\x7fELF",
    b"%PDF-",
    b"\xd0\xcf\x11\xe0",
    b"Rar!",
    b"7z\xbc\xaf",
    b"{\\rtf",
    b"#!",
)


def problems(archive: zipfile.ZipFile, name: str) -> Iterator[Problem]:
    """Each thing that could run or fetch something, told once."""
    held = set[str]()
    for each in archive.infolist():
        path = each.filename.lower()
        try:
            with archive.open(each) as part:
                content = part.read(LARGEST)
        except (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, NotImplementedError,
                RuntimeError):  # fmt: skip
            yield Problem("file_broken", name, "A part of it cannot be unpacked.", _AGAIN)
            return
        held |= set(_of_part(path, content))
    if held:
        what = f"It has {', '.join(sorted(held))}, which can run or fetch something when it is opened."
        yield Problem("file_active", name, what, _WITHOUT)


def _of_part(path: str, content: bytes) -> Iterator[str]:
    if path.endswith(".rels"):
        for each in _RELATION.findall(content):
            if _OUTSIDE.search(each) and not _LINK.search(each) and not _LOCAL.search(each):
                yield "something that is fetched from elsewhere"
            if _BRINGS.search(each):
                yield "macros, controls or an embedded file"
    elif path.endswith(".xml"):
        yield from _of_xml(path, content)
    elif path.endswith(".svg") and _SCRIPT.search(content):
        yield "a drawing with a script"
    elif content.startswith(_FILES):
        yield "an embedded file"


def _of_xml(path: str, content: bytes) -> Iterator[str]:
    if path == "[content_types].xml" and _MACROS.search(content):
        yield "macros"
    fields = b"".join(run or whole for run, whole in _FIELD.findall(content))
    if _FETCHES.search(fields) or _FORMULA.search(content):
        yield "a field or a formula that runs or fetches"
