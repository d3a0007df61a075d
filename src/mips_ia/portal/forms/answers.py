"""Answers of which one is that it is not known."""

from django import forms

NONE, UNKNOWN = "none", "unknown"
YES_NO = [("yes", "Yes"), ("no", "No"), (UNKNOWN, "I do not know")]


class Several(forms.MultipleChoiceField):
    """Boxes of which two, none and not known, stand alone. The value is a list, or None for not known."""

    widget = forms.CheckboxSelectMultiple

    def prepare_value(self, value):
        return [NONE] if value == [] else value

    def bound_data(self, data, initial):
        """Where no box came back ticked, none is: nobody said “None of these”."""
        return data or None

    def clean(self, value):
        found = super().clean(value)
        alone = [dict(self.choices)[each] for each in (NONE, UNKNOWN) if each in found]
        if alone and len(found) > 1:
            raise forms.ValidationError(f"Choose “{alone[0]}” alone, or take the tick off it.")
        if found in ([], [UNKNOWN]):
            return None
        return sorted(each for each in found if each != NONE)


class Answer(forms.TypedChoiceField):
    """One of several answers, the last being that it is not known; yes and no become true and false."""

    def __init__(self, empty_value=None, **known):
        super().__init__(
            widget=forms.RadioSelect, required=False, empty_value=empty_value, coerce=self.meant, **known
        )

    def meant(self, given):
        """What an answer stands for."""
        return {"yes": True, "no": False, UNKNOWN: self.empty_value}.get(given, given)
