"""Answers of a whole population, and of the same files one by one, in a form in which they compare."""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
from made import HEADERS

from mips_ia import assess
from mips_ia.formats.bulk import read
from mips_ia.population.run import Done, run
from mips_ia.population.shown import ATTESTED, PEOPLE, attested_row, person_row

Row = dict[str, Any]
Key = tuple[object, ...]
NAMES = tuple(HEADERS)
MASTERS = {"duckdb": "", "spark": "local[*]"}


@dataclass(frozen=True)
class Answers:
    """Each participant by who it is, and what each attested, in no order."""

    people: Mapping[Key, Row]
    attested: Mapping[Key, list[Row]]

    def of(self, tins: Iterable[str], entities: Iterable[str] = ()) -> "Answers":
        """The answers of some TINs and entities alone."""
        kept = {*tins, *entities}
        return Answers(
            {key: row for key, row in self.people.items() if kept & {row["tin"], row["entity_id"]}},
            {
                key: rows
                for key, rows in self.attested.items()
                if kept & {rows[0]["tin"], rows[0]["entity_id"]}
            },
        )


def together(paths: Mapping[str, Path], out: Path, engine: str = "duckdb") -> tuple[Answers, Done]:
    """Everybody scored on the database."""
    done = run({name: [path] for name, path in paths.items()}, out, spark_master=MASTERS[engine])
    return answers(rows(out / "scores.parquet"), rows(out / "attested.parquet")), done


def one_by_one(paths: Mapping[str, Path]) -> Answers:
    """Everybody read row by row and scored one by one."""
    people, attested = [], []
    for who in read([*paths.values()]).participants:
        found = assess(who.practice, who.attestations)
        people.append(person_row(who, found))
        attested += [attested_row(who, found, verdict) for verdict in found.verdicts]
    return answers(people, attested)


def answers(people: Sequence[Row], attested: Sequence[Row]) -> Answers:
    """Rows by who they are of; nobody stands there twice, and no column is lacking."""
    by_who = {_who(row): {name: row[name] for name in PEOPLE} for row in people}
    assert len(by_who) == len(people)
    by_activity: defaultdict[Key, list[Row]] = defaultdict(list)
    for row in attested:
        given = {name: row[name] for name in ATTESTED}
        given["codes"] = {*row["codes"].split(", ")}
        given["reasons"] = sentences(row["reasons"])
        by_activity[*_who(row), row["activity"]].append(given)
    return Answers(by_who, {key: sorted(rows, key=_in_order) for key, rows in by_activity.items()})


def sentences(reasons: str) -> set[str]:
    """What is said, sentence by sentence; the order follows from how it was put together."""
    return set(re.split(r"(?<=[.?!]) (?=[A-Z0-9])", reasons))


def differences(one: Mapping[Key, Any], other: Mapping[Key, Any]) -> dict[Key, Any]:
    """What the two say of everybody of whom they do not say the same."""
    return {key: (one.get(key), other.get(key)) for key in {*one, *other} if one.get(key) != other.get(key)}


def assert_same(one: Answers, other: Answers) -> None:
    """Every column of everybody, and of everything attested, is the same."""
    assert differences(one.people, other.people) == {}
    assert differences(one.attested, other.attested) == {}


def rows(path: Path) -> list[Row]:
    """The rows of a file that a run wrote."""
    with duckdb.connect() as database:
        scan = "read_csv($1, all_varchar = true)" if path.suffix == ".csv" else "read_parquet($1)"
        found = database.execute(f"from {scan}", [str(path)])
        names = [each[0] for each in found.description or ()]
        return [dict(zip(names, row, strict=True)) for row in found.fetchall()]


def _who(row: Row) -> Key:
    return row["performance_year"], row["tin"], row["npi"], row["entity_id"]


def _in_order(row: Row) -> tuple[str, ...]:
    return tuple(repr(sorted(cell) if isinstance(cell, set) else cell) for cell in row.values())
