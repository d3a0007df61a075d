"""A table of what is kept: each row a document, rows of one activity and window together."""

import re
import tempfile
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st

from mips_ia import Attestation, Evidence, proof, rules
from mips_ia.formats.evidence_rows import COLUMNS, Kept, kept
from mips_ia.problems import Refused
from mips_ia.reading.guides import kinds

ROOT = Path(__file__).parents[2]
HEADER = ",".join(COLUMNS)
FALLS = Attestation("IA_PSPA_21", date(2026, 6, 1), date(2026, 8, 31))
POLICY = {
    "performance_year": "2026",
    "activity_id": "IA_PSPA_21",
    "start_date": "2026-06-01",
    "end_date": "2026-08-31",
    "leaf": "screening_program",
    "kind": "policy",
    "first_day": "2026-05-15",
    "verified": "yes",
}


def row(**changes: str) -> str:
    """The row of a policy with some cells changed, as CSV."""
    return ",".join({**dict.fromkeys(COLUMNS, ""), **POLICY, **changes}.values())


def read(tmp_path: Path, *rows: str, header: str = HEADER) -> tuple[list[Kept], list[str]]:
    (tmp_path / "evidence.csv").write_text("\n".join([header, *rows]) + "\n", encoding="utf-8")
    found, problems = kept(tmp_path / "evidence.csv")
    return found, [str(problem) for problem in problems]


def one(tmp_path: Path, **changes: str) -> Evidence:
    """The evidence of one row that can be read."""
    ((activity,), problems) = read(tmp_path, row(**changes))
    assert problems == []
    (evidence,) = activity.evidence
    return evidence


def test_a_row_is_a_document_for_a_leaf_of_an_attested_activity(tmp_path: Path) -> None:
    found, problems = read(tmp_path, row(numerator="58", denominator="100", last_day="2026-08-31"))

    policy = Evidence(
        "screening_program", "policy", date(2026, 5, 15), date(2026, 8, 31), 58, 100, verified=True
    )
    assert found == [Kept(2026, FALLS, (policy,), frozenset())]
    assert problems == []


def test_what_is_read_can_be_judged(tmp_path: Path) -> None:
    """The example of the manual, from a file."""
    ((given,), _) = read(tmp_path, row())

    found = proof(given.attestation, rules(given.year), given.evidence, given.earlier)

    assert found.met is False
    assert [(problem.where, problem.code) for problem in found.problems] == [
        ("risk_factors", "no_evidence"),
        ("progress", "no_evidence"),
    ]


def test_the_sample_is_read_without_a_problem() -> None:
    found, problems = kept(ROOT / "samples" / "evidence.csv")

    assert [(each.attestation.activity, len(each.evidence)) for each in found] == [
        ("IA_PSPA_21", 3),
        ("IA_PM_16", 1),
        ("IA_CC_19", 2),
        ("IA_BE_6", 0),
    ]
    assert problems == []


def test_rows_of_one_activity_year_and_window_belong_together_in_the_order_met(tmp_path: Path) -> None:
    found, _ = read(
        tmp_path,
        row(),
        row(activity_id="IA_BE_6"),
        row(leaf="progress", kind="minutes"),
        row(end_date="2026-09-30"),
        row(performance_year="2025", start_date="2025-06-01", end_date="2025-08-31"),
    )

    assert [(each.year, each.attestation.activity, len(each.evidence)) for each in found] == [
        (2026, "IA_PSPA_21", 2),
        (2026, "IA_BE_6", 1),
        (2026, "IA_PSPA_21", 1),
        (2025, "IA_PSPA_21", 1),
    ]


def test_a_blank_leaf_means_that_nothing_is_kept_yet(tmp_path: Path) -> None:
    found, problems = read(tmp_path, row(leaf="", kind="", first_day="", verified=""))

    assert (found, problems) == ([Kept(2026, FALLS, (), frozenset())], [])


@pytest.mark.parametrize(("verified", "said"), [("yes", True), ("No", False), ("x", True), ("", None)])
def test_a_blank_says_that_nobody_has_looked_yet(tmp_path: Path, verified: str, said: bool | None) -> None:
    assert one(tmp_path, verified=verified).verified is said


def test_blank_days_and_counts_are_not_known(tmp_path: Path) -> None:
    ((given,), problems) = read(tmp_path, row(start_date="", end_date="", first_day=""))

    assert given.attestation == Attestation("IA_PSPA_21")
    assert given.evidence == (Evidence("screening_program", "policy", verified=True),)
    assert problems == []


@pytest.mark.parametrize("day", ["2026-05-15", "5/15/2026", '"May 15, 2026"', "2026-05-15 00:00"])
def test_days_are_written_as_in_bulk_files(tmp_path: Path, day: str) -> None:
    assert one(tmp_path, first_day=day).first == date(2026, 5, 15)


