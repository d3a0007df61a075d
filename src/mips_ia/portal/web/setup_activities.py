"""The last step of the set-up: a few activities, and then the first score."""

from datetime import date

from django.contrib import messages
from django.shortcuts import redirect, render

from mips_ia.attestation import Attestation, verdict
from mips_ia.portal.actions.ledger import choose
from mips_ia.portal.actions.practice import describe
from mips_ia.portal.ledgers import ledger_of
from mips_ia.portal.log import writing
from mips_ia.portal.tenancy import page
from mips_ia.portal.told.needed import effect
from mips_ia.portal.told.specialty_lists import SpecialtyLists
from mips_ia.portal.told.specialty_lists import choices as specialties
from mips_ia.portal.web.locked import unless_locked
from mips_ia.portal.web.searching import words as words_of
from mips_ia.portal.web.setup_steps import steps
from mips_ia.problems import counted

SPECIALTY, MVP = "specialty", "mvp"
CLOSED = ("not_in_program", "not_in_mvp", "unknown_mvp")


@page(see="plan", change="plan")
@unless_locked
def setup_activities(request, access):
    """A search with boxes to tick; searching keeps what was ticked and saves nothing."""
    ledger = ledger_of(access.year)
    every = _open(ledger)
    ticked = [id for id in request.POST.getlist("activity") if id in every]
    words = words_of(request.POST) or words_of(request.GET)
    special = request.POST.get("specialty", ledger.row.specialty)
    special = special if special in dict(specialties()) else ""
    lists, which = SpecialtyLists(special, ledger.listed), request.POST.get("find", "")
    error = ""
    if request.method == "POST" and "find" not in request.POST:
        if ticked or ledger.activities:
            return _chosen(request, access, ticked, special)
        error = "Tick at least one activity, or do this later."
    within = _within(which, lists, ledger)
    found = [
        each for each in every.values()
        if each.id in within and each.id not in ledger.activities and _fits(each, words)
    ]  # fmt: skip
    return render(request, "setup_activities.html", {
        "ledger": ledger, "found": found, "ticked": ticked, "words": words, "error": error,
        "kept": [every[id] for id in ticked if every[id] not in found],
        "chosen": [each for id, each in ledger.listed.activities.items() if id in ledger.activities],
        "steps": steps(access, "setup_activities"), "specialties": specialties(), "special": special,
        "effect": effect(ledger), "lists": lists if which == SPECIALTY else None, "which": which,
    })  # fmt: skip


def _within(which, lists, ledger):
    """The ids of the list that is asked for; those of the whole inventory where none is."""
    if which == SPECIALTY:
        return lists.why
    if which == MVP and ledger.row.mvp in ledger.listed.mvps:
        return ledger.listed.mvps[ledger.row.mvp].activities
    return ledger.listed.activities


def _open(ledger):
    """The activities that the practice's pathway takes, by id."""
    return {id: each for id, each in ledger.listed.activities.items() if not _closed(id, ledger)}


def _closed(id, ledger):
    """Whether the pathway or the MVP does not take an activity."""
    whole = Attestation(id, date(ledger.year, 1, 1), date(ledger.year, 12, 31))
    found = verdict(whole, ledger.practice, ledger.rules, ledger.listed)
    return any(problem.code in CLOSED for problem in found.problems)


def _fits(activity, words):
    said = f"{activity.id} {activity.title} {activity.subcategory}".lower()
    return all(word in said for word in words.lower().split())


def _chosen(request, access, ticked, special):
    with writing(access.practice):
        describe(access, specialty=special)
        for id in ticked:
            choose(access, id)
    count = len(ledger_of(access.year).activities)
    said = counted(count, "activity")
    messages.success(request, f"Saved. {said} chosen for {access.year.year}.")
    return redirect("score", access.practice.slug, access.year.year)
