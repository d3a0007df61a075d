"""Bulk files: who comes out of them, what counts, and every message, as worked examples."""

import ast
import csv
import io
import random
import re
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st

import mips_ia.formats.bulk
from mips_ia import Attestation, Problem, assess, catalogue, years
from mips_ia.formats import intake as any_intake
from mips_ia.formats.bulk import read
from mips_ia.formats.bulk_columns import CODES, TABLES
from mips_ia.formats.cells import Cells
from mips_ia.formats.participants import Intake, Participant
from pace import soon

ROOT = Path(__file__).parents[2]
ONE, TWO = "000000001", "000000002"
Line = Mapping[str, object]


def npi(n: int) -> str:
    """An NPI that is nobody's (it begins with 9) and whose check digit fits."""
    body = f"9{n:08}"
    doubled = sum(sum(divmod(2 * int(d), 10)) for d in body[::-2]) + sum(int(d) for d in body[-2::-2])
    return f"{body}{-(doubled + 24) % 10}"


def practice(tin: str = ONE, **cells: object) -> Line:
    return {"performance_year": 2026, "tin": tin, "report_as": "group", "statuses": "none", **cells}


def clinician(n: int, tin: str = ONE, **cells: object) -> Line:
    return {"performance_year": 2026, "tin": tin, "npi": npi(n), **cells}


def took_part(n: int, tin: str = ONE, **cells: object) -> Line:
    return {
        "performance_year": 2026,
        "tin": tin,
        "npi": npi(n),
        "activity_id": "IA_EPA_2",
        "start_date": "2026-03-01",
        "end_date": "2026-05-29",
        "taking_part": "yes",
        **cells,
    }


def text(lines: Sequence[Line]) -> str:
    """The lines as CSV, with every column that any of them has."""
    file = io.StringIO()
    writer = csv.DictWriter(file, list(dict.fromkeys(c for line in lines for c in line)), lineterminator="\n")
    writer.writeheader()
    writer.writerows(lines)
    return file.getvalue()


def intake(
    practices: Sequence[Line] | None = None,
    roster: Sequence[Line] | None = None,
    participation: Sequence[Line] | None = None,
) -> Intake:
    """What is read of the tables given."""
    with TemporaryDirectory() as folder:
        for name, lines in {"practices": practices, "roster": roster, "participation": participation}.items():
            if lines:
                (Path(folder) / f"{name}.csv").write_text(text(lines), encoding="utf-8")
        return read([Path(folder)])


def told(found: Intake) -> list[str]:
    """Each problem as a person reads it, after its code and, unless it is an error, its severity."""
    return [f"{p.code}{'' if p.severity == 'error' else f' {p.severity}'} {p}" for p in found.problems]


def only(found: Intake) -> Participant:
    (who,) = found.participants
    return who


# ---- Who comes out


def test_a_group_is_one_participant_with_the_clinicians_of_its_roster() -> None:
    found = intake(
        [practice(practice_name="Sample Family Medicine", medical_home_sites="2/6", apm="none")],
        [clinician(n) for n in range(3)],
        [took_part(n) for n in range(2)],
    )

    who = only(found)
    assert (who.name, who.tin, who.npi, who.where) == (
        "Sample Family Medicine",
        ONE,
        "",
        "practices.csv, line 2",
    )
    assert who.practice.clinicians == 3
    assert who.practice.statuses == frozenset()
    assert who.practice.medical_home_sites == (2, 6)
    assert who.attestations == (
        Attestation("IA_EPA_2", date(2026, 3, 1), date(2026, 5, 29), clinicians=2, at_most=2),
    )
    assert (found.problems, found.rows) == ((), 6)
    assert assess(who.practice, who.attestations).score.points == 20


def test_individuals_are_one_participant_each_with_their_own_attestations() -> None:
    found = intake(
        [practice(report_as="individual")],
        [clinician(1, first_name="Ann", last_name="Sample"), clinician(2)],
        [took_part(2), took_part(2, activity_id="IA_BE_4")],
    )

    ann, other = found.participants
    assert (ann.name, ann.npi, ann.attestations) == ("Ann Sample", npi(1), ())
    assert (other.name, other.npi, other.where) == (f"NPI {npi(2)}", npi(2), "roster.csv, line 3")
    assert other.practice.clinicians == 2
    assert [a.activity for a in other.attestations or ()] == ["IA_BE_4", "IA_EPA_2"]


def test_without_a_roster_the_individuals_are_those_who_took_part_and_their_number_is_not_known() -> None:
    found = intake([practice(report_as="individual")], None, [took_part(1), took_part(2)])

    assert [who.npi for who in found.participants] == [npi(1), npi(2)]
    assert {who.practice.clinicians for who in found.participants} == {None}


def test_without_a_roster_how_many_of_the_group_took_part_is_unknown() -> None:
    who = only(intake([practice()], None, [took_part(1)]))

    assert who.practice.clinicians is None
    assert assess(who.practice, who.attestations).verdicts[0].counts is None


def test_without_participation_nothing_is_known_of_activities_and_with_it_none_is_none() -> None:
    assert only(intake([practice()])).attestations is None
    found = intake([practice(), practice(TWO)], None, [took_part(1)])
    assert found.participants[1].attestations == ()


def test_a_participation_table_without_rows_says_that_nobody_took_part(tmp_path: Path) -> None:
    (tmp_path / "practices.csv").write_text(text([practice()]))
    (tmp_path / "participation.csv").write_text("performance_year,tin,npi,activity_id\n")

    found = read([tmp_path])

    assert only(found).attestations == ()
    assert told(found) == [
        "no_rows warning participation.csv: It has headings and no rows. Add a row for each."
    ]


@pytest.mark.parametrize("report_as", ["virtual_group", "apm_entity"])
def test_an_entity_of_several_tins_is_one_participant_and_a_blank_takes_the_other_rows_word(
    report_as: str,
) -> None:
    found = intake(
        [
            practice(ONE, report_as=report_as, entity_id="E1", apm="mips_apm"),
            practice(TWO, report_as=report_as, entity_id="E1", statuses=""),
        ],
        [clinician(1), clinician(2), clinician(2, TWO), clinician(3, TWO)],
        [took_part(1), took_part(2, TWO)],
    )

    who = only(found)
    assert (who.name, who.tin, who.entity_id) == ("E1", "", "E1")
    assert (who.practice.clinicians, who.practice.apm, who.practice.statuses) == (3, "mips_apm", frozenset())
    assert [a.clinicians for a in who.attestations or ()] == [2]


def test_an_entity_with_the_roster_of_one_tin_alone_does_not_know_its_clinicians() -> None:
    found = intake([practice(t, report_as="apm_entity", entity_id="E1") for t in (ONE, TWO)], [clinician(1)])

    assert only(found).practice.clinicians is None


def test_who_was_there_on_no_day_of_the_year_is_not_counted_unless_the_roster_says_so() -> None:
    gone, later = {"left_on": "2025-12-31"}, {"joined_on": "2027-01-01"}
    roster = [
        clinician(1), clinician(2, **gone), clinician(3, **later), clinician(4, **gone, billed_in_year="yes"),
        clinician(5, left_on="2026-01-01"), clinician(6, joined_on="2026-12-31"),
    ]  # fmt: skip

    assert only(intake([practice()], roster, [took_part(1)])).practice.clinicians == 4


