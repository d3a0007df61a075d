"""What became of a list of activities: which are still good, and what happened to the others."""

from collections.abc import Iterable
from datetime import date
from typing import NamedTuple

from mips_ia.catalogue import Activity, catalogue, renamed
from mips_ia.reading.guides import guide
from mips_ia.reading.yearbook import years

KINDS = ("good", "reworded", "suspended", "renumbered", "retired", "not_yet", "unknown")


class Fate(NamedTuple):
    """What a listed activity is in the year asked for.

    `kind` is `good` (as it was), `reworded` (still there, but what it asks for or its title changed),
    `suspended`, `renumbered` (then `now` is its new id), `retired`, `not_yet` (added later) or
    `unknown`. `says` is a sentence; `notes` are those of its guide.
    """

    id: str
    kind: str
    says: str
    now: str = ""
    notes: tuple[str, ...] = ()

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
        return Fate(id, "renumbered", f"CMS renumbered it; in {year} it is {now}.", now, _notes(now, year))
    if known[0] > year:
        return Fate(id, "not_yet", f"It was added in {known[0]}.")
    last = max(each for each in known if each <= year)
    event = catalogue(last, as_known_on).activities[id].event
    before = f" {event.says}" if event and event.kind == "suspended" else ""
    says = f"CMS took it out of the inventory after {last}.{before}"
    return Fate(id, "retired", says, "", _notes(id, last))


def _still_there(activity: Activity, since: int, year: int) -> Fate:
    id, event = activity.id, activity.event
    if event and event.kind == "suspended":
        return Fate(id, "suspended", event.says, "", _notes(id, year))
    then = catalogue(since).activities.get(id)
    changed = []
    if then and then.title != activity.title:
        changed.append(f"Its title was “{then.title}” and is “{activity.title}”.")
    if (before := guide(id, since)) and (after := guide(id, year)) and before.since != after.since:
        changed.insert(0, "What it asks for has changed.")
    if changed:
        return Fate(id, "reworded", " ".join(changed), "", _notes(id, year))
    return Fate(id, "good", "As it was.")


def _notes(id: str, year: int) -> tuple[str, ...]:
    found = guide(id, year)
    return found.notes if found else ()
