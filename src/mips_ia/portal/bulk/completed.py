"""A table as a practice keeps it, read on the page of a practice and a year: what it leaves to the page."""

from dataclasses import replace

from mips_ia.formats.bulk_columns import column, resembled
from mips_ia.portal.bulk.labels import label
from mips_ia.problems import Problem

# What a practice calls a column of its roster, beside the name that the layout has for it.
CALLED = {
    "roster": {
        "year": "performance_year", "date_joined": "joined_on", "joined": "joined_on",
        "start_date": "joined_on", "hire_date": "joined_on", "date_left": "left_on", "left": "left_on",
        "e_mail": "email", "e_mail_address": "email", "email_address": "email", "zip_code": "site_zip",
    },
    "participation": {"year": "performance_year"},
}  # fmt: skip
PAGE = ("performance_year", "tin")  # what every row has of the page, if the table has no such column


def completed(table, wanted, page):
    """The table in the columns of the layout, and a note for each thing that was understood or taken.

    `page` has what the page knows. A heading that only looks like a column is left for a warning.
    """
    header, notes = _renamed(table, wanted)
    given = [column(each) for each in header]
    looks = {resembled(each, wanted, given) for each in given}
    taken = [name for name in PAGE if name in page and name not in given and name not in looks]
    if taken:
        notes.append(_taken(table, taken, page))
    front = [page[name] for name in taken]
    rows = tuple(replace(row, cells=(*front, *row.cells)) for row in table.rows)
    return replace(table, header=(*taken, *header), rows=rows), notes


def _renamed(table, wanted):
    """The headings, each with the name that the layout has for it, and a note for each new name."""
    header, notes = list(table.header), []
    for place, heading in enumerate(table.header):
        name = CALLED[wanted].get(column(heading))
        if name and name not in map(column, header):
            header[place] = name
            what = f"The column {heading} was read as {label(name)}."
            notes.append(Problem("column_read_as", table.name, what, severity="note"))
    return header, notes


def _taken(table, taken, page):
    said = {
        "performance_year": ("year", str(page["performance_year"])),
        "tin": ("TIN", f"ending {page['tin'][-4:]}"),
    }
    none = " and no ".join(said[name][0] for name in taken)
    what = " and ".join(f"the {' '.join(said[name])}" for name in taken)
    return Problem(
        "taken_from_page", table.name,
        f"It names no {none}: {what} of this page {'are' if len(taken) > 1 else 'is'} taken for every row.",
        severity="note",
    )  # fmt: skip
