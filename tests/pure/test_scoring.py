"""Credit is the sum of what each clause grants, never more than full credit, and every step says why."""

import pytest

from mips_ia import Profile, Score, rules, score, years

WITH_WEIGHTS = [year for year in years() if year <= 2024]
WITHOUT_WEIGHTS = [year for year in years() if year >= 2025]
WITH_MVPS = [year for year in years() if year >= 2023]


def profile(facts: str = "group traditional", not_scored: str = "", **counts: int) -> Profile:
    """Somebody of whom these facts are true, with this many activities of each weight."""
    return Profile(frozenset(facts.split()), tuple(counts.items()), frozenset(not_scored.split()))


def unknown(names: str, facts: str = "group traditional", **counts: int) -> Profile:
    """The same where some facts are not known."""
    return Profile(frozenset(facts.split()), tuple(counts.items()), unknown=frozenset(names.split()))


def points(who: Profile, year: int, **readings: str) -> int:
    return score(who, rules(year).read_as(**readings)).points


def said(found: Score) -> list[tuple[int, str]]:
    return [(step.points, step.clause.says) for step in found.steps]


# ---- Activities


@pytest.mark.parametrize("year", WITH_WEIGHTS)
@pytest.mark.parametrize(
    ("high", "medium", "expected"),
    [(0, 1, 10), (1, 0, 20), (1, 1, 30), (2, 0, 40), (1, 2, 40), (0, 4, 40), (0, 3, 30)],
)
def test_to_2024_a_medium_activity_earns_10_points_and_a_high_one_20(
    year: int, high: int, medium: int, expected: int
) -> None:
    counts = {kind: n for kind, n in {"high": high, "medium": medium}.items() if n}

    assert points(profile(**counts), year) == expected


@pytest.mark.parametrize("year", WITH_WEIGHTS)
@pytest.mark.parametrize(
    ("kind", "count", "expected"), [("medium", 1, 20), ("medium", 2, 40), ("high", 1, 40)]
)
def test_to_2024_a_special_status_doubles_the_points(year: int, kind: str, count: int, expected: int) -> None:
    assert points(profile("group traditional special_status", **{kind: count}), year) == expected


@pytest.mark.parametrize("year", WITHOUT_WEIGHTS)
def test_from_2025_two_activities_are_full_credit_and_one_is_half(year: int) -> None:
    assert points(profile(activity=1), year) == 20
    assert points(profile(activity=2), year) == 40


@pytest.mark.parametrize("year", WITHOUT_WEIGHTS)
def test_from_2025_one_activity_is_full_credit_with_a_special_status(year: int) -> None:
    assert points(profile("group traditional special_status", activity=1), year) == 40


@pytest.mark.parametrize("year", [2023, 2024])
@pytest.mark.parametrize("status", ["", " special_status"])
def test_in_an_mvp_one_high_or_two_medium_are_full_credit_whatever_the_status(year: int, status: str) -> None:
    in_mvp = f"group mvp{status}"

    assert points(profile(in_mvp, high=1), year) == 40
    assert points(profile(in_mvp, medium=1), year) == 20
    assert points(profile(in_mvp, medium=2), year) == 40


@pytest.mark.parametrize("year", WITHOUT_WEIGHTS)
def test_from_2025_one_activity_is_full_credit_in_an_mvp(year: int) -> None:
    assert points(profile("group mvp", activity=1), year) == 40


@pytest.mark.parametrize("year", years())
def test_nothing_done_is_no_points_and_the_step_says_so(year: int) -> None:
    nothing = score(profile(), rules(year))

    assert nothing.points == 0
    assert said(nothing) == [(0, rules(year).full_credit.says)]


def test_what_is_earned_beyond_full_credit_is_lost_and_a_step_says_so() -> None:
    three = score(profile(high=3), rules(2024))

    assert three.points == 40
    assert said(three) == [
        (60, "A medium-weighted activity earns 10 points and a high-weighted one 20"),
        (-20, "The category is scored out of 40 points; what is earned beyond them is lost"),
    ]


def test_a_step_says_how_many_activities_of_which_weight_earned_it() -> None:
    mixed = score(profile(high=1, medium=1), rules(2024))

    assert [(step.points, step.activities, step.kind) for step in mixed.steps] == [
        (20, 1, "high"),
        (10, 1, "medium"),
    ]


# ---- Standing


@pytest.mark.parametrize("year", years())
def test_a_medical_home_has_full_credit(year: int) -> None:
    assert points(profile("group traditional medical_home"), year) == 40


@pytest.mark.parametrize("year", WITH_MVPS)
def test_a_medical_home_has_full_credit_in_an_mvp_too(year: int) -> None:
    assert points(profile("group mvp medical_home"), year) == 40


@pytest.mark.parametrize("year", [2021, 2022, 2023, 2024, 2025, 2026])
def test_the_app_is_full_credit(year: int) -> None:
    assert points(profile("group app apm mips_apm"), year) == 40


