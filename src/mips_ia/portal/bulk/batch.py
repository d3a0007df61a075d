"""The files of many practices: read together, with their rows by TIN and year."""

import io
import zipfile
from collections import defaultdict
from dataclasses import dataclass, field

from mips_ia.formats.bulk_columns import TABLES, headings, kind, not_known, titled
from mips_ia.formats.cells import Cells
from mips_ia.formats.tables import tables_of
from mips_ia.portal.bulk.practices import said
from mips_ia.portal.bulk.reading import not_kept, rows
from mips_ia.portal.bulk.rows import begun
from mips_ia.problems import Problem


def packed(files):
    """Files, each with its name, as one ZIP."""
    found = io.BytesIO()
    with zipfile.ZipFile(found, "w") as archive:
        for place, (name, content) in enumerate(files):
            archive.writestr(f"{place}/{name}", content)
    return found.getvalue()


def read(content):
    """The tables in such a ZIP by kind, as plain values, and what is wrong with the files themselves."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        files = [(name.partition("/")[2], archive.read(name)) for name in archive.namelist()]
    met, faults = tables_of(files)
    tables, problems = {}, list(faults)
    for table in met:
        name = kind(table)
        if below := titled(table):
            problems.append(below[1])
        elif not name:
            problems.append(not_known(table))
        elif name in tables:
            problems.append(_second(table, name, tables[name]["name"]))
        else:
            problems += [*headings(table, name), *not_kept(table)]
            tables[name] = {
                "name": table.name, "header": list(table.header), "faults": [],
                "rows": [[row.line, list(row.cells), list(row.surplus)] for row in table.rows],
            }  # fmt: skip
    told = [
        [each.where.partition(", headings")[0], each.what, each.fix, each.severity, each.code]
        for each in problems
    ]
    return {"tables": tables, "faults": told}


def _second(table, name, first):
    what = f"{first} has the headings of {name} too."
    return Problem("other_table", table.name, what, f"Put all rows of {name} into one file.")


def stopping(tables):
    """What stops all of it: faults of the files themselves."""
    return [each for each in tables["faults"] if each[3] == "error"]


@dataclass
class Grouped:
    """Rows by TIN, then year, then table; and those of which one of the two cannot be read."""

    tins: dict = field(default_factory=lambda: defaultdict(lambda: defaultdict(dict)))
    stray: dict = field(default_factory=lambda: defaultdict(list))


def grouped(batch):
    """The rows of all tables, mended, each with its line, its cells and what is too much."""
    found = Grouped()
    for name in TABLES:
        table, out = batch.tables["tables"].get(name), set(left_out_of(batch, name))
        for line, given, surplus in rows(table, batch.mended.get(name, {})) if table else ():
            cells = Cells("row", given)
            year, tin = cells.year(), cells.tin()
            if year and tin:
                found.tins[tin][year].setdefault(name, []).append((line, given, surplus))
            else:
                found.stray[name].append(_stray(line, given, surplus, name, line in out))
    return found


def _stray(line, given, surplus, name, out):
    """A row of which nobody can say whose it is."""
    row = begun(line, given, surplus)
    if out:
        row.result = "left out"
        return row
    if name == "practices":
        row = said(line, given, surplus)[0]
    else:
        row.cells.year(), row.cells.tin()
        row.npi = row.cells.npi()
        row.hear()
    row.result = "fix"
    return row


def left_out_of(batch, name):
    """The lines of one table that somebody left out by name."""
    return [line for kind_, line in map(parts, batch.left_out) if kind_ == name]


def parts(key):
    """A row's key, such as `roster-7`, as the table and the line."""
    name, _, line = key.rpartition("-")
    return name, int(line)
