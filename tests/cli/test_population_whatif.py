"""What a reform does, from the command line; and what every command says where one is in force."""

import json
from pathlib import Path

import pytest
from called import run
from click.testing import Result

from mips_ia.cli.population_options import words
from mips_ia.cli.whatif_shown import show_differences, spans
from mips_ia.population.differences import Differences
from mips_ia.reading.yearbook import REFORM

FULL = """\
title = "Full credit is 30 points"
[2026.rules]
full_credit.value = 30
scale.0.points.activity = 30
scale.1.points.activity = 30
credit.0.points = 30
credit.1.points = 30
"""


@pytest.fixture(scope="module")
def tables(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """The options that name the tables of an invented population."""
    folder = tmp_path_factory.mktemp("people")
    run("population", "sample", "--clinicians", 300, "--seed", 1, "--year", 2026, "--out", folder)
    names = ("practices", "roster", "participation")
    return [word for name in names for word in (f"--{name}", str(folder / f"{name}.parquet"))]


def whatif(*arguments: object, code: int = 0) -> Result:
    return run("population", "whatif", *arguments, code=code)


def test_the_reform_stands_in_words_above_what_it_does(tables: list[str], tmp_path: Path) -> None:
    result = whatif(*tables, "--set", "2026.rules.threshold.1.percent=75", "--out", tmp_path / "out")

    lines = result.stdout.splitlines()
    assert lines[:3] == [
        "2026.rules.threshold.1.percent=75",
        "2026 rules.threshold.1.percent: from 50 to 75",
        "    At least half of the NPIs who bill under the TIN, or are in the subgroup, must do",
    ]
    assert "By            Gain  Lose  Stay" in lines
    assert "Final points     0     3    90" in lines
    assert "Another score: 3 of 93." in lines
    assert [line for line in lines if line.endswith("Full credit  Then full")]
    headings = ["Who gains and who loses", "On average", "From points to points", "Who they are",
                "Largest losses of the final score"]  # fmt: skip
    assert [line for line in lines if line in headings] == headings
    assert result.stderr.splitlines() == [
        *(f"{side}: {step} …" for side in ("As it is", "By the reform")
          for step in ("Reading the tables", "Reading their cells", "Measuring", "Writing")),
        "Comparing …",
    ]  # fmt: skip


def test_the_json_has_the_reform_and_all_that_it_does(tables: list[str], tmp_path: Path) -> None:
    (tmp_path / "full.toml").write_text(FULL, encoding="utf-8")

    result = whatif(
        *tables, "--reform", tmp_path / "full.toml", "--out", tmp_path / "out", "--format", "json"
    )

    found = json.loads(result.stdout)
    assert found["title"] == "Full credit is 30 points"
    assert [(each["year"], each["from"], each["to"]) for each in found["changes"]] == [(2026, 40, 30)] * 5
    assert found["participants"] == 93
    assert sum(each["participants"] for each in found["points"]) == 93
    assert sum(each["participants"] for each in found["who"]) == 93
    for each in found["moved"]:
        assert each["gain"] + each["lose"] + each["stay"] == 93
    assert found["losses"] == []


def test_rows_that_were_left_out_end_with_1_and_notes_are_told_once(tmp_path: Path) -> None:
    (tmp_path / "practices.csv").write_text(
        "performance_year,tin,report_as,shoe_size\n2026,000000101,group,9\n2026,12,group,9\n",
        encoding="utf-8",
    )
    given = ("--practices", tmp_path / "practices.csv", "--status", "rural=yes", "--to", "csv")

    result = whatif(*given, "--out", tmp_path / "out", code=1)

    assert f"Rows were left out; see {tmp_path / 'out' / 'as_is' / 'rejects'}.csv." in result.stdout
    assert result.stderr.count("shoe_size") == 1


def test_a_reform_that_is_wrong_is_refused_before_anything_is_run(tables: list[str], tmp_path: Path) -> None:
    given = ("--set", "2026.rules.full_credit.value=30", "--out", tmp_path / "out")

    result = whatif(*tables, *given, code=2)

    assert "Error: reform: 2026/rules.toml (as reformed) scale 1: [40] is not between 1 and" in result.stderr
    assert result.stdout == ""
    assert "Reading" not in result.stderr


def test_nothing_to_change_is_refused(tables: list[str], tmp_path: Path) -> None:
    assert "Nothing is to be changed" in whatif(*tables, "--out", tmp_path / "out", code=2).stderr


def test_a_reform_that_changes_nothing_says_so(tables: list[str], tmp_path: Path) -> None:
    result = whatif(*tables, "--set", "2026.rules.threshold.1.percent=50", "--out", tmp_path / "out")

    assert result.stdout.splitlines()[1] == "It changes nothing."
    assert "Another score: 0 of 93." in result.stdout
    assert "Largest losses" not in result.stdout


def test_where_nobody_was_scored_it_says_so(capsys: pytest.CaptureFixture[str]) -> None:
    show_differences(Differences(0, 0, 0, 0, 0, 0, [], {}, [], [], []))

    assert capsys.readouterr().out == "Nobody was scored.\n"


def test_years_that_follow_each_other_are_said_as_one() -> None:
    assert spans([2017, 2019, 2020, 2021, 2026]) == "2017, 2019 to 2021, 2026"


def test_options_are_passed_on_as_they_were_given() -> None:
    given = {"practices": (Path("a"), Path("b")), "roster": (), "memory": "1GB", "some_other": None}

    assert words(given) == ["--practices", "a", "--practices", "b", "--memory", "1GB"]


# ---- A reform in force


def test_every_command_says_that_it_answers_by_a_reform(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "full.toml").write_text(FULL, encoding="utf-8")
    monkeypatch.setenv(REFORM, str(tmp_path / "full.toml"))

    result = run("activities", "--year", 2026)

    assert result.stderr == "By a reform, not by the rules in force: Full credit is 30 points\n"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('title = "No"\n2026.rules.full_credit.value = 30\n', "scale 1: [40] is not between"),
        ('title = "No"\n2026.rules.full_credit.more = 30\n', "rules.full_credit has no more"),
        ("title = \n", "It cannot be read"),
    ],
)
def test_a_reform_that_cannot_be_in_force_stops_every_command(
    text: str, said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "reform.toml").write_text(text, encoding="utf-8")
    monkeypatch.setenv(REFORM, str(tmp_path / "reform.toml"))

    assert said in run("activities", "--year", 2026, code=2).stderr
