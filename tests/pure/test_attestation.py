"""Which attested activities count, and why the others do not."""

from dataclasses import replace
from datetime import date

import pytest

from mips_ia import Attestation, Practice, Verdict, catalogue, rules, years
from mips_ia.attestation import ends, last_start, length, period_of, verdict, verdicts
from mips_ia.reading.clauses import Period

ALONE = Practice(performance_year=2026, entity="individual")
GROUP = Practice(performance_year=2026, entity="group", clinicians=16)
HALF = "[42 CFR 414.1360(a)(2); 86 FR 65671]"


def judged(given: Attestation, who: Practice = ALONE, known_on: date | None = None) -> Verdict:
    year = who.performance_year
    return verdict(given, who, rules(year), catalogue(year, known_on))


def said(given: Attestation, who: Practice = ALONE, known_on: date | None = None) -> list[str]:
    return [str(problem) for problem in judged(given, who, known_on).problems]


def in_year(year: int, id: str, **more: int | bool | None) -> Attestation:
    return Attestation(id, date(year, 1, 1), date(year, 12, 31), **more)  # type: ignore[arg-type]


def in_2026(id: str, **more: int | bool | None) -> Attestation:
    return in_year(2026, id, **more)


def of(year: int, who: Practice = ALONE) -> Practice:
    return replace(who, performance_year=year)


# ---- How long


def test_ninety_days_in_a_row_are_enough() -> None:
    spring = Attestation("IA_BE_4", date(2026, 3, 1), date(2026, 5, 29))

    assert said(spring) == []
    assert judged(spring).counts is True


def test_eighty_nine_days_are_not_enough() -> None:
    spring = Attestation("IA_BE_4", date(2026, 3, 1), date(2026, 5, 28))

    assert judged(spring).counts is False
    assert said(spring) == [
        "IA_BE_4, 2026-03-01 to 2026-05-28: "
        "The activity ran for 89 days and must run for 90 days in a row. "
        "Give a last day of 2026-05-29 or later. [42 CFR 414.1320]"
    ]


def test_october_3_is_the_last_day_to_begin() -> None:
    october = Attestation("IA_BE_4", date(2026, 10, 3), date(2026, 12, 31))

    assert judged(october).counts is True


def test_what_begins_on_october_4_is_too_late() -> None:
    october = Attestation("IA_BE_4", date(2026, 10, 4), date(2026, 12, 31))

    assert said(october) == [
        "IA_BE_4, 2026-10-04 to 2026-12-31: "
        "The activity ran for 89 days and must run for 90 days in a row. "
        "It had to begin by 2026-10-03. [42 CFR 414.1320]"
    ]


def test_a_leap_day_is_a_day() -> None:
    to_march_30 = Attestation("IA_BE_4", date(2024, 1, 1), date(2024, 3, 30))

    assert judged(to_march_30, of(2024)).counts is True


@pytest.mark.parametrize(
    ("first", "last"),
    [
        (date(2025, 12, 31), date(2026, 12, 31)),
        (date(2026, 10, 3), date(2027, 1, 1)),
        (date(2025, 6, 1), date(2025, 12, 31)),
    ],
)
def test_what_does_not_lie_inside_the_year_does_not_count(first: date, last: date) -> None:
    outside = Attestation("IA_BE_4", first, last)

    assert judged(outside).counts is False
    assert said(outside) == [
        f"IA_BE_4, {first} to {last}: It must lie inside 2026. "
        "Give days of 2026; if it began earlier, start it on 2026-01-01. [42 CFR 414.1320]"
    ]


def test_what_begins_after_the_year_is_told_so_and_not_that_it_is_short() -> None:
    next_year = Attestation("IA_BE_4", date(2027, 1, 1), date(2027, 1, 2))

    assert [problem.code for problem in judged(next_year).problems] == ["outside_year"]


def test_days_in_the_wrong_order_are_told() -> None:
    reversed_ = Attestation("IA_BE_4", date(2026, 6, 1), date(2026, 3, 1))

    assert said(reversed_) == [
        "IA_BE_4, 2026-06-01 to 2026-03-01: It ends on 2026-03-01, before it begins on 2026-06-01. "
        "Correct one of the two days. [42 CFR 414.1320]"
    ]


