"""Uploading a file of rows, or pasting them: what it says, before anything is saved, and afterwards."""

from allauth.core.exceptions import ReauthenticationRequired
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.shortcuts import redirect, render
from django.urls import reverse

from mips_ia.formats.bulk_columns import NEEDED, TABLES
from mips_ia.portal import saving
from mips_ia.portal.actions import uploads as actions
from mips_ia.portal.actions import uploads_later as later
from mips_ia.portal.actions.delegated import recorded
from mips_ia.portal.bulk.checked import check
from mips_ia.portal.bulk.completed import PAGE
from mips_ia.portal.bulk.effects import effects
from mips_ia.portal.bulk.reading import columns_of, noted, stopped, warned
from mips_ia.portal.ledgers import ledger_of
from mips_ia.portal.middleware import by_itself
from mips_ia.portal.statements import mark
from mips_ia.portal.tenancy import page, whom_to_ask
from mips_ia.portal.told import shown
from mips_ia.portal.uploaded import numbered
from mips_ia.portal.web.fresh import verified
from mips_ia.portal.web.locked import refusal, unless_locked
from mips_ia.portal.web.setup_steps import steps
from mips_ia.portal.web.uploads_ask import to_ask
from mips_ia.portal.web.uploads_forms import NewFile, corrected
from mips_ia.portal.web.uploads_shown import errors, listed, named, rows_of, warnings
from mips_ia.problems import Refused

ROWS = 100  # rows to fix on one page
WORDS = {
    "roster": {"title": "Roster", "whole": "your roster", "noun": "clinician"},
    "participation": {"title": "Participation", "whole": "your windows", "noun": "window"},
}


# ---- The addresses: the same for a roster and for participation


@page(see="edit", change="edit")
@unless_locked
def roster_upload(request, access):
    """A file of clinicians."""
    return _upload(request, access, "roster")


@page(see="edit", change="edit")
def roster_check(request, access, number):
    """What the file says, before it is saved."""
    return _check(request, access, "roster", number)


@page(see="edit", change="edit")
def roster_undo(request, access, number):
    """Take a saved file back."""
    return _undo(request, access, "roster", number)


@page(see="windows", change="windows")
@unless_locked
def participation_upload(request, access):
    """A file of windows."""
    return _upload(request, of_all(access), "participation")


@page(see="windows", change="windows")
def participation_check(request, access, number):
    """What the file says, before it is saved."""
    return _check(request, of_all(access), "participation", number)


@page(see="windows", change="windows")
def participation_undo(request, access, number):
    """Take a saved file back."""
    return _undo(request, of_all(access), "participation", number)


def of_all(access):
    """Only who enters windows for everybody uploads them."""
    if access.how("windows") != "yes":
        raise PermissionDenied(whom_to_ask(access.practice, "windows"))
    return access


# ---- What they do


def _upload(request, access, kind):
    form = NewFile(request.POST, request.FILES) if request.method == "POST" else NewFile()
    if form.is_valid():
        file = form.cleaned_data["file"]
        name = file.name if file else "Pasted rows"
        content = file.read() if file else form.cleaned_data["pasted"].encode()
        replace = form.cleaned_data["mode"] == "replace"
        upload = actions.keep(access, kind, name, content, replace)
        return redirect(_place(request, access, upload))
    return render(request, "upload_new.html", {
        "form": form, "kind": kind, "words": WORDS[kind], "needed": _needed(kind),
        "layout": TABLES[kind].items(), "setup": _in_setup(request), "ending": access.practice.tin[-4:],
        "steps": steps(access, "roster_upload") if _in_setup(request) else [],
        "template": f"{kind}_template",
    })  # fmt: skip


def _check(request, access, kind, number):
    upload = numbered(access, kind, number)
    around = {"upload": upload, "kind": kind, "words": WORDS[kind], "setup": _in_setup(request)}
    if upload.waits:
        if request.method == "POST" and upload.stalled:
            later.again(access, upload, verified=verified(request))
            return redirect(_place(request, access, upload))
        told = {"seconds": later.usual(upload), "progress": saving.seen(upload.id)}
        return by_itself(render(request, "upload_waiting.html", around | told))
    if stopped(upload.table):
        return render(request, "upload_stopped.html", around | _unreadable(upload))
    if upload.saved_at:
        return render(request, "upload_saved.html", around | _of_saved(access, upload))
    if request.method == "POST":
        return _mended(request, access, upload)
    return refusal(request, access.year) or _checked(request, access, upload, around)


