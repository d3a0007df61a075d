"""Scored together on a database, and one by one: every column of every participant is the same.

What asks Spark stands here, in one process, since Java takes longest to begin.
"""

import os
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest
from cases import CASES
from click.testing import CliRunner
from compared import MASTERS, Answers, answers, assert_same, one_by_one, rows, together
from made import drawn, npi, write, written

from mips_ia.cli.main import main
from mips_ia.population.run import Done

MANY = int(os.environ.get("MIPS_IA_AGREEMENT", "250"))

# ---- Random practices


@pytest.mark.parametrize(("seed", "faults"), [(11, 0.0), (13, 0.5)])
def test_random_practices_get_the_same_answers(seed: int, faults: float, tmp_path: Path) -> None:
    """`MIPS_IA_AGREEMENT=20000 pytest tests/population -k random` does it with so many practices."""
    paths = write(tmp_path, MANY, seed + MANY, faults)

    assert_all_same(*together(paths, tmp_path / "out"), one_by_one(paths))


def assert_all_same(found: Answers, done: Done, others: Answers) -> None:
    assert_same(found, others)
    assert done.scored == len(found.people) > MANY
    assert done.attested == sum(map(len, found.attested.values()))


@pytest.mark.parametrize(
    ("engine", "lacking"),
    [
        ("duckdb", ["roster"]),
        ("duckdb", ["participation"]),
        ("duckdb", ["roster", "participation"]),
        ("spark", ["roster", "participation"]),
    ],
)
def test_without_a_table_the_answers_are_the_same(engine: str, lacking: list[str], tmp_path: Path) -> None:
    paths = write(tmp_path, 80, 14, 0.05)
    kept = {name: path for name, path in paths.items() if name not in lacking}

    found, done = together(kept, tmp_path / "out", engine)

    assert_same(found, one_by_one(kept))
    assert bool(done.attested) is ("participation" in kept)


# ---- The edge of each rule and more random practices, all in one population


@dataclass(frozen=True)
class Told:
    """What the command wrote with one engine, and said, and how it ended."""

    folder: Path
    said: str
    code: int

    @property
    def answers(self) -> Answers:
        return answers(*(rows(self.folder / f"{name}.parquet") for name in ("scores", "attested")))


@pytest.fixture(scope="module")
def population(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("cases")
    tables = drawn(MANY, 12 + MANY, 0.05, first=800_000)
    for number, each in enumerate(CASES):
        for name, cells in each.rows():
            placed = dict(cells, tin=_tin(number, cells["tin"]))
            if isinstance(cells.get("npi"), int):
                placed["npi"] = npi(number * 100 + int(str(cells["npi"])))
            tables[name].append(placed)
    return written(folder, tables)


@pytest.fixture(scope="module")
def alone(population: dict[str, Path]) -> Answers:
    """All of them scored one by one."""
    return one_by_one(population)


@pytest.fixture(scope="module")
def told(population: dict[str, Path], tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Told]:
    """All of them scored together by the command, once with each engine, wherever somebody stands."""
    (home := tmp_path_factory.mktemp("home") / "a folder, with 100% of blanks").mkdir()

    @cache
    def scored(engine: str) -> Told:
        given = [word for name, path in population.items() for word in (f"--{name}", str(path))]
        master = ["--spark-master", MASTERS[engine]] if MASTERS[engine] else []
        words = ["population", "score", *given, "--out", engine, "--engine", engine, *master]
        with pytest.MonkeyPatch.context() as there:
            there.chdir(home)
            done = CliRunner().invoke(main, words, catch_exceptions=False)
        return Told(home / engine, done.stdout.replace(f" {engine}", ""), done.exit_code)

    return scored


@pytest.fixture(scope="module", params=["duckdb", "spark"])
def both(
    request: pytest.FixtureRequest, told: Callable[[str], Told], alone: Answers
) -> tuple[Answers, Answers]:
    """All of them scored together and one by one."""
    return told(request.param).answers, alone


def _tin(number: int, place: object) -> str:
    return f"{number:06d}{place:03d}"


@pytest.mark.parametrize("number", range(len(CASES)), ids=[each.name for each in CASES])
def test_at_the_edge_of_a_rule_the_answers_are_the_same(number: int, both: tuple[Answers, Answers]) -> None:
    given = CASES[number]
    tins = [_tin(number, place) for place in range(10)]
    entities = [str(cells["entity_id"]) for _, cells in given.rows() if "entity_id" in cells]
    found, others = (each.of(tins, entities) for each in both)

    assert_same(found, others)
    attested = [row for rows in found.attested.values() for row in rows]
    assert sorted(str(row["counts"]) for row in attested) == sorted(map(str, given.counts))
    assert {code for row in attested for code in row["codes"]} - {""} == given.codes


def test_all_cases_and_random_practices_get_the_same_answers(both: tuple[Answers, Answers]) -> None:
    assert_same(*both)
    assert len(both[0].people) > MANY
    assert {row["entity"] for row in both[0].people.values()} == {
        "individual", "group", "virtual_group", "subgroup", "apm_entity",
    }  # fmt: skip


def test_both_engines_write_the_same_files_and_say_the_same(told: Callable[[str], Told]) -> None:
    by_duckdb, by_spark = told("duckdb"), told("spark")
    found = by_spark.answers

    assert (by_spark.said, by_spark.code) == (by_duckdb.said, by_duckdb.code)
    scored, attested = len(found.people), sum(map(len, found.attested.values()))
    assert f"{scored:,} scored, with {attested:,} attestations." in by_spark.said
    assert {path.name for path in by_spark.folder.parent.iterdir()} == {*MASTERS}
    assert {path.name for path in by_spark.folder.iterdir()} == {
        "scores.parquet", "attested.parquet", "rejects.parquet",
    }  # fmt: skip
    for name in ("scores", "attested", "rejects"):
        one, other = (rows(each.folder / f"{name}.parquet") for each in (by_duckdb, by_spark))
        assert sorted(map(repr, one)) == sorted(map(repr, other))
