"""Where a rule stands: its clause on the page of the year's rules, and the paragraph of the regulation."""

import re
from collections import Counter
from dataclasses import dataclass
from datetime import date

from mips_ia.portal import clock

NOT_READ = "The text of this year was not read."
_PARAGRAPH = re.compile(r"42 CFR (\d+\.\d+)((?:\(\w+\))*)")
_REGULATION = "https://www.ecfr.gov/{}/title-42/section-{}#p-{}"


@dataclass(frozen=True)
class Source:
    """What a clause cites, its place on the page of the rules, and the paragraphs that were read.

    `says` is empty where the text itself was read.
    """

    cite: str
    anchor: str
    read: tuple
    says: str


def anchors(rules):
    """The place of each clause on the page of its year, by the clause's identity."""
    often, several = Counter(), Counter(place for place, _ in rules.clauses())
    found = {}
    for place, clause in rules.clauses():
        often[place] += 1
        found[id(clause)] = f"{place}-{often[place]}" if several[place] > 1 else place.replace(".", "-")
    return found


def sources(rules, clauses):
    """The sources of these clauses, each once."""
    named = anchors(rules)
    every = [Source(each.cite, named[id(each)], *_read(each, rules.year)) for each in clauses]
    return [*{each.cite: each for each in reversed(every)}.values()][::-1]


def _read(clause, year):
    """The paragraphs of the regulation as they stood in the year, where they were read; else that not."""
    if clause.confidence != "high":
        return (), NOT_READ
    first = date(year, 1, 2)
    as_of = f"on/{first}" if first <= clock.today() else "current"
    return tuple(
        (found[0], _REGULATION.format(as_of, found[1], found[1] + found[2]))
        for found in _PARAGRAPH.finditer(clause.cite)
    ), ""
