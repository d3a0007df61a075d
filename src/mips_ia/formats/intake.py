"""Any file of practices, whatever its format: told by its content, not by what it is called."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from pathlib import Path

from mips_ia.formats import bulk, qpp_json, qrda3
from mips_ia.formats.participants import Intake

READERS: Mapping[str, Callable[[Path], Intake]] = {"qpp-json": qpp_json.read, "qrda3": qrda3.read}
ENDINGS = {".json": "qpp-json", ".xml": "qrda3"}


def read(paths: Sequence[Path], as_known_on: date | None = None) -> Intake:
    """All participants of some files: the bulk tables together, and each submission in JSON or QRDA III.

    Windows are judged by what was known on a day (default: all that is known).
    """
    documents = {path: kind for path in paths if (kind := kind_of(path))}
    tables = [path for path in paths if path not in documents]
    intakes = [READERS[kind](path) for path, kind in documents.items()]
    if tables:
        intakes.append(bulk.read(tables, as_known_on))
    return Intake(
        tuple(participant for intake in intakes for participant in intake.participants),
        tuple(problem for intake in intakes for problem in intake.problems),
        sum(intake.rows for intake in intakes),
        sum(intake.left_out for intake in intakes),
    )


def kind_of(path: Path) -> str:
    """`qpp-json` or `qrda3` for a submission, by its ending or its beginning; empty for anything else."""
    if not path.is_file():
        return ""
    if path.suffix.lower() in ENDINGS:
        return ENDINGS[path.suffix.lower()]
    with path.open("rb") as file:
        start = file.read(256)
    first = start.removeprefix(b"\xef\xbb\xbf").lstrip()[:1]
    return {b"{": "qpp-json", b"[": "qpp-json", b"<": "qrda3"}.get(first, "")
