"""Whom a clinician lets record for them, and until when."""

from django import forms

from mips_ia.portal import clock
from mips_ia.portal.forms.dates import Day


class Allowing(forms.Form):
    """Whom, and until when. Colleagues are not listed: who works here is not shown to clinicians."""

    either = "to", "email"
    to = forms.ChoiceField(
        label="Who may record for you", required=False, help_text="They can still not sign for you."
    )
    email = forms.EmailField(
        label="Or a colleague’s e-mail address", required=False,
        help_text="With which they sign in. Leave it blank if you chose a person.",
    )  # fmt: skip
    until = Day(label="Until")

    def __init__(self, *args, people, colleagues, year, **known):
        super().__init__(*args, **known)
        self.people = {str(each.id): each for each in people}
        self.colleagues = {each.email.lower(): each for each in colleagues}
        named = [(id, each.name) for id, each in self.people.items()]
        self.fields["to"].choices = [("", "Choose a person"), *named]
        self.fields["until"].help_text = f"The last day. At the latest, when data of {year} have been sent."

    def clean(self):
        """One of the two says who."""
        found = super().clean()
        chosen, typed = found.get("to"), (found.get("email") or "").lower()
        if not chosen and not typed and "email" not in self.errors:
            self.add_error("to", "Choose a person, or enter a colleague’s e-mail address.")
        elif chosen and typed:
            self.add_error("email", "Choose a person or enter an address, not both.")
        elif typed and typed not in self.colleagues:
            self.add_error("email", "Enter the address of somebody who signs in to this practice.")
        return found

    @property
    def whom(self):
        """The person who was chosen or whose address was entered."""
        given = self.cleaned_data
        return self.people[given["to"]] if given["to"] else self.colleagues[given["email"].lower()]

    def clean_until(self):
        """It must lie ahead."""
        if self.cleaned_data["until"] < clock.today():
            raise forms.ValidationError("Enter today or a later date.")
        return self.cleaned_data["until"]
