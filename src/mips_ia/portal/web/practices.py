"""The list of practices with what each came to, the worst first, and the way to the last one."""

from urllib.parse import urlencode

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Sum
from django.shortcuts import redirect, render
from django.urls import reverse

from mips_ia.portal.actions.remind_all import remind_all
from mips_ia.portal.actions.results import RANKS, refresh
from mips_ia.portal.tenancy import may_add_in, opened, practices_of, years_of
from mips_ia.portal.told.practices_found import LAST, WORDS, WORST_FIRST, unsigned
from mips_ia.portal.told.practices_found import counts as counts_of
from mips_ia.portal.told.practices_found import found as practices_found
from mips_ia.portal.web.context import this_year
from mips_ia.portal.web.numbers import number
from mips_ia.portal.web.searching import words
from mips_ia.portal.web.telling import tell
from mips_ia.reading.yearbook import years

ROWS = 50
DEADLINES = (14, 30, 60)  # days until the next date
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
    year = request.of_year = _year(request)
    waiting = refresh(years_of(request.user, year))
    every = years_of(request.user, year)
    counts = counts_of(every)
    asked = _asked(request)
    found = practices_found(every, **asked)
    pages = Paginator(found.order_by(*WORST_FIRST), ROWS).get_page(request.GET.get("page"))
    rows = [_row(each) for each in pages]
    return render(request, "practices.html", {
        "year": year, "years": years()[::-1], "pages": pages, "asked": asked, "waiting": waiting,
        "whole": sum(counts.values()), "rows": rows, "may_add": bool(may_add_in(request.user)),
        "counts": [(kind, WORDS[kind], counts.get(kind, 0)) for kind in RANKS], "deadlines": DEADLINES,
        "as_of": min((row["result"].made_at for row in rows if row["result"]), default=None),
        "filtered": any(asked.values()), "rest": urlencode(asked | {"year": year}),
        "to_remind": unsigned(request.user, found).count(),
        "first": next((row["practice"] for row in rows if row["word"] != WORDS["yes"]), None),
    })  # fmt: skip


@opened("organization")
def practices_remind(request):
    """Asks first, then sends a reminder to everybody who has not signed at the practices that were shown."""
    year, asked = _year(request), _asked(request)
    request.of_year = year
    fit = practices_found(years_of(request.user, year), **asked)
    found = unsigned(request.user, fit).order_by(*WORST_FIRST)
    back = f"{reverse('practices')}?{urlencode(asked | {'year': year})}"
    if request.method != "POST":
        signatures = found.aggregate(all=Sum("result__unsigned"))["all"] or 0
        return render(request, "practices_remind.html", {
            "count": found.count(), "signatures": signatures, "named": found[:ROWS], "back": back,
            "rest": urlencode(asked | {"year": year}), "year": year,
        })  # fmt: skip
    told = remind_all(request.user, list(found), request.build_absolute_uri("/"))
    if told is None:
        messages.success(request, "The reminders are being sent. Each practice’s log says to whom.")
    else:
        tell(request, told.said())
    return redirect(back)


def _asked(request):
    """What the address asks for, as far as it is understood."""
    answer, within = request.GET.get("answer", ""), request.GET.get("within", "")
    return {
        "q": words(request.GET), "answer": answer if answer in RANKS else "",
        "within": within if within in map(str, DEADLINES) else "",
    }  # fmt: skip


def _row(year):
    result = getattr(year, "result", None)
    kind = result.kind if result else "unknown"
    return {"practice": year.practice, "result": result, "kind": STATES[kind], "word": WORDS[kind],
            "fewest": year.report_as == "individual", "ending": year.practice.tin[-LAST:]}  # fmt: skip


def _year(request):
    given = number(request.GET.get("year", ""))
    return given if given in years() else this_year()
