"""The rules of a performance year: its folder of data, read, checked and typed.

No year stands in code. A fault in the data is our own and raises `DataFault`, so that
no score is ever made from rules that do not hold together.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields, replace
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any, Self, TypeVar

from mips_ia.clauses import (
    CATEGORIES,
    FACTS,
    Clause,
    Frequency,
    Grant,
    Number,
    Pathway,
    Period,
    Reading,
    Removal,
    Scale,
    Status,
    Threshold,
    Weights,
    Window,
)
from mips_ia.problems import Problem, Refused
from mips_ia.yearbook import YEARS, DataFault, Yearbook, yearbook

C = TypeVar("C", bound=Clause)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Rules:
    """Every rule of one performance year; `edition` is the fingerprint of its data.

    A field that is a tuple lists clauses of which the first that fits is used (scale, threshold,
    medical_home, period, weights) or all that fit (credit, floor, frequency, not_scored).
    `readings` says which reading is taken of each text that can be read in two ways, and
    `debatable` holds the clauses that depend on it.
    """

    year: int
    status: str
    known_on: date
    source: str
    edition: str
    full_credit: Number
    two_categories: Number
    scale: tuple[Scale, ...]
    credit: tuple[Grant, ...]
    floor: tuple[Grant, ...] = ()
    special: Mapping[str, Status]
    pathway: Mapping[str, Pathway]
    threshold: tuple[Threshold, ...]
    medical_home_activity: str
    medical_home: tuple[Threshold, ...]
    period: tuple[Period, ...]
    frequency: tuple[Frequency, ...] = ()
    weights: tuple[Weights, ...]
    not_scored: tuple[Removal, ...] = ()
    window: Mapping[str, Window]
    number: Mapping[str, Number]
    note: Mapping[str, Clause] = field(default_factory=dict)
    reading: Mapping[str, Reading] = field(default_factory=dict)
    readings: Mapping[str, str] = field(default_factory=dict)
    debatable: tuple[Clause, ...] = ()

    def read_as(self, **readings: str) -> Self:
        """The same rules under another reading of an ambiguous text: `half_credit="baseline"`."""
        wrong = [
            Problem(
                "unknown_reading",
                f"{name}={value}",
                f"{self.year} has these readings: {self._choices()}.",
                "Use one of them.",
            )
            for name, value in readings.items()
            if name not in self.reading or value not in (self.reading[name].default, self.reading[name].other)
        ]
        if wrong:
            raise Refused(wrong)
        return replace(self, readings={**self.readings, **readings})

    def _choices(self) -> str:
        pairs = (f"{k}={v}" for k, r in self.reading.items() for v in (r.default, r.other))
        return ", ".join(pairs) or "none"

    def in_force(self, clause: Clause) -> bool:
        """Whether the clause belongs to the reading that is taken."""
        return clause.reading is None or self.readings[clause.reading[0]] == clause.reading[1]

    def clauses(self) -> Iterator[tuple[str, Clause]]:
        """Every clause with the name of its place, in the order in which a person would read."""
        for each in fields(self):
            value = getattr(self, each.name)
            if each.name in ("readings", "debatable"):
                continue
            if isinstance(value, Clause):
                yield each.name, value
            elif isinstance(value, tuple):
                yield from ((each.name, clause) for clause in value)
            elif isinstance(value, Mapping):
                yield from ((f"{each.name}.{name}", clause) for name, clause in value.items())


_ONE: dict[str, type[Clause]] = {"full_credit": Number, "two_categories": Number}
_LIST: dict[str, type[Clause]] = {
    "scale": Scale,
    "credit": Grant,
    "floor": Grant,
    "threshold": Threshold,
    "medical_home": Threshold,
    "period": Period,
    "frequency": Frequency,
    "weights": Weights,
    "not_scored": Removal,
}
_TABLE: dict[str, type[Clause]] = {
    "special": Status,
    "pathway": Pathway,
    "window": Window,
    "number": Number,
    "note": Clause,
    "reading": Reading,
}
_SETS = ("when", "any_of", "unless", "activities", "programs")
_FIELDS = {kind: frozenset(f.name for f in fields(kind)) for kind in (*_LIST.values(), *_TABLE.values())}


@lru_cache(maxsize=64)
def rules(year: int, as_known_on: date | None = None, folder: Path = YEARS) -> Rules:
    """The rules of a performance year, as known on a day (default: all that is known).

    Raises `Refused` where the year is not here, or its rules were not yet known on that day.
    """
    found = rules_of(yearbook(year, folder))
    if as_known_on is not None and as_known_on < found.known_on:
        what = f"The rules of {year} became known on {found.known_on} ({found.source})."
        where = f"as known on {as_known_on}"
        raise Refused([Problem("not_yet_known", where, what, "Ask for that day or a later one.")])
    return found


def rules_of(book: Yearbook) -> Rules:
    """The rules that a year's data state; `DataFault` where they do not hold together."""
    where = f"{book.year}/rules.toml"
    given: dict[str, Any] = {}
    for name, value in book.rules.items():
        if name in _ONE:
            given[name] = _clause(_ONE[name], value, f"{where} {name}")
        elif name in _LIST:
            given[name] = tuple(
                _clause(_LIST[name], each, f"{where} {name} {n}") for n, each in enumerate(value, 1)
            )
        elif name in _TABLE:
            given[name] = {k: _clause(_TABLE[name], v, f"{where} {name}.{k}") for k, v in value.items()}
        else:
            given[name] = value
    given["readings"] = {name: choice.default for name, choice in given.get("reading", {}).items()}
    granting = (*given.get("credit", ()), *given.get("floor", ()))
    given["debatable"] = tuple(clause for clause in granting if clause.reading)
    try:
        found = Rules(year=book.year, edition=book.edition, **given)
    except TypeError as fault:
        raise DataFault(f"{where}: {fault}") from fault
    _check_year(found, where)
    return found


