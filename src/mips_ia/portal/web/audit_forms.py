"""Forms of the audit desk: a request, one item with what answers it, and what was sent."""

import re
from datetime import date

from django import forms

from mips_ia.portal import clock
from mips_ia.portal.bulk import asked
from mips_ia.portal.forms.dates import Day
from mips_ia.portal.forms.nobody import Nobody
from mips_ia.portal.templatetags.words import day
from mips_ia.portal.web.numbers import number
from mips_ia.screening.apart import Limits, screened
from mips_ia.screening.passages import Passage
from mips_ia.screening.patients import findings

LARGEST = 5_000_000  # bytes of a list of items
LOOKING = Limits(seconds=6, work=6)  # so that there is time left to read it
ONLY_THE_LIST = "Copy the list alone to a new workbook, save it as XLSX or CSV, and choose that."


def activities_of(ledger):
    """Every activity that a request of the year can be about."""
    return ledger.listed.activities | ledger.listed.gone


class Asked(Nobody):
    """A request: when it came, from whom, and what it asks, pasted or as a file."""

    either = "items", "file"
    received_on = Day(label="Received on", help_text="The day on which the message or letter came.")
    asked_by = forms.CharField(
        label="Who asks",
        error_messages={"required": "Enter who asks."},
        max_length=200,
        help_text="The contractor or office, as the letter names it.",
    )
    scope = forms.CharField(
        label="Scope", required=False, max_length=500, help_text="What it is about, and its reference number."
    )
    items = forms.CharField(
        label="Items, one a line", required=False, max_length=200_000, strip=False, widget=forms.Textarea,
        help_text="Give them here, or as a file below. Paste the list as it is, with its headings where it "
        "is a table. An activity that is named, such as IA_PSPA_21, is recognized.",
    )  # fmt: skip
    file = forms.FileField(
        label="Or the contractor’s list as a file", required=False,
        help_text="CSV or XLSX with a column for what is asked; number, activity and NPI are read if there.",
    )  # fmt: skip

    def __init__(self, access, ledger, *given):
        super().__init__(*given)
        self.access, self.ledger, self.found, self.as_written = access, ledger, [], []
        self.fields["file"].widget.attrs["accept"] = ".csv,.xlsx"

    def clean_received_on(self):
        """After the year was over, and not in the future."""
        on, year = self.cleaned_data["received_on"], self.ledger.year
        if on <= date(year, 12, 31):
            raise forms.ValidationError(
                f"Enter a day after {year} ended. A request about an earlier year is recorded in that year."
            )
        if on > clock.today():
            raise forms.ValidationError(f"Enter a day up to today, {day(clock.today())}.")
        return on

    def clean(self):
        """Its items, with everything that is wrong of them."""
        known = super().clean()
        text, file = known.get("items") or "", known.get("file")
        if text.strip() and file:
            self.add_error("file", "Give the items in one way: paste them, or choose a file.")
        elif file and file.size > LARGEST:
            self.add_error("file", "Choose a file under 5 MB.")
        elif file:
            wrong = self._wrong_of(file)
            for each in wrong:
                self.add_error("file", each)
            if not wrong:
                self._search_list()
        elif text.strip():
            read = asked.of_text(text, self._listed(), self._clinicians())
            self.found, wrong, self.as_written = read
            for each in wrong:
                self.add_error("items", each)
        elif not self.errors.get("file"):
            self.add_error("items", "Paste at least one item, or choose a file.")
        self.search(self.ledger.year, "scope", "items")
        return known

    def _wrong_of(self, file):
        """What is wrong of a file, which is read here once it was looked at in a process of its own."""
        content = file.read()
        if problems := screened(content, file.name, self.ledger.year, LOOKING).problems:
            return [f"{each.what} {ONLY_THE_LIST}" for each in problems]
        read = asked.of_sheet(file.name, content, self._listed(), self._clinicians())
        self.found, wrong, self.as_written = read
        return wrong

    def _search_list(self):
        """What is kept of a file is searched, and no column that is not read."""
        every = enumerate(self.found, 1)
        kept = [Passage(f"item {n}", f"{each['label']} {each['words']}") for n, each in every]
        self.tell("file", findings(kept, self.ledger.year), " Choose the file again.")

    def _listed(self):
        return activities_of(self.ledger)

    def _clinicians(self):
        return {each.clinician.npi: each.clinician for each in self.ledger.people}


