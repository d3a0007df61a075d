"""A file is what is in it: the kinds that are taken, and everything else refused with what to do."""

import io
import zipfile
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mips_ia import Refused
from mips_ia.screening.kinds import CSV, EXCEL, JPG, KINDS, LARGEST, MAIL, PDF, PNG, TEXT, WORD, Kind, kind_of

PNG_HEAD = b"\x89PNG\r\n\x1a\n" + bytes(20)
MESSAGE = b"From: a@demo.example\nTo: b@demo.example\nSubject: Training\nDate: Mon, 5 Jan 2026\n\nDone.\n"
MAIN = {"word": "word/document.xml", "excel": "xl/workbook.xml"}


def archive(*parts: str | tuple[str, bytes], pack: int = zipfile.ZIP_DEFLATED) -> bytes:
    """An archive of parts, each a name, or a name with what is in it."""
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", pack) as made:
        for part in parts:
            made.writestr(*((part, b"<x/>") if isinstance(part, str) else part))
    return held.getvalue()


def document(kind: str = "word", *more: str | tuple[str, bytes]) -> bytes:
    """The least that is taken for a Word or Excel file, and some more parts."""
    return archive("[Content_Types].xml", MAIN[kind], *more)


def streamed() -> bytes:
    """A Word file written to where nothing can be written twice, so that sizes stand behind its parts."""
    held = io.BytesIO()
    held.seekable = lambda: False  # type: ignore[method-assign]
    with zipfile.ZipFile(held, "w") as made:
        for name in ("[Content_Types].xml", "word/document.xml"):
            made.writestr(name, b"<x/>")
    return held.getvalue()


def with_more(between: bytes = b"", noted: bytes = b"", remark: bytes = b"") -> bytes:
    """A Word file with bytes between its parts, and what is noted or remarked beside the second one."""
    held, part = io.BytesIO(), zipfile.ZipInfo("word/document.xml")
    part.extra, part.comment = noted, remark
    with zipfile.ZipFile(held, "w") as made:
        made.writestr("[Content_Types].xml", b"<x/>")
        made.start_dir += held.write(between)
        made.writestr(part, b"<x/>")
    return held.getvalue()


def refused(content: bytes, name: str) -> set[str]:
    with pytest.raises(Refused) as refusal:
        kind_of(content, name)
    assert all(problem.what and problem.fix for problem in refusal.value.problems)
    return {problem.code for problem in refusal.value.problems}


@pytest.mark.parametrize(("content", "name", "kind"), [
    (b"%PDF-1.7\n%...", "policy.pdf", PDF),
    (document("word"), "Policy.DOCX", WORD),
    (with_more(noted=b"UT\x05\0\1\0\0\0\0" + b"\x20\xa2\x09\0\x28\xa0\4\0" + bytes(5)), "policy.docx", WORD),
    (streamed(), "policy.docx", WORD),
    (document("excel"), "roster.xlsx", EXCEL),
    (PNG_HEAD, "shot.png", PNG),
    (b"\xff\xd8\xff\xe0" + bytes(20), "photo.jpeg", JPG),
    (b"name,minutes\nKim,30\nChen,45\n", "minutes.csv", CSV),
    (b"name;minutes\nKim;30\n", "minutes.txt", CSV),
    (b"Minutes of the meeting.\nAll were there.\n", "minutes.txt", TEXT),
    ("Grüße".encode("cp1252"), "note.txt", TEXT),
    (MESSAGE, "sent.eml", MAIL),
    (b"%PDF-1.7", "without an ending", PDF),
])  # fmt: skip
def test_it_is_what_is_in_it(content: bytes, name: str, kind: Kind) -> None:
    assert kind_of(content, name) is kind


