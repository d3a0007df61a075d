"""Pages that say nothing of anybody: the rules, help, and whether the portal is well."""

from django.db import connection
from django.http import Http404, HttpResponse
from django.shortcuts import render

from mips_ia.portal.tenancy import opened
from mips_ia.reading.yearbook import years
from mips_ia.rules import rules


@opened("public")
def rules_page(request, year):
    """Every clause of a year, with what it says, its source and how sure that is."""
    if year not in years():
        raise Http404
    known = rules(year)
    return render(request, "rules.html", {"rules": known, "clauses": list(known.clauses()), "years": years()})


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
    """The process answers, and so does its database."""
    with connection.cursor() as cursor:
        cursor.execute("select 1")
    return HttpResponse("ready", content_type="text/plain")
