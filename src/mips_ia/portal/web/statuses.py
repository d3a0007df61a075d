"""What CMS's look-up says of the practice, and what else decides how many activities it needs."""

from dataclasses import replace

from django import forms
from django.contrib import messages
from django.shortcuts import redirect, render

from mips_ia.assessment import assessed
from mips_ia.portal.actions import practice as actions
from mips_ia.portal.actions.ledger import locked
from mips_ia.portal.ledgers import ledger_of
from mips_ia.portal.templatetags.words import day, words_of
from mips_ia.portal.tenancy import page
from mips_ia.portal.told.facts_found import first_to_find_out, found
from mips_ia.portal.told.specialty_lists import choices as specialties
from mips_ia.portal.web.dates import Day
from mips_ia.portal.web.locked import refusal, unless_locked
from mips_ia.portal.web.setup_steps import steps
from mips_ia.portal.web.versions import Versions
from mips_ia.problems import Refused, counted
from mips_ia.standing import standing

NONE, UNKNOWN = "none", "unknown"
NAMES = {
    "hpsa": "Health professional shortage area (HPSA)", "hospital_based": "Hospital-based",
    "asc_based": "Ambulatory surgical center (ASC)-based", "facility_based": "Facility-based",
}  # fmt: skip
HELD = (
    "statuses", "statuses_checked_on", "sites_recognized", "sites_all", "apm", "quality_and_pi_submitted",
    "not_scored", "specialty",
)  # fmt: skip
YES_NO = [("yes", "Yes"), ("no", "No"), (UNKNOWN, "I do not know")]
APMS = [
    ("mips_apm", "Yes, in a MIPS APM"), ("other_apm", "Yes, in another APM"), ("none", "No"),
    (UNKNOWN, "I have not checked"),
]  # fmt: skip
NOT_SCORED = [
    ("quality", "Quality"), ("cost", "Cost"), ("ia", "Improvement activities"),
    ("pi", "Promoting Interoperability"), (NONE, "None: all four are scored"), (UNKNOWN, "I do not know"),
]  # fmt: skip


class Several(forms.MultipleChoiceField):
    """Boxes of which two, none and not known, stand alone. The value is a list, or None for not known."""

    widget = forms.CheckboxSelectMultiple

    def prepare_value(self, value):
        return [NONE] if value == [] else value

    def clean(self, value):
        found = super().clean(value)
        alone = [dict(self.choices)[each] for each in (NONE, UNKNOWN) if each in found]
        if alone and len(found) > 1:
            raise forms.ValidationError(f"Choose “{alone[0]}” alone, or take the tick off it.")
        if found in ([], [UNKNOWN]):
            return None
        return sorted(each for each in found if each != NONE)


class Answer(forms.TypedChoiceField):
    """One of several answers, the last being that it is not known; yes and no become true and false."""

    def __init__(self, empty_value=None, **known):
        super().__init__(
            widget=forms.RadioSelect, required=False, empty_value=empty_value, coerce=self.meant, **known
        )

    def meant(self, given):
        """What an answer stands for."""
        return {"yes": True, "no": False, UNKNOWN: self.empty_value}.get(given, given)


