"""One thing that is kept: what it looks like, its revisions, what it shows, and whether it is unchanged."""

from functools import lru_cache, partial
from urllib.parse import quote

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render

from mips_ia.portal import seals
from mips_ia.portal.actions import evidence as actions
from mips_ia.portal.actions import evidence_in
from mips_ia.portal.actions.evidence_in import Asked
from mips_ia.portal.ledgers import ledger_of
from mips_ia.portal.tenancy import evidence_of, page, persons_who_may
from mips_ia.portal.told import evidence as told
from mips_ia.portal.told import retention, targets
from mips_ia.portal.vaults import store
from mips_ia.portal.web.evidence_add import asked_for, bytes_of, status_of, told_of
from mips_ia.portal.web.evidence_forms import Adding, Naming, Reviewing, sent
from mips_ia.problems import Refused
from mips_ia.screening.apart import Preview, preview

SEALED = "sandbox; default-src 'none'"
TAKEN = 5  # times that are shown; all of them stand in the log


@page(see="see_evidence")
def evidence_one(request, access, evidence):
    """Everything about it, newest first."""
    row = one(access, evidence)
    revisions = list(row.revisions.select_related("person").order_by("-number"))
    newest, gone, ledger = revisions[0], _destroyed(row), ledger_of(access.year)
    uses = told.showed(ledger, row) if gone else told.uses(ledger, row)
    return render(request, "evidence_one.html", {
        **_previewed(access, row, newest),
        "row": row, "newest": newest, "revisions": revisions, "opens": access.may("open_phi"),
        "gone": gone, "uses": [each | {"mine": _mine(access, each["use"])} for each in uses],
        "may_add": access.may("evidence"),
        "may_review": access.may("review"), "may_destroy": access.may("destroy"),
        "keeping": retention.keeping(row),
        "taken": _taken(access, row) if access.how("see_evidence") == "yes" else None,
        "whole": request.GET.get("check") and not gone and told.check(newest, _read(newest)),
    })  # fmt: skip


@page(see="see_evidence")
def evidence_revision(request, access, evidence, revision):
    """One revision, also one that a later one took the place of: as it came in, and what it looks like."""
    row = one(access, evidence)
    revisions = {each.number: each for each in row.revisions.select_related("person")}
    if revision not in revisions:
        raise Http404
    held = revisions[revision]
    found = {"row": row, "held": held, "newest": revisions[max(revisions)]}
    return render(request, "evidence_revision.html", found | _previewed(access, row, held))


def _previewed(access, row, revision):
    """What a page shows of a revision: nothing to who may not see patients' names, but who may."""
    shut = revision.phi and not access.may("open_phi")
    shown = None if shut or _destroyed(row) else _shown(revision)
    return {
        "shut": shut, "shown": shown, "previewed": revision, "address": _address(revision) if shown else "",
        "who": persons_who_may(access.practice, "open_phi") if shut else [],
    }  # fmt: skip


def _taken(access, row):
    """The last times that somebody here took a file of it, newest first."""
    lines = access.practice.entries.filter(action="evidence opened", record=f"evidence {row.number}")
    return [*lines.select_related("person").order_by("-id")[:TAKEN]]


def one(access, number):
    """The evidence of a number that somebody may see; 404 to everybody else."""
    row = evidence_of(access).filter(number=number).select_related("destruction").first()
    if row is None:
        raise Http404
    return row


def _destroyed(row):
    return hasattr(row, "destruction") and row.destruction.agreed_at is not None


@lru_cache(maxsize=16)
def seen(sha256, name):
    """What may be shown of a file: pictures drawn anew, or plain text; `Refused` where nothing may."""
    found = preview(b"".join(store().read(sha256)), name)
    if found.problems:
        raise Refused(found.problems)
    return found


def _shown(revision):
    """The same, or why there is nothing to show, which is not remembered: another time there may be."""
    try:
        return seen(revision.sha256, revision.name)
    except Refused as refusal:
        return Preview(problems=tuple(refusal.problems))


def _address(revision):
    """Where a link leads; empty for a file, and where the vault cannot say."""
    try:
        return actions.address_of(revision)
    except Refused:
        return ""


def _read(revision):
    """The digest of what the vault has now, and why it has nothing where it has not."""
    try:
        for _ in store().read(revision.sha256):
            pass
    except Refused as refusal:
        return " ".join(f"{each.what} {each.fix}" for each in refusal.problems)
    return "" if revision.digest == seals.of(revision) else "Its record was changed."


@page(see="see_evidence")
def evidence_preview(request, access, evidence, revision, picture):
    """A picture of one page of a file, drawn anew: never the file itself."""
    row = _revision(access, evidence, revision)
    pictures = _shown(row).pictures
    if not 1 <= picture <= len(pictures):
        raise Http404
    return _sealed(HttpResponse(pictures[picture - 1], content_type="image/webp"))


@page(see="see_evidence")
def evidence_file(request, access, evidence, revision):
    """The file as it came in, to be kept on one's own machine; the log has who took it."""
    row = _revision(access, evidence, revision)
    if request.method != "POST":  # looking changes nothing, and who took a file is written down
        return redirect("evidence_one", access.practice.slug, access.year.year, evidence)
    try:
        store().prove(row.sha256)  # refused before anything is answered
    except Refused as refusal:
        messages.warning(request, " ".join(f"{each.what} {each.fix}" for each in refusal.problems))
        return redirect("evidence_one", access.practice.slug, access.year.year, evidence)
    actions.opened(access, row, "file")
    answer = StreamingHttpResponse(store().read(row.sha256), content_type="application/octet-stream")
    answer.headers["Content-Length"] = str(row.size)
    answer.headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(row.name)}"
    return _sealed(answer)


