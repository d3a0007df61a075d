"""Any file of practices, whatever its format: told by its content, not by what it is called."""

from collections.abc import Sequence
from datetime import date
from pathlib import Path

from mips_ia.formats import bulk, qpp_json
from mips_ia.formats.participants import Intake


def read(paths: Sequence[Path], as_known_on: date | None = None) -> Intake:
    """All participants of some files: the bulk tables together, and each QPP Submissions JSON.

    Windows are judged by what was known on a day (default: all that is known).
    """
    documents = [path for path in paths if path.is_file() and _is_json(path)]
    tables = [path for path in paths if path not in documents]
    intakes = [qpp_json.read(path) for path in documents]
    if tables:
        intakes.append(bulk.read(tables, as_known_on))
    return Intake(
        tuple(participant for intake in intakes for participant in intake.participants),
        tuple(problem for intake in intakes for problem in intake.problems),
        sum(intake.rows for intake in intakes),
        sum(intake.left_out for intake in intakes),
    )


def _is_json(path: Path) -> bool:
    """Whether a file is JSON: by its ending, or because it begins with a brace or a bracket."""
    if path.suffix.lower() == ".json":
        return True
    with path.open("rb") as file:
        start = file.read(256)
    return start.removeprefix(b"\xef\xbb\xbf").lstrip()[:1] in (b"{", b"[")
