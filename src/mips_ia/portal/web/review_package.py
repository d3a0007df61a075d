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
    if scope.link.audit is None:
        raise Http404
    return _page(request, scope, around, scope.packages.first())


def _page(request, scope, around, row, status=200):
    audit = scope.link.audit
    items = row.answered if row else answered(standings(audit, scope.ledger))
    opened = {
        (revision.evidence.number, revision.number)
        for each in scope.evidence for revision in each.revisions.all() if scope.opens(revision)
    }  # fmt: skip
    for each in items:
        for one in each["evidence"]:
            one["opens"] = (one["number"], one["revision"]) in opened
    return render(request, "review/package.html", around | {"audit": audit, "row": row, "items": items},
                  status=status)  # fmt: skip


@read("package {binder}")
def review_package_file(request, scope, around, binder):
    """The package, where the link includes files, and those that name patients where it has any.

    One that had a file which was destroyed is gone, and the page says so.
    """
    row = scope.package(binder)
    if row.gone_at:
        return _page(request, scope, around, row, 410)
    return attached(store().read(row.sha256), row, named(row))