@pytest.mark.parametrize(
    ("given", "where"),
    [
        (Attestation("IA_BE_4"), "IA_BE_4"),
        (Attestation("IA_BE_4", date(2026, 3, 1)), "IA_BE_4, 2026-03-01 to unknown"),
        (Attestation("IA_BE_4", last=date(2026, 6, 1)), "IA_BE_4, unknown to 2026-06-01"),
    ],
)
def test_without_both_days_it_is_not_known_whether_an_activity_counts(given: Attestation, where: str) -> None:
    assert judged(given).counts is None
    assert said(given) == [
        f"{where}: The first or the last day is not known. Give both days. [42 CFR 414.1320]"
    ]


def test_one_day_outside_the_year_is_enough_to_know_that_it_does_not_count() -> None:
    assert judged(Attestation("IA_BE_4", last=date(2027, 6, 1))).counts is False


def test_six_months_are_six_calendar_months() -> None:
    volunteer = Attestation("IA_ERP_1", date(2026, 3, 1), date(2026, 8, 31))
    short = Attestation("IA_ERP_1", date(2026, 3, 1), date(2026, 8, 30))

    assert judged(volunteer).counts is True
    assert said(short) == [
        "IA_ERP_1, 2026-03-01 to 2026-08-30: "
        "The activity ran for 183 days and must run for 6 months in a row. "
        "Give a last day of 2026-08-31 or later. [CMS description of IA_ERP_1, 2026]"
    ]


def test_sixty_days_of_volunteer_work_are_enough_for_ia_erp_2() -> None:
    assert judged(Attestation("IA_ERP_2", date(2026, 11, 2), date(2026, 12, 31))).counts is True
    assert judged(Attestation("IA_ERP_2", date(2026, 11, 3), date(2026, 12, 31))).counts is False


@pytest.mark.parametrize("year", [2017, 2018, 2019])
def test_until_2019_ia_pspa_5_took_six_months(year: int) -> None:
    ninety_days = Attestation("IA_PSPA_5", date(year, 3, 1), date(year, 5, 29))

    assert judged(ninety_days, of(year)).counts is False
    assert judged(in_year(year, "IA_PSPA_5"), of(year)).counts is True


@pytest.mark.parametrize("year", years())
def test_a_window_begins_by_october_3_or_by_july_1_for_six_months(year: int) -> None:
    assert last_start(period_of("IA_BE_4", rules(year)), year) == date(year, 10, 3)
    assert last_start(period_of("IA_ERP_1", rules(year)), year) == date(year, 7, 1)


@pytest.mark.parametrize(
    ("first", "last"),
    [
        (date(2026, 1, 1), date(2026, 6, 30)),
        (date(2026, 7, 1), date(2026, 12, 31)),
        (date(2026, 7, 2), date(2027, 1, 1)),
    ],
)
def test_six_months_end_on_the_day_before_the_same_day_of_the_month(first: date, last: date) -> None:
    assert ends(first, Period(says="", cite="", months=6)) == last


def test_months_that_begin_on_a_31st_end_in_months_that_have_none() -> None:
    six_months = Period(says="", cite="", months=6)

    assert ends(date(2026, 8, 31), six_months) == date(2027, 2, 27)


def test_a_period_is_said_in_days_or_months() -> None:
    assert length(Period(says="", cite="", days=90)) == "90 days"
    assert length(Period(says="", cite="", days=1)) == "1 day"
    assert length(Period(says="", cite="", months=6)) == "6 months"


# ---- How often


@pytest.mark.parametrize(("before", "counts"), [(2023, False), (2025, False), (2022, True), (2026, True)])
def test_ia_pspa_4_counts_once_in_four_years(before: int, counts: bool) -> None:
    again = replace(ALONE, earlier=frozenset({(before, "IA_PSPA_4")}))

    assert judged(in_2026("IA_PSPA_4"), again).counts is counts


def test_what_is_done_again_too_soon_says_when_it_can_count_again() -> None:
    again = replace(ALONE, earlier=frozenset({(2024, "IA_PSPA_4"), (2024, "IA_PSPA_22")}))

    assert said(in_2026("IA_PSPA_4"), again) == [
        "IA_PSPA_4, 2026-01-01 to 2026-12-31: "
        "Credit was taken for it in 2024, and it counts once in 4 years. "
        "It can count again in 2028. [CMS descriptions, 2026]"
    ]