@pytest.mark.parametrize(
    ("given", "count"),
    [("0", 0), ("58", 58), ("58.0", 58), ("58.00", 58), ('"1,058"', 1058), ("007", 7), ("", None)],
)
def test_counts_are_whole_numbers(tmp_path: Path, given: str, count: int | None) -> None:
    assert one(tmp_path, numerator=given, denominator=given).numerator == count
    assert one(tmp_path, numerator=given, denominator=given).denominator == count


@pytest.mark.parametrize(
    "given", ["58.5", "-1", "58%", '"7,5"', "many", "\N{ARABIC-INDIC DIGIT FIVE}", "1e3", "9" * 5000]
)
def test_a_count_that_is_no_whole_number_leaves_its_row_out(tmp_path: Path, given: str) -> None:
    found, problems = read(tmp_path, row(), row(numerator=given))

    assert [len(each.evidence) for each in found] == [1]
    shown = given.strip('"')
    assert problems == [f"evidence.csv, line 3, numerator: {shown!r} is no whole number. Enter one."]


@pytest.mark.parametrize("given", ["2022 2024", '"2022, 2024"', "2024;2022", "2022 2024 2022"])
def test_years_of_credit_before_are_of_the_activity(tmp_path: Path, given: str) -> None:
    ((found,), problems) = read(tmp_path, row(credit_before=given))

    assert found.earlier == {(2022, "IA_PSPA_21"), (2024, "IA_PSPA_21")}
    assert problems == []


def test_years_of_credit_before_may_stand_in_any_row_of_the_activity(tmp_path: Path) -> None:
    ((found,), _) = read(tmp_path, row(credit_before="2022"), row(leaf="", credit_before="2024"), row())

    assert found.earlier == {(2022, "IA_PSPA_21"), (2024, "IA_PSPA_21")}


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        (
            {"performance_year": "26"},
            "performance_year: '26' is not a performance year. Enter a year like 2027.",
        ),
        (
            {"performance_year": ""},
            "performance_year: The performance year is blank. Enter a year like 2027.",
        ),
        ({"activity_id": ""}, "activity_id: Enter an activity. This is blank."),
        (
            {"activity_id": "IA_BE_4 and IA_BE_6"},
            "activity_id: 'IA_BE_4 and IA_BE_6' names 2 activities, and there is one activity in a row. "
            "Make a row for each.",
        ),
        (
            {"start_date": "6/1/26"},
            "start_date: The year of '6/1/26' has 2 digits and must have 4. Enter a date like 2026-07-01.",
        ),
        (
            {"first_day": "2026-02-30"},
            "first_day: There is no day 30 in month 2. Enter a date like 2026-07-01.",
        ),
        (
            {"verified": "maybe"},
            "verified: 'maybe' is neither yes nor no. Enter yes or no; a blank means not known.",
        ),
        ({"credit_before": "22"}, "credit_before: '22' is not a performance year. Enter years."),
        (
            {"kind": "napkin"},
            f"kind: There is no kind of document 'napkin'. Use one of: {', '.join(kinds())}.",
        ),
        ({"kind": ""}, f"kind: There is no kind of document ''. Use one of: {', '.join(kinds())}."),
    ],
)
def test_a_faulty_row_is_left_out_by_name_and_the_others_go_on(
    tmp_path: Path, changes: dict[str, str], said: str
) -> None:
    found, problems = read(tmp_path, row(), row(**changes), row())

    assert [len(each.evidence) for each in found] == [2]
    assert problems == [f"evidence.csv, line 3, {said}"]


def test_every_fault_of_a_row_is_told(tmp_path: Path) -> None:
    _, problems = read(tmp_path, row(kind="napkin", first_day="soon", numerator="many", verified="maybe"))

    assert [re.findall(r"line 2, (\w+)", problem) for problem in problems] == [
        ["kind"],
        ["first_day"],
        ["numerator"],
        ["verified"],
    ]


def test_an_id_that_is_written_otherwise_is_tidied_with_a_warning(tmp_path: Path) -> None:
    ((found,), problems) = read(tmp_path, row(activity_id="pspa 21"))

    assert found.attestation == FALLS
    assert problems == ["evidence.csv, line 2, activity_id: 'pspa 21' was read as IA_PSPA_21."]


def test_leaves_and_kinds_may_be_written_with_blanks_and_capitals(tmp_path: Path) -> None:
    assert one(tmp_path, leaf="Screening program", kind="Policy").leaf == "screening_program"
    assert one(tmp_path, kind="EHR report").kind == "ehr_report"


def test_a_leaf_that_no_guide_has_is_read_and_judged_later(tmp_path: Path) -> None:
    ((given,), problems) = read(tmp_path, row(leaf="lunch"))

    assert problems == []
    found = proof(given.attestation, rules(2026), given.evidence)
    assert [problem.code for problem in found.problems][-1] == "unknown_leaf"


def test_a_row_with_more_cells_than_headings_is_left_out(tmp_path: Path) -> None:
    found, problems = read(tmp_path, row(), row(note="on screening, with STEADI"))

    assert [len(each.evidence) for each in found] == [1]
    assert problems == [
        "evidence.csv, line 3: There are more cells than headings; 'with STEADI' is one too many. "
        "Put quotation marks around a cell with a comma."
    ]


