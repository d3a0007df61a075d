"""What somebody outside reads of the people of a whole year: the roster, and the matrix; nothing to do."""

from django.core.paginator import Paginator
from django.shortcuts import render
from django.urls import reverse

from mips_ia.portal.told import roster
from mips_ia.portal.web.matrix import drawn
from mips_ia.portal.web.review import page_of, read

ROWS = 100


@read("roster", whole=True)
def review_roster(request, scope, around):
    """Everybody with their dates and where each row came from, without addresses, and who is counted."""
    pages = Paginator(roster.stays(scope.ledger), ROWS).get_page(request.GET.get("page"))
    request.parts += page_of(pages)
    found = {"ledger": scope.ledger, "pages": pages, "rows": roster.rows(scope.year, pages)}
    return render(request, "review/roster.html", around | found | roster.counted(scope.ledger))


@read("participation", whole=True)
def review_participation(request, scope, around):
    """The matrix, whose heads lead to what was signed; all of it, or a part as the practice has it."""
    activities = reverse("review_activities", args=(around["token"],))
    found = drawn(
        request, scope.ledger, scope.ledger.counted, True,
        lambda activity: f"{activities}?activity={activity}", lambda _clinician: "",
        lambda _activity, _clinician: "",
    )  # fmt: skip
    request.parts += [each.activity for each in found["tallies"] if found["only"]]
    request.parts += ["what needs attention"] if found["attention"] else []
    request.parts += page_of(found["pages"])
    if request.htmx and not request.htmx.history_restore_request:
        return render(request, "participation_matrix.html", found)
    return render(request, "review/participation.html", around | found)
