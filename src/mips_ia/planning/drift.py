"""What became of a list of activities: which are still good, and what happened to the others."""

import re
from collections.abc import Iterable
from datetime import date
from typing import NamedTuple

from mips_ia.catalogue import Activity, Catalogue, catalogue, renamed
from mips_ia.reading.guides import guide
from mips_ia.reading.yearbook import years

KINDS = ("good", "reworded", "suspended", "renumbered", "retired", "not_yet", "unknown")


class Fate(NamedTuple):
    """What a listed activity is in the year asked for.

    `kind` is `good` (as it was), `reworded` (still there, but what it asks for or its title changed),
    `suspended`, `renumbered` (then `now` is its new id), `retired`, `not_yet` (added later) or
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
    known = [each for each in years() if id in catalogue(each).activities]
    if activity := listed.activities.get(id):
        return _still_there(activity, since, year)
    if not known:
        return Fate(id, "unknown", f"No year has an activity {id}.")
    if (now := renamed(id, min(since, year), year)) in listed.activities:
        return Fate(id, "renumbered", f"CMS renumbered it; in {year} it is {now}.", now)
    if known[0] > year:
        return Fate(id, "not_yet", f"It was added in {known[0]}.")
    last = max(each for each in known if each <= year)
    event = catalogue(last, as_known_on).activities[id].event
    before = f" In {last}: {event.says}" if event and event.kind == "suspended" else ""
    says = f"CMS took it out of the inventory after {last}.{before}"
    return Fate(id, "retired", says, "", _near(id, last, listed))


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
    return Fate(id, "good", "As it was.")


def _near(id: str, year: int, listed: Catalogue) -> tuple[str, ...]:
    """The activities in the list that the notes of an activity's guide name, in that order."""
    found = guide(id, year)
    named = re.findall(r"IA_[A-Z]+(?:_[0-9]+)?", " ".join(found.notes)) if found else ()
    return tuple(dict.fromkeys(each for each in named if each != id and each in listed.activities))
