"""The rows of rosters and participation joined to their practices, and what is lacking where."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import replace

from mips_ia.formats.bulk_people import ACROSS, Unit
from mips_ia.formats.bulk_rows import Book, LeftOut, ParticipationRow, RosterRow
from mips_ia.problems import Problem, counted

Place = tuple[int, str]
_STRAYS = 200  # rows of nobody that are weighed for each practice; more are only named


def joined(whole: Sequence[Unit], rows: Book) -> list[Unit]:
    """The units with the rows of their roster and participation; other rows are left out by name."""
    known = {place for unit in whole for place in unit.places}
    roster: defaultdict[Place, list[RosterRow]] = defaultdict(list)
    did: defaultdict[Place, list[ParticipationRow]] = defaultdict(list)
    for clinician in rows.roster:
        if (clinician.year, clinician.tin) in known:
            roster[clinician.year, clinician.tin].append(clinician)
    rows.problems += _of_nobody(rows.roster, known)
    listed = {(*place, row.npi) for place, each in roster.items() for row in each}
    for row in rows.participation:
        if (row.year, row.tin) not in known:
            continue
        if (row.year, row.tin) in roster and (row.year, row.tin, row.npi) not in listed:
            what = "The NPI is not on the roster of this TIN and year."
            _leave_out(row, "not_on_roster", "npi", what, "Add this NPI to the roster first.", rows)
        else:
            did[row.year, row.tin].append(row)
    rows.problems += _of_nobody(rows.participation, known)
    full = [
        replace(
            unit,
            roster=tuple(row for place in unit.places for row in roster[place]),
            participation=tuple(row for place in unit.places for row in did[place]),
        )
        for unit in whole
    ]
    return _lacking(full, rows.left_out)


def _of_nobody(rows: Sequence[RosterRow | ParticipationRow], known: set[Place]) -> Iterator[Problem]:
    """That rows belong to no practice that was read: once for each table, year and TIN."""
    lines: defaultdict[tuple[str, int, str], list[int]] = defaultdict(list)
    for row in rows:
        if (row.year, row.tin) not in known:
            table, line = row.where.rsplit(", line ", 1)
            lines[table, row.year, row.tin].append(int(line))
    for (table, year, _), each in lines.items():
        what = f"No practice of {year} with this TIN was read."
        fix = "Add it to practices, or correct its row there."
        yield Problem("no_practice", f"{table}, {_runs(each)}, tin", what, fix)


def _runs(lines: Sequence[int]) -> str:
    """Line numbers in order as a person says them: `line 2`, `lines 2 to 27, 30`."""
    runs: list[tuple[int, int]] = []
    for line in lines:
        if runs and line == runs[-1][1] + 1:
            runs[-1] = runs[-1][0], line
        else:
            runs.append((line, line))
    said = ", ".join(str(first) if first == last else f"{first} to {last}" for first, last in runs)
    return f"line{'s' if len(lines) > 1 else ''} {said}"


def _leave_out(
    row: RosterRow | ParticipationRow, code: str, column: str, what: str, fix: str, rows: Book
) -> None:
    rows.problems.append(Problem(code, f"{row.where}, {column}", what, fix))
    table, activity = "roster", ""
    if isinstance(row, ParticipationRow):
        table, activity = "participation", row.activity
    rows.left_out.append(LeftOut(row.where, table, row.year, row.tin, row.npi, activity))


def _lacking(whole: Sequence[Unit], left_out: Sequence[LeftOut]) -> list[Unit]:
    """The units with the rows left out that belong to them, or that may."""
    own, strays = _placed(left_out)
    return [
        replace(unit, missing=(*_own(unit, own), *(row for row in strays[:_STRAYS] if _may_be(row, unit))))
        for unit in whole
    ]


def _placed(left_out: Sequence[LeftOut]) -> tuple[dict[tuple[int, str, str], list[LeftOut]], list[LeftOut]]:
    """The rows left out by year and TIN, or by year and entity; and those whose place is not known.

    A practice row lacks only in the entity that it names.
    """
    own: dict[tuple[int, str, str], list[LeftOut]] = {}
    strays = []
    for row in left_out:
        if row.table == "practices":
            own.setdefault((row.year, "", row.entity_id), []).append(row)
        elif row.year and row.tin:
            own.setdefault((row.year, row.tin, ""), []).append(row)
        else:
            strays.append(row)
    return own, strays


def _own(unit: Unit, own: dict[tuple[int, str, str], list[LeftOut]]) -> Iterator[LeftOut]:
    for place in unit.places:
        yield from own.get((*place, ""), ())
    if (id := unit.rows[0].entity_id) and unit.practice.entity in ACROSS:
        year = unit.practice.performance_year
        lost = [*own.get((year, "", id), ()), *own.get((0, "", id), ())]
        yield from (row for row in lost if (row.year, row.tin) not in unit.places)


def _may_be(row: LeftOut, unit: Unit) -> bool:
    """Whether a row whose year or TIN cannot be read may be the unit's.

    Participation of an NPI that is not on its roster is not.
    """
    if not any(row.year in (0, year) and row.tin in ("", tin) for year, tin in unit.places):
        return False
    if row.table == "roster" or not row.npi or unit.counted is None:
        return True
    return any(row.npi == each.npi for each in unit.roster)


def incomplete(whole: Sequence[Unit], left_out: Sequence[LeftOut]) -> Iterator[Problem]:
    """Whose counts lack rows that were left out: leaving out one clinician can change what half is."""
    own, strays = _placed(left_out)
    fix = "Correct these rows and read the files again."
    for unit in whole:
        if missing := [row.where for row in _own(unit, own)]:
            what = f"Its counts are incomplete: {counted(len(missing), 'row')} left out ({_some(missing)})."
            yield Problem("incomplete", unit.where, what, fix, severity="warning")
    if strays and whole:
        some = _some([row.where for row in strays])
        what = f"Whose rows these are cannot be told, so any practice's counts may lack them: {some}."
        yield Problem("incomplete", "every practice", what, fix, severity="warning")


def _some(wheres: Sequence[str]) -> str:
    return "; ".join(wheres[:5]) + ("; …" if len(wheres) > 5 else "")
