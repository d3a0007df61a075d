"""A binder: what is in it, that it is the same when it is made again, and what is refused."""

import io
import json
import os
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest
from binders import MADE, Installation, files_of, installed, judgement
from hypothesis import example, given
from hypothesis import strategies as st

from mips_ia.problems import Refused
from mips_ia.vault.binder.contents import Contents, Document, Page
from mips_ia.vault.binder.names import LONGEST, Names, plain
from mips_ia.vault.binder.part import sweep
from mips_ia.vault.binder.seal import Seal
from mips_ia.vault.binder.veil import Veil
from mips_ia.vault.binder.writing import write_binder
from mips_ia.vault.binder.zipping import cut
from mips_ia.vault.chunks import CHUNK
from mips_ia.vault.folder import Folder
from mips_ia.vault.verifier.container import Entry, central_header, doubled, ending, is_path, local_header
from mips_ia.vault.verifier.zipped import Zip


@pytest.fixture
def made(tmp_path: Path) -> Installation:
    return installed(tmp_path)


def refusal(made: Installation, **changes: object) -> list[str]:
    with pytest.raises(Refused) as refused:
        replace(made, contents=replace(made.contents, **changes)).binder()
    assert not (made.root / "binder.zip").exists()
    assert list(made.root.glob("*.part")) == []
    return [f"{problem.code}: {problem}" for problem in refused.value.problems]


def test_a_binder_under_a_veil_is_no_zip_on_the_disk_and_is_read_by_who_has_the_veil(
    made: Installation,
) -> None:
    veil, whole = Veil(), made.root / "whole.zip"

    written = write_binder(
        made.root / "binder.zip", made.contents, made.store, made.seal, lambda *_: None, veil
    )
    with written.path.open("rb") as file:
        lifted = veil.lifted(file)
        whole.write_bytes(b"".join(iter(lambda: lifted.read(99_991), b"")))

    hidden = written.path.read_bytes()
    assert len(hidden) == written.size
    assert not zipfile.is_zipfile(written.path)
    assert not [clear for clear in (b"VERIFY.md", b"Roster.csv") if clear in hidden]
    assert judgement(whole.read_bytes()).faults == []
    assert whole.read_bytes() == veil.over(0, hidden) != Veil().over(0, hidden)


def test_a_binder_has_the_files_their_hashes_and_the_proofs(made: Installation) -> None:
    done: list[tuple[int, int]] = []

    written = write_binder(
        made.root / "binder.zip", made.contents, made.store, made.seal, lambda *each: done.append(each)
    )

    with zipfile.ZipFile(written.path) as zipped:
        assert zipped.testzip() is None
        names = zipped.namelist()
        manifest = json.loads(zipped.read("manifest.json"))
        assert zipped.read("files/IA_BE_5/Roster.csv") == b"".join(
            made.store.read(made.contents.documents[1].sha256)
        )
    assert names == [
        "VERIFY.md", "verify.py", *MADE, "files/IA_BE_4/Minutes-of-March",
        "files/IA_BE_5/Roster.csv", "files/IA_BE_4/Screen-shot", "files/IA_BE_5/Nothing-yet", "manifest.json",
        "proofs/leaves.txt", "proofs/inclusion.txt", "proofs/consistency.txt",
        "proofs/checkpoints/000000000010", "proofs/public.pem", "SHA256SUMS",
    ]  # fmt: skip
    assert manifest["about"] == {"title": "Evidence of an invented practice"}
    (roster,) = (each for each in manifest["files"] if each["path"].endswith("Roster.csv"))
    assert roster["size"] == 50
    assert roster["leaf"] == 2
    assert roster["about"] == {"title": "Roster.csv"}
    assert written.leaf == 9
    assert written.size == written.path.stat().st_size
    total = sum(each["size"] for each in manifest["files"])
    assert done[-1] == (total, total)
    assert [each for each, _ in done] == sorted(each for each, _ in done)


