"""That more activities are to be chosen: where those that are chosen all count and it is no full credit."""

from datetime import date

from mips_ia.assessment import assessed
from mips_ia.attestation import Attestation
from mips_ia.planning.ways import enough


def too_few(ledger):
    """The sets of further activities by weight, the smallest first, each of which would do; else nothing.

    Of those who report as individuals what whoever needs most of them needs.
    """
    if ledger.practice.many:
        return _beyond(ledger, ledger.practice)
    who = {ledger.practice_as("individual", own.person) for own in ledger.individuals if not own.full}
    return max(
        (_beyond(ledger, each) for each in who), key=lambda sets: len(sets[0]) if sets else 0, default=[]
    )


def _beyond(ledger, who):
    year = date(ledger.year, 1, 1), date(ledger.year, 12, 31)
    count = who.clinicians if who.many else None
    done = [Attestation(id, *year, clinicians=count) for id in ledger.activities]
    found = assessed(who, done, ledger.rules, ledger.listed)
    if found.score.points >= found.score.full or not found.score.weight_most:
        return []
    return enough(found.profile, found.rules)
