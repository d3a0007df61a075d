"""What each practice came to, kept so that a long list opens at once, and made again when it is stale."""

from django_tasks import task

from mips_ia.portal import clock
from mips_ia.portal.facts import Ledger
from mips_ia.portal.models import Result, Year
from mips_ia.portal.told.answer import answer, dates
from mips_ia.rules import rules

AT_ONCE = 60  # results that are made while somebody waits
RANKS = {"no": 0, "unknown": 1, "notyet": 2, "yes": 3}


def refresh(years):
    """Make the stale results again, most of them in the background; returns how many are waited for."""
    stale = [year for year in years if _stale(year)]
    for year in stale[:AT_ONCE]:
        _make(year, year.last)
    later = [[year.id, year.last] for year in stale[AT_ONCE:]]
    if later:
        refresh_later.enqueue(later)
    return len(later)


@task()
def refresh_later(asked):
    """The rest of a long list, each with the last line of its log when it was asked for."""
    last = dict(asked)
    for year in Year.objects.filter(pk__in=last).select_related("practice", "result"):
        year.last = last[year.id]
        if _stale(year):
            _make(year, year.last)


def _stale(year):
    found = getattr(year, "result", None)
    now = (year.last, clock.today(), rules(year.year).edition)
    return found is None or (found.entry, found.day, found.edition) != now


def _make(year, last):
    ledger = Ledger(year)
    known = {"kind": "unknown", "certain": None, "possible": None}
    if not ledger.problem:
        said = answer(ledger)
        known = {"kind": said.kind, "certain": said.certain, "possible": said.possible}
    cells = [cell for tally in ledger.tallies for cell in tally.cells.values()]
    coming = next(iter(dates(ledger)), (None, ""))
    Result.objects.update_or_create(year=year, defaults=known | {
        "rank": RANKS[known["kind"]], "entry": last or 0, "day": ledger.today,
        "edition": ledger.rules.edition, "unsigned": sum(cell.word == "Not signed" for cell in cells),
        "next_on": coming[0], "next_what": coming[1],
    })  # fmt: skip
