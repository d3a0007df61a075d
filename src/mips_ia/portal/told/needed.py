"""How many activities full credit takes, in words, and what the roster suggests of it."""

from dataclasses import replace

from mips_ia.assessment import assessed
from mips_ia.portal.lacking import enough
from mips_ia.portal.templatetags.words import words_of
from mips_ia.portal.told.misfits import said
from mips_ia.problems import Refused, counted
from mips_ia.standing import standing


def hints(ledger):
    """What the counts of the roster would suggest, in words; the look-up decides."""
    facts = standing(replace(ledger.practice, statuses=None), ledger.rules)
    known = [facts[name] for name in ledger.rules.special if facts[name].estimated]
    return [
        f"{words_of(each.name)}: {'likely' if each.value else 'not likely'}. {each.says}." for each in known
    ]


def effect(ledger):
    """In one sentence, how many activities full credit takes; both cases where statuses are not known."""
    full = ledger.rules.full_credit.value
    try:
        if ledger.row.statuses is not None:
            count = needed(ledger, ledger.practice)
            return f"{_takes(count)} full credit, {full} points."
        special = [name for name, rule in ledger.rules.special.items() if rule.special]
        without = needed(ledger, replace(ledger.practice, statuses=frozenset()))
        having = needed(ledger, replace(ledger.practice, statuses=frozenset(special)))
    except Refused as refusal:
        return said(refusal.problems[0])
    if without == having:
        return f"{_takes(without)} full credit, {full} points, whatever the statuses."
    takes = f"{counted(having, 'activity')} with a special status, {counted(without, 'activity')} without."
    return f"Until statuses are recorded, full credit of {full} points takes {takes}"


def needed(ledger, who):
    """How many activities full credit takes of somebody who is described so."""
    return enough(assessed(who, [], ledger.rules, ledger.listed))


def _takes(count):
    return f"{counted(count, 'activity').capitalize()} {'gives' if count == 1 else 'give'}"
