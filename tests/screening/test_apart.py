"""A file is looked at in a process of its own: what it says, what it may use, and when it is ended."""

import io
import random
import subprocess
import sys
import time
from pathlib import Path

import pytest
from making import docx, header, jpg, mail, paragraph, pdf, png, table, xlsx
from PIL import Image

from mips_ia.screening import apart
from mips_ia.screening.apart import LIMITS, Limits, Screened, masked, preview, screened

YEAR = 2026
MBI, SSN, BORN, RECORD = "1EG4-TE5-MK73", "123-45-6789", "03/04/1951", "MRN 0012345"
SAID = f"Medicare {MBI}, SSN {SSN}, DOB {BORN}, {RECORD}"
EVERY = {
    "a.txt": f"Minutes\n{SAID}\n".encode(),
    "a.csv": f'Name,DOB,Note\n"Doe, Jane",{BORN},"{SAID}"\n'.encode(),
    "a.eml": mail(
        SAID, page=f"<p>{SAID.replace('3', '<b>3</b>')}</p>",
        files=[("a.pdf", pdf([SAID])), (f"{SSN}.txt", SAID.encode())],
    ),
    "a.docx": docx(
        paragraph(SAID[:14], SAID[14:40], SAID[40:]) + table([["Name", "DOB"], ["Doe, Jane", BORN]]),
        word__header1=header(SAID), docProps__core=f"<c><d>{SAID}</d></c>",
    ),
    "a.xlsx": xlsx([["Name", "MRN", "SSN"], ["Doe, Jane", 12345678, 123456789]], [[SAID]],
                   names=["A", SSN], hidden=2),
    "a.pdf": pdf(["Policy", SAID], ["Nothing here"], title=SSN, packed=True),
    "a.png": png(Comment=SAID, zText=SAID),
    "a.jpg": jpg(comment=SAID, described=SAID),
    "behind.jpg": jpg() + bytes(range(256)) * 40 + SAID.encode() + b"\xff\0" + SAID.encode("utf-16-le"),
}  # fmt: skip


def told(found: Screened) -> set[str]:
    assert found.problems == ()
    return {each.kind for each in found.findings}


@pytest.mark.parametrize("name", EVERY)
def test_every_kind_is_read_and_its_masked_copy_is_of_the_kind_and_says_nothing(name: str) -> None:
    content = EVERY[name]
    before = screened(content, name, YEAR)
    copy = masked(content, name, YEAR)
    after = screened(copy.content, copy.name, YEAR)

    assert told(before) >= {"ssn", "record_number"}
    assert (after.kind, after.findings, after.problems) == (before.kind, (), ())
    for said in (MBI, SSN, BORN, "0012345"):
        assert said.encode() not in copy.content
        assert all(said not in str(each) for each in (before, copy.problems, after))


def test_what_is_clean_was_read_whole_and_a_scan_never_is() -> None:
    assert screened(pdf(["A policy."]), "a.pdf", YEAR).clean
    assert not screened(png(), "a.png", YEAR).clean
    scan = masked(EVERY["a.pdf"], "a.pdf", YEAR).content  # pictures of pages, as a scanner makes them
    found = screened(scan, "a.pdf", YEAR)

    assert (found.findings, found.clean) == ((), False)
    assert [each.code for each in found.notes] == ["pages_unread"]
    assert found.notes[0].what.startswith("Pages 1, 2 have no text that can be read")


def test_a_pdf_that_keeps_what_it_was_says_so() -> None:
    kept = (
        pdf(["A policy."])
        + b"5 0 obj\n<< >>\nendobj\nxref\n0 0\ntrailer\n<< /Root 1 0 R /Size 6 >>\nstartxref\n0\n%%EOF\n"
    )

    assert [each.code for each in screened(kept, "a.pdf", YEAR).notes] == ["versions_unread"]


@pytest.mark.parametrize(("name", "title", "copy"), [
    (f"{SSN}.txt", "", ("XXX-XX-XXXX.txt", "")),
    ("Smith John DOB 1-2-1950.txt", "Note", ("Smith John DOB X-X-XXXX.txt", "Note")),
    ("Smith_John_1950-01-02.txt", "", ("Smith_John_XXXX-XX-XX.txt", "")),
    ("smith_1eg4te5mk73_MRN.0012345.txt", "", ("smith_XXXXXXXXXXX_MRN.XXXXXXX.txt", "")),
    ("note.txt", f"Fall of MBI {MBI}", ("note.txt", "Fall of MBI XXXX-XXX-XXXX")),
])  # fmt: skip
def test_a_name_or_title_that_tells_of_a_patient_is_told_and_masked(
    name: str, title: str, copy: tuple[str, str]
) -> None:
    found = screened(b"Nothing.", name, YEAR, title=title)

    assert {each.where for each in found.findings} == {
        "the title" if "MBI" in title else "the name of the file"
    }
    assert not found.clean
    made = masked(b"Nothing.", name, YEAR, title=title)
    assert (made.content, made.name, made.title) == (b"Nothing.", *copy)