def _clause(kind: type[C], table: Mapping[str, Any], where: str) -> C:
    """A clause from its table, with sets for the lists of names, and checked."""
    given: dict[str, Any] = dict(table)
    if unknown := given.keys() - _FIELDS[kind]:
        raise DataFault(f"{where}: unknown {sorted(unknown)}; a {kind.__name__} has {sorted(_FIELDS[kind])}")
    for name in _SETS:
        if name in given:
            given[name] = frozenset(given[name])
    if "reading" in given:
        name, _, value = given["reading"].partition("=")
        given["reading"] = (name, value)
    if "rows" in given:
        given["rows"] = {_missing(key, where): tuple(row) for key, row in given["rows"].items()}
        _check_rows(given["rows"], where)
    try:
        found = kind(**given)
    except TypeError as fault:
        raise DataFault(f"{where}: {fault}") from fault
    _check_clause(found, where)
    return found


def _missing(key: str, where: str) -> frozenset[str]:
    names = frozenset(key.split()) - {"nothing"}
    if names <= set(CATEGORIES):
        return names
    raise DataFault(f"{where}: a row is named by categories ({', '.join(CATEGORIES)}), not {key!r}")


def _check_rows(rows: Mapping[frozenset[str], tuple[int, ...]], where: str) -> None:
    for missing, row in rows.items():
        left_over = [c for c, weight in zip(CATEGORIES, row, strict=True) if weight and c in missing]
        if sum(row) != 100 or left_over:
            name = " ".join(sorted(missing)) or "nothing"
            raise DataFault(f"{where}: {name} = {list(row)} must total 100, with 0 for what is not scored")


def _check_clause(clause: Clause, where: str) -> None:
    if unknown := (clause.when | clause.any_of | clause.unless) - FACTS:
        raise DataFault(f"{where}: no fact is called {sorted(unknown)}; there are {sorted(FACTS)}")
    if clause.confidence not in ("high", "medium", "low"):
        raise DataFault(f"{where}: confidence is high, medium or low, not {clause.confidence!r}")
    if clause.confidence != "high" and not clause.assumption:
        raise DataFault(f"{where}: a clause of {clause.confidence} confidence names its assumption")


def _check_year(rules: Rules, where: str) -> None:
    """What holds between clauses, and between them and the year of the folder."""
    full = rules.full_credit.value
    for place, clause in rules.clauses():
        if clause.reading and clause.reading[0] not in rules.reading:
            raise DataFault(f"{where} {place}: no reading is called {clause.reading[0]!r}")
        points = clause.points if isinstance(clause, Scale | Grant) else 0
        if max(points.values() if isinstance(points, Mapping) else [points]) > full:
            raise DataFault(f"{where} {place}: {points} is more than the full credit of {full}")
    for name in ("scale", "threshold", "medical_home", "period", "weights"):
        if not _general(getattr(rules, name)[-1]):
            raise DataFault(f"{where} {name}: the last clause must hold for everybody")
    if min((each.days or each.months or 0) for each in rules.period) < 1:
        raise DataFault(f"{where} period: it takes at least a day or a month")
    if rules.window["submission"].closes.year != rules.year + 1:
        raise DataFault(f"{where} window.submission: data of {rules.year} are submitted the year after")
    for name, window in rules.window.items():
        if window.opens and not 0 <= (window.closes - window.opens).days <= 366:
            raise DataFault(f"{where} window.{name}: it must open before it closes, within a year")


def _general(clause: Clause) -> bool:
    return not (clause.when or clause.any_of or getattr(clause, "activities", None))
