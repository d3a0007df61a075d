"""A practice's ledger as it was last read, kept while nothing of the practice changes.

Each change of a practice adds a line to its log, in the same transaction, and each line has a digest that
no other line has. So what was read after a line holds until there is another one.
"""

from collections import OrderedDict
from copy import copy
from threading import Lock

from mips_ia.portal import clock
from mips_ia.portal.facts import Ledger
from mips_ia.portal.models import Entry
from mips_ia.rules import rules

ROWS = 50_000  # stays and windows that all kept ledgers have together, at about a kilobyte each
APIECE = 100  # what else is in one, counted as rows

_kept: OrderedDict[tuple, Ledger] = OrderedDict()
_keeping = Lock()


def ledger_of(year, as_known_on=None):
    """The ledger of a year to look at, which others may look at too: nothing of it may be changed.

    Whoever changes rows and asks what they amount to, before the change has its line, makes a `Ledger`.
    """
    last = Entry.objects.filter(practice=year.practice_id).order_by("-id").values_list("digest", flat=True)
    digest, today = last.first(), clock.today()
    if not digest:
        return Ledger(year, today, as_known_on)
    key = (year.id, digest, today, rules(year.year, as_known_on).edition, as_known_on)
    with _keeping:
        found = _kept.pop(key, None) or Ledger(_apart(year), today, as_known_on)
        _kept[key] = found
        _let_go()
    return found


def _apart(year):
    """A copy of the row, so that whoever asked may change theirs."""
    row = copy(year)
    row.practice = copy(year.practice)
    return row


def forget():
    """Keep nothing of what was read."""
    with _keeping:
        _kept.clear()


def _let_go():
    """Let those go that nobody looked at for longest, until the rest is small enough."""
    while len(_kept) > 1 and sum(map(_rows, _kept.values())) > ROWS:
        _kept.popitem(last=False)


def _rows(ledger):
    """How much of it was read so far."""
    read = vars(ledger)
    return APIECE + len(read.get("people", ())) + sum(map(len, read.get("windows", {}).values()))
