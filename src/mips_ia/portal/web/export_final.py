"""The record of one lock: everything that the year came to then, whatever was changed since."""

from django.http import Http404
from django.shortcuts import render

from mips_ia.portal.tenancy import page
from mips_ia.portal.told.locks import files_of, may_see_reasons


@page(see="export")
def export_final(request, access, final):
    """Who locked it and signed, what was sent and what was not, the score with its steps, and the files."""
    row = access.year.finals.select_related("person").filter(pk=final).first()
    if row is None:
        raise Http404
    after = access.year.finals.filter(pk__gt=row.pk).select_related("person").order_by("id").first()
    return render(request, "export_final.html", {
        "final": row, "answer": row.answer, "score": row.answer.get("score"), "files": files_of(row),
        "unlocked": after if after and after.kind == "unlocked" else None,
        "reasons": may_see_reasons(access), "taken": row.downloads.select_related("person").order_by("id"),
        "of_year": access.year.year,
    })  # fmt: skip
