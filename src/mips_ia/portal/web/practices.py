"""The list of practices with what each came to, the worst first, and the way to the last one."""

from collections import Counter

from django.core.paginator import Paginator
from django.db.models import F, Q
from django.shortcuts import redirect, render

from mips_ia.portal.actions.results import RANKS, refresh
from mips_ia.portal.tenancy import may_add_in, opened, practices_of, years_of
from mips_ia.portal.web.context import this_year
from mips_ia.reading.yearbook import years

ROWS = 50
LAST = 4  # digits of a TIN that are shown
WORDS = {"no": "No", "unknown": "We cannot tell", "notyet": "Not yet", "yes": "Yes"}
STATES = {"no": "notmet", "unknown": "unknown", "notyet": "underway", "yes": "met"}


@opened("person")
def home(request):
    """To the last practice, or to the list of them."""
    found = practices_of(request.user)
    last = found.filter(slug=request.session.get("practice", "")).first()
    if last is None and found.count() == 1:
        last = found.first()
    if last is None:
        return redirect("practices")
    return redirect("overview", last.slug, request.session.get("year") or this_year())


@opened("organization")
def practices(request):
    """Every practice that the person belongs to: counts by answer, a search, and a table of 50 a page."""
    year = _year(request)
    waiting = refresh(years_of(request.user, year))
    every = years_of(request.user, year).order_by(
        F("result__rank").asc(nulls_first=True), "result__certain", "practice__name", "id"
    )
    counts = Counter(every.values_list("result__kind", flat=True))
    asked, words = request.GET.get("answer", ""), request.GET.get("q", "").strip()
    found = every.filter(_search(words)) if words else every
    found = found.filter(result__kind=asked) if asked in RANKS else found
    pages = Paginator(found, ROWS).get_page(request.GET.get("page"))
    return render(request, "practices.html", {
        "year": year, "years": years()[::-1], "pages": pages, "words": words,
        "asked": asked, "waiting": waiting, "whole": sum(counts.values()),
        "rows": [_row(each) for each in pages], "may_add": bool(may_add_in(request.user)),
        "counts": [(kind, WORDS[kind], counts[kind]) for kind in RANKS],
    })  # fmt: skip


def _search(words):
    """By name, or by the end of the TIN."""
    by_name = Q(practice__name__icontains=words)
    return by_name | Q(practice__tin__endswith=words) if words.isdecimal() and len(words) == LAST else by_name


def _row(year):
    result = getattr(year, "result", None)
    kind = result.kind if result else "unknown"
    return {"practice": year.practice, "result": result, "kind": STATES[kind], "word": WORDS[kind],
            "fewest": year.report_as == "individual", "ending": year.practice.tin[-LAST:]}  # fmt: skip


def _year(request):
    given = request.GET.get("year", "")
    return int(given) if given.isdecimal() and int(given) in years() else this_year()