@pytest.mark.parametrize(("content", "name", "code"), [
    (b"", "a.pdf", "file_empty"),
    (b"%PDF-".ljust(LARGEST + 1, b" "), "a.pdf", "file_size"),
    (b"MZ\x90\0", "setup.pdf", "file_kind"),
    (b"\x7fELF\2", "a.png", "file_kind"),
    (b"#!/bin/sh\nrm -rf /\n", "a.txt", "file_kind"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(99), "old.doc", "file_kind"),
    (b"{\\rtf1 hello}", "a.rtf", "file_kind"),
    (b"GIF89a" + bytes(9), "a.gif", "file_kind"),
    (b"II*\0" + bytes(9), "fax.tif", "file_kind"),
    (b"Rar!\x1a\7", "a.rar", "file_kind"),
    (b"\0\0\0\x18ftypheic\0\0", "photo.heic", "file_kind"),
    (b"RIFF\1\2\3\4WEBPVP8 ", "photo.webp", "file_kind"),
    ("name,minutes\n".encode("utf-16"), "a.csv", "file_kind"),
    (b"<svg xmlns='http://www.w3.org/2000/svg' onload='x()'/>", "a.svg", "file_kind"),
    (b"\xef\xbb\xbf \n<!DOCTYPE html><script>x()</script>", "a.txt", "file_kind"),
    (b"<?xml version='1.0'?><svg/>", "a.png", "file_kind"),
    (b"GIF89a;%PDF-1.4", "a.pdf", "file_kind"),
    (b"<html>%PDF-1.4", "a.pdf", "file_kind"),
    (bytes(range(256)), "a.bin", "file_kind"),
    (archive("a.txt"), "a.zip", "file_kind"),
    (archive("[Content_Types].xml", *MAIN.values()), "a.docx", "file_kind"),
    (document()[:-30], "a.docx", "file_broken"),
    (document() + b"<script>", "a.docx", "file_polyglot"),
    (b"%PDF-1.7" + document(), "a.docx", "file_name"),
    (PNG_HEAD, "shot.pdf", "file_name"),
    (document("word"), "a.xlsx", "file_name"),
    (document("word", "mimetype", "content.xml"), "a.docx", "file_polyglot"),
    (with_more(b"MZ\x90\0 between its parts"), "a.docx", "file_polyglot"),
    (with_more(archive("word/vbaProject.bin").partition(b"PK\1\2")[0]), "a.docx", "file_polyglot"),
    (with_more(noted=b"\x99\x99\x07\0SSN 219"), "a.docx", "file_polyglot"),
    (with_more(noted=b"\x20\xa2\x07\0\x28\xa0\0\0SSN"), "a.docx", "file_polyglot"),
    (with_more(remark=b"SSN 219-45-6783"), "a.docx", "file_polyglot"),
    (document("word", ("word/media/", b"SSN 219-45-6783")), "a.docx", "file_polyglot"),
    (document("word", "../../etc/cron.d/x"), "a.docx", "file_paths"),
    (document("word", "/etc/passwd"), "a.docx", "file_paths"),
    (document("word", "..\\x"), "a.docx", "file_paths"),
    (document("word", "C:/x"), "a.docx", "file_paths"),
    (document("word", "WORD/document.xml"), "a.docx", "file_paths"),
    (document("word", ("word/media/a.bmp", bytes(30_000_000))), "a.docx", "file_bomb"),
    (document("word", *(f"word/{n}" for n in range(5001))), "a.docx", "file_bomb"),
])  # fmt: skip
def test_everything_else_is_refused(content: bytes, name: str, code: str) -> None:
    assert code in refused(content, name)


def test_every_reason_is_told_at_once() -> None:
    bad = document("word", "../x", ("word/media/a.bmp", bytes(30_000_000)))

    assert refused(bad, "a.docx") == {"file_paths", "file_bomb"}


@given(st.binary(max_size=300), st.sampled_from([b"", b"PK\3\4", b"%PDF-", b"PK\5\6", b"From: "]))
def test_whatever_comes_it_is_a_kind_or_a_problem(rest: bytes, begins: bytes) -> None:
    with suppress(Refused):
        assert kind_of(begins + rest, "a") in KINDS


@pytest.mark.parametrize(("main", "what", "fix"), [
    ("ppt/presentation.xml", "This is a PowerPoint file.", "Save it as PDF, and add that."),
    ("mimetype", "This is an OpenDocument file.", "Save it as .docx or .xlsx, and add that."),
])  # fmt: skip
def test_other_documents_are_refused_with_what_to_do_instead(main: str, what: str, fix: str) -> None:
    with pytest.raises(Refused) as refusal:
        kind_of(archive("[Content_Types].xml", main), "fall training")

    [problem] = refusal.value.problems
    assert (problem.code, problem.what, problem.fix) == ("file_kind", what, fix)
