"""The rows of a checked file as a page shows them: what was read, what to enter, and why."""

from mips_ia.portal.bulk.labels import label

LISTED, OPEN = 500, 5  # rows in a list of changes, and how many are shown without a click


def named(row, trial):
    """Whom a row is about: its own words, or the name on the roster."""
    known = trial.clinicians.get(row.npi)
    return row.name or (known.spoken if known else "")


def listed(rows, found):
    """Rows in a list: how many, those that are shown, how many are left, and whether the list is open."""
    return {
        "count": len(rows), "rest": max(0, len(rows) - LISTED), "open": len(rows) <= OPEN,
        "rows": [
            {"line": row.line, "name": named(row, found.trial), "changes": row.changes,
             "notes": [each.message for each in row.notes]}
            for row in rows[:LISTED]
        ],
    }  # fmt: skip


def rows_of(rows, found):
    """Each row with its fields; several things said of one cell stand at one field."""
    return [_row(row, found.trial) for row in rows]


def _row(row, trial):
    return shown(row, named(row, trial), str(row.line))


def shown(row, name, key):
    """One row with its fields, which are called by its key."""
    columns = list(dict.fromkeys(each.column for each in row.said if each.column and not each.note))
    return {
        "key": key, "line": row.line, "name": name, "can_add": row.can_add,
        "read": [f"{column} {row.cells.text(column) or '(blank)'}" for column in columns],
        "fields": [_field(row, column, key) for column in columns],
        "whole": [each.message for each in row.said if not each.column],
    }  # fmt: skip


def _field(row, column, key):
    said = [each for each in row.said if each.column == column]
    return {
        "id": f"r{key}-{column}", "label": label(column), "value": row.cells.text(column),
        "errors": [each.message for each in said if not each.warning],
        "warnings": [each.message for each in said if each.warning],
    }  # fmt: skip


def errors(rows):
    """Each error with the place that it links to."""
    return [linked(row.line, each, row.line) for row in rows for each in row.errors]


def warnings(rows):
    """Each warning with the place that it links to."""
    return [linked(row.line, each, row.line) for row in rows for each in row.warnings]


def linked(line, said, key):
    """One error or warning with the place that it links to."""
    if not said.column:
        return {"to": f"out-{key}", "place": f"Row {line}", "message": said.message}
    place = f"Row {line}, {label(said.column)} ({said.column})"
    return {"to": f"r{key}-{said.column}", "place": place, "message": said.message}
