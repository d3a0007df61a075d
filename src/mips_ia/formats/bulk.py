"""Bulk files: practices, rosters and participation, as CSV or XLSX, read into those who are scored.

The layout is described in the manual, `docs/bulk.md`. Every row ends in a participant or is named
in a problem. A row whose cells cannot be read is left out by name and the others go on; a row that
can be read and will not count goes on, so that its score says why.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from mips_ia.formats.bulk_attested import mvp_problem, problems
from mips_ia.formats.bulk_people import Unit, participants, units, with_earlier
from mips_ia.formats.bulk_rows import Book, LeftOut, ParticipationRow, RosterRow, book
from mips_ia.formats.participants import Intake, Participant
from mips_ia.formats.tables import tables
from mips_ia.problems import Problem, counted

Place = tuple[int, str]


def read(paths: Sequence[Path]) -> Intake:
    """Everybody in the files, folders and ZIP files given, with every problem; nothing is raised."""
    found, faults = tables(paths)
    rows = book(found)
    rows.problems[:0] = faults
    if "practices" not in rows.given:
        fix = "Add practices.csv: it says how each TIN reports."
        rows.problems.append(Problem("no_practices", "practices", "There is no table of practices.", fix))
    whole, contradictions = units(rows.practices)
    rows.problems += contradictions
    whole = _joined(whole, rows)
    people: list[Participant] = []
    for unit in whole:
        rows.problems += _of_unit(unit)
        people += participants(unit, "participation" in rows.given)
    rows.problems += _incomplete(whole, rows.left_out)
    return Intake(tuple(with_earlier(people)), tuple(rows.problems), rows.rows)


def _joined(whole: Sequence[Unit], rows: Book) -> list[Unit]:
    """The units with the rows of their roster and participation; other rows are left out by name."""
    known = {place for unit in whole for place in unit.places}
    roster: defaultdict[Place, list[RosterRow]] = defaultdict(list)
    did: defaultdict[Place, list[ParticipationRow]] = defaultdict(list)
    for clinician in rows.roster:
        if _stands(clinician, known, rows):
            roster[clinician.year, clinician.tin].append(clinician)
    listed = {(*place, row.npi) for place, each in roster.items() for row in each}
    for row in rows.participation:
        if not _stands(row, known, rows):
            continue
        if (row.year, row.tin) in roster and (row.year, row.tin, row.npi) not in listed:
            what = "The NPI is not on the roster of this TIN and year."
            _leave_out(row, "not_on_roster", "npi", what, "Add this NPI to the roster first.", rows)
        else:
            did[row.year, row.tin].append(row)
    return [
        replace(
            unit,
            roster=tuple(row for place in unit.places for row in roster[place]),
            participation=tuple(row for place in unit.places for row in did[place]),
        )
        for unit in whole
    ]


def _stands(row: RosterRow | ParticipationRow, known: set[Place], rows: Book) -> bool:
    """Whether the row belongs to a practice that was read; else it is left out."""
    if (row.year, row.tin) in known:
        return True
    what = f"No practice of {row.year} with this TIN was read."
    _leave_out(row, "no_practice", "tin", what, "Add it to practices, or correct its row there.", rows)
    return False


def _leave_out(
    row: RosterRow | ParticipationRow, code: str, column: str, what: str, fix: str, rows: Book
) -> None:
    rows.problems.append(Problem(code, f"{row.where}, {column}", what, fix))
    rows.left_out.append(LeftOut(row.where, row.year, row.tin))


def _of_unit(unit: Unit) -> Iterator[Problem]:
    """What is wrong with a unit as a whole, and with each row of its participation."""
    who, billing = unit.practice, unit.counted
    if not who.many and not unit.roster and not unit.participation:
        fix = "Add its clinicians to the roster."
        yield Problem("no_clinicians", f"{unit.where}, tin", "No clinician of this TIN is listed.", fix)
    if billing is not None and not billing:
        what = "The roster says of every clinician that nothing was billed."
        fix = "Correct billed_in_year; until then the number of clinicians is not known."
        yield Problem("nobody_billed", f"{unit.where}, tin", what, fix, severity="warning")
    for row in unit.participation:
        yield from problems(row, who)
        if who.many and billing and row.npi not in billing:
            what = "The roster says that this clinician billed nothing in the year, so this is not counted."
            fix = "Correct billed_in_year, if the clinician did bill."
            yield Problem("not_billed", f"{row.where}, npi", what, fix, severity="warning")
    found = (each for row in unit.participation if (each := mvp_problem(row, who)))
    if wrong := next(found, None):
        yield replace(wrong, where=f"{unit.where}, mvp_id")


def _incomplete(whole: Sequence[Unit], left_out: Sequence[LeftOut]) -> Iterator[Problem]:
    """Whose counts lack rows that were left out: leaving out one clinician can change what half is."""
    by_place: defaultdict[Place, list[str]] = defaultdict(list)
    for row in left_out:
        by_place[(row.year, row.tin) if row.year and row.tin else (0, "")].append(row.where)
    fix = "Correct these rows and read the files again."
    for unit in whole:
        if missing := [where for place in unit.places for where in by_place[place]]:
            what = f"Its counts are incomplete: {counted(len(missing), 'row')} left out ({_some(missing)})."
            yield Problem("incomplete", unit.where, what, fix, severity="warning")
    if strays := by_place[0, ""]:
        what = (
            f"Whose rows these are cannot be told, so any practice's counts may lack them: {_some(strays)}."
        )
        yield Problem("incomplete", "every practice", what, fix, severity="warning")


def _some(wheres: Sequence[str]) -> str:
    return "; ".join(wheres[:5]) + ("; …" if len(wheres) > 5 else "")
