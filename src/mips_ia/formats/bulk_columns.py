"""The layout of bulk files: three tables, their columns, and the code of every problem in them."""

import re
from collections.abc import Iterable, Mapping
from difflib import get_close_matches

from mips_ia.formats.sheets import TITLES
from mips_ia.formats.tables import Table
from mips_ia.problems import Problem

PRACTICES = {
    "performance_year": "the performance year",
    "tin": "the TIN of the practice, 9 digits as text",
    "practice_name": "what people call the practice",
    "report_as": "individual, group, virtual_group, subgroup or apm_entity",
    "pathway": "traditional, mvp, app or apm_scoring_standard; blank: traditional",
    "mvp_id": "the MVP, where the pathway is mvp",
    "statuses": "what CMS's look-up shows, separated by blanks, or none",
    "statuses_checked_on": "the day of the look-up",
    "medical_home_sites": "recognized sites and all sites, as 2/6",
    "entity_id": "the virtual group, subgroup or APM Entity",
    "apm": "mips_apm, other_apm or none",
    "quality_and_pi_submitted": "yes where both quality and PI are submitted",
    "not_scored": "the categories reweighted to zero: quality cost ia pi, or none",
    "extreme_circumstances": "yes where CMS granted relief; blank: no",
    "study": "yes where CMS's study gives credit; blank: no",
    "contact_email": "whom to ask; not needed for scoring",
}
ROSTER = {
    "performance_year": "the performance year",
    "tin": "the TIN that the clinician bills under",
    "npi": "the NPI of the clinician, 10 digits as text",
    "last_name": "the clinician's last name",
    "first_name": "the clinician's first name",
    "credential": "such as MD; not needed for scoring",
    "email": "whom to ask; not needed for scoring",
    "site_name": "where the clinician works; not needed for scoring",
    "site_zip": "the ZIP code of the site; not needed for scoring",
    "joined_on": "the day the clinician joined",
    "left_on": "the day the clinician left",
    "billed_in_year": "no where nothing was billed in the year, so that the clinician is not counted",
    "non_patient_facing": "whether the clinician is non-patient facing",
    "rural": "whether the clinician practices in a rural ZIP code",
    "hpsa": "whether the clinician practices in a health professional shortage area",
    "row_id": "your own key for the row",
}
PARTICIPATION = {
    "performance_year": "the performance year",
    "tin": "the TIN that the clinician bills under",
    "npi": "the NPI of the clinician who took part",
    "activity_id": "the activity",
    "start_date": "the first day of the window, included",
    "end_date": "the last day of the window, included",
    "taking_part": "yes where the clinician did the activity; without this column every row says yes",
    "attested_by": "self or delegate; not needed for scoring",
    "delegate_email": "who attested for the clinician; not needed for scoring",
    "attested_on": "the day of the attestation",
    "basis": "why it is said; not needed for scoring",
    "evidence_ref": "a file in the same ZIP, or a link; not needed for scoring",
    "note": "anything else",
    "row_id": "your own key for the row",
}
TABLES: Mapping[str, Mapping[str, str]] = {
    "practices": PRACTICES,
    "roster": ROSTER,
    "participation": PARTICIPATION,
}
Needed = Mapping[str, tuple[str, ...]]
NEEDED: Needed = {
    "practices": ("performance_year", "tin", "report_as"),
    "roster": ("performance_year", "tin", "npi"),
    "participation": ("performance_year", "tin", "npi", "activity_id"),
}

# What the rules of the year say of an activity: the row is read, and the score says so too.
OF_ACTIVITIES = (
    "unknown_activity", "not_in_year", "renumbered", "removed_in_year", "not_in_program", "not_in_mvp",
    "not_yet_known", "too_short", "too_late", "reversed_dates", "outside_year", "dates_unknown", "suspended",
)  # fmt: skip