def test_who_billed_nothing_is_not_counted_and_a_blank_is() -> None:
    found = intake(
        [practice()],
        [clinician(1), clinician(2, billed_in_year="Yes"), clinician(3, billed_in_year="NO")],
        [took_part(3)],
    )

    who = only(found)
    assert who.practice.clinicians == 2
    assert [a.clinicians for a in who.attestations or ()] == [0]
    assert told(found) == [
        (
            "not_billed warning participation.csv, line 2, npi: The roster says that this clinician billed "
            "nothing in the year, so this is not counted. Correct billed_in_year, if the clinician did bill."
        )
    ]


def test_who_left_and_came_back_is_one_clinician() -> None:
    found = intake(
        [practice()], [clinician(1, joined_on="2026-01-01"), clinician(1, joined_on="7/1/2026"), clinician(2)]
    )

    assert only(found).practice.clinicians == 2
    assert found.problems == ()


def test_shares_of_a_group_are_known_when_every_clinician_has_an_answer() -> None:
    answers = [clinician(1, rural="yes", hpsa="y"), clinician(2, rural="no", hpsa="")]

    who = only(intake([practice(statuses="")], answers)).practice

    assert (who.statuses, who.rural_clinicians, who.hpsa_clinicians) == (None, 1, None)


def test_what_the_roster_says_of_an_individual_is_added_to_the_look_up_or_stands_for_it() -> None:
    roster = [clinician(1, non_patient_facing="yes"), clinician(2, non_patient_facing="no"), clinician(3)]

    looked_up = intake([practice(report_as="individual")], roster).participants
    estimated = intake([practice(report_as="individual", statuses="")], roster).participants

    assert [who.practice.statuses for who in looked_up] == [{"non_patient_facing"}, set(), set()]
    assert [who.practice.non_patient_facing_clinicians for who in estimated] == [1, 0, None]
    facts = [assess(who.practice, ()).standing["non_patient_facing"].value for who in estimated]
    assert facts == [True, False, None]


def test_rows_of_one_clinician_that_contradict_each_other_are_not_known() -> None:
    rows = [
        clinician(1, joined_on="2026-01-01", rural="yes"),
        clinician(1, joined_on="2026-06-01", rural="no"),
    ]

    assert only(intake([practice(statuses="")], rows)).practice.rural_clinicians is None


def test_a_blank_pathway_is_traditional_and_our_own_columns_are_read() -> None:
    who = only(intake([practice(extreme_circumstances="yes", study="yes", not_scored="none")])).practice

    assert (who.pathway, who.extreme_circumstances, who.study, who.not_scored) == (
        "traditional",
        True,
        True,
        frozenset(),
    )


def test_a_blank_is_never_a_no() -> None:
    who = only(intake([practice(statuses="")])).practice

    assert (who.statuses, who.not_scored, who.apm, who.quality_and_pi_submitted) == (None, None, None, None)


# ---- What counts


def test_clinicians_may_each_use_another_window() -> None:
    found = intake(
        [practice()],
        [clinician(1), clinician(2)],
        [
            took_part(1, start_date="2026-01-01", end_date="2026-03-31"),
            took_part(2, start_date="10/3/2026", end_date="12/31/2026"),
        ],
    )

    who = only(found)
    assert who.attestations == (
        Attestation("IA_EPA_2", date(2026, 1, 1), date(2026, 12, 31), clinicians=2, at_most=2),
    )
    assert assess(who.practice, who.attestations).verdicts[0].counts


def test_short_windows_of_several_clinicians_do_not_add_up() -> None:
    found = intake(
        [practice()],
        [clinician(1), clinician(2)],
        [took_part(1, end_date="2026-04-30"), took_part(2, start_date="2026-05-01", end_date="2026-07-01")],
    )

    who = only(found)
    (verdict,) = assess(who.practice, who.attestations).verdicts
    assert [p.code for p in verdict.problems] == ["too_short", "too_few_clinicians"]
    assert [p.code for p in found.problems] == ["too_short", "too_short"]


def test_an_open_end_or_a_blank_answer_may_still_count() -> None:
    found = intake(
        [practice()],
        [clinician(n) for n in range(4)],
        [
            took_part(0),
            took_part(1, end_date=""),
            took_part(2, taking_part=""),
            took_part(3, taking_part="no"),
        ],
    )

    who = only(found)
    (given,) = who.attestations or ()
    assert (given.clinicians, given.at_most) == (1, 3)
    assert assess(who.practice, who.attestations).verdicts[0].counts is None
    assert told(found) == [
        (
            "dates_unknown unknown participation.csv, line 3, end_date: The first or the last day "
            "is not known. "
            "Give both days. [42 CFR 414.1320]"
        ),
        (
            "not_answered unknown participation.csv, line 4, taking_part: Whether IA_EPA_2 was done "
            "is not known. Answer yes or no."
        ),
    ]


def test_without_the_column_taking_part_every_row_says_yes() -> None:
    row = {column: cell for column, cell in took_part(1).items() if column != "taking_part"}

    who = only(intake([practice()], [clinician(1)], [row]))

    assert assess(who.practice, who.attestations).verdicts[0].counts is True


def test_a_group_of_which_only_blank_answers_are_given_is_unknown() -> None:
    found = intake(
        [practice(medical_home_sites="1/1")],
        [clinician(1)],
        [took_part(1, activity_id="IA_PCMH", taking_part="")],
    )

    who = only(found)
    assert assess(who.practice, who.attestations).verdicts[0].counts is None


@pytest.mark.parametrize(
    ("cells", "counts"),
    [
        ({}, True),
        ({"taking_part": "no"}, False),
        ({"taking_part": ""}, None),
        ({"taking_part": "", "end_date": "2026-03-05"}, False),
        ({"end_date": ""}, None),
        ({"end_date": "2026-03-05"}, False),
    ],
)
@pytest.mark.parametrize("report_as", ["individual", "group"])
def test_a_row_counts_the_same_for_an_individual_and_for_a_group_of_one(
    report_as: str, cells: Line, counts: bool | None
) -> None:
    who = only(intake([practice(report_as=report_as)], [clinician(1)], [took_part(1, **cells)]))

    assert assess(who.practice, who.attestations).verdicts[0].counts is counts


def test_an_attested_no_of_all_is_a_no_of_the_group() -> None:
    who = only(intake([practice()], [clinician(1)], [took_part(1, taking_part="no")]))

    assert [a.done for a in who.attestations or ()] == [False]


def test_a_second_window_of_a_clinician_can_be_the_good_one() -> None:
    found = intake(
        [practice()],
        [clinician(1)],
        [took_part(1, end_date="2026-03-31"), took_part(1, start_date="2026-06-01", end_date="2026-09-30")],
    )

    who = only(found)
    assert [(a.first, a.clinicians) for a in who.attestations or ()] == [(date(2026, 6, 1), 1)]


