"""A place where a practice sees patients."""

from django import forms

from mips_ia.formats.ids import is_zip
from mips_ia.portal.bulk.sites import ZIP


class Place(forms.Form):
    """One site."""

    name = forms.CharField(label="Name of the site", max_length=200)
    zip = forms.CharField(
        label="ZIP code", max_length=10, required=False,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )  # fmt: skip

    def __init__(self, *args, others, **known):
        super().__init__(*args, **known)
        self.others = others

    def clean_name(self):
        """Two sites of one name could not be told apart."""
        name = self.cleaned_data["name"]
        if self.others.filter(name=name).exists():
            raise forms.ValidationError("Enter another name. There is a site of this name.")
        return name

    def clean_zip(self):
        """5 digits, or 9."""
        return zip_code(self.cleaned_data["zip"])


def zip_code(given):
    """A ZIP code as it was given, where it is one or empty."""
    given = given.strip()
    if given and not is_zip(given):
        raise forms.ValidationError(ZIP)
    return given
