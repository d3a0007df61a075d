"""What an auditor asks for, from lines that were pasted or from the contractor's sheet.

Each way gives the items, what cannot be read, and what was taken as it is written. Nobody has to alter the
list of somebody else: an NPI or an activity that is not here stays in the words of its item.
"""

import re

from mips_ia.formats.sheets import ZIP, sheets

# What each column may be called, in any case and with any signs between the words.
COLUMNS = {
    "label": (
        "item", "item_number", "number", "no", "id", "request_number", "request_id", "ref", "ref_number",
    ),
    "words": (
        "words", "request", "requested", "description", "what", "document", "documentation", "item_requested",
        "documentation_requested", "documents_requested", "asked_for", "evidence_requested",
        "requested_documentation", "requested_documents", "requested_evidence", "requested_item",
    ),
    "activity": ("activity", "activity_id", "improvement_activity", "ia_id", "measure_id"),
    "clinician": ("npi", "clinician_npi", "npi_number"),
}  # fmt: skip
WANTED = "A column for what is asked (such as Request or Description) is needed."
ID = re.compile(r"\bIA_[A-Z]+_\d+\b", re.IGNORECASE)
NUMBERED = re.compile(r"^\s*(?P<label>(?:[A-Z]-?)?\d+(?:[.-]\d+)*[a-z]?)[.):\t]\s*(?P<words>.+)$")
UNKNOWN_NPI = re.compile(r"\nNPI: (?P<npi>.+)\Z")
MOST, LONGEST = 500, 1000
LABEL = 40  # characters of the contractor's own number
NAMED = 5  # sheets that were not read, and are named
LINES, CELLS = 20_000, 500_000  # of a file, above which it is not read at all
PASTED = "what was pasted"


def of_text(text, activities, clinicians):
    """What was pasted: the rows of a sheet where its first line has the headings of one, else its lines."""
    first, _, rest = text.lstrip("\r\n").partition("\n")
    columns = [_column(each.strip(' "\r')) for each in re.split(r"[,;\t]", first)]
    if columns == ["words"]:
        return (*of_lines(rest, activities), [])
    known = COLUMNS.keys() & columns
    if "words" in known and (len(known) > 1 or "," not in first):
        return of_sheet(PASTED, text.encode(), activities, clinicians)
    return (*of_lines(text, activities), [])


def of_lines(text, activities):
    """An item for each line; its number, and the activity that it names, are taken from it."""
    found, wrong = [], []
    for line, words in enumerate(text.splitlines(), 1):
        if words.strip():
            known = NUMBERED.match(words)
            short = known and len(known["label"]) <= LABEL
            label, said = known.group("label", "words") if short else ("", words)
            found.append(_item(label, said.strip(), activities))
            if len(said.strip()) > LONGEST:
                wrong.append(f"Line {line}: shorten it to {LONGEST:,} characters; it has {len(said):,}.")
    return found, [*wrong, *_too_many(found)]


def of_sheet(name, content, activities, clinicians):
    """The same of a file; `clinicians` are those of the year's roster by NPI."""
    if len(content.splitlines()) > LINES and not content.startswith(ZIP):
        return [], [f"Enter at most {MOST} items; the file has more than {LINES:,} lines."], []
    tables, faults = sheets(name, content, cells=CELLS, fits=_fits)
    wrong = [f"{each.what} {each.fix}".strip() for each in faults]
    if not tables:
        return [], wrong, []
    table, told = tables[0], _unread(tables)
    places = {_column(heading): place for place, heading in reversed([*enumerate(table.header)])}
    if "words" not in places:
        read = ", ".join(filter(None, table.header)) or "nothing"
        return [], [*wrong, f"The first line has these headings: {read}. {WANTED}"], told
    if len(table.rows) > MOST:
        return [], [*wrong, *_too_many(table.rows)], told
    found = []
    for row in table.rows:
        cells = {
            column: row.cells[place] if place < len(row.cells) else "" for column, place in places.items()
        }  # fmt: skip
        item, unknown = _of_row(cells, activities, clinicians)
        wrong += [f"Row {row.line}, {text}" for text in _faults(cells["words"], item["words"])]
        told += [f"Row {row.line}, {text}" for text in unknown]
        found.append(item)
    if not found:
        wrong.append("There are headings and no rows. Add a row for each item.")
    return found, wrong, told


def npi_of(words):
    """The NPI with which the words of an item end, since it was not on the roster; empty where none is."""
    found = UNKNOWN_NPI.search(words)
    return found["npi"] if found else ""


def _fits(cells):
    """How many known columns a row of headings has; none without that of what is asked."""
    known = COLUMNS.keys() & {_column(each) for each in cells}
    return len(known) if "words" in known else 0


def _column(heading):
    """The column of a heading, with or without what stands in brackets or behind a stroke; else itself."""
    for each in (heading, re.sub(r"\(.*?\)", "", heading), heading.partition("/")[0]):
        plain = re.sub(r"\W+", "_", each.replace("#", " number").strip().lower()).strip("_")
        for column, names in COLUMNS.items():
            if plain in names:
                return column
    return heading


def _unread(tables):
    """That the other sheets of a workbook were not read, where they have rows."""
    others = [f"“{each.sheet}”" for each in tables[1:] if each.rows]
    if not others:
        return []
    named = ", ".join([*others[:NAMED], *(["and more"] if len(others) > NAMED else [])])
    read = f"Only the sheet “{tables[0].sheet}” was read, and others have rows: {named}."
    return [f"{read} If they ask for something too, record it as a request of its own."]


def _of_row(cells, activities, clinicians):
    """An item, and what of its row is not here: it stays in the words as it is written, below the rest."""
    label = cells.get("label", "").strip()
    long = len(label) > LABEL
    item, unknown = _item("" if long else label, cells["words"], activities), []
    if long:
        item["words"] += f"\nNumber: {label}"
        unknown.append(f"number: it is longer than {LABEL} characters, and stands below what is asked.")
    id, npi = (" ".join(cells.get(each, "").split()) for each in ("activity", "clinician"))
    if id:
        plain = re.sub(r"[\s_-]+", "_", id).upper()
        item["activity"] = plain if plain in activities else ""
    if id and not item["activity"]:
        item["words"] += f"\nActivity: {id}"
        unknown.append(f"activity: {id} is not an activity of this year.")
    item["clinician"] = clinicians.get(re.sub(r"[\s-]", "", npi))
    if npi and not item["clinician"]:
        item["words"] += f"\nNPI: {npi}"
        unknown.append(f"NPI: {npi} is not on the roster of this year.")
    return item, unknown


def _faults(asked, words):
    """What cannot be kept: nothing is asked, or it is too long, with what stays in the words."""
    if not asked.strip():
        yield "what is asked: write what the auditor asks for, or delete the row."
    if len(words) > LONGEST:
        yield f"what is asked: shorten it to {LONGEST:,} characters; it has {len(words):,}."


def _item(label, words, activities):
    named = ID.search(words)
    id = named.group().upper() if named else ""
    return {"label": label, "words": words.strip(), "activity": id if id in activities else ""}


def _too_many(found):
    return [f"Enter at most {MOST} items; there are {len(found):,}."] if len(found) > MOST else []
