"""Bulk files: practices, rosters and participation, as CSV or XLSX, read into those who are scored.

The layout is described in the manual, `docs/bulk.md`. Every row ends in a participant or is named
in a problem. A row whose cells cannot be read is left out by name and the others go on; a row that
can be read and will not count goes on, so that its score says why.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

from mips_ia.formats.bulk_attested import mvp_problem, problems
from mips_ia.formats.bulk_joined import incomplete, joined
from mips_ia.formats.bulk_people import Unit, participants, units, with_earlier
from mips_ia.formats.bulk_rows import Book, book
from mips_ia.formats.participants import Intake, Participant
from mips_ia.formats.tables import Table, tables
from mips_ia.problems import Problem, Refused
from mips_ia.rules import rules


def read(paths: Sequence[Path], as_known_on: date | None = None) -> Intake:
    """Everybody in the files, folders and ZIP files given, with every problem; nothing is raised.

    Windows are judged by what was known on a day (default: all that is known).
    """
    return read_tables(*tables(paths), as_known_on)


def read_tables(found: Sequence[Table], faults: Sequence[Problem], as_known_on: date | None = None) -> Intake:
    """The same of tables that were read already, and the faults met on the way."""
    rows = book(found)
    rows.problems[:0] = faults
    if "practices" not in rows.given and not any(p.code == "headings_below" for p in rows.problems):
        fix = "Add practices.csv: it says how each TIN reports."
        rows.problems.append(Problem("no_practices", "practices", "There is no table of practices.", fix))
    whole, contradictions = units(rows.practices)
    rows.problems += contradictions
    whole = joined(whole, rows)
    people: list[Participant] = []
    unscored = _unscored(rows, whole)
    for unit in whole:
        if early := _not_yet_known(unit, as_known_on):
            rows.problems.append(early)
            unscored += 1
            continue
        rows.problems += _of_unit(unit, as_known_on)
        each = [*participants(unit, "participation" in rows.given, as_known_on)]
        people += each
        unscored += not each
    rows.problems += incomplete(whole, rows.left_out)
    return Intake(tuple(with_earlier(people, as_known_on)), tuple(rows.problems), rows.rows, unscored)


def _unscored(rows: Book, whole: Sequence[Unit]) -> int:
    """How many practices and entities were read and are in no unit."""
    scored = {place for unit in whole for place in unit.places}
    contradicting = {
        (row.year, row.practice.entity, row.entity_id)
        for row in rows.practices
        if (row.year, row.tin) not in scored
    }
    lost = [row for row in rows.left_out if row.table == "practices" and ", line " in row.where]
    places = {(row.year, row.tin) if row.year and row.tin else row.where for row in lost}
    return len(contradicting) + len(places - scored)


def _not_yet_known(unit: Unit, as_known_on: date | None) -> Problem | None:
    """That the rules of the unit's year were not known on the day."""
    try:
        rules(unit.practice.performance_year, as_known_on)
    except Refused as refusal:
        found = refusal.problems[0]
        return replace(found, where=f"{unit.where}, performance_year")
    return None


def _of_unit(unit: Unit, as_known_on: date | None) -> Iterator[Problem]:
    """What is wrong with a unit as a whole, and with each row of its participation."""
    who, billing = unit.practice, unit.counted
    if not who.many and not unit.roster and not unit.participation:
        fix = "Add its clinicians to the roster."
        yield Problem("no_clinicians", f"{unit.where}, tin", "No clinician of this TIN is listed.", fix)
    if billing is not None and not billing:
        what = "The roster says of every clinician that nothing was billed."
        fix = "Correct billed_in_year; until then the number of clinicians is not known."
        yield Problem("nobody_billed", f"{unit.where}, tin", what, fix, severity="warning")
    lost = [row for row in unit.missing if row.table == "practices"]
    if who.entity == "virtual_group" and unit.rows[0].entity_id and len(unit.rows) == 1 and not lost:
        what = f"The virtual group {unit.rows[0].entity_id} has this TIN alone, and is of two or more."
        fix = "Enter the same entity_id for each of its TINs."
        yield Problem("virtual_group_of_one", f"{unit.where}, entity_id", what, fix, severity="warning")
    for row in unit.participation:
        yield from problems(row, who, as_known_on)
        if who.many and billing and row.npi not in billing:
            what = "The roster says that this clinician billed nothing in the year, so this is not counted."
            fix = "Correct billed_in_year, if the clinician did bill."
            yield Problem("not_billed", f"{row.where}, npi", what, fix, severity="warning")
    found = (each for row in unit.participation if (each := mvp_problem(row, who, as_known_on)))
    if wrong := next(found, None):
        yield replace(wrong, where=f"{unit.where}, mvp_id")