def test_of_a_suspended_activity_only_those_count_who_had_begun() -> None:
    started = [
        took_part(n, activity_id="IA_AHE_8", performance_year=2025, start_date=day, end_date="2025-12-01")
        for n, day in enumerate(["2025-02-01", "2025-05-06", "2025-05-07", ""])
    ]
    found = intake(
        [practice(performance_year=2025)], [clinician(n, performance_year=2025) for n in range(4)], started
    )

    who = only(found)
    (given,) = who.attestations or ()
    assert (given.first, given.clinicians, given.at_most) == (date(2025, 2, 1), 2, 3)
    assert assess(who.practice, who.attestations).verdicts[0].counts is True
    assert [(p.code, p.severity) for p in found.problems] == [
        ("suspended", "error"),
        ("suspended", "unknown"),
        ("dates_unknown", "unknown"),
    ]


def test_credit_of_earlier_years_in_the_same_files_is_remembered() -> None:
    years = (2023, 2024, 2025)
    found = intake(
        [practice(report_as="individual", performance_year=y) for y in reversed(years)],
        [clinician(1, performance_year=y) for y in years],
        [
            took_part(
                1, performance_year=y, activity_id="IA_PSPA_4", start_date=f"{y}-01-01", end_date=f"{y}-12-31"
            )
            for y in years
        ],
    )

    earlier = {who.practice.performance_year: who.practice.earlier for who in found.participants}
    assert earlier == {2023: set(), 2024: {(2023, "IA_PSPA_4")}, 2025: {(2023, "IA_PSPA_4")}}
    last = found.participants[0]
    (verdict,) = assess(last.practice, last.attestations).verdicts
    assert [p.code for p in verdict.problems] == ["too_soon"]


# ---- What rows that were left out make unknown


def test_a_roster_row_that_cannot_be_read_makes_the_number_and_the_shares_unknown() -> None:
    answers = {"rural": "yes", "hpsa": "no", "non_patient_facing": "no"}
    found = intake(
        [practice(statuses=""), practice(TWO)],
        [clinician(1, **answers), clinician(2, **{**answers, "joined_on": "soon"}), clinician(1, TWO)],
    )

    who, other = (each.practice for each in found.participants)
    assert (who.clinicians, who.rural_clinicians) == (None, None)
    assert (who.hpsa_clinicians, who.non_patient_facing_clinicians) == (None, None)
    assert other.clinicians == 1


@pytest.mark.parametrize("cells", [{"tin": "?"}, {"performance_year": "?"}])
def test_a_roster_row_of_nobody_may_be_anybodys(cells: Line) -> None:
    found = intake([practice(), practice(TWO)], [clinician(1), clinician(1, TWO), {**clinician(2), **cells}])

    unknown = [who.tin for who in found.participants if who.practice.clinicians is None]
    assert unknown == ([ONE, TWO] if "tin" in cells else [ONE])


def test_a_second_row_of_a_listed_npi_does_not_change_the_number() -> None:
    found = intake([practice()], [clinician(1), clinician(1), {**clinician(1), "tin": "?"}])

    assert only(found).practice.clinicians == 1


def test_a_practice_row_left_out_of_an_entity_makes_its_number_unknown() -> None:
    found = intake(
        [
            practice(report_as="virtual_group", entity_id="E1"),
            practice(TWO, report_as="virtual_group", entity_id="E1", pathway="?"),
        ],
        [clinician(1)],
    )

    assert only(found).practice.clinicians is None
    assert [p.where for p in found.problems if p.code == "incomplete"] == ["practices.csv, line 2"]


def test_a_participation_row_that_cannot_be_read_may_be_one_clinician_more() -> None:
    found = intake(
        [practice()],
        [clinician(n) for n in range(4)],
        [took_part(1), took_part(2, start_date="soon"), took_part(3, activity_id="IA_BE_4", end_date="?")],
    )

    who = only(found)
    assert who.attestations == (
        Attestation("IA_BE_4", clinicians=0, at_most=1),
        Attestation("IA_EPA_2", date(2026, 3, 1), date(2026, 5, 29), clinicians=1, at_most=2),
    )
    assert [v.counts for v in assess(who.practice, who.attestations).verdicts] == [False, None]


def test_rows_left_out_never_make_more_clinicians_than_there_are() -> None:
    rows = [{**took_part(1, start_date=f"?{n}"), "npi": "?"} for n in range(5)]

    who = only(intake([practice()], [clinician(1), clinician(2)], rows))

    assert who.attestations == (Attestation("IA_EPA_2", clinicians=0, at_most=2),)
    assert assess(who.practice, who.attestations).verdicts[0].counts is None


@pytest.mark.parametrize(
    ("good", "bad", "most"),
    [
        ({}, {}, 1),  # the same clinician is one and not two
        ({"end_date": "2026-03-05"}, {}, 1),  # the short window is not the only one
        ({"taking_part": "no"}, {}, 1),
        ({}, {"tin": "?"}, 1),
        ({}, {"npi": npi(2), "tin": "?"}, 2),
        ({}, {"npi": npi(9), "tin": "?"}, 1),  # not on the roster: of another practice
        ({}, {"npi": npi(3)}, 1),  # billed nothing
        ({}, {"activity_id": ""}, 1),
    ],
)
def test_a_row_left_out_is_weighed_by_its_clinician(good: Line, bad: Line, most: int) -> None:
    roster = [clinician(1), clinician(2), clinician(3, billed_in_year="no")]
    found = intake([practice()], roster, [took_part(1, **good), {**took_part(1, start_date="soon"), **bad}])

    (given,) = only(found).attestations or ()
    assert given.at_most == most


def test_an_individuals_row_that_cannot_be_read_is_not_answered() -> None:
    found = intake(
        [practice(report_as="individual")],
        [clinician(1), clinician(2)],
        [
            took_part(1, start_date="soon"),
            took_part(2),
            took_part(2, start_date="soon"),
            took_part(2, activity_id="IA_BE_4", end_date="2026-03-02"),
            took_part(2, activity_id="IA_BE_4", end_date="soon", start_date="2026-05-01"),
        ],
    )

    first, second = found.participants
    assert first.attestations == (Attestation("IA_EPA_2", done=None),)
    assert assess(first.practice, first.attestations).verdicts[0].counts is None
    counts = [v.counts for v in assess(second.practice, second.attestations).verdicts]
    assert counts == [False, None, True]


def test_a_roster_file_that_cannot_be_read_makes_the_number_unknown(tmp_path: Path) -> None:
    (tmp_path / "practices.csv").write_text(text([practice()]))
    (tmp_path / "roster.csv").write_text(text([clinician(1)]))
    (tmp_path / "roster_2.csv").write_text("performance_year,tin,name\n2026,000000001,Ann\n")

    found = read([tmp_path])

    assert only(found).practice.clinicians is None
    assert [p.where for p in found.problems] == ["roster_2.csv, headings"] * 2 + ["every practice"]


@pytest.mark.parametrize(
    ("lines", "count"),
    [
        ([practice()], 0),
        ([practice(), practice()], 0),
        ([practice(), practice(TWO, report_as="")], 1),
        ([practice(TWO, report_as=""), {**practice(), "tin": "?"}], 2),
        (
            [
                practice(t, report_as="apm_entity", entity_id="E", apm=a)
                for t, a in ((ONE, "none"), (TWO, "x"))
            ],
            1,
        ),
        (
            [
                practice(t, report_as="apm_entity", entity_id="E", apm=a)
                for t, a in ((ONE, "none"), (TWO, "other_apm"))
            ],
            1,
        ),
        ([practice(report_as="individual")], 1),
    ],
)
def test_practices_that_come_to_no_participant_are_counted(lines: list[Line], count: int) -> None:
    assert intake(lines).left_out == count


