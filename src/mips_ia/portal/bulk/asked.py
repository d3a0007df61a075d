"""What an auditor asks for, from lines that were pasted or from the contractor's sheet."""

import re

from mips_ia.formats.sheets import ZIP, sheets

# What each column may be called, in any case and with any signs between the words.
COLUMNS = {
    "label": ("item", "item_number", "number", "no", "id", "request_number", "request_id", "ref"),
    "words": (
        "words", "request", "requested", "description", "what", "document", "documentation", "item_requested",
        "documentation_requested", "documents_requested", "asked_for", "evidence_requested",
    ),
    "activity": ("activity", "activity_id", "improvement_activity", "ia_id", "measure_id"),
    "clinician": ("npi", "clinician_npi", "npi_number"),
}  # fmt: skip
WANTED = "A column for what is asked (such as Request or Description) is needed."
ID = re.compile(r"\bIA_[A-Z]+_\d+\b", re.IGNORECASE)
NUMBERED = re.compile(r"^\s*(?P<label>(?:[A-Z]-?)?\d+(?:[.-]\d+)*[a-z]?)[.):\t]\s*(?P<words>.+)$")
MOST, LONGEST = 500, 1000
LINES, CELLS = 20_000, 500_000  # of a file, above which it is not read at all
PASTED = "what was pasted"


def of_text(text, activities, clinicians):
    """What was pasted: the rows of a sheet where its first line has the headings of one, else its lines."""
    first, _, rest = text.lstrip("\r\n").partition("\n")
    columns = [_column(each.strip(' "\r')) for each in re.split(r"[,;\t]", first)]
    if columns == ["words"]:
        return of_lines(rest, activities)
    known = COLUMNS.keys() & columns
    if "words" in known and (len(known) > 1 or "," not in first):
        return of_sheet(PASTED, text.encode(), activities, clinicians)
    return of_lines(text, activities)


def of_lines(text, activities):
    """An item for each line; its number, and the activity that it names, are taken from it."""
    found, wrong = [], []
    for line, words in enumerate(text.splitlines(), 1):
        if words.strip():
            known = NUMBERED.match(words)
            label, said = known.group("label", "words") if known else ("", words)
            found.append(_item(label, said.strip(), activities))
            if len(said.strip()) > LONGEST:
                wrong.append(f"Line {line}: shorten it to {LONGEST:,} characters; it has {len(said):,}.")
    return found, [*wrong, *_too_many(found)]


def of_sheet(name, content, activities, clinicians):
    """The same of a file; `clinicians` are those of the year's roster by NPI."""
    if len(content.splitlines()) > LINES and not content.startswith(ZIP):
        return [], [f"Enter at most {MOST} items; the file has more than {LINES:,} lines."]
    tables, faults = sheets(name, content, cells=CELLS)
    wrong = [f"{each.what} {each.fix}".strip() for each in faults]
    if not tables:
        return [], wrong
    table = tables[0]
    places = {_column(heading): place for place, heading in reversed([*enumerate(table.header)])}
    if "words" not in places:
        read = ", ".join(filter(None, table.header)) or "nothing"
        return [], [*wrong, f"The first line has these headings: {read}. {WANTED}"]
    if len(table.rows) > MOST:
        return [], [*wrong, *_too_many(table.rows)]
    found = []
    for row in table.rows:
        cells = {
            column: row.cells[place] if place < len(row.cells) else "" for column, place in places.items()
        }  # fmt: skip
        wrong += [f"Row {row.line}, {text}" for text in _faults(cells, activities, clinicians)]
        item = _item(cells.get("label", ""), cells["words"], activities)
        if id := cells.get("activity", "").strip().upper():
            item["activity"] = id
        found.append(item | {"clinician": clinicians.get(_digits(cells))})
    if not found:
        wrong.append("There are headings and no rows. Add a row for each item.")
    return found, wrong


def _column(heading):
    plain = re.sub(r"\W+", "_", heading.replace("#", " number").strip().lower()).strip("_")
    return next((column for column, names in COLUMNS.items() if plain in names), heading)


def _faults(cells, activities, clinicians):
    if not cells["words"].strip():
        yield "what is asked: write what the auditor asks for, or delete the row."
    if len(cells["words"]) > LONGEST:
        yield f"what is asked: shorten it to {LONGEST:,} characters; it has {len(cells['words']):,}."
    id = cells.get("activity", "").strip().upper()
    if id and id not in activities:
        yield f"activity: {id} is not an activity of this year. Correct it, or leave it blank."
    npi = _digits(cells)
    if npi and len(npi) != 10:
        yield f"NPI: enter 10 digits. This has {len(npi)}."
    elif npi and npi not in clinicians:
        yield f"NPI: {npi} is not on the roster of this year. Correct it, or leave it blank."


def _digits(cells):
    return re.sub(r"[\s-]", "", cells.get("clinician", ""))


def _item(label, words, activities):
    named = ID.search(words)
    id = named.group().upper() if named else ""
    return {"label": label.strip()[:40], "words": words.strip(), "activity": id if id in activities else ""}


def _too_many(found):
    return [f"Enter at most {MOST} items; there are {len(found):,}."] if len(found) > MOST else []
