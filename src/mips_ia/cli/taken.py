"""Files in, assessments out: what `score` and `explain` share."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import click

from mips_ia.assessment import Assessment, assess
from mips_ia.cli.shared import refuse
from mips_ia.formats.intake import read
from mips_ia.formats.participants import Participant
from mips_ia.problems import Problem, Refused
from mips_ia.reading.yearbook import years
from mips_ia.rules import rules

INCOMPLETE, EVERYBODY = "incomplete", "every practice"


@dataclass(frozen=True, slots=True)
class Taken:
    """Everybody that some files tell of: those assessed, and the problems met.

    `read` has the problems of the input, as far as they concern a participant, by its `where`;
    `not_scored` counts the participants who could not be assessed, and the practices that were
    read and came to no participant.
    """

    assessed: tuple[tuple[Participant, Assessment], ...]
    problems: tuple[Problem, ...]
    read: Mapping[str, tuple[Problem, ...]]
    rows: int
    not_scored: int

    @property
    def exit_code(self) -> int:
        """0 when all were scored and no row has an error, else 1."""
        return int(bool(self.not_scored) or any(p.severity == "error" for p in self.problems))


def take(files: Sequence[Path], as_known_on: date | None, readings: Mapping[str, str]) -> Taken:
    """Read the files and assess everybody in them; who cannot be is named in a problem.

    Ends the program with exit code 2 where nothing at all can be read.
    """
    try:
        intake = read(files, as_known_on)
    except Refused as refusal:
        refuse(refusal)
    chosen = _readings({who.practice.performance_year for who in intake.participants}, readings)
    assessed: list[tuple[Participant, Assessment]] = []
    problems = [*intake.problems]
    for who in intake.participants:
        try:
            taking = chosen[who.practice.performance_year]
            found = assess(who.practice, who.attestations, as_known_on=as_known_on, **taking)
        except Refused as refusal:
            problems += [placed(problem, who) for problem in refusal.problems]
            continue
        assessed.append((who, found))
        problems += [placed(problem, who) for problem in found.problems]
    read_of = _concerning(intake.participants, intake.problems)
    not_scored = intake.left_out + len(intake.participants) - len(assessed)
    return Taken(tuple(assessed), tuple(problems), read_of, intake.rows, not_scored)


def _readings(
    performance_years: Collection[int], given: Mapping[str, str]
) -> Mapping[int, Mapping[str, str]]:
    """The readings to take in each year, of those given; a usage error for one that no year has."""
    choices = {year: rules(year).choices() for year in performance_years or {*years()} if year in years()}
    for reading in map("=".join, given.items()):
        if not any(reading in known for known in choices.values()):
            known = sorted({choice for each in choices.values() for choice in each})
            what = f"There is no reading {reading} in {', '.join(map(str, sorted(choices)))}"
            raise click.UsageError(f"{what}; there are: {', '.join(known)}.")
    return {
        year: {name: value for name, value in given.items() if f"{name}={value}" in choices.get(year, ())}
        for year in performance_years
    }


def _concerning(
    people: Sequence[Participant], problems: Sequence[Problem]
) -> Mapping[str, tuple[Problem, ...]]:
    """The problems of the input by the `where` of the participant they concern.

    Those at its own place or inside it, those of rows that its counts lack, and those of everybody.
    """
    found: dict[str, list[Problem]] = {who.where: [] for who in people}
    rows: dict[str, list[Problem]] = {}
    for problem in problems:
        rows.setdefault(problem.where.rpartition(", ")[0], []).append(problem)
    for problem in problems:
        if problem.code == INCOMPLETE and problem.where == EVERYBODY:
            concerned = [*found]
        else:
            concerned = [place for place in _places(problem.where) if place in found]
        for place in concerned:
            found[place].append(problem)
            if problem.code == INCOMPLETE:
                found[place] += [each for row in _named(problem.what) for each in rows.get(row, ())]
    return {place: tuple(dict.fromkeys(each)) for place, each in found.items()}


def _places(where: str) -> Iterator[str]:
    """A place and every place that it is in: line 2 is not in line 24."""
    yield where
    yield from (where[:end] for end, mark in enumerate(where) if mark in ",.[")


def _named(what: str) -> list[str]:
    """The rows that the sentence of an incomplete count names."""
    rows = what.rpartition(": ")[2]
    return rows.rpartition(" left out (")[2].removesuffix(".").removesuffix(")").split("; ")


def placed(problem: Problem, who: Participant) -> Problem:
    """A problem of a participant, saying where in the input that one stands."""
    where = f"{who.where}, {problem.where}"
    return Problem(problem.code, where, problem.what, problem.fix, problem.cite, problem.severity)
