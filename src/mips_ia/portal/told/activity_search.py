"""Finding activities: what matches what is asked for, why each may fit, and what it is worth."""

from functools import cached_property

from mips_ia.attestation import length, period_of
from mips_ia.catalogue import renamed
from mips_ia.portal.ledgers import ledger_of
from mips_ia.portal.told.inventory import also_counts, marks, subcategory
from mips_ia.portal.told.searched import Searched
from mips_ia.portal.told.shown import PATHWAYS
from mips_ia.portal.told.specialty_lists import SpecialtyLists
from mips_ia.portal.told.worth import against, worth, worths
from mips_ia.reading.guides import guide


class Inventory:
    """A year's activities as this practice looks at them, each thing read once."""

    def __init__(self, ledger):
        self.ledger = ledger
        self.year = ledger.year
        self.every = ledger.listed.activities

    @cached_property
    def marks(self):
        """What is different about each activity since the year before."""
        return marks(self.year)

    @cached_property
    def weights(self):
        """The weights that activities have in the year; none in the years without."""
        return sorted({each.weight for each in self.every.values() if each.weight})

    @cached_property
    def before(self):
        """The year before of this practice; None where it is not here."""
        years = self.ledger.row.practice.years.select_related("practice")
        return years.filter(year=self.year - 1).prefetch_related("chosen").first()

    @cached_property
    def chosen_before(self):
        """What the practice chose in the year before, under the ids of that year."""
        chosen = self.before.chosen.all() if self.before else ()
        return {each.activity for each in chosen if each.ended_at is None}

    @cached_property
    def last_year(self):
        """What counted in the year before, as locked, else as it stands; under the ids of this year."""
        if not self.chosen_before:
            return set()
        last = self.before.finals.order_by("-id").first()
        if last is not None and last.kind == "locked":
            return self.now(last.answer.get("counted", ()))
        return self.now(each.activity for each in ledger_of(self.before).tallies if each.verdict.counts)

    def now(self, ids):
        """Activities of the year before under the ids of this year."""
        return {renamed(id, self.year - 1, self.year) for id in ids}

    @cached_property
    def texts(self):
        """The words of each activity: its id, its title and what its guide says of it."""
        found = {}
        for id, each in self.every.items():
            said = guide(id, self.year)
            whole = f"{id} {each.title} {said.summary if said else ''}"
            found[id] = whole.casefold()
        return found

    def also(self, activity):
        """The names of the pathways that take an activity; `mvp` where any MVP does."""
        rules = self.ledger.rules
        pathways, mvps = also_counts(activity, self.ledger.listed, rules)
        named = [name for name in rules.pathway if name != "mvp" and PATHWAYS[name] in pathways]
        return [*named, "mvp"] if mvps else named

    def special(self, activity):
        """Whether it has a duration of its own."""
        return period_of(activity.id, self.ledger.rules) is not self.ledger.rules.period[-1]


class Search:
    """One search of the inventory: `asked` has only what is asked for, each a value of the year."""

    def __init__(self, asked, inventory):
        self.asked, self.inventory = asked, inventory

    # ---- What matches

    def matching(self):
        """The activities that fit everything that is asked, those with the words in their title first."""
        found = [each for each in self.inventory.every.values() if self._fits(each)]
        return sorted(found, key=self._place)

    def _place(self, activity):
        first = self.searched.fits(activity.title.casefold())
        group, _, number = activity.id.rpartition("_")
        numbered = number.isdigit()
        return not first, not numbered, group, int(number) if numbered else 0

    @cached_property
    def searched(self):
        """What was typed."""
        ledger = self.inventory.ledger
        return Searched(self.asked.get("q", ""), ledger.rules, ledger.listed)

    def _fits(self, activity):
        asked, inventory = self.asked, self.inventory
        said = guide(activity.id, inventory.year)
        return (
            self.searched.fits(inventory.texts[activity.id])
            and asked.get("subcategory") in (None, activity.subcategory)
            and asked.get("weight") in (None, activity.weight)
            and ("effort" not in asked or (said is not None and said.effort == asked["effort"]))
            and ("also" not in asked or asked["also"] in inventory.also(activity))
            and ("specialty" not in asked or activity.id in self.lists.why)
            and ("mvp" not in asked or activity.id in inventory.ledger.listed.mvps[asked["mvp"]].activities)
            and all(self._shows(each, activity) for each in asked.get("show", ()))
        )

    def _shows(self, what, activity):
        if what == "last_year":
            return activity.id in self.inventory.last_year
        if what == "special":
            return self.inventory.special(activity)
        return any(mark.kind == what for mark in self.inventory.marks[activity.id])

    # ---- A specialty

    @cached_property
    def lists(self):
        """The lists of the specialty that is asked for, else of the practice's own."""
        ledger = self.inventory.ledger
        return SpecialtyLists(self.asked.get("specialty") or ledger.row.specialty, ledger.listed)

    @property
    def gone(self):
        """The entries of the society's list that cannot be used under their id, while it is asked for."""
        return self.lists.gone if "specialty" in self.asked else []

    @property
    def source(self):
        """Whose list is asked for, and of which year."""
        return self.lists.source if "specialty" in self.asked else ""

    def why(self, activity):
        """Why an activity may fit this practice, shortest first."""
        found = []
        if activity.id in self.inventory.last_year:
            found = ["It counted for you last year."]
        elif activity.id in self.inventory.now(self.inventory.chosen_before):
            found = ["You chose it last year."]
        found += self.lists.why.get(activity.id, [])
        said = guide(activity.id, self.inventory.year)
        return [*found, *([f"Good for: {said.good_for}"] if said else [])]

    @property
    def removed(self):
        """Those that the year no longer has: the ones with the words that were typed, or all if asked for."""
        if not (self.searched.words or self.asked.get("show") == ["removed"]):
            return []
        asked = {name: self.asked[name] for name in ("subcategory", "weight") if name in self.asked}
        return [
            each for each in self.searched.removed
            if all(getattr(each["activity"], name) == value for name, value in asked.items())
        ]  # fmt: skip

    def nearest(self):
        """The activities whose words are most like those that were asked for."""
        near = self.searched.nearest(self.inventory.texts)
        return [self.inventory.every[id] for id in near]


# ---- Results


def rows(found, search):
    """Each activity with why it may fit, what it is worth and what it takes."""
    inventory, ledger = search.inventory, search.inventory.ledger
    known = worths(ledger)
    return [
        {
            "activity": each, "subcategory": subcategory(each.subcategory),
            "marks": inventory.marks[each.id], "why": search.why(each),
            "worth": worth(ledger, each, known), "days": length(period_of(each.id, ledger.rules)),
            "against": against(ledger, each), "chosen": each.id in ledger.activities,
            "effort": effort(each.id, ledger.year),
        }
        for each in found
    ]  # fmt: skip


def effort(id, year):
    """Low, medium or high, as the guide has it; nothing where no guide says so."""
    found = guide(id, year)
    return found.effort.capitalize() if found else ""
