"""Are we safe? The page on which a practice lands."""

from django.shortcuts import render

from mips_ia.planning.deadlines import deadlines
from mips_ia.portal.facts import Ledger
from mips_ia.portal.tenancy import page
from mips_ia.portal.web import shown
from mips_ia.portal.web.answer import answer, checks, general_length, tasks

TASKS = 3
DATES = {
    "last_start": "Last day to start a {length} window",
    "mvp_registration_closes": "MVP registration closes",
    "submission_closes": "Submission closes, unless CMS sets a later date",
}


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
            every = tasks(ledger)
            whole = "all" in request.GET
            found |= {
                "checks": checks(ledger),
                "tasks": every if whole else every[:TASKS],
                "every": len(every),
            }
    return render(request, "overview.html", found)


def dates(ledger):
    """The days that matter from today on."""
    known = deadlines(ledger.rules)
    length = general_length(ledger.rules)
    found = [(known[name], words.format(length=length)) for name, words in DATES.items() if name in known]
    found.append(
        (known["submission_closes"].replace(year=ledger.year, month=12, day=31), "Performance year ends")
    )
    return sorted(each for each in found if each[0] >= ledger.today)
