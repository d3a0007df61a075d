"""The ways to report side by side: each judged by the same standing and the same activities."""

from datetime import date

import pytest

from mips_ia import Attestation, Practice, catalogue, rules, years
from mips_ia.assessment import Assessment, assessed
from mips_ia.planning.side_by_side import Side, granted, how_many, in_words, needs, side_by_side

WHOLE = date(2026, 1, 1), date(2026, 12, 31)
DONE = [Attestation("IA_BE_16", *WHOLE), Attestation("IA_BMH_12", *WHOLE)]


def group(year: int = 2026, **known: object) -> Practice:
    facts: dict[str, object] = {
        "entity": "group",
        "clinicians": 18,
        "statuses": frozenset(),
        "apm": "mips_apm",
    }
    return Practice(performance_year=year, **facts | known)  # type: ignore[arg-type]


def sides(who: Practice, given: list[Attestation]) -> dict[str, Side]:
    year = who.performance_year
    return {
        side.mvp.id if side.mvp else side.pathway: side
        for side in side_by_side(who, given, rules(year), catalogue(year))
    }


def points(side: Side) -> int:
    assert isinstance(side.found, Assessment)
    return side.found.score.points


def test_two_activities_are_half_used_in_an_mvp_that_takes_one_of_them_and_still_give_full_credit() -> None:
    found = sides(group(apm="none"), DONE)

    assert points(found["traditional"]) == 40
    assert found["traditional"].takes == ("IA_BE_16", "IA_BMH_12")
    assert found["M0004"].takes == ("IA_BE_16",)
    assert points(found["M0004"]) == 40
    assert found["M0005"].takes == ()
    assert points(found["M0005"]) == 0


def test_traditional_mips_needs_two_an_mvp_one_and_the_app_none() -> None:
    found = sides(group(), [])

    assert [in_words(kinds) for kinds in found["traditional"].needs] == ["2 activities"]
    assert [in_words(kinds) for kinds in found["M1370"].needs] == ["1 activity"]
    assert [in_words(kinds) for kinds in found["app"].needs] == ["No activity"]
    assert points(found["app"]) == 40


def test_full_credit_with_no_activity_has_the_clause_that_gives_it() -> None:
    found = sides(group(), DONE)

    for name, clause in (("app", rules(2026).credit[1]), ("traditional", None)):
        assert (answer := found[name].found) is not None
        assert granted(answer.profile, rules(2026)) is clause


def test_a_small_practice_needs_one_on_every_way() -> None:
    found = sides(group(statuses=frozenset(["small_practice"]), apm="none"), [])

    assert found["traditional"].needs == found["M1370"].needs == (("activity",),)


def test_the_app_is_closed_to_who_is_in_no_mips_apm_and_says_why() -> None:
    found = sides(group(apm="none"), DONE)["app"]

    assert found.found is None
    assert found.others == ()
    assert [problem.code for problem in found.problems] == ["not_in_mips_apm"]


def test_a_way_that_an_entity_cannot_use_says_so() -> None:
    found = sides(group(entity="virtual_group", apm="none"), [])["M1370"]

    assert [problem.code for problem in found.problems] == ["entity_not_on_pathway"]


def test_what_it_asks_outside_this_category_are_the_other_categories_that_weigh_something() -> None:
    found = sides(group(), [])

    assert found["traditional"].others == (("quality", 30), ("cost", 30), ("pi", 25))
    assert found["app"].others == (("quality", 50), ("pi", 30))
    single = sides(group(not_scored=frozenset(["quality", "cost", "pi"])), [])["traditional"]
    assert single.others == ()  # fewer than two categories: there is no table


def test_in_a_year_with_weights_each_set_that_is_enough_is_named() -> None:
    found = sides(group(2023), [])["traditional"]

    assert [in_words(kinds) for kinds in found.needs] == [
        "2 high-weighted activities",
        "1 high-weighted activity and 2 medium-weighted activities",
        "4 medium-weighted activities",
    ]


@pytest.mark.parametrize("year", years())
def test_every_year_has_its_own_ways_and_each_mvp_of_it(year: int) -> None:
    found = sides(group(year), [])

    assert {*found} == {*rules(year).pathway} - {"mvp"} | {*catalogue(year).mvps}


def test_how_many_are_needed_depends_on_a_status_that_is_not_known() -> None:
    def of(statuses: frozenset[str] | None) -> tuple[int, int]:
        who = group(statuses=statuses, apm="none")
        return how_many(assessed(who, [], rules(2026), catalogue(2026)).profile, "activity", rules(2026))

    assert of(frozenset()) == (2, 2)
    assert of(frozenset(["rural"])) == (1, 1)
    assert of(None) == (1, 2)


def test_what_is_needed_from_nothing_does_not_depend_on_what_was_done() -> None:
    home = Attestation("IA_PCMH", *WHOLE)
    found = assessed(group(apm="none", medical_home_sites=(1, 1)), [home], rules(2026), catalogue(2026))

    assert found.score.points == 40
    assert needs(found.profile, rules(2026)) == (("activity", "activity"),)
