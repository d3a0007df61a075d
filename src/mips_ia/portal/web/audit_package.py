"""The package of a request: built, taken, and marked as sent on the page on which it lies."""

from django import forms
from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse

from mips_ia.portal.actions import binders as actions
from mips_ia.portal.ledgers import ledger_of
from mips_ia.portal.middleware import by_itself
from mips_ia.portal.tenancy import page
from mips_ia.portal.told.audit_answered import as_now
from mips_ia.portal.told.audits import standings, ticking
from mips_ia.portal.web.audit import one, packages
from mips_ia.portal.web.audit_end_forms import Sent
from mips_ia.portal.web.binders import attached
from mips_ia.portal.web.numbers import number
from mips_ia.problems import Refused


class Build(forms.Form):
    """Whether files that name patients are in it."""

    phi = forms.BooleanField(
        label="With the files that name patients", required=False,
        help_text="Leave it out unless they were asked for.",
    )  # fmt: skip

    def __init__(self, access, *given):
        super().__init__(*given)
        if not access.may("open_phi"):
            del self.fields["phi"]


@page(see="audit", change="audit")
def audit_package(request, access, audit):
    """What is in the newest package, or in the one that is named; a POST builds one, or takes one."""
    row = one(access, audit)
    rows = packages(access, row)
    if request.method == "POST":
        named = request.POST.get("package")
        return _build(request, access, row) if named is None else _take(access, row, _named(rows, named))
    named = request.GET.get("package")
    shown = rows.first() if named is None else _named(rows, named)
    every = standings(row, ledger_of(access.year))
    form = Sent(row, rows, initial={"package": shown and shown.pk})
    form.fields["package"].widget = forms.HiddenInput()
    waits = bool(shown and shown.waits and not shown.stalled)
    answer = render(request, "audit_package.html", {
        "audit": row, "row": shown, "rows": rows, "build": Build(access), "form": form,
        "as_now": bool(shown and shown.made_at) and as_now(shown.answered, every), "ticking": ticking(row),
        "sent": row.sent.exists(), "by_itself": waits,
    })  # fmt: skip
    return by_itself(answer) if waits else answer


def _named(rows, given):
    row = rows.filter(pk=number(given)).first()
    if row is None:
        raise Http404
    return row


def _build(request, access, audit):
    form = Build(access, request.POST)
    form.is_valid()  # a box that is ticked or not is never wrong
    try:
        row = actions.ask(access, audit=audit, **form.cleaned_data)
    except Refused as refusal:  # it is closed
        messages.warning(request, " ".join(f"{each.what} {each.fix}" for each in refusal.problems))
        return redirect("audit_one", access.practice.slug, access.year.year, audit.pk)
    return _shown(access, audit, row)


def _take(access, audit, row):
    """The file; one whose making stands still is begun anew."""
    if row.made_at is None:
        if row.told or row.stalled:
            actions.again(row)
        return _shown(access, audit, row)
    if row.gone_at:
        return _shown(access, audit, row)
    return attached(actions.take(access, row), row, named(row))


def named(row):
    """What the file of a package is called where it is saved."""
    return f"{row.year.practice.slug}-{row.year.year}-package-{row.pk}.zip"


def _shown(access, audit, row):
    place = reverse("audit_package", args=(access.practice.slug, access.year.year, audit.pk))
    return redirect(f"{place}?package={row.pk}")