def test_other_activities_count_every_year() -> None:
    again = replace(ALONE, earlier=frozenset({(2025, "IA_BE_4")}))

    assert judged(in_2026("IA_BE_4"), again).counts is True


def test_an_activity_attested_as_not_done_does_not_count() -> None:
    assert said(in_2026("IA_BE_4", done=False)) == [
        "IA_BE_4, 2026-01-01 to 2026-12-31: IA_BE_4 is attested as not done. Attest it only when it is done."
    ]


def test_an_activity_of_which_it_was_not_answered_whether_it_was_done_may_count() -> None:
    (unknown,) = judged(in_2026("IA_BE_4", done=None)).problems

    assert judged(in_2026("IA_BE_4", done=None)).counts is None
    assert (unknown.code, unknown.severity) == ("not_answered", "unknown")
    assert said(in_2026("IA_BE_4", done=None)) == [
        "IA_BE_4, 2026-01-01 to 2026-12-31: Whether IA_BE_4 was done is not known. Answer yes or no."
    ]


def test_what_does_not_count_either_way_needs_no_answer() -> None:
    short = Attestation("IA_BE_4", date(2026, 3, 1), date(2026, 5, 28), done=None)

    assert judged(short).counts is False
    assert [problem.code for problem in judged(short).problems] == ["not_answered", "too_short"]


# ---- Whether the year has it


@pytest.mark.parametrize(
    ("year", "id", "code", "message"),
    [
        (
            2026,
            "IA_XYZ_1",
            "unknown_activity",
            "No activity is called 'IA_XYZ_1'. Choose an activity of 2026.",
        ),
        (2026, "IA_PM_13", "renumbered", "CMS renumbered IA_PM_13. Use IA_AHW_1."),
        (2023, "IA_CC_14", "renumbered", "CMS renumbered IA_CC_14. Use IA_AHE_12."),
        (2026, "IA_CC_1", "not_in_year", "IA_CC_1 was removed after 2025. Choose an activity of 2026."),
        (2017, "IA_PM_28", "not_in_year", "IA_PM_28 was added in 2026. Choose an activity of 2017."),
        (
            2026,
            "IA_ERP_6",
            "not_in_year",
            "IA_ERP_6 was removed after 2024, and IA_PM_26, as CMS renumbered it, is not in 2026 either. "
            "Choose an activity of 2026.",
        ),
        (
            2023,
            "IA_BMH_13",
            "removed_in_year",
            "CMS marked this activity as suspended on June 22, 2023 and took it out of the list of the year "
            "on November 3. Choose an activity of 2023. [CMSgov/qpp-measures-data 848fad88 and b6f49e25]",
        ),
    ],
)
def test_an_activity_that_the_year_does_not_have_says_why(
    year: int, id: str, code: str, message: str
) -> None:
    found = judged(in_year(year, id), of(year))

    assert found.counts is False
    assert found.activity is None
    assert [problem.code for problem in found.problems] == [code]
    assert [str(problem) for problem in found.problems] == [f"{id}, {year}-01-01 to {year}-12-31: {message}"]


def test_an_activity_added_within_the_year_was_not_yet_known_before() -> None:
    covid = in_year(2020, "IA_ERP_3")

    assert said(covid, of(2020), date(2020, 4, 13)) == [
        "IA_ERP_3, 2020-01-01 to 2020-12-31: IA_ERP_3 was not yet in the list of 2020. "
        "Choose an activity of 2020."
    ]
    assert judged(covid, of(2020), date(2020, 4, 14)).counts is True


def test_an_activity_suspended_in_2025_counts_where_it_was_under_way() -> None:
    under_way = Attestation("IA_AHE_8", date(2025, 5, 6), date(2025, 8, 3))

    assert judged(under_way, of(2025)).counts is True


