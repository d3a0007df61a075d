"""The audit desk: the requests of a year, a new one, and how one stands."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render

from mips_ia.portal.actions import audit as actions
from mips_ia.portal.ledgers import ledger_of
from mips_ia.portal.templatetags.words import day, many
from mips_ia.portal.tenancy import page
from mips_ia.portal.told import audits as told
from mips_ia.portal.web.audit_forms import Asked, Owners
from mips_ia.problems import Refused
from mips_ia.rules import rules

TOLD = 10  # of what a list has that is not here, in one message


@page(see="audit")
def audit(request, access):
    """Every request of the year, those that wait first."""
    rows = [
        {"audit": each, "ticking": told.ticking(each), "sent": list(each.sent.all())}
        for each in access.year.audits.prefetch_related("sent").order_by("closed_at", "due_on", "id")
    ]
    others = access.practice.years.filter(audits__isnull=False).exclude(pk=access.year.pk)
    return render(request, "audit.html", {
        "rows": rows, "others": others.order_by("-year").distinct(), "rules": rules(access.year.year),
        "may_links": access.may("reviewer_links"),
    })  # fmt: skip


@page(see="audit", change="audit")
def audit_new(request, access):
    """A request, with its items as lines or as a file."""
    posted = request.method == "POST"
    given = (request.POST, request.FILES) if posted else ()
    form = Asked(access, ledger_of(access.year), *given)
    if posted and form.is_valid():
        known = form.cleaned_data
        made = actions.record(
            access, known["received_on"], known["asked_by"], known["scope"], form.found
        )  # fmt: skip
        messages.success(request, f"Saved {many(len(form.found), 'item')}. Answer by {day(made.due_on)}.")
        if form.as_written:
            messages.warning(request, _as_written(form.as_written))
        here = (access.practice.slug, access.year.year, made.pk)
        if "next" in request.POST:
            return redirect("audit_item", *here, made.items.first().pk)
        return redirect("audit_one", *here)
    status = 422 if form.errors else 200
    return render(request, "audit_new.html", {"form": form, "rules": rules(access.year.year)}, status=status)


def _as_written(told):
    """What of a list was taken as it is written, the first of it, in one message."""
    more = [f"And {len(told) - TOLD} more."] if len(told) > TOLD else []
    return " ".join(["Nothing of the list was altered.", *told[:TOLD], *more, "The items say what is open."])


@page(see="audit", change="audit")
def audit_one(request, access, audit):
    """The clock, each item with what is kept for it and what is missing, and what was sent.

    The items that are ticked get who looks after them, all at once.
    """
    row, ledger = one(access, audit), ledger_of(access.year)
    posted = request.method == "POST"
    form = Owners(row.items.all(), told.owners(access.practice), request.POST if posted else None)
    if posted and form.is_valid():
        _hand(request, access, row, form.cleaned_data)
        return redirect("audit_one", access.practice.slug, access.year.year, row.pk)
    every, sent = told.standings(row, ledger), list(row.sent.select_related("person"))
    return render(request, "audit_one.html", {
        "audit": row, "every": every, "counted": told.counted(every), "sent": sent,
        "ticking": told.ticking(row), "first_reply": told.first_reply(row, ledger.rules),
        "ready": all(each.ready for each in every), "opens": access.how("see_evidence") == "yes",
        "package": packages(access, row).first(),
        "rest": next((each for each in every if not each.ready), None), "form": form,
    }, status=422 if form.errors else 200)  # fmt: skip


def _hand(request, access, row, known):
    """Give the items and say the effect, or say why not."""
    items, owner = known["item"], known["owner"]
    try:
        changed = actions.hand(access, row, items, owner)
    except Refused as refusal:  # it is closed
        messages.warning(request, " ".join(f"{each.what} {each.fix}" for each in refusal.problems))
        return
    already = len(items) - changed
    said = f"Saved. {owner.name} now looks after {many(len(items), 'ticked item')}"
    messages.success(request, f"{said}, {already} of them already before." if already else f"{said}.")


def one(access, audit):
    """A request of the year; 404 to everybody else."""
    row = access.year.audits.filter(pk=audit).select_related("person", "closed_by", "year__practice").first()
    if row is None:
        raise Http404
    return row


def packages(access, audit):
    """Those of a request that somebody may take, the newest first."""
    rows = audit.packages.select_related("asked_by", "year__practice")
    return rows if access.may("open_phi") else rows.filter(phi=False)
