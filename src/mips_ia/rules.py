"""The rules of a performance year: its folder of data, read, checked and typed.

No year stands in code. A fault in the data is our own and raises `DataFault`, so that
no score is ever made from rules that do not hold together.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields, replace
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Self

from mips_ia.problems import Problem, Refused
from mips_ia.reading.clauses import (
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
from mips_ia.reading.files import DataFault, holding_together
from mips_ia.reading.shapes import shaped
from mips_ia.reading.yearbook import YEARS, Yearbook, yearbook


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Rules:
    """Every rule of one performance year; `edition` is the fingerprint of its data.

    A field that is a tuple lists clauses of which the first that fits is used (scale, threshold,
    medical_home, period, weights) or all that fit (credit, floor, denial, frequency, not_scored).
    `taken` holds the reading that is taken of each text that can be read in two ways, as
    `name=value`.
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
    taken: frozenset[str]

    def read_as(self, **readings: str) -> Self:
        """The same rules under another reading of an ambiguous text: `half_credit="baseline"`."""
        asked = {f"{name}={value}" for name, value in readings.items()}
        known = ", ".join(self.choices()) or "none"
        what = f"{self.year} has these readings: {known}."
        if wrong := [Problem("unknown_reading", each, what) for each in sorted(asked - {*self.choices()})]:
            raise Refused(wrong)
        kept = {each for each in self.taken if each.partition("=")[0] not in readings}
        return replace(self, taken=frozenset(kept | asked))

    def choices(self) -> list[str]:
        """Every reading that can be taken, as `name=value`."""
        return [f"{name}={value}" for name, r in self.reading.items() for value in (r.default, r.other)]

    def in_force(self, clause: Clause) -> bool:
        """Whether the clause belongs to the reading that is taken."""
        return not clause.reading or clause.reading in self.taken

    def clauses(self) -> Iterator[tuple[str, Clause]]:
        """Every clause with the name of its place, in the order in which a person would read."""
        for each in fields(self):
            value = getattr(self, each.name)
            if isinstance(value, Clause):
                yield each.name, value
            elif isinstance(value, tuple):
                yield from ((each.name, clause) for clause in value)
            elif isinstance(value, Mapping):
                yield from ((f"{each.name}.{name}", clause) for name, clause in value.items())


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
    """The rules that a year's data state; `DataFault`, with every fault, where they do not hold together."""
    where = book.place("rules.toml")
    found = shaped(Rules, book.rules, where, year=book.year, edition=book.edition, taken=frozenset())
    with holding_together(where):
        wrong = [f"{where} {place}: {what}" for place, what in _wrong(found)]
    if wrong:
        raise DataFault("\n".join(wrong))
    return found.read_as(**{name: reading.default for name, reading in found.reading.items()})


def _wrong(rules: Rules) -> Iterator[tuple[str, str]]:
    """What does not hold within a clause, between clauses, and between them and the year of the folder."""
    seen: Counter[str] = Counter()
    for place, clause in rules.clauses():
        seen[place] += 1
        where = f"{place} {seen[place]}" if isinstance(getattr(rules, place, None), tuple) else place
        yield from ((where, what) for what in clause.wrong())
        yield from ((where, what) for what in _beside_others(clause, rules))
    if rules.status not in ("final", "proposed"):
        yield "status", f"it is final or proposed, not {rules.status!r}"
    for name in ("scale", "threshold", "medical_home", "period", "weights"):
        last = getattr(rules, name)[-1]
        if last.when or last.any_of or last.unless or getattr(last, "activities", None):
            yield name, "the last clause must hold for everybody"
    if missing := {"keep_years", "keep_years_advised", "audit_days"} - rules.number.keys():
        yield "number", f"{sorted(missing)} must be given"
    if rules.window["submission"].closes.year != rules.year + 1:
        yield "window.submission", f"data of {rules.year} are submitted the year after"


def _beside_others(clause: Clause, rules: Rules) -> Iterator[str]:
    """What does not hold between a clause and the rest of the year."""
    full = rules.full_credit.value
    if clause.reading and clause.reading not in rules.choices():
        yield f"there is no reading {clause.reading!r}"
    if isinstance(clause, Scale | Grant):
        points = [*clause.points.values()] if isinstance(clause, Scale) else [clause.points]
        if not 0 < min(points) <= max(points) <= full:
            yield f"{points} is not between 1 and the full credit of {full}"
