"""The places where a practice sees patients, and its TIN for those who ask for it."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render

from mips_ia.portal.actions import practice as actions
from mips_ia.portal.forms.sites import Place
from mips_ia.portal.templatetags.words import many
from mips_ia.portal.tenancy import page
from mips_ia.portal.web.versions import FIELD, Versions
from mips_ia.problems import Refused


@page(see="see_names", change="edit")
def roster_sites(request, access, site=None):
    """All sites, and a form for a new one or for the one that the address names."""
    here = access.practice.open_sites
    held = here.filter(pk=site).first() if site else None
    if site and held is None:
        raise Http404
    others = here.exclude(pk=held.pk) if held else here.all()
    if held and request.method == "POST" and "end" in request.POST:
        return _ended(request, access, held)
    form = Place(request.POST or None, others=others, initial=actions.placed(held) or {})
    versions = Versions(request, lambda: actions.placed(held), lambda: actions.placed(held) or {})
    if request.method == "POST" and form.is_valid() and _saved(access, form, held, versions):
        messages.success(
            request, f"Saved. The practice has {here.count()} site{'' if here.count() == 1 else 's'}."
        )
        return redirect("roster_sites", access.practice.slug, access.year.year)
    return render(
        request,
        "sites.html",
        {
            "form": form,
            "held": held,
            "sites": here.all(),
            "may_edit": access.may("edit"),
            "versions": versions,
        },
        status=versions.status,
    )


def _saved(access, form, held, versions):
    """Whether the site was saved; the form says it where somebody just took the name."""
    try:
        return versions.saved(
            form, lambda seen: actions.put_site(access, **form.cleaned_data, site=held, seen=seen)
        )
    except Refused as refusal:
        for each in refusal.problems:
            form.add_error("name", f"{each.fix} {each.what}")
        return False


def _ended(request, access, site):
    """End a site and say what stays."""
    try:
        actions.end_site(access, site, request.POST.get(FIELD))
    except Refused as refusal:
        for each in refusal.problems:
            messages.warning(request, f"{each.what} {each.fix}".strip())
        return redirect("roster_site", access.practice.slug, access.year.year, site.id)
    stays = access.year.stays.filter(site=site, ended_at=None).count()
    kept = (
        f" {many(stays, 'row')} of the roster of {access.year.year} keep{'s' if stays == 1 else ''} its name."
    )
    messages.success(request, f"Saved. {site.name} is ended.{kept if stays else ''}")
    return redirect("roster_sites", access.practice.slug, access.year.year)


@page(see="see_tin", change="see_tin")
def roster_tin(request, access):
    """The full TIN, on request; the log keeps who asked."""
    if request.method != "POST":
        return redirect("roster", access.practice.slug, access.year.year)
    return render(request, "tin.html", {"tin": actions.shown_tin(access)})
