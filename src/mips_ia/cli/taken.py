"""Files in, assessments out: what `score` and `explain` share."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from mips_ia.assessment import Assessment, assess
from mips_ia.cli.shared import refuse
from mips_ia.formats.intake import read
from mips_ia.formats.participants import Participant
from mips_ia.problems import Problem, Refused


@dataclass(frozen=True, slots=True)
class Taken:
    """Everybody that some files tell of: those assessed, and the problems met."""

    assessed: tuple[tuple[Participant, Assessment], ...]
    problems: tuple[Problem, ...]
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
        intake = read(files)
    except Refused as refusal:
        refuse(refusal)
    assessed: list[tuple[Participant, Assessment]] = []
    problems = [*intake.problems]
    for who in intake.participants:
        try:
            found = assess(who.practice, who.attestations, as_known_on=as_known_on, **readings)
        except Refused as refusal:
            problems += [placed(problem, who) for problem in refusal.problems]
            continue
        assessed.append((who, found))
        problems += [placed(problem, who) for problem in found.problems]
    return Taken(tuple(assessed), tuple(problems), intake.rows, len(intake.participants) - len(assessed))


def placed(problem: Problem, who: Participant) -> Problem:
    """A problem of a participant, saying where in the input that one stands."""
    where = f"{who.where}, {problem.where}"
    return Problem(problem.code, where, problem.what, problem.fix, problem.cite, problem.severity)
