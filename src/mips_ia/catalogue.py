"""The activities and MVPs of a performance year, and what changed between two years."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

from mips_ia.reading.files import holding_together
from mips_ia.reading.shapes import shaped
from mips_ia.reading.yearbook import YEARS, Yearbook, yearbook, years

WEIGHTS = ("high", "medium", "")
EVENTS = ("added", "suspended", "removed")


@dataclass(frozen=True, slots=True, eq=False)
class Event:
    """Something that CMS did to an activity outside the yearly rule, and the day it was known.

    `kind` is added, suspended or removed. A suspended activity still counts for work that was
    under way: for a window that began by `counts_if_started_by`.
    """

    kind: str
    known_on: date
    says: str
    cite: str
    confidence: str
    counts_if_started_by: date | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Activity:
    """One improvement activity as it stands in one year's inventory.

    `weight` is high, medium, or empty where the year has no weights. `programs` are CMS's: `mips`,
    `app1`, `appPlus`, `pcf` and MVP ids; None where the year does not list them, so that every
    program takes every activity. `predecessor` is the id it had before CMS renumbered it.
    """

    id: str
    title: str
    subcategory: str
    weight: str
    first_year: int
    programs: frozenset[str] | None = None
    registration_types: tuple[str, ...] = ()
    cehrt_bonus: bool = False
    predecessor: str = ""
    event: Event | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Mvp:
    """One MIPS Value Pathway of one year, with the ids of its activities."""

    id: str
    title: str
    specialties: tuple[str, ...]
    topics: str
    activities: tuple[str, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Catalogue:
    """A year's activities and MVPs by id.

    `gone` holds what CMS took out within the year; `renumbered` has the id that an activity was
    given for this year by the one it had until then.
    """

    year: int
    activities: Mapping[str, Activity]
    mvps: Mapping[str, Mvp]
    gone: Mapping[str, Activity]
    renumbered: Mapping[str, str]


class Changes(NamedTuple):
    """What is different between two years' inventories, by id, each in order.

    `renumbered` pairs the old id with the new one, and such ids are not also added or removed;
    `retitled` and `reweighted` hold id, before, after; `suspended` are the second year's.
    """

    added: tuple[str, ...]
    removed: tuple[str, ...]
    renumbered: tuple[tuple[str, str], ...]
    retitled: tuple[tuple[str, str, str], ...]
    reweighted: tuple[tuple[str, str, str], ...]
    suspended: tuple[str, ...]


def catalogue(year: int, as_known_on: date | None = None, folder: Path = YEARS) -> Catalogue:
    """The activities and MVPs of a year, as known on a day (default: all that is known).

    Raises `Refused` where the year is not here.
    """
    return _catalogue(year, as_known_on, folder)


@lru_cache(maxsize=64)
def _catalogue(year: int, as_known_on: date | None, folder: Path) -> Catalogue:
    return catalogue_of(yearbook(year, folder), as_known_on)


def catalogue_of(book: Yearbook, as_known_on: date | None = None) -> Catalogue:
    """The catalogue that a year's data state; `DataFault` where they do not hold together."""
    where = book.place("activities.toml, mvps.toml")
    with holding_together(where):
        mvps = {id: shaped(Mvp, each, f"{where} {id}", id=id) for id, each in book.mvps.items()}
        within: defaultdict[str, set[str]] = defaultdict(set)
        for mvp in mvps.values():
            for id in mvp.activities:
                within[id].add(mvp.id)
        events = [*_events(book.activities.get("event", ()), where)]
        known = [(id, event) for id, event in events if not as_known_on or event.known_on <= as_known_on]
        latest = dict(sorted(known, key=lambda each: each[1].known_on))
        every = {
            id: _activity(id, row, subcategory, book.activities, within[id], latest.get(id))
            for subcategory, rows in book.activities["subcategory"].items()
            for id, row in rows.items()
        }
        if stray := (within.keys() | {id for id, _ in events}) - every.keys():
            raise ValueError(f"{sorted(stray)} are not in the list")
    waiting = {id for id, event in events if event.kind == "added"} - latest.keys()
    gone = {id: each for id, each in every.items() if each.event and each.event.kind == "removed"}
    listed = {id: every[id] for id in sorted(every.keys() - gone.keys() - waiting)}
    renumbered = {each.predecessor: each.id for each in every.values() if each.predecessor}
    return Catalogue(book.year, listed, mvps, gone, renumbered)


def _events(tables: Iterable[Mapping[str, Any]], where: str) -> Iterator[tuple[str, Event]]:
    for table in tables:
        event = shaped(Event, {k: v for k, v in table.items() if k != "activities"}, f"{where} event")
        if event.kind not in EVENTS:
            raise ValueError(f"an event is one of {EVENTS}, not {event.kind!r}")
        yield from ((id, event) for id in table["activities"])


def _activity(
    id: str, row: list[Any], subcategory: str, listing: Mapping[str, Any], mvps: set[str], event: Event | None
) -> Activity:
    title, weight, first_year = row
    if weight not in WEIGHTS or not title:
        raise ValueError(f"{id} = [title, high or medium or nothing, first year], not {row}")
    programs, own = listing.get("programs"), listing.get("programs_of", {})
    return Activity(
        id=id,
        title=title,
        subcategory="" if subcategory == "none" else subcategory,
        weight=weight,
        first_year=first_year,
        programs=None if programs is None else frozenset(mvps.union(own.get(id, programs))),
        registration_types=tuple(listing.get("registration_types", ())),
        cehrt_bonus=id in listing.get("cehrt_bonus", ()),
        predecessor=listing.get("renumbered", {}).get(id, ""),
        event=event,
    )


def changes(before: int, after: int, folder: Path = YEARS) -> Changes:
    """What CMS changed in the inventory from one year to a later one, as finally published."""
    old, new = catalogue(before, folder=folder).activities, catalogue(after, folder=folder).activities
    renumbered = [(id, now) for id in old if (now := renamed(id, before, after, folder)) != id and now in new]
    moved = {id for pair in renumbered for id in pair}
    both = [(old[id], new[id]) for id in sorted(old.keys() & new.keys())]
    return Changes(
        tuple(sorted(new.keys() - old.keys() - moved)),
        tuple(sorted(old.keys() - new.keys() - moved)),
        tuple(sorted(renumbered)),
        tuple((a.id, a.title, b.title) for a, b in both if a.title != b.title),
        tuple((a.id, a.weight, b.weight) for a, b in both if a.weight != b.weight),
        tuple(id for id, b in new.items() if b.event and b.event.kind == "suspended"),
    )


def renamed(id: str, before: int, after: int, folder: Path = YEARS) -> str:
    """The id that an activity of one year has in a later one, following CMS's renumberings."""
    for year in years(folder):
        if before < year <= after:
            id = catalogue(year, folder=folder).renumbered.get(id, id)
    return id


def names(id: str, year: int, folder: Path = YEARS) -> frozenset[str]:
    """Every id that an activity of this year has had, renumberings followed back."""
    found = {id}
    for each in sorted((y for y in years(folder) if y <= year), reverse=True):
        renumbered = catalogue(each, folder=folder).renumbered
        found |= {old for old, new in renumbered.items() if new in found}
    return frozenset(found)
