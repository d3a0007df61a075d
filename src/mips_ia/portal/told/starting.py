"""What can still begin once most activities cannot, and how many more of them have to be chosen."""

from datetime import date

from mips_ia.assessment import assessed
from mips_ia.attestation import Attestation, last_start, period_of
from mips_ia.planning import side_by_side
from mips_ia.planning.ways import enough
from mips_ia.portal import able
from mips_ia.portal.templatetags.words import day


def begins(ledger):
    """What can still begin towards full credit, each with its last day: what is chosen, or another one."""
    others = further(ledger) if more(ledger) else []
    return sorted([*_until(ledger, _open(ledger)), *others])


def further(ledger):
    """What is not chosen and can still begin, each with its last day."""
    return _until(ledger, [each.activity for each in ledger.further])


def apart(ledger):
    """The chosen ones that can still begin and have a last day of their own, with it."""
    general = last_start(ledger.rules.period[-1], ledger.year)
    return [each for each in _until(ledger, _open(ledger)) if each[0] != general]


def until_when(found):
    """Until when each can begin, in words."""
    return " and ".join(f"{id} can still start through {day(last)}" for last, id in found)


def more(ledger):
    """How many more have to be chosen for full credit; 0 where it takes none, None where none give it."""
    if not ledger.assessment.score.weight_most:
        return 0
    others, given = ledger.further, _hoped(ledger)
    counts = (
        count for count in range(len(others) + 1)
        if assessed(ledger.practice, [*given, *others[:count]], ledger.rules, ledger.listed).score.most
        >= ledger.rules.full_credit.value
    )  # fmt: skip
    return next(counts, None)


def still_takes(ledger):
    """What full credit takes besides what is chosen, each set of weights that is enough, in words."""
    found = assessed(ledger.practice, _hoped(ledger), ledger.rules, ledger.listed)
    return " or ".join(map(side_by_side.in_words, enough(found.profile, ledger.rules)))


def _until(ledger, ids):
    return sorted((last_start(period_of(id, ledger.rules), ledger.year), id) for id in ids)


def _hoped(ledger):
    """What is chosen as if it turned out well."""
    if ledger.practice.many:
        return [able.hoped(ledger, each) for each in ledger.tallies]
    year = date(ledger.year, 1, 1), date(ledger.year, 12, 31)
    return [Attestation(id, *year) for id in ledger.activities]


def _open(ledger):
    """The chosen ones that do not count yet, and of which a window can still begin."""
    return [
        each.activity for each in ledger.tallies
        if each.verdict.counts is not True and each.activity != ledger.rules.medical_home_activity
        and able.enough(ledger, each)
    ]  # fmt: skip
