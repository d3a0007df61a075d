"""What leaves for CMS: checks, the signing official's statement, the lock, and the files."""

import re

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render

from mips_ia.portal import clock
from mips_ia.portal.actions import sending
from mips_ia.portal.actions.ledger import locked
from mips_ia.portal.forms.nobody import Nobody
from mips_ia.portal.forms.stated import Stated
from mips_ia.portal.ledgers import ledger_of
from mips_ia.portal.names import asks, is_of
from mips_ia.portal.outgoing import fingerprint, outgoing, seen
from mips_ia.portal.statements import practice_statement
from mips_ia.portal.tenancy import page, whom_to_ask
from mips_ia.portal.told.export_checks import checks, open_to
from mips_ia.portal.told.locks import LABELS, files_of, may_see_reasons
from mips_ia.portal.told.misfits import said
from mips_ia.portal.told.sent import days, left_out, sent
from mips_ia.portal.web.fresh import fresh_to_post
from mips_ia.problems import Refused
from mips_ia.rules import rules

LEAVES = "Downloaded. This is your copy of what you report; CMS has not received it from us."
SHOWN = 200_000  # characters of a file that its page shows


class Locking(Stated):
    """The name under the practice's statement."""

    name = forms.CharField(label="Type your full name to sign", max_length=200)
    other = "it counts other activities, or a name in it is written differently"

    def __init__(self, *given, person, **known):
        super().__init__(*given, **known)
        self.person = person
        field = self.fields["name"]
        field.help_text, field.error_messages["required"] = f"As shown: {person.name}", asks(person.name)
        field.widget.attrs["autocomplete"] = "name"

    def clean_name(self):
        """Case and accents are ignored."""
        given = self.cleaned_data["name"].strip()
        if not is_of(given, self.person):
            raise forms.ValidationError(asks(self.person.name))
        return given


class Unlocking(Nobody):
    """Why a year that was locked is opened again; it names no patient."""

    reason = forms.CharField(
        label="Reason", max_length=500, widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": "Enter why the year must be opened again."},
    )  # fmt: skip

    def __init__(self, year, *given):
        super().__init__(*given)
        self.year = year

    def clean(self):
        """What may name a patient is taken out, or said to name none."""
        self.search(self.year, "reason")


@page(see="export")
def export(request, access):
    """The checks and what CMS would receive; of a locked year what was locked, and its files.

    The files of individuals are many, so they are checked where somebody asks, and before the lock.
    """
    final = locked(access.year)
    found = {"final": final, "before": _before(access), "to_ask": whom_to_ask(access.practice, "lock")}
    closes = rules(access.year.year).window["submission"].closes
    found |= {"reasons": may_see_reasons(access), "may_download": access.may("see_tin"),
              "may_bind": access.may("binder")}  # fmt: skip
    found |= {"may_lock": access.may("lock"), "of_year": access.year.year, "closes": closes}
    if final is None:
        ledger = ledger_of(access.year)
        out = outgoing(ledger, clock.now(), check=ledger.practice.many or "check" in request.GET)
        found |= {"checks": open_to(access, checks(ledger, out)), "out": out, "ledger": ledger}
        found |= {"sent": sent(ledger, out), "left_out": left_out(ledger, out), "days": days(ledger, out)}
    else:
        found["files"] = files_of(final)
    return render(request, "export.html", found)


def _before(access):
    """Every lock, newest first, each with its files, and with what was taken of it and by whom."""
    every = access.year.finals.select_related("person").prefetch_related("downloads__person")
    return [{"final": each, "files": sending.names(each)} for each in every.order_by("-id")]


@page(see="lock")
@fresh_to_post
def lock(request, access):
    """Sign for the practice, and lock; the page says what that means before it is done."""
    if locked(access.year):
        return redirect("export", access.practice.slug, access.year.year)
    ledger = ledger_of(access.year)
    out = outgoing(ledger, clock.now())
    says = practice_statement(access, len(out.activities), access.practice.organization.name)
    form = Locking(request.POST or None, person=access.person, says=says)
    if form.is_valid():
        shown = request.POST.get("shown", "")
        try:
            sending.lock(access, says, form.cleaned_data["name"], shown, verified=request.verified)
        except Refused as refusal:
            for each in refusal.problems:
                form.add_error(None, said(each))
        else:
            messages.success(request, f"Locked. {access.year.year} is ready to download.")
            return redirect("export", access.practice.slug, access.year.year)
    return render(request, "export_lock.html", {
        "form": form, "out": out, "ledger": ledger, "statement": says, "sent": sent(ledger, out),
        "left_out": left_out(ledger, out), "days": days(ledger, out), "of_year": access.year.year,
        "shown": seen(ledger, out),
    }, status=409 if form.non_field_errors() else 200)  # fmt: skip


@page(see="lock")
@fresh_to_post
def unlock(request, access):
    """Open a locked year again, with a reason that stays in the record."""
    final = locked(access.year)
    if final is None:
        return redirect("export", access.practice.slug, access.year.year)
    form = Unlocking(access.year.year, request.POST or None)
    if form.is_valid():
        sending.unlock(access, form.cleaned_data["reason"], verified=request.verified)
        messages.success(
            request, f"Unlocked. Windows of {access.year.year} can change, and clinicians can sign."
        )
        return redirect("export", access.practice.slug, access.year.year)
    return render(request, "export_unlock.html", {"form": form, "final": final, "of_year": access.year.year})


@page(see="export")
def file(request, access, final, name):
    """A file of a locked year, its TIN masked; taking it, whole, is recorded with its fingerprint."""
    row = access.year.finals.filter(pk=final).first()
    if row is None or name not in sending.names(row):
        raise Http404
    if request.method == "POST":
        answer = HttpResponse(sending.take(access, row, name), content_type=sending.TYPES[name])
        stem = f"{access.practice.slug}-{access.year.year}-{row.pk}"
        answer.headers["Content-Disposition"] = f'attachment; filename="{stem}-{name}"'
        messages.success(request, LEAVES)
        return answer
    content = sending.file(row, name)
    text = "" if name == sending.ZIP else _masked(content.decode(), access.practice.tin)
    return render(request, "export_file.html", {
        "final": row, "name": name, "label": LABELS[name], "text": text[:SHOWN], "whole": len(text) <= SHOWN,
        "sha256": fingerprint(content), "size": len(content),
        "documents": sorted(row.answer.get("documents", {})),
        "taken": row.downloads.filter(what=name).select_related("person"), "of_year": access.year.year,
    })  # fmt: skip


def _masked(text, tin):
    """What a page shows of a file: the TIN of a solo practice can be a Social Security number."""
    return re.sub(rf"\b{tin}\b", f"*****{tin[-4:]}", text)