class Answering(Nobody):
    """What one item is about, who looks after it, and the evidence that answers it."""

    activity = forms.ChoiceField(label="Activity", required=False)
    clinician = forms.ModelChoiceField(None, label="Clinician", required=False, empty_label="The practice")
    owner = forms.ModelChoiceField(None, label="Who looks after it", required=False, empty_label="Nobody yet")
    evidence = forms.ModelMultipleChoiceField(
        None, label="Evidence that answers it", required=False, widget=forms.CheckboxSelectMultiple
    )
    others = forms.CharField(
        label="Other evidence, by number", required=False, max_length=200, help_text="Such as E-12, E-15."
    )
    note = forms.CharField(
        label="Note to the auditor", required=False, max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="What is missing, or how to read the files. It goes into the transcript. Name no patients.",
    )  # fmt: skip
    done = forms.BooleanField(
        label="Nothing more is needed for this item", required=False,
        help_text="You looked at it yourself, also where a gap is shown.",
    )  # fmt: skip

    def __init__(self, access, ledger, near, owners, *given, **named):
        super().__init__(*given, **named)
        self.access = access
        chosen = [(id, _titled(ledger, id)) for id in ledger.activities]
        others = [
            (id, f"{id} {each.title}") for id, each in sorted(activities_of(ledger).items())
            if id not in ledger.activities
        ]  # fmt: skip
        groups = [("Chosen", chosen)] if chosen else []
        self.fields["activity"].choices = [("", "Not known yet"), *groups, ("Others of the year", others)]
        self.fields["clinician"].queryset = access.practice.clinicians.filter(
            stays__year=access.year, stays__ended_at=None
        ).distinct()
        self.fields["clinician"].label_from_instance = lambda each: each.name
        self.fields["owner"].queryset = owners
        self.fields["owner"].label_from_instance = lambda each: each.name
        self.fields["evidence"].queryset = near
        self.fields["evidence"].label_from_instance = str
        if not near:
            del self.fields["evidence"]

    def clean_others(self):
        """Evidence of the practice by its number, several at once."""
        given = [each for each in re.split(r"[\s,;]+", self.cleaned_data["others"]) if each]
        numbers = [each.upper().removeprefix("E-") for each in given]
        asked_for = {found for each in numbers if (found := number(each)) is not None}
        held = {str(each.number): each for each in self.access.practice.evidence.filter(number__in=asked_for)}
        wrong = [each for each, bare in zip(given, numbers, strict=True) if bare.lstrip("0") not in held]
        if wrong:
            raise forms.ValidationError(
                f"Nothing is kept under {', '.join(wrong)}. Use numbers such as E-12."
            )
        return [*held.values()]

    def clean(self):
        """A note names no patient."""
        known = super().clean()
        self.search(self.access.year.year, "note")
        return known

    def chosen(self):
        """All evidence that is to answer the item."""
        return {*(self.cleaned_data.get("evidence") or ()), *self.cleaned_data["others"]}


class Owners(forms.Form):
    """Who looks after the items that are ticked."""

    item = forms.ModelMultipleChoiceField(
        None, label="Items", widget=forms.CheckboxSelectMultiple,
        error_messages=dict.fromkeys(
            ("required", "invalid_choice", "invalid_pk_value", "list"),
            "Tick at least one item of this request.",
        ),
    )  # fmt: skip
    owner = forms.ModelChoiceField(
        None, label="Who looks after the ticked items", empty_label="Choose a person",
        error_messages=dict.fromkeys(("required", "invalid_choice"), "Choose a person from the list."),
    )  # fmt: skip

    def __init__(self, items, owners, *given):
        super().__init__(*given)
        self.fields["item"].queryset = items
        self.fields["owner"].queryset = owners
        self.fields["owner"].label_from_instance = lambda each: each.name

    def ticked(self):
        """What was ticked, as it was sent."""
        return self["item"].value() or []


def _titled(ledger, id):
    listed = activities_of(ledger).get(id)
    return f"{id} {listed.title}" if listed else id
