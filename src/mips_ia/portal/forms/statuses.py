"""What CMS's look-up says of a practice, and the other facts on which points and weights depend."""

from django import forms

from mips_ia.portal.forms.answers import NONE, UNKNOWN, YES_NO, Answer, Several
from mips_ia.portal.forms.dates import Day
from mips_ia.portal.templatetags.words import words_of
from mips_ia.portal.told.granted import granted
from mips_ia.portal.told.specialty_lists import choices as specialties

NAMES = {
    "hpsa": "Health professional shortage area (HPSA)", "asc_based": "Ambulatory surgical center (ASC)-based",
}  # fmt: skip
HELD = (
    "statuses", "statuses_checked_on", "sites_recognized", "sites_all", "apm", "quality_and_pi_submitted",
    "not_scored", "specialty",
)  # fmt: skip
APMS = [
    ("mips_apm", "Yes, in a MIPS APM"), ("other_apm", "Yes, in another APM"), ("none", "No"),
    (UNKNOWN, "I have not checked"),
]  # fmt: skip
NOT_SCORED = [
    ("quality", "Quality"), ("cost", "Cost"), ("ia", "Improvement activities"),
    ("pi", "Promoting Interoperability"), (NONE, "None: all four are scored"), (UNKNOWN, "I do not know"),
]  # fmt: skip


GRANTED = {
    "extreme_circumstances": {
        "label": "Did CMS approve reweighting for you, for extreme and uncontrollable circumstances?",
        "help_text": "On your application, or for your whole area, in any category. The half credit of APM "
        "participants is not given then. CMS tells those concerned: no answer is taken as no.",
    },
    "study": {
        "label": "Did you take part in CMS’s study on improvement activities and quality reporting?",
        "help_text": "It gives full credit. CMS tells those concerned: no answer is taken as no.",
    },
}  # fmt: skip


class Statuses(forms.Form):
    """The look-up of CMS, and the other facts on which points and weights depend."""

    statuses = Several(
        label="Special statuses", help_text="Tick each one that the look-up shows for the practice.",
        error_messages={"required": "Tick what the look-up shows, “None of these”, or “I have not checked”."},
    )  # fmt: skip
    statuses_checked_on = Day(label="Date checked", required=False, help_text="The day you looked it up.")
    sites_recognized = forms.IntegerField(
        label="Sites recognized as patient-centered medical homes", min_value=0, max_value=9999,
        help_text="Or as comparable specialty practices.", required=False,
    )  # fmt: skip
    sites_all = forms.IntegerField(label="Of how many sites", min_value=1, max_value=9999, required=False)
    apm = Answer(
        label="Does CMS’s look-up show that you take part in an APM?", choices=APMS, empty_value="",
        help_text="An Alternative Payment Model, such as an accountable care organization. It can "
        "change your points.",
    )  # fmt: skip
    quality_and_pi_submitted = Answer(
        label="Are both quality and Promoting Interoperability submitted?", choices=YES_NO
    )
    not_scored = Several(
        label="Which categories are not scored for you?", choices=NOT_SCORED, required=False,
        help_text="CMS moves their weight to the others. The look-up and your hardship decisions say so.",
    )  # fmt: skip
    specialty = forms.ChoiceField(
        label="Specialty", required=False,
        help_text="It decides nothing; Activities shows its list and the MVPs that name it.",
    )  # fmt: skip

    def __init__(self, *args, ledger, **known):
        super().__init__(*args, **known)
        open_ones = [
            (name, NAMES.get(name) or words_of(name))
            for name, rule in ledger.rules.special.items()
            if rule.everybody is None
        ]
        self.fields["statuses"].choices = [
            *open_ones, (NONE, "None of these"), (UNKNOWN, "I have not checked"),
        ]  # fmt: skip
        self.fields["specialty"].choices = [("", "Not chosen"), *specialties()]
        self.today = ledger.today

    def clean_statuses_checked_on(self):
        """A look-up that was made."""
        given = self.cleaned_data["statuses_checked_on"]
        if given and given > self.today:
            raise forms.ValidationError("Enter the day of the look-up, today or earlier.")
        return given

    def clean(self):
        """Recognized sites are some of all sites."""
        found = super().clean()
        some, every = found.get("sites_recognized"), found.get("sites_all")
        if some is not None and every is None and "sites_all" not in self.errors:
            self.add_error("sites_all", "Enter how many sites there are in all.")
        if every is not None and some is None and "sites_recognized" not in self.errors:
            self.add_error("sites_recognized", "Enter how many are recognized; 0 where none is.")
        if None not in (some, every) and some > every:
            self.add_error("sites_recognized", f"Enter {every} or fewer: there are {every} sites.")
        return found


class Facts(Statuses):
    """The same, and what CMS granted, where it decides points by the rules of the year."""

    def __init__(self, *args, ledger, **known):
        super().__init__(*args, ledger=ledger, **known)
        for name in granted(ledger.rules):
            self.fields[name] = Answer(choices=YES_NO[:2], empty_value=False, **GRANTED[name])

    def granted(self):
        """These questions, as the page draws them."""
        return [self[name] for name in GRANTED if name in self.fields]