def test_windows_are_judged_by_what_was_known_on_a_day(tmp_path: Path) -> None:
    row = took_part(
        1, performance_year=2025, activity_id="IA_AHE_8", start_date="2025-08-01", end_date="2025-12-01"
    )
    (tmp_path / "practices.csv").write_text(text([practice(performance_year=2025)]))
    (tmp_path / "participation.csv").write_text(text([row]))

    now, before = (any_intake.read([tmp_path], day) for day in (None, date(2025, 3, 1)))

    assert [a.clinicians for a in only(now).attestations or ()] == [0]
    assert [p.code for p in now.problems] == ["suspended"]
    assert [a.clinicians for a in only(before).attestations or ()] == [1]
    assert before.problems == ()


def test_a_year_not_known_on_that_day_is_told_of_the_practice(tmp_path: Path) -> None:
    (tmp_path / "practices.csv").write_text(text([practice()]))
    (tmp_path / "participation.csv").write_text(text([took_part(1)]))

    found = read([tmp_path], date(2020, 1, 1))

    assert (found.participants, found.left_out) == ((), 1)
    assert [(p.code, p.where) for p in found.problems] == [
        ("not_yet_known", "practices.csv, line 2, performance_year")
    ]


def test_a_groups_medical_home_row_asks_for_no_sites_of_its_own() -> None:
    found = intake([practice()], [clinician(1)], [took_part(1, activity_id="IA_PCMH")])

    assert found.problems == ()


# ---- Messages


@pytest.mark.parametrize(
    ("cells", "message"),
    [
        (
            {"npi": "015118638"},
            (
                "wrong_length roster.csv, line 2, npi: Enter 10 digits. This has 9. "
                "Format this column as text in your spreadsheet and enter all 10 digits."
            ),
        ),
        ({"npi": "90000000012"}, "wrong_length roster.csv, line 2, npi: Enter 10 digits. This has 11."),
        ({"npi": ""}, "missing_cell roster.csv, line 2, npi: Enter 10 digits. This is blank."),
        (
            {"npi": "9OOOOOOOO1"},
            "not_digits roster.csv, line 2, npi: Enter 10 digits. This has other characters.",
        ),
        (
            {"npi": "1.23457E+09"},
            (
                "number_not_text roster.csv, line 2, npi: It was saved as a number. "
                "Format this column as text in your spreadsheet and enter all 10 digits."
            ),
        ),
        (
            {"tin": "12345678.0"},
            (
                "number_not_text roster.csv, line 2, tin: It was saved as a number. "
                "Format this column as text in your spreadsheet and enter all 9 digits."
            ),
        ),
        (
            {"npi": "9876543210"},
            (
                "npi_check_digit warning roster.csv, line 2, npi: This NPI's check digit does not fit. "
                "Check it. It was read as it is."
            ),
        ),
        (
            {"joined_on": "2026-13-04"},
            "bad_date roster.csv, line 2, joined_on: There is no month 13. Enter a date like 2026-07-01.",
        ),
        (
            {"joined_on": "2/30/2026"},
            (
                "bad_date roster.csv, line 2, joined_on: There is no day 30 in month 2. Enter a date "
                "like 2026-07-01."
            ),
        ),
        (
            {"joined_on": "3/1/26"},
            (
                "bad_date roster.csv, line 2, joined_on: The year of '3/1/26' has 2 digits and must have 4. "
                "Enter a date like 2026-07-01."
            ),
        ),
        (
            {"joined_on": "46082"},
            (
                "bad_date roster.csv, line 2, joined_on: 46082 is a spreadsheet's number of a day. "
                "Format this column as dates. Enter a date like 2026-07-01."
            ),
        ),
        (
            {"joined_on": "soon"},
            "bad_date roster.csv, line 2, joined_on: 'soon' is no date. Enter a date like 2026-07-01.",
        ),
        (
            {"joined_on": "2026-07-01", "left_on": "2026-01-02"},
            (
                "left_before_joined roster.csv, line 2, left_on: The day left, 2026-01-02, is before "
                "the day joined. "
                "Enter a date on or after the date joined, 2026-07-01."
            ),
        ),
        (
            {"rural": "maybe"},
            "not_yes_no roster.csv, line 2, rural: 'maybe' is neither yes nor no. "
            "Enter yes or no; a blank means not known.",
        ),
        (
            {"performance_year": "26"},
            (
                "bad_year roster.csv, line 2, performance_year: '26' is not a performance year. Enter "
                "a year like 2027."
            ),
        ),
        (
            {"performance_year": ""},
            (
                "bad_year roster.csv, line 2, performance_year: The performance year is blank. "
                "Enter a year like 2027."
            ),
        ),
        (
            {"performance_year": "2016"},
            (
                "unknown_year roster.csv, line 2, performance_year: The years that are here run from "
                "2017 to 2027. "
                "Give one of those."
            ),
        ),
        (
            {"tin": TWO},
            (
                "no_practice roster.csv, line 2, tin: No practice of 2026 with this TIN was read. "
                "Add it to practices, or correct its row there."
            ),
        ),
    ],
)
def test_each_fault_of_a_roster_row_has_its_message(cells: Line, message: str) -> None:
    assert told(intake([practice()], [{**clinician(1), **cells}]))[0] == message


