"""The evidence of a binder on paper: each file with what it shows and who reviewed it, and the rest."""

import re

from mips_ia.portal.actions.evidence import address_of
from mips_ia.portal.templatetags.words import day, document, moment
from mips_ia.portal.told.targets import STATUSES, targets

GONE = "an item that the guide does not have any more"
_UNBROKEN = re.compile(r"[^/?&=.-]{40}")  # of an address, behind which a line may end


def documents(found, activity, items, paths):
    """What is said to show an activity; `items` are the words for its items, by their ids."""
    last = _reviewed(found)
    return [
        {
            "name": str(use.evidence), "review": _review(use, last.get(use.id)),
            "shows": _shows(use, items.get(use.leaf, GONE)),
            "received": moment(use.revision.received_at), "path": paths[use.revision.id],
            "sha256": use.revision.sha256, "leaf": found.leaf(use.revision),
        } for use in found.uses if use.activity == activity
    ]  # fmt: skip


def _shows(use, item):
    """What it is said to show; of a link where it leads, as text and nothing to press."""
    if not use.revision.is_link:
        return f"Shows {item}, as: {document(use.kind)}. Date: {_days(use)}."
    where = _UNBROKEN.sub("\\g<0>\u200b", address_of(use.revision))
    to = f", to {where}" if where else ""
    return f"A link for {item}{to}. What it shows is not kept here."


def others(found, paths):
    """What shows special statuses, or activities that are not chosen any more; each with its heading."""
    rest = dict.fromkeys(use.activity for use in found.uses if use.activity not in found.activities)
    return [
        {"heading": _heading(found.ledger, id), "documents": documents(found, id, _items(found, id), paths)}
        for id in rest
    ]


def _heading(ledger, activity):
    if activity == STATUSES:
        return f"Special statuses of {ledger.year}"
    return f"{activity}, which is not chosen any more"


def _items(found, activity):
    """The items in their own words, since no checklist is printed of them."""
    return {each.leaf.id: f"“{each.leaf.says}”" for each in targets(found.ledger, [activity])}


def _reviewed(found):
    """What was said last of each use, of its newest revision that somebody looked at."""
    return {each.use_id: each for each in sorted(found.reviews, key=lambda each: each.revision.number)}


def _review(use, said):
    """Who accepted it; of an earlier revision only that it was of an earlier one."""
    if said is None:
        return "Not reviewed"
    by = f"by {said.person.name}, {moment(said.at)}"
    if said.revision_id == use.revision.id:
        return f"{'Accepted' if said.accepted else 'Change asked'} {by}"
    if said.accepted:
        return f"Not reviewed (an earlier revision was accepted {by})"
    return f"Not reviewed (a change of an earlier revision was asked for {by})"


def _days(use):
    return " – ".join(day(each) for each in (use.first, use.last) if each) or "not known"
