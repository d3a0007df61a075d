"""The rows of bulk files, typed; a row with an error is left out by name, and the others go on."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date

from mips_ia.formats.bulk_columns import TABLES, column, headings, kind, not_known, titled
from mips_ia.formats.cells import Cells, billed
from mips_ia.formats.tables import Table
from mips_ia.problems import Problem
from mips_ia.reading.clauses import CATEGORIES
from mips_ia.rules import rules
from mips_ia.standing import Practice, problems

OF_SEVERAL = ("virtual_group", "subgroup", "apm_entity")


@dataclass(frozen=True, slots=True)
class PracticeRow:
    """One TIN in one year; `practice` is what the row alone says, clinicians not counted.

    `pathway` is empty where the row leaves it blank, so that another row of the entity can say it.
    """

    where: str
    year: int
    tin: str
    name: str
    entity_id: str
    pathway: str
    practice: Practice


@dataclass(frozen=True, slots=True)
class RosterRow:
    """One clinician of one TIN in one year; None is not known."""

    where: str
    year: int
    tin: str
    npi: str
    name: str
    joined: date | None
    billed: bool | None
    non_patient_facing: bool | None
    rural: bool | None
    hpsa: bool | None


@dataclass(frozen=True, slots=True)
class ParticipationRow:
    """One window of one activity of one clinician; None is not known."""

    where: str
    year: int
    tin: str
    npi: str
    activity: str
    first: date | None
    last: date | None
    taking_part: bool | None


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A row that was not used, and whose it is (0 and empty where that cannot be read).

    `where` is the whole table where its headings could not be read.
    """

    where: str
    table: str
    year: int = 0
    tin: str = ""
    npi: str = ""
    activity: str = ""
    entity_id: str = ""


@dataclass(slots=True)
class Book:
    """The rows of all tables, the tables that were given, what was left out, and every problem."""

    practices: list[PracticeRow] = field(default_factory=list)
    roster: list[RosterRow] = field(default_factory=list)
    participation: list[ParticipationRow] = field(default_factory=list)
    given: set[str] = field(default_factory=set)
    left_out: list[LeftOut] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    rows: int = 0


def book(tables: Iterable[Table]) -> Book:
    """The rows of every table of the layout: practices, then rosters, then participation."""
    found = Book()
    ids: dict[tuple[str, str], str] = {}
    keys: dict[tuple[object, ...], dict[date | None, str]] = {}
    order = ["", *TABLES]
    readable: list[Table] = []
    for table in tables:
        if below := titled(table):
            found.left_out.append(LeftOut(table.name, below[0]))
            found.problems.append(below[1])
        else:
            readable.append(table)
    for table in sorted(readable, key=lambda each: order.index(kind(each))):
        name = kind(table)
        faults = headings(table, name) if name else [not_known(table)]
        found.problems += faults
        if name and all(fault.severity != "error" for fault in faults):
            found.given.add(name)
            found.rows += len(table.rows)
            for cells in _cells(table):
                _add(cells, name, found, ids, keys)
                found.problems += cells.problems
        elif name:
            found.left_out.append(LeftOut(table.name, name))
    return found


def _cells(table: Table) -> Iterator[Cells]:
    columns = [column(heading) for heading in table.header]
    for row in table.rows:
        given = dict.fromkeys(columns, "") | dict(zip(columns, row.cells, strict=False))
        cells = Cells(f"{table.name}, line {row.line}", given)
        if row.surplus:
            what = f"There are more cells than headings; {row.surplus[0]!r} is one too many."
            cells.tell("too_many_cells", "", what, "Put quotation marks around a cell with a comma.")
        yield cells


def _add(
    cells: Cells,
    name: str,
    found: Book,
    ids: dict[tuple[str, str], str],
    keys: dict[tuple[object, ...], dict[date | None, str]],
) -> None:
    """Read one row into its table, or leave it out."""
    year, tin = cells.year(), cells.tin()
    if name == "practices":
        practice = practice_row(cells, year, tin)
        _unique(cells, name, (year, tin), None, ids, keys)
        if practice and cells.fit:
            found.practices.append(practice)
        else:
            id = cells.text("entity_id")
            found.left_out.append(LeftOut(cells.where, name, year, tin, entity_id=id))
        return
    npi = cells.npi()
    row: RosterRow | ParticipationRow
    if name == "roster":
        row = _clinician(cells, year, tin, npi)
        _unique(cells, name, (year, tin, npi), row.joined, ids, keys)
    else:
        row = _participation(cells, year, tin, npi)
        _unique(cells, name, (year, tin, npi, row.activity, row.first), None, ids, keys)
    if not cells.fit:
        activity = row.activity if isinstance(row, ParticipationRow) else ""
        found.left_out.append(LeftOut(cells.where, name, year, tin, npi, activity))
    elif isinstance(row, RosterRow):
        found.roster.append(row)
    else:
        found.participation.append(row)


