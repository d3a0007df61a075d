"""A day as it is typed."""

import re
from datetime import date

from django import forms

_TYPED = re.compile(
    r"(?P<m>\d{1,2})/(?P<d>\d{1,2})/(?P<y>\d{4})|(?P<y2>\d{4})-(?P<m2>\d{1,2})-(?P<d2>\d{1,2})"
)


class Day(forms.CharField):
    """One text field for a day: `MM/DD/YYYY`, or as ISO writes it."""

    def __init__(self, **known):
        known.setdefault("max_length", 10)
        super().__init__(**known)
        self.widget.attrs |= {"inputmode": "text", "autocomplete": "off", "placeholder": "MM/DD/YYYY"}

    def prepare_value(self, value):
        return f"{value:%m/%d/%Y}" if isinstance(value, date) else value

    def to_python(self, value):
        given = value.strip() if isinstance(value, str) else ""
        if not given:
            return None
        found = _TYPED.fullmatch(given)
        if found is None:
            raise forms.ValidationError(_unread(given))
        year, month, of_month = (int(found[name] or found[f"{name}2"]) for name in "ymd")
        if not 1 <= month <= 12:
            raise forms.ValidationError(f"There is no month {month}. Enter a date like MM/DD/YYYY.")
        try:
            return date(year, month, of_month)
        except ValueError:
            raise forms.ValidationError(f"There is no day {of_month} in that month.") from None

    def clean(self, value):
        found = self.to_python(value)
        if found is None and self.required:
            raise forms.ValidationError("Enter a date.")
        return found


def _unread(given):
    """What to enter instead of what is no day; a year of 2 digits is named, and not guessed."""
    if re.fullmatch(r"\d{1,2}/\d{1,2}/\d{2}", given):
        return "Enter all 4 digits of the year, MM/DD/YYYY."
    return "Enter a date like 07/01 and the year, MM/DD/YYYY."
