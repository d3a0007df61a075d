"""What if: other facts, other numbers of clinicians, further activities. Nothing of it is saved."""

from urllib.parse import urlencode

from django import forms
from django.shortcuts import render

from mips_ia.portal.forms.answers import NONE, Several
from mips_ia.portal.templatetags.words import words_of
from mips_ia.portal.tenancy import page
from mips_ia.portal.told import shown, steps
from mips_ia.portal.told.weight import NAMES, unless
from mips_ia.portal.told.what_if import Change, changed, today
from mips_ia.problems import Refused
from mips_ia.standing import APMS

AS_TODAY = ("", "As it is today")
APM_WORDS = {"mips_apm": "In a MIPS APM", "other_apm": "In another APM", "none": "In no APM"}


class WhatIf(forms.Form):
    """Every fact that may be different; what is left empty is as it is today."""

    report_as = forms.ChoiceField(label="Report as", required=False)
    pathway = forms.ChoiceField(label="Pathway", required=False)
    mvp = forms.ChoiceField(label="MVP", required=False, help_text="Used with the pathway MVP.")
    clinicians = forms.IntegerField(label="Clinicians who bill under the TIN", required=False, min_value=1)
    status = Several(label="Special statuses in CMS’s look-up", required=False)
    sites = forms.RegexField(
        r"^\d{1,4}/\d{1,4}$", label="Sites that are medical homes, of all sites", required=False,
        help_text="Recognized and all, such as 2/6.",
        error_messages={"invalid": "Enter two numbers, such as 2/6."},
    )  # fmt: skip
    apm = forms.ChoiceField(label="APM participation", required=False)
    not_scored = Several(
        label="Categories that are not scored", required=False,
        choices=[*NAMES.items(), (NONE, "All four are scored")],
    )  # fmt: skip
    more = forms.CharField(
        label="Further activities", required=False,
        help_text="Ids with a space between, such as IA_BE_4 IA_BE_6. They are taken as done.",
    )  # fmt: skip

    def __init__(self, *given, ledger, **known):
        super().__init__(*given, **known)
        year, rules = ledger.practice, ledger.rules
        entities = {e for each in rules.pathway.values() for e in each.entities}
        now = shown.REPORTING[year.entity], shown.PATHWAYS[year.pathway]
        self._choices("report_as", {k: v for k, v in shown.REPORTING.items() if k in entities}, now[0])
        self._choices("pathway", {k: v for k, v in shown.PATHWAYS.items() if k in rules.pathway}, now[1])
        self._choices("mvp", {id: f"{id} {each.title}" for id, each in ledger.listed.mvps.items()}, year.mvp)
        self._choices("apm", {k: APM_WORDS[k] for k in APMS}, APM_WORDS.get(year.apm, "not known"))
        special = [(name, words_of(name)) for name in rules.special]
        self.fields["status"].choices = [*special, (NONE, "None of these")]
        self.fields["clinicians"].help_text = f"Today: {year.clinicians or 'not known'}."
        self.activities = [each.activity for each in ledger.tallies]
        for each in ledger.tallies:
            self.fields[each.activity] = forms.IntegerField(
                label=f"Clinicians who count for {each.activity}", required=False, min_value=0,
                help_text=f"Today: {each.counting} of {each.of or 'an unknown number'}.",
            )  # fmt: skip

    def _choices(self, name, choices, now):
        self.fields[name].choices = [("", f"As it is today: {now}" if now else AS_TODAY[1]), *choices.items()]

    def of_activities(self):
        """The fields for numbers of clinicians."""
        return [self[id] for id in self.activities]

    def change(self):
        """What would be different."""
        given = self.cleaned_data
        sites = tuple(map(int, given["sites"].split("/"))) if given["sites"] else None
        ids = given["more"].upper().replace(",", " ").split()
        counts = {id: given[id] for id in self.activities if given[id] is not None}
        facts = {name: given[name] for name in ("report_as", "pathway", "mvp", "apm", "clinicians")}
        return Change(
            **facts, statuses=self._named("status"), sites=sites, not_scored=self._named("not_scored"),
            counts=counts, further=tuple(ids),
        )  # fmt: skip

    def _named(self, field):
        given = self.cleaned_data[field]
        return None if given is None else frozenset(given)


@page(see="see")
def what_if(request, access):
    """The same table with a second column. The address holds every change, and can be shared."""
    ledger, alone = today(access.year)
    if ledger.problem:
        return render(request, "score_whatif.html", {"ledger": ledger, "refused": ledger.problem})
    form = WhatIf(request.GET or None, ledger=ledger)
    found = {"ledger": ledger, "form": form, "of_year": ledger.year, "alone": alone}
    now = ledger.assessment
    before = steps.rows(now, steps.of_group(ledger, shown.activities(ledger)), ledger.lacking)
    found |= {
        "now": now.score,
        "unless": unless(now),
        "today_unless": unless(now),
        "rows": [(row, None) for row in before],
        "total": steps.total(now.score, ledger.lacking),
    }
    if form.is_valid():
        found |= _then(ledger, form, before)
        changes = [(name, value) for name, value in request.GET.lists() if any(value)]
        found["address"] = request.build_absolute_uri(f"?{urlencode(changes, doseq=True)}")
    return render(request, "parts/whatif_table.html" if request.htmx else "score_whatif.html", found)


def _then(ledger, form, before):
    """The second column, beside the first."""
    try:
        then = changed(ledger, form.change())
    except Refused as refusal:
        return {"wrong": refusal.problems}
    judged = steps.of_verdicts(then.verdicts) | _still_undecided(ledger, then)
    after = steps.rows(then, judged)
    return {
        "then": then.score, "problems": then.problems, "rows": _beside(before, after), "unless": unless(then),
    }  # fmt: skip


def _still_undecided(ledger, then):
    """What depends on who is counted and was not changed, with both readings."""
    same = {verdict.attestation for verdict in then.verdicts}
    every = steps.of_group(ledger, shown.activities(ledger))
    return {each.activity: every[each.activity] for each in ledger.tallies
            if each.undecided and each.attestation in same}  # fmt: skip


def _beside(before, after):
    """The rows of both, those of the same thing beside each other."""
    old, new = ({row.key: row for row in table} for table in (before, after))
    keys = sorted({**old, **new}, key=lambda key: _place(old.get(key) or new[key]))
    return [(old.get(key), new.get(key)) for key in keys]


def _place(row):
    """Where a row stands: who reports, each activity, the medical home, the APM, and the rest."""
    order = ("standing", "", "medical_home", "apm")
    key = "" if row.activity else row.key
    return order.index(key) if key in order else len(order)
