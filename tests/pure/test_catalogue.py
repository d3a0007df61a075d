"""The inventory of a year as CMS published it, as known on a day, and what changed between two years."""

from collections import Counter
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from mips_ia import Changes, DataFault, Refused, catalogue, changes, years
from mips_ia.catalogue import catalogue_of, names, renamed
from mips_ia.reading.yearbook import Yearbook, yearbook

SUSPENDED_IN_2025 = (
    "IA_AHE_11", "IA_AHE_12", "IA_AHE_5", "IA_AHE_8", "IA_AHE_9", "IA_ERP_3", "IA_PM_26", "IA_PM_6",
)  # fmt: skip


def ids(short: str) -> tuple[str, ...]:
    return tuple(sorted(f"IA_{each}" for each in short.split()))


def with_activities(**changes: Any) -> Yearbook:
    """The year 2026 with its activities written otherwise."""
    book = yearbook(2026)
    return replace(book, activities={**book.activities, **changes})


def fault(book: Yearbook) -> str:
    with pytest.raises(DataFault) as found:
        catalogue_of(book)
    return str(found.value)


@pytest.mark.parametrize(
    ("year", "count", "high", "medium"),
    [
        (2017, 93, 14, 78),
        (2018, 113, 22, 90),
        (2019, 118, 24, 93),
        (2020, 106, 26, 79),
        (2021, 105, 26, 78),
        (2022, 105, 28, 76),
        (2023, 103, 28, 74),
        (2024, 106, 30, 75),
        (2025, 104, 0, 0),
        (2026, 95, 0, 0),
        (2027, 95, 0, 0),
    ],
)
def test_the_inventory_of_each_year_is_complete(year: int, count: int, high: int, medium: int) -> None:
    activities = catalogue(year).activities

    weights = Counter(activity.weight for activity in activities.values())

    assert (len(activities), weights["high"], weights["medium"]) == (count, high, medium)


@pytest.mark.parametrize(
    ("year", "count"), [(2022, 0), (2023, 12), (2024, 16), (2025, 21), (2026, 27), (2027, 27)]
)
def test_mvps_began_in_2023_and_grow_in_number(year: int, count: int) -> None:
    assert len(catalogue(year).mvps) == count


@pytest.mark.parametrize("year", [2023, 2024, 2025, 2026, 2027])
def test_the_medical_home_is_in_every_mvp(year: int) -> None:
    assert all("IA_PCMH" in mvp.activities for mvp in catalogue(year).mvps.values())


@pytest.mark.parametrize("year", [2024, 2025, 2026, 2027])
def test_ia_mvp_is_in_every_mvp_and_in_no_other_program(year: int) -> None:
    listed = catalogue(year)

    assert all("IA_MVP" in mvp.activities for mvp in listed.mvps.values())
    assert listed.activities["IA_MVP"].programs == frozenset(listed.mvps)


def test_an_activity_knows_its_title_subcategory_weight_and_first_year() -> None:
    portal = catalogue(2024).activities["IA_BE_4"]

    assert portal.title == "Engagement of patients through implementation of improvements in patient portal"
    assert portal.subcategory == "beneficiaryEngagement"
    assert portal.weight == "medium"
    assert portal.first_year == 2017


def test_the_medical_home_has_no_subcategory_and_no_weight() -> None:
    home = catalogue(2024).activities["IA_PCMH"]

    assert (home.subcategory, home.weight) == ("", "")


def test_before_2023_the_data_list_no_programs() -> None:
    assert catalogue(2022).activities["IA_BE_4"].programs is None


def test_in_2026_an_activity_is_in_the_programs_and_mvps_that_list_it() -> None:
    programs = catalogue(2026).activities["IA_BE_4"].programs

    assert programs is not None
    assert {"mips", "app1", "appPlus"} <= programs
    assert "M0001" in programs
    assert "IA_BE_4" in catalogue(2026).mvps["M0001"].activities


def test_registration_types_are_listed_from_2025() -> None:
    assert catalogue(2024).activities["IA_BE_4"].registration_types == ()
    assert set(catalogue(2025).activities["IA_BE_4"].registration_types) == {
        "individual",
        "group",
        "subgroup",
        "apm",
    }


