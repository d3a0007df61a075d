"""The matrix of clinicians and activities as a page shows it: all of it or a part, and a page at a time."""

from django.core.paginator import Paginator

from mips_ia.portal.told import shown
from mips_ia.portal.told.matrix import amiss

ROWS = 200


def drawn(request, ledger, people, whole, heads, names, cells):
    """What the page shows, and what is shown of it anew: totals first, then a row for each of these people.

    `heads` gives the address of an activity's page, `names` that of a clinician's, and `cells` that of one
    clinician's activity, empty where nobody goes on from there. Who sees the whole sees a part, too: one
    activity, or what is amiss.
    """
    only = request.GET.get("activity")
    tallies = [each for each in ledger.tallies if only in (None, "", each.activity)]
    attention = whole and request.GET.get("show") == "attention"
    if attention:
        people = amiss(people, tallies)
    at_once = max(ROWS, len(people)) if "all" in request.GET else ROWS
    pages = Paginator(people, at_once).get_page(request.GET.get("page"))
    every = [each | {"address": heads(each["activity"])} for each in shown.activities(ledger)]
    return {
        "ledger": ledger, "tallies": tallies, "pages": pages, "whole": whole, "columns": len(tallies) + 1,
        "rows": [_row(person, tallies, names, cells, ledger.year) for person in pages],
        "only": only, "every": every, "attention": attention,
        "empty": not any(each.entered for each in ledger.tallies),
        "shown": [each for each in every if only in (None, "", each["activity"])],
        "denominator": shown.denominator(ledger),
        "rule": _rule(ledger),
    }  # fmt: skip


def _rule(ledger):
    """By what an activity counts: a share of the clinicians; of those who each report alone, their days."""
    if not ledger.practice.many:
        return ledger.rules.period[-1]
    return next(t for t in ledger.rules.threshold if t.fits(frozenset([ledger.practice.entity])))


def _row(person, tallies, names, cells, year):
    return {
        "name": person.clinician.name,
        "address": names(person.id),
        "note": note(person, year),
        "cells": [
            {"activity": each.activity, "cell": each.cells[person.id],
             "address": cells(each.activity, person.id)}
            for each in tallies
        ],
    }  # fmt: skip


def note(person, year):
    """That somebody joined or left within the year."""
    told = []
    if person.joined_on and person.joined_on.year == year and person.joined_on.timetuple().tm_yday > 1:
        told.append(f"Joined {person.joined_on:%B} {person.joined_on.day}")
    if person.left_on and person.left_on.year == year:
        told.append(f"Left {person.left_on:%B} {person.left_on.day}")
    return ", ".join(told)
