"""A number that a guide asks for, counted from a practice's own rows: what is sure, and what is not."""

import csv
import hashlib
import itertools
import json
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from html import escape
from pathlib import Path
from typing import Any

import duckdb
import pytest
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st

from mips_ia import Attestation, Evidence, proof, rules
from mips_ia.cli.measure_command import plain_measured
from mips_ia.formats.measure_page import page, sentence
from mips_ia.formats.measure_rows import Unit, columns
from mips_ia.formats.measures import Measured, Tally, measured, tally
from mips_ia.problems import Refused
from mips_ia.reading.guides import Criterion, Leaf, Measure, guide, guided, guides, leaves
from pace import soon

SPRING = (date(2021, 3, 1), date(2021, 5, 29))
MADE = datetime(2026, 7, 1, 9, 30, tzinfo=UTC)
PDMP = "id,date,schedule_ii_opioid,days_supply,pdmp_checked"
SCREENED = "id,date,ambulatory_care,alcohol_screened"
CLAIMS = "id,date,npi,medicare,prc_modifier"
HOURS = "id,date,npi,hours,relationship_centered"
ADAMS, BAKER, COOK = "9000001005", "9000001013", "9000001021"


def leaf_of(activity: str, year: int, name: str = "") -> Leaf:
    found = guide(activity, year)
    assert found is not None
    return next(each for each in leaves(found.requirement) if each.measure and name in ("", each.id))


def asking(leaf: Leaf, **changes: Any) -> Leaf:
    """The leaf with another number to reach."""
    assert leaf.measure is not None
    return replace(leaf, measure=replace(leaf.measure, **changes))


def counted(path: Path, activity: str, year: int, *window: date, name: str = "") -> Measured:
    return measured(path, activity, leaf_of(activity, year, name), rules(year), *window)


def written(path: Path, header: str, *rows: str) -> Path:
    path.write_text("\n".join([header, *rows]) + "\n", encoding="utf-8")
    return path


def pdmp(tmp_path: Path, *rows: str) -> Measured:
    """Schedule II opioids for more than 3 days, of which 75% must be looked up, over all of 2021."""
    return counted(written(tmp_path / "pdmp.csv", PDMP, *rows), "IA_PSPA_6", 2021)


def screened(tmp_path: Path, *rows: str, window: tuple[date, ...] = ()) -> Measured:
    """Ambulatory care patients of 2026, of whom 75% must be screened."""
    return counted(written(tmp_path / "patients.csv", SCREENED, *rows), "IA_BMH_9", 2026, *window)


def claims(tmp_path: Path, *rows: str) -> Measured:
    """Medicare claims of 2026 of each clinician, of which 50% must have a modifier."""
    return counted(written(tmp_path / "claims.csv", CLAIMS, *rows), "IA_CC_19", 2026)


def hours(tmp_path: Path, *rows: str) -> Measured:
    """Hours of training in 2026 of each clinician, of which there must be 8."""
    return counted(written(tmp_path / "hours.csv", HOURS, *rows), "IA_CC_18", 2026)


def counts(found: Measured) -> tuple[int, int]:
    (one,) = found.tallies.values()
    return one.count, one.of


def at_best(found: Measured) -> tuple[int | None, int]:
    (one,) = found.tallies.values()
    return one.most, one.most_of


def told(found: Measured) -> list[str]:
    return [str(problem) for problem in found.read.problems]


# ---- Every measure of every guide

ALL = [
    (id, each.since, leaf)
    for id in guided()
    for each in guides(id)
    for leaf in leaves(each.requirement)
    if leaf.measure
]


def cell(criterion: Criterion, meets: bool) -> str:
    """The plainest cell that meets a criterion by a hair, or misses it by one."""
    step = 0 if meets else 1
    if criterion.one_of:
        return criterion.one_of[-1] if meets else ""
    if criterion.at_least is not None:
        return str(criterion.at_least - step)
    if criterion.more_than is not None:
        return str(criterion.more_than + 1 - step)
    if criterion.at_most is not None:
        return str(criterion.at_most + step)
    if criterion.less_than is not None:
        return str(criterion.less_than - 1 + step)
    return "yes" if meets else "no"


