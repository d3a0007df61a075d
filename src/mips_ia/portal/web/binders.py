"""Binders: ask for one, see how far it is, and take it."""

from django import forms
from django.http import Http404, StreamingHttpResponse
from django.shortcuts import redirect, render

from mips_ia.portal.actions import binders as actions
from mips_ia.portal.ledgers import ledger_of
from mips_ia.portal.middleware import by_itself
from mips_ia.portal.tenancy import page
from mips_ia.portal.web.evidence_one import SEALED


class Ask(forms.Form):
    """How much of the year, and whether files that name patients are in it."""

    activity = forms.ChoiceField(label="Which activities", required=False)
    clinician = forms.ModelChoiceField(None, label="Which clinicians", required=False, empty_label="All")
    phi = forms.BooleanField(
        label="With the files that name patients", required=False,
        help_text="Leave it out unless they were asked for.",
    )  # fmt: skip

    def __init__(self, access, *given, **named):
        super().__init__(*given, **named)
        self.fields["activity"].choices = [
            ("", "All"),
            *((id, id) for id in ledger_of(access.year).activities),
        ]
        self.fields["clinician"].queryset = access.practice.clinicians.filter(
            stays__year=access.year, stays__ended_at=None
        ).distinct()
        self.fields["clinician"].label_from_instance = lambda each: each.name
        if not access.may("open_phi"):
            del self.fields["phi"]


@page(see="binder")
def binders(request, access):
    """What can be asked for, and what was made before."""
    form = Ask(access, request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        row = actions.ask(access, **form.cleaned_data)
        return redirect("export_binder", access.practice.slug, access.year.year, row.pk)
    rows = access.year.binders.filter(audit=None).select_related("asked_by", "clinician")
    return render(request, "binders.html", {"form": form, "rows": rows, "of_year": access.year.year})


@page(see="binder")
def binder(request, access, binder):
    """How far it is, or what it is, or why it is gone; a POST takes it, or begins anew what stands still."""
    rows = access.year.binders.filter(audit=None)  # a request's package lies with the request
    row = rows.select_related("asked_by", "clinician").filter(pk=binder).first()
    if row is None or (row.phi and not access.may("open_phi")):
        raise Http404
    if request.method == "POST" and row.made_at and not row.gone_at:
        name = f"{access.practice.slug}-{access.year.year}-binder-{row.pk}.zip"
        return attached(actions.take(access, row), row, name)
    if request.method == "POST":
        if row.told or row.stalled:
            actions.again(row)
        return redirect("export_binder", access.practice.slug, access.year.year, row.pk)
    answer = render(request, "binder.html", {"row": row, "of_year": access.year.year})
    return answer if row.made_at or row.told or row.stalled else by_itself(answer)


def attached(pieces, row, name):
    """A binder's bytes as a file that is saved and never shown, and that could run nothing if it were."""
    answer = StreamingHttpResponse(pieces, content_type="application/zip")
    answer.headers["Content-Length"] = str(row.size)
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    answer.headers["Content-Security-Policy"] = SEALED
    answer.headers["X-Content-Type-Options"] = "nosniff"
    return answer
