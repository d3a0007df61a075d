"""The activity log and the traces, looked at as a whole: each practice's chain, and that of none."""

from typing import NamedTuple

from mips_ia.portal import heads, log, traces
from mips_ia.portal.safe.rows import UNREADABLE, is_number, rows
from mips_ia.problems import Problem

FIX = "Restore the database from the backup, and find out who changed it."


class Chain(NamedTuple):
    """One kind of chain: how leaves call it, how a line is sealed, and what a line is called."""

    kind: str
    sealed: object
    named: str
    changed: str
    lost: str


LOG = Chain("activity", log.sealed, "line {} of the activity log", "changed_line", "lost_line")
TRACES = Chain("rows", traces.sealed, "trace {}", "changed_trace", "lost_trace")
CHAINS = (LOG, TRACES)


def problems(chain, names, told):
    """Every line that is not as it was written or is gone; `names` are those of practices.

    `told` are the leaves that tell of a line which was the newest once, by practice and line.
    """
    model = heads.KINDS[chain.kind]
    there = {*model.objects.order_by().values_list("practice", flat=True).distinct()}
    known = {each for each in there if is_number(each)}
    if there != known:
        yield from _of_nobody(chain, model.objects.exclude(practice=None).exclude(practice__in=known))
    for practice in sorted({*known, *told}, key=lambda each: each or 0):
        whose = names.get(practice, f"practice {practice}") if practice else "no practice"
        found = model.objects.filter(practice=practice).order_by("pk")
        yield from _linked(chain, found, whose, dict(told.get(practice, {})))


def _of_nobody(chain, found):
    """Lines whose practice is no number, so that they are in no chain."""
    for key in found.order_by("pk").values_list("pk", flat=True):
        yield Problem(chain.changed, chain.named.format(key), "its practice cannot be read.", FIX)


def _linked(chain, found, whose, left):
    before = ""
    for key, line in rows(found):
        where, leaf = f"{whose}, {chain.named.format(key)}", left.pop(key, None)
        if line is None:
            yield Problem(chain.changed, where, "it cannot be read.", FIX)
            continue
        if not _fits(chain, line, before):
            what = "it, or the one before it, is not as it was written, or one is gone between."
            yield Problem(chain.changed, where, what, FIX)
        elif leaf and leaf.value.get("digest") != line.digest:
            what = f"it, or one before it, does not fit leaf {leaf.index} of the log of records."
            yield Problem(chain.changed, where, what, FIX)
        before = line.digest
    if left:
        last = max(left)
        where = f"{whose}, {chain.named.format(last)}"
        what = f"leaf {left[last].index} of the log of records tells of it, and it is gone."
        yield Problem(chain.lost, where, what, FIX)


def _fits(chain, line, before):
    try:
        return line.digest == chain.sealed(line, before)
    except UNREADABLE:
        return False
