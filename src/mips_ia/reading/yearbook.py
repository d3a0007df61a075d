"""A performance year's folder of data: which years are here, its files as parsed, its fingerprint."""

import hashlib
import json
import os
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any

from mips_ia.problems import Problem, Refused
from mips_ia.reading.files import DataFault, parsed

YEARS = Path(__file__).parents[1] / "years"
FILES = ("rules.toml", "activities.toml", "mvps.toml", "formats.toml")


@dataclass(frozen=True, slots=True, eq=False)
class Yearbook:
    """One year's files as parsed; `edition` is their fingerprint, and changes when any of them does."""

    year: int
    edition: str
    rules: dict[str, Any]
    activities: dict[str, Any]
    mvps: dict[str, Any]
    formats: dict[str, Any]


def years(folder: Path = YEARS) -> tuple[int, ...]:
    """The performance years whose data are here, in order."""
    return tuple(sorted(int(each.name) for each in folder.iterdir() if each.name.isdigit()))


def yearbook(year: int, folder: Path = YEARS) -> Yearbook:
    """The data of a year; `Refused` where it is not here, `DataFault` where a file cannot be read."""
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
