"""The matrix of clinicians and activities that proves that half of a group took part."""

from django.core.paginator import Paginator
from django.shortcuts import render

from mips_ia.portal.facts import Ledger
from mips_ia.portal.tenancy import page
from mips_ia.portal.web import shown

ROWS = 200
ATTENTION = ("unknown", "notmet")


@page(see="see_names")
def participation(request, access):
    """Totals first, then a row for each clinician; a cell is a link where there is something to do."""
    ledger = Ledger(access.year)
    only = request.GET.get("activity")
    tallies = [each for each in ledger.tallies if only in (None, "", each.activity)]
    rows = [
        {"person": person, "note": note(person, ledger.year),
         "cells": [{"activity": each.activity, "cell": each.cells[person.id]} for each in tallies]}
        for person in ledger.counted
    ]  # fmt: skip
    if request.GET.get("show") == "attention":
        rows = [row for row in rows if any(each["cell"].state in ATTENTION for each in row["cells"])]
    pages = Paginator(rows, ROWS).get_page(request.GET.get("page"))
    return render(request, "participation.html", {
        "ledger": ledger, "tallies": tallies, "rows": pages, "only": only,
        "shown": shown.activities(ledger), "denominator": shown.denominator(ledger),
        "threshold": next(t for t in ledger.rules.threshold if t.fits(frozenset([ledger.practice.entity]))),
    })  # fmt: skip


def note(person, year):
    """That somebody joined or left within the year."""
    told = []
    if person.joined_on and person.joined_on.year == year and person.joined_on.timetuple().tm_yday > 1:
        told.append(f"Joined {person.joined_on:%B} {person.joined_on.day}")
    if person.left_on and person.left_on.year == year:
        told.append(f"Left {person.left_on:%B} {person.left_on.day}")
    return ", ".join(told)
