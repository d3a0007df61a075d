"""Adding evidence: files from a folder or a camera, and what happens to those that are stopped."""

from base64 import b64encode
from functools import partial
from http import HTTPStatus

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse

from mips_ia.portal import waiting
from mips_ia.portal.actions import evidence_in
from mips_ia.portal.actions.evidence_in import Asked
from mips_ia.portal.forms.nobody import spoken
from mips_ia.portal.ledgers import ledger_of
from mips_ia.portal.templatetags.words import many
from mips_ia.portal.tenancy import evidence_of, page, persons_who_may
from mips_ia.portal.told import evidence as told
from mips_ia.portal.told import targets
from mips_ia.portal.web.evidence_forms import Adding, Deciding, Showing, sent
from mips_ia.portal.web.evidence_written_forms import RECORDS
from mips_ia.portal.web.numbers import number

KEPT = 10  # that are offered beside the form; all of them stand under Evidence


@page(see="evidence", change="evidence")
def evidence_new(request, access):
    """Files, and what they show where an item of a checklist leads here."""
    target, showing = asked_for(request, access)
    form, taken = Adding(*sent(request)), []
    if request.method == "POST" and all([form.is_valid(), showing is None or showing.is_valid()]):
        asked = asked_of(target, showing, title=form.cleaned_data["title"])
        files = [(each.name, partial(bytes_of, each)) for each in form.cleaned_data["files"]]
        taken = evidence_in.take(access, files, asked, request.began)
        if answer := told_of(request, access, taken, target):
            return answer
        for each in taken:
            for problem in each.problems:
                form.add_error("files", f"“{each.name}”: {problem.what} {problem.fix}")
    elif request.method == "POST":
        form.choose_again()
    return render(request, "evidence_new.html", {
        "form": form, "showing": showing, "target": target,
        "records": {name: record for name, record in RECORDS.items() if name != "link"},
        "kept": _kept(access, target) if target else [],
    }, status=status_of(taken) if form.errors else 200)  # fmt: skip


def _kept(access, target):
    """What is kept already and could show the item too, newest first."""
    there = {"uses__year": access.year, "uses__activity": target.activity, "uses__leaf": target.leaf.id}
    rows = evidence_of(access).exclude(id__in=access.practice.evidence.filter(**there, uses__ended_at=None))
    return rows.exclude(destruction__agreed_at__isnull=False).order_by("-number")[:KEPT]


def status_of(taken):
    """How a page answers on which something is to be mended: the gravest of what became of the files."""
    return max((each.status for each in taken), default=HTTPStatus.UNPROCESSABLE_ENTITY)


def asked_for(request, access):
    """The leaf that the address names with the form of what is shown of it; two times None without one."""
    activity, leaf = request.GET.get("activity", ""), request.GET.get("leaf", "")
    if not leaf:
        return None, None
    ledger = ledger_of(access.year)
    near = targets.targets(ledger, [id for id in targets.of(ledger, access) if id == activity])
    target = next((each for each in near if each.leaf.id == leaf), None)
    if target is None:
        raise Http404
    return target, Showing(access, target.leaf, request.POST if request.method == "POST" else None)


def asked_of(target, showing, title="", evidence=None):
    """What is done with files once they are kept."""
    if target is None:
        return Asked(title=title, evidence=evidence)
    return Asked(target.activity, target.leaf.id, showing.shows(), title, evidence)


def bytes_of(file):
    """The bytes of a file that came in, which it lets go of, so that none is in memory twice for long."""
    with file:
        return file.read()


def told_of(request, access, taken, target):
    """The answer to files that came in; None where one was not taken and the form is shown again."""
    kept = [each for each in taken if each.revision]
    for each in kept:
        for problem in each.notes:
            messages.warning(request, f"“{each.name}”: {problem.what} {problem.fix}")
    if kept:
        messages.success(request, _saved(access, kept, target))
    if stops := [each for each in taken if each.waits]:
        for each in taken:  # there is no form on that page to say it
            for problem in each.problems:
                messages.warning(request, f"“{each.name}”: {problem.what} {problem.fix}")
        return stopped(request, access, [(each.waits, each.key) for each in stops])
    if any(each.problems for each in taken):
        return None
    return _on(access, kept, target and target.activity)


def _on(access, kept, activity):
    where = (access.practice.slug, access.year.year)
    if activity == targets.STATUSES:
        return redirect("roster_statuses", *where)
    if activity:
        return redirect(f"{reverse('activities_one', args=(*where, activity))}#keep")
    if len(kept) == 1:
        return redirect("evidence_one", *where, kept[0].revision.evidence.number)
    return redirect("evidence", *where)


