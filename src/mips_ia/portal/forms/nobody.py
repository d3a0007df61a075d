"""Text that is kept and shown to others names no patient, or somebody says that it names none."""

from django import forms

from mips_ia.portal.patients import found as found_in
from mips_ia.portal.statements import because
from mips_ia.portal.told.evidence import counted

PLACES = 10  # that are named


def spoken(text, year):
    """What may name a patient in a few words, counted; empty where there is nothing."""
    return _counted(found_in(text, year))


class Nobody(forms.Form):
    """A form whose text is searched for what may name a patient; a tick is the way on."""

    nobody = forms.BooleanField(label="It names no patient: save it as it is", required=False)
    stopped = False  # whether something was found, so that the tick is shown

    def __iter__(self):
        """The fields as a page shows them: the tick last, and where something was found alone."""
        fields = [each for each in super().__iter__() if each.name != "nobody"]
        return iter([*fields, self["nobody"]] if self.stopped else fields)

    def completing(self, name):
        """What goes on in the middle of a sentence; a full stop alone is nothing."""
        found = because(self.cleaned_data[name])
        if not found:
            raise forms.ValidationError(self.fields[name].error_messages["required"])
        return found

    def search(self, year, *names):
        """Say what was found in these fields and where, and nothing of the text."""
        for name in names:
            self.tell(name, found_in(self.cleaned_data.get(name) or "", year))

    def tell(self, name, found, then=""):
        """Say of a field what was found in it, and what to do then, unless it was said to name nobody."""
        self.stopped = self.stopped or bool(found)
        if found and not self.cleaned_data.get("nobody"):
            where = ", ".join(list(dict.fromkeys(each.where for each in found))[:PLACES])
            what = _counted(found)
            self.add_error(name, f"Take out what looks like {what}: {where}. Nothing was saved.{then}")


def _counted(found):
    return counted([{"kind": each.kind} for each in found]) if found else ""
