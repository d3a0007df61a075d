# ruff: noqa: INP001 - beside the script that uses it
"""What pages of the portal cost, against an empty view on the same server: granian, on this machine.

A practice of 500 clinicians and 10 activities stands beside the demonstration, so that the ledger is large.
"""

import http.client
import json
import sys
import urllib.parse
from collections.abc import Callable, Iterator
from pathlib import Path
from statistics import median, quantiles
from time import perf_counter

from timing import Line

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests" / "portal"))

from served import SLUG, YEAR, Served

ROUNDS, CALLS, CHANGES, BESIDE = 7, 30, 11, 20
LARGE = ("ledger", "whole")
_CROWD = """
import json, django
django.setup()
import crowd
from mips_ia.portal.models import Person
print(json.dumps(crowd.build(500, 10, Person.objects.get(email="manager@demo.example"), "999999990").slug))
"""
# Windows that Dr. Kim has yet to sign, one for each signing that is measured.
_UNSIGNED = """
import json, django
django.setup()
from datetime import date, timedelta
from mips_ia.portal.models import Clinician, Window
kim = Clinician.objects.get(last_name="Kim")
year = kim.practice.years.get(year=2026)
made = Window.objects.bulk_create(
    Window(year=year, clinician=kim, activity="IA_BE_4", first=date(2026, 1, 6) + timedelta(days=each % 60),
           last=date(2026, 4, 20) + timedelta(days=each), entered_by=kim.person, replaced_at=None)
    for each in range(60)
)
print(json.dumps([each.id for each in made]))
"""

# What is changed, each time in a process of its own as another server would: a window's last day, with its
# line in the log; and a line of which nobody knows what it touched, so that everything is read again.
_CHANGED = {
    "after a window was changed": """
import json, django
django.setup()
from datetime import timedelta
from mips_ia.portal.actions import ledger
from mips_ia.portal.models import Person
from mips_ia.portal.tenancy import access_of
access = access_of(Person.objects.get(email="manager@demo.example"), {slug!r}, {year})
held = access.year.windows.filter(replaced_at=None, last__lt="{year}-12-01").select_related("clinician")
old = held.order_by("id").first()
ledger.enter(access, old.clinician, old.activity, old.first, old.last + timedelta(days=1), window=old)
print(json.dumps(None))
""",
    "all of it read again": """
import json, django
django.setup()
from mips_ia.portal import log
from mips_ia.portal.models import Practice
with log.writing(practice := Practice.objects.get(slug={slug!r})):
    log.write(None, "", practice, "measured", "nothing")
print(json.dumps(None))
""",
}


class Caller:
    """One connection that stays open, of somebody who is signed in."""

    def __init__(self, server: Served, who: str | None) -> None:
        self.connection = http.client.HTTPConnection("127.0.0.1", server.port)
        self.cookie = f"sessionid={server.sessions[who]}" if who else "none=none"

    def get(self, address: str) -> tuple[float, str]:
        """Seconds of one page, and the page."""
        return self._ask("GET", address, None)

    def post(self, address: str, fields: dict[str, str], token: str) -> float:
        """Seconds of sending a form and of being sent on."""
        body = urllib.parse.urlencode({**fields, "csrfmiddlewaretoken": token})
        return self._ask("POST", address, body, f"; csrftoken={token}")[0]

    def _ask(self, method: str, address: str, body: str | None, more: str = "") -> tuple[float, str]:
        heads = {"Cookie": self.cookie + more}
        if body is not None:
            heads["Content-Type"] = "application/x-www-form-urlencoded"
        begun = perf_counter()
        self.connection.request(method, address, body, heads)
        answer = self.connection.getresponse()
        text = answer.read().decode()
        if answer.status != (200 if body is None else 303):
            raise RuntimeError(f"{address} answered {answer.status}")
        return perf_counter() - begun, text


