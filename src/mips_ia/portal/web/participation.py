"""The matrix of clinicians and activities that proves that half of a group took part."""

from urllib.parse import urlencode

from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse

from mips_ia.planning.overlaps import meeting, overlapping
from mips_ia.portal.actions.signing import holds
from mips_ia.portal.ledgers import ledger_of
from mips_ia.portal.tenancy import evidence_of, page
from mips_ia.portal.told import matrix
from mips_ia.portal.told.evidence import of_cell
from mips_ia.portal.uploaded import history
from mips_ia.portal.web.matrix import drawn


@page(see="see")
def participation(request, access):
    """Totals first, then a row for each clinician; a clinician sees their own row.

    A cell is a link where there is something to do, and a name leads to everything of the clinician. A page
    of its own has everybody, to be printed.
    """
    ledger, slug = ledger_of(access.year), access.practice.slug
    roster = reverse("roster", args=(slug, ledger.year))
    found = drawn(
        request, ledger, matrix.people(ledger, access), access.may("see_names"),
        lambda activity: reverse("activities_one", args=(slug, ledger.year, activity)),
        lambda clinician: f"{roster}{clinician}/",
        lambda activity, clinician: f"{request.path}{activity}/{clinician}/",
    )  # fmt: skip
    if request.htmx and not request.htmx.history_restore_request:
        return render(request, "participation_matrix.html", found)
    return render(request, "participation.html", found | {
        "open": not ledger.locked, "may_enter": access.may("windows"),
        "may_download": access.may("see_tin"), "may_choose": access.may("plan"),
        "may_add": access.may("edit"), "upload": _upload(access),
        "uploads": history(access, "participation") if access.how("windows") == "yes" else (),
    })  # fmt: skip


@page(see="windows")
def participation_record(request, access):
    """The form for windows, which leads back here."""
    asked = {name: request.GET[name] for name in ("activity",) if name in request.GET}
    place = reverse("plan_new", args=(access.practice.slug, access.year.year))
    return redirect(f"{place}?{urlencode(asked | {'from': 'participation'})}")


def _upload(access):
    """Where a file of windows is uploaded, for those who may enter windows for everybody."""
    if access.how("windows") != "yes":
        return ""
    return reverse("participation_upload", args=(access.practice.slug, access.year.year))


# ---- One cell


@page(see="see")
def participation_cell(request, access, activity, clinician):
    """The windows of one clinician and activity, what was signed and is kept, and what was before."""
    ledger = ledger_of(access.year)
    person = next((each for each in ledger.people if each.id == clinician), None)
    listed = ledger.listed.activities.get(activity) or ledger.listed.gone.get(activity)
    if person is None or listed is None:
        raise Http404
    mine = access.clinician is not None and access.clinician.id == clinician
    records = _may_record(access, clinician)
    if not (access.may("see_names") or mine or records):
        raise Http404
    every = list(
        access.year.windows.filter(clinician=clinician, activity=activity)
        .select_related("entered_by", "clinician").prefetch_related("signatures__person").order_by("-id")
    )  # fmt: skip
    entered = {each.place: each for each in ledger.windows.get((clinician, activity), ())}
    return render(request, "participation_cell.html", {
        "ledger": ledger, "person": person, "activity": activity, "mine": mine,
        "title": listed.title, "cell": ledger.cell(clinician, activity),
        "windows": [
            {"row": row, "cell": ledger.judged(activity, entered[row.id]),
             "overlaps": overlapping(entered[row.id], list(entered.values())),
             "meets": meeting(entered[row.id], list(entered.values()))}
            for row in every if row.id in entered
        ],
        "before": [row for row in every if row.id not in entered],
        "sees": access.may("see_evidence"), "kept": _kept(access, ledger, activity, clinician),
        "open": not ledger.locked, "changes": access.how("windows") == "yes" or mine,
        "records": records, "reminds": access.may("remind"),
    })  # fmt: skip


def _kept(access, ledger, activity, clinician):
    """The evidence of a cell that the person may see."""
    if not access.may("see_evidence") or activity not in ledger.kept:
        return []
    seen = set(evidence_of(access).values_list("id", flat=True))
    return of_cell(ledger, activity, clinician, seen)


def _may_record(access, clinician):
    held = access.year.delegations.filter(delegate=access.person, clinician=clinician, ended_at=None)
    return access.may("delegated") and any(holds(each) for each in held)