@pytest.mark.parametrize("year", [2017, 2018, 2019, 2020])
def test_the_apm_scoring_standard_is_full_credit(year: int) -> None:
    assert points(profile("apm_entity apm_scoring_standard apm mips_apm"), year) == 40


@pytest.mark.parametrize(("year", "expected"), [(2017, 40), (2018, 40), (2019, 40), (2020, 0)])
def test_the_study_was_full_credit_until_2019(year: int, expected: int) -> None:
    assert points(profile("individual traditional study"), year) == expected


@pytest.mark.parametrize("year", [year for year in years() if year <= 2023])
def test_to_2023_an_apm_has_half_credit_without_doing_anything(year: int) -> None:
    assert points(profile("group traditional apm"), year) == 20


@pytest.mark.parametrize("year", [2024, 2025, 2026])
def test_from_2024_the_half_credit_asks_for_an_activity_or_for_quality_and_pi(year: int) -> None:
    assert points(profile("group traditional apm"), year) == 0
    assert points(profile("group traditional apm quality_and_pi_submitted"), year) == 20


def test_in_2024_one_medium_activity_brings_an_apm_to_half_credit() -> None:
    raised = score(profile("group traditional apm", medium=1), rules(2024))

    assert raised.points == 20
    assert said(raised)[1] == (
        10,
        "Participants in an APM have at least half of full credit, "
        "if they attest an activity or submit both quality and PI",
    )


@pytest.mark.parametrize("year", [2024, 2025, 2026])
def test_from_2024_there_is_no_half_credit_in_extreme_circumstances(year: int) -> None:
    hit = "group traditional apm quality_and_pi_submitted extreme_circumstances"

    assert points(profile(hit), year) == 0


def test_the_half_credit_is_a_floor_and_adds_nothing_to_what_reaches_it() -> None:
    assert points(profile("group traditional apm", activity=1), 2026) == 20


def test_read_as_a_baseline_the_half_credit_adds_to_the_activities() -> None:
    assert points(profile("group traditional apm", activity=1), 2026, half_credit="baseline") == 40


def test_where_the_two_readings_differ_the_score_shows_both() -> None:
    (other,) = score(profile("group traditional apm", activity=1), rules(2026)).alternatives

    assert (other.reading, other.value, other.points, other.most) == ("half_credit", "baseline", 40, 40)


def test_where_the_baseline_is_taken_the_floor_is_the_other_reading() -> None:
    year = rules(2026).read_as(half_credit="baseline")

    (other,) = score(profile("group traditional apm", activity=1), year).alternatives

    assert (other.value, other.points) == ("floor", 20)


def test_where_the_two_readings_agree_only_one_score_is_shown() -> None:
    assert score(profile("group traditional apm", activity=2), rules(2026)).alternatives == ()
    assert score(profile("group traditional", activity=1), rules(2026)).alternatives == ()


def test_in_an_mvp_the_half_credit_is_given_under_the_other_reading_only() -> None:
    in_mvp = profile("group mvp apm quality_and_pi_submitted")

    found = score(in_mvp, rules(2026))

    assert found.points == 0
    assert [(a.reading, a.value, a.points) for a in found.alternatives] == [
        ("mvp_half_credit", "applies", 20)
    ]


def test_the_other_reading_has_a_range_too_where_something_is_unknown() -> None:
    (other,) = score(unknown("apm", activity=1), rules(2026)).alternatives

    assert (other.value, other.points, other.most) == ("baseline", 20, 40)


# ---- What the category weighs


@pytest.mark.parametrize(
    ("year", "facts", "not_scored", "weight"),
    [
        (2017, "traditional", "", 15),
        (2017, "traditional", "quality", 50),
        (2018, "traditional", "quality", 45),
        (2018, "traditional", "pi quality", 90),
        (2019, "traditional", "quality", 40),
        (2019, "traditional", "cost quality", 50),
        (2019, "traditional", "pi quality", 85),
        (2020, "traditional", "pi quality", 50),
        (2021, "traditional", "cost pi", 15),
        (2022, "traditional", "pi", 15),
        (2022, "traditional small_practice special_status", "", 15),
        (2022, "traditional small_practice special_status", "pi", 30),
        (2022, "traditional small_practice special_status", "cost pi", 50),
        (2021, "traditional small_practice special_status", "pi", 15),
        (2026, "traditional", "", 15),
        (2026, "traditional", "ia", 0),
        (2023, "mvp", "", 15),
        (2024, "mvp small_practice special_status", "pi", 30),
        (2021, "app", "", 20),
        (2024, "app", "quality", 25),
        (2024, "app", "pi", 25),
        (2024, "app", "cost", 20),
        (2019, "apm_scoring_standard", "", 20),
        (2019, "apm_scoring_standard", "quality", 25),
        (2019, "apm_scoring_standard", "pi", 20),
        (2017, "apm_scoring_standard", "pi", 25),
    ],
)
def test_the_weight_follows_from_what_is_not_scored(
    year: int, facts: str, not_scored: str, weight: int
) -> None:
    found = score(profile(f"group {facts}", not_scored), rules(year))

    assert (found.weight, found.weight_most) == (weight, weight)


