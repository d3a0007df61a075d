"""The list of practices, and the way to the last one."""

from django.shortcuts import redirect, render

from mips_ia.portal.tenancy import opened, practices_of
from mips_ia.portal.web.context import this_year


@opened("person")
def home(request):
    """To the last practice, or to the list of them."""
    found = practices_of(request.user)
    last = found.filter(slug=request.session.get("practice", "")).first()
    if last is None and found.count() == 1:
        last = found.first()
    if last is None:
        return redirect("practices")
    return redirect("overview", last.slug, request.session.get("year") or this_year())


@opened("organization")
def practices(request):
    """Every practice that the person belongs to."""
    return render(request, "practices.html", {"practices": practices_of(request.user), "year": this_year()})
