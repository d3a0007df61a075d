"""The forms of an upload: the file itself, and what was corrected of its rows."""

import re

from django import forms

from mips_ia.formats.bulk_columns import TABLES
from mips_ia.portal.bulk.reading import ADD, MEGABYTES, rows

_FIELD = re.compile(r"r((?:[a-z]+-)?\d+)-([a-z_]+)")
MODES = [
    ("add", "Add and update: who or what is not named stays as it is"),
    ("replace", "Replace: who or what is not named is ended, and you see first what that is"),
]


class Mode(forms.ChoiceField):
    """Whether a file adds to what is here, as it does where nobody says otherwise, or takes its place."""

    def __init__(self):
        super().__init__(
            label="Mode", choices=MODES, initial="add", required=False, widget=forms.RadioSelect,
        )  # fmt: skip


class NewFile(forms.Form):
    """A file, or rows that were copied from a spreadsheet."""

    either = "file", "pasted"
    file = forms.FileField(
        label="File", help_text=f"CSV or Excel (XLSX), under {MEGABYTES} MB.", required=False,
        allow_empty_file=True,
        widget=forms.FileInput(attrs={"accept": ".csv,.tsv,.txt,.xlsx"}),
    )  # fmt: skip
    pasted = forms.CharField(
        label="Or paste rows", required=False,
        help_text="Copy them from your spreadsheet with the headings above them. The columns may stand in "
        "any order.",
        widget=forms.Textarea(attrs={"spellcheck": "false"}),
    )  # fmt: skip
    mode = Mode()

    def clean(self):
        found = super().clean()
        file = found.get("file")
        if file is None and not found.get("pasted") and not self.errors:
            self.add_error("file", "Choose a file, or paste rows below.")
        elif file is not None and file.size > MEGABYTES * 1024**2:
            self.add_error("file", f"Choose a file under {MEGABYTES} MB.")
        return found


def corrected(post, upload):
    """What a form says: cells by line, rows left out, and rows that were left out and are not any more."""
    now = {str(line): given for line, given, _ in rows(upload.table, upload.mended)}
    cells, out, back = said(post, now, TABLES[upload.kind])
    return {int(key): given for key, given in cells.items()}, set(map(int, out)), set(map(int, back))


def said(post, now, columns):
    """The same of rows by their key; `now` has their cells as they are."""
    cells = {}
    for name, value in post.items():
        found = _FIELD.fullmatch(name)
        if found and found[1] in now and found[2] in columns:
            cells.setdefault(found[1], {})[found[2]] = value.strip()
    for key in _keys(post, "add", now):
        cells.setdefault(key, {})[ADD] = "yes"
    return _different(cells, now), _keys(post, "out", now), _keys(post, "back", now)


def _different(cells, now):
    """Only the cells that are not what they were."""
    changed = {
        key: {column: text for column, text in given.items() if now[key].get(column, "") != text}
        for key, given in cells.items()
    }
    return {key: given for key, given in changed.items() if given}


def _keys(post, name, now):
    return {each for each in post.getlist(name) if each in now}
