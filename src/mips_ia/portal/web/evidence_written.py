"""Records that are written here, such as minutes, a statement or a link; and their corrections."""

from dataclasses import replace

from django.contrib import messages
from django.db.models import Q
from django.http import Http404
from django.shortcuts import redirect, render

from mips_ia.portal.actions import evidence as actions
from mips_ia.portal.actions import evidence_in
from mips_ia.portal.actions.evidence_in import Asked
from mips_ia.portal.meanwhile import changed_by, state
from mips_ia.portal.tenancy import page
from mips_ia.portal.told.audits import destroyed
from mips_ia.portal.web.evidence_add import asked_for, asked_of, status_of, told_of
from mips_ia.portal.web.evidence_one import one
from mips_ia.portal.web.evidence_written_forms import RECORDS, Written, called, shown
from mips_ia.portal.web.versions import Versions
from mips_ia.problems import Refused


@page(see="evidence", change="evidence")
def evidence_write(request, access, record):
    """A record that is written here instead of uploaded: minutes, who took part, a training, a statement.

    Or a link, which proves nothing until what it shows is uploaded.
    """
    if record not in RECORDS:
        raise Http404
    target, showing = asked_for(request, access)
    form = Written(
        record, _roster(access), access.year.year, request.POST or None,
        initial={"looked": access.person.name},
    )  # fmt: skip
    taken = []
    if request.method == "POST" and all([form.is_valid(), showing is None or showing.is_valid()]):
        taken = _taken(request, access, form, asked_of(target, showing, title=form.called()))
        if answer := told_of(request, access, taken, target):
            return answer
        _told_on(form, taken)
    return render(request, "evidence_write.html", {
        "form": form, "showing": showing, "target": target, "title": RECORDS[record][0],
    }, status=status_of(taken) if form.errors or (showing and showing.errors) else 200)  # fmt: skip


@page(see="evidence", change="evidence")
def evidence_correct(request, access, evidence):
    """The form of such a record once more: what is saved is the next revision, and the earlier ones stay."""
    row = one(access, evidence)
    every = row.revisions.select_related("person").order_by("-number")
    newest = every.first()
    written = newest if newest.fields else every.filter(fields__isnull=False).first()
    opens = newest.fields or (written and request.method == "POST")  # a file may have come while it was open
    if not opens or destroyed(row):
        raise Http404
    try:
        return _correcting(request, access, row, newest, written.form, actions.fields_of(written))
    except Refused as refusal:
        messages.warning(request, " ".join(f"{each.what} {each.fix}" for each in refusal.problems))
        return redirect("evidence_one", access.practice.slug, access.year.year, evidence)


def _correcting(request, access, row, newest, record, plain):
    """The form with the fields of a record; it was filled in from the newest revision, or both are shown."""
    roster = _roster(access, plain.get("clinicians", []))
    form = Written(record, roster, access.year.year, request.POST or None, initial=shown(plain))
    taken = []
    versions = Versions(request, lambda: {"revision": newest.number}, lambda: shown(plain))
    if request.method == "POST" and form.is_valid():
        if versions.seen != state(versions.values()):
            versions.beside(form if newest.fields else None, changed_by(newest.person, newest.received_at))
        elif form.same(plain, newest):
            messages.info(request, "Nothing was changed, so nothing was saved.")
            return redirect("evidence_one", access.practice.slug, access.year.year, row.number)
        else:
            asked = Asked(title=form.called(), evidence=row.number, after=newest.number)
            taken = _taken(request, access, form, asked)
            if taken[0].revision and row.title == called(record, plain):
                actions.retitle(access, row, form.called())
            if answer := told_of(request, access, taken, None):
                return answer
            _told_on(form, taken)
    return render(request, "evidence_write.html", {
        "form": form, "title": RECORDS[record][0], "row": row, "versions": versions,
    }, status=versions.status if versions.says else status_of(taken) if form.errors else 200)  # fmt: skip


def _taken(request, access, form, asked):
    """What became of the record; its fields are kept with it where its text is."""
    filled = {"form": form.record, "fields": form.plain()}
    files = [(form.file(), form.text().encode)]
    return evidence_in.take(access, files, replace(asked, filled=filled), request.began)


def _told_on(form, taken):
    for problem in taken[0].problems:
        form.add_error(None, f"{problem.what} {problem.fix}")


def _roster(access, ticked=()):
    """The names by id of those who can be ticked: the roster of the year, and who is ticked already.

    Who may add only their own sees nobody else there.
    """
    mine = Q(person=access.person)
    here = Q(stays__year=access.year, stays__ended_at=None)
    who = mine if access.how("evidence") == "own" else here
    rows = access.practice.clinicians.filter(who | Q(pk__in=ticked)).distinct()
    return {each.pk: each.name for each in rows}