@pytest.mark.parametrize(("year", "count"), [(2017, 18), (2018, 30), (2019, 0)])
def test_the_bonus_for_cehrt_belongs_to_18_activities_in_2017_and_to_30_in_2018(
    year: int, count: int
) -> None:
    assert sum(activity.cehrt_bonus for activity in catalogue(year).activities.values()) == count


def test_activities_come_in_the_order_of_their_ids() -> None:
    listed = [*catalogue(2026).activities]

    assert listed == sorted(listed)


# ---- What CMS did within a year, and when it was known


def test_an_activity_added_within_the_year_is_there_from_that_day() -> None:
    before, after = catalogue(2020, date(2020, 4, 13)), catalogue(2020, date(2020, 4, 14))

    assert "IA_ERP_3" not in before.activities
    assert "IA_ERP_3" not in before.gone
    assert after.activities["IA_ERP_3"].weight == "high"


def test_an_activity_is_listed_then_suspended_then_gone() -> None:
    before = catalogue(2022, date(2022, 7, 17)).activities["IA_PSPA_30"]
    suspended = catalogue(2022, date(2022, 7, 18)).activities["IA_PSPA_30"]
    removed = catalogue(2022, date(2022, 11, 3))

    assert before.event is None
    assert suspended.event is not None
    assert suspended.event.kind == "suspended"
    assert suspended.event.counts_if_started_by is None
    assert "IA_PSPA_30" not in removed.activities
    assert removed.gone["IA_PSPA_30"].event is not None


def test_the_eight_suspensions_of_may_2025_became_known_on_may_6() -> None:
    before, after = catalogue(2025, date(2025, 5, 5)), catalogue(2025, date(2025, 5, 6))

    assert [id for id, activity in before.activities.items() if activity.event] == []
    assert tuple(id for id, activity in after.activities.items() if activity.event) == SUSPENDED_IN_2025
    assert {a.event.counts_if_started_by for a in after.activities.values() if a.event} == {date(2025, 5, 6)}


def test_of_several_events_the_latest_known_holds_in_whatever_order_they_stand() -> None:
    told = {"says": "CMS said so", "cite": "a notice", "confidence": "high", "activities": ["IA_BE_4"]}
    removed = {"kind": "removed", "known_on": date(2026, 9, 1), **told}
    suspended = {"kind": "suspended", "known_on": date(2026, 5, 1), **told}
    book = with_activities(event=[removed, suspended])

    summer, autumn = (catalogue_of(book, date(2026, month, 2)) for month in (8, 10))

    assert (event := summer.activities["IA_BE_4"].event) is not None
    assert event.kind == "suspended"
    assert "IA_BE_4" in autumn.gone
    assert "IA_BE_4" not in autumn.activities


def test_a_catalogue_is_read_once_however_it_is_asked_for() -> None:
    assert catalogue(2026) is catalogue(2026, None)
    assert catalogue(2026) is catalogue(2026, as_known_on=None)


def test_a_year_that_is_not_here_has_no_catalogue() -> None:
    with pytest.raises(Refused) as refused:
        catalogue(2028)

    assert str(refused.value) == (
        "performance year 2028: The years that are here run from 2017 to 2027. Give one of those."
    )


# ---- What changed from one year to the next


