"""What every page shows around its own part: menus, the year's navigation, the edition of the rules."""

from functools import lru_cache

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.html import format_html_join
from django.utils.safestring import mark_safe

from mips_ia.portal import clock
from mips_ia.portal.models import ROLES
from mips_ia.portal.tenancy import practices_beside
from mips_ia.portal.told.audits import ticking, waiting_of
from mips_ia.portal.web.printing import foot
from mips_ia.reading.yearbook import years
from mips_ia.rules import rules

# The year's work in the order in which it is done: the address's name, what it is called, who sees it.
NAVIGATION = (
    ("overview", "Overview", "see"),
    ("roster", "Roster", "see_names"),
    ("activities", "Activities", "see"),
    ("plan", "Plan", "windows"),
    ("participation", "Participation", "see"),
    ("signatures", "Signatures", "remind"),
    ("evidence", "Evidence", "see_evidence"),
    ("score", "Score", "see"),
    ("export", "Export", "export"),
    ("audit", "Audit", "audit"),
    ("log", "Log", "log"),
    ("people", "People", "people"),
)
SHOWN = 12  # practices in the menu; the others stand on a page of their own


def frame(request):
    """What `base.html` needs."""
    access = getattr(request, "access", None)
    of = access or getattr(request, "reviewed", None)
    named = access.year.year if access and access.year else getattr(request, "of_year", None)
    year = named or this_year()
    known = rules(year)
    found = {
        "year": year,
        "foot": foot(of, known.edition),
        "end": _end(year, known.edition, clock.today() if settings.TODAY else None),
        "proposed": known.status == "proposed" and bool(of or named),
        "idle": settings.IDLE_MINUTES,
        "typed": getattr(request, "typed", None),
    }
    if access:
        found |= _around(request, access)
    return {"frame": found, "access": access}


def _around(request, access):
    slug, found = access.practice.slug, request.resolver_match
    name, known = (found.view_name, tuple(found.kwargs.items())) if found else ("", ())
    allowed = frozenset(action for _, _, action in NAVIGATION if access.may(action))
    years = slug, name, known, clock.today()
    return {
        "role": ROLES.get(access.role, ""),
        "practices": practices_beside(access)[:SHOWN],
        "years": _years(*years),
        "in_years": _in_years(*years),
        "nav": access.year and _nav(slug, access.year.year, name, allowed),
        **_asked(access, known if name == "audit_one" else ()),
    }


def _asked(access, here):
    """The clock of the auditor's request that is due first, on every page of the practice, and how many more.

    The page of a request (`here` is what its address holds) has its own clock, and so leaves that one out.
    """
    if not (access.audited and access.may("audit")):
        return {}
    shown = dict(here).get("audit")
    waiting = [each for each in waiting_of(access.practice) if each.pk != shown]
    if not waiting:
        return {}
    return {"audit": waiting[0], "ticking": ticking(waiting[0]), "more_audits": len(waiting) - 1}


# What is the same on many pages is drawn once, for each page and for those who may see the same.


@lru_cache(maxsize=64)
def _end(year, edition, today):
    return render_to_string("parts/end.html", {"year": year, "edition": edition, "today": today})


@lru_cache(maxsize=1024)
def _years(slug, name, known, today):
    return [
        {"year": each, "word": _word(each, today), "address": _in_year(slug, name, dict(known), each)}
        for each in reversed(years())
    ]


@lru_cache(maxsize=1024)
def _in_years(slug, name, known, today):
    each = _years(slug, name, known, today)
    said = ((year["address"], year["year"], f" ({year['word']})" if year["word"] else "") for year in each)
    return format_html_join("", '<li><a href="{}">{}{}</a></li>', said)


@lru_cache(maxsize=1024)
def _nav(slug, year, name, allowed):
    here = mark_safe(' aria-current="page"')
    said = (
        (reverse(to, args=(slug, year)), here if name == to or name.startswith(f"{to}_") else "", label)
        for to, label, action in NAVIGATION if action in allowed
    )  # fmt: skip
    return format_html_join("", '<li><a href="{}"{}>{}</a></li>', said)


def _in_year(slug, name, known, year):
    """The page that is shown, in another year; the overview where it shows one record of its year."""
    rest = known.keys() - {"practice", "year"}
    if "year" in known and (not rest or name == "activities_one"):
        return reverse(name, kwargs=known | {"year": year})
    return reverse("overview", args=(slug, year))


def _word(year, today):
    if rules(year).status == "proposed":
        return "proposed rules"
    if year == today.year:
        return "open"
    return "to submit" if year < today.year <= rules(year).window["submission"].closes.year else ""


def this_year():
    """The performance year that is under way, or the nearest that is here."""
    here = years()
    return min(max(clock.today().year, here[0]), here[-1])
