"""What kind a file is, by what is in it and not by its name."""

import re
from dataclasses import dataclass

from mips_ia.problems import Problem, Refused
from mips_ia.screening import office

MEGABYTES = 25
LARGEST = MEGABYTES * 1_000_000  # bytes of a file, here and in the vault
CHOOSE = f"Choose a PDF, Word, Excel, PNG or JPG file under {MEGABYTES} MB."
UNREADABLE = "We could not read this file. Open it on your computer, save it again, and add it."
_HEAD = 1024  # bytes in which a PDF may begin


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of file that is taken: its name, the ending it is given, and its media type."""

    name: str
    ending: str
    media_type: str


PDF = Kind("PDF", "pdf", "application/pdf")
PNG = Kind("PNG", "png", "image/png")
JPG = Kind("JPG", "jpg", "image/jpeg")
WORD = Kind("Word", "docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document")
EXCEL = Kind("Excel", "xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")
MAIL = Kind("e-mail", "eml", "message/rfc822")
CSV = Kind("CSV", "csv", "text/csv")
TEXT = Kind("text", "txt", "text/plain")
KINDS = (PDF, WORD, EXCEL, PNG, JPG, CSV, TEXT, MAIL)

_OFFICE = {"word": WORD, "excel": EXCEL}
# What is none of these, by how it begins, with what to do instead.
_PRINT, _ONE_BY_ONE, _AS_JPG = (
    "Save it as PDF, and add that.",
    "Add the files in it one by one.",
    "Save it as JPG, and add that.",
)
_OTHERS = (
    (rb"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "This is an old Word or Excel file, or one with a password.",
     "Open it, save it as .docx or .xlsx without a password, and add that."),
    (rb"\{\\rtf", "This is rich text, which can hold programs.", _PRINT),
    (rb"MZ|\x7fELF|#!", "This is a program.", CHOOSE),
    (rb"\x1f\x8b|Rar!|7z\xbc\xaf", "This is an archive.", _ONE_BY_ONE),
    (rb"GIF8", "This is a GIF picture.", _AS_JPG),
    (rb"II\*\x00|MM\x00\*", "This is a TIFF picture.", "Save it as PDF, PNG or JPG, and add that."),
    (rb"RIFF.{4}WEBP", "This is a WebP picture.", _AS_JPG),
    (rb".{4}ftyp", "This is a HEIC photo or a film.", _AS_JPG),
    (rb"\xff\xfe|\xfe\xff", "This is text in UTF-16.", "Save it as UTF-8, and add that."),
)  # fmt: skip
_MARKUP = (b"<!doctype", b"<html", b"<svg", b"<?xml", b"<script", b"<math", b"<body", b"<head")
_MAIL_HEADS = ("from", "to", "subject", "date", "received", "return-path", "mime-version", "message-id",
               "delivered-to", "x-mailer", "content-type", "reply-to", "cc")  # fmt: skip


def kind_of(content: bytes, name: str) -> Kind:
    """The kind of a file. `Refused` where it is none that is taken, with what to do instead.

    A name that says otherwise than the content is refused: whoever opens it would not get what they see.
    """
    found = by_content(content, name, name)
    ending = name.lower().rpartition(".")[2] if "." in name else ""
    alike = {"jpeg": "jpg", "text": "txt", "log": "txt", "tsv": "csv"}
    if ending and alike.get(ending, ending) != found.ending and {found, _by_ending(ending)} != {CSV, TEXT}:
        what = f"“{name}” is called .{ending}, and what is in it is {_article(found.name)} file."
        raise Refused([Problem("file_name", name, what, f"Call it .{found.ending}, if that is what it is.")])
    return found


def by_content(content: bytes, name: str, called: str = "") -> Kind:
    """The kind of a file whose name need not say it; what it is `called` only tells tables from text."""
    if len(content) > LARGEST:
        raise _refused("file_size", name, f"It has {len(content) / 1_000_000:.1f} MB.", CHOOSE)
    if not content:
        raise _refused("file_empty", name, "It is empty.", CHOOSE)
    for begins, what, fix in _OTHERS:
        if re.match(begins, content, re.DOTALL):
            raise _refused("file_kind", name, what, fix)
    if content.startswith(b"PK"):
        return _OFFICE[office.kind_of(content, name)]
    if content.startswith(b"\x89PNG\r\n\x1a\n"):
        return PNG
    if content.startswith(b"\xff\xd8\xff"):
        return JPG
    if begins_pdf(content):
        if not content.startswith(b"%PDF-"):
            raise _refused("file_kind", name, "Something stands before the PDF in it.", UNREADABLE)
        return PDF
    return _of_text(content, name, called)


def begins_pdf(content: bytes) -> bool:
    """Whether programs take it for a PDF, whatever it is besides."""
    return b"%PDF-" in content[:_HEAD]


def _of_text(content: bytes, name: str, called: str) -> Kind:
    """Text that is a table, a message or neither; `Refused` where it is no text, or a page of the web."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("cp1252", errors="replace")
    if "\0" in text or sum(each < " " and each not in "\t\r\n\f" for each in text[:4096]) > 0:
        raise _refused("file_kind", name, "It is none of the kinds that are taken.", CHOOSE)
    if text.lstrip().lower().encode().startswith(_MARKUP):
        what = "This is a web page or a drawing, which can hold programs."
        raise _refused("file_kind", name, what, "Print it as PDF, and add that.")
    heads = [line.partition(":")[0].lower() for line in text.splitlines()[:40] if ":" in line]
    if text[:1].isalpha() and sum(each in _MAIL_HEADS for each in heads) > 2:
        return MAIL
    lines = [each for each in text.splitlines()[:20] if each.strip()]
    table = any(_in_columns([line.count(mark) for line in lines]) for mark in ",;\t")
    return CSV if table or called.lower().endswith((".csv", ".tsv")) else TEXT


def _in_columns(counts: list[int]) -> bool:
    """Whether every line has as many marks as the others; titles without any may stand above."""
    while counts and not counts[0]:
        counts = counts[1:]
    return len(counts) > 1 and len(set(counts)) == 1


def _by_ending(ending: str) -> Kind | None:
    return next((each for each in KINDS if each.ending == {"tsv": "csv"}.get(ending, ending)), None)


def _article(name: str) -> str:
    return f"{'an' if name[0].lower() in 'aeiou' else 'a'} {name}"


def _refused(code: str, name: str, what: str, fix: str) -> Refused:
    return Refused([Problem(code, name, what, fix)])
