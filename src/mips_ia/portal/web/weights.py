"""What the category weighs in the final score, and which categories are not scored."""

from django import forms
from django.contrib import messages
from django.shortcuts import redirect, render

from mips_ia.portal.actions import practice
from mips_ia.portal.ledgers import ledger_of
from mips_ia.portal.tenancy import page
from mips_ia.portal.told.granted import circumstances
from mips_ia.portal.told.weight import NAMES, effect, held, said, tables
from mips_ia.portal.web.versions import Versions

QUESTIONS = {
    "quality": "Quality is not scored: no measure is available to you, or CMS approved your application",
    "cost": "Cost is not scored: you have too few cases for every cost measure",
    "ia": "Improvement activities are not scored: CMS approved extreme and uncontrollable circumstances",
    "pi": "Promoting Interoperability is not scored: by your status or type, or by a hardship exception",
}
NONE, UNKNOWN = "none", "unknown"


class NotScored(forms.Form):
    """Which categories CMS does not score. Nothing is taken for granted."""

    not_scored = forms.MultipleChoiceField(
        label="Which categories does CMS not score for you?",
        help_text="Your QPP account shows it as reweighted to 0%.",
        choices=[
            *QUESTIONS.items(),
            (NONE, "All four categories are scored"),
            (UNKNOWN, "I do not know yet"),
        ],
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Choose at least 1 answer."},
    )

    def clean_not_scored(self):
        """The categories; None where nobody knows yet."""
        given = self.cleaned_data["not_scored"]
        if {NONE, UNKNOWN}.intersection(given) and len(given) > 1:
            raise forms.ValidationError("Choose categories, or one of the last two answers.")
        return None if given == [UNKNOWN] else [each for each in given if each != NONE]


@page(see="see", change="edit")
def weights(request, access):
    """Every weight of the year, and what is known of the practice's."""
    form = NotScored(request.POST or None)
    versions = Versions(
        request, lambda: practice.described(access.year, ["not_scored"]), lambda: _answered(access.year)
    )
    if form.is_valid() and versions.saved(
        form, lambda seen: practice.describe(access, seen, not_scored=form.cleaned_data["not_scored"])
    ):
        messages.success(request, f"Saved. {effect(ledger_of(access.year))}")
        return redirect("score_weights", access.practice.slug, access.year.year)
    ledger = ledger_of(access.year)
    every = [*tables(ledger)]
    return render(request, "score_weights.html", {
        "form": form, "ledger": ledger, "known": said(access.year.not_scored), "tables": every,
        "held": held(every),
        "effect": effect(ledger), "may": access.may("edit"), "names": [*NAMES.values()],
        "removals": ledger.rules.not_scored, "versions": versions, "circumstances": circumstances(ledger),
    }, status=versions.status)  # fmt: skip


def _answered(year):
    known = year.not_scored
    return {"not_scored": [UNKNOWN] if known is None else known or [NONE]}
