"""What a run came to: how points are spread, who is one activity short, and which activities are done."""

import tempfile
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import ibis
import pandas as pd
from ibis import _
from ibis.expr.types import Table as Relation

from mips_ia.population.engine import MEMORY, DuckDB, text
from mips_ia.problems import Problem, Refused

MOST = 15  # activities and reasons that are listed
_SIZES = (1, 15, 99)  # the most clinicians of a size


@dataclass(frozen=True, slots=True)
class Summary:
    """Counts of a run, each list the largest or the first in order first.

    `points` by certain points; `who` by year, entity and size, and `statuses` by year and special status,
    with how many have full credit, how many scores are still open, and how many are one activity short;
    `activities` and `reasons` by how often.
    """

    points: list[dict[str, Any]]
    who: list[dict[str, Any]]
    statuses: list[dict[str, Any]]
    activities: list[dict[str, Any]]
    reasons: list[dict[str, Any]]

    @property
    def plain(self) -> dict[str, Any]:
        """The same as dicts and lists."""
        return asdict(self)


def summary(folder: Path) -> Summary:
    """The summary of a folder that a run wrote; `Refused` where it is none."""
    with tempfile.TemporaryDirectory() as room:
        return _summary(DuckDB(Path(room), MEMORY), folder)


def _summary(engine: DuckDB, folder: Path) -> Summary:
    scores, attested = (_read(engine, folder, name) for name in ("scores", "attested"))
    points = scores.group_by("points").agg(participants=_.count()).order_by(ibis.desc("points"))
    counts = {
        "participants": _.count(),
        "full": (_.percent == 100).sum(),
        "open": (~_.certain).sum(),
        "one_short": (_.activities_short == 1).fill_null(False).sum(),
    }
    by_size = scores.mutate(size=size()).group_by("performance_year", "entity", "size")
    who = by_size.agg(**counts, smallest=_.clinicians.min())
    statuses = scores.group_by("performance_year", "special_status").agg(**counts)
    activities = (
        attested.group_by("activity")
        .agg(attested=_.count(), counting=_.counts.fill_null(False).sum(), title=_.title.max())
        .order_by(ibis.desc("attested"), "activity")
        .limit(MOST)
    )
    reasons = (
        attested.filter(_.codes.fill_null("") != "")
        .group_by("codes")
        .agg(attested=_.count())
        .order_by(ibis.desc("attested"), "codes")
        .limit(MOST)
    )
    who = who.order_by("performance_year", "entity", "smallest").drop("smallest")
    statuses = statuses.order_by("performance_year", ibis.desc("special_status"))
    found = (points, who, statuses, activities, reasons)
    return Summary(*(_records(engine.found(each)) for each in found))


def size() -> Any:
    """The size of a practice in words, by its `clinicians`."""
    return ibis.cases(
        (_.clinicians.isnull(), "not known"),
        *((_.clinicians <= most, label) for most, label in zip(_SIZES, _labels(), strict=False)),
        else_=_labels()[-1],
    )


def _records(found: pd.DataFrame) -> list[dict[str, Any]]:
    """Rows as dicts; a database gives sums of counts as numbers with a point."""
    sums = {name: "int64" for name, kind in found.dtypes.items() if kind == "float64"}
    records: list[dict[str, Any]] = found.astype(sums).to_dict("records")
    return [{name: None if cell is pd.NA else cell for name, cell in each.items()} for each in records]


def _labels() -> list[str]:
    """What sizes are called, from the smallest."""
    least = [1, *(most + 1 for most in _SIZES)]
    spans = [
        str(low) if low == most else f"{low} to {most}" for low, most in zip(least, _SIZES, strict=False)
    ]
    return [*spans, f"{least[-1]} or more"]


def _read(engine: DuckDB, folder: Path, name: str) -> Relation:
    for ending in ("parquet", "csv"):
        if (path := folder / f"{name}.{ending}").is_file():
            engine.database.execute(f"create temp view {name} as from {text(path)}")
            return engine.table(name)
    what = f"It has no {name}.parquet or {name}.csv."
    raise Refused([Problem("no_tables", str(folder), what, "Give a folder that `population score` wrote.")])
