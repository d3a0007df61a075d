"""Who signed in when: of one's own account, and, for an administrator, of everybody of the practice."""

from django.core.paginator import Paginator
from django.shortcuts import render

from mips_ia.portal import signins
from mips_ia.portal.actions.people import belonging
from mips_ia.portal.chained import chained
from mips_ia.portal.tenancy import opened, page
from mips_ia.portal.web.log import ROWS, row, wants_all_checked


@opened("person")
def account_signins(request):
    """The lines of one's own account."""
    return render(request, "account/signins.html", _shown(request, {request.user.id: request.user.name}))


@page(see="people")
def log_signins(request, access):
    """The lines of everybody who has a role at the practice now."""
    chain = chained(None, anew=wants_all_checked(request))
    names = dict(belonging(access.practice).values_list("id", "name"))
    return render(request, "log_signins.html", _shown(request, names) | {"chain": chain})


def _shown(request, names):
    pages = Paginator(signins.lines_of(names), ROWS).get_page(request.GET.get("page"))
    return {"pages": pages, "rows": [_row(each, names) for each in pages]}


def _row(entry, names):
    whose = int(entry.record.removeprefix("person "))
    by = "" if entry.person_id in (None, whose) else entry.person.name
    told = row(entry)
    return told | {"whose": names[whose], "by": by, "more": told["after"] or told["before"]}