def _saved(access, kept, target):
    first = kept[0].revision.evidence
    what = f"E-{first.number}" if len(kept) == 1 else many(len(kept), "file")
    if target is None and first.revisions.count() > 1:
        return f"Saved as a revision of {what}. It is reviewed anew."
    if target is None:
        shows = "shows" if len(kept) == 1 else "show"
        return f"Saved as {what}. Say next what it {shows}." if len(kept) == 1 else f"Saved {what}."
    return f"Saved {what}. {told.effect(ledger_of(access.year), target.activity)}"


def stopped(request, access, stops, here=None, status=HTTPStatus.UNPROCESSABLE_ENTITY):
    """The page on which somebody says what happens to files that may name a patient.

    `here` is what is said of one of them: `file`, its number; what was typed; what is wrong with that
    (`says`), or what was found in its place (`shown` and its `pages`), which stands on this page alone.
    """
    return render(request, "evidence_stop.html", {
        "stops": [
            {"row": row, "key": key, "says": told.stopped(row), "found": told.places(row),
             "called": told.called(row), "here": here if here and here["file"] == row.pk else {}}
            for row, key in stops
        ],
        "who": persons_who_may(access.practice, "open_phi"), "wrong": here and here.get("says"),
        "minutes": waiting.PATIENCE.seconds // 60,
    }, status=status)  # fmt: skip


@page(see="evidence", change="evidence")
def evidence_waiting(request, access):
    """What somebody decided of one file that waits; the others of the same page go on waiting.

    Whoever comes back without that page, as after signing in again, cannot open it any more.
    """
    every = [each.partition(":")[::2] for each in request.POST.getlist("waits")]
    mine = [(opened, key) for row, key in every if (opened := _opened(access, row, key))]
    chosen = next((each for each, _ in mine if str(each[0].pk) == request.POST.get("file")), None)
    rest = [(each[0], key) for each, key in mine if each is not chosen]
    if chosen is None:
        messages.warning(request, "That file waits no longer. If it is not under Evidence, choose it again.")
    else:
        here, status = _decided(request, access, *chosen)
        if here:
            return stopped(request, access, [(each[0], key) for each, key in mine], here, status)
    if rest:
        return stopped(request, access, rest)
    activity = chosen[0].asked["asked"]["activity"] if chosen else ""
    return _on(access, [], activity)


def _opened(access, given, key):
    row = number(given)
    return None if row is None else waiting.opened(access, row, key)


def _decided(request, access, row, content):
    """Do what was chosen with a file; what its page says of it where it goes on waiting, and its status."""
    do, form = request.POST.get("do"), Deciding(request.POST)
    reason = form.cleaned_data["reason"] if form.is_valid() else ""
    original = "original" in request.POST
    named = spoken(reason, access.year.year)
    here = {
        "file": row.pk, "reason": request.POST.get("reason", ""), "original": original, "named": named,
    }  # fmt: skip
    if do == "show":
        return here | _in_place(evidence_in.shown(access, row, content)), HTTPStatus.OK
    if do == "withdraw":
        evidence_in.withdraw(access, row)
        messages.success(request, f"Not saved. Nothing of “{row.name}” is kept.")
        return None, HTTPStatus.OK
    if says := _against(form, request.POST, named):
        return here | {"says": says}, HTTPStatus.UNPROCESSABLE_ENTITY
    who = persons_who_may(access.practice, "open_phi")
    if do == "mask":
        taken = evidence_in.mask(access, row, content, reason if original else "")
        said = "Saved with what we found blacked out. Look at it before you accept it."
        said += f" The original is kept with it. {told.opens(who, 'the original')}" if original else ""
    elif do == "keep":
        taken = evidence_in.keep(access, row, content, phi=True, reason=reason)
        said = told.limited(who)
    else:
        taken = evidence_in.keep(access, row, content, phi=False, reason=reason)
        said = "Saved. You said that it names no patient."
    if taken.problems:
        return here | {"says": " ".join(f"{each.what} {each.fix}" for each in taken.problems)}, taken.status
    messages.success(request, f"{said} It is E-{taken.revision.evidence.number}.")
    return None, HTTPStatus.OK


def _against(form, given, named):
    """What speaks against the reason that was given, or against giving none; empty where nothing does."""
    if form.errors:
        return " ".join(form.errors["reason"])
    if not form.cleaned_data["reason"] and (given.get("do") != "mask" or "original" in given):
        return "Say why, in a few words. It is kept with the file."
    if named and "nobody" not in given:
        return f"Take out what looks like {named}, or tick that the reason names no patient."
    return ""


def _in_place(shown):
    """What was found, for a page: its pictures are in the page itself, so that no address leads to them."""
    pictures = [f"data:image/webp;base64,{b64encode(each).decode()}" for each in shown.pictures]
    called = [f"Page {each}" for each in shown.pages] or ["The picture"]
    return {"shown": shown, "pages": list(zip(called, pictures, strict=False))}
