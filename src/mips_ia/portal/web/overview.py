"""Are we safe? The page on which a practice lands."""

from django.shortcuts import render

from mips_ia.portal.actions.ledger import locked
from mips_ia.portal.facts import Ledger
from mips_ia.portal.tenancy import page
from mips_ia.portal.told import shown
from mips_ia.portal.told.answer import answer, checks, dates
from mips_ia.portal.told.tasks import tasks

TASKS = 3


@page(see="see")
def overview(request, access):
    """The answer, why, and what to do next."""
    request.session["practice"], request.session["year"] = access.practice.slug, access.year.year
    ledger = Ledger(access.year)
    found = {"ledger": ledger, "dates": dates(ledger), "around": shown.frame(ledger)}
    if not ledger.problem:
        found |= {
            "answer": answer(ledger), "shown": shown.activities(ledger), "rests_on": shown.rests_on(ledger),
        }  # fmt: skip
        if not ledger.lacking:
            every = [] if locked(access.year) else tasks(ledger, access)
            whole = "all" in request.GET
            found |= {
                "checks": checks(ledger, access),
                "tasks": every if whole else every[:TASKS],
                "every": len(every),
            }
    return render(request, "overview.html", found)