@pytest.mark.parametrize(
    ("year", "added", "removed"),
    [
        (
            2018,
            "AHE_5 AHE_6 BMH_9 CC_15 CC_16 CC_17 EPA_5 PM_17 PM_18 PM_19 PM_20 PM_21 PSPA_22 PSPA_23 PSPA_24 "
            "PSPA_25 PSPA_26 PSPA_27 PSPA_28 PSPA_29 PSPA_30",
            "PM_8",
        ),
        (2019, "AHE_7 BE_24 BMH_10 CC_18 PSPA_31 PSPA_32", "PM_9"),
        (
            2020,
            "BE_25 CC_19 ERP_3",
            "AHE_2 AHE_4 BE_2 BE_9 BE_10 BE_11 BMH_3 CC_3 CC_4 CC_6 PM_1 PM_10 PSPA_5 PSPA_14 PSPA_24",
        ),
        (2021, "", "CC_5"),
        (
            2022,
            "AHE_8 AHE_9 BMH_11 BMH_12 ERP_4 ERP_5 PSPA_33",
            "BE_13 BE_17 BE_18 BE_20 BE_21 PSPA_11 PSPA_30",
        ),
        (2023, "AHE_10 AHE_11 EPA_6 ERP_6", "BE_7 BE_8 PM_7 PSPA_6 PSPA_10 PSPA_20"),
        (2024, "BMH_14 BMH_15 MVP PM_22 PM_23", "BMH_6 PSPA_29"),
        (2025, "PM_24 PM_25", "EPA_1 ERP_4 ERP_5 PSPA_27"),
        (
            2026,
            "PM_27 PM_28 PSPA_34",
            "AHE_5 AHE_8 AHE_9 AHE_11 AHE_12 BMH_8 CC_1 CC_2 ERP_3 PM_6 PM_12 PM_26",
        ),
        (2027, "", ""),
    ],
)
def test_what_each_year_added_and_removed(year: int, added: str, removed: str) -> None:
    found = changes(year - 1, year)

    assert found.added == ids(added)
    assert found.removed == ids(removed)


def test_six_activities_were_renumbered_in_2026() -> None:
    assert changes(2025, 2026).renumbered == (
        ("IA_AHE_1", "IA_EPA_7"),
        ("IA_AHE_10", "IA_PSPA_35"),
        ("IA_AHE_3", "IA_BE_26"),
        ("IA_AHE_6", "IA_EPA_8"),
        ("IA_AHE_7", "IA_BE_27"),
        ("IA_PM_13", "IA_AHW_1"),
    )


def test_two_activities_were_retitled_in_2026_of_which_one_changed_its_meaning() -> None:
    assert changes(2025, 2026).retitled == (
        (
            "IA_BE_4",
            "Engagement of patients through implementation of improvements in patient portal",
            "Engagement of Patients through Implementation of New Patient Portal",
        ),
        (
            "IA_BMH_1",
            "Diabetes screening",
            "Antipsychotic-Medication-Associated Physical Health Condition Assessment and Monitoring",
        ),
    )


@pytest.mark.parametrize(
    ("year", "reweighted"),
    [
        (
            2018,
            (("IA_AHE_3", "medium", "high"), ("IA_BE_14", "medium", "high"), ("IA_CC_4", "high", "medium")),
        ),
        (2022, (("IA_CC_14", "medium", "high"), ("IA_CC_15", "medium", "high"))),
        (2024, ()),
    ],
)
def test_weights_changed_in_2018_and_2022(year: int, reweighted: tuple[tuple[str, str, str], ...]) -> None:
    assert changes(year - 1, year).reweighted == reweighted


def test_all_weights_but_that_of_the_medical_home_went_in_2025() -> None:
    lost = changes(2024, 2025).reweighted

    kept = catalogue(2024).activities.keys() & catalogue(2025).activities.keys()
    assert {id for id, _, _ in lost} == kept - {"IA_PCMH"}
    assert {now for _, _, now in lost} == {""}


def test_the_suspensions_of_the_second_year_are_named() -> None:
    assert changes(2024, 2025).suspended == SUSPENDED_IN_2025
    assert changes(2025, 2026).suspended == ()


def test_a_renumbered_activity_is_followed_over_several_years() -> None:
    found = changes(2022, 2026)

    assert ("IA_PM_13", "IA_AHW_1") in found.renumbered
    assert "IA_CC_14" in found.removed  # renumbered in 2023 to IA_AHE_12, which is gone too


@pytest.mark.parametrize("year", years())
def test_nothing_changes_from_a_year_to_itself(year: int) -> None:
    suspended = SUSPENDED_IN_2025 if year == 2025 else ()

    assert changes(year, year) == Changes((), (), (), (), (), suspended)