class Statuses(forms.Form):
    """The look-up of CMS, and the other facts on which points and weights depend."""

    statuses = Several(
        label="Special statuses", help_text="Tick each one that the look-up shows for the practice.",
        error_messages={"required": "Tick what the look-up shows, “None of these”, or “I have not checked”."},
    )  # fmt: skip
    statuses_checked_on = Day(label="Date checked", required=False, help_text="The day you looked it up.")
    sites_recognized = forms.IntegerField(
        label="Sites recognized as patient-centered medical homes", min_value=0, max_value=9999,
        help_text="Or as comparable specialty practices.", required=False,
    )  # fmt: skip
    sites_all = forms.IntegerField(label="Of how many sites", min_value=1, max_value=9999, required=False)
    apm = Answer(
        label="Does CMS’s look-up show that you take part in an APM?", choices=APMS, empty_value="",
        help_text="An Alternative Payment Model, such as an accountable care organization. It can "
        "change your points.",
    )  # fmt: skip
    quality_and_pi_submitted = Answer(
        label="Are both quality and Promoting Interoperability submitted?", choices=YES_NO
    )
    not_scored = Several(
        label="Which categories are not scored for you?", choices=NOT_SCORED, required=False,
        help_text="CMS moves their weight to the others. The look-up and your hardship decisions say so.",
    )  # fmt: skip
    specialty = forms.ChoiceField(
        label="Specialty", required=False,
        help_text="It decides nothing; Activities shows its list and the MVPs that name it.",
    )  # fmt: skip

    def __init__(self, *args, ledger, **known):
        super().__init__(*args, **known)
        open_ones = [
            (name, NAMES.get(name) or words_of(name))
            for name, rule in ledger.rules.special.items()
            if rule.everybody is None
        ]
        self.fields["statuses"].choices = [
            *open_ones, (NONE, "None of these"), (UNKNOWN, "I have not checked"),
        ]  # fmt: skip
        self.fields["specialty"].choices = [("", "None of these"), *specialties()]
        self.today = ledger.today

    def clean_statuses_checked_on(self):
        """A look-up that was made."""
        given = self.cleaned_data["statuses_checked_on"]
        if given and given > self.today:
            raise forms.ValidationError("Enter the day of the look-up, today or earlier.")
        return given

    def clean(self):
        """Recognized sites are some of all sites."""
        found = super().clean()
        some, every = found.get("sites_recognized"), found.get("sites_all")
        if some is not None and every is None and "sites_all" not in self.errors:
            self.add_error("sites_all", "Enter how many sites there are in all.")
        if every is not None and some is None and "sites_recognized" not in self.errors:
            self.add_error("sites_recognized", "Enter how many are recognized; 0 where none is.")
        if None not in (some, every) and some > every:
            self.add_error("sites_recognized", f"Enter {every} or fewer: there are {every} sites.")
        return found


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
    form = Statuses(request.POST or None, ledger=ledger, initial=_held(access.year))
    versions = Versions(request, lambda: actions.described(access.year, HELD), lambda: _held(access.year))
    if (
        request.method == "POST" and form.is_valid()
        and versions.saved(form, lambda seen: actions.describe(access, seen, **form.cleaned_data))
    ):  # fmt: skip
        messages.success(request, f"Saved. {effect(ledger_of(access.year))}")
        then = "setup_activities" if setting_up else "roster_statuses"
        return redirect(then, access.practice.slug, access.year.year)
    told = {} if setting_up else {"standing": found(ledger), "first": first_to_find_out(ledger)}
    return render(request, template, told | {
        "form": form, "ledger": ledger, "effect": effect(ledger), "hints": hints(ledger),
        "cite": ledger.rules.full_credit.cite,
        "steps": steps(access, "setup_statuses") if access.may("edit") else [],
        "sites": access.practice.open_sites,
        "may_edit": access.may("edit") and not locked(access.year), "recorded": _recorded(access.year),
        "versions": versions,
    }, status=versions.status)  # fmt: skip


def _held(year):
    """What was recorded before; what was not recorded is not filled in."""
    answered = {True: "yes", False: "no", None: None}
    return {
        "statuses": year.statuses, "statuses_checked_on": year.statuses_checked_on,
        "sites_recognized": year.sites_recognized, "sites_all": year.sites_all, "apm": year.apm or None,
        "quality_and_pi_submitted": answered[year.quality_and_pi_submitted], "not_scored": year.not_scored,
        "specialty": year.specialty,
    }  # fmt: skip


def _recorded(year):
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
    return found | {"Specialty": dict(specialties()).get(year.specialty, "Not said")}


def _listed(names, known):
    if names is None:
        return "Unknown"
    return ", ".join(known.get(each) or words_of(each) for each in names) or "None"


def hints(ledger):
    """What the counts of the roster would suggest, in words; the look-up decides."""
    facts = standing(replace(ledger.practice, statuses=None), ledger.rules)
    known = [facts[name] for name in ledger.rules.special if facts[name].estimated]
    return [
        f"{words_of(each.name)}: {'likely' if each.value else 'not likely'}. {each.says}." for each in known
    ]


def effect(ledger):
    """In one sentence, how many activities full credit takes; both cases where statuses are not known."""
    full = ledger.rules.full_credit.value
    try:
        if ledger.row.statuses is not None:
            count = needed(ledger, ledger.practice)
            return f"{_takes(count)} full credit, {full} points."
        special = [name for name, rule in ledger.rules.special.items() if rule.special]
        without = needed(ledger, replace(ledger.practice, statuses=frozenset()))
        having = needed(ledger, replace(ledger.practice, statuses=frozenset(special)))
    except Refused as refusal:
        return f"{refusal.problems[0].what} {refusal.problems[0].fix}".strip()
    if without == having:
        return f"{_takes(without)} full credit, {full} points, whatever the statuses."
    takes = f"{counted(having, 'activity')} with a special status, {counted(without, 'activity')} without."
    return f"Until statuses are recorded, full credit of {full} points takes {takes}"


def needed(ledger, who):
    """How many activities reach full credit from nothing, of the weight that earns most."""
    facts = assessed(who, [], ledger.rules, ledger.listed).profile.facts
    scale = next(each for each in ledger.rules.scale if each.fits(facts))
    return -(-ledger.rules.full_credit.value // max(scale.points.values()))


def _takes(count):
    return f"{counted(count, 'activity').capitalize()} {'gives' if count == 1 else 'give'}"
