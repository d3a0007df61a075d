"""Forms of what becomes of an auditor's request: another day, an answer that went out, an end."""

import re

from django import forms

from mips_ia.portal import clock
from mips_ia.portal.actions.audit import is_far, wrong_of_day
from mips_ia.portal.forms.dates import Day
from mips_ia.portal.forms.nobody import Nobody
from mips_ia.portal.templatetags.words import day, moment

FINGERPRINT = re.compile(r"[0-9a-f]{64}")


class Sent(Nobody):
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
            days = f"a day from {first} through {last}" if first != last else f"{first}: it came in today"
            raise forms.ValidationError(f"Enter {days}.")
        return on

    def clean_sha256(self):
        """As it is written everywhere else."""
        given = self.cleaned_data["sha256"].strip().lower()
        if given and not FINGERPRINT.fullmatch(given):
            raise forms.ValidationError(f"Enter 64 characters, 0–9 and a–f. This has {len(given)}.")
        return given

    def clean(self):
        """The fingerprint of the package that was chosen; one of something else stands alone. No patient."""
        known = super().clean()
        package, given = known.get("package"), known.get("sha256")
        if package and given and given != package.sha256:
            self.add_error(
                "sha256", f"Package No. {package.pk} has another fingerprint. Give one of the two."
            )
        elif package:
            known["sha256"] = package.sha256
        self.search(self.audit.year.year, "how", "what")
        return known


class Moved(Nobody):
    """Another day, to which CMS agreed."""

    due_on = Day(label="Answer due on")
    because = forms.CharField(
        label="Who agreed, when, and how", error_messages={"required": "Enter who agreed."}, max_length=500,
        help_text="The rule is answered only by a day that CMS or its contractor agreed to.",
    )  # fmt: skip

    sure = forms.BooleanField(label="CMS agreed to this day", required=False)
    far = False  # whether the day is so far away that this is asked

    def __init__(self, audit, *given):
        super().__init__(*given)
        self.audit = audit

    def __iter__(self):
        """The fields as a page shows them: whether the day is meant only where it is far away."""
        return (each for each in super().__iter__() if self.far or each.name != "sure")

    def clean(self):
        """A day that can be meant, and is where it is far away; who agreed is told without a patient."""
        if on := self.cleaned_data.get("due_on"):
            self.far = is_far(self.audit, on)
            if problem := wrong_of_day(self.audit, on, self.cleaned_data["sure"]):
                self.add_error("due_on", f"{problem.what} {problem.fix}")
        self.search(self.audit.year.year, "because")


class Closed(Nobody):
    """Why nothing more is done."""

    because = forms.CharField(
        label="Why",
        error_messages={"required": "Enter why it is closed."},
        max_length=500,
        help_text="Such as: CMS accepted the answer; or: recorded by mistake.",
    )

    def __init__(self, audit, *given):
        super().__init__(*given)
        self.audit = audit

    def clean(self):
        """Why is told without a patient."""
        self.search(self.audit.year.year, "because")
