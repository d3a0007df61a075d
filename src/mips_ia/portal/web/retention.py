"""Holding a year's evidence, and destroying what nobody has to keep any more."""

from django import forms
from django.contrib import messages
from django.shortcuts import redirect, render

from mips_ia.portal.actions import retention as actions
from mips_ia.portal.forms.nobody import Nobody
from mips_ia.portal.tenancy import page
from mips_ia.portal.told.held import counted, going, holding
from mips_ia.portal.told.retention import SOURCE, asked_about, keeping
from mips_ia.portal.web.evidence_one import one
from mips_ia.problems import Refused


class Reason(Nobody):
    """Why."""

    reason = forms.CharField(
        label="Reason", max_length=500, help_text="It stays in the record. Name no patients."
    )

    def __init__(self, year, *given):
        super().__init__(*given)
        self.year = year

    def clean(self):
        """It names no patient."""
        self.search(self.year, "reason")


@page(see="review", change="review")
def evidence_hold(request, access):
    """Nothing of the year is destroyed while it is held, such as during an audit or a lawsuit."""
    held = access.year.holds.filter(lifted_at=None).select_related("person").order_by("id").first()
    form = Reason(access.year.year, request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        if held:
            actions.lift(access, held, form.cleaned_data["reason"])
            messages.success(request, f"Saved. {access.year.year} is not held any more.")
        else:
            actions.hold(access, form.cleaned_data["reason"])
            messages.success(
                request, f"Saved. Nothing of {access.year.year} is destroyed until it is lifted."
            )
        return redirect("evidence", access.practice.slug, access.year.year)
    before = access.year.holds.exclude(lifted_at=None).select_related("person", "lifted_by")
    return render(request, "evidence_hold.html", {"form": form, "held": held, "before": before})


@page(see="destroy", change="destroy")
def evidence_destroy(request, access, evidence):
    """After its time one administrator asks that it be destroyed, and another one agrees."""
    row = one(access, evidence)
    asked, kept = getattr(row, "destruction", None), keeping(row)
    form = Reason(access.year.year, request.POST if request.method == "POST" and not asked else None)
    refused = None
    if request.method == "POST" and (asked or form.is_valid()):
        try:
            if asked:
                actions.agree(access, row)
                messages.success(request, f"E-{row.number} is destroyed. Its fingerprints are kept.")
            else:
                actions.ask(access, row, form.cleaned_data["reason"])
                messages.success(request, "Saved. It is destroyed once a second administrator agrees.")
            return redirect("evidence_one", access.practice.slug, access.year.year, evidence)
        except Refused as refusal:
            refused = refusal.problems[0]
    return render(request, "evidence_destroy.html", {
        "row": row, "asked": asked, "kept": kept, "form": form, "refused": refused, "source": SOURCE,
        "myself": asked and asked.person == access.person, "requests": asked_about(row),
        "copies": counted(holding(access.practice, going(row))) if kept.over else "",
    }, status=409 if refused else 200)  # fmt: skip
