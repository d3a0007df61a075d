"""What each practice came to, kept so that a long list opens at once, and made again when it is stale."""

from datetime import timedelta
from functools import reduce
from operator import or_

from django.db.models import Exists, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone
from django_tasks import TaskResultStatus, task
from django_tasks_db.models import DBTaskResult

from mips_ia.portal import clock
from mips_ia.portal.facts import Ledger
from mips_ia.portal.models import Entry, Result, Year
from mips_ia.portal.told.answer import answer, dates
from mips_ia.reading import yearbook
from mips_ia.rules import rules

INTERRUPTED = timedelta(minutes=30)  # after which work that did not end is begun again
AT_ONCE = 60  # results that are made while somebody waits
RANKS = {"no": 0, "unknown": 1, "notyet": 2, "yes": 3}


def refresh(years):
    """Make the stale results again, many of them in the background; returns how many are waited for.

    Until then a list shows those that are kept, and as of when they are.
    """
    stale = _stale(years)
    if len(stale) <= AT_ONCE:
        for year in stale:
            _make(year, year.last)
        return 0
    if not _under_way():
        refresh_later.enqueue([[year.id, year.last] for year in stale])
    return len(stale)


def _under_way():
    """Whether a list is being worked out already."""
    waiting = [TaskResultStatus.READY, TaskResultStatus.RUNNING]
    since = timezone.now() - INTERRUPTED
    tasks = DBTaskResult.objects.filter(task_path=refresh_later.module_path, enqueued_at__gt=since)
    return tasks.filter(status__in=waiting).exists()


@task()
def refresh_later(asked):
    """The rest of a long list, each with the last line of its log when it was asked for."""
    last = dict(asked)
    ids = list(last)
    for start in range(0, len(ids), AT_ONCE):
        for year in _stale(Year.objects.filter(pk__in=ids[start : start + AT_ONCE])):
            _make(year, year.last)


def _stale(years):
    """Those whose result is of another day or edition, or from before the last line of the log."""
    lines = Entry.objects.filter(practice=OuterRef("practice")).order_by("-id").values("id")
    every = years.annotate(last=Coalesce(Subquery(lines[:1]), 0))
    editions = [Q(year__year=year, edition=rules(year).edition) for year in yearbook.years()]
    good = Result.objects.filter(reduce(or_, editions), year=OuterRef("pk"), entry=OuterRef("last"))
    return list(every.filter(~Exists(good.filter(day=clock.today()))).select_related("practice"))


def _make(year, last):
    ledger = Ledger(year)
    known = {"kind": "unknown", "certain": None, "possible": None}
    if not ledger.problem:
        said = answer(ledger)
        known = {"kind": said.kind, "certain": said.certain, "possible": said.possible}
    cells = [cell for tally in ledger.tallies for cell in tally.cells.values()]
    coming = next(iter(dates(ledger)), (None, ""))
    Result.objects.update_or_create(year=year, defaults=known | {
        "made_at": clock.now(), "rank": RANKS[known["kind"]], "entry": last or 0, "day": ledger.today,
        "edition": ledger.rules.edition, "unsigned": sum(cell.word == "Not signed" for cell in cells),
        "gaps": sum(found.met is False for found in ledger.proofs.values()),
        "next_on": coming[0], "next_what": coming[1],
    })  # fmt: skip
