"""What CMS's look-up says of the practice, and what else decides how many activities it needs."""

from django.contrib import messages
from django.shortcuts import redirect, render

from mips_ia.portal.actions import practice as actions
from mips_ia.portal.forms.answers import YES_NO
from mips_ia.portal.forms.statuses import APMS, HELD, NAMES, NOT_SCORED, Facts
from mips_ia.portal.ledgers import ledger_of
from mips_ia.portal.templatetags.words import day, words_of
from mips_ia.portal.tenancy import page
from mips_ia.portal.told import targets
from mips_ia.portal.told.facts_found import called, first_to_find_out, found
from mips_ia.portal.told.granted import GRANTS, circumstances, granted
from mips_ia.portal.told.needed import effect, hints
from mips_ia.portal.told.specialty_lists import choices as specialties
from mips_ia.portal.told.targets import LOOK_UP, STATUSES
from mips_ia.portal.web.locked import refusal, unless_locked
from mips_ia.portal.web.setup_steps import steps
from mips_ia.portal.web.versions import Versions


@page(see="see_names", change="edit")
def roster_statuses(request, access):
    """Sites and statuses; a locked year shows them and changes nothing."""
    closed = refusal(request, access.year) if request.method == "POST" else None
    return closed or _statuses(request, access, setting_up=False)


@page(see="edit", change="edit")
@unless_locked
def setup_statuses(request, access):
    """The same within the set-up."""
    return _statuses(request, access, setting_up=True)


def _statuses(request, access, setting_up):
    template = "setup_statuses.html" if setting_up else "statuses.html"
    ledger = ledger_of(access.year)
    asked = granted(ledger.rules)
    form = Facts(request.POST or None, ledger=ledger, initial=_held(access.year))
    versions = Versions(
        request, lambda: actions.described(access.year, [*HELD, *asked]), lambda: _held(access.year)
    )
    if (
        request.method == "POST" and form.is_valid()
        and versions.saved(form, lambda seen: actions.describe(access, seen, **form.cleaned_data))
    ):  # fmt: skip
        messages.success(request, f"Saved. {effect(ledger_of(access.year))}")
        then = "setup_activities" if setting_up else "roster_statuses"
        return redirect(then, access.practice.slug, access.year.year)
    told = {} if setting_up else _beside(access, ledger)
    return render(request, template, told | {
        "form": form, "ledger": ledger, "effect": effect(ledger), "hints": hints(ledger),
        "cite": ledger.rules.full_credit.cite,
        "steps": steps(access, "setup_statuses") if access.may("edit") else [],
        "sites": access.practice.open_sites,
        "may_edit": access.may("edit") and not ledger.locked, "recorded": _recorded(access.year, asked),
        "versions": versions, "circumstances": circumstances(ledger, besides=True),
    }, status=versions.status)  # fmt: skip


def _beside(access, ledger):
    """Every fact that decides, the one to find out first, and what is kept of the look-up."""
    kept = [use for use, _ in ledger.kept.get(STATUSES, ())] if access.may("see_evidence") else []
    return {
        "standing": found(ledger), "first": first_to_find_out(ledger), "kept": kept,
        "may_keep": STATUSES in targets.of(ledger, access), "look_up": LOOK_UP.id,
    }  # fmt: skip


def _held(year):
    """What was recorded before; what was not recorded is not filled in."""
    answered = {True: "yes", False: "no", None: None}
    return {
        "statuses": year.statuses, "statuses_checked_on": year.statuses_checked_on,
        "sites_recognized": year.sites_recognized, "sites_all": year.sites_all, "apm": year.apm or None,
        "quality_and_pi_submitted": answered[year.quality_and_pi_submitted], "not_scored": year.not_scored,
        "specialty": year.specialty,
        **{name: "yes" if getattr(year, name) else None for name in GRANTS},
    }  # fmt: skip


def _recorded(year, asked):
    """The same in words, for those who read."""
    held = _held(year)
    found = {
        "Statuses": _listed(year.statuses, NAMES),
        "Date checked": day(year.statuses_checked_on) or "Unknown",
    }
    known = year.sites_all is not None
    found["Recognized sites"] = f"{year.sites_recognized} of {year.sites_all}" if known else "Unknown"
    found["APM"] = dict(APMS).get(year.apm, "Unknown")
    found["Quality and PI submitted"] = dict(YES_NO).get(held["quality_and_pi_submitted"], "Unknown")
    found["Not scored"] = _listed(year.not_scored, dict(NOT_SCORED))
    for name in asked:
        found[called(name)] = "Yes" if getattr(year, name) else "Not stated"
    return found | {"Specialty": dict(specialties()).get(year.specialty, "Not said")}


def _listed(names, known):
    if names is None:
        return "Unknown"
    return ", ".join(known.get(each) or words_of(each) for each in names) or "None"
