"""The fewest changes that reach full credit, in words."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from mips_ia import Assessment, Attestation, Practice, assess, catalogue, rules
from mips_ia.planning.ways import completing, enough, ways
from mips_ia.scoring import Profile

GROUP = Practice(
    performance_year=2026,
    entity="group",
    clinicians=16,
    statuses=frozenset(),
    apm="none",
    quality_and_pi_submitted=False,
    not_scored=frozenset(),
)


def all_year(year: int, *ids: str, **more: Any) -> list[Attestation]:
    return [Attestation(id, date(year, 1, 1), date(year, 12, 31), **more) for id in ids]


def in_2024(*ids: str, **changes: Any) -> Assessment:
    """What the rules of 2024, with weights, make of a group."""
    return assess(replace(GROUP, performance_year=2024, **changes), all_year(2024, *ids))


def in_2026(*ids: str, **changes: Any) -> Assessment:
    return assess(replace(GROUP, **changes), all_year(2026, *ids))


def ways_of(attestations: Sequence[Attestation], **changes: Any) -> tuple[str, ...]:
    return ways(assess(replace(GROUP, **changes), attestations))


@pytest.mark.parametrize("mvp", ["G9999", None])
def test_without_an_mvp_of_the_year_the_way_is_to_give_one(mvp: str | None) -> None:
    first = min(catalogue(2026).mvps)

    assert ways(in_2026(pathway="mvp", mvp=mvp)) == (f"Give the id of an MVP of 2026, such as {first}.",)


def test_with_full_credit_there_is_nothing_more_to_do() -> None:
    assert ways(in_2026("IA_BE_4", "IA_BE_6", "IA_CC_9")) == ()


def test_where_the_category_weighs_nothing_there_is_nothing_to_do() -> None:
    assert ways_of([], not_scored=frozenset({"ia"})) == ()


def test_what_is_missing_is_said_in_activities() -> None:
    assert ways_of([]) == ("Complete 2 more activities.",)
    assert ways(in_2026("IA_BE_4")) == ("Complete 1 more activity.",)


def test_in_2024_the_fewest_activities_are_high_weighted() -> None:
    assert ways(in_2024()) == ("Complete 2 more high-weighted activities.",)


def test_in_2024_ten_points_are_missing_and_any_activity_brings_them() -> None:
    assert ways(in_2024("IA_BE_6", "IA_BE_4")) == (
        "Complete 1 more high-weighted activity.",
        "Complete 1 more medium-weighted activity.",
    )


def test_a_window_that_is_too_short_is_mended_before_another_activity_is_begun() -> None:
    short = Attestation("IA_BE_6", date(2026, 3, 1), date(2026, 5, 28))

    assert ways_of([*all_year(2026, "IA_BE_4"), short]) == (
        "Mend IA_BE_6: Give a last day of 2026-05-29 or later.",
        "Complete 1 more activity.",
    )


def test_where_mending_alone_is_not_enough_it_is_told_with_what_else_it_takes() -> None:
    short = Attestation("IA_BE_6", date(2026, 3, 1), date(2026, 5, 28))

    assert ways_of([short]) == (
        "Mend IA_BE_6: Give a last day of 2026-05-29 or later. Complete 1 more activity.",
        "Complete 2 more activities.",
    )


def test_several_things_are_mended_together_where_that_is_what_it_takes() -> None:
    few = all_year(2026, "IA_BE_4", "IA_BE_6", clinicians=7)

    assert ways_of(few) == (
        "Mend IA_BE_4: 1 more clinician must do it. Mend IA_BE_6: 1 more clinician must do it.",
        "Complete 2 more activities.",
    )


def test_what_is_wrong_in_two_ways_is_not_offered_to_be_mended() -> None:
    hopeless = Attestation("IA_BE_6", date(2026, 3, 1), date(2026, 5, 28), clinicians=7)

    assert ways_of([*all_year(2026, "IA_BE_4"), hopeless]) == ("Complete 1 more activity.",)


def test_what_also_waits_for_an_answer_is_not_offered_to_be_mended() -> None:
    unanswered = Attestation("IA_BE_6", date(2026, 3, 1), date(2026, 5, 28), done=None)

    assert ways_of([*all_year(2026, "IA_BE_4"), unanswered]) == ("Complete 1 more activity.",)


def test_what_cannot_be_mended_is_not_offered_to_be() -> None:
    too_late = Attestation("IA_BE_6", date(2026, 10, 4), date(2026, 12, 31))

    assert ways_of([*all_year(2026, "IA_BE_4"), too_late]) == ("Complete 1 more activity.",)


@pytest.mark.parametrize("changes", [{"done": False}, {"clinicians": 17}, {"clinicians": 9, "at_most": 8}])
def test_an_answer_of_no_and_counts_that_cannot_be_are_not_offered_to_be_mended(
    changes: dict[str, Any],
) -> None:
    wrong = all_year(2026, "IA_BE_6", **changes)

    assert ways_of([*all_year(2026, "IA_BE_4"), *wrong]) == ("Complete 1 more activity.",)


def test_an_activity_that_counts_already_is_not_offered_to_be_mended() -> None:
    short = Attestation("IA_BE_4", date(2026, 3, 1), date(2026, 5, 28))

    assert ways_of([*all_year(2026, "IA_BE_4"), short]) == ("Complete 1 more activity.",)


def test_an_activity_that_may_count_already_is_not_offered_to_be_mended() -> None:
    undated = Attestation("IA_BE_6")
    short = Attestation("IA_BE_6", date(2026, 3, 1), date(2026, 5, 28))

    assert ways_of([*all_year(2026, "IA_BE_4"), undated, short]) == (
        "Find out whether IA_BE_6 counts: if so, nothing more is needed.",
        "Complete 1 more activity.",
    )


def test_an_activity_of_the_wrong_weight_is_not_enough_and_not_offered() -> None:
    in_2024 = replace(GROUP, performance_year=2024)
    short_medium = Attestation("IA_BE_4", date(2024, 3, 1), date(2024, 5, 28))

    found = assess(in_2024, [short_medium, *all_year(2024, "IA_BE_6")])

    assert ways(found) == ("Complete 1 more high-weighted activity.",)


def test_the_unknown_that_would_settle_it_comes_first() -> None:
    assert ways_of(all_year(2026, "IA_BE_4"), statuses=None) == (
        "Find out whether CMS lists a special status (rural, HPSA, non-patient facing): "
        "if so, nothing more is needed.",
        "Complete 1 more activity.",
    )


def test_an_activity_that_may_count_is_named() -> None:
    undated = Attestation("IA_BE_6")

    assert ways_of([*all_year(2026, "IA_BE_4"), undated]) == (
        "Find out whether IA_BE_6 counts: if so, nothing more is needed.",
        "Complete 1 more activity.",
    )


def test_activities_that_may_count_are_named_together() -> None:
    assert ways_of([Attestation("IA_BE_4"), Attestation("IA_BE_6")]) == (
        "Find out whether IA_BE_4 and IA_BE_6 count: if so, nothing more is needed.",
        "Complete 2 more activities.",
    )


def test_where_nothing_is_known_of_the_activities_that_is_to_be_found_out() -> None:
    assert ways(assess(GROUP, None)) == (
        "Find out what was done: if so, nothing more is needed.",
        "Find out whether this holds: medical home: if so, nothing more is needed.",
        "Complete 2 more activities.",
    )


def test_what_would_help_but_not_reach_full_credit_is_not_told_to_find_out() -> None:
    found = in_2026("IA_BE_4", statuses=frozenset(), apm=None, not_scored=None)

    assert found.score.decided_by == ("not_scored",)
    assert ways(found) == ("Complete 1 more activity.",)
    assert ways(in_2024(apm=None, quality_and_pi_submitted=True)) == (
        "Complete 2 more high-weighted activities.",
    )


def test_the_smallest_sets_of_activities_are_those_of_which_none_could_be_left_out() -> None:
    nobody = Profile(frozenset({"group", "traditional"}))

    assert enough(nobody, rules(2024)) == [
        ("high", "high"),
        ("high", "medium", "medium"),
        ("medium", "medium", "medium", "medium"),
    ]
    assert enough(nobody, rules(2026)) == [("activity", "activity")]


def test_what_to_complete_is_said_in_words() -> None:
    assert completing(["high", "medium", "medium"]) == (
        "Complete 1 more high-weighted activity and 2 more medium-weighted activities."
    )


def test_an_unknown_activity_is_half_of_what_would_be_enough() -> None:
    undated = [Attestation("IA_BE_4")]

    assert ways_of(undated) == (
        "Find out whether IA_BE_4 counts: if so, complete 1 more activity.",
        "Complete 2 more activities.",
    )