@pytest.mark.parametrize(
    ("cells", "message"),
    [
        (
            {"activity_id": "IA_CC_1"},
            (
                "not_in_year participation.csv, line 2, activity_id: IA_CC_1 was removed after 2025. "
                "Choose an activity of 2026."
            ),
        ),
        (
            {"activity_id": "IA_PM_13"},
            "renumbered participation.csv, line 2, activity_id: CMS renumbered IA_PM_13. Use IA_AHW_1.",
        ),
        (
            {"activity_id": "IA_XX_1"},
            (
                "unknown_activity participation.csv, line 2, activity_id: No activity is called 'IA_XX_1'. "
                "Choose an activity of 2026."
            ),
        ),
        (
            {"activity_id": "IA_MVP"},
            (
                "not_in_program participation.csv, line 2, activity_id: IA_MVP cannot be reported on the "
                "traditional pathway. Choose another activity."
            ),
        ),
        (
            {"activity_id": ""},
            "missing_cell participation.csv, line 2, activity_id: Enter an activity. This is blank.",
        ),
        (
            {"activity_id": "ia_ epa_2"},
            "id_tidied warning participation.csv, line 2, activity_id: 'ia_ epa_2' was read as IA_EPA_2.",
        ),
        (
            {"start_date": "2026-07-01", "end_date": "2026-09-22"},
            (
                "too_short warning participation.csv, line 2, end_date: 2026-07-01 to 2026-09-22: "
                "The activity ran for 84 days "
                "and must run "
                "for 90 days in a row. Give a last day of 2026-09-28 or later."
            ),
        ),
        (
            {"start_date": "2025-12-15"},
            (
                "outside_year participation.csv, line 2, start_date: 2025-12-15 to 2026-05-29: "
                "It must lie inside 2026. "
                "Give days of 2026; if it began earlier, start it on 2026-01-01."
            ),
        ),
        (
            {"end_date": "2027-01-15"},
            (
                "outside_year participation.csv, line 2, end_date: 2026-03-01 to 2027-01-15: "
                "It must lie inside 2026. "
                "Give days of 2026; if it began earlier, start it on 2026-01-01."
            ),
        ),
        (
            {"start_date": "2026-07-01"},
            (
                "reversed_dates participation.csv, line 2, end_date: 2026-07-01 to 2026-05-29: "
                "It ends on 2026-05-29, before it "
                "begins on "
                "2026-07-01. Correct one of the two days."
            ),
        ),
        (
            {"start_date": ""},
            (
                "dates_unknown unknown participation.csv, line 2, start_date: The first or the last "
                "day is not known. "
                "Give both days."
            ),
        ),
        (
            {"npi": npi(2)},
            (
                "not_on_roster participation.csv, line 2, npi: The NPI is not on the roster of this "
                "TIN and year. "
                "Add this NPI to the roster first."
            ),
        ),
        (
            {"attested_on": "2026-05-01"},
            (
                "attested_early warning participation.csv, line 2, attested_on: It was signed on "
                "2026-05-01, before "
                "the window ended. Have it signed again after 2026-05-29."
            ),
        ),
    ],
)
def test_each_fault_of_a_participation_row_has_its_message(cells: Line, message: str) -> None:
    found = intake([practice()], [clinician(1)], [{**took_part(1), **cells}])

    assert told(found)[0].split(" [")[0] == message


@pytest.mark.parametrize(
    ("cells", "code", "column"),
    [
        ({"report_as": ""}, "report_as_missing", "report_as"),
        ({"report_as": "team"}, "unknown_entity", "report_as"),
        ({"pathway": "fast"}, "unknown_pathway", "pathway"),
        ({"pathway": "apm_scoring_standard"}, "pathway_not_in_year", "pathway"),
        ({"statuses": "tiny"}, "unknown_status", "statuses"),
        ({"statuses": "none rural"}, "none_and_more", "statuses"),
        ({"statuses_checked_on": "yesterday"}, "bad_date", "statuses_checked_on"),
        ({"apm": "some"}, "unknown_apm", "apm"),
        ({"pathway": "app", "apm": "none"}, "not_in_mips_apm", "apm"),
        ({"not_scored": "pi rest"}, "unknown_category", "not_scored"),
        ({"medical_home_sites": "7/6"}, "impossible_count", "medical_home_sites"),
        ({"quality_and_pi_submitted": "2"}, "not_yes_no", "quality_and_pi_submitted"),
    ],
)
def test_each_fault_of_a_practice_is_told_by_column_and_leaves_its_row_out(
    cells: Line, code: str, column: str
) -> None:
    found = intake([practice(**cells), practice(TWO)])

    assert [(p.code, p.where) for p in found.problems] == [(code, f"practices.csv, line 2, {column}")]
    assert [who.tin for who in found.participants] == [TWO]


def test_an_entity_that_the_pathway_does_not_take_is_a_warning() -> None:
    found = intake(
        [
            practice(report_as="virtual_group", pathway="mvp", entity_id="E1"),
            practice(TWO, report_as="virtual_group", pathway="mvp", entity_id="E1"),
        ]
    )

    assert [(p.code, p.severity, p.where) for p in found.problems] == [
        ("entity_not_on_pathway", "warning", f"practices.csv, line {line}, report_as") for line in (2, 3)
    ]
    assert only(found).practice.entity == "virtual_group"


def test_a_window_that_began_too_late_is_told_of_its_first_day() -> None:
    found = intake([practice()], None, [took_part(1, start_date="2026-10-04", end_date="2026-12-31")])

    assert [(p.code, p.severity, p.where) for p in found.problems] == [
        ("too_late", "warning", "participation.csv, line 2, start_date")
    ]


@pytest.mark.parametrize(
    ("cell", "what"),
    [("6-Feb", "A spreadsheet has made a date of it: '6-Feb'."), ("two", "'two' is no share.")],
)
def test_a_share_that_cannot_be_read_is_not_known(cell: str, what: str) -> None:
    found = intake([practice(medical_home_sites=cell)])

    assert only(found).practice.medical_home_sites is None
    assert told(found) == [
        f"bad_sites warning practices.csv, line 2, medical_home_sites: {what} "
        "Format this column as text and enter recognized/all, as 2/6; until then it is not known."
    ]


@pytest.mark.parametrize("cell", ["2/6", "2 of 6", "'2/6", "2 / 6"])
def test_a_share_may_be_written_in_several_ways(cell: str) -> None:
    assert only(intake([practice(medical_home_sites=cell)])).practice.medical_home_sites == (2, 6)


@pytest.mark.parametrize(
    ("cell", "names"),
    [
        ("Small practice, Rural", {"small_practice", "rural"}),
        ("SMALL_PRACTICE;Non-patient facing", {"small_practice", "non_patient_facing"}),
        ("rural/hpsa", {"rural", "hpsa"}),
        ("small practice rural non patient facing", {"small_practice", "rural", "non_patient_facing"}),
        ("None", set()),
        ("no", set()),
    ],
)
def test_statuses_may_be_written_as_people_write_them(cell: str, names: set[str]) -> None:
    found = intake([practice(statuses=cell)])

    assert (only(found).practice.statuses, found.problems) == (names, ())


@pytest.mark.parametrize("cell", ["small clinic, rural", "rural small clinic"])
def test_a_status_that_is_none_is_told_in_its_words_with_those_there_are(cell: str) -> None:
    assert told(intake([practice(statuses=cell)])) == [
        "unknown_status practices.csv, line 2, statuses: There is no 'small_clinic'. Use one of: "
        "small_practice, rural, hpsa, non_patient_facing, hospital_based, asc_based, facility_based, or none."
    ]


def test_no_apm_is_none() -> None:
    assert only(intake([practice(apm="No")])).practice.apm == "none"


@pytest.mark.parametrize(
    ("cell", "answer"), [("1", True), ("x", True), ("X", True), ("\u2713", True), ("0", False)]
)
def test_yes_and_no_may_be_ticks(cell: str, answer: bool) -> None:
    who = only(intake([practice(quality_and_pi_submitted=cell)])).practice

    assert who.quality_and_pi_submitted is answer


@pytest.mark.parametrize("id", ["IA BE 4", "IA-BE-4", "IA_BE4", "BE_4", "ia be4", "IA \u2013 BE \u2013 4"])
def test_an_id_is_tidied_and_that_is_told(id: str) -> None:
    found = intake([practice()], None, [took_part(1, activity_id=id)])

    assert [a.activity for a in only(found).attestations or ()] == ["IA_BE_4"]
    assert told(found) == [
        f"id_tidied warning participation.csv, line 2, activity_id: {id!r} was read as IA_BE_4."
    ]


def test_every_id_of_every_year_is_read_as_it_is() -> None:
    for year in years():
        for id in catalogue(year).activities:
            cells = Cells("", {"activity_id": id})
            assert (cells.activity(), cells.problems) == (id, [])


