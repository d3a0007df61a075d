"""What a reform does, in counts: who gains and who loses, what is certain then, and who loses most."""

from dataclasses import asdict, dataclass
from typing import Any

import ibis
from ibis import _
from ibis.expr.types import Table as Relation

from mips_ia.population.compared import KEY, SIDES
from mips_ia.population.engine import DuckDB
from mips_ia.population.summary import size

LARGEST = 10  # losses that are listed
_DIGITS = 6  # of an average
_MOVED = ("points", "final_points")


@dataclass(frozen=True, slots=True)
class Differences:
    """What became of everybody, in counts; `as_is` and `reform` are the two sides.

    `moved` says how many gain, lose and stay, by points of the category and by those of the final
    score; `average` what both come to, with how many have full credit; `points` how many went from
    which certain points to which; `who` the same by year, entity and size, where gain and loss are
    those of the final score; `losses` who loses most of it.
    """

    participants: int
    become_certain: int
    become_uncertain: int
    differing: int
    activities_gained: int
    activities_lost: int
    moved: list[dict[str, Any]]
    average: dict[str, Any]
    points: list[dict[str, Any]]
    who: list[dict[str, Any]]
    losses: list[dict[str, Any]]

    @property
    def plain(self) -> dict[str, Any]:
        """The same as dicts and lists."""
        return asdict(self)


def differences(engine: DuckDB, people: Relation, differing: Relation, activities: Relation) -> Differences:
    """The counts of two runs that stand beside each other."""
    known, unknown = _became(*(_[f"certain_{side}"] for side in SIDES))
    gained, lost = _became(*(_[f"counts_{side}"].fill_null(False) for side in SIDES))
    of_people = {"participants": _.count(), "become_certain": known, "become_uncertain": unknown}
    [counts] = _records(engine, people.agg(**of_people))
    [more] = _records(engine, activities.agg(activities_gained=gained, activities_lost=lost))
    return Differences(
        **counts,
        **more,
        differing=_records(engine, differing.agg(n=_.count()))[0]["n"],
        moved=[{"by": name} | _records(engine, people.agg(**_ways(name)))[0] for name in _MOVED],
        average=_records(engine, people.agg(**_averages()))[0],
        points=_points(engine, people),
        who=_who(engine, people),
        losses=_losses(engine, people),
    )


def _points(engine: DuckDB, people: Relation) -> list[dict[str, Any]]:
    both = [f"points_{side}" for side in SIDES]
    counted = people.group_by(both).agg(participants=_.count())
    return _records(engine, counted.order_by([ibis.desc(name) for name in both]))


def _who(engine: DuckDB, people: Relation) -> list[dict[str, Any]]:
    counted = (
        people.mutate(size=size())
        .group_by("performance_year", "entity", "size")
        .agg(participants=_.count(), **_ways("final_points"), **_averages(), smallest=_.clinicians.min())
    )
    return _records(engine, counted.order_by("performance_year", "entity", "smallest").drop("smallest"))


def _losses(engine: DuckDB, people: Relation) -> list[dict[str, Any]]:
    shown = [f"{name}_{side}" for name in _MOVED for side in SIDES]
    lost = people.filter(_.final_points_difference < 0).mutate(size=size())
    order = ["final_points_difference", "points_difference", *KEY]
    return _records(
        engine, lost.order_by(order).limit(LARGEST).select(*KEY, "name", "entity", "size", *shown)
    )


def _ways(name: str) -> dict[str, Any]:
    """How many gain, lose and stay."""
    rise = _[f"{name}_difference"]
    return {"gain": _many(rise > 0), "lose": _many(rise < 0), "stay": _many(rise == 0)}


def _averages() -> dict[str, Any]:
    """The averages of both sides, and how many have full credit."""
    found = {f"{name}_{side}": _[f"{name}_{side}"].mean() for name in _MOVED for side in SIDES}
    return found | {f"full_{side}": _many(_[f"percent_{side}"] == 100) for side in SIDES}


def _many(those: Any) -> Any:
    """Of how many it is true."""
    return _.count(where=those)


def _became(before: Any, after: Any) -> tuple[Any, Any]:
    """Of how many something is true only by the reform, and only as it is."""
    return _many(~before & after), _many(before & ~after)


def _records(engine: DuckDB, what: Relation) -> list[dict[str, Any]]:
    """Rows as dicts; averages are rounded, since a database may add up in any order."""
    found = engine.found(what).round(_DIGITS).astype(object)
    records: list[dict[str, Any]] = found.where(found.notna(), None).to_dict("records")
    return records