# ---- Columns and files


def test_only_three_columns_are_needed_in_any_order_and_spelling(tmp_path: Path) -> None:
    found, problems = read(
        tmp_path, "screening_program,IA_PSPA_21,2026,policy", header="Leaf,Activity ID,Performance Year,KIND"
    )

    assert found == [
        Kept(2026, Attestation("IA_PSPA_21"), (Evidence("screening_program", "policy"),), frozenset())
    ]
    assert problems == []


def test_a_column_of_ones_own_is_noted_and_not_read(tmp_path: Path) -> None:
    found, problems = read(tmp_path, f"{row()},drawer 3", header=f"{HEADER},Where kept")

    assert len(found) == 1
    assert problems == ["evidence.csv: The column 'where_kept' is none of the layout and was not read."]


def refusal(path: Path) -> list[str]:
    with pytest.raises(Refused) as refused:
        kept(path)
    return [str(problem) for problem in refused.value.problems]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (
            "activity_id,note\nIA_BE_6,x\n",
            [
                "evidence.csv: There is no column 'performance_year'. Add it: the performance year.",
                "evidence.csv: There is no column 'leaf'. "
                "Add it: the leaf of the guide that it shows; blank: nothing is kept yet.",
            ],
        ),
        (
            f"{HEADER},Kind\n{row()}\n",
            ["evidence.csv: The column 'kind' stands more than once. Keep one of them."],
        ),
        ("", ["evidence.csv: The file is empty. Save the table again."]),
        ("%PDF-1.7", ["evidence.csv: It is no text that can be read. Save it as CSV UTF-8 or as XLSX."]),
    ],
)
def test_a_file_of_which_nothing_can_be_read_is_refused_with_every_reason(
    tmp_path: Path, content: str, said: list[str]
) -> None:
    (tmp_path / "evidence.csv").write_text(content, encoding="utf-8")

    assert refusal(tmp_path / "evidence.csv") == said


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    assert refusal(tmp_path / "none.csv") == [
        "none.csv: There is no such file. Check the name and the folder."
    ]


def test_headings_alone_are_refused(tmp_path: Path) -> None:
    with pytest.raises(Refused) as refused:
        read(tmp_path)

    assert "There are headings and nothing below. Add a row for each document." in str(refused.value)


def book(path: Path, **sheets: list[list[Any]]) -> Path:
    with xlsxwriter.Workbook(path) as made:
        day = made.add_format({"num_format": "m/d/yyyy"})
        for name, rows in sheets.items():
            sheet = made.add_worksheet(name)
            for line, cells in enumerate(rows):
                for place, cell in enumerate(cells):
                    sheet.write(line, place, cell, *([day] if isinstance(cell, date) else []))
    return path


def test_a_workbook_with_true_dates_and_numbers_says_the_same_as_csv(tmp_path: Path) -> None:
    cells: dict[str, Any] = {
        **POLICY,
        "performance_year": 2026,
        "start_date": FALLS.first,
        "end_date": FALLS.last,
        "first_day": date(2026, 5, 15),
        "numerator": 58,
        "denominator": 100,
        "verified": True,
        "credit_before": 2022,
    }
    path = book(tmp_path / "evidence.xlsx", kept=[[*cells], [*cells.values()]])

    from_csv, _ = read(tmp_path, row(numerator="58", denominator="100", credit_before="2022"))

    assert kept(path) == (from_csv, [])


def test_of_a_workbook_the_sheets_with_the_columns_are_read_and_the_others_told(tmp_path: Path) -> None:
    good = [[*POLICY], [*POLICY.values()]]
    path = book(tmp_path / "a.xlsx", hips=good, notes=[["to do"], ["call"]], falls=good)

    found, problems = kept(path)

    assert [len(each.evidence) for each in found] == [2]
    assert {problem.where for problem in problems} == {"a.xlsx, sheet notes"}
    assert {problem.code for problem in problems} == {"missing_column", "unknown_column"}


CELLS = st.text(st.characters(exclude_characters='\0\r\n"', exclude_categories=["Cs"]), max_size=12).map(
    lambda text: f'"{text}"'
)
FAIR = st.sampled_from(["", "2026", "IA_PSPA_21", "2026-06-01", "policy", "progress", "yes", "0", "12"])


@given(st.lists(st.lists(CELLS | FAIR, min_size=13, max_size=14).map(",".join), max_size=4))
@settings(max_examples=50, deadline=None)
def test_whatever_stands_in_the_cells_is_read_or_a_problem(rows: list[str]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        found, problems = read(Path(folder), row(), *rows)

    assert found[0].attestation == FALLS
    assert sum(max(1, len(each.evidence)) for each in found) <= 1 + len(rows)
    assert all(problem.startswith("evidence.csv") for problem in problems)
    for each in found:
        proof(each.attestation, rules(each.year), each.evidence, each.earlier)
