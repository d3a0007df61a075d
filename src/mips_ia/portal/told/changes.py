"""What changed in the inventory since the year before, and what of it concerns a practice."""

from operator import itemgetter

from mips_ia.catalogue import catalogue, changes, renamed
from mips_ia.formats.texts import texts
from mips_ia.planning.wording import marked
from mips_ia.portal.told.activity_search import Inventory
from mips_ia.portal.told.inventory import reworded
from mips_ia.reading.guides import guide


def ours(ledger, sections):
    """What concerns the activities that the practice has chosen, this year or in the year before."""
    inventory = Inventory(ledger)
    concern = {*ledger.activities, *inventory.chosen_before, *inventory.now(inventory.chosen_before)}
    found = [
        {**each, "section": section["title"]}
        for section in sections for each in section["entries"] if {each["id"], each["was"]} & concern
    ]  # fmt: skip
    return sorted(found, key=itemgetter("id"))


def everything(before, year):
    """Each kind of change with its entries: id now, id before, title, and what is told of it."""
    moved, old, new = changes(before, year), catalogue(before), catalogue(year)
    titles = {
        id: each.title for id, each in (*old.activities.items(), *new.gone.items(), *new.activities.items())
    }

    def entry(id, was="", **told):
        return {"id": id, "was": was or id, "title": titles[id], "here": id in new.activities, **told}

    events = [each for each in (*new.activities.values(), *new.gone.values()) if each.event]
    weighed = [] if lost_weights(before, year) else moved.reweighted
    found = {
        "Added": [entry(id) for id in moved.added],
        "Removed": [entry(id, says=_end(id, new)) for id in moved.removed],
        "Renumbered": [entry(now, was, says=f"It was {was}.") for was, now in moved.renumbered],
        "Retitled": [entry(id, words=[*marked(then, now, 1)]) for id, then, now in moved.retitled],
        "Reworded": _reworded(before, year, entry),
        "Weight changed": [
            entry(id, says=f"{a or 'none'} before, {b or 'none'} now") for id, a, b in weighed
        ],
        f"Changed within {year}": [entry(each.id, event=each.event) for each in events],
    }
    return [{"title": title, "entries": entries} for title, entries in found.items()]


def _end(id, new):
    gone = new.gone.get(id)
    return gone.event.says if gone and gone.event else ""


def _reworded(before, year, entry):
    """With CMS's words marked where both years are loaded; else by what our guides say of it."""
    old, new = texts(before), texts(year)
    was = {renamed(id, before, year): id for id in catalogue(before).activities}
    found = []
    for id in reworded(before, year):
        told = {"says": f"Now: {said.summary}" if (said := guide(id, year)) else ""}
        if old and new:
            told = {"words": [*marked(old[was[id]].description, new[id].description)]}
        found.append(entry(id, was[id], **told))
    return found


def lost_weights(before, year):
    """Whether the year has no weights any more and the one before had them."""
    old, new = ({each.weight for each in catalogue(y).activities.values()} for y in (before, year))
    return old != {""} and new == {""}