def _sealed(answer):
    answer.headers["Content-Security-Policy"] = SEALED
    answer.headers["X-Content-Type-Options"] = "nosniff"
    return answer


def _revision(access, number, revision):
    evidence = one(access, number)
    row = evidence.revisions.filter(number=revision).first()
    if row is None or _destroyed(evidence):
        raise Http404
    if row.phi and not access.may("open_phi"):
        raise PermissionDenied(", ".join(persons_who_may(access.practice, "open_phi")))
    return row


@page(see="evidence", change="evidence")
def evidence_revise(request, access, evidence):
    """The next revision of it; the earlier ones stay, and it is reviewed anew."""
    row = one(access, evidence)
    form = Adding(*sent(request))
    del form.fields["title"]
    form.fields["files"].label = "File"
    form.fields["files"].widget.allow_multiple_selected = False
    form.fields["files"].widget.attrs.pop("multiple")
    taken = []
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["files"][0]
        files = [(file.name, partial(bytes_of, file))]
        taken = evidence_in.take(access, files, Asked(evidence=row.number), request.began)
        if answer := told_of(request, access, taken, None):
            return answer
        for problem in taken[0].problems:
            form.add_error("files", f"“{file.name}”: {problem.what} {problem.fix}")
    return render(request, "evidence_revise.html", {"form": form, "row": row},
                  status=status_of(taken) if form.errors else 200)  # fmt: skip


@page(see="evidence", change="evidence")
def evidence_use(request, access, evidence):
    """What it shows: first which item of which activity, then how."""
    row, ledger = one(access, evidence), ledger_of(access.year)
    target, showing = asked_for(request, access)
    if target is None:
        near = targets.targets(ledger, targets.of(ledger, access))
        return render(request, "evidence_use.html", {"row": row, "targets": near})
    if request.method == "POST" and showing.is_valid():
        try:
            actions.use(access, row, target.activity, target.leaf.id, **showing.shows())
            said = told.effect(ledger_of(access.year), target.activity)
            messages.success(request, f"Saved. {said}")
            return redirect("evidence_one", access.practice.slug, access.year.year, evidence)
        except Refused as refusal:
            showing.add_error(None, " ".join(f"{each.what} {each.fix}" for each in refusal.problems))
    return render(request, "evidence_use.html", {"row": row, "target": target, "showing": showing},
                  status=422 if showing.errors else 200)  # fmt: skip


@page(see="evidence", change="evidence")
def evidence_use_end(request, access, evidence, use):
    """It does not show this after all; asked once more, since an activity may lose its proof."""
    row, found = _use(access, evidence, use)
    if request.method == "POST":
        actions.end_use(access, found)
        said = told.effect(ledger_of(access.year), found.activity)
        messages.success(request, f"Saved. {said}")
        return redirect("evidence_one", access.practice.slug, access.year.year, evidence)
    return render(request, "evidence_use_end.html", {"row": row, "use": found})


@page(see="review", change="review")
def evidence_review(request, access, evidence, use):
    """Accepts it for what it is said to show, or asks for a change."""
    row, found = _use(access, evidence, use)
    form = Reviewing(access.year.year, request.POST or None)
    if request.method == "POST" and not form.is_valid():
        return render(request, "evidence_review.html", {"form": form, "row": row, "use": found}, status=422)
    if request.method == "POST":
        _reviewed(request, access, row, found, form.cleaned_data)
    return redirect("evidence_one", access.practice.slug, access.year.year, evidence)


def _reviewed(request, access, row, use, said):
    accepted = said["do"] == "accept"
    if not accepted and not said["reason"]:
        messages.warning(request, "Say what has to be changed. Nothing was saved.")
        return
    try:
        seen_one = row.revisions.filter(number=said["revision"] or 0).first()
        actions.review(access, use, seen_one, accepted, said["reason"])
        messages.success(request, f"Saved. {told.effect(ledger_of(access.year), use.activity)}")
    except Refused as refusal:
        messages.warning(request, " ".join(f"{each.what} {each.fix}" for each in refusal.problems))


def _use(access, number, use):
    row = one(access, number)
    found = row.uses.filter(pk=use, year=access.year, ended_at=None).first()
    if found is None:
        raise Http404
    if not _mine(access, found):
        raise PermissionDenied
    return row, found


def _mine(access, use):
    """Whether a use is somebody's to end: whoever may add only their own may end only their own."""
    return access.how("evidence") != "own" or use.person_id == access.person.id


@page(see="evidence", change="evidence")
def evidence_title(request, access, evidence):
    """Another name for it."""
    row = one(access, evidence)
    form = Naming(access.year.year, request.POST or None, initial={"title": row.title})
    if request.method == "POST" and form.is_valid():
        actions.retitle(access, row, form.cleaned_data["title"])
        messages.success(request, f"Saved. E-{row.number} is called “{row.title}”.")
        return redirect("evidence_one", access.practice.slug, access.year.year, evidence)
    return render(request, "evidence_title.html", {"form": form, "row": row})
