"""What somebody outside reads of the request that their link was made for: its items, and its package."""

from django.http import Http404
from django.shortcuts import render

from mips_ia.portal.told.audit_answered import answered
from mips_ia.portal.told.audits import standings
from mips_ia.portal.vaults import store
from mips_ia.portal.web.audit_package import named
from mips_ia.portal.web.binders import attached
from mips_ia.portal.web.review import read


@read("package")
def review_package(request, scope, around):
    """Each item with its files: as the newest package has them, or as they are where none was built."""
    audit = scope.link.audit
    if audit is None:
        raise Http404
    row = scope.packages.first()
    items = row.answered if row else answered(standings(audit, scope.ledger))
    opened = {
        (revision.evidence.number, revision.number)
        for each in scope.evidence for revision in each.revisions.all() if scope.opens(revision)
    }  # fmt: skip
    for each in items:
        for one in each["evidence"]:
            one["opens"] = (one["number"], one["revision"]) in opened
    return render(request, "review/package.html", around | {"audit": audit, "row": row, "items": items})


@read("package {binder}")
def review_package_file(request, scope, around, binder):
    """The package, where the link includes files, and those that name patients where it has any."""
    row = scope.package(binder)
    return attached(store().read(row.sha256), row, named(row))
