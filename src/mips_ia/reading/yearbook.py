"""A performance year's folder of data: which years are here, its files as parsed, its fingerprint.

A reform that the environment names is laid over them: a process has one law.
"""

import hashlib
import json
import os
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any

from mips_ia.problems import Problem, Refused
from mips_ia.reading.files import DataFault, parsed
from mips_ia.reading.paths import written
from mips_ia.reading.reform import DATA, Change, Reform, changed, changes, read

YEARS = Path(__file__).parents[1] / "years"
FILES = ("rules.toml", "activities.toml", "mvps.toml", "formats.toml")
REFORM = "MIPS_IA_REFORM"  # the variable of the environment with the path of a reform
REFORMED = "+reform-"  # in the edition of a year that a reform changes


@dataclass(frozen=True, slots=True, eq=False)
class Yearbook:
    """One year's files as parsed; `edition` is their fingerprint, and changes when any of them does."""

    year: int
    edition: str
    rules: dict[str, Any]
    activities: dict[str, Any]
    mvps: dict[str, Any]
    formats: dict[str, Any]

    def place(self, name: str) -> str:
        """Where a file of the year is, for a fault in it; whether a reform is in it."""
        return f"{self.year}/{name}" + (" (as reformed)" if REFORMED in self.edition else "")


@lru_cache(maxsize=16)
def years(folder: Path = YEARS) -> tuple[int, ...]:
    """The performance years whose data are here, in order."""
    return tuple(sorted(int(each.name) for each in folder.iterdir() if each.name.isdigit()))


def yearbook(year: int, folder: Path = YEARS) -> Yearbook:
    """The data of a year, with the reform in force; `Refused` where one of the two is not here.

    `DataFault` where a file cannot be read.
    """
    book, reform = published(year, folder), reform_in_force()
    return book if reform is None else reformed(reform, folder)[0][year]


def reform_in_force() -> Reform | None:
    """The reform that the environment names; None where it names none, and the rules are those in force."""
    path = os.environ.get(REFORM)
    return read(Path(path)) if path else None


def reformed(reform: Reform, folder: Path = YEARS) -> tuple[dict[int, Yearbook], list[Change]]:
    """Every year with a reform laid over it, and what it changes; `Refused` with all that is wrong in it."""
    books = {year: published(year, folder) for year in years(folder)}
    tables = {year: {name: getattr(book, name) for name in DATA} for year, book in books.items()}
    found = changes(reform, tables)
    for year in {each.year for each in found}:
        own = [each for each in found if each.year == year]
        edition = f"{books[year].edition}{REFORMED}{_fingerprint(own)}"
        books[year] = replace(books[year], edition=edition, **changed(tables[year], own))
    return books, found


def _fingerprint(changes: Iterable[Change]) -> str:
    said = sorted(f"{written(each.path)} = {each.after!r}" for each in changes)
    return hashlib.sha256("\n".join(said).encode()).hexdigest()[:8]


def published(year: int, folder: Path = YEARS) -> Yearbook:
    """The data of a year as they are in its folder; `Refused` where it is not here."""
    here = years(folder)
    if year not in here:
        what = f"The years that are here run from {min(here)} to {max(here)}." if here else "No year is here."
        raise Refused([Problem("unknown_year", f"performance year {year}", what, "Give one of those.")])
    home = folder / str(year)
    try:
        texts = [(home / name).read_bytes() for name in FILES]
    except OSError as fault:
        raise DataFault(f"{year}: {fault}") from fault
    digest = hashlib.sha256(b"\0".join(texts)).hexdigest()
    return Yearbook(year, f"{year}-{digest[:12]}", *_parsed(home, texts, digest))


@lru_cache
def formats_of(year: int) -> dict[str, Any]:
    """CMS's formats in a year, read once; nobody changes them."""
    return yearbook(year).formats


def _parsed(home: Path, texts: list[bytes], digest: str) -> list[dict[str, Any]]:
    """The files as parsed.

    A copy beside them, bound to their content, saves parsing the same text again, as Python does
    with its own; where it cannot be written, nothing but time is lost.
    """
    kept = home / "__pycache__" / "tables.json"
    with suppress(OSError, ValueError, TypeError, KeyError):
        copy = json.loads(kept.read_bytes(), object_hook=_day)
        if copy["of"] == digest:
            return [copy[name] for name in FILES]
    tables = [parsed(text, f"{home.name}/{name}") for name, text in zip(FILES, texts, strict=True)]
    with suppress(OSError):
        kept.parent.mkdir(exist_ok=True)
        draft = kept.with_suffix(f".{os.getpid()}")
        draft.write_text(
            json.dumps(
                {"of": digest} | dict(zip(FILES, tables, strict=True)), default=lambda day: {"day": str(day)}
            )
        )
        draft.replace(kept)
    return tables


def _day(table: dict[str, Any]) -> Any:
    return date.fromisoformat(table["day"]) if table.keys() == {"day"} else table
