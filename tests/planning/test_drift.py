"""A list ages: what became of each of its activities is said, and where to look instead."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mips_ia import Refused, catalogue, changes, years
from mips_ia.planning.drift import KINDS, Fate, drift
from mips_ia.reading.specialties import specialty

SOCIETY = next(iter(specialty("physiatry").list))  # type: ignore[union-attr]
EVERY = sorted({id for of in years() for id in (*catalogue(of).activities, *catalogue(of).gone)})
SUSPENDED = (
    "CMS suspended this activity on May 6, 2025. It still counts if it was completed or under way by then."
)


def one(id: str, since: int, year: int, as_known_on: date | None = None) -> Fate:
    (fate,) = drift([id], since, year, as_known_on)
    return fate


# ---- The society's list


def test_of_the_28_activities_that_the_aapmr_listed_in_2021_seven_are_gone_in_2026() -> None:
    fates = drift(SOCIETY.entries, SOCIETY.performance_year, 2026)

    assert (SOCIETY.performance_year, len(fates)) == (2021, 28)
    assert sum(fate.usable for fate in fates) == 21
    assert {fate.id for fate in fates if not fate.usable} == {
        "IA_BE_13", "IA_CC_1", "IA_CC_2", "IA_ERP_3", "IA_PM_7", "IA_PSPA_6", "IA_PSPA_20",
    }  # fmt: skip
    assert {fate.kind for fate in fates if not fate.usable} == {"retired"}


@pytest.mark.parametrize(
    ("year", "usable"), [(2021, 28), (2022, 27), (2023, 24), (2024, 24), (2025, 23), (2026, 21), (2027, 21)]
)
def test_a_list_only_gets_shorter(year: int, usable: int) -> None:
    assert sum(fate.usable for fate in drift(SOCIETY.entries, 2021, year)) == usable


def test_in_the_year_it_was_made_for_everything_is_as_it_was() -> None:
    assert {(fate.kind, fate.says) for fate in drift(SOCIETY.entries, 2021, 2021)} == {("good", "As it was.")}


def test_each_id_comes_once_in_the_order_given() -> None:
    fates = drift(["IA_BE_6", "IA_BE_4", "IA_BE_6"], 2021, 2026)

    assert [fate.id for fate in fates] == ["IA_BE_6", "IA_BE_4"]
    assert drift([], 2021, 2026) == ()


# ---- What can still be attested


def test_what_asks_for_the_same_under_the_same_title_is_good() -> None:
    assert one("IA_PSPA_21", 2021, 2026) == Fate("IA_PSPA_21", "good", "As it was.")


def test_another_requirement_is_named_before_another_title() -> None:
    fate = one("IA_BE_4", 2024, 2026)

    assert (fate.kind, fate.usable) == ("reworded", True)
    assert fate.says == (
        "What it asks for has changed. Its title was “Engagement of patients through implementation of "
        "improvements in patient portal” and is “Engagement of Patients through Implementation of New "
        "Patient Portal”."
    )


def test_another_requirement_under_the_same_title_is_reworded_too() -> None:
    assert one("IA_BE_25", 2021, 2026) == Fate("IA_BE_25", "reworded", "What it asks for has changed.")


@pytest.mark.parametrize(("before", "after"), [*zip(years(), years()[1:], strict=False)])
def test_whatever_was_retitled_from_one_year_to_the_next_is_reworded(before: int, after: int) -> None:
    found = changes(before, after)

    for id, old, new in found.retitled:
        fate = one(id, before, after)
        if id in found.suspended:
            assert fate.kind == "suspended"
        else:
            assert fate.kind == "reworded"
            assert fate.says.endswith(f"Its title was “{old}” and is “{new}”.")


# ---- What cannot


@pytest.mark.parametrize("pair", changes(2025, 2026).renumbered)
def test_a_renumbered_activity_names_its_new_id(pair: tuple[str, str]) -> None:
    old, new = pair

    assert one(old, 2024, 2026) == Fate(old, "renumbered", f"It was renumbered; in 2026 it is {new}.", new)
    assert not one(old, 2024, 2026).usable


def test_a_renumbered_activity_is_followed_whatever_year_the_list_says_it_is_of() -> None:
    """A list that somebody calls one of 2026 can still have the ids of 2025."""
    assert {one("IA_PM_13", since, 2027).now for since in years()} == {"IA_AHW_1"}


def test_a_new_id_of_a_suspended_activity_says_that_it_is_suspended() -> None:
    fate = one("IA_CC_14", 2022, 2025)

    assert (fate.kind, fate.now) == ("renumbered", "IA_AHE_12")
    assert fate.says == f"It was renumbered; in 2025 it is IA_AHE_12. In 2025: {SUSPENDED}"


def test_a_suspended_activity_is_suspended_from_the_day_it_was_known() -> None:
    assert one("IA_AHE_8", 2024, 2025) == Fate("IA_AHE_8", "suspended", SUSPENDED)
    assert not one("IA_AHE_8", 2024, 2025).usable
    assert one("IA_AHE_8", 2024, 2025, date(2025, 5, 5)).kind == "good"
    assert one("IA_AHE_8", 2024, 2025, date(2025, 5, 6)).kind == "suspended"


def test_a_retired_activity_names_the_last_year_and_what_is_near_to_it() -> None:
    assert one("IA_BE_13", 2021, 2026) == Fate(
        "IA_BE_13", "retired", "CMS took it out of the inventory after 2021.", near=("IA_BE_6",)
    )


def test_what_is_near_to_a_retired_activity_can_be_attested_in_that_year() -> None:
    for year in years():
        listed = catalogue(year).activities
        for fate in drift(EVERY, years()[0], year):
            assert {*fate.near, *filter(None, [fate.now])} <= listed.keys(), fate
            assert fate.id not in fate.near


def test_a_retired_activity_that_was_suspended_in_its_last_year_says_so() -> None:
    assert one("IA_ERP_3", 2021, 2026).says == (
        f"CMS took it out of the inventory after 2025. In 2025: {SUSPENDED}"
    )


def test_what_was_renumbered_and_then_retired_says_both() -> None:
    assert one("IA_ERP_6", 2024, 2026) == Fate(
        "IA_ERP_6",
        "retired",
        f"It was renumbered IA_PM_26, and CMS took it out of the inventory after 2025. In 2025: {SUSPENDED}",
    )


def test_what_was_taken_out_during_a_year_is_retired_in_that_year() -> None:
    fate = one("IA_PSPA_30", 2021, 2022)

    assert (fate.kind, fate.says) == (
        "retired",
        "CMS took it out of the inventory within 2022. In 2022: CMS marked this activity as suspended on "
        "July 18, 2022 and took it out of the list of the year on November 3.",
    )
    assert one("IA_PSPA_30", 2021, 2022, date(2022, 11, 2)).kind == "suspended"
    assert one("IA_BMH_13", 2023, 2023).kind == "retired"  # it stood in no year's final list


@pytest.mark.parametrize("id", ["IA_XX_1", "IA_BE_99", "", "be 4", "../kinds"])
def test_what_no_year_has_is_unknown(id: str) -> None:
    assert one(id, 2021, 2026) == Fate(id, "unknown", f"No year has an activity {id}.")


# ---- Backwards in time


def test_what_was_added_later_is_not_there_yet() -> None:
    assert one("IA_PSPA_34", 2026, 2024) == Fate("IA_PSPA_34", "not_yet", "It was added in 2026.")
    assert one("IA_PSPA_34", 2026, 2025).kind == "not_yet"
    assert one("IA_PSPA_34", 2026, 2026).kind == "good"


def test_what_was_added_during_the_year_is_not_there_yet_on_the_first_of_january() -> None:
    assert one("IA_ERP_3", 2021, 2020, date(2020, 1, 1)) == Fate(
        "IA_ERP_3", "not_yet", "It was added in 2020."
    )


def test_an_id_that_was_given_later_names_the_one_it_had_then() -> None:
    assert one("IA_AHW_1", 2026, 2024) == Fate(
        "IA_AHW_1", "renumbered", "It was renumbered; in 2024 it is IA_PM_13.", "IA_PM_13"
    )


def test_what_is_gone_today_was_good_before_it_went() -> None:
    assert one("IA_PM_13", 2026, 2024) == Fate("IA_PM_13", "good", "2026 did not have it; 2024 has it.")


# ---- Of any list


@given(st.sampled_from(EVERY), st.sampled_from(years()), st.sampled_from(years()))
def test_a_fate_agrees_with_the_inventory_of_the_year(id: str, since: int, year: int) -> None:
    fate, activity = one(id, since, year), catalogue(year).activities.get(id)

    assert fate.kind in KINDS
    assert (fate.kind in ("good", "reworded", "suspended")) is (activity is not None)
    assert (fate.kind == "suspended") is bool(
        activity and activity.event and activity.event.kind == "suspended"
    )
    assert bool(fate.now) is (fate.kind == "renumbered")
    assert fate.says.endswith(".")
    if id in catalogue(since).activities:
        assert fate.kind != "unknown"
        assert fate.kind != "not_yet" or year < since


@given(
    st.lists(st.sampled_from([*EVERY, "IA_XX_1"]), max_size=8),
    st.sampled_from(years()),
    st.dates(date(2016, 11, 1), date(2027, 12, 31)),
)
def test_every_list_has_fates_on_every_day(ids: list[str], year: int, day: date) -> None:
    fates = drift(ids, 2021, year, day)

    assert [fate.id for fate in fates] == [*dict.fromkeys(ids)]
    assert {fate.kind for fate in fates} <= {*KINDS}


def test_every_kind_happens() -> None:
    found = {fate.kind for year in years() for fate in drift([*EVERY, "IA_XX_1"], 2021, year)}

    assert found == {*KINDS}


def test_a_year_that_is_not_here_is_refused() -> None:
    with pytest.raises(Refused) as refused:
        drift(["IA_BE_4"], 2021, 2028)

    assert str(refused.value) == (
        "performance year 2028: The years that are here run from 2017 to 2027. Give one of those."
    )
