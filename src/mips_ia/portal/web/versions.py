"""A form whose record somebody changed meanwhile: both versions side by side, and nothing overwritten."""

from datetime import date

from django.forms import BoundField

from mips_ia.portal.meanwhile import state
from mips_ia.problems import Refused

FIELD = "seen"  # the hidden field that `parts/versions.html` writes into the form


class Versions:
    """What a form was made from, and, after a change that came first, what is there now beside it.

    `values` gives what the record has now, `initial` the same as the form shows it.
    """

    def __init__(self, request, values, initial):
        self.values, self.initial = values, initial
        self.seen = (request.POST.get(FIELD) if request.method == "POST" else None) or None
        self.says, self.rows = "", []
        if request.method != "POST":
            self.seen = state(values())

    def saved(self, form, save):
        """Whether `save`, which is given what was seen, went through; locked years are refused as ever."""
        try:
            save(self.seen)
        except Refused as refusal:
            problem = next((each for each in refusal.problems if each.code == "changed"), None)
            if problem is None:
                raise
            self.beside(form, problem.what)
            return False
        return True

    def beside(self, form, what):
        """Both versions, for a page that asks which to keep."""
        self.says, self.seen = what, state(self.values())
        self.rows = None if form is None else [*_rows(form, self.initial())]

    @property
    def status(self):
        """Of the answer: 409 where somebody was faster."""
        return 409 if self.says else 200


def _rows(form, initial):
    """Each field in which the two are different."""
    for bound in form.visible_fields():
        there = _words(bound, bound.field.prepare_value(initial.get(bound.name)))
        given = form.cleaned_data.get(bound.name)
        yours = _words(bound, bound.field.prepare_value(given) if isinstance(given, date) else bound.value())
        if there != yours:
            yield {"label": bound.label, "there": there, "yours": yours}


def _words(bound: BoundField, value):
    choices = {str(key): words for key, words in getattr(bound.field, "choices", ())}
    if isinstance(value, bool):
        return "Yes" if value else "No"
    several = value if isinstance(value, list | tuple) else [value]
    words = [str(choices.get(str(each), each)) for each in several if each not in (None, "")]
    return ("; " if any("," in each for each in words) else ", ").join(words) or "Nothing"
