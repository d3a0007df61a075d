"""A year is a folder of data: found, read, fingerprinted, and read faster the second time."""

import hashlib
import json
import shutil
import tomllib
from datetime import date
from pathlib import Path

import pytest

from mips_ia import DataFault, Refused, years
from mips_ia.reading.files import holding_together, toml
from mips_ia.reading.yearbook import FILES, YEARS, formats_of, yearbook

SMALL = {
    "rules.toml": 'status = "final"\n[window.submission]\ncloses = 2027-03-31\n',
    "activities.toml": '[subcategory.none]\nIA_PCMH = ["Medical home", "", 2017]\n',
    "mvps.toml": '[M0001]\ntitle = "An MVP"\nactivities = ["IA_PCMH"]\n',
    "formats.toml": "[entities]\nindividual = 'individual'\n",
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder of one small year, as it comes: without a compiled copy."""
    (tmp_path / "2026").mkdir()
    for name, text in SMALL.items():
        (tmp_path / "2026" / name).write_text(text)
    return tmp_path


def copies(folder: Path) -> list[Path]:
    return sorted((folder / "2026" / "__pycache__").glob("*.json"))


def marked(folder: Path) -> None:
    """Mark the compiled copy, so that one can tell whether it was used."""
    (copy,) = copies(folder)
    copy.write_text(copy.read_text().replace('"status": "final"', '"status": "from the copy"'))


def test_there_are_eleven_years_in_order() -> None:
    assert years() == (2017, 2018, 2019, 2020, 2021, 2022, 2023, 2024, 2025, 2026, 2027)


def test_what_is_not_a_year_is_passed_over(folder: Path) -> None:
    (folder / "README.md").touch()
    (folder / "drafts").mkdir()

    assert years(folder) == (2026,)


def test_a_year_that_is_not_here_is_refused_with_those_that_are() -> None:
    with pytest.raises(Refused) as refused:
        yearbook(2016)

    assert str(refused.value) == (
        "performance year 2016: The years that are here run from 2017 to 2027. Give one of those."
    )
    assert [problem.code for problem in refused.value.problems] == ["unknown_year"]


def test_in_an_empty_folder_no_year_is_here(tmp_path: Path) -> None:
    with pytest.raises(Refused) as refused:
        yearbook(2026, tmp_path)

    assert str(refused.value) == "performance year 2026: No year is here. Give one of those."


def test_a_year_holds_its_files_as_parsed(folder: Path) -> None:
    book = yearbook(2026, folder)

    assert book.year == 2026
    assert book.rules == toml(folder / "2026" / "rules.toml")
    assert book.activities == toml(folder / "2026" / "activities.toml")
    assert book.mvps == toml(folder / "2026" / "mvps.toml")
    assert book.formats == toml(folder / "2026" / "formats.toml")


def test_formats_are_those_of_the_year_and_read_once() -> None:
    assert formats_of(2025) == yearbook(2025).formats
    assert formats_of(2025) is formats_of(2025)


def test_the_edition_is_that_of_the_content_and_not_of_the_place(tmp_path: Path) -> None:
    shutil.copytree(YEARS / "2026", tmp_path / "2026", ignore=shutil.ignore_patterns("__pycache__"))

    elsewhere, here = yearbook(2026, tmp_path), yearbook(2026)

    assert elsewhere.edition == here.edition
    assert elsewhere.rules == here.rules
    assert elsewhere.activities == here.activities


@pytest.mark.parametrize("name", ["rules.toml", "activities.toml", "mvps.toml", "formats.toml"])
def test_the_edition_changes_when_any_of_its_files_does(folder: Path, name: str) -> None:
    before = yearbook(2026, folder).edition

    file = folder / "2026" / name
    file.write_text(file.read_text() + "# one comment more\n")

    assert yearbook(2026, folder).edition != before


def test_a_missing_file_is_a_fault_of_ours(folder: Path) -> None:
    gone = folder / "2026" / "mvps.toml"
    gone.unlink()

    with pytest.raises(DataFault) as fault:
        yearbook(2026, folder)

    assert str(fault.value) == f"2026: [Errno 2] No such file or directory: '{gone}'"


@pytest.mark.parametrize("spoiled", [b"status = \n", b'status = "final"\nstatus = "final"\n', b"\xff"])
def test_a_file_that_is_no_toml_is_a_fault_that_names_the_file_and_the_place(
    folder: Path, spoiled: bytes
) -> None:
    (folder / "2026" / "rules.toml").write_bytes(spoiled)

    with pytest.raises(DataFault) as fault:
        yearbook(2026, folder)

    assert isinstance(fault.value.__cause__, (tomllib.TOMLDecodeError, UnicodeDecodeError))
    assert str(fault.value) == f"2026/rules.toml: {fault.value.__cause__}"


def test_one_file_read_alone_names_itself_in_a_fault(folder: Path) -> None:
    file = folder / "2026" / "examples.toml"
    file.write_text("name = \n")

    with pytest.raises(DataFault, match=r"^2026/examples\.toml: .*line 1"):
        toml(file)


def test_the_first_reading_leaves_a_compiled_copy_which_the_second_takes(folder: Path) -> None:
    yearbook(2026, folder)
    marked(folder)

    assert yearbook(2026, folder).rules["status"] == "from the copy"


def test_the_compiled_copy_says_the_same_as_the_files(folder: Path) -> None:
    parsed, copied = yearbook(2026, folder), yearbook(2026, folder)

    assert len(copies(folder)) == 1
    assert copied.rules == parsed.rules
    assert copied.activities == parsed.activities
    assert copied.mvps == parsed.mvps
    assert copied.formats == parsed.formats
    assert copied.edition == parsed.edition


def test_days_come_back_as_days_from_the_compiled_copy(folder: Path) -> None:
    yearbook(2026, folder)
    again = yearbook(2026, folder)

    assert again.rules["window"]["submission"]["closes"] == date(2027, 3, 31)


def test_a_compiled_copy_is_not_used_after_a_file_changes(folder: Path) -> None:
    yearbook(2026, folder)
    marked(folder)

    rules = folder / "2026" / "rules.toml"
    rules.write_text(rules.read_text().replace('status = "final"', 'status = "proposed"'))

    assert yearbook(2026, folder).rules["status"] == "proposed"


def test_the_compiled_copy_is_bound_to_the_content_of_the_files(folder: Path) -> None:
    edition = yearbook(2026, folder).edition
    (copy,) = copies(folder)
    content = b"\0".join((folder / "2026" / name).read_bytes() for name in FILES)

    kept = json.loads(copy.read_bytes())

    assert copy.name == "tables.json"
    assert kept.keys() == {"of", *FILES}
    assert kept["of"] == hashlib.sha256(content).hexdigest()
    assert edition == f"2026-{kept['of'][:12]}"


@pytest.mark.parametrize(
    "spoiled",
    [
        b"",
        b"{",
        b"\xff\xfe",
        b"2026",
        b"[]",
        b"{}",
        b'{"of": {"day": "never"}}',
        b'{"of": {"day": 6}}',
        b'{"of": "another", "tables": []}',
        b'[{"status": "final"}, {}, {}, {}]',
    ],
)
def test_a_compiled_copy_of_another_shape_is_ignored_and_replaced(folder: Path, spoiled: bytes) -> None:
    first = yearbook(2026, folder)
    (copy,) = copies(folder)
    whole = copy.read_bytes()
    copy.write_bytes(spoiled)

    again = yearbook(2026, folder)

    assert again.rules == first.rules
    assert copy.read_bytes() == whole


def test_a_compiled_copy_without_its_tables_is_ignored_and_replaced(folder: Path) -> None:
    first = yearbook(2026, folder)
    (copy,) = copies(folder)
    whole = copy.read_bytes()
    copy.write_text(json.dumps({"of": json.loads(whole)["of"]}))

    assert yearbook(2026, folder).rules == first.rules
    assert copy.read_bytes() == whole


def test_a_copy_that_cannot_be_written_does_no_harm(folder: Path) -> None:
    first = yearbook(2026, folder)
    (copy,) = copies(folder)
    copy.unlink()
    copy.mkdir()

    again = yearbook(2026, folder)

    assert again.rules == first.rules
    assert copy.is_dir()


def test_a_folder_in_which_nothing_can_be_kept_does_no_harm(folder: Path) -> None:
    (folder / "2026" / "__pycache__").touch()

    book = yearbook(2026, folder)

    assert book.rules["status"] == "final"
    assert (folder / "2026" / "__pycache__").is_file()


# ---- Our own data, which hold together or are a fault


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        (KeyError("says"), "'says' is missing"),
        (IndexError("tuple index out of range"), "tuple index out of range"),
        (TypeError("'int' object is not iterable"), "'int' object is not iterable"),
        (ValueError("not enough values to unpack"), "not enough values to unpack"),
        (AttributeError("'list' object has no attribute 'items'"), "'list' object has no attribute 'items'"),
        (ZeroDivisionError("division by zero"), "division by zero"),
        (OverflowError("too large"), "too large"),
    ],
)
def test_whatever_goes_wrong_in_reading_our_data_is_a_fault_that_names_the_file(
    wrong: Exception, said: str
) -> None:
    with pytest.raises(DataFault) as fault, holding_together("2026/rules.toml"):
        raise wrong

    assert str(fault.value) == f"2026/rules.toml: {said}"
    assert fault.value.__cause__ is wrong


def test_a_fault_that_names_its_place_is_told_as_it_is() -> None:
    exact = DataFault("2026/rules.toml scale 1: it is wrong")

    with pytest.raises(DataFault) as fault, holding_together("2026/rules.toml"):
        raise exact

    assert fault.value is exact


def test_what_has_nothing_to_do_with_the_data_is_not_taken_for_a_fault_in_them() -> None:
    with pytest.raises(OSError, match="disk"), holding_together("2026/rules.toml"):
        raise OSError("the disk is gone")


def test_data_that_hold_together_are_no_fault() -> None:
    with holding_together("2026/rules.toml"):
        pass