def test_it_may_hold_one_activity_alone(made: Installation) -> None:
    few = tuple(each for each in made.contents.documents if "IA_BE_5" in each.path)

    written = replace(made, contents=Contents({}, few)).binder()

    assert judgement(written.path.read_bytes()).faults == []
    assert len(files_of(written.path.read_bytes())) == 11


def test_a_binder_without_documents_is_one_too(made: Installation) -> None:
    written = replace(made, contents=Contents({})).binder()

    assert judgement(written.path.read_bytes()).faults == []


def test_the_same_contents_give_the_same_manifest_and_replace_the_binder_when_they_are_whole(
    made: Installation,
) -> None:
    first = made.binder()
    again = made.binder()

    assert again.manifest == first.manifest
    assert again.leaf == first.leaf + 1
    assert judgement(again.path.read_bytes()).faults == []


def test_what_a_leaf_must_name_is_checked(made: Installation) -> None:
    wrong = replace(made.contents.documents[0], leaf=made.contents.documents[1].leaf)

    written = replace(made, contents=Contents({}, (wrong,))).binder()

    (fault,) = judgement(written.path.read_bytes()).faults
    assert str(fault).startswith(
        "files/IA_BE_4/Minutes-of-March: leaf 2 should have received this file, and does not have"
    )


# ---- What is refused


def test_every_file_that_the_vault_lacks_is_named(made: Installation) -> None:
    lost = (Document("files/one.pdf", "0" * 64), Document("files/two.pdf", "1" * 64))

    one, two = refusal(made, documents=(*lost, *made.contents.documents))

    assert one.startswith("unknown_digest: files/one.pdf, ")
    assert two.startswith("unknown_digest: files/two.pdf, ")


def test_every_file_that_is_damaged_is_named_and_the_log_stays_as_it_was(made: Installation) -> None:
    before = len(made.seal.log.hashes())
    for each in made.contents.documents[:2]:
        body = Path(made.store.place.address) / "bodies" / made.store.header(each.sha256).body
        kept = body.read_bytes()
        body.write_bytes(kept[:-1] + bytes([kept[-1] ^ 1]))

    one, two = refusal(made)

    assert one.startswith("damaged_file: files/IA_BE_4/Minutes-of-March, ")
    assert two.startswith("damaged_file: files/IA_BE_5/Roster.csv, ")
    assert len(made.seal.log.hashes()) == before


def test_paths_that_cannot_be_unpacked_everywhere_are_all_named(made: Installation) -> None:
    paths = [
        "../up", "/root", "a//b", "con.txt", "files/AUX", "a b", "a.", "é", "-" * 200, "proofs/x",
        "manifest.json", "verify.PY", "files/one", "files/ONE",
    ]  # fmt: skip

    found = refusal(made, pages=tuple(Page(path, b"") for path in paths))

    assert {line.split(":")[0] for line in found} == {"binder_path"}
    assert [line for path in paths[:12] for line in found if repr(path) in line] == found[:12]
    assert "'files/ONE'" in found[-1]


def test_a_leaf_that_the_log_does_not_have_is_named(made: Installation) -> None:
    (found,) = refusal(made, leaves=(99,))

    assert found.startswith("binder_leaf: the binder: this names leaf 99 of the log, whose size is 9.")
    assert refusal(made, leaves=(-1,))[0].startswith("binder_leaf: ")


def test_what_has_no_canonical_form_is_refused(made: Installation) -> None:
    (found,) = refusal(made, about={"Title": "x"})

    assert found.startswith("bad_leaf: ")


