"""The activity log, looked at as a whole: the chain of each practice, and of what concerns none."""

from mips_ia.portal import log
from mips_ia.portal.models import Entry
from mips_ia.portal.safe.rows import UNREADABLE, rows
from mips_ia.problems import Problem

FIX = "Restore the database from the backup, and find out who changed it."


def problems(names, heads):
    """Every line that is not as it was written or is gone; `names` are those of practices.

    `heads` are the leaves that tell of a line which was the newest once, by practice and line.
    """
    there = Entry.objects.order_by().values_list("practice", flat=True).distinct()
    for practice in sorted({*there, *heads}, key=lambda each: each or 0):
        whose = names.get(practice, f"practice {practice}") if practice else "no practice"
        found = Entry.objects.filter(practice=practice).order_by("pk")
        yield from _chain(found, whose, dict(heads.get(practice, {})))


def _chain(found, whose, left):
    before = ""
    for key, line in rows(found):
        where, leaf = f"{whose}, line {key} of the activity log", left.pop(key, None)
        if line is None:
            yield Problem("changed_line", where, "this line cannot be read.", FIX)
            continue
        if not _fits(line, before):
            what = "this line, or the one before it, is not as it was written, or a line is gone between."
            yield Problem("changed_line", where, what, FIX)
        elif leaf and leaf.value.get("digest") != line.digest:
            what = f"this line, or one before it, does not fit leaf {leaf.index} of the log of records."
            yield Problem("changed_line", where, what, FIX)
        before = line.digest
    if left:
        last = max(left)
        where = f"{whose}, line {last} of the activity log"
        what = f"leaf {left[last].index} of the log of records tells of this line, and it is gone."
        yield Problem("lost_line", where, what, FIX)


def _fits(line, before):
    try:
        return line.digest == log.sealed(line, before)
    except UNREADABLE:
        return False