def test_what_a_file_is_called_is_never_among_the_arguments_of_a_process(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    started = list[list[str]]()
    popen = subprocess.Popen

    def seen(command: list[str], **how: object) -> object:
        started.append(command)
        return popen(command, **how)  # type: ignore[call-overload]

    monkeypatch.setattr(apart.subprocess, "Popen", seen)
    screened(b"Nothing.", f"{SSN}.txt", YEAR, title="Smith")

    assert SSN not in str(started)
    assert "Smith" not in str(started)


@pytest.mark.parametrize("name", [
    "Fall Prevention Policy 03-04-2015.txt", "minutes 2019-05-01.txt", "2018_05_01 Training Log.txt",
    "IA_PSPA_21 2026-03-04.txt", "scan0001234.txt", "Invoice 00123456.txt",
])  # fmt: skip
def test_what_papers_are_called_is_no_patient(name: str) -> None:
    assert screened(b"Nothing.", name, YEAR).clean


@pytest.mark.parametrize("name", EVERY)
def test_a_preview_is_pictures_drawn_anew_or_plain_text(name: str) -> None:
    shown = preview(EVERY[name], name)

    assert shown.problems == ()
    assert all(each.startswith(b"RIFF") and each[8:12] == b"WEBP" for each in shown.pictures)
    assert bool(shown.text) != bool(shown.pictures)


def test_a_preview_shows_the_pages_with_findings_and_frames_them() -> None:
    content = pdf(*[["Nothing."]] * 7, [SAID], ["Nothing."])
    plain, framed = preview(content, "a.pdf"), preview(content, "a.pdf", year=YEAR)

    assert (plain.pages, plain.more) == ((1, 2, 3, 4, 5), 4)
    assert (framed.pages, framed.more) == ((1, 2, 3, 4, 8), 4)
    red = Image.open(io.BytesIO(framed.pictures[-1])).convert("RGB").getcolors(2**24)
    assert sum(often for often, (r, g, b) in red if r > 120 and g < 90 and b < 90) > 200


@pytest.mark.parametrize("name", EVERY)
def test_what_was_found_is_shown_in_its_place_in_every_kind(name: str) -> None:
    found, shown = screened(EVERY[name], name, YEAR), preview(EVERY[name], name, year=YEAR)

    wheres = {each.where for each in found.findings}
    assert shown.problems == ()
    assert wheres >= {each.where for each in shown.around}
    framed = {
        where for where in wheres if where.partition(",")[0] in {f"page {each}" for each in shown.pages}
    }
    assert wheres == framed | {each.where for each in shown.around}
    assert bool(framed) == (name == "a.pdf")
    assert shown.text == ""
    for each in shown.around:
        assert any(map(str.isalnum, each.found))
        assert each.found not in repr(shown)


def test_what_a_message_brings_is_shown_with_the_words_around_it() -> None:
    inner = mail("See below.", files=[("note.txt", b"Seen: Pat, MRN 4471182, at noon.\n")])
    shown = preview(mail("Hello.", files=[("inner.eml", inner)]), "a.eml", year=YEAR)

    [each] = shown.around
    assert each.where == "attachment 1, attachment 1, line 1"
    assert (each.before, each.found, each.behind) == ("Seen: Pat, MRN ", "4471182", ", at noon.")


def test_what_takes_too_long_or_too_much_is_not_looked_at_and_says_so() -> None:
    began = time.monotonic()  # what it may take otherwise is nine seconds
    late = screened(b"a" * 2_000_000, "a.txt", YEAR, Limits(seconds=0.01))
    small = screened(b"a" * 20_000_000, "a.txt", YEAR, Limits(memory=40_000_000))

    assert [each.code for each in (*late.problems, *small.problems)] == ["file_unread", "file_unread"]
    assert not late.clean
    assert not small.clean
    assert time.monotonic() - began < 5


def test_whatever_was_changed_in_a_file_there_is_an_answer() -> None:
    dice = random.Random(4)
    for number in range(24):
        name = list(EVERY)[number % len(EVERY)]
        content = bytearray(EVERY[name])
        for _ in range(dice.choice([1, 4, 20])):
            at = dice.randrange(len(content))
            content[at : at + dice.randrange(20)] = bytes(
                dice.randrange(256) for _ in range(dice.randrange(9))
            )
        found = screened(bytes(content), name, YEAR)
        assert (found.kind is None) == bool(found.problems)


@pytest.mark.parametrize("answer", [
    "''", "'[]'", "'{}'", "'{' * 99", f"'x' * {LIMITS.answer + 9}", """'{"problems": [{"a": 1}]}'""",
    """'{"kind": "exe", "findings": [], "found": 0, "notes": []}'""",
    """'{"kind": "txt", "findings": 3, "found": 0, "notes": []}'""",
])  # fmt: skip
def test_an_answer_that_makes_no_sense_is_none(answer: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """As a process might give one that a file has taken over."""
    start = f"import sys; sys.stdout.write({answer})"
    monkeypatch.setattr(apart, "_START", start)
    found = screened(b"A policy.", "a.txt", YEAR)

    assert [each.code for each in found.problems] == ["file_unread"]
    assert not found.clean


def test_the_process_can_open_no_file_and_no_connection_and_has_nothing_of_ours(tmp_path: Path) -> None:
    tried = f"""
import os, socket, sys
sys.path[:] = {sys.path!r}
from mips_ia.screening import child
child._bound({{"cpu": 5, "memory": {LIMITS.memory}}})
child._close(b"")
for what in (lambda: open({str(tmp_path / "made")!r}, "w"), lambda: open("/etc/hostname"), socket.socket):
    try:
        what()
        print("opened")
    except OSError as error:
        print(error.errno)
"""
    said = subprocess.run([sys.executable, "-I", "-c", tried], capture_output=True, text=True, check=False)

    assert said.stdout.split() == ["24", "24", "24"], said.stderr
    assert list(tmp_path.iterdir()) == []
