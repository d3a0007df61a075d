"""Uploading the files of many practices: what they say, before anything is saved, and afterwards."""

from itertools import groupby

from allauth.core.exceptions import ReauthenticationRequired
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse

from mips_ia.formats.bulk_columns import NEEDED, TABLES
from mips_ia.formats.cells import Cells
from mips_ia.portal.actions import batches as actions
from mips_ia.portal.bulk import files
from mips_ia.portal.bulk.batch import stopping
from mips_ia.portal.bulk.rows import Row, Said
from mips_ia.portal.middleware import by_itself
from mips_ia.portal.statements import mark
from mips_ia.portal.tenancy import may_add_in, opened
from mips_ia.portal.uploaded import LARGE_OF_BATCH, own_batch
from mips_ia.portal.web.batches_forms import NewFiles, corrected
from mips_ia.portal.web.fresh import verified
from mips_ia.portal.web.uploads_shown import linked, shown

ROWS, PRACTICES = 100, 50  # on one page
PAGES = ("page", "practices")  # the names of both lists in the address
CHANGED = "Nothing is saved yet. What you changed is checked first: read what is said now, then save again."
NAMES = {"practices": "Practices", "roster": "Roster", "participation": "Participation"}


@opened("organization")
def practices_upload(request):
    """The files of many practices at once."""
    memberships = may_add_in(request.user)
    if not memberships:
        raise PermissionDenied
    given = (request.POST, request.FILES) if request.method == "POST" else ()
    form = NewFiles(*given, memberships=memberships)
    if form.is_valid():
        read = [(file.name, file.read()) for file in form.given]
        replace = form.cleaned_data["mode"] == "replace"
        return redirect("practices_batch", actions.keep(form.membership, read, replace).id)
    return render(request, "batch_new.html", {
        "form": form, "layouts": [(name, NEEDED[name], TABLES[name].items()) for name in TABLES],
        "batches": request.user.batches.defer(*LARGE_OF_BATCH)[:10],
    })  # fmt: skip


@opened("organization")
def practices_template(request):
    """The headings of one of the three files."""
    kind = request.GET.get("of", "practices")
    if kind not in TABLES:
        raise Http404
    return files.answer(kind, (list(TABLES[kind]), []), "xlsx" if request.GET.get("as") == "xlsx" else "csv")


@opened("organization")
def practices_batch(request, batch):
    """What the files say, before they are saved, and what saving them did."""
    batch = own_batch(request.user, batch)
    around = {"batch": batch}
    if request.method == "POST" and (not batch.work or batch.stalled):
        return _posted(request, batch)
    if batch.work:
        return by_itself(render(request, "batch_waiting.html", around))
    if batch.tables is None or stopping(batch.tables) or batch.found is None:
        return _stopped(request, batch)
    if batch.saved_at:
        return render(request, "batch_saved.html", around)
    records = batch.found["records"]
    around |= {"records": records, "stated": mark(*records)}
    if "confirm" in request.GET and batch.found["ending"] and not batch.found["fix"]:
        return render(request, "batch_replace.html", around)
    return render(request, "batch_check.html", around | _of_check(request, batch))


def _stopped(request, batch):
    """Why nothing is shown of the files yet, and the way on."""
    faults = stopping(batch.tables) if batch.tables else []
    name = "batch_stopped.html" if faults or batch.tables is None else "batch_unchecked.html"
    return render(request, name, {"batch": batch, "faults": faults})


def _posted(request, batch):
    """Take over what was corrected and left out, or save where that was asked for and nothing was."""
    if batch.tables is None or stopping(batch.tables) or batch.saved_at:
        return redirect("practices_batch", batch.id)
    if batch.found is None:
        actions.check(batch)
        return redirect(_place(request, batch))
    how = verified(request)
    if "save" in request.POST and batch.found["records"] and not how:
        raise ReauthenticationRequired
    cells, out, back = corrected(request.POST, batch)
    if cells or out or back:
        actions.mend(batch, cells, out, back)
        if "save" in request.POST:
            messages.warning(request, CHANGED)
    elif "save" in request.POST and not _confirmed(request, batch):
        return redirect(f"{request.path}?confirm=1")
    elif "save" in request.POST:
        actions.save(batch, batch.found["seal"], how, request.POST.get("stated", ""))
    else:
        actions.check(batch)
    if batch.told:
        messages.warning(request, f"Nothing was saved. {batch.told}")
    elif batch.saved_at:
        messages.success(request, f"Saved. {batch.changes['line']}")
    return redirect(_place(request, batch))


