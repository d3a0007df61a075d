"""One clinician in the year: their dates, activities, signatures and delegations, and why they count."""

from django.db.models import prefetch_related_objects
from django.http import Http404
from django.shortcuts import render

from mips_ia.portal.actions.signing import holds
from mips_ia.portal.ledgers import ledger_of
from mips_ia.portal.tenancy import page
from mips_ia.portal.told import readings


@page(see="see")
def roster_clinician(request, access, clinician):
    """What the practice knows of a clinician; clinicians see themselves."""
    row = access.practice.clinicians.filter(pk=clinician).first()
    if row is None or not (access.may("see_names") or row == access.clinician):
        raise Http404
    ledger = ledger_of(access.year)
    person = next((each for each in ledger.people if each.id == row.id), None)
    prefetch_related_objects(person.stays if person else [], "site")
    return render(request, "roster_clinician.html", {
        "row": row, "ledger": ledger, "person": person, "why": readings.why_counted(ledger, person),
        "activities": _activities(ledger, row), "signatures": _signatures(access, row),
        "delegations": _delegations(access, row),
        "may_edit": access.may("edit") and not ledger.locked,
        "whole": access.may("see_names"),
    })  # fmt: skip


def _activities(ledger, row):
    found = []
    for id in ledger.activities:
        listed = ledger.listed.activities.get(id)
        found.append({"id": id, "title": listed.title if listed else id, "cell": ledger.cell(row.id, id)})
    return found


def _signatures(access, row):
    windows = access.year.windows.filter(clinician=row).prefetch_related("signatures__person")
    signed = [(each, window) for window in windows for each in window.signatures.all()]
    signed.sort(key=lambda pair: pair[0].id, reverse=True)
    return [{"signature": each, "window": window} for each, window in signed]


def _delegations(access, row):
    held = access.year.delegations.filter(clinician=row).select_related("delegate", "person", "ended_by")
    return [{"row": each, "valid": holds(each)} for each in held]