def test_an_activity_suspended_in_2025_does_not_count_where_it_began_later() -> None:
    later = Attestation("IA_AHE_8", date(2025, 5, 7), date(2025, 12, 31))

    assert judged(later, of(2025)).counts is False
    assert said(later, of(2025)) == [
        "IA_AHE_8, 2025-05-07 to 2025-12-31: "
        "CMS suspended this activity on May 6, 2025. "
        "It still counts if it was completed or under way by then. "
        "Choose another activity. [CMSgov/qpp-measures-data 00d4c72a, 2025-05-07]"
    ]


def test_whether_a_suspended_activity_was_under_way_is_not_known_without_its_first_day() -> None:
    undated = Attestation("IA_AHE_8", last=date(2025, 12, 31))

    found = judged(undated, of(2025))

    assert found.counts is None
    assert [(problem.code, problem.fix) for problem in found.problems] == [
        ("suspended", "Give the day it began."),
        ("dates_unknown", "Give both days."),
    ]


def test_of_a_suspension_that_says_nothing_of_work_under_way_the_answer_is_not_known() -> None:
    summer = in_year(2022, "IA_PSPA_30")

    assert judged(summer, of(2022), date(2022, 8, 1)).counts is None
    assert said(summer, of(2022), date(2022, 8, 1)) == [
        "IA_PSPA_30, 2022-01-01 to 2022-12-31: CMS marked this activity as suspended on July 18, 2022. "
        "CMS does not say whether work under way counts. [CMSgov/qpp-measures-data e6642354]"
    ]


# ---- Whether the pathway takes it


def test_ia_mvp_cannot_be_reported_in_traditional_mips_or_on_the_app() -> None:
    message = "IA_MVP, 2026-01-01 to 2026-12-31: IA_MVP cannot be reported on the {} pathway. Choose another"

    (traditional,) = said(in_2026("IA_MVP"))
    (app,) = said(in_2026("IA_MVP"), replace(ALONE, pathway="app"))

    assert traditional.startswith(message.format("traditional"))
    assert app.startswith(message.format("app"))
    assert judged(in_2026("IA_MVP")).counts is False


def test_an_mvp_takes_the_activities_that_it_lists() -> None:
    in_mvp = replace(ALONE, pathway="mvp", mvp="M0001")

    assert judged(in_2026("IA_MVP"), in_mvp).counts is True


def test_an_mvp_does_not_take_other_activities_and_names_its_own() -> None:
    in_mvp = replace(ALONE, pathway="mvp", mvp="M0001")
    listed = catalogue(2026).mvps["M0001"].activities
    assert "IA_ERP_2" not in listed

    assert said(in_2026("IA_ERP_2"), in_mvp) == [
        "IA_ERP_2, 2026-01-01 to 2026-12-31: IA_ERP_2 is not among the activities of MVP M0001. "
        f"Choose one of: {', '.join(listed)}. [42 CFR 414.1365; 42 CFR 414.1305, MVP participant]"
    ]


@pytest.mark.parametrize(
    ("mvp", "what"), [("G9999", "2026 has no MVP 'G9999'."), (None, "The MVP is not given.")]
)
def test_without_an_mvp_of_the_year_nothing_counts_in_an_mvp(mvp: str | None, what: str) -> None:
    in_mvp = replace(ALONE, pathway="mvp", mvp=mvp)

    assert judged(in_2026("IA_BE_4"), in_mvp).counts is False
    assert said(in_2026("IA_BE_4"), in_mvp) == [
        f"IA_BE_4, 2026-01-01 to 2026-12-31: {what} Give the id of an MVP of the year. "
        "[42 CFR 414.1365; 42 CFR 414.1305, MVP participant]"
    ]


def test_before_2023_every_program_took_every_activity() -> None:
    assert judged(in_year(2022, "IA_BE_4"), replace(of(2022), pathway="app")).counts is True


# ---- How many took part


@pytest.mark.parametrize(
    ("clinicians", "done", "counts"),
    [(16, 8, True), (16, 7, False), (15, 8, True), (15, 7, False), (1, 1, True)],
)
def test_at_least_half_of_a_group_must_do_it_and_exactly_half_is_enough(
    clinicians: int, done: int, counts: bool
) -> None:
    group = replace(GROUP, clinicians=clinicians)

    assert judged(in_2026("IA_BE_4", clinicians=done), group).counts is counts


