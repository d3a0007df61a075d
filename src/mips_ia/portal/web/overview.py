"""Are we safe? The page on which a practice lands."""

from django.shortcuts import render

from mips_ia.portal.asked import asked
from mips_ia.portal.facts import Ledger
from mips_ia.portal.tenancy import page
from mips_ia.portal.told import shown
from mips_ia.portal.told.answer import answer, checks, dates, tasks

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
            found |= {"checks": checks(ledger)} | _to_do(request, access, ledger)
    return render(request, "overview.html", found)


def _to_do(request, access, ledger):
    """What helps most; a clinician, who sees totals, learns of their own part and of nobody else's."""
    if not access.may("see_names"):
        return {"mine": asked(ledger, access.clinician), "totals": True}
    every = tasks(ledger)
    return {"tasks": every if "all" in request.GET else every[:TASKS], "every": len(every)}