def _checked(request, access, upload, around):
    found, kind = check(access, upload), upload.kind
    replaces = "confirm" in request.GET and found.ending and not found.to_fix
    told = {"found": found, "addresses": _addresses(kind)}
    told = told if replaces else _of_check(request, access, upload, found)
    records = recorded(access, found.trial)
    told |= {"records": records, "stated": mark(*records)}
    return render(request, "upload_replace.html" if replaces else "upload_check.html", around | told)


def _of_saved(access, upload):
    return {"addresses": _addresses(upload.kind)} | to_ask(access, upload)


def _of_check(request, access, upload, found):
    fix = Paginator(found.to_fix, ROWS).get_page(request.GET.get("page"))
    saved = found.warned[:ROWS]
    changes, half = effects(access, found)
    return {
        "found": found, "fix": fix, "fixes": rows_of(fix, found), "warnings": rows_of(saved, found),
        "more_warnings": len(found.warned) - len(saved), "summary": errors(fix),
        "warned": warnings([*fix, *saved]),
        "notes": noted(upload.table), "alerts": warned(upload.table),
        "out": [(row.line, named(row, found.trial)) for row in found.left_out], "changes": changes,
        "half": half,
        "changed": listed(found.changed, found), "noted": listed(found.noted, found),
        "addresses": _addresses(upload.kind), "empty": not found.rows,
        "saved_noun": found.people if upload.kind == "roster" else found.ready,
    }  # fmt: skip


def _unreadable(upload):
    known, unknown = columns_of(upload.table, upload.kind)
    first = ", ".join(upload.table["header"])
    return {"stops": stopped(upload.table), "first": first, "known": known, "unknown": unknown,
            "needed": _needed(upload.kind)}  # fmt: skip


def _needed(kind):
    """The columns that a file must have; the page knows the year and the TIN itself."""
    return [each for each in NEEDED[kind] if each not in PAGE]


def _mended(request, access, upload):
    """Take over what was corrected and left out, and save where that was asked for."""
    cells, out, back = corrected(request.POST, upload)
    if cells or out or back:
        actions.mend(access, upload, cells, out, back)
    place = _place(request, access, upload)
    how = verified(request)
    if "save" in request.POST and recorded(access, check(access, upload).trial) and not how:
        raise ReauthenticationRequired
    if "save" not in request.POST:
        return redirect(place)
    ended = request.POST.get("ended", "")
    if upload.replace and ended != (found := check(access, upload)).seal and not found.to_fix:
        return redirect(f"{place}{'&' if '?' in place else '?'}confirm=1")
    known = {"typed": bool(cells or out or back), "verified": how, "marked": request.POST.get("stated", "")}
    if later.is_large(upload):
        later.begin_saving(access, upload, ended, **known)
        return redirect(place)
    try:
        saved = actions.save(access, upload, ended, **known)
    except Refused as refusal:
        problem = refusal.problems[0]
        messages.warning(request, f"Nothing was saved. {problem.what} {problem.fix}")
        return redirect(place)
    messages.success(request, f"Saved. {saved.line} {_effect(access, upload.kind)}")
    if _in_setup(request):
        return redirect("setup_statuses", access.practice.slug, access.year.year)
    return redirect(place)


def _effect(access, kind):
    ledger = ledger_of(access.year)
    if kind == "roster":
        return shown.denominator(ledger)
    counts = [f"{each.activity} now has {each.counting} of {each.of}" for each in ledger.tallies if each.of]
    return f"{', '.join(counts)} clinicians." if counts else ""


def _undo(request, access, kind, number):
    upload = numbered(access, kind, number)
    if not upload.saved_at or upload.undone_at:
        return redirect(_place(request, access, upload))
    if request.method != "POST":
        return render(request, "upload_undo.html", {
            "upload": upload, "kind": kind, "words": WORDS[kind], "addresses": _addresses(kind),
        })  # fmt: skip
    try:
        restored, kept = actions.undo(access, upload)
    except Refused as refusal:
        messages.warning(request, f"Nothing was undone. {refusal.problems[0].what}")
        return redirect(_place(request, access, upload))
    said = f"Undone: {restored} of {restored + len(kept)} changes."
    (messages.warning if kept else messages.success)(request, f"{said} {_effect(access, kind)}")
    return redirect(_place(request, access, upload))


def _in_setup(request):
    return "setup" in request.GET


def _place(request, access, upload):
    query = {name: value for name, value in request.GET.items() if name in ("setup", "page")}
    where = access.practice.slug, access.year.year, upload.id
    return reverse(f"{upload.kind}_check", args=where, query=query)


def _addresses(kind):
    return {name: f"{kind}_{name}" for name in ("upload", "check", "checked", "undo")} | {"list": kind}
