"""Files, folders and ZIP files of tables: what a spreadsheet writes, wherever it was put."""

import io
import zipfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice
from pathlib import Path, PurePosixPath
from typing import TypeVar

from mips_ia.formats.sheets import BYTES, ZIP, ZIP_FAULTS, Row, Table, damaged, sheets, sound, too_large
from mips_ia.problems import Problem, Refused, counted

__all__ = ["Row", "Table", "tables", "tables_of"]
ENDINGS = (".csv", ".txt", ".tsv", ".xlsx")
FILES = 100_000
Source = TypeVar("Source")


def tables(paths: Sequence[Path]) -> tuple[list[Table], list[Problem]]:
    """Every table of the files, folders and ZIP files given, and every fault met, in that order.

    Nothing is raised for what a file holds; all files together are read up to a bound.
    """
    return _every(_files, paths)


def tables_of(files: Iterable[tuple[str, bytes]]) -> tuple[list[Table], list[Problem]]:
    """The same of files that are at hand already, each with its name; a ZIP file is unpacked."""
    return _every(lambda file, left, notes: _archive(*file, left, notes), files)


def _every(
    opened: Callable[[Source, int, list[Problem]], Iterator[tuple[str, bytes]]], sources: Iterable[Source]
) -> tuple[list[Table], list[Problem]]:
    found: list[Table] = []
    problems: list[Problem] = []
    left = BYTES
    for source in sources:
        try:
            for name, content in opened(source, left, problems):
                left -= len(content)
                more, faults = sheets(name, content)
                found += more
                problems += faults
        except Refused as refusal:
            problems += refusal.problems
    return found, problems


def _files(path: Path, left: int, notes: list[Problem]) -> Iterator[tuple[str, bytes]]:
    """Each file to be read, by name, with its content; `Refused` beyond so many bytes."""
    try:
        if path.is_dir():
            yield from _folder(path, left, notes)
        elif not path.is_file():
            what = "There is no such file."
            raise Refused([Problem("no_file", path.name, what, "Check the name and the folder.")])
        elif path.stat().st_size > left:
            raise Refused([too_large(path.name)])
        else:
            content = path.read_bytes()
            yield from _archive(path.name, content, left, notes)
    except OSError:
        fix = "Close it in other programs, or check who may read it."
        raise Refused([Problem("no_file", path.name, "It cannot be opened.", fix)]) from None


def _folder(path: Path, left: int, notes: list[Problem]) -> Iterator[tuple[str, bytes]]:
    met = sorted(islice(path.rglob("*"), FILES + 1))
    if len(met) > FILES:
        what = f"The folder holds more than {FILES:,} files."
        raise Refused([Problem("too_large", path.name, what, "Give the folder of the tables alone.")])
    inside = {each.relative_to(path).as_posix(): each for each in met if each.is_file()}
    for name in _read_names(path.name, list(inside), notes):
        left -= inside[name].stat().st_size
        if left < 0:
            raise Refused([too_large(path.name)])
        yield name, inside[name].read_bytes()


def _archive(name: str, content: bytes, left: int, notes: list[Problem]) -> Iterator[tuple[str, bytes]]:
    """The files in a ZIP file; any other file is itself, and so is a workbook, which is also a ZIP."""
    if not content.startswith(ZIP):
        yield name, content
        return
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            if "[Content_Types].xml" in archive.namelist():
                yield name, content
                return
            sound(name, archive, left)
            held = {each.filename: each for each in archive.infolist() if not each.is_dir()}
            unpacked = [(each, _unpacked(archive, held[each])) for each in _read_names(name, held, notes)]
    except ZIP_FAULTS as fault:
        raise Refused(fault.problems if isinstance(fault, Refused) else [damaged(name)]) from None
    yield from unpacked


def _unpacked(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> bytes:
    """The content of one file in a ZIP; a ZIP that lies about a size is never unpacked beyond it."""
    with archive.open(member) as packed:
        return packed.read(member.file_size + 1)


def _read_names(
    where: str, names: Sequence[str] | dict[str, zipfile.ZipInfo], notes: list[Problem]
) -> list[str]:
    """The names that a table can have; the others are noted, but for what a computer adds by itself."""
    seen = [name for name in names if not hidden(name)]
    fit = [name for name in seen if name.lower().endswith(ENDINGS)]
    others = [name for name in seen if name not in set(fit)]
    if not fit:
        fix = "Add the tables, as CSV or XLSX."
        raise Refused([Problem("no_tables", where, "It holds no CSV or XLSX file.", fix)])
    if others:
        listed = ", ".join(others[:5]) + (", …" if len(others) > 5 else "")
        what = f"{counted(len(others), 'file')} not read, being neither CSV nor XLSX: {listed}."
        notes.append(Problem("not_a_table", where, what, severity="note"))
    return fit


def hidden(name: str) -> bool:
    """Whether a path inside a folder or ZIP file is what a computer adds by itself."""
    parts = PurePosixPath(name.replace("\\", "/")).parts
    return any(
        part == "__MACOSX" or part.startswith((".", "~$")) for part in parts if part not in ("..", ".")
    )
