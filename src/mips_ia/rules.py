"""The rules of a performance year: its folder of data, read, checked and typed.

No year stands in code. A fault in the data is our own and raises `DataFault`, so that
no score is ever made from rules that do not hold together.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields, replace
from datetime import date
from functools import lru_cache
from itertools import chain
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
from mips_ia.yearbook import YEARS, DataFault, Yearbook, holding_together, yearbook

C = TypeVar("C", bound=Clause)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Rules:
    """Every rule of one performance year; `edition` is the fingerprint of its data.

    A field that is a tuple lists clauses of which the first that fits is used (scale, threshold,
    medical_home, period, weights) or all that fit (credit, floor, denial, frequency, not_scored).
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
    denial: tuple[Clause, ...] = ()
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
        known = ", ".join("=".join(choice) for choice in self.choices()) or "none"
        wrong = [
            Problem("unknown_reading", f"{name}={value}", f"{self.year} has these readings: {known}.")
            for name, value in readings.items()
            if (name, value) not in self.choices()
        ]
        if wrong:
            raise Refused(wrong)
        return replace(self, readings={**self.readings, **readings})

    def choices(self) -> list[tuple[str, str]]:
        """The name and value of every reading that can be taken."""
        return [(name, value) for name, r in self.reading.items() for value in (r.default, r.other)]

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
    "denial": Clause,
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


def rules(year: int, as_known_on: date | None = None, folder: Path = YEARS) -> Rules:
    """The rules of a performance year, as known on a day (default: all that is known).

    Raises `Refused` where the year is not here, or its rules were not yet known on that day.
    """
    found = _rules(year, folder)
    if as_known_on is not None and as_known_on < found.known_on:
        what = f"The rules of {year} became known on {found.known_on} ({found.source})."
        where = f"as known on {as_known_on}"
        raise Refused([Problem("not_yet_known", where, what, "Ask for that day or a later one.")])
    return found


@lru_cache(maxsize=64)
def _rules(year: int, folder: Path) -> Rules:
    return rules_of(yearbook(year, folder))


def rules_of(book: Yearbook) -> Rules:
    """The rules that a year's data state; `DataFault` where they do not hold together."""
    where = f"{book.year}/rules.toml"
    with holding_together(where):
        given = {name: _section(name, value, where) for name, value in book.rules.items()}
        given["readings"] = {name: choice.default for name, choice in given.get("reading", {}).items()}
        granting = (*given.get("credit", ()), *given.get("floor", ()))
        given["debatable"] = tuple(clause for clause in granting if clause.reading)
        found = Rules(year=book.year, edition=book.edition, **given)
        _check_year(found, where)
    return found


def _section(name: str, value: Any, where: str) -> Any:
    """A section of the file as the field of `Rules` that it fills."""
    if name in _ONE:
        return _clause(_ONE[name], value, f"{where} {name}")
    if name in _LIST:
        return tuple(_clause(_LIST[name], each, f"{where} {name} {n}") for n, each in enumerate(value, 1))
    if name in _TABLE:
        return {k: _clause(_TABLE[name], v, f"{where} {name}.{k}") for k, v in value.items()}
    if name in ("status", "known_on", "source", "medical_home_activity"):
        return value
    raise DataFault(f"{where}: there is no section {name!r}")


def _clause(kind: type[C], table: Mapping[str, Any], where: str) -> C:
    """A clause from its table, with sets for the lists of names, and checked."""
    given: dict[str, Any] = dict(table)
    if unknown := given.keys() - _FIELDS[kind]:
        raise DataFault(f"{where}: unknown {sorted(unknown)}; a {kind.__name__} has {sorted(_FIELDS[kind])}")
    for name in given.keys() & {*_SETS, "entities"}:
        given[name] = tuple(given[name]) if name == "entities" else frozenset(given[name])
    if "reading" in given:
        name, _, value = given["reading"].partition("=")
        given["reading"] = (name, value)
    if "rows" in given:
        given["rows"] = {_missing(key, where): tuple(row) for key, row in given["rows"].items()}
        _check_rows(given["rows"], where)
    with holding_together(where):
        found = kind(**given)
    _check_clause(found, where)
    return found


def _missing(key: str, where: str) -> frozenset[str]:
    names = frozenset(key.split()) - {"nothing"}
    if names <= set(CATEGORIES):
        return names
    raise DataFault(f"{where}: a row is named by categories ({', '.join(CATEGORIES)}), not {key!r}")


def _check_rows(rows: Mapping[frozenset[str], tuple[int, ...]], where: str) -> None:
    if frozenset() not in rows:
        raise DataFault(f"{where}: there is no row for nothing missing, called 'nothing'")
    for missing, row in rows.items():
        zeros = [weight for c, weight in zip(CATEGORIES, row, strict=False) if c in missing]
        if len(row) != len(CATEGORIES) or sum(row) != 100 or any(zeros):
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
    for place, wrong in chain(_wrong_clauses(rules), _wrong_sections(rules)):
        raise DataFault(f"{where} {place}: {wrong}")


def _wrong_clauses(rules: Rules) -> Iterator[tuple[str, str]]:
    full = rules.full_credit.value
    for place, clause in rules.clauses():
        if clause.reading and clause.reading not in rules.choices():
            yield place, f"there is no reading {'='.join(clause.reading)!r}"
        given = clause.points if isinstance(clause, Scale | Grant) else full
        points = [*given.values()] if isinstance(given, Mapping) else [given]
        if not 0 < min(points) <= max(points) <= full:
            yield place, f"{points} is not between 1 and the full credit of {full}"
        if isinstance(clause, Period) and [clause.days, clause.months].count(None) != 1:
            yield place, "it takes days or months, and not both"
        if isinstance(clause, Threshold) and [clause.percent, clause.at_least].count(None) != 1:
            yield place, "it is a percent or a number, and not both"
        if isinstance(clause, Period | Threshold) and min(_numbers(clause)) < 1:
            yield place, "its number is 1 or more"
        if (
            isinstance(clause, Window)
            and not 0 <= (clause.closes - (clause.opens or clause.closes)).days <= 366
        ):
            yield place, "it must open before it closes, within a year"


def _wrong_sections(rules: Rules) -> Iterator[tuple[str, str]]:
    if rules.status not in ("final", "proposed") or not isinstance(rules.known_on, date):
        yield "status", "it is final or proposed, and known_on is a day"
    for name in ("scale", "threshold", "medical_home", "period", "weights"):
        if not _general(getattr(rules, name)[-1]):
            yield name, "the last clause must hold for everybody"
    if missing := {"keep_years", "keep_years_advised", "audit_days"} - rules.number.keys():
        yield "number", f"{sorted(missing)} must be given"
    if rules.window["submission"].closes.year != rules.year + 1:
        yield "window.submission", f"data of {rules.year} are submitted the year after"


def _numbers(clause: Clause) -> list[int]:
    return [value for f in fields(clause) if isinstance(value := getattr(clause, f.name), int)]


def _general(clause: Clause) -> bool:
    return not (clause.when or clause.any_of or clause.unless or getattr(clause, "activities", None))