def test_what_is_too_large_for_any_verifier_is_refused(
    made: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(write_binder.__globals__["MOST"], "manifest.json", 1000)

    (found,) = refusal(made)

    assert found.startswith("binder_too_large: manifest.json: this would have more than 1000 bytes")


def test_more_checkpoints_than_any_verifier_checks_are_refused(
    made: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(Seal.proofs.__globals__, "MOST_CHECKPOINTS", 0)

    (found,) = refusal(made)

    assert found.startswith("binder_too_large: the binder: this would have more than 0 checkpoints")


# ---- Names

TITLES = st.text(max_size=200) | st.from_regex(
    r"[A-Za-z .]{0,5}(con|LPT1|aux)[. -]{0,2}(pdf)?", fullmatch=True
)


@given(st.lists(TITLES, max_size=12))
@example(["Roster.pdf", "roster.PDF", "roster.pdf"])
@example(
    ["..", "../../etc/passwd", "con", "NUL.txt", "x" * 500, "", "\u2013", ".htaccess", "a" * 100 + ".pdf"]
)
def test_any_titles_give_paths_that_differ_and_can_be_unpacked_anywhere(titles: list[str]) -> None:
    names = Names()

    paths = [names.path("files/IA_BE_4", title) for title in titles]

    assert all(is_path(path) and len(path.rpartition("/")[2]) <= LONGEST for path in paths), paths
    assert doubled(paths) == []


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("Minutes of March 3, 2026.pdf", "Minutes-of-March-3-2026.pdf"),
        ("Resumé — Núñez.docx", "Resume-Nunez.docx"),
        ("../../etc/passwd", "etc-passwd"),
        ("C:\\rosters\\one.csv", "C-rosters-one.csv"),
        ("con.pdf", "_con.pdf"),
        ("名簿.xlsx", "file.xlsx"),
        ("", "file"),
    ],
)
def test_a_title_as_a_name(title: str, name: str) -> None:
    assert plain(title) == name


def test_a_name_that_was_given_gets_a_number() -> None:
    names = Names()

    assert [names.path("files", title) for title in ("Roster.csv", "roster.csv", "ROSTER.CSV")] == [
        "files/Roster.csv",
        "files/roster-2.csv",
        "files/ROSTER-3.CSV",
    ]


# ---- The ZIP itself


@given(st.lists(st.integers(0, 3 * CHUNK), max_size=5))
def test_bytes_are_cut_alike_however_they_come(sizes: list[int]) -> None:
    pieces = [*cut(bytes(size) for size in sizes)]

    assert sum(map(len, pieces)) == sum(sizes)
    assert all(len(piece) == CHUNK for piece in pieces[:-1])
    assert all(pieces)


def test_a_zip_of_more_than_four_gigabytes_is_written_as_others_read_it(tmp_path: Path) -> None:
    """A file with a hole: the bytes that nobody reads are not there."""
    large, small = Entry("files/large", 2**32 + 5, 0, 0), b"a roster"
    second = Entry("files/small", len(small), 0x8F6C2C4E, large.end)
    listed = central_header(large) + central_header(second)
    path = tmp_path / "large.zip"
    with path.open("wb") as file:
        file.write(local_header(large))
        file.seek(second.start)
        file.write(local_header(second) + small + listed + ending(2, second.end, len(listed)))

    with zipfile.ZipFile(path) as zipped:
        assert [each.file_size for each in zipped.infolist()] == [large.size, 8]
        assert zipped.infolist()[1].header_offset == second.start
    with path.open("rb") as file:
        found = Zip(file)
        assert found.faults == []
        assert b"".join(found.pieces("files/small", 100)) == small


def test_a_zip_of_very_many_files_is_written_as_others_read_it() -> None:
    start, body, listed = 0, [], []
    for number in range(66_000):
        entry = Entry(f"files/{number}", 0, 0, start)
        body.append(local_header(entry))
        listed.append(central_header(entry))
        start = entry.end
    text = b"".join([*body, *listed, ending(66_000, start, sum(map(len, listed)))])

    with zipfile.ZipFile(io.BytesIO(text)) as zipped:
        assert len(zipped.infolist()) == 66_000
    found = Zip(io.BytesIO(text))
    assert found.faults == []
    assert len(found.paths()) == 66_000


def test_what_was_broken_off_is_swept_when_it_is_old_and_not_held(tmp_path: Path) -> None:
    folder = Folder(tmp_path / "binders")
    folder.make(())
    folder.put("one.zip.part", b"half")
    assert sweep(folder.path) == []

    os.utime(folder.path / "one.zip.part", (0, 0))

    assert sweep(folder.path) == ["one.zip.part"]
