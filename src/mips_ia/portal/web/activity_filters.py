"""The filters of the list of activities: what may be asked for, what matches, and why it may fit."""

from functools import cached_property
from urllib.parse import urlencode

from django import forms

from mips_ia.attestation import period_of
from mips_ia.catalogue import renamed
from mips_ia.portal.told.shown import PATHWAYS
from mips_ia.portal.web import specialty_lists
from mips_ia.portal.web.inventory import also_counts, marks, subcategory
from mips_ia.portal.web.searched import Searched
from mips_ia.portal.web.specialty_lists import SpecialtyLists
from mips_ia.reading.guides import EFFORTS, guide

SHOW = {
    "last_year": "Done last year",
    "new": "New this year",
    "changed": "Changed since last year",
    "suspended": "Suspended",
    "special": "Special duration",
}
FIRST = ("specialty", "mvp", "also")
ALSO = {"mvp": "Any MVP"}


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
    def chosen_before(self):
        """What the practice chose in the year before, under the ids of that year."""
        before = self.ledger.row.practice.years.filter(year=self.year - 1).prefetch_related("chosen").first()
        return {each.activity for each in before.chosen.all() if each.ended_at is None} if before else set()

    @cached_property
    def last_year(self):
        """The same under the ids of this year."""
        return {renamed(id, self.year - 1, self.year) for id in self.chosen_before}

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


class Filters(forms.Form):
    """What is asked for; what cannot be read is as if it had not been asked."""

    q = forms.CharField(label="Search", max_length=100, required=False, strip=True)
    specialty = forms.ChoiceField(label="Specialty", required=False)
    mvp = forms.ChoiceField(label="MVP", required=False)
    also = forms.ChoiceField(label="Also counts for", required=False)
    subcategory = forms.ChoiceField(label="Subcategory", required=False)
    weight = forms.ChoiceField(label="Weight", required=False)
    effort = forms.ChoiceField(label="Effort", required=False)
    show = forms.MultipleChoiceField(
        label="Only activities that are", required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, asked, *, inventory):
        super().__init__(asked, auto_id="filter-%s")
        self.inventory, listed = inventory, inventory.ledger.listed
        groups = sorted({each.subcategory for each in inventory.every.values() if each.subcategory})
        choices = {
            "specialty": specialty_lists.choices(),
            "mvp": [(each.id, f"{each.title} ({each.id})") for each in listed.mvps.values()],
            "also": [(name, ALSO.get(name, PATHWAYS[name])) for name in inventory.ledger.rules.pathway],
            "subcategory": [(each, subcategory(each)) for each in groups],
            "weight": [(each, each.capitalize()) for each in inventory.weights],
            "effort": [(each, each.capitalize()) for each in EFFORTS],
        }
        for name, allowed in choices.items():
            if not allowed:
                del self.fields[name]
                continue
            self.fields[name].choices = [("", "Any"), *allowed]
            self.fields[name].widget.attrs["class"] = "ds-c-field"
        self.fields["q"].widget = forms.TextInput({"class": "ds-c-field", "type": "search"})
        self.fields["show"].choices = SHOW.items()
        self.fields["show"].widget.attrs["class"] = "ds-c-choice"
        self.is_valid()
        self.asked = {name: value for name, value in self.cleaned_data.items() if value}

    @property
    def more(self):
        """Whether one of the filters that are folded away is in use."""
        return bool(self.asked.keys() - {"q", *FIRST})

    @property
    def first(self):
        """The fields of the first row; the others are folded away."""
        return [self[name] for name in FIRST if name in self.fields]

    @property
    def others(self):
        """The fields that are folded away, but for the boxes."""
        return [field for field in self if field.name not in ("q", "show", *FIRST)]

    @property
    def any(self):
        """Whether something besides words is asked for."""
        return bool(self.asked.keys() - {"q"})

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
        found = ["You chose it last year."] if activity.id in self.inventory.last_year else []
        found += self.lists.why.get(activity.id, [])
        said = guide(activity.id, self.inventory.year)
        return [*found, *([f"Good for: {said.good_for}"] if said else [])]

    # ---- What is in use, and what to do where nothing matches

    def chips(self):
        """Each active filter in words, with the query that is left without it."""
        return [
            {"words": self._in_words(name, each), "query": self._without(name, each)}
            for name, value in self.asked.items()
            for each in (value if name == "show" else [value])
        ]

    def _in_words(self, name, value):
        if name == "show":
            return SHOW[value]
        field = self.fields[name]
        return f"{field.label}: {dict(getattr(field, 'choices', ())).get(value, value)}"

    def _without(self, name, value):
        left = [
            (other, each) for other, given in self.asked.items()
            for each in (given if other == "show" else [given]) if (other, each) != (name, value)
        ]  # fmt: skip
        return urlencode(left)

    def nearest(self):
        """The activities whose words are most like those that were asked for."""
        near = self.searched.nearest(self.inventory.texts)
        return [self.inventory.every[id] for id in near]
