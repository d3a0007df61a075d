"""Scored together on a database, and one by one: every column of every participant is the same."""

from collections import defaultdict
from pathlib import Path
from typing import Any

import duckdb
import pytest
from made import write

from mips_ia import assess
from mips_ia.formats.bulk import read
from mips_ia.population.run import run
from mips_ia.population.shown import ATTESTED, PEOPLE, attested_row, person_row

Key = tuple[object, ...]


def together(paths: dict[str, Path], out: Path) -> tuple[dict[Key, Any], dict[Key, Any]]:
    run({name: [path] for name, path in paths.items()}, out)
    return by_participant(rows(out / "scores.parquet")), by_activity(rows(out / "attested.parquet"))


def one_by_one(paths: dict[str, Path]) -> tuple[dict[Key, Any], dict[Key, Any]]:
    people, attested = [], []
    for who in read([*paths.values()]).participants:
        found = assess(who.practice, who.attestations)
        people.append(person_row(who, found))
        attested += [attested_row(who, found, verdict) for verdict in found.verdicts]
    return by_participant(people), by_activity(attested)


def rows(path: Path) -> list[dict[str, Any]]:
    with duckdb.connect() as database:
        found = database.execute(f"from '{path}'")
        names = [each[0] for each in found.description or ()]
        return [dict(zip(names, row, strict=True)) for row in found.fetchall()]


def who(row: dict[str, Any]) -> Key:
    return row["performance_year"], row["tin"], row["npi"], row["entity_id"]


def by_participant(found: list[dict[str, Any]]) -> dict[Key, Any]:
    people = {who(row): {name: row[name] for name in PEOPLE} for row in found}
    assert len(people) == len(found)
    return people


def by_activity(found: list[dict[str, Any]]) -> dict[Key, Any]:
    """What was attested; reasons stand in another order where they were put together from parts."""
    each: defaultdict[Key, list[Any]] = defaultdict(list)
    for row in found:
        words = {"codes": sorted(row["codes"].split(", ")), "reasons": sorted(row["reasons"].split())}
        each[*who(row), row["activity"]].append(repr({name: (row | words)[name] for name in ATTESTED}))
    return {key: sorted(rows) for key, rows in each.items()}


@pytest.mark.parametrize(("seed", "faults"), [(1, 0.0), (2, 0.05), (3, 0.5)])
def test_every_column_of_every_participant_is_the_same(seed: int, faults: float, tmp_path: Path) -> None:
    paths = write(tmp_path, 250, seed, faults)

    people, attested = together(paths, tmp_path / "out")
    others, alike = one_by_one(paths)

    assert people.keys() == others.keys()
    assert {key: row for key, row in people.items() if row != others[key]} == {}
    assert attested.keys() == alike.keys()
    assert {key: found for key, found in attested.items() if found != alike[key]} == {}


@pytest.mark.parametrize("lacking", ["roster", "participation"])
def test_without_a_table_the_answers_are_the_same(lacking: str, tmp_path: Path) -> None:
    paths = write(tmp_path, 60, 4, 0.0)
    del paths[lacking]

    assert together(paths, tmp_path / "out") == one_by_one(paths)