def test_too_few_clinicians_are_told_how_many_more_are_needed() -> None:
    assert judged(in_2026("IA_BE_4", clinicians=7), GROUP).needed == 8
    assert said(in_2026("IA_BE_4", clinicians=7), GROUP) == [
        "IA_BE_4, 2026-01-01 to 2026-12-31: 7 of 16 clinicians did it, and 8 are needed. "
        f"1 more clinician must do it. {HALF}"
    ]


@pytest.mark.parametrize("year", [2017, 2018, 2019])
def test_until_2019_one_clinician_was_enough_for_the_group(year: int) -> None:
    group = of(year, GROUP)

    assert judged(in_year(year, "IA_BE_4", clinicians=1), group).counts is True
    assert judged(in_year(year, "IA_BE_4", clinicians=0), group).counts is False


def test_until_2019_the_size_of_the_group_did_not_matter() -> None:
    unknown_size = replace(of(2019, GROUP), clinicians=None)

    assert judged(in_year(2019, "IA_BE_4", clinicians=1), unknown_size).counts is True
    assert said(in_year(2019, "IA_BE_4", clinicians=0), unknown_size) == [
        "IA_BE_4, 2019-01-01 to 2019-12-31: 0 clinicians did it, and 1 is needed. "
        "1 more clinician must do it. [AAPM&R 2021 guide; 42 CFR 414.1360(a)(2) before its amendment]"
    ]


@pytest.mark.parametrize("year", [2020, 2021, 2026])
def test_from_2020_one_clinician_of_many_is_not_enough(year: int) -> None:
    assert judged(in_year(year, "IA_BE_4", clinicians=1), of(year, GROUP)).counts is False


def test_an_apm_entity_needs_half_of_its_clinicians_and_says_that_this_is_guidance() -> None:
    entity = replace(GROUP, entity="apm_entity")

    found = judged(in_2026("IA_BE_4", clinicians=8), entity)

    assert found.counts is True
    assert found.assumptions == ("CMS says this of APM Entities in guidance, not in the rule",)


def test_the_threshold_is_not_asked_of_an_individual() -> None:
    found = judged(in_2026("IA_BE_4", clinicians=0))

    assert (found.counts, found.needed) == (True, None)


def test_an_attestation_without_a_number_is_taken_at_its_word() -> None:
    found = judged(in_2026("IA_BE_4"), GROUP)

    assert (found.counts, found.needed) == (True, 8)


def test_of_an_unknown_number_of_clinicians_it_is_not_known_whether_enough_did_it() -> None:
    group = replace(GROUP, clinicians=None)

    assert judged(in_2026("IA_BE_4", clinicians=8), group).counts is None
    assert said(in_2026("IA_BE_4", clinicians=8), group) == [
        "IA_BE_4, 2026-01-01 to 2026-12-31: 8 clinicians did it, of how many is not known. "
        f"Give the number of clinicians who bill under the TIN. {HALF}"
    ]


def test_where_some_may_have_done_it_the_answer_is_not_known() -> None:
    some = in_2026("IA_BE_4", clinicians=6, at_most=9)

    assert judged(some, GROUP).counts is None
    assert said(some, GROUP) == [
        "IA_BE_4, 2026-01-01 to 2026-12-31: "
        "6 of 16 clinicians did it for certain, 9 at most, and 8 are needed. "
        f"Give the missing days and answers. {HALF}"
    ]


def test_where_even_those_who_may_have_done_it_are_too_few_both_counts_are_told() -> None:
    assert said(in_2026("IA_BE_4", clinicians=5, at_most=7), GROUP) == [
        "IA_BE_4, 2026-01-01 to 2026-12-31: 5 of 16 clinicians did it, 7 at most, and 8 are needed. "
        f"3 more clinicians must do it. {HALF}"
    ]


@pytest.mark.parametrize(("done", "most", "counts"), [(8, 9, True), (5, 7, False), (0, 8, None)])
def test_where_those_who_may_have_done_it_do_not_matter_the_answer_is_known(
    done: int, most: int, counts: bool | None
) -> None:
    assert judged(in_2026("IA_BE_4", clinicians=done, at_most=most), GROUP).counts is counts


