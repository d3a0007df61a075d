"""What is signed is what was read: a form carries a mark of the statement that its page shows."""

from django import forms

from mips_ia.portal.statements import mark

FIX = "Read it as it is now, then sign it."


class Stated(forms.Form):
    """A form under a statement, `says`; templates draw its mark as the hidden `stated`.

    It always has the mark of now, so that whoever reads the page again can sign what it shows then.
    `other` is why the statement can be another one by then.
    """

    other = "a name in it is written differently"

    def __init__(self, *args, says, **known):
        super().__init__(*args, **known)
        self.stated = mark(says)

    @property
    def changed(self):
        """Whether something else was read than the page says now."""
        return self.is_bound and self.data.get("stated") != self.stated

    def clean(self):
        """Nothing is signed that was not read."""
        if self.changed:
            raise forms.ValidationError(another(self.other))
        return super().clean()


def another(other):
    """That a statement is not the one that was read, why it can be another one, and what to do."""
    return f"Nothing was signed. The statement changed since this page was shown: {other}. {FIX}"
