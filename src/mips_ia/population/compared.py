"""Two runs over the same population, row beside row: everybody's score, and whether an activity counts."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import ibis
from ibis import _
from ibis.expr.types import Table as Relation

from mips_ia.population.engine import DuckDB, text

SIDES = ("as_is", "reform")
KEY = ("performance_year", "tin", "npi", "entity_id")
NUMBERS = (
    "points", "points_possible", "percent", "weight", "weight_possible", "final_points",
    "final_points_possible",
)  # fmt: skip
_COMPARED = (*NUMBERS, "certain", "activities_short")
_WHO = ("name", "entity", "pathway", "mvp", "clinicians")
_NAMED = 10  # rows that a fault names


def people(engine: DuckDB, folder: Path) -> Relation:
    """A row for everybody scored, with each value as it is and by the reform, and the difference of numbers.

    `AssertionError` names those of whom only one run has a row; so does `activities`.
    """
    sides = [_read(engine, folder, side, "scores") for side in SIDES]
    values = (*_COMPARED, "decided_by", "rules_edition")
    rises = {f"{name}_difference": _[f"{name}_reform"] - _[f"{name}_as_is"] for name in NUMBERS}
    return engine.keep("people", _beside(engine, sides, KEY, _WHO, values).mutate(**rises))


def differing(people: Relation) -> Relation:
    """Those whose score is not the same."""
    return people.filter(ibis.or_(*(_differs(name) for name in _COMPARED)))


def activities(engine: DuckDB, folder: Path) -> Relation:
    """A row for each activity of each participant that counts, or is not known to, in one run alone."""
    sides = [_best(_read(engine, folder, side, "attested")) for side in SIDES]
    found = _beside(engine, sides, (*KEY, "activity"), ["title"], ["counts", "codes", "reasons"])
    return engine.keep("activities", found.filter(_differs("counts")))


def _read(engine: DuckDB, folder: Path, side: str, name: str) -> Relation:
    path = folder / side / f"{name}.parquet"
    engine.database.execute(f"create temp view {side}_{name} as from {text(path)}")
    return engine.table(f"{side}_{name}")


def _best(attested: Relation) -> Relation:
    """Of several rows of the same activity the one that counts most."""
    rank = ibis.cases((_.counts, 2), (_.counts.isnull(), 1), else_=0)
    order = [ibis.desc("rank"), "codes", "reasons", "first", "last"]
    place = ibis.row_number().over(group_by=[*KEY, "activity"], order_by=order)
    return attested.mutate(rank=rank).mutate(place=place).filter(_.place == 0)


def _beside(
    engine: DuckDB, sides: Sequence[Relation], key: Sequence[str], own: Sequence[str], values: Sequence[str]
) -> Relation:
    """The key, what both sides say alike, and each value of both."""
    one, other = (
        side.select(*key, *own, **{f"{value}_{name}": side[value] for value in values})
        for name, side in zip(SIDES, sides, strict=True)
    )
    for these, those, where in ((one, other, SIDES[0]), (other, one, SIDES[1])):
        alone = engine.found(these.anti_join(those, list(key)).select(*key).order_by(*key).limit(_NAMED))
        if len(alone):
            raise AssertionError(f"only in {where}: {alone.to_dict('records')}")
    return one.inner_join(other.drop(*own), list(key))


def _differs(name: str) -> Any:
    return ~_[f"{name}_as_is"].identical_to(_[f"{name}_reform"])
