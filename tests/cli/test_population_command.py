"""A population from the command line: invented, scored, summed up."""

import json
from functools import partial
from pathlib import Path

import called
import pytest
from click.testing import Result

run = partial(called.run, "population")


TABLES = ("practices", "roster", "participation")


@pytest.fixture(scope="module")
def people(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("people")
    run("sample", "--clinicians", 300, "--seed", 1, "--year", 2026, "--out", folder / "pop")
    return folder / "pop"


def score(people: Path, out: Path, *more: str, code: int = 0) -> Result:
    given = [each for name in TABLES for each in (f"--{name}", people / f"{name}.parquet")]
    return run("score", *given, "--out", out, *more, code=code)


def test_a_population_is_invented_and_its_rows_are_counted(tmp_path: Path) -> None:
    result = run("sample", "--clinicians", 50, "--out", tmp_path / "pop", "--to", "csv")

    assert f"{tmp_path / 'pop' / 'roster'}.csv: 50 rows" in result.output
    assert sorted(path.name for path in (tmp_path / "pop").iterdir()) == [
        "participation.csv", "practices.csv", "roster.csv",
    ]  # fmt: skip


def test_it_is_scored_into_a_new_folder_and_says_what_comes_next(people: Path, tmp_path: Path) -> None:
    result = score(people, tmp_path / "scored")

    assert result.stdout == (
        "93 scored, with 401 attestations.\n"
        f"To see what came out: mips-ia population summary {tmp_path / 'scored'}\n"
    )
    assert sorted(path.name for path in (tmp_path / "scored").iterdir()) == [
        "attested.parquet", "rejects.parquet", "scores.parquet",
    ]  # fmt: skip


def test_a_folder_that_is_there_is_not_written_over(people: Path, tmp_path: Path) -> None:
    result = score(people, tmp_path, code=2)

    assert "is there already, and nothing is written over" in result.stderr


def test_errors_in_the_files_are_counted_and_end_with_1(tmp_path: Path) -> None:
    (tmp_path / "practices.csv").write_text(
        "performance_year,tin,report_as\n2026,000000101,group\n2026,12,group\n", encoding="utf-8"
    )

    result = run("score", "--practices", tmp_path / "practices.csv", "--out", tmp_path / "out", code=1)

    assert "Problems in the files: 1, errors among them: 1; see rejects." in result.stdout


def test_the_summary_adds_up(people: Path, tmp_path: Path) -> None:
    score(people, tmp_path / "scored")

    text = run("summary", tmp_path / "scored").output
    found = json.loads(run("summary", tmp_path / "scored", "--format", "json").output)

    assert sum(each["participants"] for each in found["points"]) == 93
    assert sum(each["participants"] for each in found["who"]) == 93
    assert all(isinstance(each["open"], int) for each in found["who"])
    assert "Activities done most" in text
    assert found["activities"][0]["activity"] in text


def test_a_folder_without_scores_has_no_summary(tmp_path: Path) -> None:
    assert "no scores.parquet or scores.csv" in run("summary", tmp_path, code=2).stderr


def test_tables_written_as_csv_are_summed_up_as_those_in_parquet(people: Path, tmp_path: Path) -> None:
    given = [each for name in TABLES for each in (f"--{name}", people / f"{name}.parquet")]
    run("score", *given, "--out", tmp_path / "csv", "--to", "csv")
    score(people, tmp_path / "parquet")

    one, two = (run("summary", tmp_path / each, "--format", "json").output for each in ("csv", "parquet"))
    assert json.loads(one) == json.loads(two)
