"""Whether what is kept proves an activity: each leaf of its guide, and the whole, met, not met or unknown."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from mips_ia.attestation import Attestation, too_soon
from mips_ia.problems import Problem
from mips_ia.reading.guides import GUIDES, Guide, Leaf, Measure, Node, called, guide, leaves
from mips_ia.rules import Rules


@dataclass(frozen=True, slots=True)
class Evidence:
    """One thing kept for one leaf of a guide: its kind, the days it shows, and its counts.

    `first` and `last` are the days it covers or is in force; where `last` is None it shows one day, or is in
    force until further notice. `numerator` of `denominator` are counted where the leaf has a measure; a total
    has a numerator only, and where each clinician has a number, the least. `verified` says whether somebody
    accepted it (None: nobody has looked yet); `attested` are the days that its clinician attests, if any.
    """

    leaf: str
    kind: str
    first: date | None = None
    last: date | None = None
    numerator: int | None = None
    denominator: int | None = None
    verified: bool | None = None
    attested: tuple[date, date] | None = None

    def __str__(self) -> str:
        return f"{self.leaf} ({self.kind})"


@dataclass(frozen=True, slots=True)
class Finding:
    """Whether one part of a requirement is met (None: unknown), why not, and the same of its parts."""

    part: Leaf | Node
    met: bool | None
    problems: tuple[Problem, ...] = ()
    parts: tuple["Finding", ...] = ()


@dataclass(frozen=True, slots=True)
class Proof:
    """Whether an attested activity is proved by what is kept (None: unknown), and what is missing.

    `problems` has every problem in the order of the guide, those of repeated credit first, then those
    of evidence that belongs to no leaf. Where no guide is here, `guide` and `finding` are None.
    """

    attestation: Attestation
    met: bool | None
    problems: tuple[Problem, ...]
    guide: Guide | None
    finding: Finding | None


def proof(
    given: Attestation,
    rules: Rules,
    kept: Sequence[Evidence],
    earlier: frozenset[tuple[int, str]] = frozenset(),
    folder: Path = GUIDES,
) -> Proof:
    """Judge what is kept for one attested activity by its guide for the year.

    `earlier` lists the (performance year, activity id) of credit taken before. Never met by nothing,
    and what is added never makes what was met not met.
    """
    found = guide(given.activity, rules.year, folder)
    if found is None:
        what = f"There is no guide of {given.activity} for {rules.year}."
        fix = "Give another year, or ask CMS what to keep."
        missing = Problem("no_guide", str(given), what, fix, "", "unknown")
        return Proof(given, None, (missing,), None, None)
    repeated = tuple(too_soon(str(given), given.activity, rules, earlier))
    finding = _finding(found.requirement, given, rules.year, kept)
    known = {leaf.id for leaf in leaves(found.requirement)}
    stray = tuple(_stray(each, known) for each in kept if each.leaf not in known)
    met = False if repeated else finding.met
    return Proof(given, met, (*repeated, *_problems(finding), *stray), found, finding)


def _stray(kept: Evidence, known: set[str]) -> Problem:
    what = f"The guide has no leaf {kept.leaf!r}."
    return Problem("unknown_leaf", str(kept), what, f"Use one of: {', '.join(sorted(known))}.", "", "warning")


def _problems(finding: Finding) -> Iterator[Problem]:
    """Every problem that stands between a finding and being met; none of what is not needed any more."""
    if finding.met is not True:
        yield from finding.problems
        for part in finding.parts:
            yield from _problems(part)


def _finding(part: Leaf | Node, given: Attestation, year: int, kept: Sequence[Evidence]) -> Finding:
    if isinstance(part, Leaf):
        return _leaf(part, given, year, [each for each in kept if each.leaf == part.id])
    parts = tuple(_finding(each, given, year, kept) for each in part.of)
    answers = [each.met for each in parts]
    sure, possible = answers.count(True), len(answers) - answers.count(False)
    met = True if sure >= part.least else False if possible < part.least else None
    return Finding(part, met, (), parts)


def _leaf(leaf: Leaf, given: Attestation, year: int, kept: Sequence[Evidence]) -> Finding:
    """A leaf is met by any one thing kept for it that nothing is wrong with."""
    if not kept:
        fix = f"Keep one of: {', '.join(map(called, leaf.kinds))}."
        return Finding(leaf, False, (Problem("no_evidence", leaf.id, leaf.says, fix, leaf.source),))
    wrong = [tuple(_wrong(each, leaf, given, year)) for each in kept]
    if not all(wrong):
        return Finding(leaf, True)
    open_ones = [each for each in wrong if all(problem.severity == "unknown" for problem in each)]
    problems = tuple(problem for each in open_ones or wrong for problem in each)
    return Finding(leaf, None if open_ones else False, problems)


def _wrong(kept: Evidence, leaf: Leaf, given: Attestation, year: int) -> Iterator[Problem]:
    where = str(kept)
    if kept.kind not in leaf.kinds:
        fix = f"Use one of: {', '.join(map(called, leaf.kinds))}."
        yield Problem("wrong_kind", where, f"No {called(kept.kind)} shows this.", fix, leaf.source)
    if kept.verified is False:
        yield Problem("rejected", where, "It was looked at and not accepted.", "Replace it.")
    elif kept.verified is None:
        yield Problem("not_verified", where, "Nobody has looked at it.", "Verify it.", "", "unknown")
    yield from _dates(kept, leaf, given, year)
    if leaf.measure:
        yield from (replace(each, cite=leaf.source) for each in _counts(where, kept, leaf.measure))


def _dates(kept: Evidence, leaf: Leaf, given: Attestation, year: int) -> Iterator[Problem]:
    where, first, last = str(kept), kept.first, kept.last
    attested = kept.attested or (given.first, given.last)
    begins, ends = (date(year, 1, 1), date(year, 12, 31)) if leaf.dated == "year" else attested
    if first is None or begins is None or ends is None:
        what = "The day is not known of the evidence or of the attested window."
        yield Problem("not_dated", where, what, "Give both.", leaf.source, "unknown")
        return
    shown = last or (date.max if leaf.dated == "in_force" else first)
    if shown < first:
        yield Problem(
            "reversed_dates", where, f"It ends on {last}, before {first}.", "Correct one of the two."
        )
    elif shown < begins or ends < first:
        what = f"It is of {first}{f' to {last}' if last else ''}, and not of {begins} to {ends}."
        yield Problem("outside_window", where, what, "Keep what is of that time.", leaf.source)
    elif leaf.dated == "throughout" and not first <= begins <= ends <= shown:
        what = f"It shows {first} to {shown}, and must show all of {begins} to {ends}."
        yield Problem("not_throughout", where, what, "Keep the whole time.", leaf.source)


def _counts(where: str, kept: Evidence, measure: Measure) -> Iterator[Problem]:
    of, count = kept.denominator, kept.numerator
    if count is None or (of is None and measure.denominator):
        what = f"The count of this is not known: {measure.numerator}."
        yield Problem("not_counted", where, what, "Give the counts.", "", "unknown")
    elif of == count == 0:
        what = f"There is nothing to count: no {measure.unit} is in the denominator."
        fix = "Say why in a note; a person decides whether the rest is enough."
        yield Problem("no_denominator", where, what, fix, "", "unknown")
    elif count < 0 or (of is not None and not 0 < of >= count):
        what = f"{count}{'' if of is None else f' of {of}'} cannot be."
        yield Problem("impossible_count", where, what, "Correct the counts.")
    elif not measure.reached(count, of or 0):
        said = f"{count} of {of} is {100 * count / of:.1f}%" if of else f"It is {count}"
        yield Problem("below_threshold", where, f"{said}, and {measure.asks} must be reached.", "Do more.")
