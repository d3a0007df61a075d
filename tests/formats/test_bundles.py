"""Files, folders and ZIP files come down to single documents, each read by itself."""

import zipfile
from pathlib import Path

import pytest

from mips_ia.formats.bundles import are_documents, documents

TABLE, JSON, XML = b"performance_year,tin\n", b"{}", b"<x/>"


@pytest.fixture
def room(tmp_path: Path) -> Path:
    (tmp_path / "room").mkdir()
    return tmp_path / "room"


def filled(folder: Path, **files: bytes) -> Path:
    """A folder of files; in a name `__` stands for a dot and `_in_` for a folder's end."""
    for name, content in files.items():
        path = folder / name.replace("_in_", "/").replace("__", ".")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    return folder


def packed(path: Path, **members: bytes) -> Path:
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in members.items():
            archive.writestr(name.replace("_in_", "/").replace("__", "."), content)
    return path


def test_a_file_is_itself_whatever_it_is(tmp_path: Path, room: Path) -> None:
    filled(tmp_path, a__json=JSON, letter__txt=b"Dear")
    paths = [tmp_path / "a.json", tmp_path / "letter.txt"]

    assert documents(paths, room) == (paths, [])


def test_a_folder_is_all_submissions_in_it_in_order(tmp_path: Path, room: Path) -> None:
    folder = filled(tmp_path / "in", b__JSON=JSON, a_in_c_in_d__xml=XML, e__txt=b"", _in___f__json=JSON)
    (folder / "folder.json").mkdir()

    found, problems = documents([folder], room)

    assert [each.relative_to(folder).as_posix() for each in found] == ["a/c/d.xml", "b.JSON"]
    assert problems == []


def test_a_zip_file_is_unpacked_member_by_member(tmp_path: Path, room: Path) -> None:
    archive = packed(tmp_path / "a.ZIP", x_in_a__json=JSON, y_in_a__json=b"[]", notes__txt=b"")

    found, problems = documents([archive], room)

    assert problems == []
    assert [(each.name, each.read_bytes()) for each in found] == [("a.json", JSON), ("a.json", b"[]")]
    assert all(room in each.parents for each in found)


def test_two_zip_files_of_one_name_are_kept_apart(tmp_path: Path, room: Path) -> None:
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
    both = [
        packed(tmp_path / "one" / "a.zip", a__json=b"1"),
        packed(tmp_path / "two" / "a.zip", a__json=b"2"),
    ]

    found, problems = documents([*both, both[0]], room)

    assert problems == []
    assert [each.read_bytes() for each in found] == [b"1", b"2", b"1"]


@pytest.mark.parametrize("name", ["...zip", "..zip", "a.zip"])
@pytest.mark.parametrize("member", ["../x.json", "../../../../x.json", "/etc/x.json", "..\\x.json", "x.json"])
def test_nothing_is_unpacked_outside_of_the_room(name: str, member: str, tmp_path: Path, room: Path) -> None:
    with zipfile.ZipFile(tmp_path / name, "w") as archive:
        archive.writestr(member, JSON)
    before = {*tmp_path.iterdir()}

    documents([tmp_path / name], room)

    assert {*tmp_path.iterdir()} == before
    assert all(each.resolve().is_relative_to(room) for each in room.rglob("*"))


def test_what_cannot_be_taken_is_named_and_the_rest_is(tmp_path: Path, room: Path) -> None:
    filled(tmp_path, a__json=JSON, bad__zip=b"no ZIP", empty_in_notes__txt=b"")
    packed(tmp_path / "notes.zip", notes__txt=b"")
    names = ("bad.zip", "empty", "notes.zip", "none.zip", "a.json")

    found, problems = documents([tmp_path / name for name in names], room)

    assert [each.name for each in found] == ["a.json"]
    assert [(each.where, each.code) for each in problems] == [
        ("bad.zip", "damaged_file"),
        ("empty", "no_submission_file"),
        ("notes.zip", "no_submission_file"),
        ("none.zip", "damaged_file"),
    ]


def test_a_member_that_is_damaged_spoils_its_zip_file_alone(tmp_path: Path, room: Path) -> None:
    archive = packed(tmp_path / "a.zip", a__json=JSON, b__json=b"[1, 2]")
    content = archive.read_bytes()
    archive.write_bytes(content.replace(b"[1, 2]", b"[1, 3]"))

    found, problems = documents([archive, packed(tmp_path / "b.zip", c__xml=XML)], room)

    assert [each.name for each in found] == ["c.xml"]
    assert [(each.where, each.code) for each in problems] == [("a.zip", "damaged_file")]


def test_a_zip_file_that_unpacks_to_more_than_is_read_is_refused_unread(tmp_path: Path, room: Path) -> None:
    with zipfile.ZipFile(tmp_path / "bomb.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.json", b" " * 1_000_000)
    content = (tmp_path / "bomb.zip").read_bytes()
    size = (1_000_000).to_bytes(4, "little")
    (tmp_path / "bomb.zip").write_bytes(content.replace(size, (1 << 30).to_bytes(4, "little")))

    found, problems = documents([tmp_path / "bomb.zip"], room)

    assert (found, [each.code for each in problems]) == ([], ["too_large"])
    assert [*room.rglob("*.json")] == []


def test_submissions_are_told_from_tables(tmp_path: Path) -> None:
    folder = filled(tmp_path, a__json=JSON, b__xml=XML, c__csv=TABLE, d=b" \n[", e=b"", f__zip=b"no ZIP")
    filled(folder, sent_in_a__json=JSON, tables_in_a__csv=TABLE, empty_in_a__md=b"")
    packed(folder / "sent.zip", a__json=JSON)
    packed(folder / "tables.zip", a__csv=TABLE)

    def told(*names: str) -> bool:
        return are_documents([folder / name for name in names])

    assert all(told(name) for name in ("a.json", "b.xml", "d", "sent", "sent.zip"))
    assert not any(told(name) for name in ("c.csv", "e", "f.zip", "tables", "tables.zip", "empty"))
    assert told("a.json", "sent.zip", "f.zip", "empty")  # what holds neither is named with the submissions
    assert not told("a.json", "c.csv")
    assert not told("sent", "tables.zip")
