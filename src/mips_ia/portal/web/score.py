"""Why this score: every step with its rule, what was found, its points and its source."""

from datetime import date
from urllib.parse import urljoin

from django import forms
from django.http import Http404, JsonResponse
from django.shortcuts import render
from django.urls import reverse

from mips_ia.formats.plain import plain_problem
from mips_ia.portal.actions.ledger import locked
from mips_ia.portal.forms.dates import Day
from mips_ia.portal.ledgers import ledger_of
from mips_ia.portal.tenancy import page
from mips_ia.portal.told import shown, steps
from mips_ia.portal.told.explained import explanation
from mips_ia.portal.told.individuals import people_of
from mips_ia.portal.told.plain import plain_today
from mips_ia.portal.told.tasks import tasks
from mips_ia.problems import Refused


class AsKnown(forms.Form):
    """The day on which the rules and the list of activities are taken as known."""

    known = Day(label="As known on", required=False)


@page(see="see")
def score(request, access):
    """The explanation of today's score, of the group or of one clinician, and the first thing to do."""
    found = explained(request, access)
    return render(request, "score.html", found | _first(found, access))


def _first(found, access):
    """The first thing to do, where the score is that of today and of the whole practice."""
    ledger = found.get("ledger")
    if "score" not in found or "one" in found or found["known"]:
        return {}
    first = next(iter(tasks(ledger, access)), None)
    here = reverse("overview", args=[access.practice.slug, access.year.year])
    return {"task": first, "task_address": first and urljoin(here, first.address)}


def explained(request, access):
    """Everything that the page shows; `refused` where there is no score."""
    form = AsKnown(request.GET or None)
    known = form.cleaned_data["known"] if form.is_valid() else None
    found = {
        "form": form, "known": known, "of_year": access.year.year, "as_asked": request.GET.urlencode(),
        "locked": locked(access.year), "may_see_record": access.may("export"),
        "may_edit": access.may("edit"),
    }  # fmt: skip
    try:
        ledger = ledger_of(access.year, as_known_on=known)
        found |= {"ledger": ledger, "around": shown.frame(ledger)}
        if ledger.problem:
            return found | {"refused": ledger.problem}
        found |= explanation(ledger, access, _one(request, people_of(ledger, access)))
        found["entered"] = ledger.individuals or any(each.entered for each in ledger.tallies)
        if known:
            found["otherwise"] = _otherwise(access, ledger)
    except Refused as refusal:
        found["refused"] = refusal
    return found


def _one(request, people):
    """The clinician whose own score is asked for; None where it is the group's."""
    asked = request.GET.get("clinician")
    if not asked:
        return None
    found = next((person for person in people if str(person.id) == asked), None)
    if found is None:
        raise Http404
    return found


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
    except ValueError as wrong:
        told = [plain_problem(each) for each in wrong.problems] if isinstance(wrong, Refused) else []
        return JsonResponse({"problems": told or [{"what": "Give `known` as YYYY-MM-DD."}]}, status=400)
    return JsonResponse(plain_today(ledger, access, known))
