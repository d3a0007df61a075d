"""The two readings of who is counted, and the one that the practice goes by, with its reason."""

from copy import copy

from django import forms
from django.contrib import messages
from django.shortcuts import redirect, render

from mips_ia.portal.actions import practice as actions
from mips_ia.portal.facts import Ledger
from mips_ia.portal.ledgers import ledger_of
from mips_ia.portal.tenancy import page
from mips_ia.portal.told import readings, shown
from mips_ia.portal.web.locked import unless_locked

BOTH = "both"


class Going(forms.Form):
    """A reading and why, or both again."""

    reading = forms.ChoiceField(
        label="Which clinicians do you count?", widget=forms.RadioSelect,
        error_messages={"required": "Choose which clinicians you count."},
    )  # fmt: skip
    reason = forms.CharField(
        label="Reason, if you choose one of the two", max_length=500, required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Who says so, such as CMS’s help desk with its case number. It stays in the log.",
    )  # fmt: skip

    def __init__(self, *given, says, **known):
        super().__init__(*given, **known)
        self.fields["reading"].choices = [
            *says.items(), (BOTH, "We do not know: look at both, and do not count what they disagree on"),
        ]  # fmt: skip

    def clean(self):
        """A reading needs a reason; both need none."""
        found = super().clean()
        reason = found.get("reason", "").strip()
        if found.get("reading") in (None, BOTH):
            found["reason"] = ""
        elif not reason:
            self.add_error("reason", "Enter the reason, so that an auditor can follow it.")
        return found

    def facts(self):
        """What is recorded of the year."""
        given = self.cleaned_data
        name = "" if given["reading"] == BOTH else given["reading"]
        return {"denominator": name, "denominator_reason": given["reason"].strip()}


@page(see="edit", change="edit")
@unless_locked
def roster_readings(request, access):
    """Both readings with their verdicts, and the choice."""
    ledger, row = ledger_of(access.year), access.year
    initial = {"reading": row.denominator, "reason": row.denominator_reason}
    form = Going(
        request.POST if request.method == "POST" else None, says=readings.named(ledger), initial=initial
    )
    if request.method == "POST" and form.is_valid():
        actions.describe(access, **form.facts())
        messages.success(request, f"Saved. {shown.denominator(ledger_of(access.year))}")
        return redirect("roster", access.practice.slug, row.year)
    return render(request, "roster_readings.html", {
        "form": form, "readings": readings.readings(ledger), "verdicts": _verdicts(row, ledger),
    })  # fmt: skip


def _verdicts(row, ledger):
    """Each activity by both readings, whichever the practice goes by."""
    undecided = copy(row)
    undecided.denominator = ""
    both = Ledger(undecided, ledger.today)
    return [
        {"activity": tally.activity, "differ": tally.undecided, "by": readings.by_each(both, tally)}
        for tally in both.tallies if tally.other
    ]  # fmt: skip
