"""The filters of the list of activities: what may be asked for, what matches, and why it may fit."""

from urllib.parse import urlencode

from django import forms

from mips_ia.portal.told import specialty_lists
from mips_ia.portal.told.activity_search import Search
from mips_ia.portal.told.inventory import subcategory
from mips_ia.portal.told.shown import PATHWAYS
from mips_ia.portal.web.searching import MOST, words
from mips_ia.reading.guides import EFFORTS

SHOW = {
    "last_year": "Done last year, and counted",
    "new": "New this year",
    "changed": "Changed since last year",
    "suspended": "Suspended",
    "removed": "Removed",
    "special": "Special duration",
}
FIRST = ("specialty", "mvp", "also")
ALSO = {"mvp": "Any MVP"}


class Filters(forms.Form):
    """What is asked for; what cannot be read is as if it had not been asked."""

    q = forms.CharField(label="Search", max_length=MOST, required=False)
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
        understood = asked.copy()
        understood["q"] = words(asked)
        super().__init__(understood, auto_id="filter-%s")
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
        self.search = Search(self.asked, inventory)

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
