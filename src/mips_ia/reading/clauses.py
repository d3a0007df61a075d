"""What a rule is made of: clauses, each with the facts it asks for, its sentence and its source."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

CATEGORIES = ("quality", "cost", "ia", "pi")
ENTITIES = ("individual", "group", "virtual_group", "subgroup", "apm_entity")
PATHWAYS = ("traditional", "mvp", "app", "apm_scoring_standard")
_STANDING = ("special_status", "small_practice", "medical_home", "apm", "mips_apm", "study")
_DONE = ("activity_attested", "quality_and_pi_submitted", "extreme_circumstances")
FACTS = frozenset(ENTITIES + PATHWAYS + _STANDING + _DONE)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Clause:
    """One sentence of the rules: when it applies, what it says, and who says so.

    It applies when every fact of `when` is true, at least one of `any_of` (if there are any), and
    none of `unless`. `confidence` is high, medium or low; what is not high names its `assumption`.
    `reading` ties the clause to one reading of an ambiguous text: `half_credit=floor`.
    """

    says: str
    cite: str
    confidence: str = "high"
    assumption: str = ""
    when: frozenset[str] = frozenset()
    any_of: frozenset[str] = frozenset()
    unless: frozenset[str] = frozenset()
    reading: str = ""

    def fits(self, facts: frozenset[str]) -> bool:
        """Whether the clause applies to somebody of whom exactly `facts` are true."""
        return (
            self.when <= facts
            and (not self.any_of or not self.any_of.isdisjoint(facts))
            and self.unless.isdisjoint(facts)
        )

    def wrong(self) -> Iterator[str]:
        """What does not hold within the clause itself, each as a sentence; nothing, if all does."""
        if unknown := (self.when | self.any_of | self.unless) - FACTS:
            yield f"no fact is called {sorted(unknown)}; there are {sorted(FACTS)}"
        if self.confidence not in ("high", "medium", "low"):
            yield f"confidence is high, medium or low, not {self.confidence!r}"
        if self.confidence != "high" and not self.assumption:
            yield f"a clause of {self.confidence} confidence names its assumption"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Number(Clause):
    """One number that the regulation gives."""

    value: int


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Scale(Clause):
    """Points for one activity by its weight: `high`, `medium`, or `activity` where none has one."""

    points: Mapping[str, int]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Grant(Clause):
    """Points given for a standing rather than for an activity: added, or as a floor."""

    points: int


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Status(Clause):
    """A status of CMS's look-up, and the counts from which it can be estimated.

    `special` is true where the status doubles the points. `at_most_encounters` is of one
    clinician; the others are of a whole practice. `everybody` is said of everybody by a reform,
    whatever the look-up and the counts say; no published year has it.
    """

    special: bool = False
    at_most_clinicians: int | None = None
    at_most_encounters: int | None = None
    more_than_percent: int | None = None
    at_least_clinicians: int | None = None
    everybody: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Threshold(Clause):
    """How many of a whole must take part: a percentage of them, or a number."""

    percent: int | None = None
    at_least: int | None = None

    def needed(self, whole: int) -> int:
        """The least number of `whole` that reaches the threshold, rounded up, in integers."""
        if self.percent is None:
            return self.at_least or 0
        return -(-whole * self.percent // 100)

    def wrong(self) -> Iterator[str]:
        """What does not hold within the clause itself."""
        yield from Clause.wrong(self)
        yield from _one_of_two("percent or at_least", self.percent, self.at_least)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Period(Clause):
    """The least time, in days or calendar months, that an activity runs without a break."""

    activities: frozenset[str] = frozenset()
    days: int | None = None
    months: int | None = None

    def wrong(self) -> Iterator[str]:
        """What does not hold within the clause itself."""
        yield from Clause.wrong(self)
        yield from _one_of_two("days or months", self.days, self.months)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Frequency(Clause):
    """Activities that earn credit only once in so many performance years."""

    activities: frozenset[str]
    once_in_years: int


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Weights(Clause):
    """Weights in the final score, in percent, by the set of categories that are not scored.

    Each row has the weights of quality, cost, improvement activities and PI, in that order.
    """

    rows: Mapping[frozenset[str], tuple[int, ...]]

    def wrong(self) -> Iterator[str]:
        """What does not hold within the clause itself."""
        yield from Clause.wrong(self)
        for missing, row in {frozenset(): (), **self.rows}.items():
            known = missing <= {*CATEGORIES} and len(row) == len(CATEGORIES)
            if not known or sum(row) != 100 or any(row[CATEGORIES.index(each)] for each in missing):
                name = " ".join(sorted(missing)) or "nothing"
                yield f"{name} = {list(row)}: {' '.join(CATEGORIES)} total 100, 0 for what is not scored"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Pathway(Clause):
    """A way to report: which entities may use it, and the programs an activity must be in."""

    entities: tuple[str, ...]
    programs: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Removal(Clause):
    """A category that is never scored for some."""

    category: str


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Window(Clause):
    """Two days, both included; `opens` is missing where CMS's date was not found."""

    closes: date
    opens: date | None = None

    def wrong(self) -> Iterator[str]:
        """What does not hold within the clause itself."""
        yield from Clause.wrong(self)
        if not 0 <= (self.closes - (self.opens or self.closes)).days <= 366:
            yield "it must open before it closes, within a year"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Reading(Clause):
    """A text that can be read in two ways: the reading we take, and the other one."""

    default: str
    other: str


def _one_of_two(names: str, one: int | None, other: int | None) -> Iterator[str]:
    if (one is None) == (other is None) or (one or other or 0) < 1:
        yield f"it takes {names}: one of the two, and 1 or more"