def test_one_of_two_activities_is_7_and_a_half_points_of_the_final_score() -> None:
    half = score(profile(activity=1), rules(2026))

    assert (half.points, half.percent, half.weight, half.final) == (20, 50.0, 15, 7.5)


@pytest.mark.parametrize("year", years())
@pytest.mark.parametrize("not_scored", ["quality cost pi", "quality cost ia pi", "cost ia pi"])
def test_with_fewer_than_two_categories_the_points_do_not_matter(year: int, not_scored: str) -> None:
    found = score(profile("group traditional medical_home", not_scored), rules(year))

    assert (found.points, found.weight, found.final) == (40, 0, 0.0)


def test_a_lone_category_says_that_the_final_score_is_the_performance_threshold() -> None:
    found = score(profile(not_scored="quality cost pi"), rules(2026))

    assert found.weighing is rules(2026).two_categories


@pytest.mark.parametrize("year", [2021, 2024, 2026])
def test_cost_is_not_scored_for_an_apm_entity_in_a_mips_apm(year: int) -> None:
    entity = score(profile("apm_entity traditional apm mips_apm", "pi"), rules(year))
    both = score(profile("group traditional apm mips_apm", "cost pi"), rules(year))

    assert entity.weight == both.weight
    assert entity.weighing is both.weighing


def test_an_apm_entity_with_neither_cost_nor_quality_nor_pi_has_one_category_left() -> None:
    entity = profile("apm_entity traditional apm mips_apm", "pi quality")

    assert score(entity, rules(2024)).weighing is rules(2024).two_categories


# ---- What is not known


def test_an_unknown_status_gives_a_range_and_is_named() -> None:
    found = score(unknown("special_status", activity=1), rules(2026))

    assert (found.points, found.most) == (20, 40)
    assert found.decided_by == ("special_status",)
    assert not found.certain


def test_the_steps_are_those_of_the_least_score() -> None:
    found = score(unknown("special_status", activity=1), rules(2026))

    assert said(found) == [
        (20, "Two activities give full credit and one gives half; activities have no weights")
    ]


def test_an_unknown_fact_that_decides_nothing_is_not_named() -> None:
    found = score(unknown("special_status", activity=2), rules(2026))

    assert (found.points, found.most, found.decided_by) == (40, 40, ())
    assert found.certain


def test_a_small_practice_is_special_so_both_turn_out_together() -> None:
    found = score(unknown("small_practice special_status", activity=1), rules(2026))

    assert (found.points, found.most) == (20, 40)
    assert found.decided_by == ("small_practice", "special_status")


def test_an_unknown_fact_can_move_the_weight_and_not_the_points() -> None:
    who = Profile(
        frozenset({"group", "traditional", "special_status"}),
        (("activity", 1),),
        frozenset({"pi"}),
        frozenset({"small_practice"}),
    )

    found = score(who, rules(2026))

    assert (found.points, found.most) == (40, 40)
    assert (found.weight, found.weight_most) == (15, 30)
    assert (found.final, found.final_most) == (15.0, 30.0)
    assert found.decided_by == ("small_practice",)
    assert not found.certain


def test_activities_that_may_count_give_a_range() -> None:
    who = Profile(frozenset({"group", "traditional"}), (("high", 1),), maybe=(("high", 1), ("medium", 1)))

    found = score(who, rules(2024))

    assert (found.points, found.most) == (20, 40)
    assert found.decided_by == ("attestations",)


def test_where_the_categories_scored_are_not_known_the_weight_is_the_usual_one_and_not_certain() -> None:
    who = Profile(frozenset({"group", "traditional"}), (("activity", 2),), not_scored=None)

    found = score(who, rules(2026))

    assert (found.points, found.most, found.weight) == (40, 40, 15)
    assert found.decided_by == ("not_scored",)
    assert not found.certain


def test_a_score_names_each_assumption_once() -> None:
    found = score(profile(activity=3), rules(2026))

    assert found.assumptions == (
        "CMS prints no points for one activity in traditional MIPS; they follow from the number of "
        "activities that gives full credit and from 42 CFR 414.1365(d); the 2025 rule is taken to carry on",
        "The text on 40 points was read for MVPs; the same scale is taken for traditional MIPS",
        "The 15% stand in 42 CFR 414.1355(b); the other rows of the 2024 table have no end date "
        "and are taken to stand",
    )


def test_a_score_by_rules_that_were_read_assumes_nothing() -> None:
    assert score(profile(high=2), rules(2023)).assumptions == ()
