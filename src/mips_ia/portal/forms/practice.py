"""A practice that is set up, and what it is called."""

import re

from django import forms

from mips_ia.portal.forms.sites import zip_code
from mips_ia.portal.tenancy import holder_of, practices_of, whom_to_ask
from mips_ia.reading.yearbook import years

DIGITS = 9
NAME = 200  # characters of a site's name


class Named(forms.Form):
    """What a practice is called."""

    name = forms.CharField(label="Practice name", max_length=200, help_text="As people call it.")


class NewPractice(Named):
    """A practice that is not here yet, in one of the organizations of whoever adds it."""

    tin = forms.CharField(
        label="TIN", max_length=20, help_text="9 digits. It is shown by its last 4 digits only.",
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )  # fmt: skip
    zip = forms.CharField(
        label="ZIP code of the main site", max_length=10, required=False,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )  # fmt: skip
    site = forms.CharField(
        label="Name of the main site", max_length=200, required=False,
        help_text="Leave it empty where it is called as the practice is.",
    )  # fmt: skip
    more = forms.CharField(
        label="Other sites", max_length=5000, required=False, widget=forms.Textarea(attrs={"rows": 3}),
        help_text="One a line, the name and the ZIP code, as: North Street, 04102",
    )  # fmt: skip
    organization = forms.ChoiceField(label="Organization", widget=forms.RadioSelect)

    def __init__(self, *args, person, memberships, **known):
        super().__init__(*args, **known)
        self.person = person
        self.within = {str(each.organization_id): each for each in memberships}
        self.fields["organization"].choices = [(id, m.organization.name) for id, m in self.within.items()]
        if len(self.within) == 1:
            del self.fields["organization"]

    def clean_tin(self):
        """9 digits as text, and of no practice that is here."""
        given = bare(self.cleaned_data["tin"])
        if not re.fullmatch(r"[0-9]+", given):
            raise forms.ValidationError(f"Enter {DIGITS} digits. This has other characters.")
        if len(given) != DIGITS:
            raise forms.ValidationError(f"Enter {DIGITS} digits. This has {len(given)}.")
        if held := holder_of(given):
            raise forms.ValidationError(already_here(held, self.person))
        return given

    def clean_zip(self):
        """5 digits, or 9."""
        return zip_code(self.cleaned_data["zip"])

    def clean_more(self):
        """A name and a ZIP code for each line; every line that is wrong is named."""
        found, wrong = [], []
        for number, line in enumerate(self.cleaned_data["more"].splitlines(), 1):
            name, _, code = (each.strip() for each in line.partition(","))
            try:
                code = zip_code(code)
            except forms.ValidationError as error:
                wrong.append(f"Line {number}: {error.messages[0]}")
            if code and not name:
                wrong.append(f"Line {number}: Enter the name of the site before the comma.")
            if len(name) > NAME:
                wrong.append(f"Line {number}: Enter a name of {NAME} characters or fewer.")
            found += [(name, code)] if name else []
        if wrong:
            raise forms.ValidationError(wrong)
        return found

    def clean(self):
        """No two sites of one name."""
        found = super().clean()
        main = found.get("site") or (found.get("name") if found.get("zip") else None)
        names = [*([main] if main else []), *(name for name, _ in found.get("more", ()))]
        for name in dict.fromkeys(each for each in names if names.count(each) > 1):
            self.add_error("more", f"Enter another name. There is a site {name} already.")
        return found

    @property
    def membership(self):
        """The membership by which the practice is added."""
        return self.within[self.cleaned_data.get("organization") or next(iter(self.within))]


class FirstPage(NewPractice):
    """The same where a person goes on with one of its years."""

    year = forms.TypedChoiceField(
        label="Performance year", coerce=int,
        help_text="The one to set up first. Every other year is there too, in the menu of years.",
    )  # fmt: skip
    field_order = ("name", "tin", "year")

    def __init__(self, *args, **known):
        super().__init__(*args, **known)
        self.fields["year"].choices = [(year, year) for year in years()[::-1]]


def bare(tin):
    """A TIN without hyphens and blanks; nothing is added."""
    return re.sub(r"[\s\u2010-\u2015-]", "", tin)


def already_here(held, person):
    """Whose practice has a TIN already, as far as the person may know it, and whom to ask."""
    if practices_of(person).filter(pk=held.pk).exists():
        return f"This TIN is already here, as {held.name}."
    name = whom_to_ask(held, "people")
    ask = f" Ask {name} for access." if name else ""
    return f"This TIN is already in {held.organization.name}.{ask}"
