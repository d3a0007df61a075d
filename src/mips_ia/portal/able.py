"""Who can still begin an activity: the calendar allows it, and by the roster they are there long enough."""

from datetime import date
from functools import lru_cache

from mips_ia.attestation import Attestation, period_of
from mips_ia.planning.outlook import can_begin, possible
from mips_ia.planning.stays import room


def able(ledger, person, id):
    """Whether somebody can still begin a window of an activity."""
    return id in _those(person.days, ledger.today, ledger.rules, ledger.listed)


def may(ledger, person, id, entered):
    """The same; of an activity of which nobody entered any, whether they were there to have done it."""
    if entered:
        return able(ledger, person, id)
    return room(date(ledger.year, 1, 1), person.days, period_of(id, ledger.rules), ledger.year)


def hoped(ledger, tally):
    """What the group can still attest of an activity."""
    those = (each.id for each in ledger.counted if may(ledger, each, tally.activity, tally.entered))
    return possible(tally, frozenset(those), ledger.year)


def home(ledger):
    """The attestation of the medical home that the practice is by its sites and did not choose; else none."""
    id = ledger.rules.medical_home_activity
    if id in ledger.activities or not ledger.standing["medical_home_sites"].value:
        return []
    return [Attestation(id, date(ledger.year, 1, 1), date(ledger.year, 12, 31))]


def beginners(ledger, tally):
    """Those who can still begin an activity and are not in it yet, or with no window that can count."""
    return [
        person for person in ledger.counted
        if tally.cells[person.id].state in ("notmet", "none") and able(ledger, person, tally.activity)
    ]  # fmt: skip


def enough(ledger, tally):
    """Whether as many can still begin an activity as it lacks besides those who are in it.

    Where nobody is counted yet, nobody is known to be unable.
    """
    found = beginners(ledger, tally)
    return not ledger.counted or (bool(found) and len(found) >= tally.missing - tally.coming - tally.unknown)


def others(ledger, person):
    """The activities that are not chosen and that somebody can still begin."""
    found = _those(person.days, ledger.today, ledger.rules, ledger.listed)
    return tuple(id for id in found if id not in ledger.activities)


def others_of_group(ledger):
    """Those that as many can still begin as a group needs; all of them where there is no roster yet."""
    here = {period: as_many(ledger, period) for period in ledger.rules.period}
    return tuple(
        id for id in ledger.listed.activities
        if id not in ledger.activities and here[period_of(id, ledger.rules)]
    )  # fmt: skip


def as_many(ledger, period):
    """Whether as many as a group needs can still begin a window of a length; of individuals, anybody."""
    those = {each.id for each in ledger.counted if room(ledger.today, each.days, period, ledger.year)}
    if not ledger.practice.many or not ledger.counted:
        return bool(those) or not ledger.counted
    entity = frozenset([ledger.practice.entity])
    threshold = next(each for each in ledger.rules.threshold if each.fits(entity))
    readings = [ledger.counted] if ledger.reading else [ledger.counted, ledger.current]
    return any(
        sum(each.id in those for each in counted) >= threshold.needed(len(counted)) for counted in readings
    )


@lru_cache(maxsize=512)
def _those(days, today, rules, listed):
    """What somebody with these stays can still begin; many have the same."""
    return {
        id: None for id in listed.activities
        if can_begin(id, today, rules, listed) and room(today, days, period_of(id, rules), rules.year)
    }  # fmt: skip
