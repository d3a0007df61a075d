"""Whatever a spreadsheet writes comes in as text with line numbers, or as a clear problem."""

import io
import zipfile
from datetime import date, datetime
from pathlib import Path

import pytest
import xlsxwriter

from mips_ia.formats import sheets as sheets_module
from mips_ia.formats import tables as tables_module
from mips_ia.formats.tables import Row, Table, tables
from pace import soon

PLAIN = "npi,last_name\n0000000001,Sample\n\n0000000002,Åström\n"
READ = Table(
    "roster.csv", ("npi", "last_name"), (Row(2, ("0000000001", "Sample")), Row(4, ("0000000002", "Åström")))
)


def given(tmp_path: Path, name: str, content: bytes) -> tuple[list[Table], list[str]]:
    (tmp_path / name).write_bytes(content)
    found, problems = tables([tmp_path / name])
    return found, [problem.code for problem in problems]


def workbook(**sheets: list[list[object]]) -> bytes:
    file = io.BytesIO()
    with xlsxwriter.Workbook(file) as book:
        day = book.add_format({"num_format": "yyyy-mm-dd"})
        for name, rows in sheets.items():
            sheet = book.add_worksheet(name)
            for line, cells in enumerate(rows):
                for place, cell in enumerate(cells):
                    sheet.write(line, place, cell, *([day] if isinstance(cell, date) else []))
    return file.getvalue()


def zipped(**members: bytes) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return file.getvalue()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_lines_are_numbered_as_in_a_spreadsheet_in_every_encoding(tmp_path: Path, encoding: str) -> None:
    assert given(tmp_path, "roster.csv", PLAIN.encode(encoding)) == ([READ], [])


def test_other_bytes_are_read_as_windows_1252_and_that_is_noted(tmp_path: Path) -> None:
    assert given(tmp_path, "roster.csv", PLAIN.encode("cp1252")) == ([READ], ["encoding_guessed"])


@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
def test_the_separator_is_told_from_the_headings(tmp_path: Path, separator: str, ending: str) -> None:
    text = PLAIN.replace(",", separator).replace("\n", ending)

    assert given(tmp_path, "roster.csv", text.encode()) == ([READ], [])


def test_a_first_line_for_excel_names_the_separator(tmp_path: Path) -> None:
    text = "sep=;\r\n" + PLAIN.replace(",", ";")

    assert given(tmp_path, "roster.csv", text.encode()) == ([READ], [])


def test_a_cell_in_quotes_may_hold_the_separator_and_a_new_line(tmp_path: Path) -> None:
    ((table,), codes) = given(tmp_path, "a.csv", b'tin,note\n1,"one, and\ntwo"\n2,\n')

    assert table.rows == (Row(2, ("1", "one, and\ntwo")), Row(3, ("2",)))
    assert codes == []


def test_blank_cells_may_be_missing_and_surplus_cells_are_kept_apart(tmp_path: Path) -> None:
    ((table,), _) = given(tmp_path, "a.csv", b"tin,npi\n1\n1,2,,\n1,2,3\n")

    assert table.rows == (Row(2, ("1",)), Row(3, ("1", "2")), Row(4, ("1", "2"), ("3",)))


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "empty_file"),
        (b"\xef\xbb\xbf\r\n", "empty_file"),
        (b",,,\n,,\n", "empty_file"),
        (bytes(range(256)), "not_text"),
        (b"tin\0,npi\n1,2\n", "not_text"),
        (b"\xef\xbb\xbftin,\xff\n", "not_text"),
        ("tin,npi\n1,2".encode("utf-16")[:-1], "not_text"),
        (b"%PDF-1.7\n1 0 obj", "not_text"),
        (b"\xd0\xcf\x11\xe0" + bytes(500), "old_workbook"),
        (b'tin,npi\n1,"2\n3,4\n', "unclosed_quote"),
        (b'tin,npi\n1,"2\n' + b"3,4\n" * 50_000, "unclosed_quote"),
        (b'tin,npi\n1,"2"3\n', "unclosed_quote"),
        (b"tin,npi\n" + b"1" * 2_000_000, "line_too_long"),
        (b"," * 100_000_000, "line_too_long"),
        (b"a," * 300 + b"\n1,2\n", "too_many_columns"),
        (b"PK\x03\x04 and no more", "damaged_file"),
        (zipped(**{"[Content_Types].xml": b"<Types/>"}), "damaged_file"),
        (workbook(roster=[]), "empty_file"),
        (zipped(), "no_tables"),
        (zipped(**{"scan.pdf": b"%PDF"}), "no_tables"),
    ],
)
def test_a_file_that_holds_no_table_is_one_clear_problem_within_seconds(
    tmp_path: Path, content: bytes, code: str
) -> None:
    with soon(10):
        assert given(tmp_path, "roster.csv", content) == ([], [code])


