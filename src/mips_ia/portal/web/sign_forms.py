"""The name under a signature, and what is asked beside it."""

from django import forms

from mips_ia.portal import statements
from mips_ia.portal.forms.nobody import Nobody
from mips_ia.portal.forms.stated import Stated, another
from mips_ia.portal.names import asks, fits

OTHERS = "a name in it is written differently, days were changed, or a window does not wait any more"


class Named(forms.Form):
    """The name, typed as it is shown."""

    name = forms.CharField(label="Type your full name to sign", max_length=200)

    def __init__(self, *args, clinicians, **known):
        super().__init__(*args, **known)
        self.clinicians = clinicians
        if clinicians:
            self.fields["name"].help_text = f"As shown: {clinicians[0].spoken}"
        self.fields["name"].widget.attrs["autocomplete"] = "name"
        self.fields["name"].error_messages["required"] = self.asks()

    def asks(self):
        """What to type."""
        return asks(self.clinicians[0].spoken) if self.clinicians else "Type your name."

    def clean_name(self):
        """Case, accents and credentials are ignored."""
        given = self.cleaned_data["name"].strip()
        if not all(fits(given, each) for each in self.clinicians):
            raise forms.ValidationError(self.asks())
        return given


class Signing(Named, Stated):
    """The name under one statement."""


class Declining(Named, Stated):
    """The name under `I did not do it`."""

    name = forms.CharField(label="Type your full name", max_length=200)


class Withdrawing(Named, Stated, Nobody):
    """The name under a withdrawal, and why, which names no patient."""

    field_order = ("reason", "name", "nobody")
    other = "another signature holds"
    name = forms.CharField(label="Type your full name", max_length=200)
    reason = forms.CharField(
        label="Reason",
        max_length=400,
        error_messages={"required": "Enter your reason."},
        help_text="It completes the sentence: I withdraw my signature, because … Name no patients.",
    )

    def __init__(self, *args, year, **known):
        super().__init__(*args, **known)
        self.year = year

    def clean_reason(self):
        return self.completing("reason")

    def clean(self):
        """What may name a patient is taken out of the reason, or said to name none."""
        super().clean()
        self.search(self.year, "reason")


class Tick(forms.CheckboxInput):
    """A tick beside a statement: what it sends is the mark of the words that were read."""

    def value_from_datadict(self, data, files, name):
        """Whether these words were ticked, and not others."""
        return data.get(name) == self.attrs["value"]


class Several(Named):
    """A box for each window that waits, none of them ticked."""

    def __init__(self, *args, waiting, **known):
        super().__init__(*args, clinicians=[each.clinician for each in waiting][:1], **known)
        self.waiting = waiting
        self.says = {each.window.id: statements.own(each.window) for each in waiting}
        for window, says in self.says.items():
            tick = Tick(attrs={"value": statements.mark(says)})
            self.fields[f"window-{window}"] = forms.BooleanField(label=says, required=False, widget=tick)

    def boxes(self):
        """Each window with its field."""
        return [(each, self[f"window-{each.window.id}"]) for each in self.waiting]

    def ticked(self):
        """What waits and was agreed to, each with its statement."""
        chosen = (each for each in self.waiting if self.cleaned_data.get(f"window-{each.window.id}"))
        return [(each, self.says[each.window.id]) for each in chosen]

    @property
    def changed(self):
        """Whether something was ticked that is not here, or not in these words."""
        return any(name.startswith("window-") and not self.cleaned_data.get(name) for name in self.data)

    def clean(self):
        found = super().clean()
        if self.changed:
            raise forms.ValidationError(another(OTHERS))
        name = found.get("name")
        if not self.ticked():
            raise forms.ValidationError("Tick each statement that you sign.")
        other = [each for each, _ in self.ticked() if name and not fits(name, each.clinician)]
        if other:
            raise forms.ValidationError(
                f"Sign by itself what shows another name: {other[0].clinician.spoken}."
            )
        return found