def portal() -> Iterator[Line]:
    """The overview, a large ledger and a signing : an empty view of Django, by turns in one run."""
    with Served(application="empty_view:application").build() as server:
        crowd = json.loads(server.python(_CROWD))
        manager = Caller(server, "manager")
        here, large = f"/p/{SLUG}/{YEAR}/", f"/p/{crowd}/{YEAR}/participation/"
        taken = {"empty": "/empty/", "overview": here, "ledger": large, "whole": f"{large}?all=1"}
        sides = {name: _getting(manager, address) for name, address in taken.items()}
        times = _by_turns({**sides, "nobody": _getting(Caller(server, None), "/empty/")})
        empty = median(times["empty"])
        yield Line("(g) an empty view, for nobody", _told(times["nobody"], median(times["nobody"]) / empty))
        yield Line("(g) an empty view, for who is signed in", _told(times["empty"], 1))
        for name, words, goal in (
            ("overview", "the overview", 6),
            ("ledger", "the ledger of 500 clinicians by 10 activities, its first page", 40),
            ("whole", "the same ledger, all of it on one page", 40),
        ):  # fmt: skip
            ratio = median(times[name]) / empty
            yield Line(f"(g) {words}", _told(times[name], ratio), f"at most {goal} : 1", ratio <= goal)
        for name, slug, words, goal in (
            ("overview", SLUG, "the overview", 6),
            ("ledger", crowd, "the first page of that ledger", 40),
        ):  # fmt: skip
            for how, change in _CHANGED.items():
                code = change.format(slug=slug, year=YEAR)
                anew, beside = _anew(server, code, sides[name], sides["empty"])
                ratio = median(anew) / median(beside)
                yield Line(f"(g) {words}, {how}", _told(anew, ratio), f"at most {goal} : 1", ratio <= goal)
        signing = _signings(server)
        yield Line("(g) a signing", _told(signing, median(signing) / empty))


def _getting(caller: Caller, address: str) -> Callable[[], float]:
    return lambda: caller.get(address)[0]


def _by_turns(sides: dict[str, Callable[[], float]]) -> dict[str, list[float]]:
    """Every side in every round, after one that warms up."""
    found: dict[str, list[float]] = {name: [] for name in sides}
    for round_ in range(ROUNDS):
        for name, side in sides.items():
            calls = [side() for _ in range(5 if name in LARGE else CALLS)]
            found[name] += calls if round_ else []
    return found


def _anew(
    server: Served, change: str, page: Callable[[], float], empty: Callable[[], float]
) -> tuple[list[float], list[float]]:
    """A page of a practice that was changed just now, by turns with some of the empty view."""
    anew, beside = [], []
    for _ in range(CHANGES):
        server.python(change)
        beside += [empty() for _ in range(BESIDE)]
        anew.append(page())
    return anew, beside


def _signings(server: Served) -> list[float]:
    """Each signs another window: the form is fetched, and its sending alone is measured."""
    kim = Caller(server, "kim")
    found = []
    for window in json.loads(server.python(_UNSIGNED)):
        address = f"/sign/{window}/"
        fields, token = _form(kim.get(address)[1])
        found.append(kim.post(address, fields, token))
    return found[5:]


def _form(page: str) -> tuple[dict[str, str], str]:
    """What a browser would send of the form: its hidden fields, and the name that is typed."""
    from lxml import html  # noqa: PLC0415 - only here

    form = html.fromstring(page).xpath("//main//form[@method='post'][.//input[@type='text']]")[0]
    fields = {each.get("name"): each.get("value") or "" for each in form.xpath(".//input[@name]")}
    token = fields.pop("csrfmiddlewaretoken")
    typed = form.xpath(".//input[@type='text']/@name")[0]
    return {**fields, typed: "Soo-jin Kim"}, token


def _told(times: list[float], ratio: float) -> str:
    late = quantiles(times, n=20)[-1]
    return f"{1 / median(times):.0f}/s, 95%: {late * 1e3:.1f} ms, {ratio:.1f} : 1"
