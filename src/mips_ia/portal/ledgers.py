"""A practice's ledger as it was last read, kept while nothing of the practice changes.

Each change of a practice adds a line to its log, in the same transaction, and each line has a digest that
no other line has. So what was read after a line holds until there is another one; and then those parts of it
hold on that the new lines leave as they were.
"""

from collections import OrderedDict
from threading import Lock
from typing import NamedTuple

from mips_ia.portal import clock
from mips_ia.portal.facts import Ledger
from mips_ia.portal.models import Entry, Year
from mips_ia.portal.parts import EVERYTHING, changed, unchanged
from mips_ia.rules import rules

ROWS = 50_000  # stays and windows that all kept ledgers have together, at about a kilobyte each
APIECE = 100  # what else is in one, counted as rows


class _Kept(NamedTuple):
    """A ledger, and the line of the log after which it holds."""

    line: int
    digest: str
    ledger: Ledger


_kept: OrderedDict[tuple, _Kept] = OrderedDict()
_keeping = Lock()


def ledger_of(year, as_known_on=None):
    """The ledger of a year to look at, which others may look at too: nothing of it may be changed.

    Whoever changes rows and asks what they amount to, before the change has its line, makes a `Ledger`.
    """
    today = clock.today()
    key = (year.id, today, rules(year.year, as_known_on).edition, as_known_on)
    held = _kept.get(key)
    newest, touched = _since(year.practice_id, held)
    if newest is None:
        return Ledger(year, today, as_known_on)
    found = _Kept(*newest, _anew(year, held, touched, today, as_known_on))
    with _keeping:
        other = _kept.pop(key, found)
        _kept[key] = found = other if other.line > found.line or other[:2] == newest else found
        _let_go()
    return found.ledger


def _since(practice, held):
    """The newest line of the log (None: it has none), and what was touched since a ledger was kept."""
    lines = Entry.objects.filter(practice=practice).values_list("id", "digest", "action")
    if held is not None:
        since = list(lines.filter(id__gte=held.line).order_by("id"))
        if since and since[0][:2] == held[:2]:
            return since[-1][:2], changed(action for _, _, action in since[1:])
    newest = lines.order_by("-id").first()
    return newest and newest[:2], EVERYTHING


def _anew(year, held, touched, today, as_known_on):
    """The ledger as it is after the newest line, with the parts of the one before that hold on.

    The year's row was read before the line was, so that it is read again.
    """
    if not touched:
        return held.ledger
    if "year" in touched:
        row = Year.objects.select_related("practice__organization").get(pk=year.pk)
    else:
        row = held.ledger.row
    found = Ledger(row, today, as_known_on)
    if held is not None:
        vars(found).update(unchanged(held.ledger, touched))
    return found


def forget():
    """Keep nothing of what was read."""
    with _keeping:
        _kept.clear()


def _let_go():
    """Let those go that nobody looked at for longest, until the rest is small enough."""
    while len(_kept) > 1 and sum(map(_rows, _kept.values())) > ROWS:
        _kept.popitem(last=False)


def _rows(kept):
    """How much of it was read so far."""
    read = vars(kept.ledger)
    return APIECE + len(read.get("people", ())) + sum(map(len, read.get("windows", {}).values()))
