"""From a file, or from what was pasted, to the rows of one table, kept as plain values."""

import re
from dataclasses import replace

from mips_ia.formats.bulk_columns import NEEDED, TABLES, column, headings, kind, titled
from mips_ia.formats.sheets import CELLS, ZIP, Row, Table, sheets
from mips_ia.portal.bulk.completed import completed
from mips_ia.problems import Problem

MEGABYTES = 25  # of one file, at most
AT_ONCE = 2_000  # rows that are read while somebody waits
_WORKBOOK = 150_000  # bytes of a workbook that has about as many
_CELLS = 500_000  # of such a workbook, blank ones too
ADD = "add_to_roster"  # the answer to a row whose NPI is not on the roster
EXAMPLE = "EXAMPLE"  # where the template's example has it in the place of an NPI
NOT_KEPT = {
    "evidence_ref": "Add the file itself as evidence, and keep it where it is until then.",
    "contact_email": "Whom to ask is whoever has a role here.",
}
NAMES = {"roster": "a roster", "participation": "participation", "practices": "practices"}


def is_large(content):
    """Whether a file is read in the background."""
    if content.startswith(ZIP):
        return len(content) > _WORKBOOK
    return content.count(b"\n") > AT_ONCE


def read(name, content, wanted, told=None, page=None):
    """The table that a file holds, as plain values; `faults` are what stops all of it, and notes.

    `page` has the year and the TIN of the page that it is uploaded on.
    """
    content = bytes(content)
    found, faults = sheets(name, content, told, cells=CELLS if is_large(content) else _CELLS)
    table = _chosen(found, wanted)
    if table:
        table, examples = _without_examples(table)
        table, wrong = _understood(table, wanted, page or {})
        faults = [*faults, *examples, *wrong, *not_kept(table)]
    return {
        "header": list(table.header) if table else [],
        "rows": [[row.line, list(row.cells), list(row.surplus)] for row in table.rows] if table else [],
        "faults": [[each.code, each.what, each.fix, each.severity] for each in faults],
    }


def _understood(table, wanted, page):
    """The table with what it leaves to the page, and what is wrong with it; as it came where it stops."""
    if below := titled(table, _needed(wanted, page)):
        return table, [below[1]]
    whole, notes = completed(table, wanted, page)
    known = page.keys() & map(column, whole.header)  # not what a heading only looks like
    wrong = _of_table(whole, wanted, _needed(wanted, known))
    if any(each.severity == "error" for each in wrong):
        return table, wrong
    return whole, [*notes, *wrong]


def _needed(wanted, known):
    """The columns without which nothing can be read, but for those that are known."""
    return {wanted: tuple(each for each in NEEDED[wanted] if each not in known)}


def _chosen(found, wanted):
    """The sheet with the name of what is wanted, else the first."""
    named = [table for table in found if wanted in table.sheet.lower()]
    return next(iter(named or found), None)


def _without_examples(table):
    """The table without the rows that a template brings as an example, and a note for each of them."""
    names = [column(each) for each in table.header]
    place = names.index("npi") if "npi" in names else len(names)
    examples = [row for row in table.rows if [cell.upper() for cell in row.cells[place:][:1]] == [EXAMPLE]]
    said = [
        Problem(
            "left_out", table.name, f"Row {row.line} is the example of the template and was left out.",
            severity="note",
        )
        for row in examples
    ]  # fmt: skip
    return replace(table, rows=tuple(row for row in table.rows if row not in examples)), said


def _of_table(table: Table, wanted, needed):
    other = kind(table)
    if other and other != wanted and wanted not in table.sheet.lower():
        what = f"This file has the headings of {NAMES[other]}, and this page reads {NAMES[wanted]}."
        return [
            Problem("other_table", table.name, what, "Choose another file, or upload it on its own page.")
        ]
    return headings(table, wanted, needed)


def not_kept(table):
    """A note for each column that is read and not kept, where anything stands in it."""
    columns = [column(heading) for heading in table.header]
    held = [place for place, each in enumerate(columns) if each in NOT_KEPT]
    filled = {columns[place] for row in table.rows for place in held if "".join(row.cells[place:][:1])}
    return [
        Problem(
            "column_not_kept", table.name, f"The column {name} is read and not kept.", NOT_KEPT[name],
            severity="note",
        )
        for name in NOT_KEPT if name in filled
    ]  # fmt: skip


def rows(table, mended):
    """Each row's line, its cells by column with what was mended, and the first cell that is too much.

    Who is to be added to the roster by one row is added for the other rows of that NPI too.
    """
    found = list(_rows(table, mended))
    added = {_who(given) for _, given, _ in found if given.get(ADD) == "yes"}
    for line, given, surplus in found:
        yield line, given | {ADD: "yes"} if added and _who(given) in added else given, surplus


def _who(given):
    return tuple(re.sub(r"\D", "", given.get(name, "")) for name in ("tin", "npi"))


def _rows(table, mended):
    columns = [column(heading) for heading in table["header"]]
    for line, cells, surplus in table["rows"]:
        row = Row(line, tuple(cells), tuple(surplus))
        given = dict.fromkeys(columns, "") | dict(zip(columns, row.cells, strict=False))
        yield line, given | mended.get(str(line), {}), row.surplus[:1]


def stopped(table):
    """Why nothing of a file can be read; empty where it can."""
    return [(what, fix) for code, what, fix, severity in table["faults"] if severity == "error"]


def warned(table):
    """What should be looked at before a file is saved, such as a column that looks misspelled."""
    return _said(table, "warning")


def noted(table):
    """What else there is to say of a file, such as columns that are not known."""
    return _said(table, "note")


def _said(table, wanted):
    return [
        f"{what} {fix}".strip() for code, what, fix, severity in table["faults"]
        if severity == wanted and code != "no_rows"  # the page says that first of all
    ]  # fmt: skip


def columns_of(table, wanted):
    """The columns of a file that are known, and those that are not."""
    known = [each for each in table["header"] if column(each) in TABLES[wanted]]
    return known, [each for each in table["header"] if each and each not in known]
