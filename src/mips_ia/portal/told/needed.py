"""How many activities full credit takes, in words, and what the roster suggests of it."""

from dataclasses import replace

from mips_ia.assessment import assessed
from mips_ia.planning.side_by_side import in_words, needs
from mips_ia.portal.templatetags.words import words_of
from mips_ia.portal.told.misfits import said
from mips_ia.problems import Refused
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
            return f"{_takes(needed(ledger, ledger.practice), full)}."
        special = [name for name, rule in ledger.rules.special.items() if rule.special]
        without = needed(ledger, replace(ledger.practice, statuses=frozenset()))
        having = needed(ledger, replace(ledger.practice, statuses=frozenset(special)))
    except Refused as refusal:
        return said(refusal.problems[0])
    if without == having:
        return f"{_takes(without, full)}, whatever the statuses."
    takes = f"{_words(having)} with a special status, {_words(without)} without."
    return f"Until statuses are recorded, full credit of {full} points takes {takes}"


def needed(ledger, who):
    """The activities by weight that full credit takes of somebody who is described so, each set enough."""
    return needs(assessed(who, [], ledger.rules, ledger.listed).profile, ledger.rules)


def _takes(found, full):
    if not any(found):
        return f"Full credit of {full} points takes no activity"
    one = len(found) == 1 and len(found[0]) == 1
    return f"{_words(found)} {'gives' if one else 'give'} full credit, {full} points"


def _words(found):
    return " or ".join(map(in_words, found))
