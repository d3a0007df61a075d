"""A measure of a guide counted from a practice's data: numerator, denominator, share, and the verdict."""

import hashlib
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import reduce
from pathlib import Path

from mips_ia.attestation import ends, period_of
from mips_ia.evidence import Evidence
from mips_ia.formats.measure_rows import HIT, MISS, Rows, Unit, rows
from mips_ia.problems import Problem, Refused
from mips_ia.reading.guides import Leaf, Measure
from mips_ia.rules import Rules

CHUNK = 1 << 20


@dataclass(frozen=True, slots=True)
class Tally:
    """The counts of the practice or of one clinician, at worst and at best.

    They differ by what is not known; `most` is None where a total has no upper bound.
    """

    count: int
    of: int
    most: int | None
    most_of: int

    def met(self, measure: Measure) -> bool | None:
        """Whether the measure is reached: for certain, for certain not, or not known."""
        if measure.denominator and not self.most_of:
            return None
        if measure.reached(self.count, self.of) and (self.of or not measure.denominator):
            return True if measure.bounded or (self.count, self.of) == (self.most, self.most_of) else None
        return None if self.most is None or measure.reached(self.most, self.most_of) else False

    @property
    def share(self) -> float | None:
        """The certain share in percent; None where there is nothing to count."""
        return 100 * self.count / self.of if self.of else None


@dataclass(frozen=True, slots=True)
class Measured:
    """What a file says of one measure, and of which file and days that is.

    `tallies` are by NPI where each clinician is measured, else by the empty text. `met` is of all of
    them: true where each reaches it. `better` is a window of the least length that would reach it.
    """

    activity: str
    year: int
    leaf: Leaf
    first: date
    last: date
    tallies: Mapping[str, Tally]
    met: bool | None
    read: Rows
    fingerprint: str
    better: tuple[date, date] | None = None

    @property
    def measure(self) -> Measure:
        """The measure that was counted."""
        assert self.leaf.measure is not None  # noqa: S101 - measured() takes no other leaf
        return self.leaf.measure

    @property
    def evidence(self) -> Evidence:
        """The counts as evidence for the leaf, not yet verified; of clinicians, the weakest."""
        share = bool(self.measure.denominator)
        weakest = min(self.tallies.values(), key=lambda each: each.count / (each.of or 1 if share else 1))
        of = weakest.of if share else None
        return Evidence(self.leaf.id, self.leaf.kinds[0], self.first, self.last, weakest.count, of)


def measured(
    path: Path, activity: str, leaf: Leaf, rules: Rules, first: date | None = None, last: date | None = None
) -> Measured:
    """Count a leaf's measure in a file, over a window (default: the whole performance year).

    Raises `Refused`, with every reason, where the window is not within the year, or the file cannot
    be read by the measure's layout.
    """
    measure = leaf.measure
    assert measure is not None  # noqa: S101 - the caller asks for a leaf with a number
    year = date(rules.year, 1, 1), date(rules.year, 12, 31)
    first, last = first or year[0], last or year[1]
    if not year[0] <= first <= year[1] or not year[0] <= last <= year[1]:
        what = f"{first} to {last} is not within the performance year {rules.year}."
        raise Refused([Problem("outside_year", "the window", what, "Give days of it, or another year.")])
    if last < first:
        what = f"It ends on {last}, before {first}."
        raise Refused([Problem("reversed_dates", "the window", what, "Correct one of the two days.")])
    read = rows(path, measure, rules.year, first, last)
    by_whom: defaultdict[str, list[Unit]] = defaultdict(list)
    for each in read.units.values():
        unit = reduce(Unit.together, each)
        by_whom[unit.whose].append(unit)
    anybodys = by_whom.pop("", []) if len(by_whom) > 1 else []  # rows without an NPI that can be read
    tallies = {whose: tally([*units, *anybodys], measure) for whose, units in sorted(by_whom.items())} or {
        "": Tally(0, 0, 0, 0)
    }
    answers = {each.met(measure) for each in tallies.values()} | ({None} if anybodys else set())
    met = False if False in answers else None if None in answers else True
    if measure.denominator and not any(each.most_of for each in tallies.values()):
        what = f"No row is in the denominator for certain: {measure.denominator}."
        fix = "Check the file and the days. Where there truly is none, choose another activity."
        read.problems.append(Problem("no_denominator", read.name, what, fix, severity="unknown"))
    several = len(tallies) > 1 or anybodys
    better = None if met or several else _better(read, activity, measure, rules, first, last)
    return Measured(activity, rules.year, leaf, first, last, tallies, met, read, _fingerprint(path), better)


def tally(units: Iterable[Unit], measure: Measure) -> Tally:
    """The counts of some units: what is not known is a miss at worst, and a hit at best."""
    count = of = most_of = most = 0
    unbounded = False
    for unit in units:
        inside, hit = unit.in_denominator, unit.in_numerator
        if inside is False or (not measure.denominator and hit is False):
            continue
        sure = inside is True and hit is True
        amount = unit.amount or 0
        unbounded |= unit.amount is None
        count += amount if sure else 0
        most += amount if hit is not False else 0
        of += inside is True or hit is not True
        most_of += inside is True or hit is not False
    return Tally(count, of, None if unbounded else most, most_of)


class _Window:
    """The counts at worst of the rows that are in a window while it moves."""

    def __init__(self) -> None:
        self.count = self.of = 0
        self.hits: Counter[bytes] = Counter()
        self.misses: Counter[bytes] = Counter()

    def move(self, rows: Iterable[tuple[bytes, Unit]], step: int) -> None:
        """Put rows in (1) or take them out (-1); of one patient any row that may be a miss decides."""
        for mark, unit in rows:
            self._weigh(mark, unit, -1)
            self.misses[mark] += step * (MISS in unit.could)
            self.hits[mark] += step * (unit.could == {HIT})
            self._weigh(mark, unit, 1)

    def _weigh(self, mark: bytes, unit: Unit, sign: int) -> None:
        if self.misses[mark]:
            self.of += sign
        elif self.hits[mark]:
            self.of += sign
            self.count += sign * (unit.amount or 0)


def _better(
    read: Rows, activity: str, measure: Measure, rules: Rules, first: date, last: date
) -> tuple[date, date] | None:
    """The first window of the least length, from `first` to `last`, that reaches the measure at worst."""
    period = period_of(activity, rules)
    by_day: defaultdict[date | None, list[tuple[bytes, Unit]]] = defaultdict(list)
    for mark, units in read.units.items():
        for unit in units:
            by_day[unit.day].append((mark, unit))
    inside = _Window()
    inside.move(by_day[None], 1)
    day = first
    while (end := ends(first, period)) <= last:
        while day <= end:
            inside.move(by_day[day], 1)
            day += timedelta(days=1)
        if measure.reached(inside.count, inside.of) and (inside.of or not measure.denominator):
            return first, end
        inside.move(by_day[first], -1)
        first += timedelta(days=1)
    return None


def _fingerprint(path: Path) -> str:
    """The SHA-256 of the file, so that anybody can tell later that it is the one that was counted."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while chunk := file.read(CHUNK):
            digest.update(chunk)
    return digest.hexdigest()
