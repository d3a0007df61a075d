"""The form of one clinician's stay: who it is, from when to when, and what is known of billing."""

import re
from dataclasses import dataclass
from datetime import date

from django import forms

from mips_ia.formats.ids import npi_checks
from mips_ia.portal.actions.roster import NAMES, clash
from mips_ia.portal.forms.answers import YES_NO, Answer
from mips_ia.portal.forms.dates import Day
from mips_ia.portal.templatetags.words import day
from mips_ia.problems import Refused

DIGITS = 10
ANSWERS = ("billed", "non_patient_facing", "rural", "hpsa")
CHECK_DIGIT = "This NPI’s check digit does not fit. Check it. It is saved as it is."


@dataclass
class Span:
    """Days that are compared with a clinician's other stays."""

    joined_on: date | None
    left_on: date | None


class Staying(forms.Form):
    """One stay of a clinician; every fact may be left unknown."""

    last_name = forms.CharField(label="Last name", max_length=100, required=False)
    first_name = forms.CharField(label="First name", max_length=100, required=False)
    credential = forms.CharField(
        label="Credential", max_length=40, required=False, help_text="Such as MD or NP."
    )
    email = forms.EmailField(
        label="E-mail address", required=False, help_text="Where requests to sign go.",
    )  # fmt: skip
    site = forms.CharField(label="Site", max_length=200, required=False, help_text="A new name adds a site.")
    joined_on = Day(
        label="Date joined", required=False, help_text="Leave it blank if it was before the year."
    )
    left_on = Day(label="Date left", required=False, help_text="The last day; blank if still there.")
    billed = Answer(
        label="Billed under the TIN in the year?", choices=YES_NO,
        help_text="“No” takes the clinician out of the number that is counted.",
    )  # fmt: skip
    non_patient_facing = Answer(label="Non-patient facing?", choices=YES_NO)
    rural = Answer(label="Practices in a rural ZIP code?", choices=YES_NO)
    hpsa = Answer(label="Practices in a health professional shortage area (HPSA)?", choices=YES_NO)

    def __init__(self, *args, others=(), **known):
        super().__init__(*args, **known)
        self.others = others

    def clean(self):
        """A stay ends after it begins, and overlaps no other of the same clinician."""
        found = super().clean()
        joined, left = found.get("joined_on"), found.get("left_on")
        if joined and left and left < joined:
            self.add_error("left_on", f"Enter a date on or after the date joined, {day(joined)}.")
        if not self.errors:
            self._apart(found)
        return found

    def _apart(self, found):
        span = Span(found["joined_on"], found["left_on"])
        if wrong := clash(span, self.stays(found)):
            self.told(wrong)

    def told(self, problem):
        """Say at its day that a stay overlaps."""
        self.add_error(problem.where, f"{problem.fix} {problem.what}")

    def took(self, save):
        """Whether `save` went through; a stay that somebody else saved meanwhile is told as any other."""
        try:
            save()
        except Refused as refusal:
            wrong = [each for each in refusal.problems if each.code == "overlapping_stays"]
            if not wrong:
                raise
            self.told(wrong[0])
        return not self.errors

    def stays(self, found):
        """The clinician's other stays."""
        return list(self.others)

    def facts(self):
        """What the form says, as `actions.roster` takes it."""
        known = dict(self.cleaned_data)
        names = {name: known.pop(name) for name in NAMES}
        known.pop("npi", None)
        return {"names": names, "site": known.pop("site") or None, **known}


class Joining(Staying):
    """The same with the NPI, for somebody who is new or comes back."""

    field_order = ("npi",)
    npi = forms.CharField(
        label="NPI", max_length=20, help_text="10 digits.",
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )  # fmt: skip

    def __init__(self, *args, held, **known):
        super().__init__(*args, **known)
        self.held = held

    def clean_npi(self):
        """10 digits as text; a check digit that does not fit is told, and stops nothing."""
        given = re.sub(r"[\s\u2010-\u2015-]", "", self.cleaned_data["npi"])
        if not re.fullmatch(r"[0-9]+", given):
            raise forms.ValidationError(f"Enter {DIGITS} digits. This has other characters.")
        if len(given) != DIGITS:
            raise forms.ValidationError(f"Enter {DIGITS} digits. This has {len(given)}.")
        return given

    def stays(self, found):
        """The stays that the roster has of this NPI."""
        return list(self.held(found["npi"]))

    @property
    def doubtful(self):
        """Whether the check digit does not fit."""
        return not npi_checks(self.cleaned_data["npi"])
