"""The forms of an upload: the file itself, and what was corrected of its rows."""

import re

from django import forms

from mips_ia.formats.bulk_columns import TABLES
from mips_ia.portal.bulk.reading import ADD, rows

MEGABYTES = 25
_FIELD = re.compile(r"r(\d+)-([a-z_]+)")


class EitherFile(forms.FileField):
    """A file where no rows are pasted."""

    def validate(self, value):
        """The form says what is missing where both are."""


class EitherRows(forms.CharField):
    """Rows where there is no file."""

    def validate(self, value):
        """The form says what is missing where both are."""


class NewFile(forms.Form):
    """A file, or rows that were copied from a spreadsheet."""

    use_required_attribute = False
    file = EitherFile(
        label="File", help_text=f"CSV or Excel (XLSX), under {MEGABYTES} MB.", allow_empty_file=True,
        widget=forms.FileInput(attrs={"accept": ".csv,.tsv,.txt,.xlsx"}),
    )  # fmt: skip
    pasted = EitherRows(
        label="Or paste rows",
        help_text="Copy them from your spreadsheet with the headings above them. The columns may stand in "
        "any order.",
        widget=forms.Textarea(attrs={"spellcheck": "false"}),
    )  # fmt: skip

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
    lines = {line for line, _, _ in upload.table["rows"]}
    columns, cells = TABLES[upload.kind], {}
    for name, value in post.items():
        found = _FIELD.fullmatch(name)
        if found and int(found[1]) in lines and found[2] in columns:
            cells.setdefault(int(found[1]), {})[found[2]] = value.strip()
    for line in _numbers(post, "add", lines):
        cells.setdefault(line, {})[ADD] = "yes"
    out, back = _numbers(post, "out", lines), _numbers(post, "back", lines)
    return _different(cells, upload), out, back


def _different(cells, upload):
    """Only the cells that are not what they were."""
    now = {line: given for line, given, _ in rows(upload.table, upload.mended) if line in cells}
    changed = {
        line: {column: text for column, text in given.items() if now[line].get(column, "") != text}
        for line, given in cells.items()
    }
    return {line: given for line, given in changed.items() if given}


def _numbers(post, name, lines):
    return {int(each) for each in post.getlist(name) if each.isdecimal() and int(each) in lines}
