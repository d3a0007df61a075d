"""The guide of an activity: what it takes and what to keep, read from its file and checked."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from itertools import pairwise
from math import inf
from pathlib import Path
from typing import Any

from mips_ia.problems import counted
from mips_ia.reading.files import DataFault, holding_together, toml
from mips_ia.reading.shapes import shaped

GUIDES = Path(__file__).parents[1] / "guides"
EFFORTS = ("low", "medium", "high")
CONFIDENCES = ("high", "medium", "low")
DATED = ("window", "throughout", "in_force", "year")
ROLES = ("denominator", "numerator", "excluded")
BOUNDS = ("at_least", "more_than", "at_most", "less_than")


@dataclass(frozen=True, slots=True, kw_only=True)
class Criterion:
    """What a row of a practice's data must show, to be in the denominator or numerator, or left out.

    Without a bound or a list, the column says yes or no. Bounds are whole numbers.
    """

    column: str
    says: str
    role: str
    at_least: int | None = None
    more_than: int | None = None
    at_most: int | None = None
    less_than: int | None = None
    one_of: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure:
    """A number to reach: a `percent` of a denominator, or more than one, or `at_least` so many of a unit.

    A denominator alone: the share must be known, and none is too low.
    `unit` is what is counted, in the singular. A total of a unit is the sum of column `sums`, or
    the number of rows. `per` says whose number it is: the practice's, or each `clinician`'s.
    """

    unit: str
    numerator: str
    denominator: str = ""
    percent: int | None = None
    more_than_percent: int | None = None
    at_least: int | None = None
    sums: str = ""
    per: str = "practice"
    criteria: tuple[Criterion, ...] = ()

    @property
    def figures(self) -> frozenset[int]:
        """Every number of the measure."""
        bounds = (getattr(each, bound) for each in self.criteria for bound in BOUNDS)
        own = (self.percent, self.more_than_percent, self.at_least)
        return frozenset(number for number in (*own, *bounds) if number is not None)

    @property
    def asks(self) -> str:
        """What must be reached, in words: `75%`, `more than 50%`, `8 hours`, `any share`."""
        if self.at_least is not None:
            return counted(self.at_least, self.unit)
        if self.more_than_percent is not None:
            return f"more than {self.more_than_percent}%"
        return "any share" if self.percent is None else f"{self.percent}%"

    @property
    def bounded(self) -> bool:
        """Whether a number must be reached; if not, the share has only to be known."""
        return (self.percent, self.more_than_percent, self.at_least) != (None, None, None)

    def reached(self, count: int, of: int) -> bool:
        """Whether a count, of a whole where there is a denominator, reaches it; in integers."""
        if self.at_least is not None:
            return count >= self.at_least
        if self.more_than_percent is not None:
            return 100 * count > self.more_than_percent * of
        return 100 * count >= (self.percent or 0) * of


@dataclass(frozen=True, slots=True, kw_only=True)
class Leaf:
    """One thing to show: a sentence, the kinds of document that show it, and the dates they carry.

    `dated` is `window` (some day of the attested window), `throughout` (the whole window),
    `in_force` (in force during the window), or `year` (some day of the performance year).
    `phi`: it may hold protected health information, and is masked before it is kept.
    """

    says: str
    kinds: tuple[str, ...]
    dated: str
    source: str
    id: str = ""
    phi: bool = False
    measure: Measure | None = None
    confidence: str = "high"


@dataclass(frozen=True, slots=True)
class Node:
    """Several things of which at least `least` must be shown; all of them where it is their number."""

    least: int
    of: tuple["Node | Leaf", ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Guide:
    """What an activity means from one performance year to another, both included, or to this day.

    `period` and `frequency` are sentences, where the activity has rules of its own; the rules of
    the year hold them as numbers. `not_required` names each figure of CMS's description that is
    no requirement, and why.
    """

    id: str
    since: int
    summary: str
    good_for: str
    effort: str
    because: str
    requirement: Node | Leaf
    source: str
    confidence: str = "high"
    until: int | None = None
    period: str = ""
    frequency: str = ""
    notes: tuple[str, ...] = ()
    not_required: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """A kind of document: what a person calls it, as `EHR report`, and what it is."""

    called: str
    says: str


@cache
def kinds(folder: Path = GUIDES) -> Mapping[str, Kind]:
    """The kinds of document that can be evidence, by name."""
    path = folder / "kinds.toml"
    return {name: shaped(Kind, table, f"kinds.toml {name}") for name, table in toml(path).items()}


def called(kind: str) -> str:
    """What a person calls a kind of document; its name where there is no such kind."""
    return kinds()[kind].called if kind in kinds() else kind


def guided(folder: Path = GUIDES) -> tuple[str, ...]:
    """The ids of the activities that have a guide, in order."""
    return tuple(sorted(path.stem for path in folder.glob("IA_*.toml")))


@cache
def guides(id: str, folder: Path = GUIDES) -> tuple[Guide, ...]:
    """Every meaning that an activity had, in order of its years; none where it has no guide."""
    path = folder / f"{id}.toml"
    if id not in guided(folder):
        return ()
    with holding_together(path.name):
        table = toml(path)
        found = tuple(_meanings(id, table))
        _check(found, table, path.name)
    return found


def guide(id: str, year: int, folder: Path = GUIDES) -> Guide | None:
    """What an activity means in a performance year, or None where no guide says so."""
    return next((each for each in guides(id, folder) if each.since <= year <= (each.until or year)), None)


def leaves(node: Node | Leaf) -> Iterator[Leaf]:
    """Every leaf of a requirement, in the order in which it is written."""
    if isinstance(node, Leaf):
        yield node
    else:
        for each in node.of:
            yield from leaves(each)


def outline(part: Leaf | Node, depth: int = 0) -> Iterator[str]:
    """A requirement as lines of text, each part two columns further in than what it belongs to."""
    indent = "  " * depth
    if isinstance(part, Leaf):
        yield f"{indent}- {part.id}: {part.says}"
        return
    many = "All" if part.least == len(part.of) else f"At least {part.least}"
    yield f"{indent}- {many} of these {len(part.of)}:"
    for each in part.of:
        yield from outline(each, depth + 1)


def _meanings(id: str, table: Mapping[str, Any]) -> Iterator[Guide]:
    where = f"{id}.toml"
    if unknown := table.keys() - {"meaning", "leaf"}:
        raise DataFault(f"{where}: unknown {sorted(unknown)}; a guide has [[meaning]] and [leaf.NAME]")
    given = {
        name: shaped(Leaf, each, f"{where} leaf.{name}", id=name)
        for name, each in table.get("leaf", {}).items()
    }
    for place, each in enumerate(table.get("meaning", ()), 1):
        here = f"{where} meaning {place}"
        tree = _tree(each.get("requirement"), given, f"{here} requirement")
        rest = {name: value for name, value in each.items() if name != "requirement"}
        yield shaped(Guide, rest, here, id=id, requirement=tree)


def _tree(given: Any, leaf: Mapping[str, Leaf], where: str) -> Node | Leaf:
    """A requirement as written: the name of a leaf, or `all_of`, `any_of`, `at_least` … `of` a list."""
    if isinstance(given, str):
        if given not in leaf:
            raise DataFault(f"{where}: there is no leaf {given!r}; there are {sorted(leaf)}")
        return leaf[given]
    ways = ({"all_of"}, {"any_of"}, {"at_least", "of"})
    if not isinstance(given, dict) or given.keys() not in ways:
        raise DataFault(f"{where}: it is a leaf's name, all_of, any_of, or at_least with of; not {given!r}")
    parts = next((value for value in given.values() if isinstance(value, list)), [])
    of = tuple(_tree(part, leaf, f"{where} {place}") for place, part in enumerate(parts, 1))
    least = len(of) if "all_of" in given else given.get("at_least", 1)
    if type(least) is not int or len(of) < 2 or not 1 <= least <= len(of):
        raise DataFault(f"{where}: two or more are listed, and from 1 to all of them are asked for")
    return Node(least, of)


def _check(found: tuple[Guide, ...], table: Mapping[str, Any], where: str) -> None:
    """What holds between the parts of a guide, and between it and the words it may use."""
    used = {leaf.id for each in found for leaf in leaves(each.requirement)}
    if spare := table.get("leaf", {}).keys() - used:
        raise DataFault(f"{where}: no requirement names the leaves {sorted(spare)}")
    spans = [(each.since, each.until or inf) for each in found]
    if not spans or any(a > b for a, b in spans) or any(b >= c for (_, b), (c, _) in pairwise(spans)):
        raise DataFault(f"{where}: meanings follow each other, each from a year to the same or a later one")
    for each in found:
        names = [leaf.id for leaf in leaves(each.requirement)]
        _among(f"{where} {each.since}", "effort", each.effort, EFFORTS)
        _among(f"{where} {each.since}", "confidence", each.confidence, CONFIDENCES)
        if repeated := {name for name in names if names.count(name) > 1}:
            raise DataFault(f"{where} {each.since}: the requirement names {sorted(repeated)} more than once")
        for leaf in leaves(each.requirement):
            _check_leaf(leaf, f"{where} leaf.{leaf.id}")


def _check_leaf(leaf: Leaf, where: str) -> None:
    _among(where, "dated", leaf.dated, DATED)
    _among(where, "confidence", leaf.confidence, CONFIDENCES)
    for kind in leaf.kinds or ("",):
        _among(where, "kinds", kind, tuple(kinds()))
    if (measure := leaf.measure) is None:
        return
    given = [measure.percent, measure.more_than_percent, measure.at_least].count(None)
    if given < 2 or bool(measure.denominator) != (measure.at_least is None):
        raise DataFault(f"{where} measure: it is a percent of a denominator, or at_least a number")
    _among(where, "per", measure.per, ("practice", "clinician"))
    for each in measure.criteria:
        _among(f"{where} {each.column}", "role", each.role, ROLES)


def _among(where: str, name: str, given: str, allowed: tuple[str, ...]) -> None:
    if given not in allowed:
        raise DataFault(f"{where}: {name} is one of {', '.join(allowed)}; not {given!r}")
