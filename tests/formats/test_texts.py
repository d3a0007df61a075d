"""CMS's own wording is loaded from the file that CMS publishes, or nothing changes."""

import json
from pathlib import Path
from typing import Any

import pytest

from mips_ia.formats import texts as texts_module
from mips_ia.formats.texts import Wording, home, load, loaded, missing, reworded, texts
from mips_ia.problems import Refused

# As in CMS's measures-data.json, with invented wording.
TELEHEALTH = {
    "category": "ia",
    "measureId": "IA_EPA_2",
    "title": "  Use of telehealth services ",
    "description": "Use telehealth,\nand analyze the data.  ",
    "weight": "medium",
    "subcategoryId": "expandedPracticeAccess",
    "firstPerformanceYear": 2017,
}
ACCESS = {
    **TELEHEALTH,
    "measureId": "IA_EPA_1",
    "title": "Access",
    "description": "Be there — day and night.",
}
QUALITY = {**TELEHEALTH, "category": "quality", "measureId": "001", "title": "Diabetes"}
BOTH = [TELEHEALTH, QUALITY, ACCESS]
WORDED = {
    "IA_EPA_1": Wording("Access", "Be there — day and night."),
    "IA_EPA_2": Wording("Use of telehealth services", "Use telehealth,\nand analyze the data."),
}


def published(path: Path, records: Any = BOTH) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(records), encoding="utf-8")
    return path


def kept_files(folder: Path) -> list[str]:
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())


def refusal(path: Path, folder: Path, year: int | None = None) -> list[tuple[str, str]]:
    with pytest.raises(Refused) as refused:
        load(path, year, folder)
    return [(problem.code, str(problem)) for problem in refused.value.problems]


def test_the_activities_of_a_file_are_kept_and_nothing_else_of_it(tmp_path: Path) -> None:
    file = published(tmp_path / "2025" / "measures-data.json")

    assert load(file, folder=tmp_path / "data") == (2025, 2)

    assert texts(2025, tmp_path / "data") == WORDED
    assert list(texts(2025, tmp_path / "data")) == ["IA_EPA_1", "IA_EPA_2"]
    assert kept_files(tmp_path / "data") == ["texts/2025.json"]
    assert "Diabetes" not in (tmp_path / "data" / "texts" / "2025.json").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("name", "year"),
    [
        ("2025/measures-data.json", 2025),
        ("2025/measures-data-2026.json", 2026),
        ("x/measures_2024_final.json", 2024),
        ("qpp-2023-v2/measures-data.json", 2023),
        ("2025/12024.json", 2025),
    ],
)
def test_the_year_is_that_of_the_files_name_or_else_its_folders(tmp_path: Path, name: str, year: int) -> None:
    assert load(published(tmp_path / name), folder=tmp_path / "data") == (year, 2)


def test_a_file_in_the_working_folder_takes_the_year_of_that_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    published(tmp_path / "2022" / "measures-data.json")
    monkeypatch.chdir(tmp_path / "2022")

    assert load(Path("measures-data.json"), folder=tmp_path / "data") == (2022, 2)


def test_a_year_that_is_given_goes_before_the_names(tmp_path: Path) -> None:
    assert load(published(tmp_path / "2025" / "2025.json"), 2026, tmp_path / "data") == (2026, 2)
    assert loaded(tmp_path / "data") == [2026]


@pytest.mark.parametrize("name", ["cms/measures-data.json", "2025/cms/measures-data.json", "x/20251.json"])
def test_a_file_without_a_year_is_refused(tmp_path: Path, name: str) -> None:
    file = published(tmp_path / name)

    assert refusal(file, tmp_path / "data") == [
        (
            "year_unknown",
            f"{file.name}: Neither its name nor its folder's says of which performance year it is. "
            "Give --year.",
        )
    ]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_json_is_read_in_every_encoding_of_unicode(tmp_path: Path, encoding: str) -> None:
    (tmp_path / "2025.json").write_bytes(json.dumps(BOTH, ensure_ascii=False).encode(encoding))

    load(tmp_path / "2025.json", folder=tmp_path / "data")

    assert texts(2025, tmp_path / "data") == WORDED