def test_a_quotation_mark_left_open_is_found_in_its_line(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_bytes(b'tin,npi\n1,2\n3,"4\n5,6\n')

    ((problem,),) = (tables([tmp_path / "a.csv"])[1],)

    assert str(problem) == (
        "a.csv, line 3: A quotation mark is opened and not closed. "
        "Correct the quotation marks in this line. Nothing of this file was read."
    )


def test_headings_without_rows_are_a_table(tmp_path: Path) -> None:
    ((table,), codes) = given(tmp_path, "a.csv", b"tin,npi\n")

    assert (table.header, table.rows, codes) == (("tin", "npi"), (), [])


def test_more_rows_than_are_read_is_a_problem(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sheets_module, "ROWS", 3)

    assert given(tmp_path, "a.csv", b"tin\n1\n2\n3\n") == ([], ["too_many_rows"])


def test_a_workbook_has_a_table_for_each_sheet_that_is_not_blank(tmp_path: Path) -> None:
    content = workbook(
        practices=[["tin"], ["000000001"]],
        roster=[[], ["npi", "joined_on", "rural"], ["0000000001", date(2026, 3, 1), True]],
        blank=[],
    )

    (practices, roster), codes = given(tmp_path, "all.xlsx", content)

    assert practices == Table("all.xlsx, sheet practices", ("tin",), (Row(2, ("000000001",)),), "practices")
    assert roster.rows == (Row(3, ("0000000001", "2026-03-01", "yes")),)
    assert codes == []


def test_numbers_of_a_workbook_are_written_plainly_so_that_lost_zeros_show(tmp_path: Path) -> None:
    content = workbook(
        roster=[
            ["tin", "npi", "x", "at"],
            [12345678, 1234567890, 1.5, datetime.fromisoformat("2026-03-01 09:00")],
        ]
    )

    ((table,), _) = given(tmp_path, "all.xlsx", content)

    assert table.rows[0].cells == ("12345678", "1234567890", "1.5", "2026-03-01 09:00:00")


def test_a_workbook_cut_short_or_altered_is_damaged(tmp_path: Path) -> None:
    content = workbook(roster=[["tin"], ["1"]])
    altered = bytearray(content)
    altered[100:200] = bytes(100)

    assert given(tmp_path, "a.xlsx", content[:1000]) == ([], ["damaged_file"])
    assert given(tmp_path, "b.xlsx", bytes(altered)) == ([], ["damaged_file"])


def test_a_workbook_of_which_one_byte_was_altered_is_damaged(tmp_path: Path) -> None:
    with zipfile.ZipFile(io.BytesIO(workbook(roster=[["tin"], ["1"]]))) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for name, content in members.items():
            archive.writestr(name, content)

    assert given(tmp_path, "a.xlsx", file.getvalue())[1] == []
    assert given(tmp_path, "b.xlsx", file.getvalue().replace(b"sheetData", b"shootData")) == (
        [],
        ["damaged_file"],
    )


def test_a_workbook_whose_sheet_makes_no_sense_is_damaged(tmp_path: Path) -> None:
    with zipfile.ZipFile(io.BytesIO(workbook(roster=[["tin"], ["1"]]))) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    members["xl/workbook.xml"] = b"<workbook><oops"

    assert given(tmp_path, "a.xlsx", zipped(**members)) == ([], ["damaged_file"])


def test_a_cell_far_from_the_rest_does_not_fill_the_memory(tmp_path: Path) -> None:
    file = io.BytesIO()
    with xlsxwriter.Workbook(file) as book:
        sheet = book.add_worksheet("roster")
        sheet.write(0, 0, "tin")
        sheet.write(1_048_575, 16_383, "far")

    assert given(tmp_path, "a.xlsx", file.getvalue()) == ([], ["too_large"])


def test_a_folder_and_a_zip_hold_tables_at_any_depth(tmp_path: Path) -> None:
    members = {
        "north/roster.csv": PLAIN.encode(),
        "north/book.xlsx": workbook(practices=[["tin"], ["1"]]),
        "__MACOSX/north/._roster.csv": b"\0\1",
        ".DS_Store": b"\0",
        "~$book.xlsx": b"\0",
        "evidence/portal.pdf": b"%PDF",
    }
    (tmp_path / "all.zip").write_bytes(zipped(**members))
    for name, content in members.items():
        (tmp_path / "folder" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "folder" / name).write_bytes(content)

    from_zip, noted = tables([tmp_path / "all.zip"])
    from_folder, noted_too = tables([tmp_path / "folder"])

    assert {table.name for table in from_zip} == {"north/roster.csv", "north/book.xlsx, sheet practices"}
    assert sorted(from_folder, key=lambda t: t.name) == sorted(from_zip, key=lambda t: t.name)
    assert [str(note) for note in noted] == [
        "all.zip: 1 file not read, being neither CSV nor XLSX: evidence/portal.pdf."
    ]
    assert [note.severity for note in noted_too] == ["note"]


def test_one_bad_file_does_not_stop_the_others(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_bytes(b"")
    (tmp_path / "roster.csv").write_text(PLAIN, encoding="utf-8")

    found, problems = tables([tmp_path / "none.csv", tmp_path])

    assert found == [READ]
    assert [problem.code for problem in problems] == ["no_file", "empty_file"]


def test_a_zip_with_a_password_is_refused(tmp_path: Path) -> None:
    content = bytearray(zipped(**{"a.csv": b"tin\n1"}))
    content[6] |= 1
    content[content.find(b"PK\x01\x02") + 8] |= 1

    assert given(tmp_path, "a.zip", bytes(content)) == ([], ["encrypted"])


def test_a_zip_that_unpacks_to_too_much_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tables_module, "BYTES", 1000)

    assert given(tmp_path, "a.zip", zipped(**{"a.csv": b"0" * 1001})) == ([], ["too_large"])
    assert given(tmp_path, "a.csv", b"0" * 1001) == ([], ["too_large"])
    assert tables([tmp_path])[1][-1].code == "too_large"


def test_a_zip_that_lies_about_a_size_is_not_unpacked_beyond_it(tmp_path: Path) -> None:
    content = bytearray(zipped(**{"a.csv": b"tin\n" * 1_000_000}))
    size = content.find(b"PK\x01\x02") + 24
    content[size : size + 4] = (10).to_bytes(4, "little")

    assert given(tmp_path, "a.zip", bytes(content)) == ([], ["damaged_file"])


def test_a_zip_packed_in_another_way_is_refused(tmp_path: Path) -> None:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_BZIP2) as archive:
        archive.writestr("a.csv", "tin\n1\n")

    assert given(tmp_path, "a.zip", file.getvalue()) == ([], ["damaged_file"])


def test_two_files_of_one_name_in_a_zip_are_refused_rather_than_one_dropped(tmp_path: Path) -> None:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("a.csv", "tin\n1\n")
        with pytest.warns(UserWarning, match="Duplicate"):
            archive.writestr("a.csv", "tin\n2\n")

    assert given(tmp_path, "a.zip", file.getvalue()) == ([], ["damaged_file"])


def test_a_folder_of_very_many_files_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tables_module, "FILES", 1)
    (tmp_path / "a.csv").write_text("tin\n1\n")
    (tmp_path / "b.csv").write_text("tin\n1\n")

    assert [problem.code for problem in tables([tmp_path])[1]] == ["too_large"]


def test_a_file_that_may_not_be_read_is_a_problem(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def locked(_: Path) -> bytes:
        raise PermissionError

    monkeypatch.setattr(Path, "read_bytes", locked)
    (tmp_path / "a.csv").write_text("tin\n1\n")

    assert [str(problem) for problem in tables([tmp_path / "a.csv"])[1]] == [
        "a.csv: It cannot be opened. Close it in other programs, or check who may read it."
    ]
