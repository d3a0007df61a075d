"""A specialty: how CMS's MVP lists spell it, and the lists of activities that its societies made."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from mips_ia.reading.files import toml
from mips_ia.reading.shapes import shaped

SPECIALTIES = Path(__file__).parents[1] / "specialties"


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """Why a society lists an activity, in our words, and the weight that it had then."""

    relevance: str
    weight: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """A society's list of activities, by id, made for one performance year."""

    name: str
    publisher: str
    performance_year: int
    source: str
    entries: Mapping[str, Entry]


@dataclass(frozen=True, slots=True, kw_only=True)
class Specialty:
    """A specialty; `names` are those by which CMS's MVP lists call it, each exactly as they stand there."""

    id: str
    title: str
    names: tuple[str, ...]
    about: str = ""
    list: tuple[Listing, ...] = ()


@cache
def specialties(folder: Path = SPECIALTIES) -> tuple[Specialty, ...]:
    """Every specialty that is here, in the order of its id."""
    paths = sorted(folder.glob("*.toml"))
    return tuple(shaped(Specialty, toml(path), path.name, id=path.stem) for path in paths)


def specialty(name: str, folder: Path = SPECIALTIES) -> Specialty | None:
    """The specialty of this id, title or CMS name, whatever its case; None where there is none."""
    asked = name.casefold().strip()
    for match in (
        lambda each: asked in (each.id, each.title.casefold()),
        lambda each: asked in (known.casefold() for known in each.names),
    ):
        if found := next(filter(match, specialties(folder)), None):
            return found
    return None
