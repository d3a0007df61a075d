"""Worked examples: inputs and the score they must give, in a public layout anyone can run.

A case is one row of a CSV file, or one table of a year's `examples.toml`, with the same columns.
In a case nothing is unknown: a blank says "none", never "not known".
"""

import csv
import io
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from mips_ia.assessment import Assessment, assess
from mips_ia.attestation import Attestation
from mips_ia.problems import Problem, Refused
from mips_ia.rules import Rules, rules
from mips_ia.standing import Practice, standing

COLUMNS = (
    "id", "performance_year", "pathway", "mvp_id", "entity", "clinicians", "statuses",
    "patient_facing_encounters", "non_patient_facing_clinicians", "rural_clinicians",
    "hpsa_clinicians", "apm", "quality_and_pi_submitted", "medical_home_sites", "not_scored",
    "activities", "expect_points", "expect_percent", "expect_weight", "expect_final_points",
    "expect_rejected", "kind", "confidence", "source", "note",
)  # fmt: skip
LARGEST = 20_000_000
_ACTIVITY = re.compile(r"(?P<id>[^=*@]+)(?P<no>=no)?(\*(?P<by>\d{1,9}))?(@(?P<first>[^/]*)/(?P<last>.*))?")


@dataclass(frozen=True, slots=True)
class Case:
    """One worked example: who, what was attested, and what must come out (None: not stated).

    `most` is the best possible score where an example of ours leaves something unknown.
    """

    id: str
    practice: Practice
    attestations: tuple[Attestation, ...]
    points: int
    percent: float | None = None
    weight: float | None = None
    final_points: float | None = None
    rejected: frozenset[str] = frozenset()
    most: int | None = None

    def assess(self) -> Assessment:
        """What the rules of the year make of it."""
        return assess(settled(self.practice, rules(self.practice.performance_year)), self.attestations)


def settled(who: Practice, rules: Rules) -> Practice:
    """The same practice with no status unknown: what neither look-up nor count says is not so."""
    if who.statuses is not None:
        return who
    return replace(who, statuses=frozenset(n for n in rules.special if standing(who, rules)[n].value))


def cases(path: Path) -> tuple[list[Case], list[Refused]]:
    """The cases of a CSV file, and the rows that are none, each with every problem of it."""
    if path.stat().st_size > LARGEST:
        what = f"It has {path.stat().st_size:,} bytes; {LARGEST:,} are read at most."
        raise Refused([Problem("too_large", path.name, what, "Split it into several files.")])
    try:
        text = path.read_text(encoding="utf-8-sig")
        reader = csv.DictReader(io.StringIO(text, newline=""))
        return _cases(reader, path.name)
    except (UnicodeDecodeError, csv.Error) as fault:
        fix = "Save it as CSV in UTF-8, a case a line."
        raise Refused([Problem("not_cases", path.name, f"It cannot be read: {fault}.", fix)]) from fault


def _cases(reader: "csv.DictReader[str]", name: str) -> tuple[list[Case], list[Refused]]:
    columns = reader.fieldnames or ()
    if missing := [c for c in ("performance_year", "expect_points") if c not in columns]:
        what = f"{name} has no column {' and no column '.join(missing)}."
        raise Refused([Problem("not_cases", f"{name}, line 1", what, "See the layout of cases.")])
    found: list[Case] = []
    wrong: list[Refused] = []
    for row in reader:
        try:
            found.append(case(row, f"{name}, line {reader.line_num}"))
        except Refused as refusal:
            wrong.append(refusal)
    return found, wrong


def case(row: Mapping[str, str | None], where: str) -> Case:
    """One case from its columns; `Refused`, with every wrong column, where it cannot be read."""
    read = _Row(row, where)
    practice = read.practice()
    attestations = tuple(read.attestations(practice.performance_year, practice.clinicians is not None))
    expected = {
        name: read.number(f"expect_{name}") for name in ("points", "percent", "weight", "final_points")
    }
    points = expected.pop("points")
    if points is None:
        read.wrong("expect_points", "", "It is missing.", "Give the points, 0 to 40.")
    if read.problems:
        raise Refused(read.problems)
    rejected = frozenset(read.words("expect_rejected"))
    id, most = read.text("id") or where, read.count("expect_most")
    return Case(id, practice, attestations, int(points or 0), **expected, rejected=rejected, most=most)