def a_file(path: Path, measure: Measure, year: int, met: bool) -> Path:
    """A file by the measure's layout of which the count is just enough, or one too low."""
    least = measure.at_least or (measure.more_than_percent or 0) // 5 + 1
    least = least if measure.percent is None else -(-measure.percent // 5)
    hits = least if met else least - 1
    total = hits if measure.at_least else 20
    if measure.sums:
        hits, total, amount = 1, 1, hits
    with path.open("w", newline="", encoding="utf-8") as file:
        table = csv.DictWriter(file, list(columns(measure)))
        table.writeheader()
        for place in range(total):
            row = {"id": f"U{place}", "date": f"{year}-03-01"}
            row |= {"npi": ADAMS} if measure.per == "clinician" else {}
            row |= {measure.sums: str(amount)} if measure.sums else {}
            row |= {
                each.column: cell(
                    each, {"numerator": place < hits, "excluded": False, "denominator": True}[each.role]
                )
                for each in measure.criteria
            }
            table.writerow(row)
    return path


@pytest.mark.parametrize(("activity", "year", "leaf"), ALL, ids=[f"{a}-{y}-{f.id}" for a, y, f in ALL])
def test_every_measure_has_a_layout_whose_file_is_met_and_evidence_or_falls_one_short(
    tmp_path: Path, activity: str, year: int, leaf: Leaf
) -> None:
    measure = leaf.measure
    assert measure is not None

    enough = measured(a_file(tmp_path / "a.csv", measure, year, True), activity, leaf, rules(year))
    short = measured(a_file(tmp_path / "b.csv", measure, year, False), activity, leaf, rules(year))

    assert (enough.met, enough.read.problems, short.read.problems) == (True, [], [])
    any_share = bool(measure.denominator) and measure.percent is measure.more_than_percent is None
    assert short.met is any_share
    assert f"<p>Performance year {year}. {escape(leaf.says)}</p>" in page(enough, "", MADE)
    evidence = [replace(enough.evidence, verified=True)]
    left = proof(Attestation(activity, enough.first, enough.last), rules(year), evidence).problems
    assert leaf.id not in {problem.where.partition(" ")[0] for problem in left}


def test_the_layout_has_the_columns_that_every_file_has_and_one_for_each_criterion() -> None:
    measure = leaf_of("IA_CC_19", 2026).measure
    assert measure is not None

    assert columns(measure) == {
        "id": "your own id of the claim; it is not kept",
        "date": "the day of it, as ISO writes it or a US spreadsheet",
        "npi": "the NPI of the clinician, 10 digits as text",
        "medicare": "yes or no: The claim was billed to Medicare",
        "prc_modifier": "one or more of X1, X2, X3, X4, X5, or blank for none: "
        "The claim carries a patient relationship modifier, X1 to X5",
    }


# ---- Formats

TABLE: list[dict[str, Any]] = [
    {"date": date(2021, 3, 1), "schedule_ii_opioid": True, "days_supply": 4, "pdmp_checked": True},
    {"date": date(2021, 5, 29), "schedule_ii_opioid": True, "days_supply": 30, "pdmp_checked": False},
    {"date": date(2021, 4, 1), "schedule_ii_opioid": True, "days_supply": 1000, "pdmp_checked": None},
    {"date": date(2021, 4, 1), "schedule_ii_opioid": True, "days_supply": 3, "pdmp_checked": True},
    {"date": date(2021, 4, 1), "schedule_ii_opioid": False, "days_supply": 9, "pdmp_checked": True},
    {"date": date(2021, 5, 30), "schedule_ii_opioid": True, "days_supply": 9, "pdmp_checked": True},
    {"date": None, "schedule_ii_opioid": True, "days_supply": 9, "pdmp_checked": True},
]
RECORDS = [[1000 + place, *row.values()] for place, row in enumerate(TABLE)]


def as_csv(path: Path, header: Sequence[str], records: Sequence[Sequence[Any]]) -> None:
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([header, *records])


def as_xlsx(path: Path, header: Sequence[str], records: Sequence[Sequence[Any]]) -> None:
    with xlsxwriter.Workbook(path) as book:
        sheet, day = book.add_worksheet(), book.add_format({"num_format": "m/d/yyyy"})
        for line, cells in enumerate([header, *records]):
            for place, each in enumerate(cells):
                sheet.write(line, place, each, *([day] if isinstance(each, date) else []))


def as_parquet(path: Path, header: Sequence[str], records: Sequence[Sequence[Any]]) -> None:
    kinds = {date: "date", bool: "boolean", int: "bigint", str: "varchar", float: "double"}
    of = [
        next(kinds[type(each)] for each in values if each is not None)
        for values in zip(*records, strict=True)
    ]
    with duckdb.connect() as database:
        named = ", ".join(f"{name} {kind}" for name, kind in zip(header, of, strict=True))
        database.execute(f"create table t ({named})")
        database.executemany(f"insert into t values ({'?, ' * len(header)})", records)
        database.execute("copy t to ? (format parquet)", [str(path)])


WRITERS = {"rows.csv": as_csv, "rows.xlsx": as_xlsx, "rows.parquet": as_parquet}


def test_csv_xlsx_and_parquet_give_the_same_counts(tmp_path: Path) -> None:
    found = []
    for name, write in WRITERS.items():
        write(tmp_path / name, PDMP.split(","), [*RECORDS, RECORDS[0]])
        found.append(counted(tmp_path / name, "IA_PSPA_6", 2021, *SPRING))

    for each in found:
        assert each.tallies == {"": Tally(count=1, of=3, most=3, most_of=4)}
        read = each.read
        assert (read.rows, read.outside, read.excluded, read.repeated) == (8, 1, 0, 1)
        assert [problem.code for problem in read.problems] == ["not_answered", "bad_date", "repeated_id"]
        assert [problem.where.removeprefix(read.name) for problem in read.problems] == [
            ", pdmp_checked, line 4",
            ", date, line 8",
            "",
        ]


@pytest.mark.parametrize("header", ["ID,Date,Schedule II Opioid,Days Supply,PDMP Checked", PDMP.upper()])
def test_headings_may_have_capitals_and_blanks(tmp_path: Path, header: str) -> None:
    path = written(tmp_path / "a.csv", header, "P1,2021-03-01,yes,4,yes")

    assert counts(counted(path, "IA_PSPA_6", 2021)) == (1, 1)


@pytest.mark.parametrize("yes", ["yes", "Yes", "Y", "TRUE", "1", "x"])
@pytest.mark.parametrize("no", ["no", "N", "False", "0"])
def test_yes_and_no_may_be_written_as_spreadsheets_do(tmp_path: Path, yes: str, no: str) -> None:
    found = screened(
        tmp_path, f"P1,2026-03-01,{yes},{yes}", f"P2,3/1/2026,{yes},{no}", f"P3,2026-03-01,{no},{no}"
    )

    assert (counts(found), told(found)) == ((1, 2), [])


def test_a_parquet_file_whose_name_has_brackets_is_the_one_that_is_read(tmp_path: Path) -> None:
    """A browser names a second download so; to DuckDB it would be a pattern that fits another file."""
    as_parquet(tmp_path / "claims[1].parquet", PDMP.split(","), RECORDS[:1])
    as_parquet(tmp_path / "claims1.parquet", PDMP.split(","), RECORDS)

    assert counted(tmp_path / "claims[1].parquet", "IA_PSPA_6", 2021).read.rows == 1


def test_a_hundred_thousand_rows_are_counted_in_seconds(tmp_path: Path) -> None:
    path = tmp_path / "big.parquet"
    with duckdb.connect() as database:
        database.execute(
            "copy (select n as id, date '2021-01-01' + (n % 365)::int as date, true as schedule_ii_opioid, "
            "n % 10 as days_supply, n % 4 > 0 as pdmp_checked from range(100000) t(n)) to ? (format parquet)",
            [str(path)],
        )

    with soon(15):
        found = counted(path, "IA_PSPA_6", 2021)

    assert counts(found) == (45_000, 60_000)


# ---- The window


@pytest.mark.parametrize(
    ("day", "inside"),
    [("2021-02-28", 0), ("2021-03-01", 1), ("2021-05-29", 1), ("2021-05-30", 0), ("2020-04-01", 0)],
)
def test_the_first_and_the_last_day_of_the_window_are_inside(tmp_path: Path, day: str, inside: int) -> None:
    path = written(tmp_path / "a.csv", PDMP, f"P1,{day},yes,4,yes")

    found = counted(path, "IA_PSPA_6", 2021, *SPRING)

    assert (counts(found), found.read.outside) == ((inside, inside), 1 - inside)
    assert (found.first, found.last) == SPRING


@pytest.mark.parametrize(
    ("day", "inside"), [("2020-12-31", 0), ("2021-01-01", 1), ("2021-12-31", 1), ("2022-01-01", 0)]
)
def test_without_a_window_it_is_the_whole_performance_year(tmp_path: Path, day: str, inside: int) -> None:
    assert counts(pdmp(tmp_path, f"P1,{day},yes,4,yes")) == (inside, inside)


@pytest.mark.parametrize(
    ("first", "last", "said"),
    [
        (
            date(2025, 12, 31),
            date(2026, 3, 31),
            "the window: 2025-12-31 to 2026-03-31 is not within the performance year 2026. "
            "Give days of it, or another year.",
        ),
        (
            date(2026, 10, 3),
            date(2027, 1, 1),
            "the window: 2026-10-03 to 2027-01-01 is not within the performance year 2026. "
            "Give days of it, or another year.",
        ),
        (
            date(2026, 3, 2),
            date(2026, 3, 1),
            "the window: It ends on 2026-03-01, before 2026-03-02. Correct one of the two days.",
        ),
    ],
)
def test_a_window_that_cannot_be_attested_is_refused(
    tmp_path: Path, first: date, last: date, said: str
) -> None:
    with pytest.raises(Refused) as refused:
        screened(tmp_path, "P1,2026-03-01,yes,yes", window=(first, last))

    assert str(refused.value) == said


def test_a_window_may_be_one_day(tmp_path: Path) -> None:
    day = date(2026, 3, 1)

    assert counts(screened(tmp_path, "P1,2026-03-01,yes,yes", window=(day, day))) == (1, 1)


def test_a_row_without_a_day_may_be_of_the_window_or_not(tmp_path: Path) -> None:
    found = pdmp(tmp_path, "P1,,yes,4,yes", "P2,soon,yes,4,yes", "P3,2021-03-01,yes,4,no")

    assert (counts(found), at_best(found), found.met) == ((0, 1), (2, 3), False)
    assert told(found) == [
        "pdmp.csv, date, lines 2, 3: There is no date that can be read: enter one like 2021-03-01. "
        "Correct it; until then it is not known whether the row counts."
    ]


def test_a_row_of_another_day_is_counted_as_such_even_if_the_measure_leaves_it_out(tmp_path: Path) -> None:
    header = PDMP.replace("pdmp_checked", "hospice_or_palliative,pdmp_checked")
    rows = ["P1,2021-03-01,yes,4,yes,no", "P2,2022-03-01,yes,4,yes,no"]

    found = counted(written(tmp_path / "a.csv", header, *rows), "IA_PSPA_6", 2022)

    assert (found.read.outside, found.read.excluded, counts(found)) == (1, 1, (0, 0))


def test_what_is_blank_in_a_row_that_does_not_count_is_not_asked_for(tmp_path: Path) -> None:
    found = pdmp(tmp_path, "P1,2020-03-01,yes,4,", "P2,2021-03-01,no,,", "P3,2021-03-01,yes,4,yes")

    assert (counts(found), at_best(found), told(found)) == ((1, 1), (1, 1), [])


# ---- Blanks, codes and bounds


@pytest.mark.parametrize(
    ("row", "sure", "best"),
    [
        ("P1,2021-03-01,yes,4,", (0, 1), (1, 1)),
        ("P1,2021-03-01,yes,4,maybe", (0, 1), (1, 1)),
        ("P1,2021-03-01,,4,yes", (0, 0), (1, 1)),
        ("P1,2021-03-01,,4,no", (0, 1), (0, 0)),
        ("P1,2021-03-01,yes,,", (0, 1), (1, 1)),
        ("P1,2021-03-01,,3,", (0, 0), (0, 0)),
        ("P1,2021-03-01,no,,yes", (0, 0), (0, 0)),
        ("P1", (0, 1), (1, 1)),
    ],
)
def test_a_blank_is_never_a_no_but_a_range(
    tmp_path: Path, row: str, sure: tuple[int, int], best: tuple[int, int]
) -> None:
    found = pdmp(tmp_path, row)

    assert (counts(found), at_best(found)) == (sure, best)


def test_all_rows_with_the_same_fault_are_one_line_that_names_the_first_of_them(tmp_path: Path) -> None:
    found = screened(tmp_path, *(f"P{n},2026-03-01,yes," for n in range(1010)), "Q,2026-03-01,maybe,yes")

    assert told(found) == [
        "patients.csv, alcohol_screened, lines 2, 3, 4, 5, 6, 7, 8, 9 and 1,002 more: It is blank. "
        "Correct it; until then it is not known whether the row counts.",
        "patients.csv, ambulatory_care, line 1012: It is neither yes nor no. "
        "Correct it; until then it is not known whether the row counts.",
    ]
    assert {problem.severity for problem in found.read.problems} == {"unknown"}


@pytest.mark.parametrize(("faulty", "said"), [(8, "lines 2, 3, 4, 5, 6, 7, 8, 9:"), (9, "9 and 1 more:")])
def test_eight_lines_are_named_in_full(tmp_path: Path, faulty: int, said: str) -> None:
    assert said in told(screened(tmp_path, *(f"P{n},2026-03-01,yes," for n in range(faulty))))[0]


@pytest.mark.parametrize(
    ("given", "hit"),
    [
        ("X1", 1), ("x5", 1), ("X6", 0), ("", 0), ("25 X2", 1), ('"25,X2"', 1), ("25;x2", 1), ("X", 0),
        ("X12", 0), ("AX1", 0),
    ],
)  # fmt: skip
def test_where_a_column_takes_codes_any_of_them_will_do_and_a_blank_means_none(
    tmp_path: Path, given: str, hit: int
) -> None:
    found = claims(tmp_path, f"C1,2026-03-01,{ADAMS},yes,{given}")

    assert (counts(found), at_best(found), told(found)) == ((hit, 1), (hit, 1), [])


def test_codes_of_a_guide_that_are_words_are_met_as_they_are_written(tmp_path: Path) -> None:
    header = "id,date,clinical_staff,hepatitis_b_contraindication,hepatitis_b_status"
    rows = [f"S{n},2025-03-01,yes,no,{word}" for n, word in enumerate(["immune", "Non-Responder", "no"])]

    found = counted(written(tmp_path / "a.csv", header, *rows), "IA_PM_26", 2025, name="hepatitis_b_95")

    assert counts(found) == (2, 3)


@pytest.mark.parametrize(
    ("bound", "limit", "number", "inside"),
    [
        ("more_than", 3, 3, False), ("more_than", 3, 4, True), ("more_than", 0, 0, False),
        ("more_than", 0, 1, True), ("at_least", 3, 2, False), ("at_least", 3, 3, True),
        ("at_least", 0, 0, True), ("at_most", 3, 3, True), ("at_most", 3, 4, False), ("at_most", 0, 0, True),
        ("at_most", 0, 1, False), ("less_than", 3, 2, True), ("less_than", 3, 3, False),
        ("less_than", 0, 0, False), ("less_than", 1, 0, True),
    ],
)  # fmt: skip
def test_a_number_is_inside_a_bound_exactly_as_it_says(
    tmp_path: Path, bound: str, limit: int, number: int, inside: bool
) -> None:
    asked = Criterion(column="days", says="The number of days", role="numerator", **{bound: limit})
    leaf = asking(leaf_of("IA_BMH_9", 2026), criteria=(asked,))
    path = written(tmp_path / "a.csv", "id,date,days", f"P1,2026-03-01,{number}")

    found = measured(path, "IA_BMH_9", leaf, rules(2026))

    assert counts(found) == (int(inside), 1)
    assert columns(found.measure)["days"] == "a number: The number of days"


@pytest.mark.parametrize(
    ("given", "days"),
    [("4", 4), ("4.0", 4), ("4.00", 4), ('"1,000"', 1000), ("0004", 4), ("999999999", 10**9 - 1)],
)
def test_whole_numbers_may_be_written_as_spreadsheets_and_databases_do(
    tmp_path: Path, given: str, days: int
) -> None:
    found = pdmp(tmp_path, f"P1,2021-03-01,yes,{given},yes")

    assert (counts(found), told(found)) == ((int(days > 3), 1), [])


@pytest.mark.parametrize(
    "given",
    ["4.5", "-4", '"7,5"', '"1,0000"', "4e3", "four", "\N{ARABIC-INDIC DIGIT FOUR}", "9" * 5000, "4 days"],
)
def test_what_is_no_whole_number_is_not_known(tmp_path: Path, given: str) -> None:
    found = pdmp(tmp_path, f"P1,2021-03-01,yes,{given},yes")

    assert (counts(found), at_best(found), found.met) == ((0, 0), (1, 1), None)
    assert told(found)[:1] == [
        "pdmp.csv, days_supply, line 2: There is no whole number. "
        "Correct it; until then it is not known whether the row counts."
    ]


# ---- What must be reached


@pytest.mark.parametrize(
    ("hits", "of", "met"), [(74, 100, False), (75, 100, True), (3, 4, True), (2, 3, False), (1, 1, True)]
)
def test_a_share_is_reached_by_exactly_that_share(tmp_path: Path, hits: int, of: int, met: bool) -> None:
    found = screened(tmp_path, *(f"P{n},2026-03-01,yes,{'yes' if n < hits else 'no'}" for n in range(of)))

    assert (counts(found), found.met) == ((hits, of), met)


@pytest.mark.parametrize(("hits", "met"), [(75, False), (76, True)])
def test_more_than_a_share_is_not_reached_by_exactly_that_share(tmp_path: Path, hits: int, met: bool) -> None:
    header = "id,date,unscheduled,significant_drug_event,visit_and_event_told,hours_to_message"
    rows = [f"V{n},2026-03-01,yes,yes,yes,{48 if n < hits else 49}" for n in range(100)]

    assert counted(written(tmp_path / "a.csv", header, *rows), "IA_PSPA_26", 2026).met is met


@pytest.mark.parametrize(("blank", "met"), [(0, True), (1, None), (2, None)])
def test_the_number_is_reached_where_it_is_reached_at_worst(
    tmp_path: Path, blank: int, met: bool | None
) -> None:
    rows = [f"P{n},2026-03-01,yes,{'yes' if n >= blank else ''}" for n in range(75)]
    rows += [f"Q{n},2026-03-01,yes,no" for n in range(25)]

    found = screened(tmp_path, *rows)

    assert (counts(found), at_best(found), found.met) == ((75 - blank, 100), (75, 100), met)


def test_any_share_must_be_known_and_none_is_too_low(tmp_path: Path) -> None:
    path = written(tmp_path / "a.csv", "id,date,abnormal,told_in_time", "R1,2025-03-01,yes,no")

    found = counted(path, "IA_CC_2", 2025)

    assert (found.met, sentence(found)) == (True, "0 of 1 is 0.0%; any share must be reached.")


def test_where_no_row_is_in_the_denominator_nobody_can_tell(tmp_path: Path) -> None:
    found = screened(tmp_path, "P1,2026-03-01,no,no", "P2,2025-03-01,yes,yes")

    assert (found.met, counts(found)) == (None, (0, 0))
    assert sentence(found) == "No patient is in the denominator; 75% must be reached."
    assert told(found) == [
        "patients.csv: No row is in the denominator for certain: Ambulatory care patients. "
        "Check the file and the days. Where there truly is none, choose another activity."
    ]
    assert [problem.severity for problem in found.read.problems] == ["unknown"]


def test_rows_that_the_measure_leaves_out_are_in_neither_count(tmp_path: Path) -> None:
    header = "id,date,contraindicated,up_to_date"
    rows = ["S1,2024-03-01,yes,no", "S2,2024-03-01,no,yes", "S3,2024-03-01,,yes"]

    found = counted(written(tmp_path / "a.csv", header, *rows), "IA_ERP_6", 2024)

    assert (found.read.excluded, counts(found), at_best(found), found.met) == (1, (1, 1), (2, 2), True)


# ---- Repeated ids


@pytest.mark.parametrize(
    ("first", "second", "sure", "best"),
    [
        ("yes,4,yes", "yes,4,yes", (1, 1), (1, 1)),
        ("yes,4,yes", "yes,4,no", (0, 1), (0, 1)),
        ("yes,4,yes", "yes,4,", (0, 1), (1, 1)),
        ("yes,4,no", "yes,4,", (0, 1), (0, 1)),
        ("yes,4,yes", "yes,3,no", (1, 1), (1, 1)),
        ("yes,4,yes", ",4,no", (0, 1), (1, 1)),
        ("no,4,no", ",4,yes", (0, 0), (1, 1)),
    ],
)
def test_a_patient_who_stands_in_several_rows_counts_once_and_only_if_each_does(
    tmp_path: Path, first: str, second: str, sure: tuple[int, int], best: tuple[int, int]
) -> None:
    """A row that is not in the denominator, such as of another drug, asks for nothing."""
    for one, two in itertools.permutations([first, second]):
        found = pdmp(tmp_path, f"P1,2021-03-01,{one}", f"P1,2021-04-01,{two}")

        assert (counts(found), at_best(found), found.read.repeated) == (sure, best, 1)


def test_repeated_ids_are_told_in_a_warning(tmp_path: Path) -> None:
    found = screened(tmp_path, *["P1,2026-03-01,yes,yes"] * 2)

    assert told(found) == [
        "patients.csv: 1 row repeats an id; each patient is counted once. "
        "Give each a row of its own, or leave it so."
    ]
    assert found.read.problems[0].severity == "warning"

    assert "2 rows repeat an id;" in told(screened(tmp_path, *["P1,2026-03-01,yes,yes"] * 3))[0]


def test_a_row_of_another_day_does_not_repeat_an_id(tmp_path: Path) -> None:
    found = screened(tmp_path, "P1,2026-03-01,yes,yes", "P1,2025-03-01,yes,no")

    assert (counts(found), found.read.repeated, told(found)) == ((1, 1), 0, [])


def test_rows_without_an_id_are_each_their_own(tmp_path: Path) -> None:
    """Nor are they the patient whose id is the number of their line."""
    found = screened(tmp_path, "3,2026-03-01,yes,yes", ",2026-03-01,yes,no", ",2026-03-01,yes,yes")

    assert (counts(found), found.read.repeated) == ((2, 3), 0)


# ---- Per clinician, and totals


def test_where_each_clinician_has_a_number_each_must_reach_it(tmp_path: Path) -> None:
    rows = [f"C{n},2026-03-01,{ADAMS},yes,X1" for n in range(9)]

    found = claims(tmp_path, *rows, f"D1,2026-03-01,{BAKER},yes,", f"D2,2026-03-01,{BAKER},yes,X1",
                   f"D3,2026-03-01,{BAKER},yes,")  # fmt: skip

    assert found.tallies == {ADAMS: Tally(9, 9, 9, 9), BAKER: Tally(1, 3, 1, 3)}
    assert (found.met, found.better) == (False, None)
    assert sentence(found) == "1 of 2 clinicians reach it; 50% must be reached by each."
    assert (found.evidence.numerator, found.evidence.denominator) == (1, 3)


def test_a_patient_of_two_clinicians_counts_for_each(tmp_path: Path) -> None:
    found = claims(tmp_path, f"C1,2026-03-01,{ADAMS},yes,X1", f"C1,2026-03-01,{BAKER},yes,")

    assert (found.tallies[ADAMS].count, found.tallies[BAKER].count, found.read.repeated) == (1, 0, 0)


@pytest.mark.parametrize("npi", ["", "900000101", "Dr. Baker", "9.0E+09"])
def test_a_row_without_an_npi_may_be_anybodys(tmp_path: Path, npi: str) -> None:
    rows = [f"{who}{n},2026-03-01,{who},yes,X1" for who in (ADAMS, BAKER) for n in range(9)]

    found = claims(tmp_path, *rows, f"D1,2026-03-01,{npi},yes,")

    assert found.met is None
    assert found.tallies == {ADAMS: Tally(9, 10, 9, 9), BAKER: Tally(9, 10, 9, 9)}
    assert told(found) == [
        "claims.csv, npi, line 20: There is no NPI of 10 digits: format the column as text. "
        "Correct it; until then it is not known whether the row counts."
    ]


def test_a_row_without_an_npi_can_lift_nobody_for_certain(tmp_path: Path) -> None:
    rows = [f"{ADAMS},yes,X1", f"{ADAMS},yes,", f"{ADAMS},yes,", ",yes,X1", f"{BAKER},yes,X1"]

    found = claims(tmp_path, *(f"C{n},2026-03-01,{row}" for n, row in enumerate(rows)))

    assert found.tallies == {ADAMS: Tally(1, 3, 2, 4), BAKER: Tally(1, 1, 2, 2)}
    assert found.met is None


def test_a_row_without_an_npi_beside_one_clinician_is_not_surely_theirs(tmp_path: Path) -> None:
    found = claims(tmp_path, f"C1,2026-03-01,{ADAMS},yes,X1", "C2,2026-03-01,,yes,X1")

    assert found.tallies == {ADAMS: Tally(1, 1, 2, 2)}
    assert (found.met, sentence(found)) == (None, "1 of 1 is 100.0%, up to 2 of 2; 50% must be reached.")


def test_the_weakest_share_is_the_evidence_and_not_the_least_count(tmp_path: Path) -> None:
    rows = [f"C{n},2026-03-01,{ADAMS},yes,{'X1' if n < 3 else ''}" for n in range(10)]

    found = claims(tmp_path, *rows, *(f"D{n},2026-03-01,{who},yes,X1" for n, who in enumerate([BAKER, COOK])))

    assert sentence(found) == "2 of 3 clinicians reach it; 50% must be reached by each."
    assert (found.evidence.numerator, found.evidence.denominator) == (3, 10)


def test_where_no_npi_can_be_read_nothing_is_known(tmp_path: Path) -> None:
    found = claims(tmp_path, "C1,2026-03-01,,yes,X1", "C2,2026-03-01,,yes,X1")

    assert (found.met, at_best(found)) == (None, (2, 2))


@pytest.mark.parametrize(("last", "met"), [("3", True), ("2", False), ("", None), ("2.5", None)])
def test_a_total_adds_up_the_column_of_each_row_in_the_numerator(
    tmp_path: Path, last: str, met: bool | None
) -> None:
    found = hours(
        tmp_path,
        f"S1,2026-03-01,{ADAMS},5,yes",
        f"S2,2026-03-02,{ADAMS},40,no",
        f"S3,2025-12-31,{ADAMS},40,yes",
        f"S4,2026-04-01,{ADAMS},{last},yes",
    )

    assert found.met is met
    if met is None:
        assert sentence(found) == "5 hours, more possible; 8 hours are needed."
    else:
        assert sentence(found) == f"{5 + int(last)} hours; 8 hours are needed."


def test_a_session_told_twice_is_certain_once(tmp_path: Path) -> None:
    found = hours(tmp_path, f"S1,2026-03-01,{ADAMS},4,yes", f"S1,2026-03-01,{ADAMS},4,yes")

    assert (found.met, sentence(found)) == (None, "4 hours, 8 possible; 8 hours are needed.")
    assert told(found) == [
        "hours.csv: 1 row repeats an id; of a session, the hours of its first row are certain, the others "
        "not. Give each session an id of its own."
    ]


def test_a_session_told_twice_that_did_not_count_stays_out(tmp_path: Path) -> None:
    found = hours(tmp_path, f"S1,2026-03-01,{ADAMS},8,yes", f"S1,2026-03-01,{ADAMS},8,no")

    assert (found.met, sentence(found)) == (True, "8 hours; 8 hours are needed.")


def test_where_any_share_will_do_it_must_be_known(tmp_path: Path) -> None:
    header = "id,date,abnormal,told_in_time"
    blank = counted(written(tmp_path / "a.csv", header, "R1,2025-03-01,,"), "IA_CC_2", 2025)
    known = counted(written(tmp_path / "b.csv", header, "R1,2025-03-01,yes,no"), "IA_CC_2", 2025)

    assert (blank.met, known.met) == (None, True)


def test_hours_of_which_the_numerator_is_not_known_are_possible_and_not_sure(tmp_path: Path) -> None:
    found = hours(tmp_path, f"S1,2026-03-01,{ADAMS},5,yes", f"S2,2026-03-01,{ADAMS},3,")

    assert (found.met, sentence(found)) == (None, "5 hours, 8 possible; 8 hours are needed.")


def test_the_weakest_total_is_the_least_and_not_the_least_a_row(tmp_path: Path) -> None:
    rows = [f"S{n},2026-03-01,{ADAMS},1,yes" for n in range(8)]

    found = hours(tmp_path, *rows, f"T1,2026-03-01,{BAKER},6,yes")

    assert found.met is False
    assert (found.evidence.numerator, found.evidence.denominator) == (6, None)


@pytest.mark.parametrize(("months", "met"), [(5, False), (6, True)])
def test_a_total_without_a_column_counts_rows_and_each_id_once(
    tmp_path: Path, months: int, met: bool
) -> None:
    rows = [f"M{n},2019-{n:02}-01,yes" for n in range(1, months + 1)]
    path = written(tmp_path / "a.csv", "id,date,pdmp_used", *rows, rows[0], "M12,2019-12-01,no")

    found = counted(path, "IA_PSPA_5", 2019)

    assert (counts(found)[0], found.met) == (months, met)
    assert sentence(found) == f"{months} months; 6 months are needed."


def test_counts_become_evidence_for_the_leaf_that_nobody_has_verified(tmp_path: Path) -> None:
    found = screened(tmp_path, "P1,2026-03-01,yes,yes", "P2,2026-03-01,yes,no")

    assert found.evidence == Evidence(
        "screened_75", found.leaf.kinds[0], date(2026, 1, 1), date(2026, 12, 31), 1, 2, verified=None
    )


# ---- The better window


def test_where_the_year_does_not_reach_it_a_window_of_the_least_length_is_named(tmp_path: Path) -> None:
    found = screened(
        tmp_path,
        "P1,2026-01-10,yes,no",
        "P2,2026-05-01,yes,yes",
        "P3,2026-05-02,yes,yes",
        "P4,2026-12-01,yes,no",
    )

    assert (found.met, found.better) == (False, (date(2026, 2, 1), date(2026, 5, 1)))
    assert sentence(found) == (
        "2 of 4 is 50.0%; 75% must be reached. From 2026-02-01 to 2026-05-01 it would be reached."
    )


@pytest.mark.parametrize(
    ("good", "bad", "better"),
    [
        ("2026-01-20", "2026-04-01", ("2026-01-01", "2026-03-31")),
        ("2026-12-15", "2026-10-02", ("2026-10-03", "2026-12-31")),
    ],
)
def test_a_better_window_may_begin_before_the_first_row_or_end_after_the_last(
    tmp_path: Path, good: str, bad: str, better: tuple[str, str]
) -> None:
    found = screened(tmp_path, f"P1,{good},yes,yes", f"P2,{bad},yes,no", f"P3,{bad},yes,no")

    assert found.better == tuple(map(date.fromisoformat, better))


def test_a_patient_with_a_miss_inside_a_window_does_not_count_in_it(tmp_path: Path) -> None:
    """Though the first of the patient's rows is of another time."""
    found = screened(
        tmp_path,
        "P1,2026-01-10,yes,yes",
        "P1,2026-10-01,yes,no",
        "P2,2026-10-01,yes,yes",
        "P3,2026-06-01,yes,no",
    )

    assert found.better == (date(2026, 1, 1), date(2026, 3, 31))
    rest = (date(2026, 9, 1), date(2026, 12, 31))
    assert screened(tmp_path, "P1,2026-01-10,yes,yes", "P1,2026-10-01,yes,no", "P2,2026-10-01,yes,yes",
                    window=rest).better is None  # fmt: skip


def test_what_is_not_known_does_not_make_a_window_better(tmp_path: Path) -> None:
    """A miss without a day may be of every window, and unknown hours may be none."""
    assert screened(tmp_path, "P1,2026-03-01,yes,yes", "P2,2026-12-01,yes,no").better is not None
    assert screened(tmp_path, "P1,2026-03-01,yes,yes", "P2,,yes,no").better is None
    assert screened(tmp_path, "P1,2026-03-01,yes,yes", "P2,2026-12-01,yes,no", "P3,,yes,no").better is None
    rows = [f"S{n},2026-03-01,{ADAMS},{amount},yes" for n, amount in enumerate([7, "many"])]
    assert hours(tmp_path, *rows).better is None


def test_where_it_is_reached_or_no_window_would_reach_it_none_is_named(tmp_path: Path) -> None:
    assert screened(tmp_path, "P1,2026-03-01,yes,yes").better is None
    assert screened(tmp_path, "P1,2026-03-01,yes,no").better is None
    assert screened(tmp_path, "P1,,yes,yes").better is None
    assert screened(tmp_path).better is None


SINCE = date(2026, 3, 1)
UNTIL = SINCE + timedelta(days=99)


@st.composite
def days_of_rows(draw: st.DrawFn) -> list[str]:
    """Some rows in and around the 100 days from 2026-03-01, at both ends of which a window can differ."""
    day = st.sampled_from([*range(-1, 13), *range(88, 101)]).map(lambda n: str(SINCE + timedelta(days=n)))
    row = st.tuples(
        st.sampled_from(["P1", "P2", "P3", "P4"]),
        st.one_of(day, day, day, st.just("")),
        st.sampled_from(["yes", "yes", "yes", "no", ""]),
        st.sampled_from(["yes", "yes", "no", ""]),
    )
    return [",".join(each) for each in draw(st.lists(row, min_size=1, max_size=7))]


@given(days_of_rows())
@settings(max_examples=50, deadline=None)
def test_the_better_window_is_the_first_that_would_be_reached(rows: list[str]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = written(Path(folder) / "a.csv", SCREENED, *rows)

        found = counted(path, "IA_BMH_9", 2026, SINCE, UNTIL)
        days = [(SINCE + timedelta(days=n), SINCE + timedelta(days=n + 89)) for n in range(11)]
        good = [window for window in days if counted(path, "IA_BMH_9", 2026, *window).met]

    assert found.better == (None if found.met or not good else good[0])


# ---- At worst and at best, against every way in which what is not known can turn out

UNKNOWN = st.sampled_from([True, False, None])
ASKED = st.sampled_from(
    [{"percent": n, "more_than_percent": None} for n in (1, 50, 67, 75, 100)]
    + [{"percent": None, "more_than_percent": n} for n in (0, 50, 75)]
)


def ways(*given: bool | None) -> Iterator[tuple[bool, ...]]:
    """Every way in which what is not known can turn out."""
    return itertools.product(*([True, False] if each is None else [each] for each in given))


def verdict(measure: Measure, outcomes: set[tuple[int, int]]) -> bool | None:
    """What is so in every outcome; of no denominator nobody can tell."""
    said = {measure.reached(*each) if each[1] or not measure.denominator else None for each in outcomes}
    return said.pop() if len(said) == 1 else None


@given(st.lists(st.tuples(UNKNOWN, UNKNOWN), max_size=4), ASKED)
@settings(max_examples=100, deadline=None)
def test_at_worst_and_at_best_are_the_ends_of_what_can_be(
    units: list[tuple[bool | None, bool | None]], asked: dict[str, Any]
) -> None:
    measure = asking(leaf_of("IA_BMH_9", 2026), **asked).measure
    assert measure is not None

    found = tally([Unit(SINCE, "", inside, hit) for inside, hit in units], measure)

    outcomes = set()
    for way in ways(*itertools.chain(*units)):
        hits = [hit for inside, hit in zip(way[::2], way[1::2], strict=True) if inside]
        outcomes.add((sum(hits), len(hits)))
    assert {(found.count, found.of), (found.most, found.most_of)} <= outcomes
    shares = [100 * count / of for count, of in outcomes if of]
    assert found.share in {None, min(shares, default=None)}
    assert found.met(measure) is verdict(measure, outcomes)


@given(st.lists(st.tuples(UNKNOWN, st.sampled_from([None, 0, 1, 2, 3])), max_size=4), st.integers(1, 6))
@settings(max_examples=100, deadline=None)
def test_a_total_lies_between_what_is_sure_and_what_is_possible(
    units: list[tuple[bool | None, int | None]], least: int
) -> None:
    measure = asking(leaf_of("IA_CC_18", 2026), at_least=least).measure
    assert measure is not None

    found = tally([Unit(SINCE, "", True, hit, amount) for hit, amount in units], measure)

    amounts = [[0, 1000] if amount is None else [amount] for _, amount in units]
    totals = {
        sum(itertools.compress(each, way))
        for way in ways(*(hit for hit, _ in units))
        for each in itertools.product(*amounts)
    }
    assert found.count == min(totals)
    assert found.most in (max(totals), None)
    assert (found.most is None) == any(hit is not False and amount is None for hit, amount in units)
    assert found.met(measure) is verdict(measure, {(total, 0) for total in totals})


CELL = st.sampled_from(["yes", "yes", "no", ""])


@given(
    st.lists(
        st.tuples(
            st.sampled_from(["P1", "P1", "P2", "P3"]),
            st.sampled_from(["2022-03-01", "2022-12-31", "2022-03-01", "2021-12-31", ""]),
            CELL,
            st.sampled_from(["3", "4", "4", ""]),
            st.sampled_from(["no", "no", "yes", ""]),
            CELL,
        ),
        max_size=3,
    ),
    ASKED,
)
@settings(max_examples=100, deadline=None)
def test_a_file_says_what_every_way_of_filling_its_blanks_would_say(
    rows: list[tuple[str, ...]], asked: dict[str, Any]
) -> None:
    """A blank cell is yes or no, a blank number 3 or 4, a blank day inside the year or not."""
    leaf = asking(leaf_of("IA_PSPA_6", 2022), **asked)
    header = PDMP.replace("pdmp_checked", "hospice_or_palliative,pdmp_checked")
    with tempfile.TemporaryDirectory() as folder:
        path = written(Path(folder) / "a.csv", header, *map(",".join, rows))
        found = measured(path, "IA_PSPA_6", leaf, rules(2022))

    # Each row can turn out to be of the year, an opioid, for long, in hospice, and looked up.
    facts = [
        (
            None if not day else day >= "2022",
            *({"yes": True, "no": False, "4": True, "3": False}.get(each) for each in cells),
        )
        for _, day, *cells in rows
    ]
    outcomes = set()
    for way in itertools.product(*({*ways(*each)} for each in facts)):
        asked_of: dict[str, list[bool]] = {}
        for (id, *_), (of_year, opioid, long, hospice, checked) in zip(rows, way, strict=True):
            if of_year and opioid and long and not hospice:
                asked_of.setdefault(id, []).append(checked)
        outcomes.add((sum(map(all, asked_of.values())), len(asked_of)))
    assert {counts(found), at_best(found)} <= outcomes
    assert found.met is verdict(found.measure, outcomes)


# ---- Nothing of a single row is shown

SECRETS = (
    "Mallory-4711",
    "Trudy-0815",
    "Eve-1234",
    "Secretive",
    "wrongday",
    "wrongword",
    "wrongnumber",
    "overhang",
)


def shown(found: Measured) -> str:
    """Everything that anybody is shown of what was counted."""
    plain = json.dumps(plain_measured(found))
    return "\n".join([page(found, "Title", MADE), plain, sentence(found), repr(found), *told(found)])


@pytest.mark.parametrize("name", WRITERS)
def test_no_id_and_no_cell_is_shown_anywhere(tmp_path: Path, name: str) -> None:
    header = [*PDMP.split(","), "last_name"]
    records = [
        [SECRETS[0], "2021-03-01", "yes", "4", "yes", "Secretive"],
        [SECRETS[1], "wrongday", "wrongword", "wrongnumber", "wrongword", "Secretive"],
        [SECRETS[2], "2021-03-01", "yes", "4", "", "Secretive"],
        [SECRETS[2], "2021-03-01", "yes", "4", "no", "Secretive"],
        [SECRETS[2], "2020-03-01", "yes", "4", "no", "Secretive"],
    ]
    WRITERS[name](tmp_path / name, header, records)
    if name == "rows.csv":
        with (tmp_path / name).open("a", encoding="utf-8") as file:
            file.write(f"{SECRETS[0]},2021-03-02,yes,4,yes,Secretive,overhang\n")

    found = counted(tmp_path / name, "IA_PSPA_6", 2021)

    assert found.read.rows >= 5
    assert [secret for secret in SECRETS if secret in shown(found)] == []
    note = next(each for each in found.read.problems if each.code == "unknown_column")
    assert str(note).endswith(": 1 column not read, being none of the layout: last_name.")


@pytest.mark.parametrize("npi", ["Mallory-4711", "12345"])
def test_no_npi_that_cannot_be_read_is_shown(tmp_path: Path, npi: str) -> None:
    found = claims(tmp_path, f"C1,2026-03-01,{npi},yes,Trudy-0815")

    assert npi not in shown(found)
    assert "Trudy-0815" not in shown(found)


def test_a_file_without_headings_is_refused_without_quoting_its_first_row(tmp_path: Path) -> None:
    path = written(tmp_path / "a.csv", "Mallory-4711,2021-03-01,yes,4,yes")

    with pytest.raises(Refused) as refused:
        counted(path, "IA_PSPA_6", 2021)

    assert "Mallory" not in str(refused.value)
    assert {problem.code for problem in refused.value.problems} == {"missing_column"}


def test_the_same_id_has_another_fingerprint_each_time(tmp_path: Path) -> None:
    once, again = (screened(tmp_path, "P1,2026-03-01,yes,yes") for _ in range(2))

    assert once.read.units.keys().isdisjoint(again.read.units)
    assert hashlib.blake2b(b"\0P1", digest_size=16).digest() not in once.read.units


# ---- The page


def test_the_page_has_the_counts_what_was_counted_and_the_file_they_come_from(tmp_path: Path) -> None:
    found = screened(
        tmp_path,
        "P1,2026-03-01,yes,yes",
        "P1,2026-03-01,yes,yes",
        "P2,2026-03-01,yes,no",
        "P3,2026-03-01,yes,no",
        "P4,2025-03-01,yes,yes",
    )

    text = page(found, "Unhealthy alcohol use", MADE)

    for expected in (
        "<title>IA_BMH_9 Unhealthy alcohol use</title>",
        "<p>Performance year 2026. ",
        '<p class="verdict">Not met</p>',
        "<p>1 of 3 is 33.3%; 75% must be reached.</p>",
        "<tr><th></th><th class=n>Numerator</th><th class=n>Denominator</th><th class=n>Share</th><th></th>",
        "<td>All rows</td><td class=n>1</td><td class=n>3</td><td class=n>33.3%</td><td>Not met</td>",
        "<td>Days</td><td>2026-01-01 to 2026-12-31</td>",
        "<td>Denominator</td><td>Ambulatory care patients</td>",
        "<td>ambulatory_care (denominator)</td><td>The patient received ambulatory care from you</td>",
        "<td>In the file</td><td class=n>5</td>",
        "<td>Of other days, not counted</td><td class=n>1</td>",
        "<td>Left out by the measure</td><td class=n>0</td>",
        "<td>Repeating an id, counted once</td><td class=n>1</td>",
        "<td>Counted: each patient</td><td class=n>3</td>",
        "<li>patients.csv: 1 row repeats an id;",
        f"<td>{hashlib.sha256((tmp_path / 'patients.csv').read_bytes()).hexdigest()}</td>",
        "<td>Made</td><td>2026-07-01 09:30+00:00</td>",
        "<td>Kept of single rows</td><td>nothing</td>",
    ):
        assert expected in text


def test_the_page_names_each_clinician_by_npi(tmp_path: Path) -> None:
    found = claims(tmp_path, f"C1,2026-03-01,{ADAMS},yes,X1", f"C2,2026-03-01,{BAKER},no,X1")

    text = page(found, "", MADE)

    assert '<p class="verdict">Not known</p>' in text
    assert (
        f"<td>NPI {ADAMS}</td><td class=n>1</td><td class=n>1</td><td class=n>100.0%</td><td>Met</td>" in text
    )
    assert (
        f"<td>NPI {BAKER}</td><td class=n>0</td><td class=n>0</td><td class=n></td><td>Not known</td>" in text
    )


def test_a_page_of_a_total_has_no_denominator_and_no_share(tmp_path: Path) -> None:
    text = page(hours(tmp_path, f"S1,2026-03-01,{ADAMS},8,yes"), "", MADE)

    assert f"<td>NPI {ADAMS}</td><td class=n>8</td><td class=n></td><td class=n></td><td>Met</td>" in text
    assert "<td>Denominator</td>" not in text


def test_nothing_in_a_name_becomes_markup(tmp_path: Path) -> None:
    hostile = "<script>alert(1)<"
    path = written(tmp_path / f"{hostile}.csv", f"{SCREENED},{hostile}", "P1,2026-03-01,yes,yes")

    text = page(counted(path, "IA_BMH_9", 2026), f"{hostile} $made & ${{says}}", MADE)

    assert hostile not in text
    assert "&lt;script&gt;alert(1)&lt; $made &amp; ${says}" in text


def test_json_says_the_same_as_the_page(tmp_path: Path) -> None:
    found = plain_measured(
        screened(tmp_path, "P1,2026-01-02,yes,no", "P2,2026-12-01,yes,yes", "P3,2026-12-01,yes,")
    )

    assert found["counts"] == [
        {
            "npi": None,
            "numerator": 1,
            "denominator": 3,
            "numerator_possible": 2,
            "denominator_possible": 3,
            "met": False,
        }
    ]
    assert (found["met"], found["asks"], found["from"], found["to"]) == (
        False,
        "75%",
        "2026-01-01",
        "2026-12-31",
    )
    assert (found["better_window"], found["rows"]) == (None, 3)


# ---- Files that cannot be counted


def refusal(path: Path) -> list[str]:
    with pytest.raises(Refused) as refused:
        counted(path, "IA_BMH_9", 2026)
    return [str(problem) for problem in refused.value.problems]


def test_every_missing_column_is_named_with_what_it_holds(tmp_path: Path) -> None:
    assert refusal(written(tmp_path / "a.csv", "id,screened", "P1,yes")) == [
        "a.csv: There is no column 'date'. Add it: the day of it, as ISO writes it or a US spreadsheet.",
        "a.csv: There is no column 'ambulatory_care'. "
        "Add it: yes or no: The patient received ambulatory care from you.",
        "a.csv: There is no column 'alcohol_screened'. "
        "Add it: yes or no: The patient was screened for unhealthy alcohol use.",
    ]


def test_a_column_that_stands_twice_is_refused_if_it_is_asked_for(tmp_path: Path) -> None:
    assert refusal(written(tmp_path / "a.csv", f"{SCREENED},Date,note,note", "P1")) == [
        "a.csv: The column 'date' stands more than once. Keep one of them."
    ]


def test_a_workbook_of_several_sheets_is_refused(tmp_path: Path) -> None:
    with xlsxwriter.Workbook(tmp_path / "a.xlsx") as book:
        for name in ("spring", "summer"):
            book.add_worksheet(name).write_row(0, 0, SCREENED.split(","))

    assert refusal(tmp_path / "a.xlsx") == [
        "a.xlsx: It holds 2 tables, and one is read. Give a file with one sheet."
    ]


@pytest.mark.parametrize("content", [b"", b"PAR1", b"PAR1 and no more PAR1", b"id,date\nP1,2026-03-01\n"])
def test_a_damaged_parquet_file_is_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "a.parquet").write_bytes(content)

    assert refusal(tmp_path / "a.parquet") == [
        "a.parquet: It is damaged and cannot be opened. Save or send it again."
    ]


def test_a_parquet_file_cut_short_is_damaged(tmp_path: Path) -> None:
    as_parquet(tmp_path / "a.PARQUET", PDMP.split(","), RECORDS)
    content = (tmp_path / "a.PARQUET").read_bytes()
    (tmp_path / "a.PARQUET").write_bytes(content[: len(content) // 2])

    assert refusal(tmp_path / "a.PARQUET") == [
        "a.PARQUET: It is damaged and cannot be opened. Save or send it again."
    ]


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("a.csv", b"", "a.csv: The file is empty. Save the table again."),
        ("a.xlsx", b"PK\x03\x04", "a.xlsx: It is damaged and cannot be opened. Save or send it again."),
        ("a.csv", b"PAR1\0\0\0", "a.csv: It is no text that can be read. Save it as CSV UTF-8 or as XLSX."),
        ("a.pdf", b"%PDF-1.7", "a.pdf: It is no text that can be read. Save it as CSV UTF-8 or as XLSX."),
    ],
)
def test_what_is_no_table_is_refused_with_a_sentence(
    tmp_path: Path, name: str, content: bytes, said: str
) -> None:
    (tmp_path / name).write_bytes(content)

    assert refusal(tmp_path / name) == [said]


@pytest.mark.parametrize("name", ["a.csv", "a.xlsx", "a.parquet"])
def test_a_file_with_headings_and_no_rows_has_no_denominator(tmp_path: Path, name: str) -> None:
    header = SCREENED.split(",")
    if name == "a.parquet":
        with duckdb.connect() as database:
            database.execute(
                "create table t (id int, date date, ambulatory_care bool, alcohol_screened bool)"
            )
            database.execute("copy t to ? (format parquet)", [str(tmp_path / name)])
    else:
        (as_csv if name == "a.csv" else as_xlsx)(tmp_path / name, header, [])

    found = counted(tmp_path / name, "IA_BMH_9", 2026)

    assert (found.met, found.read.rows) == (None, 0)
    assert [problem.code for problem in found.read.problems] == ["no_denominator"]


def test_a_total_of_no_rows_is_not_reached(tmp_path: Path) -> None:
    found = hours(tmp_path)

    assert (found.met, sentence(found)) == (False, "0 hours; 8 hours are needed.")


def test_a_row_with_more_cells_than_headings_is_not_known(tmp_path: Path) -> None:
    """Without quotation marks 1,000 days are 1 day, and everything right of it is something else."""
    found = pdmp(tmp_path, "P1,2021-03-01,yes,1,000,yes", "P2,2021-03-01,yes,4,yes")

    assert (counts(found), at_best(found), found.met) == ((1, 2), (2, 2), None)
    assert told(found) == [
        "pdmp.csv, line 2: There are more cells than headings: put quotation marks around a cell with a "
        "comma. Correct it; until then it is not known whether the row counts."
    ]


def test_of_a_total_a_row_with_more_cells_than_headings_may_be_any_number(tmp_path: Path) -> None:
    found = hours(tmp_path, f"S1,2026-03-01,{ADAMS},1,000,yes", f"S2,2026-03-01,{ADAMS},7,yes")

    assert (found.met, found.tallies[ADAMS].count, found.tallies[ADAMS].most) == (None, 7, None)


def test_columns_of_ones_own_are_noted_and_not_read(tmp_path: Path) -> None:
    path = written(tmp_path / "a.csv", f"{SCREENED},a,b,c,d,e,f", "P1,2026-03-01,yes,yes,1,2,3,4,5,6")

    found = counted(path, "IA_BMH_9", 2026)

    assert counts(found) == (1, 1)
    assert told(found) == ["a.csv: 6 columns not read, being none of the layout: a, b, c, d, e, …."]
    assert found.read.problems[0].severity == "note"
