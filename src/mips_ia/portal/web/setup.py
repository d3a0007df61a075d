"""Setting up a practice in five short pages, from its name to its first explained score."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import redirect, render

from mips_ia.portal.actions import practice as actions
from mips_ia.portal.forms.practice import FirstPage, Named, already_here
from mips_ia.portal.forms.reporting import REPORT_AS, REPORTS, Reporting
from mips_ia.portal.ledgers import ledger_of
from mips_ia.portal.tenancy import holder_of, may_add_in, opened, page
from mips_ia.portal.told.shown import PATHWAYS
from mips_ia.portal.web.context import this_year
from mips_ia.portal.web.locked import unless_locked
from mips_ia.portal.web.setup_steps import STEPS, steps
from mips_ia.portal.web.versions import Versions
from mips_ia.problems import Refused


@opened("organization")
def practices_new(request):
    """The first page: a practice that is not here yet."""
    memberships = may_add_in(request.user)
    if not memberships:
        raise PermissionDenied
    form = FirstPage(
        request.POST or None, initial={"year": this_year()}, person=request.user, memberships=memberships
    )
    if request.method == "POST" and form.is_valid() and (made := _added(request.user, form)):
        messages.success(request, f"Saved. {made.name} is here; nothing else is known of it yet.")
        return redirect("setup_reporting", made.slug, form.cleaned_data["year"])
    ahead = [{"label": label, "says": says, "here": name == "setup"} for name, label, says in STEPS]
    return render(request, "setup.html", {"form": form, "steps": ahead, "new": True})


def _added(person, form):
    """The new practice; None where somebody just added one of its TIN, and the form says so."""
    known, by = form.cleaned_data, form.membership
    try:
        return actions.add(
            person, by.role, by.organization, known["name"], known["tin"], known["zip"], known["site"],
            known["more"],
        )  # fmt: skip
    except Refused:
        form.add_error("tin", already_here(holder_of(known["tin"]), person))
        return None


@page(see="edit")
def setup(request, access):
    """The practice itself: its name and where its sites are; the TIN stays what it is."""
    form = Named(request.POST or None, initial={"name": access.practice.name})
    versions = Versions(
        request, lambda: actions.named(access.practice), lambda: {"name": access.practice.name}
    )
    if (
        request.method == "POST" and form.is_valid()
        and versions.saved(form, lambda seen: actions.rename(access, form.cleaned_data["name"], seen))
    ):  # fmt: skip
        messages.success(request, f"Saved. The practice is called {access.practice.name}.")
        return redirect("setup_reporting", access.practice.slug, access.year.year)
    return render(request, "setup.html", {
        "form": form, "steps": steps(access, "setup"), "sites": access.practice.open_sites,
        "ending": access.practice.tin[-4:], "versions": versions,
    }, status=versions.status)  # fmt: skip


@page(see="edit", change="edit")
@unless_locked
def setup_reporting(request, access):
    """How the practice reports in the year, and on which pathway."""
    year = access.year
    form = Reporting(request.POST or None, ledger=ledger_of(year), initial=_reports(year))
    versions = Versions(request, lambda: actions.described(year, REPORTS), lambda: _reports(year))
    if (
        request.method == "POST" and form.is_valid()
        and versions.saved(form, lambda seen: actions.describe(access, seen, **form.cleaned_data))
    ):  # fmt: skip
        pathway = f"{PATHWAYS[year.pathway]} {year.mvp}".strip()
        said = f"{REPORT_AS[year.report_as].split(':')[0]}, {pathway}"
        messages.success(request, f"Saved for {year.year}: {said}.")
        return redirect(steps(access, "")[2]["address"])
    return render(request, "setup_reporting.html", {
        "form": form, "steps": steps(access, "setup_reporting"), "versions": versions,
    }, status=versions.status)  # fmt: skip


def _reports(year):
    return {name: getattr(year, name) for name in REPORTS}
