"""The matrix of clinicians and activities that proves that half of a group took part."""

import csv

from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import NoReverseMatch, reverse

from mips_ia.portal.actions.ledger import locked
from mips_ia.portal.actions.signing import holds
from mips_ia.portal.facts import Ledger
from mips_ia.portal.log import note as logged
from mips_ia.portal.log import writing
from mips_ia.portal.tenancy import page
from mips_ia.portal.web import shown

ROWS = 200
ATTENTION = ("unknown", "notmet")
COLUMNS = (
    "performance_year", "tin", "npi", "activity_id", "start_date", "end_date", "taking_part", "attested_by",
    "delegate_email", "attested_on", "basis", "evidence_ref", "note", "row_id",
)  # fmt: skip
FORMULA = ("=", "+", "-", "@")  # with which a spreadsheet begins to calculate


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
    attention = request.GET.get("show") == "attention"
    if attention:
        rows = [row for row in rows if any(each["cell"].state in ATTENTION for each in row["cells"])]
    every = shown.activities(ledger)
    return render(request, "participation.html", {
        "ledger": ledger, "tallies": tallies, "rows": Paginator(rows, ROWS).get_page(request.GET.get("page")),
        "only": only, "every": every, "attention": attention, "open": not locked(access.year),
        "may_enter": access.may("windows"),
        "shown": [each for each in every if only in (None, "", each["activity"])],
        "denominator": shown.denominator(ledger), "upload": _upload(access),
        "threshold": next(t for t in ledger.rules.threshold if t.fits(frozenset([ledger.practice.entity]))),
    })  # fmt: skip


def _upload(access):
    """Where a file of windows is uploaded, for those who may; empty where there is no such page."""
    try:
        address = reverse("participation_upload", args=(access.practice.slug, access.year.year))
    except NoReverseMatch:
        return ""
    return address if access.how("windows") == "yes" else ""


def note(person, year):
    """That somebody joined or left within the year."""
    told = []
    if person.joined_on and person.joined_on.year == year and person.joined_on.timetuple().tm_yday > 1:
        told.append(f"Joined {person.joined_on:%B} {person.joined_on.day}")
    if person.left_on and person.left_on.year == year:
        told.append(f"Left {person.left_on:%B} {person.left_on.day}")
    return ", ".join(told)


# ---- One cell


@page(see="see")
def participation_cell(request, access, activity, clinician):
    """The windows of one clinician and activity: who entered them, what was signed, and what was before."""
    ledger = Ledger(access.year)
    person = next((each for each in ledger.people if each.id == clinician), None)
    mine = access.clinician is not None and access.clinician.id == clinician
    if person is None or activity not in ledger.listed.activities or not (access.may("see_names") or mine):
        raise Http404
    every = list(
        access.year.windows.filter(clinician=clinician, activity=activity)
        .select_related("entered_by", "clinician").prefetch_related("signatures__person").order_by("-id")
    )  # fmt: skip
    entered = {each.place: each for each in ledger.windows.get((clinician, activity), ())}
    return render(request, "participation_cell.html", {
        "ledger": ledger, "person": person, "activity": activity, "mine": mine,
        "title": ledger.listed.activities[activity].title, "cell": ledger.cell(clinician, activity),
        "windows": [
            {"row": row, "cell": ledger.judged(activity, entered[row.id])}
            for row in every if row.id in entered
        ],
        "before": [row for row in every if row.id not in entered],
        "open": not locked(access.year), "changes": access.how("windows") == "yes" or mine,
        "records": _may_record(access, clinician), "reminds": access.may("remind"),
    })  # fmt: skip


def _may_record(access, clinician):
    held = access.year.delegations.filter(delegate=access.person, clinician=clinician, ended_at=None)
    return access.may("delegated") and any(holds(each) for each in held)


# ---- The rows as a file


@page(see="see_names")
def participation_csv(request, access):
    """The windows that hold today, a row each, as they can be uploaded again."""
    whole = access.may("see_tin")
    if whole:
        with writing(access.practice):
            logged(access, "TIN seen", "participation.csv")
    answer = HttpResponse(content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="participation-{access.year.year}.csv"'
    table = csv.writer(answer)
    table.writerow(COLUMNS)
    rows = access.year.windows.filter(replaced_at=None).select_related("clinician")
    for row in rows.prefetch_related("signatures__person").order_by("activity", "clinician__npi", "first"):
        table.writerow([cell_text(each) for each in _row(access, row, whole)])
    return answer


def _row(access, row, whole):
    signed = max(row.signatures.all(), key=lambda each: each.id, default=None)
    kind = {"own": "self", "delegated": "delegate"}.get(signed.kind if signed else "", "")
    return (
        access.year.year, access.practice.tin if whole else "", row.clinician.npi, row.activity, row.first,
        row.last, {True: "yes", False: "no", None: ""}[row.taking_part], kind,
        signed.person.email if kind == "delegate" else "", signed.signed_at.date() if kind else "",
        signed.basis if kind else "", "", row.note, row.row_id,
    )  # fmt: skip


def cell_text(value):
    """A cell of a file; what a spreadsheet would take for a formula begins with an apostrophe."""
    said = "" if value is None else str(value)
    return f"'{said}" if said.startswith(FORMULA) else said
