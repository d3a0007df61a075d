"""Records that are written here instead of uploaded: their fields, and the text that is kept of them.

A link is one of them: where something is, and who looked at it when. What it shows is not kept.
"""

import hashlib
from datetime import date

from django import forms

from mips_ia.portal.forms.dates import Day
from mips_ia.portal.web.evidence_link_forms import LONGEST, wrong_with

# What each is called and its fields, each with its name, its label, and whether it is a long text.
RECORDS = {
    "minutes": ("Minutes of a meeting", (
        ("held_on", "Day of the meeting", False), ("topic", "What it was about", False),
        ("present", "Who was there, one a line", True), ("decided", "What was said and decided", True),
    )),
    "attendance": ("List of who took part", (
        ("held_on", "Day", False), ("topic", "In what", False),
        ("present", "Who took part, one a line", True),
    )),
    "training": ("Record of a training", (
        ("held_on", "Day", False), ("topic", "Title", False), ("provider", "Who gave it", False),
        ("hours", "How many hours", False), ("present", "Who completed it, one a line", True),
    )),
    "statement": ("Statement of somebody outside the practice", (
        ("held_on", "Day of the statement", False),
        ("by", "Who states it, and for which organization", False),
        ("topic", "About what", False), ("states", "What they state", True),
    )),
    "link": ("Link", (
        ("address", "Address", False), ("topic", "What is there", False),
        ("held_on", "Day on which somebody looked at it", False), ("looked", "Who looked at it", False),
    )),
}  # fmt: skip
OTHERS = {  # the long texts that follow a list of clinicians to tick
    "minutes": "Others who were there, one a line",
    "attendance": "Others who took part, one a line",
    "training": "Others who completed it, one a line",
}


class Written(forms.Form):
    """One such record. Every field is needed, since an auditor has nothing else.

    `roster` has the names of clinicians by their ids; who took part can be ticked there, and only who is
    not on it needs to be written. `year` is the performance year.
    """

    def __init__(self, record, roster, year, *given, **named):
        super().__init__(*given, **named)
        self.record, self.roster = record, {str(key): name for key, name in roster.items()}
        self.year = year
        self.title, fields = RECORDS[record]
        self.labels = {name: label for name, label, _ in fields}
        for name, label, long in fields:
            if name == "present" and roster:
                self._add_clinicians()
            self.fields[name] = _field(name, label, long)
        if "clinicians" in self.fields:
            self.fields["present"].label, self.fields["present"].required = OTHERS[record], False

    def _add_clinicians(self):
        """Those who are ticked already stand first, since a long roster does not show them otherwise."""
        ticked = self.data.getlist("clinicians") if self.is_bound else self.initial.get("clinicians", [])
        self.fields["clinicians"] = forms.MultipleChoiceField(
            label="Clinicians of the roster", required=False, widget=forms.CheckboxSelectMultiple,
            choices=sorted(self.roster.items(), key=lambda choice: choice[0] not in ticked),
            error_messages={"invalid_choice": "Somebody you ticked is not on the roster now. Tick again."},
        )  # fmt: skip

    def clean_address(self):
        """One of the web that names nobody."""
        address = self.cleaned_data["address"]
        if wrong := wrong_with(address, self.year):
            raise forms.ValidationError(wrong)
        return address

    def clean(self):
        """Somebody took part, ticked or written."""
        known = super().clean()
        if "clinicians" in self.fields and not known.get("clinicians") and not known.get("present"):
            self.add_error("present", "Tick who it was, or fill this in.")
        return known

    def text(self):
        """The record as it is kept: plain text that anybody can read."""
        lines = [self.title]
        for name, label in self.labels.items():
            said = self._said(name)
            lines.append(f"{label}:\n{said}" if "\n" in said else f"{label}: {said}")
        return "\n\n".join(lines) + "\n"

    def _said(self, name):
        value = self.cleaned_data[name]
        if name == "held_on":
            return value.isoformat()
        ticked = self.cleaned_data.get("clinicians", []) if name == "present" else []
        names = [called for key, called in self.roster.items() if key in ticked]
        return "\n".join([*names, *filter(None, [value.replace("\r\n", "\n").strip()])])

    def called(self):
        """What the record is called: its title and what it is about, with its day."""
        return called(self.record, self.plain())

    def file(self):
        """The name of its file."""
        return f"{self.record}-{self.cleaned_data['held_on'].isoformat()}.txt"

    def plain(self):
        """The fields as they are kept, so that the form opens with them again; clinicians by their ids."""
        known = self.cleaned_data
        plain = {name: known[name].replace("\r\n", "\n") for name in self.labels if name != "held_on"}
        if "present" in self.labels:
            plain["clinicians"] = sorted(int(key) for key in known.get("clinicians", []))
        return plain | {"held_on": known["held_on"].isoformat()}

    def same(self, plain, revision):
        """Whether it says what a revision says that was made of these fields."""
        text = hashlib.sha256(self.text().encode()).hexdigest()
        return self.plain() == plain and text == revision.sha256


def called(record, plain):
    """What a record of these fields is called."""
    return f"{RECORDS[record][0]}, {plain['held_on']}: {plain['topic']}"[:200]


def shown(plain):
    """Fields that were kept, as the form shows them."""
    ticked = [str(key) for key in plain.get("clinicians", [])]
    return plain | {"held_on": date.fromisoformat(plain["held_on"]), "clinicians": ticked}


def _field(name, label, long):
    if name == "held_on":
        field = Day(label=label)
    elif long:
        field = forms.CharField(label=label, max_length=20_000, widget=forms.Textarea(attrs={"rows": 5}))
    elif name == "address":
        says = "As the browser shows it. It is kept as text, and nothing is fetched from there."
        field = forms.CharField(label=label, max_length=LONGEST, widget=forms.URLInput, help_text=says)
    else:
        field = forms.CharField(label=label, max_length=200)
    field.error_messages["required"] = "Fill this in."
    return field
