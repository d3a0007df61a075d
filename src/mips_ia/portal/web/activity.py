"""One activity: what it takes, what to keep, and how the practice stands; choosing it and taking it back."""

from django.contrib import messages
from django.shortcuts import redirect, render

from mips_ia.assessment import assessed
from mips_ia.attestation import length, period_of
from mips_ia.formats.guide_text import source
from mips_ia.formats.texts import texts
from mips_ia.portal.actions.ledger import not_locked, take_back
from mips_ia.portal.ledgers import ledger_of
from mips_ia.portal.templatetags.words import many
from mips_ia.portal.tenancy import page
from mips_ia.portal.told import shown, targets
from mips_ia.portal.told.inventory import (
    absent,
    also_counts,
    history,
    marks,
    requirement,
    subcategory,
    suspended,
)
from mips_ia.portal.told.proofs import checklist
from mips_ia.portal.told.worth import against, enough, worth, worths
from mips_ia.portal.web.activities import chosen
from mips_ia.problems import Refused
from mips_ia.reading.guides import guide


@page(see="see", change="plan")
def activity(request, access, id):
    """Everything that there is to know and to do about one activity."""
    ledger = ledger_of(access.year)
    listed = ledger.listed.activities.get(id) or ledger.listed.gone.get(id)
    if listed is None:
        return _absent(request, access, id.upper(), ledger)
    if request.method == "POST":
        return _changed(request, access, ledger, id)
    return render(request, "activity.html", {
        "ledger": ledger, "worth": worth(ledger, listed, worths(ledger)), "may_choose": access.may("plan"),
        "may_enter": access.may("windows") and not ledger.locked,
        "enough": enough(ledger), "against": against(ledger, listed),
        "suspended": suspended(listed, _starts(ledger, id)), "windows": len(_windows(ledger, id)),
        **facts(listed, ledger.rules, ledger.listed), **_standing(access, ledger, id),
    })  # fmt: skip


def facts(activity, rules, listed):
    """What is so of an activity whoever does it."""
    found, wording = guide(activity.id, listed.year), texts(listed.year).get(activity.id)
    pathways, mvps = also_counts(activity, listed, rules)
    period = period_of(activity.id, rules)
    return {
        "activity": activity, "subcategory": subcategory(activity.subcategory), "guide": found,
        "wording": wording, "requirement": requirement(found.requirement) if found else None,
        "source": source(found) if found else "", "pathways": pathways, "mvps": mvps, "period": period,
        "length": length(period), "history": history(activity.id, listed.year),
        "frequency": [each for each in rules.frequency if activity.id in each.activities],
        "marks": marks(listed.year).get(activity.id, []), "gone": activity.id in listed.gone,
    }  # fmt: skip


def _standing(access, ledger, id):
    """How the activity stands today, and who takes part; a clinician sees totals and their own part."""
    mine = next((each for each in shown.activities(ledger) if each["activity"] == id), None)
    if mine is None:
        return {"mine": None, "people": []}
    people = [(each, mine["tally"].cells[each.id]) for each in ledger.counted]
    if not access.may("see_names"):
        own = access.clinician and access.clinician.id
        people = [(each, cell) for each, cell in people if each.id == own]
    return {
        "mine": mine, "people": [(each, cell) for each, cell in people if cell.window is not None],
        "signatures": shown.signatures(mine["tally"]), "checklist": checklist(ledger, id),
        "may_see": access.may("see_evidence"), "may_add": id in targets.of(ledger, access),
    }  # fmt: skip


def _windows(ledger, id):
    return [window for (_, name), held in ledger.windows.items() if name == id for window in held]


def _starts(ledger, id):
    return [window.first for window in _windows(ledger, id)]


def _changed(request, access, ledger, id):
    """Choose it, or take it back; where days are recorded that is asked once more."""
    if request.POST.get("do") == "choose":
        chosen(request, access, ledger, id)
    elif _windows(ledger, id) and "sure" not in request.POST:
        return redirect("activities_take_back", access.practice.slug, ledger.year, id)
    else:
        try:
            not_locked(access.year)
            take_back(access, id)
            left = len(ledger_of(access.year).activities)
            messages.success(request, f"Saved. {id} is taken back. You have {_many(left)} for {ledger.year}.")
        except Refused as refusal:
            messages.warning(request, " ".join(f"{each.what} {each.fix}" for each in refusal.problems))
    return redirect("activities_one", access.practice.slug, ledger.year, id)


def _many(count):
    return "1 activity" if count == 1 else f"{count} activities"


@page(see="plan")
def take_back_page(request, access, id):
    """What taking back an activity would do, before it is done."""
    ledger = ledger_of(access.year)
    if id not in ledger.activities:
        return redirect("activities_one", access.practice.slug, ledger.year, id)
    effect = ""
    if not ledger.problem:
        kept = [each.attestation for each in ledger.tallies if each.activity != id]
        then = assessed(ledger.practice, kept, ledger.rules, ledger.listed).score
        now = ledger.assessment.score
        effect = f"Your score stays at {many(now.points, 'point')}."
        if ledger.individuals:
            effect = "Each clinician’s own score is then worked out without it."
        elif then.points != now.points:
            effect = f"Your score today would go from {now.points} to {then.points} points."
    listed = ledger.listed.activities.get(id) or ledger.listed.gone.get(id)
    windows = len(_windows(ledger, id))
    return render(request, "activity_take_back.html", {
        "ledger": ledger, "id": id, "activity": listed, "windows": windows, "effect": effect,
    })  # fmt: skip


def _absent(request, access, id, ledger):
    if id in ledger.listed.activities:
        return redirect("activities_one", access.practice.slug, ledger.year, id)
    found = absent(id, ledger.rules, ledger.listed)
    return render(request, "activity_absent.html", {"ledger": ledger, **found}, status=404)