class _Row:
    """A row being read: its cells as values, and the problems met on the way."""

    def __init__(self, row: Mapping[str, str | None], where: str) -> None:
        self.row = row
        self.where = where
        self.problems: list[Problem] = []

    def wrong(self, column: str, given: str, what: str, fix: str) -> None:
        said = f"{given!r}: {what}" if given else what
        self.problems.append(Problem("bad_case", f"{self.where}, {column}", said, fix))

    def text(self, column: str) -> str:
        return (self.row.get(column) or "").strip()

    def words(self, column: str) -> list[str]:
        return self.text(column).split()

    def number(self, column: str) -> float | None:
        given = self.text(column)
        if re.fullmatch(r"-?\d{1,9}(\.\d{1,9})?", given):
            return float(given)
        if given:
            self.wrong(column, given, "It is not a number.", "Give a number like 40 or 7.5.")
        return None

    def count(self, column: str) -> int | None:
        given = self.text(column)
        if given and not re.fullmatch(r"\d{1,9}", given):
            self.wrong(column, given, "It is not a whole number.", "Give a count like 24.")
        return int(given) if re.fullmatch(r"\d{1,9}", given) else None

    def yes(self, column: str) -> bool:
        given = self.text(column).lower()
        if given not in ("", "yes", "no"):
            self.wrong(column, given, "It is neither yes nor no.", "Write yes, or leave it blank.")
        return given == "yes"

    def practice(self) -> Practice:
        """Who the case is about; blanks say "none"."""
        sites = re.fullmatch(r"(\d{1,6})/(\d{1,6})", self.text("medical_home_sites"))
        if self.text("medical_home_sites") and not sites:
            given = self.text("medical_home_sites")
            self.wrong("medical_home_sites", given, "It is no share.", "Give recognized/all, as 2/6.")
        pathway = self.text("pathway") or "traditional"
        apm = "none" if pathway in ("traditional", "mvp") else None
        return Practice(
            performance_year=self.count("performance_year") or 0,
            entity=self.text("entity") or "individual",
            pathway=pathway,
            mvp=self.text("mvp_id") or None,
            clinicians=self.count("clinicians"),
            statuses=frozenset(self.words("statuses")) or None,
            patient_facing_encounters=self.count("patient_facing_encounters"),
            non_patient_facing_clinicians=self.count("non_patient_facing_clinicians"),
            rural_clinicians=self.count("rural_clinicians"),
            hpsa_clinicians=self.count("hpsa_clinicians"),
            medical_home_sites=(int(sites[1]), int(sites[2])) if sites else (1, 1),
            apm=self.text("apm") or apm,
            quality_and_pi_submitted=self.yes("quality_and_pi_submitted"),
            not_scored=frozenset(self.words("not_scored")),
            extreme_circumstances=self.yes("extreme_circumstances"),
            study=self.yes("study"),
            earlier=frozenset(self.earlier()),
        )

    def earlier(self) -> Iterator[tuple[int, str]]:
        """Credit taken in earlier years, written as `YEAR:IA_PSPA_4`."""
        for given in self.words("earlier"):
            year, _, id = given.partition(":")
            if re.fullmatch(r"\d{4}", year) and id:
                yield int(year), id
            else:
                self.wrong("earlier", given, "It cannot be read.", "Write YEAR:ID.")

    def attestations(self, year: int, counted: bool) -> Iterator[Attestation]:
        """What was attested; without dates, the whole performance year."""
        for given in self.words("activities"):
            parts = _ACTIVITY.fullmatch(given)
            if parts is None:
                self.wrong(
                    "activities", given, "It cannot be read.", "Write ID, ID=no, ID*8 or ID@first/last."
                )
                continue
            try:
                first = date.fromisoformat(parts["first"]) if parts["first"] else date(year, 1, 1)
                last = date.fromisoformat(parts["last"]) if parts["last"] else date(year, 12, 31)
            except ValueError as fault:
                self.wrong("activities", given, f"{fault}.", "Give both days as YYYY-MM-DD.")
                continue
            by = int(parts["by"]) if parts["by"] and counted else None
            yield Attestation(parts["id"], first, last, not parts["no"], by)


def differences(case: Case, found: Assessment) -> list[str]:
    """What came out otherwise than the case says, as `points: expected 40, got 20`; empty if none."""
    score = found.score
    got = {
        "points": score.points,
        "percent": score.percent,
        "weight": score.weight,
        "final points": score.final,
    }
    expected = {
        "points": case.points,
        "percent": case.percent,
        "weight": case.weight,
        "final points": case.final_points,
    }
    lines = [
        f"{name}: expected {value:g}, got {got[name]:g}"
        for name, value in expected.items()
        if value is not None and abs(value - got[name]) > 0.005
    ]
    most = score.points if case.most is None else case.most
    if score.most != most:
        lines.append(f"possible points: expected {most}, got {score.most}")
    counted = {v.attestation.activity for v in found.verdicts if v.counts}
    rejected = {v.attestation.activity for v in found.verdicts} - counted
    if rejected != case.rejected:
        wanted, given = (" ".join(sorted(ids)) or "none" for ids in (case.rejected, rejected))
        lines.append(f"rejected: expected {wanted}, got {given}")
    return lines
