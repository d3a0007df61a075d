"""A whole run: files in, two tables of answers and one of rejects out, whole or not at all."""

import shutil
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path

import pandas as pd
from ibis import _
from ibis.expr.types import Table as Relation

from mips_ia.formats.bulk import read_tables
from mips_ia.formats.bulk_columns import column
from mips_ia.formats.cells import Cells
from mips_ia.formats.sheets import Row
from mips_ia.formats.sheets import Table as Sheet
from mips_ia.population.closer import looked_at, sheets, strays
from mips_ia.population.draft import drafted
from mips_ia.population.engine import MEMORY, DuckDB, engine_of
from mips_ia.population.inputs import load
from mips_ia.population.known import Known
from mips_ia.population.measure import Measured, measured
from mips_ia.population.rows import rows
from mips_ia.population.table import Table
from mips_ia.population.written import written_attested, written_people, written_rejects
from mips_ia.problems import Problem


@dataclass(frozen=True, slots=True)
class Done:
    """What a run came to: how many were scored, and how many of them by a closer look at their rows.

    `rejects` are all problems told, `errors` those for which something was left out.
    """

    scored: int
    closer: int
    attested: int
    rejects: int
    errors: int
    notes: tuple[Problem, ...]


def run(
    paths: Mapping[str, Sequence[Path]],
    out: Path,
    ending: str = "parquet",
    memory: str = MEMORY,
    spark_master: str = "",
    tell: Callable[[str], None] = lambda _: None,
) -> Done:
    """Score everybody in `practices`, `roster` and `participation` into a new folder.

    `memory` is the most that the database keeps there before it uses the disk. With a `spark_master`
    Spark measures, there or on this machine (`local[*]`). `tell` hears what is being done.
    The folder appears when all of it is written, and not before.
    Raises `Refused` where the folder is there already, where files cannot be read as tables, or where
    Spark is asked for and not installed.
    """
    with drafted(out) as draft:
        room = draft / "room"
        room.mkdir()
        with closing(engine_of(room, memory, spark_master)) as engine:
            done = _run(paths, draft, engine, ending, tell)
        shutil.rmtree(room)
    return done


def _run(
    paths: Mapping[str, Sequence[Path]], draft: Path, engine: DuckDB, ending: str, tell: Callable[[str], None]
) -> Done:
    tell("Reading the tables")
    inputs = load(engine.database, paths)
    table = Table(Known(), "participation" in inputs.given)
    tell("Reading their cells")
    tins, placed, lost = _placed(inputs.broken)
    found = rows(engine, table, tins)
    closer = engine.put("closer", pd.DataFrame({"tin_n": sorted(found.closer)}, dtype="int64"))
    tell("Measuring")
    all_of_it = measured(engine, table, found, closer if found.closer else None)
    people = engine.keep("scored_people", all_of_it.people)
    if found.closer:
        tell(f"Looking closer at practices: {len(found.closer):,}")
    more_people, more_attested, problems = looked_at([*sheets(engine, closer, inputs.given, placed)])
    problems += _nobodys(engine, all_of_it, inputs.given, lost)
    tell("Writing")
    written = {
        "scores": written_people(engine, table, people, more_people),
        "attested": written_attested(engine, table, all_of_it.attested, more_attested),
        "rejects": written_rejects(engine, problems),
    }
    for name, what in written.items():
        engine.write(what, draft / f"{name}.{ending}", ending)
    wanted = _count(engine, all_of_it.asked) + len(more_people)
    scored = engine.rows_in(draft / f"scores.{ending}")
    if scored != wanted:
        raise AssertionError(f"{wanted:,} were to be scored, and {scored:,} rows came out")
    attested = engine.rows_in(draft / f"attested.{ending}")
    errors = sum(problem.severity == "error" for problem in problems)
    return Done(scored, len(more_people), attested, len(problems), errors, inputs.notes)


def _placed(broken: Sequence[Sheet]) -> tuple[set[int], list[Sheet], list[Sheet]]:
    """The TINs of lines that are no rows, these lines, and the lines of which no TIN can be read."""
    tins: set[int] = set()
    placed, strays = [], []
    for sheet in broken:
        found = {row: _tin(sheet, row) for row in sheet.rows}
        tins |= {tin for tin in found.values() if tin is not None}
        placed.append(replace(sheet, rows=tuple(row for row, tin in found.items() if tin is not None)))
        strays.append(replace(sheet, rows=tuple(row for row, tin in found.items() if tin is None)))
    return tins, placed, strays


def _tin(sheet: Sheet, row: Row) -> int | None:
    cells = Cells("", dict(zip(map(column, sheet.header), row.cells, strict=False)))
    tin = cells.tin()
    return int(tin) if tin else None


def _nobodys(
    engine: DuckDB, all_of_it: Measured, given: Iterable[str], broken: Sequence[Sheet]
) -> list[Problem]:
    """The rows that are nobody's: their TIN cannot be read, or no practice of theirs was read."""
    found = [sheet for name in given for sheet in strays(engine, name)]
    told = read_tables([*found, *(sheet for sheet in broken if sheet.rows)], []).problems
    problems = [each for each in told if each.severity == "error" and ", line " in each.where]
    for row in engine.found(all_of_it.strays).itertuples():
        what = "No practice of this TIN and year was read."
        fix = "Add it to practices, or correct its row there."
        problems.append(Problem("no_practice", f"{row.file}, line {row.line}, tin", what, fix))
    return problems


def _count(engine: DuckDB, what: Relation) -> int:
    return int(engine.found(what.agg(n=_.count()))["n"][0])
