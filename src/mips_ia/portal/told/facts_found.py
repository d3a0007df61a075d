"""A practice's standing in words: each fact that the rules ask for, and the one to find out first."""

from dataclasses import dataclass

from mips_ia.portal.templatetags.words import words_of

CALLED = {"study": "Part in a study of CMS"}


@dataclass(frozen=True)
class Found:
    """A fact: what it is called, its value as a word, why it holds, who says so, and what is assumed."""

    name: str
    value: str
    known: bool
    says: str
    cite: str
    assumption: str


def found(ledger):
    """Every fact of the standing, in the order of the rules."""
    return [
        Found(called(each.name), _value(each), each.value is not None, each.says, each.cite, each.assumption)
        for each in ledger.standing.values()
    ]


def called(name):
    """What a fact is called."""
    return CALLED.get(name) or words_of(name)


def _value(fact):
    if fact.value is None:
        return "Unknown"
    word = "Yes" if fact.value else "No"
    return f"Estimated: {word.lower()}" if fact.estimated else word


def first_to_find_out(ledger):
    """The one unknown fact that decides most; a sentence."""
    if ledger.row.statuses is None:
        return "Find out first: what CMS’s look-up says. It decides how many activities you need."
    unknown = [name for name, each in ledger.standing.items() if each.value is None]
    if not unknown:
        return "Nothing is left to find out."
    if ledger.problem:
        return f"Find out first: {called(unknown[0])}."
    deciding = [name for name in ledger.assessment.score.decided_by if name in unknown]
    if deciding:
        return f"Find out first: {called(deciding[0])}. It decides your score."
    return "Nothing that is unknown here changes your score today."
