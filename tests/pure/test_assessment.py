"""The whole answer: what counts, the score, and what is assumed."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from mips_ia import Assessment, Attestation, Practice, Refused, assess, catalogue, rules
from mips_ia.assessment import assessed

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


# ---- Scores


def test_two_activities_are_full_credit_in_2026() -> None:
    found = in_2026("IA_BE_4", "IA_BE_6")

    assert (found.score.points, found.score.final) == (40, 15.0)
    assert [verdict.counts for verdict in found.verdicts] == [True, True]


def test_in_2024_a_high_and_a_medium_activity_are_30_points() -> None:
    found = in_2024("IA_BE_6", "IA_BE_4")

    assert (found.score.points, found.score.percent) == (30, 75.0)
    assert found.profile.counts == (("high", 1), ("medium", 1))


def test_activities_that_do_not_count_give_no_points() -> None:
    found = in_2026("IA_BE_4", "IA_CC_1")

    assert found.score.points == 20
    assert [verdict.counts for verdict in found.verdicts] == [True, False]


def test_an_attested_medical_home_is_full_credit_and_no_activity() -> None:
    found = in_2026("IA_PCMH", medical_home_sites=(1, 2))

    assert found.score.points == 40
    assert "medical_home" in found.profile.facts
    assert found.profile.counts == ()


def test_a_medical_home_that_does_not_count_is_not_one() -> None:
    found = in_2026("IA_PCMH", medical_home_sites=(0, 2))

    assert found.score.points == 0
    assert found.profile.unknown == frozenset()


@pytest.mark.parametrize("entity", ["group", "individual"])
def test_a_medical_home_that_may_count_gives_the_whole_range(entity: str) -> None:
    found = in_2026("IA_PCMH", entity=entity)

    assert (found.score.points, found.score.most) == (0, 40)
    assert found.score.decided_by == ("medical_home",)


def test_the_medical_home_of_one_clinician_is_full_credit_where_the_site_is_recognized() -> None:
    found = in_2026("IA_PCMH", entity="individual", clinicians=None, medical_home_sites=(1, 1))

    assert (found.score.points, found.score.most) == (40, 40)


def test_a_small_group_without_pi_has_a_weight_of_30() -> None:
    small = {"clinicians": 8, "statuses": frozenset({"small_practice"}), "not_scored": frozenset({"pi"})}

    found = in_2026("IA_BE_4", **small)

    assert (found.score.points, found.score.weight, found.score.final) == (40, 30, 30.0)


def test_in_2017_cehrt_can_add_10_points_to_advancing_care_information_but_not_here() -> None:
    in_2017 = replace(GROUP, performance_year=2017)

    with_bonus = assess(in_2017, all_year(2017, "IA_BE_4"))
    without = assess(in_2017, all_year(2017, "IA_BE_6"))

    assert (with_bonus.cehrt_bonus, with_bonus.score.points) == (10, 10)
    assert (without.cehrt_bonus, without.score.points) == (0, 20)


def test_the_cehrt_bonus_asks_for_an_activity_that_counts() -> None:
    short = [Attestation("IA_BE_4", date(2017, 1, 1), date(2017, 1, 31))]

    assert assess(replace(GROUP, performance_year=2017), short).cehrt_bonus == 0


def test_from_2019_there_is_no_cehrt_bonus() -> None:
    found = assess(replace(GROUP, performance_year=2019), all_year(2019, "IA_BE_4"))

    assert found.cehrt_bonus == 0


def test_where_nothing_is_known_of_the_attestations_everything_is_possible() -> None:
    found = assess(GROUP, None)

    assert (found.score.points, found.score.most) == (0, 40)
    assert found.score.decided_by == ("attestations", "medical_home")
    assert found.verdicts == ()


def test_nothing_attested_is_another_thing_than_nothing_known() -> None:
    found = assess(GROUP, [])

    assert (found.score.points, found.score.most, found.score.certain) == (0, 0, True)


def test_before_the_suspension_was_known_the_activity_simply_counted() -> None:
    began_later = [Attestation("IA_AHE_8", date(2025, 5, 7), date(2025, 12, 31))]
    in_2025 = replace(GROUP, performance_year=2025)

    assert assess(in_2025, began_later, as_known_on=date(2025, 5, 5)).score.points == 20
    assert assess(in_2025, began_later, as_known_on=date(2025, 5, 6)).score.points == 0


def test_another_reading_of_the_half_credit_can_be_asked_for() -> None:
    in_apm = replace(GROUP, apm="other_apm")
    one = all_year(2026, "IA_BE_4")

    assert assess(in_apm, one).score.points == 20
    assert assess(in_apm, one, half_credit="baseline").score.points == 40


def test_rules_and_a_catalogue_at_hand_give_the_same_answer() -> None:
    one = all_year(2026, "IA_BE_4")

    held, looked_up = assessed(GROUP, one, rules(2026), catalogue(2026)), assess(GROUP, one)

    assert (
        (held.score.points, held.score.final) == (looked_up.score.points, looked_up.score.final) == (20, 7.5)
    )


# ---- Refusals and warnings


def test_a_practice_that_cannot_be_so_is_refused_with_every_reason() -> None:
    with pytest.raises(Refused) as refused:
        assess(replace(GROUP, entity="clinic", apm="aco"), [])

    assert str(refused.value) == (
        "entity: There is no 'clinic'. Use one of: individual, group, virtual_group, subgroup, apm_entity.\n"
        "apm: There is no 'aco'. Use one of: mips_apm, other_apm, none."
    )


def test_a_year_that_is_not_here_is_refused() -> None:
    with pytest.raises(Refused) as refused:
        assess(replace(GROUP, performance_year=2016), [])

    assert str(refused.value) == (
        "performance year 2016: The years that are here run from 2017 to 2027. Give one of those."
    )


def test_a_warning_does_not_stop_a_score() -> None:
    found = in_2026("IA_BE_4", "IA_BE_6", entity="subgroup")

    assert found.score.points == 40
    assert [problem.code for problem in found.problems] == ["entity_not_on_pathway"]
    assert [problem.severity for problem in found.problems] == ["warning"]


@pytest.mark.parametrize(
    ("mvp", "what"), [("G9999", "2026 has no MVP 'G9999'."), (None, "The MVP is not given.")]
)
def test_without_an_mvp_of_the_year_one_is_asked_for(mvp: str | None, what: str) -> None:
    first = min(catalogue(2026).mvps)

    found = in_2026(pathway="mvp", mvp=mvp)

    assert [str(problem) for problem in found.problems] == [
        f"mvp: {what} Give the id of an MVP of 2026, such as {first}."
    ]
    assert [problem.severity for problem in found.problems] == ["warning"]


# ---- Assumptions


def test_in_2023_a_group_whose_look_up_is_known_rests_on_no_assumption() -> None:
    in_2023 = replace(GROUP, performance_year=2023)

    assert assess(in_2023, all_year(2023, "IA_BE_6", "IA_BMH_7")).assumptions == ()


def test_proposed_rules_are_the_first_thing_assumed() -> None:
    found = assess(replace(GROUP, performance_year=2027), [])

    assert found.assumptions[0] == "The rules for 2027 are proposed and can change"


def test_an_estimated_status_and_unknown_reweighting_are_assumed_and_said() -> None:
    in_2023 = replace(GROUP, performance_year=2023, statuses=None, clinicians=8, not_scored=None)

    found = assess(in_2023, all_year(2023, "IA_BE_6"))

    assert found.assumptions == (
        "The status small practice is estimated from counts; CMS's QPP Participation Status look-up decides",
        "All categories are scored: whether any is reweighted is not known",
    )


def test_what_a_verdict_rests_on_is_assumed_once() -> None:
    entity = replace(GROUP, performance_year=2023, entity="apm_entity")

    found = assess(entity, all_year(2023, "IA_BE_6", "IA_BMH_7"))

    assert found.assumptions == ("CMS says this of APM Entities in guidance, not in the rule",)


def test_in_2021_cost_that_is_scored_is_an_assumption() -> None:
    in_2021 = replace(GROUP, performance_year=2021)

    scored = assess(in_2021, [])
    not_scored = assess(replace(in_2021, not_scored=frozenset({"cost"})), [])

    assert [line for line in scored.assumptions if line.startswith("Cost is scored; yet CMS")]
    assert not [line for line in not_scored.assumptions if line.startswith("Cost is scored")]


# ---- Warnings


def test_activities_that_count_can_bring_back_the_weight_of_the_category() -> None:
    found = in_2026("IA_BE_4", not_scored=frozenset({"ia"}))

    assert found.score.weight == 0
    assert [str(problem) for problem in found.problems] == [
        "not_scored: Activities count, and this category is said not to be scored. "
        "Submitting them can give its weight back; leave ia out if they are submitted. "
        "[42 CFR 414.1380(c)(2)(i)(A)(6)]"
    ]


def test_where_nothing_counts_no_weight_can_come_back() -> None:
    assert in_2026(not_scored=frozenset({"ia"})).problems == ()


def test_an_mvp_on_another_pathway_is_a_warning() -> None:
    found = in_2026("IA_BE_4", mvp="M0004")

    assert [str(problem) for problem in found.problems] == [
        "pathway: The MVP M0004 is given, and the pathway is traditional. Say mvp, or leave the MVP out."
    ]
    assert found.score.points == 20


def test_extreme_circumstances_say_why_there_is_no_half_credit() -> None:
    found = in_2024(apm="other_apm", quality_and_pi_submitted=True, extreme_circumstances=True)

    assert [(step.points, step.clause.cite) for step in found.score.steps] == [
        (0, "42 CFR 414.1380(c)(2)(iv)")
    ]


def test_a_suspended_activity_that_counts_asks_for_proof_of_its_start() -> None:
    in_2025 = replace(GROUP, performance_year=2025)
    begun = Attestation("IA_AHE_8", date(2025, 5, 6), date(2025, 12, 31))

    (verdict,) = assess(in_2025, [begun]).verdicts

    assert verdict.counts is True
    assert [(problem.severity, problem.fix) for problem in verdict.problems] == [
        ("note", "Keep dated proof of the start.")
    ]
