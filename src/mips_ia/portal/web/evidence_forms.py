"""Forms of evidence: the files, what they show, what they are called, and what a reviewer says of them."""

from django import forms
from django.utils.text import capfirst

from mips_ia.formats.guide_text import DATED
from mips_ia.portal.forms.dates import Day
from mips_ia.portal.forms.nobody import Nobody
from mips_ia.portal.told.evidence import counted
from mips_ia.reading.guides import called
from mips_ia.screening.kinds import CHOOSE, KINDS
from mips_ia.screening.names import in_names

# By type and by ending: phones go by the types, and offer the camera where pictures are among them.
TYPES = ",".join(f"{each.media_type},.{each.ending}" for each in KINDS) + ",.jpeg"


class Files(forms.ClearableFileInput):
    """Several files at once, dropped on it, from a folder, or from a phone's camera."""

    allow_multiple_selected = True


class FilesField(forms.FileField):
    """All files that were given, each checked."""

    def __init__(self, **known):
        super().__init__(widget=Files(attrs={"multiple": True, "accept": TYPES, "data-drop": True}), **known)

    def clean(self, data, initial=None):
        """A list; at least one where it is required."""
        given = data if isinstance(data, list | tuple) else [data]
        return [super(FilesField, self).clean(each, initial) for each in given]


class Showing(Nobody):
    """What evidence shows of a leaf: which kind it is, the days that it covers, and its counts."""

    kind = forms.ChoiceField(label="What it is")
    first = Day(label="First day that it shows", required=False)
    last = Day(label="Last day that it shows", required=False, help_text="Blank if it shows one day.")
    numerator = forms.IntegerField(min_value=0, required=False)
    denominator = forms.IntegerField(min_value=0, required=False)
    clinician = forms.ModelChoiceField(
        None, label="Whose it is", required=False, empty_label="The practice’s",
    )  # fmt: skip
    note = forms.CharField(label="Note", max_length=500, required=False)

    def __init__(self, access, leaf, *given, **named):
        super().__init__(*given, **named)
        self.leaf, self.year = leaf, access.year.year
        fields = self.fields
        kinds = [(each, capfirst(called(each))) for each in leaf.kinds]
        fields["kind"].error_messages["required"] = "Choose what it is."
        fields["kind"].choices = kinds if len(kinds) == 1 else [("", "Choose one"), *kinds]
        fields["first"].help_text = f"It must be {DATED[leaf.dated]}."
        if leaf.dated == "in_force":
            fields["last"].help_text = "Blank if it is in force until further notice."
        for name in () if leaf.measure else ("numerator", "denominator"):
            del fields[name]
        if leaf.measure:
            fields["numerator"].label = leaf.measure.numerator[:1].upper() + leaf.measure.numerator[1:]
            fields["numerator"].help_text = f"To reach: {leaf.measure.asks}."
            fields["denominator"].label = f"Of: {leaf.measure.denominator}"
            if not leaf.measure.denominator:
                del fields["denominator"]
        if access.how("evidence") == "own":
            del fields["clinician"]
        else:
            fields["clinician"].queryset = access.practice.clinicians.filter(
                stays__year=access.year, stays__ended_at=None
            ).distinct()
            fields["clinician"].label_from_instance = lambda each: each.name

    def clean(self):
        """No last day before the first, no count beyond its whole, and no patient in the note."""
        known = super().clean()
        first, last = known.get("first"), known.get("last")
        if last and not first:
            self.add_error("first", "Enter the first day too.")
        elif first and last and last < first:
            self.add_error("last", "Enter a day on or after the first day.")
        count, of = known.get("numerator"), known.get("denominator")
        if count is not None and of is not None and count > of:
            self.add_error("numerator", f"Enter a count of at most {of}.")
        self.search(self.year, "note")
        return known

    def shows(self):
        """What the form says, as `actions.evidence.use` takes it."""
        names = ("kind", "first", "last", "numerator", "denominator", "clinician", "note")
        return {name: self.cleaned_data[name] for name in names if name in self.cleaned_data}


class Adding(forms.Form):
    """Files that are kept, whatever they show."""

    files = FilesField(
        label="Files", help_text=CHOOSE + " Tables, text and e-mail (CSV, TXT, EML) are taken too. "
        "Drop them on the field, or choose them; a phone can also take a picture.",
        error_messages=dict.fromkeys(("required", "missing"), CHOOSE)
        | {"empty": "This file is empty. Choose another one."},
    )  # fmt: skip
    title = forms.CharField(
        label="What you call it", max_length=200, required=False, help_text="Blank: the file’s name."
    )

    def choose_again(self):
        """Say that a browser does not keep the files of a form in which something else is to be mended."""
        if known := self.cleaned_data.get("files"):
            names = ", ".join(f"“{each.name}”" for each in known)
            self.add_error("files", f"Choose {names} again. Nothing of it was kept.")


def sent(request):
    """What a form of files got, which may be nothing at all; nothing and nothing before it is sent."""
    return (request.POST, request.FILES) if request.method == "POST" else (None, None)


class Deciding(forms.Form):
    """Why a file that waited is kept as it is."""

    reason = forms.CharField(max_length=500, required=False)


class Naming(forms.Form):
    """What evidence is called. What may name a patient is stopped, until somebody says that it names none."""

    title = forms.CharField(label="What you call it", max_length=200)
    nobody = forms.BooleanField(label="It names no patient: save it as it is", required=False)

    def __init__(self, year, *given, **named):
        super().__init__(*given, **named)
        self.year, self.stopped = year, False

    def clean(self):
        """Say what was found, and nothing of the text."""
        found = in_names("", self.cleaned_data.get("title", ""), self.year)
        self.stopped = bool(found)
        if found and not self.cleaned_data["nobody"]:
            what = counted([{"kind": kind} for kind, _ in found])
            self.add_error("title", f"Take out what looks like {what}. Nothing was saved.")


class Reviewing(Nobody):
    """What a reviewer says of evidence: a remark with a yes, and what has to be changed with a no."""

    reason = forms.CharField(label="What has to be changed, or a remark", max_length=500, required=False)
    do = forms.CharField(widget=forms.HiddenInput, required=False)
    revision = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, year, *given):
        super().__init__(*given)
        self.year = year

    def clean(self):
        """The reason names no patient."""
        self.search(self.year, "reason")
