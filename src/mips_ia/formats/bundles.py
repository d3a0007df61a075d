"""Files, folders and ZIP files of submissions as single files, each to be read by itself."""

import shutil
import tempfile
import zipfile
from collections.abc import Iterator, Sequence
from pathlib import Path, PurePosixPath

from mips_ia.formats.intake import kind_of
from mips_ia.formats.sheets import ZIP_FAULTS, damaged, sound
from mips_ia.formats.tables import ENDINGS as OF_TABLES
from mips_ia.formats.tables import hidden
from mips_ia.problems import Problem, Refused

ENDINGS = (".json", ".xml")


def documents(paths: Sequence[Path], room: Path) -> tuple[list[Path], list[Problem]]:
    """Every submission in some files, folders and ZIP files, and every fault met on the way.

    What is in a ZIP file is unpacked into `room`, a folder of the caller's.
    """
    found: list[Path] = []
    problems: list[Problem] = []
    for path in paths:
        try:
            found += _documents(path, room)
        except Refused as refusal:
            problems += refusal.problems
        except OSError as fault:
            what = f"It cannot be opened: {fault.strerror}."
            problems.append(Problem("unreadable_file", path.name, what, "Check the path."))
    return found, problems


def _documents(path: Path, room: Path) -> list[Path]:
    if path.is_dir():
        found = sorted(
            each
            for each in path.rglob("*")
            if each.suffix.lower() in ENDINGS and each.is_file() and not hidden(str(each.relative_to(path)))
        )
    elif path.suffix.lower() == ".zip":
        found = [*_unpacked(path, room)]
    else:
        return [path]
    if not found:
        what = "It holds no JSON or XML file."
        raise Refused([Problem("no_submission_file", path.name, what, "Give what is to be sent to CMS.")])
    return found


def _unpacked(path: Path, room: Path) -> Iterator[Path]:
    """The submissions in a ZIP file, unpacked; a name can lead nowhere but into the room."""
    own = Path(tempfile.mkdtemp(dir=room))  # since two ZIP files can have the same name
    try:
        with zipfile.ZipFile(path) as archive:
            sound(path.name, archive)
            for number, member in enumerate(archive.infolist(), 1):
                name = PurePosixPath(member.filename.replace("\\", "/")).name
                if PurePosixPath(name).suffix.lower() not in ENDINGS or hidden(member.filename):
                    continue
                target = own / f"{number}" / name
                target.parent.mkdir(parents=True)
                with archive.open(member) as packed, target.open("wb") as file:
                    shutil.copyfileobj(packed, file)
                yield target
    except ZIP_FAULTS as fault:
        raise Refused(fault.problems if isinstance(fault, Refused) else [damaged(path.name)]) from None


def are_documents(paths: Sequence[Path]) -> bool:
    """Whether some paths are submissions, or hold them, rather than bulk tables."""
    found = [bool(kind_of(path)) or _holds_documents(path) for path in paths]
    return True in found and False not in found


def _holds_documents(path: Path) -> bool | None:
    """Whether a folder or ZIP file holds submissions; None where it holds no tables either, or is damaged."""
    if path.is_dir():
        names = [each.name for each in path.rglob("*")]
    elif path.suffix.lower() != ".zip":
        return False
    else:
        try:
            with zipfile.ZipFile(path) as archive:
                names = archive.namelist()
        except ZIP_FAULTS:
            return None
    submissions, tables = (any(name.lower().endswith(of) for name in names) for of in (ENDINGS, OF_TABLES))
    return submissions or (False if tables else None)
