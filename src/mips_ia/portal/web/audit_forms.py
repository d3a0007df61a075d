"""Forms of the audit desk: a request, one item with what answers it, and what was sent."""

import re
from datetime import date

from django import forms

from mips_ia.portal import clock
from mips_ia.portal.bulk import asked
from mips_ia.portal.forms.dates import Day
from mips_ia.portal.templatetags.words import day, moment

LARGEST = 5_000_000  # bytes of a list of items
DIGITS = 9  # of a number that evidence can have
FINGERPRINT = re.compile(r"[0-9a-f]{64}")


def activities_of(ledger):
    """Every activity that a request of the year can be about."""
    return ledger.listed.activities | ledger.listed.gone


class Asked(forms.Form):
    """A request: when it came, from whom, and what it asks, pasted or as a file."""

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
        help_text="Paste the list as it is. An activity that is named, such as IA_PSPA_21, is recognized.",
    )  # fmt: skip
    file = forms.FileField(
        label="Or the contractor’s list as a file", required=False,
        help_text="CSV or XLSX with a column for what is asked; number, activity and NPI are read if there.",
    )  # fmt: skip

    def __init__(self, access, ledger, *given):
        super().__init__(*given)
        self.access, self.ledger, self.found = access, ledger, []
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
            self.found, wrong = asked.of_sheet(file.name, file.read(), self._listed(), self._clinicians())
            for each in wrong:
                self.add_error("file", each)
        elif text.strip():
            self.found, wrong = asked.of_lines(text, self._listed())
            for each in wrong:
                self.add_error("items", each)
        elif not self.errors.get("file"):
            self.add_error("items", "Paste at least one item, or choose a file.")
        return known

    def _listed(self):
        return activities_of(self.ledger)

    def _clinicians(self):
        return {each.clinician.npi: each.clinician for each in self.ledger.people}


class Answering(forms.Form):
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
        help_text="What is missing and why, or how to read the files. It goes into the transcript.",
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
        asked_for = {int(each) for each in numbers if each.isdecimal() and len(each) < DIGITS}
        held = {str(each.number): each for each in self.access.practice.evidence.filter(number__in=asked_for)}
        wrong = [each for each, number in zip(given, numbers, strict=True) if number.lstrip("0") not in held]
        if wrong:
            raise forms.ValidationError(
                f"Nothing is kept under {', '.join(wrong)}. Use numbers such as E-12."
            )
        return [*held.values()]

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


class Sent(forms.Form):
    """What went out, when, and how: a package that was built here, or something else."""

    package = forms.ModelChoiceField(
        None, label="Package", required=False, empty_label="None that was built here",
        help_text="Its fingerprint and its list of files are kept as what was sent.",
        error_messages={"invalid_choice": "Choose a package of this request."},
    )  # fmt: skip
    sent_on = Day(label="Sent on")
    how = forms.CharField(
        label="How",
        error_messages={"required": "Enter how it was sent."},
        max_length=200,
        help_text="Such as: uploaded to the contractor’s portal; receipt 4711.",
    )
    what = forms.CharField(
        label="What was sent", error_messages={"required": "Enter what was sent."}, max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Such as: the package with its index, and the letter.",
    )  # fmt: skip
    sha256 = forms.CharField(
        label="Fingerprint of another file (SHA-256)", required=False, max_length=64,
        help_text="64 digits and letters, where you sent one file that was not built here.",
    )  # fmt: skip

    def __init__(self, audit, packages, *given, **named):
        super().__init__(*given, **named)
        self.audit = audit
        self.fields["package"].queryset = packages.exclude(made_at=None)
        self.fields["package"].label_from_instance = lambda each: (
            f"No. {each.pk}, built {moment(each.made_at)}"
        )

    def clean_sent_on(self):
        """Between the day of the request and today."""
        on = self.cleaned_data["sent_on"]
        if not self.audit.received_on <= on <= clock.today():
            first, last = day(self.audit.received_on), day(clock.today())
            raise forms.ValidationError(f"Enter a day from {first} through {last}.")
        return on

    def clean_sha256(self):
        """As it is written everywhere else."""
        given = self.cleaned_data["sha256"].strip().lower()
        if given and not FINGERPRINT.fullmatch(given):
            raise forms.ValidationError(f"Enter 64 characters, 0–9 and a–f. This has {len(given)}.")
        return given

    def clean(self):
        """The fingerprint of the package that was chosen; one of something else stands alone."""
        known = super().clean()
        package, given = known.get("package"), known.get("sha256")
        if package and given and given != package.sha256:
            self.add_error(
                "sha256", f"Package No. {package.pk} has another fingerprint. Give one of the two."
            )
        elif package:
            known["sha256"] = package.sha256
        return known


class Moved(forms.Form):
    """Another day, to which CMS agreed."""

    due_on = Day(label="Answer due on")
    because = forms.CharField(
        label="Who agreed, when, and how", error_messages={"required": "Enter who agreed."}, max_length=500,
        help_text="The rule is answered only by a day that CMS or its contractor agreed to.",
    )  # fmt: skip

    def __init__(self, audit, *given):
        super().__init__(*given)
        self.audit = audit

    def clean_due_on(self):
        """Not before the request came."""
        on = self.cleaned_data["due_on"]
        if on <= self.audit.received_on:
            raise forms.ValidationError(f"Enter a day after {day(self.audit.received_on)}.")
        return on


class Closed(forms.Form):
    """Why nothing more is done."""

    because = forms.CharField(
        label="Why",
        error_messages={"required": "Enter why it is closed."},
        max_length=500,
        help_text="Such as: CMS accepted the answer; or: recorded by mistake.",
    )
