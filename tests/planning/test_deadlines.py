"""The days that matter, and how many a validation looks at."""

from collections.abc import Callable
from datetime import date

import pytest

from mips_ia import Refused, Rules, rules, years
from mips_ia.planning.deadlines import audit_due, audit_first_reply_due, deadlines, patients_sample, sample


def test_the_days_of_2026() -> None:
    assert deadlines(rules(2026)) == {
        "known_on": date(2025, 11, 5),
        "last_start": date(2026, 10, 3),
        "submission_closes": date(2027, 3, 31),
        "mvp_registration_opens": date(2026, 4, 1),
        "mvp_registration_closes": date(2026, 11, 30),
        "virtual_group_election_closes": date(2025, 12, 31),
        "determination_1_opens": date(2024, 10, 1),
        "determination_1_closes": date(2025, 9, 30),
        "determination_2_opens": date(2025, 10, 1),
        "determination_2_closes": date(2026, 9, 30),
        "validation_report_closes": date(2027, 5, 31),
        "keep_until": date(2032, 12, 31),
        "keep_until_advised": date(2036, 12, 31),
    }


@pytest.mark.parametrize("year", years())
def test_in_every_year_ninety_days_begin_on_october_3_at_the_latest(year: int) -> None:
    assert deadlines(rules(year))["last_start"] == date(year, 10, 3)


@pytest.mark.parametrize("year", years())
def test_in_every_year_data_are_submitted_by_the_end_of_march_after_it(year: int) -> None:
    assert deadlines(rules(year))["submission_closes"] == date(year + 1, 3, 31)


def test_an_audit_is_answered_within_45_calendar_days() -> None:
    assert audit_due(date(2027, 5, 3), rules(2026)) == date(2027, 6, 17)


def test_in_2017_an_audit_was_first_answered_within_10_business_days() -> None:
    friday = date(2019, 6, 7)

    assert audit_first_reply_due(friday, rules(2017)) == date(2019, 6, 21)


def test_a_request_that_comes_on_a_saturday_is_counted_from_monday() -> None:
    saturday = date(2019, 6, 8)

    assert audit_first_reply_due(saturday, rules(2017)) == date(2019, 6, 21)


def test_later_years_ask_for_no_first_reply() -> None:
    assert audit_first_reply_due(date(2027, 5, 3), rules(2026)) is None


@pytest.mark.parametrize(
    ("participants", "size"),
    [(0, 0), (7, 7), (10, 10), (100, 10), (333, 10), (334, 11), (1000, 30), (1667, 50), (20_000, 50)],
)
def test_three_percent_are_validated_but_at_least_10_and_at_most_50(participants: int, size: int) -> None:
    assert sample(participants, rules(2026)) == size


@pytest.mark.parametrize(
    ("patients", "size"), [(3, 3), (5, 5), (20, 5), (21, 6), (100, 25), (200, 50), (5000, 50)]
)
def test_a_quarter_of_the_patients_is_looked_at_but_at_least_5_and_at_most_50(
    patients: int, size: int
) -> None:
    assert patients_sample(patients, rules(2026)) == size


@pytest.mark.parametrize("year", [2017, 2018, 2019, 2020])
@pytest.mark.parametrize("size", [sample, patients_sample])
def test_before_2021_registries_had_to_validate_nothing(size: Callable[[int, Rules], int], year: int) -> None:
    with pytest.raises(Refused) as refused:
        size(100, rules(year))

    assert [problem.code for problem in refused.value.problems] == ["no_sample"]
    assert str(refused.value) == (
        f"validation: The rules of {year} ask registries for no sample. Ask for a later year."
    )


@pytest.mark.parametrize("year", [year for year in years() if year >= 2021])
def test_from_2021_registries_validate_a_sample(year: int) -> None:
    assert sample(1000, rules(year)) == 30
    assert patients_sample(100, rules(year)) == 25