NO_JSON = "It is no JSON. Give CMS's measures-data.json."
NO_ACTIVITIES = "It holds no improvement activities. Give CMS's measures-data.json."


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", NO_JSON),
        (b"id,title\n", NO_JSON),
        (b"\xff\xff\xff", NO_JSON),
        (b"[" * 100_000, NO_JSON),
        (json.dumps(BOTH).encode()[:-1], NO_JSON),
        (b"[" + b"9" * 5000 + b"]", NO_JSON),
        (b"[]", NO_ACTIVITIES),
        (b"null", NO_ACTIVITIES),
        (b"7", NO_ACTIVITIES),
        (b'{"measureId": "IA_EPA_2", "title": "", "description": "", "category": "ia"}', NO_ACTIVITIES),
        (b'[null, 7, "ia", [], {"category": "ia"}]', NO_ACTIVITIES),
        (json.dumps([QUALITY]).encode(), NO_ACTIVITIES),
        (json.dumps([{**TELEHEALTH, "title": None}]).encode(), NO_ACTIVITIES),
        (json.dumps([{**TELEHEALTH, "measureId": ["IA_EPA_2"]}]).encode(), NO_ACTIVITIES),
    ],
)
def test_a_file_that_is_not_cmss_is_refused_and_what_was_kept_stays(
    tmp_path: Path, content: bytes, said: str
) -> None:
    load(published(tmp_path / "2025.json"), folder=tmp_path / "data")
    (tmp_path / "2025.json").write_bytes(content)

    assert refusal(tmp_path / "2025.json", tmp_path / "data") == [("not_cms_file", f"2025.json: {said}")]

    assert texts(2025, tmp_path / "data") == WORDED
    assert kept_files(tmp_path / "data") == ["texts/2025.json"]


def test_a_faulty_file_leaves_no_trace_where_nothing_was_kept(tmp_path: Path) -> None:
    (tmp_path / "2025.json").write_text("{", encoding="utf-8")

    refusal(tmp_path / "2025.json", tmp_path / "data")

    assert not (tmp_path / "data").exists()
    assert loaded(tmp_path / "data") == []


def test_a_file_that_is_too_large_is_not_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(texts_module, "BYTES", 1024**2)
    published(tmp_path / "2024.json").write_bytes(json.dumps(BOTH).encode().ljust(1024**2))
    (tmp_path / "2025.json").write_bytes(json.dumps(BOTH).encode().ljust(1024**2 + 1))

    assert load(tmp_path / "2024.json", folder=tmp_path / "data") == (2024, 2)
    assert refusal(tmp_path / "2025.json", tmp_path / "data") == [
        ("too_large", "2025.json: It is larger than 1 MB. Give CMS's measures-data.json.")
    ]


@pytest.mark.parametrize("name", ["2025.json", "2025"])
def test_a_file_that_cannot_be_opened_is_refused(tmp_path: Path, name: str) -> None:
    (tmp_path / "2025").mkdir()

    assert refusal(tmp_path / name, tmp_path / "data") == [
        ("no_file", f"{name}: It cannot be opened. Check the name.")
    ]


