"""Why this score: every step with its rule, what was found, its points and its source."""

from django.http import JsonResponse
from django.shortcuts import render

from mips_ia.formats.plain import plain_score
from mips_ia.planning.ways import ways
from mips_ia.portal.facts import Ledger
from mips_ia.portal.tenancy import page
from mips_ia.portal.web import shown


@page(see="see")
def score(request, access):
    """The explanation of today's score."""
    ledger = Ledger(access.year)
    found = {"ledger": ledger}
    if not ledger.problem:
        whole = ledger.assessment
        found |= {
            "found": whole, "most": max(whole.score.most, ledger.best.score.most), "ways": ways(whole),
            "shown": shown.activities(ledger),
            "facts": [fact for fact in whole.standing.values() if fact.name in ledger.rules.special],
        }  # fmt: skip
    return render(request, "score.html", found)


@page(see="see")
def score_json(request, access):
    """The same for programs."""
    ledger = Ledger(access.year)
    return JsonResponse({
        "performance_year": ledger.year, "rules_edition": ledger.rules.edition,
        "as_of": ledger.today.isoformat(), "score": plain_score(ledger.assessment.score),
    })  # fmt: skip
