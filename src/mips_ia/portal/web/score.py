"""Why this score: every step with its rule, what was found, its points and its source."""

from datetime import date

from django import forms
from django.http import Http404, JsonResponse
from django.shortcuts import render

from mips_ia.formats.plain import plain_problem
from mips_ia.portal.actions.ledger import locked
from mips_ia.portal.ledgers import ledger_of
from mips_ia.portal.templatetags.words import share_words
from mips_ia.portal.tenancy import page
from mips_ia.portal.told import readings, shown, steps
from mips_ia.portal.told.advice import advice
from mips_ia.portal.told.answer import NEEDED
from mips_ia.portal.told.individuals import alone, beside, people_of, together
from mips_ia.portal.told.moves import moves
from mips_ia.portal.told.own_moves import own_moves
from mips_ia.portal.told.plain import plain_today
from mips_ia.portal.told.weight import weighs
from mips_ia.portal.web.dates import Day
from mips_ia.problems import Refused


class AsKnown(forms.Form):
    """The day on which the rules and the list of activities are taken as known."""

    known = Day(label="As known on", required=False)


@page(see="see")
def score(request, access):
    """The explanation of today's score, of the group or of one clinician."""
    return render(request, "score.html", explained(request, access))


def explained(request, access):
    """Everything that the page shows; `refused` where there is no score."""
    form = AsKnown(request.GET or None)
    known = form.cleaned_data["known"] if form.is_valid() else None
    found = {
        "form": form, "known": known, "of_year": access.year.year, "as_asked": request.GET.urlencode(),
        "locked": locked(access.year), "may_see_record": access.may("export"),
    }  # fmt: skip
    try:
        ledger = ledger_of(access.year, as_known_on=known)
        found |= {"ledger": ledger, "around": shown.frame(ledger)}
        found |= _explained(request, access, ledger) if not ledger.problem else {"refused": ledger.problem}
        if known and not ledger.problem:
            found["otherwise"] = _otherwise(access, ledger)
    except Refused as refusal:
        found["refused"] = refusal
    return found


def _explained(request, access, ledger):
    people = people_of(ledger, access)
    one = _one(request, people)
    if one is None and ledger.individuals:
        return {"individuals": _individuals(ledger, people), "whole": together(ledger)}
    if one is not None:
        mine = alone(ledger, one)
        return {"one": one, "moves": own_moves(ledger, ledger.alone(one))} | told(
            ledger, mine.found, mine.judged, mine.most
        )
    now = ledger.assessment
    found = told(ledger, now, steps.of_group(ledger, shown.activities(ledger)), ledger.best.score.most)
    return found | {
        "moves": moves(ledger, access.may("see_names")), "advice": advice(ledger),
        "individuals": _individuals(ledger, people, now),
    }  # fmt: skip


def _one(request, people):
    """The clinician whose own score is asked for; None where it is the group's."""
    asked = request.GET.get("clinician")
    if not asked:
        return None
    found = next((person for person in people if str(person.id) == asked), None)
    if found is None:
        raise Http404
    return found


def told(ledger, found, judged, most):
    """Everything that the page says of one assessment."""
    letters = steps.assumptions(found, readings.assumed(ledger))
    table = steps.rows(found, judged, ledger.lacking)
    most = max(found.score.most, most)
    return {
        "found": found, "score": found.score, "rows": list(steps.lettered(table, letters)),
        "weighs": weighs(found), "letters": letters.values(), "most": most, "more": most - found.score.points,
        "total": steps.total(found.score, ledger.lacking),
        "share": share(found.score, ledger.lacking),
        "total_letter": letters.get(ledger.rules.full_credit.assumption),
        "weight_letter": letters.get(found.score.weighing.assumption),
        "cases": [] if {*ledger.lacking} - {"statuses"} else list(steps.cases(found)),
        "needed": _listed([NEEDED[each] for each in ledger.lacking]),
    }  # fmt: skip


def _listed(names):
    """Names as a sentence has them: `your roster, your pathway and how you report`."""
    return " and ".join(filter(None, (", ".join(names[:-1]), *names[-1:])))


def _individuals(ledger, people, group=None):
    """A row for each clinician: their own score, and beside it the group's where there is one."""
    found = []
    for person in people:
        mine = alone(ledger, person)
        found.append({
            "person": person, "score": mine.found.score,
            "counting": mine.counting,
            "higher": beside(mine.found, group) if group else "",
        })  # fmt: skip
    return found


def share(found, lacking):
    """What is added to the final score for certain, in words; a range as long as a fact is lacking."""
    if lacking or not found.points or found.weight != found.weight_most:
        return share_words(found)
    return f"{found.final:g} of {found.weight}"


def _otherwise(access, ledger):
    """What is known by now and was not then, where it changes the answer."""
    now = ledger_of(access.year)
    if now.problem or now.assessment.score.points == ledger.assessment.score.points:
        return None
    return steps.total(now.assessment.score, now.lacking)


@page(see="see")
def score_json(request, access):
    """The same for programs; `known` asks for a day, and what cannot be scored says why."""
    try:
        known = date.fromisoformat(request.GET["known"]) if request.GET.get("known") else None
        ledger = ledger_of(access.year, as_known_on=known)
        today = plain_today(ledger, access)
    except ValueError as wrong:
        told = [plain_problem(each) for each in wrong.problems] if isinstance(wrong, Refused) else []
        return JsonResponse({"problems": told or [{"what": "Give `known` as YYYY-MM-DD."}]}, status=400)
    return JsonResponse({
        "performance_year": ledger.year, "rules_edition": ledger.rules.edition,
        "as_of": ledger.today.isoformat(), "as_known_on": known and known.isoformat(),
        "lacking": ledger.lacking, **today, "undecided": readings.undecided(ledger),
    })  # fmt: skip
