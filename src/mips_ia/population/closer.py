"""A closer look at practices with rows that cannot be taken as they are.

The reader of bulk files reads them row by row, and the core assesses them one by one.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from ibis import _
from ibis.expr.types import Table as Relation

from mips_ia.assessment import assess
from mips_ia.formats.bulk import read_tables
from mips_ia.formats.bulk_columns import OF_ACTIVITIES, TABLES
from mips_ia.formats.sheets import Row
from mips_ia.formats.sheets import Table as Sheet
from mips_ia.population.engine import DuckDB
from mips_ia.population.rows import NOBODY
from mips_ia.population.shown import attested_row, person_row
from mips_ia.problems import Problem, Refused

# Told of each activity among what was attested, or of tables that have no rows here.
_SAID_ELSEWHERE = {*OF_ACTIVITIES, "not_answered", "not_billed", "no_rows"}


def sheets(
    engine: DuckDB, closer: Relation, given: Iterable[str], broken: Sequence[Sheet]
) -> Iterator[Sheet]:
    """The rows of some practices as tables of text, with their lines, as they stand in each file."""
    for name in (each for each in TABLES if each in given):
        found = _as_text(engine, name, engine.table(name).semi_join(closer, "tin_n"))
        yield from found or [Sheet(f"{name}.csv", tuple(TABLES[name]), ())]
    yield from broken


def strays(engine: DuckDB, name: str) -> list[Sheet]:
    """The rows whose TIN cannot be read, so that nobody can tell whose they are."""
    return _as_text(engine, name, engine.table(name).filter(_.tin_n == NOBODY))


def _as_text(engine: DuckDB, name: str, rows: Relation) -> list[Sheet]:
    """Rows as they stand in their files, a table for each."""
    place, header = ["file", "line"], [*TABLES[name]]
    found = engine.found(engine.table(f"raw_{name}").semi_join(rows.select(place), place))
    sheets = []
    for file, each in found.sort_values(place).groupby("file"):
        cells = each[header].itertuples(index=False, name=None)
        lines = [
            Row(int(line), tuple(str(cell).strip() for cell in row))
            for line, row in zip(each["line"], cells, strict=True)
        ]
        sheets.append(Sheet(str(file), tuple(header), tuple(lines)))
    return sheets


def looked_at(found: Sequence[Sheet]) -> tuple[list[dict[str, Any]], list[dict[str, Any]], list[Problem]]:
    """Everybody in these tables, what was attested, and every problem met."""
    intake = read_tables(found, [])
    people: list[dict[str, Any]] = []
    attested: list[dict[str, Any]] = []
    problems = [
        each for each in intake.problems if each.severity != "note" and each.code not in _SAID_ELSEWHERE
    ]
    for who in intake.participants:
        try:
            judged = assess(who.practice, who.attestations)
        except Refused as refusal:
            problems += [
                Problem(p.code, who.where, p.what, p.fix, p.cite, p.severity) for p in refusal.problems
            ]
            continue
        people.append(person_row(who, judged))
        attested += [attested_row(who, judged, each) for each in judged.verdicts]
    return people, attested, problems