def test_the_id_of_a_later_year_follows_the_renumberings() -> None:
    assert renamed("IA_CC_14", 2022, 2023) == "IA_AHE_12"
    assert renamed("IA_PM_13", 2017, 2026) == "IA_AHW_1"
    assert renamed("IA_BE_4", 2017, 2026) == "IA_BE_4"


def test_a_renumbering_stands_only_in_its_year() -> None:
    assert catalogue(2025).renumbered["IA_ERP_6"] == "IA_PM_26"
    assert "IA_ERP_6" not in catalogue(2026).renumbered


def test_the_names_of_an_activity_are_followed_back() -> None:
    assert names("IA_AHW_1", 2026) == {"IA_AHW_1", "IA_PM_13"}
    assert names("IA_BE_4", 2026) == {"IA_BE_4"}


def test_the_names_of_an_activity_that_was_removed_within_the_year_are_followed_too() -> None:
    assert names("IA_BMH_13", 2023) == {"IA_BMH_13", "IA_PSPA_10"}


# ---- Faults in a folder


def test_an_mvp_that_names_an_activity_the_year_does_not_list_is_a_fault() -> None:
    book = yearbook(2026)
    mvp = {**book.mvps["M0001"], "activities": ["IA_PCMH", "IA_CC_1"]}

    assert fault(replace(book, mvps={**book.mvps, "M0001": mvp})) == (
        "2026/activities.toml, mvps.toml: ['IA_CC_1'] are not in the list"
    )


def test_a_weight_that_is_neither_high_nor_medium_is_a_fault() -> None:
    assert fault(with_activities(subcategory={"none": {"IA_PCMH": ["Medical home", "low", 2017]}})) == (
        "2026/activities.toml, mvps.toml: IA_PCMH = [title, high or medium or nothing, first year], "
        "not ['Medical home', 'low', 2017]"
    )


def test_an_activity_without_a_title_is_a_fault() -> None:
    assert fault(with_activities(subcategory={"none": {"IA_PCMH": ["", "", 2017]}})) == (
        "2026/activities.toml, mvps.toml: IA_PCMH = [title, high or medium or nothing, first year], "
        "not ['', '', 2017]"
    )


def test_an_event_of_a_kind_that_is_none_is_a_fault() -> None:
    paused = {"kind": "paused", "activities": ["IA_BE_4"], "known_on": date(2026, 5, 6)}
    told = {"says": "CMS paused it", "cite": "a notice", "confidence": "high"}

    assert fault(with_activities(event=[paused | told])) == (
        "2026/activities.toml, mvps.toml: an event is one of ('added', 'suspended', 'removed'), not 'paused'"
    )


def test_an_event_of_an_activity_that_the_year_does_not_list_is_a_fault() -> None:
    suspension = {"kind": "suspended", "activities": ["IA_BE_4", "IA_CC_1"], "known_on": date(2026, 5, 6)}
    told = {"says": "CMS suspended it", "cite": "a notice", "confidence": "high"}

    assert fault(with_activities(event=[suspension | told])) == (
        "2026/activities.toml, mvps.toml: ['IA_CC_1'] are not in the list"
    )


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        (
            {"event": [{"activities": ["IA_BE_4"]}]},
            " event: ['cite', 'confidence', 'kind', 'known_on', 'says'] must be given",
        ),
        (
            {"subcategory": {"none": {"IA_PCMH": ["Medical home", ""]}}},
            ": not enough values to unpack (expected 3, got 2)",
        ),
        ({"subcategory": ["none"]}, ": 'list' object has no attribute 'items'"),
    ],
)
def test_whatever_is_missing_from_a_list_of_activities_is_a_fault_that_names_the_files(
    changed: dict[str, Any], said: str
) -> None:
    assert fault(with_activities(**changed)) == f"2026/activities.toml, mvps.toml{said}"


def test_an_mvp_without_a_title_is_a_fault() -> None:
    untitled = {name: value for name, value in yearbook(2026).mvps["M0001"].items() if name != "title"}

    assert fault(replace(yearbook(2026), mvps={"M0001": untitled})) == (
        "2026/activities.toml, mvps.toml M0001: ['title'] must be given"
    )
