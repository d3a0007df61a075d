"""What became of a list of activities: which are still good, and what happened to the others."""

import re
from collections.abc import Iterable
from datetime import date
from typing import NamedTuple

from mips_ia.catalogue import Activity, Catalogue, catalogue, names, renamed
from mips_ia.reading.guides import guide
from mips_ia.reading.yearbook import years

KINDS = ("good", "reworded", "suspended", "renumbered", "retired", "not_yet", "unknown")


class Fate(NamedTuple):
    """What a listed activity is in the year asked for.

    `kind` is `good` (as it was), `reworded` (still there, but what it asks for or its title changed),
    `suspended`, `renumbered` (then `now` is its id in that year), `retired`, `not_yet` (added later) or
    `unknown`. `says` is a sentence. `near` are activities of the year that the notes of its guide
    name: where to look, not a successor that CMS named.
    """

    id: str
    kind: str
    says: str
    now: str = ""
    near: tuple[str, ...] = ()

    @property
    def usable(self) -> bool:
        """Whether it can be attested under the id that the list has."""
        return self.kind in ("good", "reworded")


def drift(ids: Iterable[str], since: int, year: int, as_known_on: date | None = None) -> tuple[Fate, ...]:
    """The fate of each activity of a list made for the year `since`, each id once, in the order given."""
    return tuple(_fate(id, since, year, as_known_on) for id in dict.fromkeys(ids))


def _fate(id: str, since: int, year: int, as_known_on: date | None) -> Fate:
    listed = catalogue(year, as_known_on)
    known = _listing(id)
    if activity := listed.activities.get(id):
        return _still_there(activity, since, year)
    if not known:
        return Fate(id, "unknown", f"No year has an activity {id}.")
    kept = [each for each in known if id in catalogue(each).activities]
    now = renamed(id, min(since, year, *kept[-1:]), year)
    for name in (now, *sorted(names(id, known[0]))):
        if activity := listed.activities.get(name):
            says = f"It was renumbered; in {year} it is {name}.{_event(activity, year)}"
            return Fate(id, "renumbered", says, name)
    if known[0] >= year and id not in listed.gone:
        return Fate(id, "not_yet", f"It was added in {known[0]}.")
    last, was = max((each, name) for name in (id, now) for each in _listing(name) if each <= year)
    then = catalogue(last, as_known_on)
    who = "CMS" if was == id else f"It was renumbered {was}, and CMS"
    says = f"{who} took it out of the inventory {'within' if was in then.gone else 'after'} {last}."
    says += _event({**then.activities, **then.gone}[was], last)
    return Fate(id, "retired", says, "", _near(was, last, listed))


def _listing(id: str) -> list[int]:
    """The years in whose inventory an id was, be it for a part of the year."""
    return [year for year in years() if id in catalogue(year).activities or id in catalogue(year).gone]


def _event(activity: Activity, year: int) -> str:
    """What CMS did to an activity within a year, as a sentence to follow another; else nothing."""
    event = activity.event
    return f" In {year}: {event.says}" if event and event.kind != "added" else ""


def _still_there(activity: Activity, since: int, year: int) -> Fate:
    id, event = activity.id, activity.event
    if event and event.kind == "suspended":
        return Fate(id, "suspended", event.says)
    then = catalogue(since).activities.get(id)
    changed = []
    if then and then.title != activity.title:
        changed.append(f"Its title was “{then.title}” and is “{activity.title}”.")
    if (before := guide(id, since)) and (after := guide(id, year)) and before.since != after.since:
        changed.insert(0, "What it asks for has changed.")
    if changed:
        return Fate(id, "reworded", " ".join(changed))
    return Fate(id, "good", "As it was." if then else f"{since} did not have it; {year} has it.")


def _near(id: str, year: int, listed: Catalogue) -> tuple[str, ...]:
    """The activities in the list that the notes of an activity's guide name, in that order."""
    found = guide(id, year)
    named = re.findall(r"IA_[A-Z]+(?:_[0-9]+)?", " ".join(found.notes)) if found else ()
    return tuple(dict.fromkeys(each for each in named if each in listed.activities))