@pytest.mark.parametrize("id", ["IA_BE_4, IA_EPA_2", "IA_BE_4 EPA_2", "IA_PCMH;IA_BE_4"])
def test_two_activities_in_one_cell_are_one_clear_error(id: str) -> None:
    found = intake([practice()], None, [took_part(1, activity_id=id)])

    assert told(found)[0] == (
        f"several_activities participation.csv, line 2, activity_id: {id!r} names 2 activities, and "
        "there is one activity in a row. Make a row for each."
    )


@pytest.mark.parametrize(
    "day",
    [
        "2026-03-01 09:30:00",
        "3/1/2026 9:30 AM",
        "March 1, 2026",
        "1 March 2026",
        "Mar. 1 2026",
        "1st march 2026",
    ],
)
def test_a_day_may_be_written_in_words_or_with_a_time(day: str) -> None:
    who = only(intake([practice()], None, [took_part(1, start_date=day)]))

    assert [a.first for a in who.attestations or ()] == [date(2026, 3, 1)]


@pytest.mark.parametrize("report_as", ["virtual_group", "subgroup", "apm_entity"])
def test_an_entity_without_a_name_is_told(report_as: str) -> None:
    assert told(intake([practice(report_as=report_as, pathway="mvp", mvp_id="M0004")]))[0] == (
        f"entity_id_missing warning practices.csv, line 2, entity_id: Which {report_as} it is, is blank, "
        "so this TIN stands for itself. Enter the same entity_id in each row of it."
    )


def test_a_virtual_group_of_one_tin_is_told() -> None:
    assert told(intake([practice(report_as="virtual_group", entity_id="E1")])) == [
        "virtual_group_of_one warning practices.csv, line 2, entity_id: The virtual group E1 has this TIN "
        "alone, and is of two or more. Enter the same entity_id for each of its TINs."
    ]


def test_rows_of_a_practice_that_was_not_read_are_told_once_a_table() -> None:
    found = intake(
        [practice(report_as="")],
        [*(clinician(n) for n in range(3)), clinician(1, TWO), clinician(4)],
        [took_part(1)],
    )

    assert [p.where for p in found.problems if p.code == "no_practice"] == [
        "roster.csv, lines 2 to 4, 6, tin",
        "roster.csv, line 5, tin",
        "participation.csv, line 2, tin",
    ]


@pytest.mark.parametrize(
    ("above", "fix"),
    [("Our practice\n", "Delete the line above."), ("Our practice\nby Friday\n", "Delete the lines above.")],
)
def test_headings_below_a_title_are_told_once(tmp_path: Path, above: str, fix: str) -> None:
    (tmp_path / "practices.csv").write_text(above + text([practice()]))

    found = read([tmp_path])

    line = above.count("\n") + 1
    assert found.participants == ()
    assert told(found) == [
        f"headings_below practices.csv: The headings must stand in line 1; line {line} looks like them. {fix}"
    ]


def test_a_heading_is_read_without_its_punctuation_and_one_that_looks_known_is_a_warning() -> None:
    row = {
        "Taking part?" if c == "taking_part" else "End date." if c == "end_date" else c: cell
        for c, cell in took_part(1, taking_part="no").items()
    }
    found = intake([practice()], [{**clinician(1), "bilt_in_year": "no", "Fax": "1"}], [row])

    assert [a.done for a in only(found).attestations or ()] == [False]
    assert told(found) == [
        "unknown_column warning roster.csv, headings: The column bilt_in_year is not known and was ignored; "
        "it looks like billed_in_year. If it is billed_in_year, call it so. Its cells were not read.",
        "unknown_column note roster.csv, headings: These columns are not known and were ignored: Fax.",
    ]


def test_an_mvp_that_is_not_of_the_year_is_told_once_of_the_practice() -> None:
    found = intake(
        [practice(pathway="mvp", mvp_id="zzzz9")], [clinician(1), clinician(2)], [took_part(1), took_part(2)]
    )

    assert [(p.code, p.where) for p in found.problems] == [("unknown_mvp", "practices.csv, line 2, mvp_id")]
    assert only(found).practice.mvp == "ZZZZ9"


def test_an_activity_outside_the_mvp_is_told_of_its_row() -> None:
    found = intake([practice(pathway="mvp", mvp_id="M0004")], None, [took_part(1, activity_id="IA_EPA_7")])

    assert [(p.code, p.where) for p in found.problems] == [
        ("not_in_mvp", "participation.csv, line 2, activity_id")
    ]


def test_an_activity_that_cms_took_out_within_the_year_is_told_as_such() -> None:
    taken = [(y, id) for y in years() for id in catalogue(y).gone]
    if not taken:
        pytest.skip("no year has one")
    year, id = taken[0]
    row = took_part(1, performance_year=year, activity_id=id)

    assert [p.code for p in intake([practice(performance_year=year)], None, [row]).problems] == [
        "removed_in_year"
    ]


def test_rows_with_the_same_key_are_told_by_the_first_and_left_out() -> None:
    found = intake(
        [practice(), practice(practice_name="Another name")],
        [clinician(1), clinician(1), clinician(1, joined_on="2026-02-01"), clinician(2)],
        [took_part(1), took_part(1), took_part(1, end_date="2026-12-31")],
    )

    assert told(found)[:2] == [
        (
            "duplicate practices.csv, line 3, tin: practices.csv, line 2, has the same TIN and year. "
            "Keep one row for each TIN and year."
        ),
        (
            "duplicate roster.csv, line 3, npi: roster.csv, line 2, has the same NPI and TIN. "
            "Keep one row for each NPI and TIN, or give each the day joined."
        ),
    ]
    assert [p.code for p in found.problems] == ["duplicate"] * 5 + ["incomplete"]
    assert only(found).practice.clinicians == 2


def test_a_row_id_takes_over_as_the_key() -> None:
    rows = [
        took_part(1, row_id="a"),
        took_part(1, row_id="b"),
        took_part(1, start_date="2026-02-01", row_id="a"),
    ]

    assert told(intake([practice()], None, rows))[:1] == [
        (
            "duplicate participation.csv, line 4, row_id: participation.csv, line 2, has the same row_id. "
            "Keep one row for each NPI, activity and start date."
        )
    ]


def test_rows_of_an_entity_that_contradict_each_other_leave_it_out_by_name() -> None:
    found = intake(
        [
            practice(t, report_as="apm_entity", entity_id="E1", apm=a)
            for t, a in ((ONE, "none"), (TWO, "other_apm"))
        ],
        [clinician(1)],
    )

    assert found.participants == ()
    assert told(found)[0] == (
        "entity_disagrees practices.csv, line 2, entity_id: E1 has rows that differ in apm: this one and "
        "practices.csv, line 3. Enter the same in each row of the entity. It was not scored."
    )
    assert [p.code for p in found.problems] == ["entity_disagrees", "entity_disagrees", "no_practice"]


