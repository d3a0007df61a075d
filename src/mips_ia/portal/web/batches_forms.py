"""The forms of files about many practices: the files themselves, and what was corrected of their rows."""

from django import forms

from mips_ia.formats.bulk_columns import TABLES
from mips_ia.portal.bulk.reading import MEGABYTES, rows
from mips_ia.portal.web.uploads_forms import Mode, said

ACCEPTED = ".csv,.tsv,.txt,.xlsx,.zip"


def _file(label, hint):
    widget = forms.FileInput(attrs={"accept": ACCEPTED})
    return forms.FileField(label=label, help_text=hint, required=False, widget=widget, allow_empty_file=True)


class NewFiles(forms.Form):
    """Up to three files; any of them may be a workbook or a ZIP file that holds the others."""

    use_required_attribute = False
    practices = _file("Practices", "practices.csv, or one XLSX or ZIP file that holds all three.")
    roster = _file("Roster", "roster.csv")
    participation = _file("Participation", "participation.csv")
    mode = Mode()
    organization = forms.ChoiceField(label="Organization of new practices", widget=forms.RadioSelect)

    def __init__(self, *args, memberships, **known):
        super().__init__(*args, **known)
        self.within = {str(each.organization_id): each for each in memberships}
        self.fields["organization"].choices = [(id, m.organization.name) for id, m in self.within.items()]
        if len(self.within) == 1:
            del self.fields["organization"]

    def clean(self):
        """At least one file, and not too much at once."""
        found = super().clean()
        given = [file for name in TABLES if (file := found.get(name)) is not None]
        if not given and not self.errors:
            self.add_error("practices", "Choose at least one file.")
        elif sum(file.size for file in given) > MEGABYTES * 1024**2:
            self.add_error("practices", f"Choose files under {MEGABYTES} MB in all.")
        self.given = given
        return found

    @property
    def membership(self):
        """The membership by which the files are uploaded."""
        return self.within[self.cleaned_data.get("organization") or next(iter(self.within))]


def corrected(post, batch):
    """What a form says: cells by the row's key, rows left out, and rows that are not any more."""
    cells, out, back = {}, set(), set()
    for kind, table in batch.tables["tables"].items():
        every = rows(table, batch.mended.get(kind, {}))
        now = {f"{kind}-{line}": given for line, given, _ in every}
        more, left, taken = said(post, now, TABLES[kind])
        cells |= more
        out |= left
        back |= taken
    return cells, out, back
