"""CMS's own wording of the activities, from its published file, kept in the installation's data folder.

None of it is shipped: who wants it loads the file that CMS publishes.
"""

import json
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from mips_ia.problems import Problem, Refused

BYTES = 64 * 1024**2
_YEAR = re.compile(r"(?<![0-9])(20[0-9]{2})(?![0-9])")


@dataclass(frozen=True, slots=True)
class Wording:
    """What CMS calls an activity in one year, and how it describes it."""

    title: str
    description: str


def home() -> Path:
    """The installation's data folder: MIPS_IA_DATA, or a folder of the user's."""
    given = os.environ.get("MIPS_IA_DATA") or os.environ.get("XDG_DATA_HOME")
    if os.environ.get("MIPS_IA_DATA"):
        return Path(str(given))
    return Path(given or Path.home() / ".local" / "share") / "mips-ia"


def texts(year: int, folder: Path | None = None) -> Mapping[str, Wording]:
    """CMS's wording of a year's activities by id; nothing where it was not loaded."""
    path = (folder or home()) / "texts" / f"{year}.json"
    try:
        kept = json.loads(path.read_text(encoding="utf-8"))
        return {id: Wording(each["title"], each["description"]) for id, each in kept.items()}
    except (OSError, ValueError, TypeError, KeyError, AttributeError):
        return {}


def load(path: Path, year: int | None = None, folder: Path | None = None) -> tuple[int, int]:
    """Take the activities of one of CMS's files into the data folder: the year, and how many there are.

    The year is that of the file's name or its folder's, unless given. Raises `Refused` where the file
    is not CMS's, or cannot be kept; what was kept before is then as it was.
    """
    year = year or _year_of(path)
    found = {each["measureId"]: each for each in _records(path) if each.get("category") == "ia"}
    if not found:
        what = "It holds no improvement activities."
        raise Refused([Problem("not_cms_file", path.name, what, "Give CMS's measures-data.json.")])
    wording = {
        id: {"title": each["title"].strip(), "description": each["description"].strip()}
        for id, each in sorted(found.items())
    }
    target = (folder or home()) / "texts" / f"{year}.json"
    draft = target.with_suffix(f".{os.getpid()}")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        draft.write_text(
            json.dumps(wording, indent=1, ensure_ascii=False), encoding="utf-8", errors="replace"
        )
        draft.replace(target)
    except OSError as fault:
        what = f"It cannot be kept: {fault.strerror}."
        fix = "Set MIPS_IA_DATA to a folder that can be written."
        raise Refused([Problem("not_kept", str(target.parent), what, fix)]) from None
    return year, len(wording)


def _year_of(path: Path) -> int:
    for part in (path.stem, path.resolve().parent.name):
        if found := _YEAR.search(part):
            return int(found[1])
    what = "Neither its name nor its folder's says of which performance year it is."
    raise Refused([Problem("year_unknown", path.name, what, "Give --year.")])


def _records(path: Path) -> list[dict[str, str]]:
    """The records of a file that have the fields of a measure, each a text."""
    try:
        large = path.stat().st_size > BYTES
        given = None if large else json.loads(path.read_bytes())
    except OSError:
        raise Refused([Problem("no_file", path.name, "It cannot be opened.", "Check the name.")]) from None
    except (ValueError, RecursionError):
        what = "It is no JSON."
        raise Refused([Problem("not_cms_file", path.name, what, "Give CMS's measures-data.json.")]) from None
    if large:
        what = f"It is larger than {BYTES // 1024**2} MB."
        raise Refused([Problem("too_large", path.name, what, "Give CMS's measures-data.json.")])
    needed = ("measureId", "title", "description")
    return [
        each
        for each in (given if isinstance(given, list) else ())
        if isinstance(each, dict) and all(isinstance(each.get(name), str) for name in needed)
    ]


def reworded(before: Mapping[str, Wording], after: Mapping[str, Wording]) -> dict[str, tuple[str, str]]:
    """The activities in both years whose description says something else, blanks aside, with both texts."""
    return {
        id: (before[id].description, after[id].description)
        for id in sorted(before.keys() & after.keys())
        if before[id].description.split() != after[id].description.split()
    }


def loaded(folder: Path | None = None) -> list[int]:
    """The years of which CMS's wording is loaded."""
    kept = ((folder or home()) / "texts").glob("*.json")
    return sorted(int(path.stem) for path in kept if path.stem.isdigit())


def missing(year: int, folder: Path | None = None) -> Problem:
    """That CMS's wording of a year was not loaded, and what to do."""
    here = ", ".join(map(str, loaded(folder))) or "none"
    what = f"CMS's wording of {year} is not loaded (loaded: {here})."
    fix = f"Download CMS's measures-data.json of {year} and run mips-ia texts load on it."
    return Problem("no_texts", str(year), what, fix)