def test_where_only_the_most_that_may_have_done_it_are_known_nobody_did_for_certain() -> None:
    assert judged(in_2026("IA_BE_4", at_most=9), GROUP).counts is None
    assert said(in_2026("IA_BE_4", at_most=9), GROUP) == [
        "IA_BE_4, 2026-01-01 to 2026-12-31: "
        "0 of 16 clinicians did it for certain, 9 at most, and 8 are needed. "
        f"Give the missing days and answers. {HALF}"
    ]
    assert said(in_2026("IA_BE_4", at_most=7), GROUP) == [
        "IA_BE_4, 2026-01-01 to 2026-12-31: 0 of 16 clinicians did it, 7 at most, and 8 are needed. "
        f"8 more clinicians must do it. {HALF}"
    ]


def test_of_an_unknown_number_of_clinicians_the_most_that_may_have_done_it_are_told_too() -> None:
    group = replace(GROUP, clinicians=None)

    assert said(in_2026("IA_BE_4", clinicians=1, at_most=3), group) == [
        "IA_BE_4, 2026-01-01 to 2026-12-31: 1 clinician did it, 3 at most, of how many is not known. "
        f"Give the number of clinicians who bill under the TIN. {HALF}"
    ]


def test_until_2019_one_that_may_have_done_it_leaves_open_whether_it_counts() -> None:
    unknown_size = replace(of(2019, GROUP), clinicians=None)

    assert judged(in_year(2019, "IA_BE_4", at_most=1), unknown_size).counts is None
    assert said(in_year(2019, "IA_BE_4", at_most=1), unknown_size) == [
        "IA_BE_4, 2019-01-01 to 2019-12-31: "
        "0 clinicians did it for certain, 1 at most, and 1 is needed. Give the missing days and answers. "
        "[AAPM&R 2021 guide; 42 CFR 414.1360(a)(2) before its amendment]"
    ]


@pytest.mark.parametrize(
    ("done", "most", "what"),
    [
        (17, None, "From 17 to 17 of 16"),
        (8, 17, "From 8 to 17 of 16"),
        (None, 17, "From 0 to 17 of 16"),
        (9, 8, "From 9 to 8 of 16"),
        (-1, None, "From -1 to -1 of 16"),
        (-1, 8, "From -1 to 8 of 16"),
        (None, -1, "From 0 to -1 of 16"),
    ],
)
def test_counts_that_are_negative_crossed_or_more_than_there_are_cannot_be(
    done: int | None, most: int | None, what: str
) -> None:
    given = in_2026("IA_BE_4", clinicians=done, at_most=most)

    found = judged(given, GROUP)

    assert (found.counts, [problem.code for problem in found.problems]) == (False, ["impossible_count"])
    assert said(given, GROUP) == [
        f"IA_BE_4, 2026-01-01 to 2026-12-31: {what} clinicians cannot be. Correct the counts."
    ]


def test_all_of_a_group_can_have_done_it() -> None:
    assert said(in_2026("IA_BE_4", clinicians=16), GROUP) == []
    assert said(in_2026("IA_BE_4", clinicians=16, at_most=16), GROUP) == []


def test_counts_that_are_crossed_cannot_be_however_many_clinicians_there_are() -> None:
    group = replace(GROUP, clinicians=None)

    assert said(in_2026("IA_BE_4", clinicians=9, at_most=8), group) == [
        "IA_BE_4, 2026-01-01 to 2026-12-31: From 9 to 8 of an unknown number of clinicians cannot be. "
        "Correct the counts."
    ]


# ---- The medical home


@pytest.mark.parametrize(("recognized", "sites", "counts"), [(3, 6, True), (2, 6, False), (1, 1, True)])
def test_at_least_half_of_a_groups_sites_must_be_recognized(
    recognized: int, sites: int, counts: bool
) -> None:
    group = replace(GROUP, medical_home_sites=(recognized, sites))

    assert judged(in_2026("IA_PCMH"), group).counts is counts


def test_too_few_recognized_sites_are_told_with_what_is_needed() -> None:
    group = replace(GROUP, medical_home_sites=(0, 1))

    assert said(in_2026("IA_PCMH"), group) == [
        "IA_PCMH, 2026-01-01 to 2026-12-31: 0 of 1 site recognized, and 1 needed. "
        "More sites must be recognized. [42 CFR 414.1380(b)(3)(ii)]"
    ]
    assert said(in_2026("IA_PCMH"), replace(group, medical_home_sites=(2, 6))) == [
        "IA_PCMH, 2026-01-01 to 2026-12-31: 2 of 6 sites recognized, and 3 needed. "
        "More sites must be recognized. [42 CFR 414.1380(b)(3)(ii)]"
    ]