_SAME = {
    "practices": ("Keep one row for each TIN and year.", "tin", "TIN and year"),
    "roster": ("Keep one row for each NPI and TIN, or give each the day joined.", "npi", "NPI and TIN"),
    "participation": (
        "Keep one row for each NPI, activity and start date.",
        "start_date",
        "NPI, activity and start date",
    ),
}


def _unique(
    cells: Cells,
    name: str,
    key: tuple[object, ...],
    joined: date | None,
    ids: dict[tuple[str, str], str],
    keys: dict[tuple[object, ...], dict[date | None, str]],
) -> None:
    """An error where an earlier row that is used has the same key; `row_id` is the key if given.

    Of the roster, rows with different days of joining are different; a blank is like any day.
    """
    fix, place, same = _SAME[name]
    if not cells.fit:
        return
    if id := cells.text("row_id"):
        first, place, same = ids.get((name, id), ""), "row_id", "row_id"
        ids.setdefault((name, id), cells.where)
    else:
        days = keys.setdefault((name, *key), {})
        alike = [where for day, where in days.items() if None in (day, joined) or day == joined]
        first = next(iter(alike), "")
        if not alike:
            days[joined] = cells.where
    if first:
        cells.tell("duplicate", place, f"{first}, has the same {same}.", fix)


def practice_row(cells: Cells, year: int, tin: str) -> PracticeRow | None:
    """What a row of practices says; None where its year or how it reports cannot be read."""
    entity = cells.word("report_as")
    if not entity:
        fix = "Enter individual, group, virtual_group, subgroup or apm_entity."
        cells.tell("report_as_missing", "report_as", "How the practice reports is blank.", fix)
    if entity in OF_SEVERAL and not cells.text("entity_id"):
        what = f"Which {entity} it is, is blank, so this TIN stands for itself."
        fix = "Enter the same entity_id in each row of it."
        cells.tell("entity_id_missing", "entity_id", what, fix, "warning")
    cells.day("statuses_checked_on", year)
    statuses = tuple(rules(year).special) if year else ()
    apm = cells.word("apm")
    practice = Practice(
        performance_year=year,
        entity=entity,
        pathway=cells.word("pathway") or "traditional",
        mvp=cells.text("mvp_id").upper() or None,
        statuses=cells.names("statuses", statuses),
        medical_home_sites=cells.sites(),
        apm="none" if apm == "no" else apm or None,
        quality_and_pi_submitted=cells.yes_no("quality_and_pi_submitted"),
        not_scored=cells.names("not_scored", CATEGORIES),
        extreme_circumstances=cells.yes_no("extreme_circumstances") is True,
        study=cells.yes_no("study") is True,
    )
    if not year or not entity:
        return None
    for found in problems(practice, rules(year)):
        where = "report_as" if found.where == "entity" else found.where
        fix = found.fix
        if found.code in ("unknown_status", "unknown_category"):
            fix = f"{fix.removesuffix('.')}, or none."
        cells.tell(found.code, where, found.what, fix, found.severity)
    name, entity_id = cells.text("practice_name"), cells.text("entity_id")
    return PracticeRow(cells.where, year, tin, name, entity_id, cells.word("pathway"), practice)


def _clinician(cells: Cells, year: int, tin: str, npi: str) -> RosterRow:
    joined, left = cells.day("joined_on", year), cells.day("left_on", year)
    if joined and left and left < joined:
        what = f"The day left, {left}, is before the day joined."
        cells.tell(
            "left_before_joined", "left_on", what, f"Enter a date on or after the date joined, {joined}."
        )
    name = f"{cells.text('first_name')} {cells.text('last_name')}".strip()
    said, *answers = [cells.yes_no(c) for c in ("billed_in_year", "non_patient_facing", "rural", "hpsa")]
    return RosterRow(
        cells.where, year, tin, npi, name, joined, billed(said, joined, left, year), *answers
    )  # fmt: skip


def _participation(cells: Cells, year: int, tin: str, npi: str) -> ParticipationRow:
    activity = cells.activity()
    first, last = cells.day("start_date", year), cells.day("end_date", year)
    signed = cells.day("attested_on", year)
    if signed and last and signed < last:
        what = f"It was signed on {signed}, before the window ended."
        cells.tell("attested_early", "attested_on", what, f"Have it signed again after {last}.", "warning")
    taking_part = cells.yes_no("taking_part") if cells.has("taking_part") else True
    return ParticipationRow(cells.where, year, tin, npi, activity, first, last, taking_part)
