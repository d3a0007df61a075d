"""A reform lays other values over years' data; whatever is wrong with it is refused, all of it at once."""

import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from mips_ia import DataFault, Refused, catalogue, rules
from mips_ia.catalogue import catalogue_of
from mips_ia.reading.reform import Change, Reform, changed, changes, laid_out, read
from mips_ia.reading.yearbook import REFORM, YEARS, published, reform_in_force, reformed, yearbook, years
from mips_ia.rules import rules_of

HALF = "The share is half"
TABLES: Mapping[int, Mapping[str, Any]] = {
    2025: {
        "rules": {"threshold": [{"percent": 50, "says": HALF, "cite": "a"}]},
        "activities": {},
        "mvps": {},
    },
    2026: {
        "rules": {
            "threshold": [{"at_least": 1, "says": "One is enough", "cite": "b"}],
            "special": {"rural": {"special": True, "says": "Rural", "cite": "c"}},
        },
        "activities": {"subcategory": {"none": {"IA_PCMH": ["Medical home", "high", 2017]}}},
        "mvps": {},
    },
}


def reform(text: str, tmp_path: Path) -> Reform:
    file = tmp_path / "reform.toml"
    file.write_text(text, encoding="utf-8")
    return read(file)


def of(over: dict[str, Any]) -> list[Change]:
    return changes(laid_out({"title": "A reform", **over}, "reform.toml"), TABLES)


def refused(over: dict[str, Any]) -> list[str]:
    with pytest.raises(Refused) as refusal:
        of(over)
    return [f"{each.code} {each.where}: {each.what}" for each in refusal.value.problems]


# ---- How it is laid out


def test_a_reform_is_a_file_with_a_title_and_dotted_paths_below_a_year(tmp_path: Path) -> None:
    found = reform('title = " Three  quarters "\n[2025.rules]\nthreshold.0.percent = 75\n', tmp_path)

    assert found.title == "Three quarters"
    assert found.over == {"2025": {"rules": {"threshold": {"0": {"percent": 75}}}}}
    assert changes(found, TABLES) == [Change(2025, ("rules", "threshold", "0", "percent"), 50, 75, HALF)]


def test_a_title_alone_changes_nothing(tmp_path: Path) -> None:
    assert changes(reform('title = "Nothing"\n', tmp_path), TABLES) == []


@pytest.mark.parametrize("text", ["title = \n", "\xff"])
def test_what_is_no_toml_is_refused_with_the_place(text: str, tmp_path: Path) -> None:
    (tmp_path / "reform.toml").write_text(text, encoding="latin-1")

    with pytest.raises(
        Refused, match=r"reform\.toml: It cannot be read: .*\. Give a file in TOML"
    ) as refusal:
        read(tmp_path / "reform.toml")

    assert [each.code for each in refusal.value.problems] == ["bad_reform"]


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Refused, match=r"gone\.toml: It cannot be read: No such file or directory"):
        read(tmp_path / "gone.toml")


def test_everything_that_is_not_laid_out_as_a_reform_is_named(tmp_path: Path) -> None:
    with pytest.raises(Refused) as refusal:
        reform("title = 3\n2025 = 4\n[next.rules]\n[2026]\nrules = 1\nformats = {}\nmvps = {}\n", tmp_path)

    assert [f"{each.where}: {each.what}" for each in refusal.value.problems] == [
        "reform.toml: title: It has no title.",
        "reform.toml: 2025: It is a table, not 4.",
        "reform.toml: next: It is neither a year nor 'every'.",
        "reform.toml: 2026.rules: A year has the tables rules, activities, mvps.",
        "reform.toml: 2026.formats: A year has the tables rules, activities, mvps.",
    ]


# ---- What it changes


def test_what_is_said_for_every_year_changes_the_years_that_have_it() -> None:
    found = of({"every": {"rules": {"threshold": {"0": {"percent": 75}}}}})

    assert [(each.year, each.before, each.after) for each in found] == [(2025, 50, 75)]


def test_a_field_that_no_year_has_is_said_wherever_the_clause_is() -> None:
    found = of({"every": {"rules": {"special": {"rural": {"everybody": True}}}}})

    assert [(each.year, each.before, each.after, each.says) for each in found] == [
        (2026, None, True, "Rural")
    ]


def test_what_is_said_for_one_year_goes_before_what_is_said_for_every_year() -> None:
    found = of(
        {
            "2025": {"rules": {"threshold": {"0": {"percent": 60}}}},
            "every": {"rules": {"threshold": {"0": {"percent": 75}}}},
        }
    )

    assert [(each.year, each.after) for each in found] == [(2025, 60)]


def test_what_stands_there_already_is_no_change() -> None:
    assert of({"2025": {"rules": {"threshold": {"0": {"percent": 50}}}}}) == []


def test_the_weight_of_an_activity_is_the_second_place_of_its_row() -> None:
    [found] = of({"2026": {"activities": {"subcategory": {"none": {"IA_PCMH": {"1": "medium"}}}}}})

    assert (found.before, found.after, found.says) == ("high", "medium", "Medical home")
    table = changed(TABLES[2026], [found])["activities"]
    assert table == {"subcategory": {"none": {"IA_PCMH": ["Medical home", "medium", 2017]}}}


def test_a_list_is_replaced_as_a_whole() -> None:
    clause = {"percent": 80, "says": "Four fifths", "cite": "a bill"}

    found = of({"2025": {"rules": {"threshold": [clause]}}})

    assert changed(TABLES[2025], found)["rules"] == {"threshold": [clause]}


