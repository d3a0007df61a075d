"""A practice's ledger as it was last read, kept while nothing of the practice changes.

Each change of a practice adds a line to its log, in the same transaction, and each line has a digest that
no other line has. So what was read after a line holds until there is another one; and then those parts of it
hold on that the new lines leave as they were.
"""

from collections import OrderedDict
from threading import Lock
from typing import NamedTuple

from django.db.models import OuterRef, Subquery

from mips_ia.portal import clock
from mips_ia.portal.facts import Ledger
from mips_ia.portal.models import Entry, Year
from mips_ia.portal.parts import changed, unchanged
from mips_ia.portal.templatetags.words import day
from mips_ia.problems import Problem, Refused
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
    `Refused` where it is asked as known on a day to come.
    """
    today = clock.today()
    if as_known_on and as_known_on > today:
        fix = f"Ask for a day up to today, {day(today)}."
        where = f"as known on {as_known_on}"
        raise Refused([Problem("day_to_come", where, f"{day(as_known_on)} is yet to come.", fix)])
    key = (year.id, today, rules(year.year, as_known_on).edition, as_known_on)
    held = _kept.get(key)
    if held and (lines := _since(held, year.practice_id)):
        found = _Kept(*lines[-1][:2], _after(held.ledger, [action for _, _, action in lines[1:]]))
    else:
        row = _row(year.id)
        found = _Kept(row.line, row.digest, Ledger(row, today, as_known_on))
    return _put(key, found, held).ledger if found.line else found.ledger


def _since(held, practice):
    """The line after which a ledger was kept, and all since; none where the log does not have that line."""
    lines = Entry.objects.filter(practice=practice, id__gte=held.line).order_by("id")
    found = list(lines.values_list("id", "digest", "action"))
    return found if found and found[0][:2] == held[:2] else []


def _after(ledger, actions):
    """The ledger as it is after further lines, with what it has of the parts that they leave as they were."""
    touched = changed(actions)
    if not touched:
        return ledger
    row = _row(ledger.row.id) if "year" in touched else ledger.row
    found = Ledger(row, ledger.today, ledger.as_known_on)
    vars(found).update(unchanged(ledger, touched))
    return found


def _row(id):
    """The row of a year, with the newest line of its log at the same moment.

    Whoever asks has one, too, which they may change, and which was read before they asked.
    """
    newest = Entry.objects.filter(practice=OuterRef("practice")).order_by("-id")
    line, digest = (Subquery(newest.values(name)[:1]) for name in ("id", "digest"))
    return Year.objects.select_related("practice__organization").annotate(line=line, digest=digest).get(pk=id)


def _put(key, found, held):
    """Keep a ledger in the place of the one that was held; of two that are read at once the newer one."""
    with _keeping:
        other = _kept.pop(key, held)
        _kept[key] = kept = found if other is held or other.line < found.line else other
        _let_go()
    return kept


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
