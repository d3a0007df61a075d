"""Scored together on a database, and one by one: every column of every participant is the same.

What asks Spark stands here, in one process, since Java takes longest to begin.
"""

import os
from pathlib import Path

import pytest
from cases import CASES
from click.testing import CliRunner
from compared import MASTERS, Answers, assert_same, one_by_one, rows, together
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


# ---- What each engine writes and says


def test_both_engines_write_the_same_files_and_say_the_same_wherever_they_are(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    given = [word for name, path in write(tmp_path, 40, 41, 0.1).items() for word in (f"--{name}", str(path))]
    (home := tmp_path / "a folder, with 100% of blanks").mkdir()
    monkeypatch.chdir(home)
    said = {}
    for engine, more in (("duckdb", []), ("spark", ["--spark-master", MASTERS["spark"]])):
        words = ["population", "score", *given, "--out", engine, "--engine", engine, *more]
        done = CliRunner().invoke(main, words, catch_exceptions=False)
        said[engine] = (done.exit_code, done.stdout.replace(f" {engine}", ""))

    assert said["spark"] == said["duckdb"]
    assert " scored, with " in said["spark"][1]
    assert {path.name for path in Path().iterdir()} == {"duckdb", "spark"}
    assert {path.name for path in Path("spark").iterdir()} == {
        "scores.parquet", "attested.parquet", "rejects.parquet",
    }  # fmt: skip
    for name in ("scores", "attested", "rejects"):
        both = [rows(Path(engine) / f"{name}.parquet") for engine in MASTERS]
        assert sorted(map(repr, both[0])) == sorted(map(repr, both[1]))


# ---- The edge of each rule and more random practices, all in one population


@pytest.fixture(scope="module", params=["duckdb", "spark"])
def both(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Answers, Done, Answers]:
    """All of them scored together and one by one."""
    folder = tmp_path_factory.mktemp("cases")
    tables = drawn(MANY, 12 + MANY, 0.05, first=800_000)
    for number, each in enumerate(CASES):
        for name, cells in each.rows():
            placed = dict(cells, tin=_tin(number, cells["tin"]))
            if isinstance(cells.get("npi"), int):
                placed["npi"] = npi(number * 100 + int(str(cells["npi"])))
            tables[name].append(placed)
    paths = written(folder, tables)
    return *together(paths, folder / "out", request.param), one_by_one(paths)


def _tin(number: int, place: object) -> str:
    return f"{number:06d}{place:03d}"


@pytest.mark.parametrize("number", range(len(CASES)), ids=[each.name for each in CASES])
def test_at_the_edge_of_a_rule_the_answers_are_the_same(
    number: int, both: tuple[Answers, Done, Answers]
) -> None:
    given = CASES[number]
    tins = [_tin(number, place) for place in range(10)]
    entities = [str(cells["entity_id"]) for _, cells in given.rows() if "entity_id" in cells]
    found, others = (each.of(tins, entities) for each in (both[0], both[2]))

    assert_same(found, others)
    attested = [row for rows in found.attested.values() for row in rows]
    assert sorted(str(row["counts"]) for row in attested) == sorted(map(str, given.counts))
    assert {code for row in attested for code in row["codes"]} - {""} == given.codes


def test_all_cases_and_random_practices_get_the_same_answers(both: tuple[Answers, Done, Answers]) -> None:
    assert_all_same(*both)
    assert {row["entity"] for row in both[0].people.values()} == {
        "individual", "group", "virtual_group", "subgroup", "apm_entity",
    }  # fmt: skip
