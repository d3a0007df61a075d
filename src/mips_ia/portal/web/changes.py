"""What changed in the inventory since the year before, that of the practice's own activities first."""

from operator import itemgetter

from django.shortcuts import render

from mips_ia.catalogue import catalogue, changes, renamed
from mips_ia.formats.texts import texts
from mips_ia.planning.wording import marked
from mips_ia.portal.facts import Ledger
from mips_ia.portal.tenancy import page
from mips_ia.portal.web.activity_filters import Inventory
from mips_ia.portal.web.inventory import reworded, year_before
from mips_ia.reading.guides import guide


@page(see="see")
def changed(request, access):
    """Ours first; then everything, by what happened to it."""
    ledger = Ledger(access.year)
    before = year_before(ledger.year)
    if before is None:
        return render(request, "changes.html", {"ledger": ledger, "before": None})
    sections = everything(before, ledger.year)
    inventory = Inventory(ledger)
    concern = {*ledger.activities, *inventory.last_year, *inventory.chosen_before}
    ours = [
        {**each, "section": section["title"]}
        for section in sections for each in section["entries"] if {each["id"], each["was"]} & concern
    ]  # fmt: skip
    return render(request, "changes.html", {
        "ledger": ledger, "before": before, "ours": sorted(ours, key=itemgetter("id")),
        "sections": [section for section in sections if section["entries"]],
        "lost": lost_weights(before, ledger.year), "loaded": bool(texts(before) and texts(ledger.year)),
    })  # fmt: skip


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
