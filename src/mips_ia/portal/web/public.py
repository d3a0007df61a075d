"""Pages that say nothing of anybody: the rules, help, and whether the portal is well."""

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render

from mips_ia.catalogue import catalogue
from mips_ia.portal import ready
from mips_ia.portal.tenancy import opened
from mips_ia.portal.told.clauses import NAMES, groups
from mips_ia.portal.told.inventory import absent, subcategory, suspended
from mips_ia.portal.web.activity import facts
from mips_ia.reading.yearbook import years
from mips_ia.rules import rules


@opened("public")
def rules_page(request, year):
    """Every clause of a year with its value, what it says, its source and how sure that is."""
    known = _rules(year)
    listed = catalogue(year)
    by_group = {}
    for each in listed.activities.values():
        by_group.setdefault(subcategory(each.subcategory), []).append(each)
    return render(request, "rules.html", {
        "rules": known, "groups": groups(known), "years": years(), "categories": NAMES.values(),
        "inventory": sorted(by_group.items()), "count": len(listed.activities),
    })  # fmt: skip


@opened("public")
def rules_activity(request, year, id):
    """What is so of one activity of a year, whoever does it."""
    known, listed = _rules(year), catalogue(year)
    activity = listed.activities.get(id) or listed.gone.get(id)
    if activity is None and id.upper() in listed.activities:
        return redirect("rules_activity", year, id.upper())
    if activity is None:
        found = absent(id.upper(), known, listed)
        return render(request, "rules_absent.html", {"rules": known, **found}, status=404)
    found = {"rules": known, "suspended": suspended(activity), **facts(activity, known, listed)}
    return render(request, "rules_activity.html", found)


def _rules(year):
    if year not in years():
        raise Http404
    return rules(year)


@opened("public")
def help_page(request):
    """What this is, and the words it uses."""
    return render(request, "help.html")


@opened("public")
def accessibility(request):
    """What was checked, and whom to tell what was missed."""
    return render(request, "accessibility.html")


@opened("public")
def privacy(request):
    """What is kept, and what must never be put here."""
    return render(request, "privacy.html")


@opened("public")
def healthz(request):
    """The process answers."""
    return HttpResponse("ok", content_type="text/plain")


@opened("public")
def readyz(request):
    """It can serve: its database answers, with the tables of this version, and its evidence is there."""
    lacks = ready.lacks()
    return HttpResponse(lacks or "ready", content_type="text/plain", status=503 if lacks else 200)