def _place(request, batch):
    """Where the batch is looked at, on the pages of its lists from which it was sent."""
    query = {name: value for name, value in request.GET.items() if name in PAGES}
    return reverse("practices_batch", args=[batch.id], query=query)


def _confirmed(request, batch):
    """Whether whom the files end was confirmed; while rows are to fix there is nothing to confirm."""
    return batch.found["fix"] or request.POST.get("ended", "") == batch.found["seal"]


def _of_check(request, batch):
    found = batch.found
    fix = Paginator(found["fix"], ROWS).get_page(request.GET.get("page"))
    practices = Paginator(found["practices"], PRACTICES).get_page(request.GET.get("practices"))
    return {
        "found": found, "fix": fix, "practices": practices, "fixes": _grouped(fix),
        "warnings": _grouped(found["warned"]),
        "summary": [each for row in fix for each in _linked(row, _row(row).errors)],
        "warned": [each for row in (*fix, *found["warned"]) for each in _linked(row, _row(row).warnings)],
        "notes": [f"{name}: {what} {how}" for name, what, how, *_ in batch.tables["faults"]],
        "new": sum(each["new"] for each in found["practices"]),
        "mine": sum(each["mine"] for each in found["practices"]),
    }  # fmt: skip


def _grouped(rows):
    """Rows by file and practice, each group with its heading."""

    def of(row):
        return row["kind"], row["practice"], row["ending"], row["year"]

    return [
        {"file": NAMES[kind], "practice": practice, "ending": ending, "year": year, "id": f"{kind}-{place}",
         "rows": [shown(_row(row), row["name"], row["key"]) for row in every]}
        for place, ((kind, practice, ending, year), every) in enumerate(groupby(rows, of))
    ]  # fmt: skip


def _row(kept):
    said = [Said(*each) for each in kept["said"]]
    return Row(kept["line"], Cells("row", kept["cells"]), said=said, can_add=kept["can_add"])


def _linked(kept, said):
    for each in said:
        found = linked(kept["line"], each, kept["key"])
        yield found | {"place": f"{NAMES[kept['kind']]}, {found['place'][:1].lower()}{found['place'][1:]}"}


@opened("organization")
def practices_batch_checked(request, batch, kind):
    """One of the checked files, with two more columns; the log keeps who took it."""
    batch = own_batch(request.user, batch)
    if request.method != "POST":
        return redirect("practices_batch", batch.id)
    table = batch.tables and batch.tables["tables"].get(kind)
    if not table or not batch.found:
        raise Http404
    results = {
        int(key.rpartition("-")[2]): each
        for key, each in batch.found["results"].items() if key.startswith(f"{kind}-")
    }  # fmt: skip
    content = files.checked(table, batch.mended.get(kind, {}), results)
    actions.taken(batch, kind)
    return files.answer(f"{kind}-checked", content, "csv")


@opened("organization")
def practices_batch_undo(request, batch):
    """Asks first, then takes back what the files changed."""
    batch = own_batch(request.user, batch)
    if not batch.saved_at or batch.undone_at or batch.work:
        return redirect("practices_batch", batch.id)
    if request.method != "POST":
        return render(request, "batch_undo.html", {"batch": batch})
    actions.undo(batch)
    if batch.told:
        messages.warning(request, f"Nothing was undone. {batch.told}")
    elif batch.undone_at:
        of = batch.changes["restored"] + len(batch.changes["kept"])
        said = f"Undone: {batch.changes['restored']} of {of} changes."
        (messages.warning if batch.changes["kept"] else messages.success)(request, said)
    return redirect("practices_batch", batch.id)
