"""Files of rows that leave with the whole TIN: on request only, and the log keeps who asked."""

from django.http import Http404
from django.shortcuts import redirect

from mips_ia.portal.bulk import files
from mips_ia.portal.bulk.checked import check
from mips_ia.portal.bulk.reading import stopped
from mips_ia.portal.log import note, writing
from mips_ia.portal.tenancy import page
from mips_ia.portal.uploaded import numbered
from mips_ia.portal.web.uploads import of_all


@page(see="edit", change="see_tin")
def roster_checked(request, access, number):
    """The checked file, with two more columns; the log keeps who took it."""
    return _checked(request, access, "roster", number)


@page(see="see_tin", change="see_tin")
def roster_export(request, access):
    """The roster as a file."""
    return _export(request, access, "roster")


@page(see="edit", change="see_tin")
def roster_template(request, access):
    """A roster file to fill in."""
    return _template(request, access, "roster")


@page(see="windows", change="see_tin")
def participation_checked(request, access, number):
    """The checked file, with two more columns; the log keeps who took it."""
    return _checked(request, of_all(access), "participation", number)


@page(see="see_tin", change="see_tin")
def participation_export(request, access):
    """The windows of the year as a file."""
    return _export(request, access, "participation")


@page(see="windows", change="see_tin")
def participation_template(request, access):
    """A participation file to fill in."""
    return _template(request, of_all(access), "participation")


# ---- What they do


def _checked(request, access, kind, number):
    upload = numbered(access, kind, number)
    if request.method != "POST":
        return redirect(f"{kind}_check", access.practice.slug, access.year.year, number)
    if upload.table is None or upload.dropped_at or stopped(upload.table):
        raise Http404
    results = {int(line): each for line, each in upload.results.items()}
    if not upload.saved_at:
        results = check(access, upload).results
    table = files.checked(upload.table, upload.mended, results)
    return _with_tin(access, "file with results taken", f"upload {upload.id}", f"{kind}-checked", table)


def _export(request, access, kind):
    if request.method != "POST":
        return redirect(kind, access.practice.slug, access.year.year)
    table = {"roster": files.roster, "participation": files.participation}[kind](access)
    return _of_year(request, access, f"{kind} exported", f"{kind}-{access.year.year}", table)


def _template(request, access, kind):
    if request.method != "POST":
        return redirect(f"{kind}_upload", access.practice.slug, access.year.year)
    table = files.template(access, kind)
    name = f"{kind}-template-{access.year.year}"
    return _of_year(request, access, f"{kind} template taken", name, table)


def _of_year(request, access, action, name, table):
    ending = "xlsx" if request.POST.get("as") == "xlsx" else "csv"
    return _with_tin(access, action, f"year {access.year.year}", name, table, ending)


def _with_tin(access, action, record, name, table, ending="csv"):
    """A file with full TINs leaves on request only, and the log keeps who asked."""
    with writing(access.practice):
        note(access, action, record, None, {"as": ending})
    return files.answer(name, table, ending)
