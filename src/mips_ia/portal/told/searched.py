"""What somebody types to find an activity: words, and ids as they are now or as the year has them no more."""

import difflib
import re
from collections import Counter
from functools import cache, cached_property

from mips_ia.catalogue import catalogue
from mips_ia.planning.drift import drift
from mips_ia.portal.told.inventory import absent
from mips_ia.reading.yearbook import years

NEAR = 3
ID = re.compile(r"ia_[a-z]+_[0-9]+")


class Searched:
    """The words of one search; an id that is complete matches as a whole, and under the id it has now."""

    def __init__(self, given, rules, listed):
        self.words, self.rules, self.listed = given.casefold().split(), rules, listed

    @cached_property
    def absent(self):
        """Each id that the year does not have, with what became of it and what to use."""
        asked = [word.upper() for word in dict.fromkeys(self.words) if ID.fullmatch(word) or _known(word)]
        return [
            self._told(absent(id, self.rules, self.listed))
            for id in asked if id not in self.listed.activities
        ]  # fmt: skip

    def _fate(self, id):
        return drift([id], max(years_of(id), default=self.listed.year), self.listed.year)[0]

    def _told(self, found):
        id = found["id"]
        fate, held = self._fate(id), years_of(id)
        was = catalogue(held[-1]).activities.get(id) if held else None
        return found | {"fate": fate, "says": self._says(found, fate, held), "was": was}

    def _says(self, found, fate, held):
        id, year = found["id"], self.listed.year
        if fate.now and held[-1] < year:
            return f"Use {fate.now}. CMS renumbered {id} for {held[-1] + 1}."
        if fate.now:
            return f"Use {fate.now}. It is called {id} from {held[0]} on."
        return found["problem"].what

    @cached_property
    def patterns(self):
        """What each word must be found as; an id that was renumbered is looked for as what it is now."""
        now = {each["id"]: each["fate"].now for each in self.absent}
        return [_pattern(now.get(word.upper()) or word) for word in self.words]

    def fits(self, text):
        """Whether every word is in a text."""
        return all(pattern.search(text) for pattern in self.patterns)

    @property
    def removed(self):
        """The activities of years before that are no longer in the inventory and have these words."""
        told = {each["id"] for each in self.absent}
        return [
            {"activity": activity, "fate": drift([id], year, self.listed.year)[0]}
            for id, (activity, year) in _before(self.listed.year).items()
            if id not in told and self.fits(f"{id} {activity.title}".casefold())
        ]  # fmt: skip

    def nearest(self, texts):
        """The ids whose words are most like those that were asked for; an id is like no other."""
        vocabularies = {id: {*re.findall(r"[\w’'-]+", text)} for id, text in texts.items()}
        every = sorted(set().union(*vocabularies.values()))
        hits = Counter()
        for word in self.words:
            if not (ID.fullmatch(word) or _known(word)):
                like = {*difflib.get_close_matches(word, every, NEAR, 0.7)}
                hits.update(id for id, words in vocabularies.items() if words & like)
        ranked = sorted(hits.items(), key=lambda each: (-each[1], each[0]))
        return [id for id, _ in ranked[:NEAR]]


def years_of(id):
    """The years that have an activity of this id."""
    return [year for year in years() if id in catalogue(year).activities or id in catalogue(year).gone]


@cache
def _known(word):
    return bool(years_of(word.upper()))


def _pattern(word):
    word = word.casefold()
    whole = _known(word) or ID.fullmatch(word)
    return re.compile(rf"(?<!\w){re.escape(word)}(?!\w)" if whole else re.escape(word))


@cache
def _before(year):
    """The activities that the year no longer has under any id, as they were last, by id."""
    listed, found = catalogue(year), {}
    for each in (each for each in years() if each < year):
        found |= {id: (activity, each) for id, activity in catalogue(each).activities.items()}
    found |= {id: (activity, year) for id, activity in listed.gone.items()}
    left = {id: kept for id, kept in found.items() if id not in listed.activities}
    fates = {id: drift([id], last, year)[0] for id, (_, last) in left.items()}
    return {id: left[id] for id in sorted(left) if fates[id].kind == "retired"}