def test_a_practice_whose_rows_were_left_out_is_told_that_its_counts_are_incomplete() -> None:
    found = intake([practice(), practice(TWO)], [clinician(1), clinician(2, rural="?"), clinician(1, TWO)])

    assert told(found)[1:] == [
        (
            "incomplete warning practices.csv, line 2: Its counts are incomplete: 1 row left out "
            "(roster.csv, line 3). Correct these rows and read the files again."
        )
    ]
    assert [who.practice.clinicians for who in found.participants] == [None, 1]


def test_a_row_whose_practice_cannot_be_told_may_be_lacking_anywhere() -> None:
    found = intake([practice()], [clinician(1), {**clinician(2), "tin": "?"}])

    assert told(found)[1:] == [
        (
            "incomplete warning every practice: Whose rows these are cannot be told, so any "
            "practice's counts "
            "may lack them: roster.csv, line 3. Correct these rows and read the files again."
        )
    ]


def test_an_individual_practice_that_names_nobody_is_told() -> None:
    assert told(intake([practice(report_as="individual")])) == [
        (
            "no_clinicians practices.csv, line 2, tin: No clinician of this TIN is listed. "
            "Add its clinicians to the roster."
        )
    ]


def test_a_roster_on_which_nobody_billed_does_not_make_a_group_of_none() -> None:
    found = intake([practice()], [clinician(1, billed_in_year="no")], [took_part(1)])

    assert [(p.code, p.severity) for p in found.problems] == [("nobody_billed", "warning")]
    who = only(found)
    assert who.practice.clinicians is None
    assert assess(who.practice, who.attestations).verdicts[0].counts is None


def test_a_row_of_too_many_cells_is_left_out_by_name(tmp_path: Path) -> None:
    (tmp_path / "practices.csv").write_text("performance_year,tin,report_as\n2026,000000001,group,oops\n")

    assert told(read([tmp_path])) == [
        (
            "too_many_cells practices.csv, line 2: There are more cells than headings; 'oops' is "
            "one too many. "
            "Put quotation marks around a cell with a comma."
        )
    ]


def test_every_fault_of_a_row_is_told_and_not_only_the_first() -> None:
    found = intake([practice()], [clinician(1, rural="?", hpsa="?", joined_on="?")])

    assert [p.code for p in found.problems if p.where.startswith("roster")] == [
        "bad_date",
        "not_yes_no",
        "not_yes_no",
    ]


# ---- Files


def test_headings_may_stand_in_any_order_and_case_and_unknown_ones_are_noted(tmp_path: Path) -> None:
    (tmp_path / "upload.csv").write_text(
        "Fax,Report As,TIN,Performance-Year\n,Group,00-0000001,2026.0\n,group,' 000000002,2026\n"
    )

    found = read([tmp_path / "upload.csv"])

    assert [who.tin for who in found.participants] == [ONE, TWO]
    assert told(found) == [
        "unknown_column note upload.csv, headings: These columns are not known and were ignored: Fax."
    ]


@pytest.mark.parametrize(
    ("name", "heading", "messages"),
    [
        (
            "roster.csv",
            "performance_year,tin,name",
            ["missing_column roster.csv, headings: There is no column npi. "],
        ),
        (
            "practices.csv",
            "performance_year,tin,TIN,report_as",
            ["repeated_column practices.csv, headings: There are several columns tin. "],
        ),
        ("odd.csv", "a,b", ["unknown_table odd.csv: It is none of the tables "]),
    ],
)
def test_a_table_whose_headings_do_not_fit_is_not_read(
    tmp_path: Path, name: str, heading: str, messages: list[str]
) -> None:
    (tmp_path / name).write_text(f"{heading}\n1,2,3\n")

    found = read([tmp_path / name])

    assert [line[: len(m)] for line, m in zip(told(found), messages, strict=False)] == messages
    assert (found.participants, found.rows) == ((), 0)
    assert found.problems[-1].code == "no_practices"


def test_one_workbook_with_three_sheets_gives_the_same_as_three_files(tmp_path: Path) -> None:
    lines = {
        "Practices": [practice()],
        "Roster": [clinician(n, joined_on=date(2026, 1, 1)) for n in range(3)],
        "Participation": [took_part(n, start_date=date(2026, 3, 1)) for n in range(2)],
    }
    with xlsxwriter.Workbook(tmp_path / "all.xlsx") as book:
        book.add_worksheet("Read me").write(0, 0, "Fill in the other sheets")
        day = book.add_format({"num_format": "mm/dd/yyyy"})
        for name, rows in lines.items():
            sheet = book.add_worksheet(name)
            sheet.write_row(0, 0, list(rows[0]))
            for n, row in enumerate(rows, 1):
                for place, cell in enumerate(row.values()):
                    sheet.write(n, place, cell, *([day] if isinstance(cell, date) else []))

    found = read([tmp_path / "all.xlsx"])
    same = intake(*lines.values())

    assert [replace(who, where="") for who in found.participants] == [
        replace(who, where="") for who in same.participants
    ]
    assert found.rows == same.rows
    assert [p.code for p in found.problems] == ["unknown_table"]


def test_numbers_in_a_workbook_that_lost_their_zeros_are_told(tmp_path: Path) -> None:
    with xlsxwriter.Workbook(tmp_path / "practices.xlsx") as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["performance_year", "tin", "report_as"])
        sheet.write_row(1, 0, [2026, 1, "group"])

    assert [(p.code, p.where) for p in read([tmp_path / "practices.xlsx"]).problems] == [
        ("wrong_length", "practices.xlsx, sheet Sheet1, line 2, tin")
    ]


