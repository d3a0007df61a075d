"""The rows of files go when they can do nothing any more; who uploaded what, and what it changed, stays."""

from datetime import timedelta

from django.db.models import OuterRef, Q, Subquery
from django_tasks import task

from mips_ia.planning.deadlines import deadlines
from mips_ia.portal import clock
from mips_ia.portal.log import write, writing
from mips_ia.portal.models import Batch, Final, Upload
from mips_ia.portal.templatetags.words import day
from mips_ia.reading import yearbook
from mips_ia.rules import rules

DAYS = timedelta(days=30)
KEPT = ("name", "ending", "year", "new", "mine", "counts")  # of a practice in a checked batch


@task()
def drop_later():
    """The same in the background."""
    drop()


def drop():
    """Drop the rows of each file that nobody saved, or that can be undone no more, for 30 days."""
    since = clock.now() - DAYS
    for upload in _uploads(since):
        table = {"header": [], "rows": [], "faults": _fault("dropped", upload)}
        _dropped(upload, upload.practice, table=table, results={})
    for batch in Batch.objects.filter(dropped_at=None, work=""):
        if _is_old(batch, since):
            tables = {"tables": {}, "faults": [[*each, "dropped"] for each in _fault(batch.name, batch)]}
            _dropped(batch, None, tables=tables, found=_counted(batch.found) if batch.saved_at else None)


def _uploads(since):
    """Those whose rows go."""
    last = Final.objects.filter(year=OuterRef("year")).order_by("-id")
    every = Upload.objects.filter(dropped_at=None, work="").annotate(
        kind_of_last=Subquery(last.values("kind")[:1]), last_at=Subquery(last.values("at")[:1])
    )
    old = Q(saved_at=None, uploaded_at__lt=since) | Q(undone_at__lt=since)
    closed = Q(kind_of_last="locked", last_at__lt=since) | Q(year__year__in=_over())
    return every.filter(old | (closed & Q(saved_at__isnull=False))).select_related("practice")


def _over():
    """The years for which submission closed that long ago."""
    since = clock.today() - DAYS
    return [year for year in yearbook.years() if deadlines(rules(year))["submission_closes"] < since]


def _is_old(batch, since):
    """The same of files of many practices: each of their years is over."""
    if not batch.saved_at:
        return batch.uploaded_at < since
    years = {each["year"] for each in batch.changes["practices"]}
    return years <= {*_over()} or bool(batch.undone_at and batch.undone_at < since)


def _fault(name, file):
    """What is said of a file that was not saved, in the place of its rows."""
    if file.saved_at:
        return []
    what = f"Nobody saved it in {DAYS.days} days, so its rows were dropped on {day(clock.today())}."
    return [[name, what, "Upload it again.", "error"]]


def _counted(found):
    practices = [{name: each[name] for name in KEPT} for each in found["practices"]]
    return found | {"practices": practices, "fix": [], "warned": [], "out": [], "records": [], "results": {}}


def _dropped(file, practice, **left):
    """Write what is left of a file, and the line that says so, unless somebody works on it just now."""
    left |= {"content": None, "mended": {}, "left_out": [], "dropped_at": clock.now()}
    with writing(practice):
        still = type(file).objects.filter(pk=file.pk, work="", saved_at=file.saved_at)
        if still.update(**left):
            record = f"{type(file).__name__.lower()} {file.pk}"
            write(None, "", practice, "rows dropped", record, None, {"rows": file.rows_read})
