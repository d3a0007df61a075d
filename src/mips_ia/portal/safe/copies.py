"""What each practice came to when it was last worked out: a copy, which fits its own digest or is damaged."""

from mips_ia.portal.models import Result
from mips_ia.portal.safe.rows import UNREADABLE, rows
from mips_ia.problems import Problem

FIX = "Find out who changed it. Only the list of practices reads it, and makes it again by itself."


def problems(names):
    """Every copy that is not as it was made; `names` are those of practices."""
    for key, row in rows(Result.objects.order_by("pk").select_related("year")):
        if not _fits(row):
            practice = names.get(row.year.practice_id, "") if row else ""
            where = ", ".join(filter(None, [practice, f"result {key}"]))
            what = "this copy is not as it was made: it was changed past the portal."
            yield Problem("changed_copy", where, what, FIX)


def _fits(row):
    try:
        return row.digest == row.worked_out()
    except UNREADABLE:
        return False