def test_a_zip_and_a_folder_give_the_same_and_several_files_of_one_table_are_joined(tmp_path: Path) -> None:
    files = {
        "a/practices.csv": text([practice()]),
        "b/practices.csv": text([practice(TWO)]),
        "roster.csv": text([clinician(1), clinician(1, TWO)]),
    }
    with zipfile.ZipFile(tmp_path / "all.zip", "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    for name, content in files.items():
        (tmp_path / "all" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "all" / name).write_text(content)

    from_zip, from_folder = read([tmp_path / "all.zip"]), read([tmp_path / "all"])

    assert from_zip == from_folder
    assert [who.tin for who in from_zip.participants] == [ONE, TWO]


def test_a_table_given_twice_is_told_row_by_row(tmp_path: Path) -> None:
    (tmp_path / "practices.csv").write_text(text([practice()]))

    found = read([tmp_path / "practices.csv"] * 2)

    assert len(found.participants) == 1
    assert [p.code for p in found.problems] == ["duplicate"]


def test_ten_thousand_rows_are_read_in_seconds() -> None:
    with soon(8):
        found = intake(
            [practice(f"{n:09}") for n in range(500)],
            [clinician(n, f"{n // 10:09}") for n in range(5_000)],
            [took_part(n, f"{n // 10:09}") for n in range(5_000)],
        )

    assert (len(found.participants), found.rows, found.problems) == (500, 10_500, ())


# ---- What must always hold

TINS = st.sampled_from([ONE, TWO, "000000003", "", "12"])
YEARS = st.sampled_from([2025, 2026, 2026, 2016, ""])
NPIS = st.sampled_from([npi(1), npi(2), npi(3), "9", ""])
ANSWERS = st.sampled_from(["yes", "no", "", "?"])
DAYS = st.sampled_from(["2026-01-01", "2026-06-01", "12/31/2026", "", "2025-03-01", "soon"])
PRACTICES = st.fixed_dictionaries(
    {
        "performance_year": YEARS,
        "tin": TINS,
        "contact_email": st.just("x"),
        "report_as": st.sampled_from(["individual", "group", "virtual_group", "apm_entity", "x", ""]),
        "entity_id": st.sampled_from(["", "E1", "E2"]),
        "apm": st.sampled_from(["", "none", "mips_apm"]),
    }
)
ROSTER = st.fixed_dictionaries(
    {
        "performance_year": YEARS,
        "tin": TINS,
        "credential": st.just("x"),
        "npi": NPIS,
        "joined_on": DAYS,
        "billed_in_year": ANSWERS,
        "rural": ANSWERS,
    }
)
PARTICIPATION = st.fixed_dictionaries(
    {
        "performance_year": YEARS,
        "tin": TINS,
        "note": st.just("x"),
        "npi": NPIS,
        "activity_id": st.sampled_from(["IA_EPA_2", "ia_be_4", "IA_CC_1", "IA_PCMH", "IA_X", ""]),
        "start_date": DAYS,
        "end_date": DAYS,
        "taking_part": ANSWERS,
    }
)
BOOKS = st.tuples(
    st.lists(PRACTICES, min_size=1, max_size=6),
    st.lists(ROSTER, min_size=1, max_size=10),
    st.lists(PARTICIPATION, min_size=1, max_size=10),
)


@settings(max_examples=200, deadline=None)
@given(BOOKS)
def test_every_row_ends_in_a_participant_or_is_named_in_a_problem(lines: tuple[list[Line], ...]) -> None:
    found = intake(*lines)

    named = {each for p in found.problems if p.severity == "error" for each in lines_named(p.where)}
    whole = {(w.practice.performance_year, w.tin, w.npi) for w in found.participants}
    entities = {(w.practice.performance_year, w.entity_id) for w in found.participants if not w.tin}
    within = {
        (p["performance_year"], p["tin"])
        for p in lines[0]
        if (p["performance_year"], p["entity_id"]) in entities
    }
    assert found.rows == sum(map(len, lines))
    for name, rows in zip(TABLES, lines, strict=True):
        for line, row in enumerate(rows, 2):
            year, tin = row["performance_year"], row["tin"]
            ended = (
                (year, tin, "") in whole
                or (year, tin) in within
                or (year, tin, row.get("npi")) in whole
                or (name == "practices" and any((year, tin) == each[:2] for each in whole))
            )
            assert ended or f"{name}.csv, line {line}" in named


def lines_named(where: str) -> Iterable[str]:
    """Each line of a table that a place names: `roster.csv, lines 2 to 4, 6, tin` names four."""
    table = where.split(", ", maxsplit=1)[0]
    for first, last in re.findall(r"([0-9]+)(?: to ([0-9]+))?", where.removeprefix(table)):
        yield from (f"{table}, line {line}" for line in range(int(first), int(last or first) + 1))


@settings(max_examples=100, deadline=None)
@given(BOOKS, st.randoms(use_true_random=False))
def test_the_order_of_rows_changes_nothing(lines: tuple[list[Line], ...], shuffle: random.Random) -> None:
    keys = (
        ("performance_year", "tin"),
        ("performance_year", "tin", "npi"),
        tuple(TABLES["participation"])[:5],
    )
    unique = [
        list({tuple(row[c] for c in key): row for row in rows}.values())
        for key, rows in zip(keys, lines, strict=True)
    ]
    shuffled = [shuffle.sample(rows, len(rows)) for rows in unique]

    assert essence(intake(*unique)) == essence(intake(*shuffled))


def essence(found: Intake) -> object:
    """What was found without the places in which it stood."""
    people = [repr(replace(who, where="")) for who in found.participants]
    return sorted(people), sorted(p.code for p in found.problems if p.code != "incomplete"), found.rows


@settings(max_examples=200, deadline=None)
@given(BOOKS)
def test_everybody_who_comes_out_can_be_scored(lines: tuple[list[Line], ...]) -> None:
    for who in intake(*lines).participants:
        assess(who.practice, who.attestations)


WINDOWS = st.tuples(
    st.dates(date(2024, 12, 1), date(2026, 1, 31)), st.dates(date(2024, 12, 1), date(2026, 1, 31))
)


@settings(max_examples=300, deadline=None)
@given(
    st.lists(WINDOWS, min_size=1, max_size=4),
    st.sampled_from(["IA_EPA_2", "IA_AHE_8", "IA_ERP_2", "IA_ERP_1"]),
)
def test_a_group_counts_an_activity_exactly_when_half_of_its_clinicians_would(
    windows: list[tuple[date, date]], activity: str
) -> None:
    year = {"performance_year": 2025}
    roster = [clinician(n, **year) for n in range(len(windows))]
    rows = [
        took_part(n, **year, activity_id=activity, start_date=first, end_date=last)
        for n, (first, last) in enumerate(windows)
    ]
    alone = intake([practice(report_as="individual", **year)], roster, rows).participants
    group = only(intake([practice(**year)], roster, rows))

    each = [assess(who.practice, who.attestations).verdicts[0].counts for who in alone]
    assert assess(group.practice, group.attestations).verdicts[0].counts is (
        2 * sum(map(bool, each)) >= len(each)
    )


# ---- The manual


def test_every_code_of_the_reader_is_in_its_list() -> None:
    folder = Path(mips_ia.formats.bulk.__file__).parent
    files = [*folder.glob("bulk*.py"), folder / "sheets.py", folder / "tables.py"]
    calls = [n for f in files for n in ast.walk(ast.parse(f.read_text())) if isinstance(n, ast.Call)]
    named = {"Problem": 0, "tell": 0, "_leave_out": 1}
    codes = {
        call.args[named[name]].value
        for call in calls
        if (name := getattr(call.func, "id", getattr(call.func, "attr", ""))) in named
        and isinstance(call.args[named[name]], ast.Constant)
    }

    assert codes
    assert codes <= set(CODES)
    assert len(set(CODES)) == len(CODES)


def test_the_manual_has_every_column_and_every_code() -> None:
    manual = (ROOT / "docs" / "bulk.md").read_text()
    told_of = set(CODES) | {c for columns in TABLES.values() for c in columns}

    assert [name for name in sorted(told_of) if f"`{name}`" not in manual] == []


def examples(manual: str) -> Iterable[tuple[str, str]]:
    """The CSV files shown in the manual, by the name that stands before each."""
    for part in manual.split('```csv title="')[1:]:
        name, rest = part.split('"\n', 1)
        yield name, rest.split("```")[0]


def test_the_example_of_the_manual_is_read_and_scored_as_it_says(tmp_path: Path) -> None:
    manual = (ROOT / "docs" / "bulk.md").read_text()
    for name, content in examples(manual):
        (tmp_path / name).write_text(content)

    found = read([tmp_path])

    assert [p for p in found.problems if p.severity == "error"] == []
    for who in found.participants:
        points = assess(who.practice, who.attestations).score.points
        assert f"| {who.name} | {points} |" in manual
    assert isinstance(found.problems, tuple)
    assert all(isinstance(p, Problem) for p in found.problems)
