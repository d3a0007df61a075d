"""What every page shows around its own part: menus, the year's navigation, the edition of the rules."""

from django.conf import settings
from django.urls import reverse

from mips_ia.portal import clock
from mips_ia.portal.models import ROLES
from mips_ia.portal.tenancy import practices_of
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
    ("score", "Score", "see"),
    ("export", "Export", "export"),
    ("log", "Log", "log"),
    ("people", "People", "people"),
)
SHOWN = 12  # practices in the menu; the others stand on a page of their own


def frame(request):
    """What `base.html` needs."""
    access = getattr(request, "access", None)
    year = access.year.year if access and access.year else this_year()
    known = rules(year)
    found = {
        "year": year,
        "edition": known.edition,
        "foot": foot(access, known.edition),
        "proposed": known.status == "proposed" and bool(access),
        "today": clock.today() if settings.TODAY else None,
        "idle": settings.IDLE_MINUTES,
        "typed": getattr(request, "typed", None),
    }
    if access:
        found |= _around(request, access)
    return {"frame": found, "access": access}


def _around(request, access):
    name = request.resolver_match.view_name if request.resolver_match else ""
    return {
        "role": ROLES.get(access.role, ""),
        "practices": practices_of(access.person)[:SHOWN],
        "years": [
            {"year": each, "word": _word(each), "address": _in_year(request, access, name, each)}
            for each in reversed(years())
        ],
        "nav": access.year and [
            {"address": reverse(to, args=(access.practice.slug, access.year.year)), "label": label,
             "here": name == to or name.startswith(f"{to}_")}
            for to, label, action in NAVIGATION if access.may(action)
        ],
    }  # fmt: skip


def _in_year(request, access, name, year):
    """The page that is shown, in another year; the overview where it shows one record of its year."""
    known = request.resolver_match.kwargs if request.resolver_match else {}
    rest = known.keys() - {"practice", "year"}
    if "year" in known and (not rest or name == "activities_one"):
        return reverse(name, kwargs=known | {"year": year})
    return reverse("overview", args=(access.practice.slug, year))


def _word(year):
    today = clock.today()
    if rules(year).status == "proposed":
        return "proposed rules"
    if year == today.year:
        return "open"
    return "to submit" if year < today.year <= rules(year).window["submission"].closes.year else ""


def this_year():
    """The performance year that is under way, or the nearest that is here."""
    here = years()
    return min(max(clock.today().year, here[0]), here[-1])