CODES = (
    # of files
    "no_file", "no_tables", "not_a_table", "empty_file", "old_workbook", "encrypted", "damaged_file",
    "too_large", "not_text", "encoding_guessed", "line_too_long", "unclosed_quote", "too_many_columns",
    "too_many_rows", "no_rows",
    # of tables
    "unknown_table", "missing_column", "repeated_column", "unknown_column", "headings_below",
    "no_practices",
    # of cells
    "too_many_cells", "missing_cell", "bad_year", "unknown_year", "wrong_length", "number_not_text",
    "not_digits", "npi_check_digit", "not_yes_no", "none_and_more", "bad_sites", "bad_date",
    "several_activities", "report_as_missing", "entity_id_missing", "left_before_joined", "id_tidied",
    "attested_early",
    # of practices, as the rules of the year have them
    "unknown_entity", "unknown_pathway", "pathway_not_in_year", "entity_not_on_pathway", "unknown_status",
    "unknown_apm", "not_in_mips_apm", "unknown_category", "impossible_count", "unknown_mvp",
    # of activities, as the rules of the year have them
    *OF_ACTIVITIES,
    # of rows beside each other
    "duplicate", "entity_disagrees", "no_practice", "no_clinicians", "not_on_roster", "nobody_billed",
    "not_billed", "not_answered", "virtual_group_of_one", "incomplete",
)  # fmt: skip


def titled(table: Table, needed: Needed = NEEDED) -> tuple[str, Problem] | None:
    """Which table has its headings not in line 1 but a little below, so that it cannot be read."""
    if _by_headings(table.header, needed):
        return None
    lines = [(_by_headings((*row.cells, *row.surplus), needed), row.line) for row in table.rows[:TITLES]]
    name, line = next((each for each in lines if each[0]), ("", 0))
    if not name:
        return None
    what = f"The headings must stand in line 1; line {line} looks like them."
    fix = "Delete the line above." if line == 2 else "Delete the lines above."
    return name, Problem("headings_below", table.name, what, fix)


def kind(table: Table) -> str:
    """Which of the three tables it is by its headings, else by its name; empty if none."""
    if name := _by_headings(table.header, NEEDED):
        return name
    stem = re.split(r"[/\\]", table.sheet or table.name)[-1].lower()
    named = [name for name in TABLES if name in stem]
    return named[0] if len(named) == 1 else ""


def _by_headings(cells: Iterable[str], needed: Needed) -> str:
    header = set(map(column, cells))
    for name in ("participation", "roster", "practices"):
        if name in needed and header.issuperset(needed[name]):
            return name
    return ""


def column(heading: str) -> str:
    """A heading as the column it names: `Performance Year` is `performance_year`."""
    return re.sub(r"[\W_]+", "_", heading).strip("_").lower()


def headings(table: Table, name: str, needed: Needed = NEEDED) -> list[Problem]:
    """What is wrong with the headings of a table; an error means that it cannot be read."""
    given = list(map(column, table.header))
    where = f"{table.name}, headings"
    found = []
    for each in needed[name]:
        if each not in given:
            fix = f"Add it. The table needs {', '.join(needed[name])}. Nothing of it was read."
            found.append(Problem("missing_column", where, f"There is no column {each}.", fix))
    for each in sorted({c for c in given if c and given.count(c) > 1}):
        fix = "Keep one of them. Nothing of the table was read."
        found.append(Problem("repeated_column", where, f"There are several columns {each}.", fix))
    unknown = []
    for heading, each in zip(table.header, given, strict=True):
        near = resembled(each, name, given)
        if near:
            what = f"The column {heading} is not known and was ignored; it looks like {near}."
            fix = f"If it is {near}, call it so. Its cells were not read."
            found.append(Problem("unknown_column", where, what, fix, severity="warning"))
        elif heading and each not in TABLES[name]:
            unknown.append(heading)
    if unknown:
        what = f"These columns are not known and were ignored: {', '.join(unknown)}."
        found.append(Problem("unknown_column", where, what, severity="note"))
    if not table.rows:
        what = "It has headings and no rows."
        found.append(Problem("no_rows", table.name, what, "Add a row for each.", severity="warning"))
    return found


def resembled(given: str, name: str, others: list[str]) -> str:
    """The column of the layout that a heading seems to mean; empty if none, or if that stands beside it."""
    if given in TABLES[name]:
        return ""
    near = get_close_matches(given, [each for each in TABLES[name] if each not in others], 1, 0.75)
    return near[0] if near else ""


def not_known(table: Table) -> Problem:
    """That a table is none of the three: an error for a file, a warning for one sheet of a workbook."""
    what = "It is none of the tables practices, roster and participation, and was not read."
    fix = "Name it for its table, and give it the headings of the layout."
    return Problem("unknown_table", table.name, what, fix, severity="warning" if table.sheet else "error")