def test_in_2017_one_recognized_site_was_enough() -> None:
    group = replace(of(2017, GROUP), medical_home_sites=(1, 6))

    assert judged(in_year(2017, "IA_PCMH"), group).counts is True


@pytest.mark.parametrize(
    ("who", "cite"), [(GROUP, "42 CFR 414.1380(b)(3)(ii)"), (ALONE, "42 CFR 414.1380(b)(3)")]
)
def test_how_many_sites_are_recognized_may_not_be_known(who: Practice, cite: str) -> None:
    (unknown,) = judged(in_2026("IA_PCMH"), who).problems

    assert judged(in_2026("IA_PCMH"), who).counts is None
    assert (unknown.code, unknown.severity) == ("sites_unknown", "unknown")
    assert str(unknown) == (
        "IA_PCMH, 2026-01-01 to 2026-12-31: "
        "How many of the practice's sites are recognized as medical homes is not known. "
        f"Give recognized/all, as 2/6. [{cite}]"
    )


def test_a_clinician_attests_the_recognition_and_it_takes_no_90_days() -> None:
    one_day = Attestation("IA_PCMH", date(2026, 12, 31), date(2026, 12, 31))

    found = judged(one_day, replace(ALONE, medical_home_sites=(1, 1)))

    assert found.counts is True
    assert found.assumptions == ("No text asks for 90 days of recognition; some advise it",)


@pytest.mark.parametrize(("sites", "counts"), [((1, 1), True), ((1, 6), True), ((0, 1), False)])
def test_a_clinician_asks_for_one_recognized_site(sites: tuple[int, int], counts: bool) -> None:
    assert judged(in_2026("IA_PCMH"), replace(ALONE, medical_home_sites=sites)).counts is counts


def test_the_medical_home_asks_for_no_share_of_the_clinicians() -> None:
    group = replace(GROUP, medical_home_sites=(1, 1))

    found = judged(in_2026("IA_PCMH", clinicians=1), group)

    assert (found.counts, found.needed) == (True, None)


# ---- Several attestations


def all_of(*given: Attestation, who: Practice = ALONE) -> list[bool | None]:
    found = verdicts(given, who, rules(who.performance_year), catalogue(who.performance_year))
    assert [v.attestation for v in found] == [*given]
    return [v.counts for v in found]


def test_different_activities_each_count() -> None:
    assert all_of(in_2026("IA_BE_4"), in_2026("IA_BE_6")) == [True, True]


def test_an_activity_counts_once() -> None:
    assert all_of(in_2026("IA_BE_4"), in_2026("IA_BE_4"), in_2026("IA_BE_4")) == [True, False, False]


def test_what_repeats_another_says_so_and_that_is_a_warning() -> None:
    twice = [in_2026("IA_BE_4"), in_2026("IA_BE_4")]

    (note,) = verdicts(twice, ALONE, rules(2026), catalogue(2026))[1].problems

    assert note.severity == "warning"
    assert str(note) == (
        "IA_BE_4, 2026-01-01 to 2026-12-31: IA_BE_4 is attested more than once and counts once. "
        "[42 CFR 414.1380(b)(3)]"
    )


def test_the_one_that_counts_is_taken_and_not_the_one_that_came_first() -> None:
    short = Attestation("IA_BE_4", date(2026, 3, 1), date(2026, 3, 2))

    assert all_of(short, in_2026("IA_BE_4")) == [False, True]


def test_one_that_counts_is_taken_before_one_that_may_count() -> None:
    undated = Attestation("IA_BE_4")

    assert all_of(undated, in_2026("IA_BE_4")) == [False, True]
    assert all_of(in_2026("IA_BE_4"), undated) == [True, False]


def test_of_several_that_may_count_the_first_may() -> None:
    assert all_of(Attestation("IA_BE_4"), Attestation("IA_BE_4")) == [None, False]