def test_a_clause_that_is_given_a_source_has_that_one() -> None:
    found = of({"2025": {"rules": {"threshold": {"0": {"cite": "a bill", "percent": 75}}}}})

    assert changed(TABLES[2025], found)["rules"]["threshold"] == [
        {"percent": 75, "says": HALF, "cite": "a bill"}
    ]


def test_everything_that_is_wrong_is_refused_at_once() -> None:
    assert refused(
        {
            "2031": {"rules": {}},
            "2025": {"rules": {"threshold": {"0": {"percent": "75", "share": 1}}}},
            "2026": {"rules": {"special": {"rural": {"special": 1, "everybody": "yes", "cite": "d"}}}},
            "every": {"rules": {"scale": {"0": {"points": 3}}, "special": {"rural": {"everybody": 1}}}},
        }
    ) == [
        "leads_nowhere reform.toml: every.rules.scale.0.points: No year has it. "
        "In 2026, rules has no scale; it has threshold, special.",
        "leads_nowhere reform.toml: 2025.rules.threshold.0.share: "
        "rules.threshold.0 has no share; it has percent, says, cite.",
        "unknown_year reform.toml: 2031: The years that are here run from 2025 to 2026.",
        "another_type reform.toml: every.rules.special.rural.everybody: It is true or false, not 1.",
        "another_type reform.toml: 2025.rules.threshold.0.percent: It is a whole number, not '75'.",
        "another_type reform.toml: 2026.rules.special.rural.special: It is true or false, not 1.",
        "another_type reform.toml: 2026.rules.special.rural.everybody: It is true or false, not 'yes'.",
    ]


# ---- In force


@pytest.fixture
def in_force(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The file of the reform that the environment names, and a folder with two years."""
    for year in ("2025", "2026"):
        shutil.copytree(YEARS / year, tmp_path / "years" / year, ignore=shutil.ignore_patterns("__pycache__"))
    file = tmp_path / "reform.toml"
    file.write_text('title = "Three quarters"\n2025.rules.threshold.1.percent = 75\n', encoding="utf-8")
    monkeypatch.setenv(REFORM, str(file))
    return file


def test_without_the_variable_the_rules_are_those_in_force(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(REFORM, raising=False)

    assert reform_in_force() is None
    assert yearbook(2025).rules == published(2025).rules


def test_a_reformed_year_is_read_so_and_is_known_by_its_edition(in_force: Path) -> None:
    folder = in_force.parent / "years"

    one, other = rules(2025, folder=folder), rules(2026, folder=folder)

    assert one.threshold[1].percent == 75
    assert one.threshold[1].cite == "by a reform, in place of 42 CFR 414.1360(a)(2); 86 FR 65671"
    assert one.edition.startswith(f"{published(2025).edition}+reform-")
    assert len(one.edition) == len("2025-ab12cd34ef56+reform-1a2b3c4d")
    assert other.edition == published(2026).edition
    assert catalogue(2025, folder=folder).activities.keys() == catalogue(2025).activities.keys()


def test_reforms_that_differ_have_editions_that_differ() -> None:
    def edition(percent: int) -> str:
        over = {"2025": {"rules": {"threshold": {"1": {"percent": percent}}}}}
        return reformed(laid_out({"title": "A reform", **over}, ""))[0][2025].edition

    assert len({edition(50), edition(60), edition(75)}) == 3
    assert edition(50) == published(2025).edition
    assert edition(75) == edition(75)


def test_the_compiled_copy_is_that_of_the_years_as_published(in_force: Path) -> None:
    folder = in_force.parent / "years"

    yearbook(2025, folder)

    copy = folder / "2025" / "__pycache__" / "tables.json"
    assert '"percent": 75' not in copy.read_text(encoding="utf-8").replace('_percent": 75', "")
    assert published(2025, folder).rules == published(2025).rules


def test_a_year_that_is_not_here_is_refused_as_without_a_reform(in_force: Path) -> None:
    with pytest.raises(Refused, match="run from 2025 to 2026"):
        yearbook(2024, in_force.parent / "years")


def test_a_reform_that_leads_nowhere_is_refused_whatever_year_is_asked(in_force: Path) -> None:
    in_force.write_text('title = "No"\n2025.rules.threshold.9.percent = 75\n', encoding="utf-8")

    with pytest.raises(Refused, match="whose places are 0 to 1, not 9"):
        yearbook(2026, in_force.parent / "years")


def test_a_fault_in_a_reformed_year_says_that_a_reform_is_in_it() -> None:
    over = {
        "rules": {"full_credit": {"value": 30}},
        "activities": {"subcategory": {"careCoordination": {"IA_CC_7": {"1": "heavy"}}}},
    }
    book = reformed(laid_out({"title": "A reform", "2025": over}, ""))[0][2025]

    with pytest.raises(DataFault, match=r"^2025/rules\.toml \(as reformed\) scale 1: \[40\] is not between"):
        rules_of(book)
    with pytest.raises(DataFault, match=r"^2025/activities\.toml, mvps\.toml \(as reformed\): IA_CC_7"):
        catalogue_of(book)


@pytest.mark.parametrize("year", years())
def test_no_published_year_says_that_everybody_has_a_status(year: int) -> None:
    assert all("everybody" not in status for status in published(year).rules["special"].values())
