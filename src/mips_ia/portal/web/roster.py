"""Who bills under the TIN in the year, since when, and what half of them is."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404
from django.shortcuts import redirect, render

from mips_ia.portal.actions import roster as actions
from mips_ia.portal.ledgers import ledger_of
from mips_ia.portal.tenancy import page
from mips_ia.portal.told import roster as told
from mips_ia.portal.told import shown
from mips_ia.portal.told.uninvited import to_invite
from mips_ia.portal.uploaded import history
from mips_ia.portal.web.locked import unless_locked
from mips_ia.portal.web.roster_forms import ANSWERS, CHECK_DIGIT, Joining, Staying
from mips_ia.portal.web.searching import words as words_of
from mips_ia.portal.web.versions import Versions

ROWS = 100
_WORDS = {True: "yes", False: "no", None: None}


@page(see="see_names")
def roster(request, access):
    """The denominator in a sentence, then everybody with their dates, and where each row came from."""
    ledger = ledger_of(access.year)
    words = words_of(request.GET).lower()
    stays = told.stays(ledger)
    if words:
        stays = [
            each for each in stays if words in f"{each[0].clinician.name} {each[0].clinician.npi}".lower()
        ]
    at_once = max(ROWS, len(stays)) if "all" in request.GET else ROWS
    pages = Paginator(stays, at_once).get_page(request.GET.get("page"))
    return render(request, "roster.html", {
        **told.counted(ledger),
        "ledger": ledger, "pages": pages, "words": words, "rows": told.rows(access.year, pages),
        "differ": len(ledger.current) not in (0, len(ledger.billing)),
        "uploads": history(access, "roster"), "may_edit": access.may("edit") and not ledger.locked,
        "may_see_tin": access.may("see_tin"), "ending": access.practice.tin[-4:],
        "to_invite": to_invite(access),
    })  # fmt: skip


@page(see="edit", change="edit")
@unless_locked
def roster_new(request, access):
    """Somebody new, or somebody who comes back."""
    here = access.year.stays.filter(ended_at=None)
    asked = _known_of(access, request.GET.get("npi", ""))
    form = Joining(request.POST or None, held=lambda npi: here.filter(clinician__npi=npi), initial=asked)
    if request.method == "POST" and form.is_valid() and form.took(
        lambda: actions.put(access, form.cleaned_data["npi"], **form.facts())
    ):  # fmt: skip
        if form.doubtful:
            messages.warning(request, CHECK_DIGIT)
        return _saved(request, access, form.cleaned_data["npi"])
    return render(request, "roster_new.html", {"form": form, "sites": access.practice.open_sites})


def _known_of(access, npi):
    """The names of somebody who was here before, so that nobody types them again."""
    held = access.practice.clinicians.filter(npi=npi).first() if npi.isdecimal() else None
    return {"npi": npi, **{name: getattr(held, name) for name in actions.NAMES}} if held else {}


@page(see="edit", change="edit")
@unless_locked
def roster_change(request, access, clinician, stay):
    """Another name, other dates, another site of one stay."""
    row = _stay(access, clinician, stay)
    others = access.year.stays.filter(clinician=row.clinician, ended_at=None).exclude(pk=row.pk)
    form = Staying(request.POST or None, others=others, initial=_initial(row))
    versions = Versions(request, lambda: actions.whole(row), lambda: _initial(row))
    if (
        request.method == "POST" and form.is_valid()
        and versions.saved(form, lambda seen: form.took(
            lambda: actions.change(access, row, seen=seen, **form.facts())
        )) and not form.errors
    ):  # fmt: skip
        return _saved(request, access, row.clinician.npi)
    return render(request, "roster_change.html", {
        "form": form, "row": row, "sites": access.practice.open_sites, "versions": versions,
    }, status=versions.status)  # fmt: skip


def _initial(stay):
    known = {name: getattr(stay.clinician, name) for name in actions.NAMES}
    known |= {name: _WORDS[getattr(stay, name)] for name in ANSWERS}
    return known | {
        "site": stay.site.name if stay.site else "",
        "joined_on": stay.joined_on,
        "left_on": stay.left_on,
    }


@page(see="edit", change="edit")
@unless_locked
def roster_off(request, access, clinician, stay):
    """Asks before somebody is taken off who was never there."""
    row = _stay(access, clinician, stay)
    if request.method == "POST":
        actions.take_off(access, row)
        return _saved(request, access, row.clinician.npi)
    windows = access.year.windows.filter(clinician=row.clinician, replaced_at=None).count()
    return render(request, "roster_off.html", {"row": row, "windows": windows})


def _saved(request, access, npi):
    ledger = ledger_of(access.year)
    messages.success(request, f"Saved. {shown.denominator(ledger)}")
    for says in told.doubted(ledger, access.practice.clinicians.get(npi=npi)):
        messages.warning(request, says)
    return redirect("roster", access.practice.slug, access.year.year)


def _stay(access, clinician, stay):
    row = access.year.stays.filter(pk=stay, clinician_id=clinician, ended_at=None).first()
    if row is None:
        raise Http404
    return row
