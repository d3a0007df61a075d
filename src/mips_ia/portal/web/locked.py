"""The page of a year that is locked: what it means, and who can unlock it."""

from functools import wraps

from django.shortcuts import render

from mips_ia.portal.actions.ledger import locked
from mips_ia.portal.tenancy import whom_to_ask
from mips_ia.problems import Refused


def refusal(request, year):
    """The answer where a year is locked, None where it is open."""
    final = locked(year)
    if final is None:
        return None
    found = {"final": final, "of_year": year.year, "name": whom_to_ask(year.practice, "lock")}
    return render(request, "locked.html", found, status=403)


def unless_locked(view):
    """A view of a practice's year that is closed while the year is locked."""

    @wraps(view)
    def guarded(request, access, **rest):
        closed = refusal(request, access.year)
        if closed is not None:
            return closed
        try:
            return view(request, access, **rest)
        except Refused:  # locked while the form was on its way
            closed = refusal(request, access.year)
            if closed is None:
                raise
            return closed

    return guarded