def test_a_data_folder_that_cannot_be_written_is_told_with_what_to_do(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("a file, and no folder", encoding="utf-8")

    assert refusal(published(tmp_path / "2025.json"), tmp_path / "data") == [
        (
            "not_kept",
            f"{tmp_path / 'data' / 'texts'}: It cannot be kept: Not a directory. "
            "Set MIPS_IA_DATA to a folder that can be written.",
        )
    ]
    assert (tmp_path / "data").read_text(encoding="utf-8") == "a file, and no folder"
    assert (texts(2025, tmp_path / "data"), loaded(tmp_path / "data")) == ({}, [])


def test_half_a_character_in_a_description_does_not_stop_the_file(tmp_path: Path) -> None:
    """JSON can hold half of a pair of surrogates, which no file of text can."""
    content = json.dumps([TELEHEALTH]).replace("analyze", "\\ud83d analyze")
    (tmp_path / "2025.json").write_text(content, encoding="utf-8")

    assert load(tmp_path / "2025.json", folder=tmp_path / "data") == (2025, 1)
    assert (
        texts(2025, tmp_path / "data")["IA_EPA_2"].description == "Use telehealth,\nand ? analyze the data."
    )


def test_loading_a_year_again_replaces_all_of_it(tmp_path: Path) -> None:
    load(published(tmp_path / "2025.json"), folder=tmp_path / "data")

    load(published(tmp_path / "2025.json", [ACCESS]), folder=tmp_path / "data")

    assert list(texts(2025, tmp_path / "data")) == ["IA_EPA_1"]
    assert kept_files(tmp_path / "data") == ["texts/2025.json"]


# ---- What is kept


@pytest.mark.parametrize("content", ["", "{", "[]", "7", '{"IA_EPA_2": 7}', '{"IA_EPA_2": {"title": "T"}}'])
def test_a_kept_file_that_was_damaged_is_as_if_it_were_not_there(tmp_path: Path, content: str) -> None:
    (tmp_path / "texts").mkdir()
    (tmp_path / "texts" / "2025.json").write_text(content, encoding="utf-8")

    assert texts(2025, tmp_path) == {}


def test_the_years_that_are_loaded_are_listed_in_order(tmp_path: Path) -> None:
    for year in (2026, 2017, 2025):
        load(published(tmp_path / f"{year}.json"), folder=tmp_path / "data")
    (tmp_path / "data" / "texts" / "notes.json").write_text("{}", encoding="utf-8")

    assert loaded(tmp_path / "data") == [2017, 2025, 2026]
    assert loaded(tmp_path / "elsewhere") == []


@pytest.mark.parametrize(("years", "said"), [([], "none"), ([2024], "2024"), ([2024, 2023], "2023, 2024")])
def test_of_a_year_that_is_not_loaded_it_is_said_what_to_do(
    tmp_path: Path, years: list[int], said: str
) -> None:
    for year in years:
        load(published(tmp_path / f"{year}.json"), folder=tmp_path / "data")

    assert str(missing(2025, tmp_path / "data")) == (
        f"2025: CMS's wording of 2025 is not loaded (loaded: {said}). "
        "Download CMS's measures-data.json of 2025 and run mips-ia texts load on it."
    )


@pytest.mark.parametrize(
    ("variables", "expected"),
    [
        ({"MIPS_IA_DATA": "/one", "XDG_DATA_HOME": "/two"}, "/one"),
        ({"MIPS_IA_DATA": "", "XDG_DATA_HOME": "/two"}, "/two/mips-ia"),
        ({"XDG_DATA_HOME": "/two"}, "/two/mips-ia"),
        ({"XDG_DATA_HOME": ""}, "/home/pat/.local/share/mips-ia"),
        ({}, "/home/pat/.local/share/mips-ia"),
    ],
)
def test_the_data_folder_is_the_one_that_the_environment_names(
    monkeypatch: pytest.MonkeyPatch, variables: dict[str, str], expected: str
) -> None:
    monkeypatch.setenv("HOME", "/home/pat")
    for name in ("MIPS_IA_DATA", "XDG_DATA_HOME"):
        monkeypatch.delenv(name, raising=False)
    for name, value in variables.items():
        monkeypatch.setenv(name, value)

    assert home() == Path(expected)


def test_without_a_folder_the_installations_is_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MIPS_IA_DATA", str(tmp_path / "data"))

    load(published(tmp_path / "2025.json"))

    assert (texts(2025), loaded()) == (WORDED, [2025])


# ---- What CMS reworded


def test_only_activities_of_both_years_that_say_something_else_are_reworded() -> None:
    before = {
        "IA_EPA_2": Wording("Telehealth", "Use it for 30 days."),
        "IA_EPA_1": Wording("Access", "Be there."),
        "IA_BE_4": Wording("Portal", "Be  there,\n day and night."),
        "IA_BE_6": Wording("Gone", "Ask."),
    }
    after = {
        "IA_EPA_2": Wording("Telehealth", "Use it for 90 days."),
        "IA_EPA_1": Wording("Access, by another title", "Be there."),
        "IA_BE_4": Wording("Portal", "Be there, day and night."),
        "IA_BE_7": Wording("New", "Ask."),
    }

    assert reworded(before, after) == {"IA_EPA_2": ("Use it for 30 days.", "Use it for 90 days.")}
    assert reworded(before, before) == {}
    assert reworded({}, after) == {}


def test_what_changed_between_two_files_is_found_in_the_order_of_the_ids(tmp_path: Path) -> None:
    changed = [{**each, "description": f"{each['description']} More."} for each in BOTH]
    load(published(tmp_path / "2025.json"), folder=tmp_path / "data")
    load(published(tmp_path / "2026.json", changed), folder=tmp_path / "data")

    found = reworded(texts(2025, tmp_path / "data"), texts(2026, tmp_path / "data"))

    assert list(found) == ["IA_EPA_1", "IA_EPA_2"]
    assert found["IA_EPA_1"] == ("Be there — day and night.", "Be there — day and night. More.")
