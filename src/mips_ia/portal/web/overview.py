"""Are we safe? The page on which a practice lands."""

from django.shortcuts import render

from mips_ia.portal.ledgers import ledger_of
from mips_ia.portal.tenancy import page, whom_to_ask
from mips_ia.portal.told import shown
from mips_ia.portal.told.answer import answer, checks, dates
from mips_ia.portal.told.proofs import on_file
from mips_ia.portal.told.tasks import tasks
from mips_ia.portal.web.setup_steps import steps

TASKS = ASSUMED = 3


@page(see="see")
def overview(request, access):
    """The answer, why, and what to do next."""
    request.session["practice"], request.session["year"] = access.practice.slug, access.year.year
    ledger = ledger_of(access.year)
    found = {"ledger": ledger, "dates": dates(ledger), "around": shown.frame(ledger)}
    found["may_edit"] = access.may("edit") and not ledger.locked
    if ledger.problem or ledger.lacking:
        found |= _to_mend(access)
    if not ledger.problem:
        assumed = shown.assumed(ledger)
        found |= {
            "answer": answer(ledger), "shown": _activities(ledger), "rests_on": shown.rests_on(ledger),
            "assumed": assumed[:ASSUMED], "more": len(assumed[ASSUMED:]),
            "asks": next((each for each in ledger.tallies if each.needed), None),
        }  # fmt: skip
        if not ledger.lacking:
            every, whole = tasks(ledger, access), "all" in request.GET
            found |= {
                "checks": checks(ledger, access),
                "tasks": every if whole else every[:TASKS],
                "every": len(every),
            }
    return render(request, "overview.html", found)


def _activities(ledger):
    """Each chosen activity as it stands, with how much of its evidence is on file."""
    return [each | {"evidence": on_file(ledger, each["activity"])} for each in shown.activities(ledger)]


def _to_mend(access):
    """The set-up with the first step that is not done, for those who may; else who can."""
    if not access.may("edit"):
        return {"whom": whom_to_ask(access.practice, "edit")}
    every = steps(access, "")
    return {"steps": every, "next": next((each for each in every if not each["done"]), every[1])}
