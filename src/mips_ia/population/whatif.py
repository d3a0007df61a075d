"""A population scored twice, by the rules as they are and by a reform, and everybody compared.

A process has one law, so that each of the two is scored by a process of its own.
"""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from mips_ia.formats.reforms import as_plain, as_toml
from mips_ia.population.compared import SIDES, activities, differing, people
from mips_ia.population.differences import Differences, differences
from mips_ia.population.draft import drafted
from mips_ia.population.engine import DuckDB, text
from mips_ia.problems import Problem, Refused
from mips_ia.reading.reform import Change, Reform
from mips_ia.reading.yearbook import REFORM

_SAID = {"as_is": "As it is", "reform": "By the reform"}
_TABLES = ("scores", "attested", "rejects")


@dataclass(frozen=True, slots=True)
class Compared:
    """What a comparison came to; `errors`: rows were left out of both; `notes` are lines on the files."""

    found: Differences
    errors: bool
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Side:
    """What the process of one side said, and whether it left rows out."""

    lines: tuple[str, ...]
    errors: bool


def whatif(
    reform: Reform,
    changes: Sequence[Change],
    scoring: Sequence[str],
    out: Path,
    ending: str,
    memory: str,
    tell: Callable[[str], None] = lambda _: None,
) -> Compared:
    """Score everybody by both laws into a new folder, and compare.

    `scoring` are the options of `population score`, as words of a command line, but for `--out` and
    `--to`. The folder appears when all of it is written, and not before. Raises `Refused` where the
    folder is there already, where a reform is in force, or where a side cannot be scored.
    """
    if os.environ.get(REFORM):
        what = "A reform is in force, and it cannot be compared with the rules as they are."
        raise Refused([Problem("reform_in_force", REFORM, what, "Take the variable out of the environment.")])
    with drafted(out) as draft:
        law = _kept(reform, changes, draft)
        sides = [_scored(side, draft / side, scoring, law, tell) for side in SIDES]
        room = draft / "room"
        room.mkdir()
        tell("Comparing")
        with closing(DuckDB(room, memory)) as engine:
            found = _compared(engine, draft, ending)
        shutil.rmtree(room)
    notes = [line for line in sides[0].lines if line.startswith(("Warning: ", "Note: "))]
    return Compared(found, any(side.errors for side in sides), tuple(notes))


def _kept(reform: Reform, changes: Sequence[Change], folder: Path) -> Path:
    """Keep the reform as it is applied; the file that the process of its side is given."""
    plain = json.dumps(as_plain(reform, changes), indent=2, ensure_ascii=False, default=str)
    (folder / "reform.json").write_text(plain + "\n", encoding="utf-8")
    law = folder / "reform.toml"
    law.write_text(as_toml(reform), encoding="utf-8")
    return law


def _scored(side: str, out: Path, scoring: Sequence[str], law: Path, tell: Callable[[str], None]) -> _Side:
    """One side scored in a process of its own; `Refused` where that wrote nothing."""
    command = [sys.executable, "-m", "mips_ia.cli.main", "population", "score", *scoring, "--out", str(out)]
    environment = {**os.environ, "PYTHONIOENCODING": "utf-8"}
    if side == "reform":
        environment[REFORM] = str(law.absolute())
    lines = []
    with subprocess.Popen(  # noqa: S603 - our own command
        command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, encoding="utf-8"
    ) as process:
        try:
            for line in process.stderr or ():
                lines.append(line.strip())
                if lines[-1].endswith(" …"):
                    tell(f"{_SAID[side]}: {lines[-1].removesuffix(' …')}")
        except BaseException:
            process.kill()
            raise
    if not out.exists():
        raise Refused(_why(side, lines, process.returncode))
    return _Side(tuple(lines), bool(process.returncode))


def _why(side: str, lines: Sequence[str], code: int) -> list[Problem]:
    """Why a side was not scored: its errors, or else what it said last."""
    errors = [line.removeprefix("Error: ") for line in lines if line.startswith("Error: ")]
    last = lines[-1] if lines else "It said nothing."
    return [
        Problem("side_not_scored", _SAID[side], each)
        for each in errors or [f"The process ended with code {code}: {last}"]
    ]


def _compared(engine: DuckDB, folder: Path, ending: str) -> Differences:
    """Write what differs, and both sides as the ending asks; count what there is."""
    both, changed = people(engine, folder), activities(engine, folder)
    differ = differing(both)
    found = differences(engine, both, differ, changed)
    engine.write(differ, folder / f"changes.{ending}", ending)
    engine.write(changed, folder / f"changed_activities.{ending}", ending)
    if ending != "parquet":
        for path in [folder / side / f"{name}.parquet" for side in SIDES for name in _TABLES]:
            engine.database.execute(f"create or replace temp view written as from {text(path)}")
            engine.write(engine.table("written"), path.with_suffix(f".{ending}"), ending)
            path.unlink()
    return found
