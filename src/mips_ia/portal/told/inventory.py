"""An activity of a year's inventory in words: what it was before, what it takes, and where it counts."""

import difflib
import re
from typing import NamedTuple

from mips_ia.attestation import Attestation, verdict
from mips_ia.catalogue import catalogue, changes, names, renamed
from mips_ia.formats.guide_text import DATED
from mips_ia.formats.texts import texts
from mips_ia.portal.templatetags.words import day, many
from mips_ia.portal.told.shown import PATHWAYS
from mips_ia.reading.guides import Leaf, called, guide
from mips_ia.reading.yearbook import years
from mips_ia.standing import Practice

NEAR = 3


class Mark(NamedTuple):
    """What is different about an activity: `new`, `changed` or `suspended`, and how it is called."""

    kind: str
    words: str


def subcategory(name):
    """`beneficiaryEngagement` as CMS prints it: `Beneficiary Engagement`."""
    spaced = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name)
    return (spaced[:1].upper() + spaced[1:]).replace(" And ", " and ") or "No subcategory"


def year_before(year):
    """The performance year before, None where it is not here."""
    return year - 1 if year - 1 in years() else None


def marks(year):
    """What is different about each activity of a year, by id; nothing in the first year."""
    found = {id: _marks_within(each) for id, each in catalogue(year).activities.items()}
    before = year_before(year)
    if before is None:
        return found
    moved = changes(before, year)
    new = {*moved.added}
    told = dict.fromkeys(moved.added, "New") | {
        now: f"Renumbered from {old}" for old, now in moved.renumbered
    }
    told_too = {id: "Retitled" for id, _, _ in moved.retitled}
    reweighted = {
        id: f"{then.capitalize()} to {now} weight" for id, then, now in moved.reweighted if then and now
    }
    for words in (told, told_too, dict.fromkeys(reworded(before, year), "Reworded"), reweighted):
        for id, said in words.items():
            if said == "New" or id not in new:
                found[id].append(Mark("new" if said == "New" else "changed", said))
    return found


def _marks_within(activity):
    event = activity.event
    if event is None:
        return []
    if event.kind == "added":
        return [Mark("new", f"Added {day(event.known_on)}")]
    return [Mark("suspended", f"Suspended {day(event.known_on)}")]


def reworded(before, year):
    """The activities that ask for something else than before: by CMS's texts, else by our guides."""
    old, new = texts(before), texts(year)
    was = {renamed(then, before, year): then for then in catalogue(before).activities}
    both = sorted(catalogue(year).activities.keys() & was.keys())
    if old and new:
        return [id for id in both if _differ(old.get(was[id]), new.get(id))]
    return [id for id in both if was[id] == id and (said := guide(id, year)) and said.since == year]


def _differ(before, after):
    return before and after and before.description.split() != after.description.split()


def history(id, year):
    """What became of an activity over the years: each year in which something did, and a sentence."""
    found, before = [], None
    for each in years():
        now = _in_year(id, year, each)
        found += [(each, said) for said in _told(before, now, each)]
        before = now
    return found


def _in_year(id, year, each):
    listed = catalogue(each)
    called = [id, *sorted(names(id, year))] if each <= year else [renamed(id, year, each)]
    inventories = (listed.activities, listed.gone)
    return next((within[name] for within in inventories for name in called if name in within), None)


def _told(before, now, year):
    if now is None:
        if before is not None and not (before.event and before.event.kind == "removed"):
            yield "Removed from the inventory."
        return
    if before is None:
        yield f"Added as {now.id}."
    else:
        if now.id != before.id:
            yield f"Renumbered from {before.id} to {now.id}."
        if now.title != before.title:
            yield f"Retitled; before: “{before.title}”."
        if now.weight != before.weight:
            yield f"Weight: {before.weight or 'none'}, now {now.weight or 'none'}."
        if (meaning := guide(now.id, year)) and meaning.since == year and now.id == before.id:
            yield "What it asks for changed."
    if now.event and now.event.kind != "added":
        yield now.event.says


def requirement(tree):
    """What to keep, as numbered parts joined by AND or OR."""
    if isinstance(tree, Leaf):
        return {"intro": "You need this one.", "joiner": "", "parts": [_leaf(tree, "1")]}
    return _node(tree, "")


def _node(node, number):
    whole = len(node.of)
    every = "both" if whole == 2 else f"all {whole}"
    intro, joiner = f"You need at least {node.least} of these {whole}.", "AND, OR"
    if node.least == whole:
        intro, joiner = f"You need {every} of these.", "AND"
    elif node.least == 1:
        intro, joiner = "Any one of these is enough.", "OR"
    parts = [
        (_leaf if isinstance(each, Leaf) else _node)(each, f"{number}.{place}" if number else f"{place}")
        for place, each in enumerate(node.of, 1)
    ]
    return {"number": number, "intro": intro, "joiner": joiner, "parts": parts}


def _leaf(leaf, number):
    kinds = [called(kind) for kind in leaf.kinds]
    listed = kinds[0] if len(kinds) == 1 else f"{', '.join(kinds[:-1])} or {kinds[-1]}"
    return {
        "number": number, "leaf": leaf, "kinds": listed[:1].upper() + listed[1:],
        "dated": DATED[leaf.dated].capitalize(),
    }  # fmt: skip


def also_counts(activity, listed, rules):
    """The pathways and the MVPs that take an activity."""
    if activity.programs is None:
        return [PATHWAYS[name] for name in rules.pathway], []
    pathways = [PATHWAYS[name] for name, each in rules.pathway.items() if each.programs & activity.programs]
    return pathways, [mvp for mvp in listed.mvps.values() if activity.id in mvp.activities]


def suspended(activity, starts=()):
    """That CMS suspended an activity, and whose work still counts; nothing where it did not.

    `starts` are the first days of those who do it.
    """
    event = activity.event
    if not event or event.kind != "suspended":
        return []
    said = [f"CMS suspended this activity on {day(event.known_on)}."]
    if by := event.counts_if_started_by:
        said[0] += f" It still counts if you had completed or started it by {day(by)}."
        known = sorted(start for start in starts if start)
        if known:
            covered = sum(start <= by for start in known)
            said.append(
                f"Your start: {day(known[0])}. {covered} of {many(len(known), 'window')} began by {day(by)}."
            )
    return said


def absent(id, rules, listed):
    """Why a year has no activity of this id, and the nearest that it has: itself, or those spelled alike."""
    who = Practice(performance_year=listed.year, entity="individual")
    problem = verdict(Attestation(id), who, rules, listed).problems[0]
    called = {*names(id, years()[-1]), *(renamed(id, year, listed.year) for year in years())}
    near = sorted(called & listed.activities.keys()) or difflib.get_close_matches(id, listed.activities, NEAR)
    return {
        "id": id, "problem": problem, "year": listed.year, "same": bool(called & listed.activities.keys()),
        "near": [listed.activities[each] for each in near],
    }  # fmt: skip
