"""What is done about a request: items are answered, a day is agreed, the answer is sent, it is closed."""

from functools import wraps

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render

from mips_ia.portal.actions import audit as actions
from mips_ia.portal.ledgers import ledger_of
from mips_ia.portal.templatetags.words import day
from mips_ia.portal.tenancy import page
from mips_ia.portal.told import audits as told
from mips_ia.portal.told.audit_answered import answered
from mips_ia.portal.web.audit import one, packages
from mips_ia.portal.web.audit_end_forms import Closed, Moved, Sent
from mips_ia.portal.web.audit_forms import Answering
from mips_ia.portal.web.versions import Versions
from mips_ia.problems import Refused


def _while_open(view):
    """Gives a view the request that is named; once that is closed its page alone is shown."""

    @wraps(view)
    def guarded(request, access, audit, **rest):
        row = one(access, audit)
        try:
            if row.closed_at is None:
                return view(request, access, row, **rest)
        except Refused as refusal:  # it was closed meanwhile
            messages.warning(request, " ".join(f"{each.what} {each.fix}" for each in refusal.problems))
        return redirect("audit_one", access.practice.slug, access.year.year, row.pk)

    return guarded


@page(see="audit", change="audit")
@_while_open
def audit_item(request, access, row, audit_item):
    """One item: what it is about, who looks after it, and what answers it."""
    ledger = ledger_of(access.year)
    item = (
        row.items.filter(pk=audit_item).select_related("clinician", "owner", "audit__year__practice").first()
    )
    if item is None:
        raise Http404
    posted = request.method == "POST"
    form = Answering(
        access, ledger, told.near(item), told.owners(access.practice), request.POST if posted else None,
        initial=_shown(item),
    )  # fmt: skip
    versions = Versions(request, lambda: actions.held(item), lambda: _shown(item))
    if posted and form.is_valid() and versions.saved(
        form, lambda seen: actions.answer(access, item, form.cleaned_data, form.chosen(), seen)
    ):  # fmt: skip
        every = told.standings(row, ledger_of(access.year))
        messages.success(request, f"Saved item {item.number}. {told.counted(every)}")
        on = told.next_open(every, item.number) if "next" in request.POST else None
        if on:
            return redirect("audit_item", access.practice.slug, access.year.year, row.pk, on.item.pk)
        return redirect("audit_one", access.practice.slug, access.year.year, row.pk)
    every = told.standings(row, ledger)
    return render(request, "audit_item.html", {
        "audit": row, "item": item, "form": form, "versions": versions, "ledger": ledger,
        "standing": next(each for each in every if each.item.pk == item.pk),
        "on": told.next_open(every, item.number),
    }, status=422 if form.errors else versions.status)  # fmt: skip


def _shown(item):
    """An item as its form shows it."""
    known = {name: getattr(item, name) for name in actions.ITEM}
    held = item.answers.filter(ended_at=None)
    return known | {"evidence": list(held.values_list("evidence", flat=True)), "others": "", "nobody": False}


@page(see="audit", change="audit")
@_while_open
def audit_due(request, access, row):
    """Another day, to which CMS agreed."""
    form = Moved(row, request.POST or None)
    if request.method == "POST" and form.is_valid():
        known = form.cleaned_data
        actions.move(access, row, known["due_on"], known["because"], known["sure"])
        messages.success(request, f"Saved. The answer is due on {day(row.due_on)}.")
        return redirect("audit_one", access.practice.slug, access.year.year, row.pk)
    return render(request, "audit_due.html", {"audit": row, "form": form},
                  status=422 if form.errors else 200)  # fmt: skip


@page(see="audit", change="audit")
@_while_open
def audit_sent(request, access, row):
    """The answer went out: what, when and how is kept with a transcript, and the clock stops."""
    every = told.standings(row, ledger_of(access.year))
    form = Sent(row, packages(access, row), request.POST or None)
    if request.method == "POST" and form.is_valid():
        said = {name: form.cleaned_data[name] for name in ("sent_on", "how", "what", "sha256")}
        package = form.cleaned_data["package"]
        consisted = package.answered if package else answered(every)
        sent = actions.send(access, row, consisted, **said)
        messages.success(request, "Saved. The clock has stopped, and the transcript is kept.")
        return redirect("audit_transcript", access.practice.slug, access.year.year, row.pk, sent.pk)
    return render(request, "audit_sent.html", {
        "audit": row, "form": form, "counted": told.counted(every),
        "open_ones": [each for each in every if not each.ready],
    }, status=422 if form.errors else 200)  # fmt: skip


@page(see="audit")
def audit_transcript(request, access, audit, audit_sent):
    """What went out, word for word as it was sealed; it prints."""
    row = one(access, audit)
    sent = row.sent.filter(pk=audit_sent).select_related("person").first()
    if sent is None:
        raise Http404
    return render(request, "audit_transcript.html", {
        "audit": row, "sent": sent, "fits": actions.fits(sent),
        "package": packages(access, row).filter(sha256=sent.sha256).exclude(sha256="").first(),
    })  # fmt: skip


@page(see="audit", change="audit")
@_while_open
def audit_close(request, access, row):
    """Nothing more is done about it; asked once more, since it cannot be opened again."""
    form = Closed(row, request.POST or None)
    if request.method == "POST" and form.is_valid():
        actions.close(access, row, form.cleaned_data["because"])
        messages.success(request, "Closed. Everything of it stays here to be read.")
        return redirect("audit", access.practice.slug, access.year.year)
    return render(request, "audit_close.html", {"audit": row, "form": form},
                  status=422 if form.errors else 200)  # fmt: skip
