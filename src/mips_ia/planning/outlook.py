"""What an activity can still come to, and whether a window that begins today can still count."""

from collections.abc import Collection
from dataclasses import replace
from datetime import date

from mips_ia.attestation import Attestation, last_start, period_of, verdict
from mips_ia.catalogue import Activity, Catalogue
from mips_ia.planning.ledger import COMING, COUNTING, Tally
from mips_ia.rules import Rules
from mips_ia.standing import Practice

_HOPED = (*COUNTING, "unknown", *COMING)


def possible(found: Tally, able: Collection[int], year: int) -> Attestation:
    """What the group can still attest: the unknown turn out well, windows finish, new ones begin in time.

    `able` are those who can begin one, by the calendar and the roster; of an activity of which nobody
    entered any, those who may have. Where it depends on who is counted, the reading that allows more decides.
    """
    if found.undecided:
        return found.attestation
    hoped = [_hoped(each, able, year) for each in found.readings]
    if len(hoped) > 1 and not _reached(hoped[0], found) and found.other and _reached(hoped[1], found.other):
        return replace(hoped[1], done=True, clinicians=None, at_most=None)
    return hoped[0]


def _reached(given: Attestation, found: Tally) -> bool:
    return found.needed is not None and (given.at_most or 0) >= found.needed


def _hoped(found: Tally, able: Collection[int], year: int) -> Attestation:
    given = found.attestation
    most = sum(cell.state in _HOPED or who in able for who, cell in found.cells.items())
    if not most or (found.entered and (given.at_most or 0) >= most):
        return given
    return replace(given, first=date(year, 1, 1), last=date(year, 12, 31), done=True, at_most=most)


def can_begin(id: str, today: date, rules: Rules, listed: Catalogue) -> bool:
    """Whether a window that begins today or later can still count: long enough, and not suspended."""
    activity = listed.activities.get(id)
    if activity is None or is_suspended(activity, today):
        return False
    return today <= last_start(period_of(id, rules), rules.year)


def is_suspended(activity: Activity, today: date) -> bool:
    """Whether CMS suspended an activity for work that begins on a day."""
    event = activity.event
    if event is None or event.kind != "suspended":
        return False
    return event.counts_if_started_by is None or today > event.counts_if_started_by


def further(
    ids: Collection[str], who: Practice, today: date, rules: Rules, listed: Catalogue
) -> list[Attestation]:
    """Those of some activities that can still begin, as if done; as many as full credit could ever need."""
    year = date(rules.year, 1, 1), date(rules.year, 12, 31)
    others = (
        Attestation(id, *year) for id in ids
        if id != rules.medical_home_activity and can_begin(id, today, rules, listed)
    )  # fmt: skip
    counting = [each for each in (verdict(given, who, rules, listed) for given in others) if each.counts]
    worth = rules.scale[-1].points
    best = sorted(counting, key=lambda each: worth[each.kind], reverse=True)
    return [each.attestation for each in best[: -(-rules.full_credit.value // min(worth.values()))]]
