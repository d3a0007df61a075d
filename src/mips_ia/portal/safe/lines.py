"""The activity log, looked at as a whole: the chain of each practice, and of what concerns none."""

from mips_ia.portal import log
from mips_ia.portal.models import Entry
from mips_ia.portal.safe.rows import UNREADABLE, rows
from mips_ia.problems import Problem

FIX = "Restore the database from the backup, and find out who changed it."


def problems(names):
    """Every line that is not as it was written; `names` are those of practices."""
    for practice in Entry.objects.order_by().values_list("practice", flat=True).distinct():
        whose = names.get(practice, f"practice {practice}") if practice else "no practice"
        yield from _chain(Entry.objects.filter(practice=practice).order_by("pk"), whose)


def _chain(found, whose):
    before = ""
    for key, line in rows(found):
        where = f"{whose}, line {key} of the activity log"
        if line is None:
            yield Problem("changed_line", where, "this line cannot be read.", FIX)
            continue
        if not _fits(line, before):
            what = "this line, or the one before it, is not as it was written, or a line is gone between."
            yield Problem("changed_line", where, what, FIX)
        before = line.digest


def _fits(line, before):
    try:
        return line.digest == log.sealed(line, before)
    except UNREADABLE:
        return False
