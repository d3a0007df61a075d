"""What became of the rows of an upload, as plain values that are kept: the rows to show, and the results."""

from collections import Counter

from mips_ia.formats.bulk_columns import TABLES
from mips_ia.portal.bulk.checked import line_of, seal_of
from mips_ia.portal.bulk.entities import compare

WARNED = 100  # rows with a warning that are shown


def found_of(batch, stray, years):
    """Everything that a page shows of a checked upload; `results` has every row by its key."""
    said = [each.checked["practices"].rows for each in years if "practices" in each.checked]
    compare(batch.uploaded_by, [row for of in said for row in of if row.result not in ("fix", "left out")])
    rows = [("", "", None, kind, row, {}) for kind, every in stray.items() for row in every]
    rows += [
        (each.name, each.ending, each.year, kind, row, checked.trial.clinicians)
        for each in years for kind, checked in each.checked.items() for row in checked.rows
    ]  # fmt: skip
    order = {kind: place for place, kind in enumerate(TABLES)}
    rows.sort(key=lambda each: (order[each[3]], each[4].line))
    of_kind = {kind: Counter(each[4].result for each in rows if each[3] == kind) for kind in TABLES}
    fix = [each for each in rows if each[4].result == "fix"]
    warned = [each for each in rows if each[4].warnings and each[4].result not in ("fix", "left out")]
    counts = sum(of_kind.values(), Counter())
    return {
        "line": line_of(counts), "rows": counts.total(),
        "ready": counts.total() - counts["fix"] - counts["left out"],
        "files": [
            {"kind": kind, "name": table["name"], "line": line_of(of_kind[kind])}
            for kind in TABLES if (table := batch.tables["tables"].get(kind))
        ],
        "fix": [_shown(*each) for each in fix], "warned": [_shown(*each) for each in warned[:WARNED]],
        "more_warned": max(0, len(warned) - WARNED),
        "out": [_shown(*each) for each in rows if each[4].result == "left out"],
        "practices": [_of_practice(each) for each in years],
        "records": [each for of in years for each in of.records],
        "ending": sum(len(each.ended) for each in years),
        "seal": seal_of([f"{each.ending} {each.year} {who}" for each in years for who in each.ended]),
        "results": {
            f"{kind}-{row.line}": [row.result, " ".join(said.message for said in row.said)]
            for *_, kind, row, _ in rows
        },
    }  # fmt: skip


def _shown(practice, ending, year, kind, row, clinicians):
    known = clinicians.get(row.npi)
    columns = dict.fromkeys(each.column for each in row.said if each.column)
    return {
        "key": f"{kind}-{row.line}", "kind": kind, "line": row.line, "practice": practice, "ending": ending,
        "year": year, "name": row.name or (known.spoken if known else ""), "can_add": row.can_add,
        "cells": {column: row.cells.text(column) for column in columns},
        "said": [[each.column, each.message, each.warning] for each in row.said],
    }  # fmt: skip


def _of_practice(each):
    counts = sum((checked.counts for checked in each.checked.values()), Counter())
    return {
        "name": each.name, "ending": each.ending, "year": each.year, "new": each.new,
        "mine": each.practice is not None, "counts": dict(counts), "says": each.says, "ended": each.ended,
    }  # fmt: skip


def told(each):
    """What undoing needs of one practice's year."""
    return {"practice": each.practice, "name": each.name, "year": each.year, **each.changes}
