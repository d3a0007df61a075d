"""The tables that a run writes, as expressions: numbers become words by small tables that are joined."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import ibis
import pandas as pd
from ibis import _
from ibis.expr.types import Table as Relation

from mips_ia.population import shown
from mips_ia.population.engine import DuckDB
from mips_ia.population.known import UNKNOWN
from mips_ia.population.measure import EVERY, UNIT
from mips_ia.population.table import RANK, Table
from mips_ia.problems import Problem

_REASON = ["answer_says", "listing_says", "days_say", "share_says", "repeats", "of_activity"]


def written_people(
    engine: DuckDB, table: Table, people: Relation, more: Sequence[Mapping[str, Any]]
) -> Relation:
    """A row for everybody scored, in the columns of `PEOPLE`."""
    scores, kinds = engine.put("scores", shown.scores(table)), engine.put("kinds", shown.practices(table))
    units = engine.table("units").select(*UNIT, "practice_name", "entity_id")
    named = _beside(_beside(people, scores, ["score"]), kinds, ["practice"])
    named = _beside(named, units, UNIT)
    name = (_.first_name + " " + _.last_name).strip()
    # Nobody stands twice on a roster here: where somebody does, the practice was looked at closer.
    names = engine.table("roster").select(*UNIT, "npi_n", name=name)
    named = named.left_join(names, [*UNIT, "npi_n"])
    tin, npi = _tin(named), _npi(named)
    group = ibis.coalesce(
        named.practice_name.nullif(""), named.entity_id.nullif(""), "TIN ending " + tin.right(4)
    )
    values = {
        "performance_year": named.year,
        "tin": tin,
        "npi": npi,
        "entity_id": named.entity_id,
        "name": ibis.ifelse(npi == "", group, ibis.coalesce(named.name.nullif(""), "NPI " + npi)),
        "clinicians": named.clinicians.nullif(UNKNOWN),
        "attested": named.attested.cast("int32"),  # a database may sum into a wider number than it says
    }
    found = named.select(**{name: values[name] if name in values else named[name] for name in shown.PEOPLE})
    return _and(engine, "more_people", found, more)


def written_attested(
    engine: DuckDB, table: Table, attested: Relation, more: Sequence[Mapping[str, Any]]
) -> Relation:
    """A row for everything attested, in the columns of `ATTESTED`."""
    told = attested.mutate(of_activity=ibis.ifelse(_.repeats, _.activity, UNKNOWN))
    distinct = engine.found(told.select(_REASON).distinct())
    reasons = engine.put("reasons", shown.reasons(table, distinct))
    named = _beside(told, reasons, _REASON)
    titles = engine.put("titles", shown.activities(table))
    named = _beside(named, titles, ["activity"])
    named = _beside(named, engine.table("units").select(*UNIT, "entity_id"), UNIT)
    counts = ibis.cases((named["rank"] == RANK[True], True), (named["rank"] == RANK[False], False))
    values = {
        "performance_year": named.year,
        "tin": _tin(named),
        "npi": _npi(named),
        "entity_id": named.entity_id,
        "activity": named.id,
        "counts": counts,
        "first": _day(named["first"]),
        "last": _day(named["last"]),
        "clinicians": named.certain.nullif(UNKNOWN),
        "clinicians_at_most": named.at_most.nullif(UNKNOWN),
        "clinicians_needed": named.needed.nullif(UNKNOWN),
    }
    found = named.select(**{name: values[name] if name in values else named[name] for name in shown.ATTESTED})
    return _and(engine, "more_attested", found, more)


def written_rejects(engine: DuckDB, problems: Iterable[Problem]) -> Relation:
    """A row for each problem of the input, in the columns of `REJECTS`."""
    rows = [
        {
            "where": each.where,
            "code": each.code,
            "severity": each.severity,
            "what": each.what,
            "fix": each.fix,
        }
        for each in problems
    ]
    return engine.put("rejects", pd.DataFrame(rows, columns=[*shown.REJECTS], dtype="str"))


def _beside(rows: Relation, known: Relation, columns: list[str]) -> Relation:
    found = rows.inner_join(known, columns)
    return found.drop([name for name in found.columns if name.endswith("_right")])


def _tin(rows: Relation) -> Any:
    return rows.tin_n.cast("string").lpad(9, "0")


def _npi(rows: Relation) -> Any:
    return ibis.ifelse(rows.npi_n == EVERY, "", rows.npi_n.cast("string").lpad(10, "0"))


def _day(ordinal: Any) -> Any:
    """A day from its number; null for 0."""
    return (ibis.date("0001-01-01") + (ordinal.nullif(0) - 1).as_interval("D")).cast("timestamp").cast("date")


def _and(engine: DuckDB, name: str, rows: Relation, more: Sequence[Mapping[str, Any]]) -> Relation:
    """Rows, and those that were found one by one, with the same types."""
    if not more:
        return rows
    frame = pd.DataFrame(list(more), columns=rows.columns).astype(object)
    others = engine.put(name, frame.where(frame.notna(), None))
    types = dict(rows.schema().items())
    return rows.union(
        others.select(**{column: others[column].cast(types[column]) for column in rows.columns})
    )
