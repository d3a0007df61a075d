"""CMS's look-up decides the statuses; counts estimate them where it is not known; unknown is an answer."""

from dataclasses import replace
from typing import Any

import pytest

from mips_ia import Fact, Practice, Problem, rules
from mips_ia.standing import LOOK_UP, problems, standing, words

GROUP = Practice(performance_year=2026, entity="group")


def fact(name: str, who: Practice) -> Fact:
    return standing(who, rules(who.performance_year))[name]


def said(who: Practice) -> list[str]:
    return [str(problem) for problem in problems(who, rules(who.performance_year))]


# ---- The look-up


def test_the_look_up_decides_whatever_the_counts_say() -> None:
    large = replace(GROUP, clinicians=400, statuses=frozenset({"small_practice"}))

    small = fact("small_practice", large)

    assert small.value is True
    assert small.says == f"{LOOK_UP} shows it"
    assert not small.estimated


def test_a_look_up_that_shows_nothing_says_that_there_is_no_status() -> None:
    none = replace(GROUP, clinicians=3, statuses=frozenset())

    assert fact("small_practice", none).value is False
    assert fact("small_practice", none).says == f"{LOOK_UP} does not show it"
    assert fact("special_status", none).value is False
    assert fact("special_status", none).says == "None of the statuses that double the points"


@pytest.mark.parametrize("status", ["small_practice", "rural", "hpsa", "non_patient_facing"])
def test_any_one_of_four_statuses_is_special(status: str) -> None:
    assert fact("special_status", replace(GROUP, statuses=frozenset({status}))).value is True


def test_being_hospital_asc_or_facility_based_is_not_special() -> None:
    based = frozenset({"hospital_based", "asc_based", "facility_based"})

    assert fact("hospital_based", replace(GROUP, statuses=based)).value is True
    assert fact("special_status", replace(GROUP, statuses=based)).value is False


@pytest.mark.parametrize("everybody", [True, False])
@pytest.mark.parametrize(
    "who",
    [
        replace(GROUP, clinicians=3),
        replace(GROUP, clinicians=400),
        replace(GROUP, statuses=frozenset({"small_practice"})),
        replace(GROUP, statuses=frozenset(), clinicians=3),
        replace(GROUP, entity="apm_entity"),
    ],
)
def test_what_a_reform_says_of_everybody_goes_before_the_look_up_and_the_counts(
    who: Practice, everybody: bool
) -> None:
    year = rules(2026)
    small = replace(year.special["small_practice"], everybody=everybody)
    reformed = replace(year, special={**year.special, "small_practice": small})

    found = standing(who, reformed)["small_practice"]

    assert found.value is everybody
    assert found.says == ("Everybody has it" if everybody else "Nobody has it")
    assert not found.estimated
    assert problems(who, reformed) == []


def test_a_special_status_says_which_one_it_is_and_how_it_is_known() -> None:
    rural = fact("special_status", replace(GROUP, statuses=frozenset({"rural"})))

    assert rural.says == f"rural: {LOOK_UP} shows it"


@pytest.mark.parametrize(
    ("year", "cite"),
    [
        (2017, "42 CFR 414.1380(b)(3)"),
        (2024, "42 CFR 414.1380(b)(3)"),
        (2026, "AAD 2025 MIPS guide; 42 CFR 414.1365(d)(2), (d)(3)(iii)"),
    ],
)
def test_where_no_status_is_known_to_hold_the_rule_that_doubles_the_points_is_cited(
    year: int, cite: str
) -> None:
    not_known = replace(GROUP, performance_year=year)

    assert fact("special_status", not_known).cite == cite
    assert fact("special_status", replace(not_known, statuses=frozenset())).cite == cite


def test_a_status_that_holds_cites_its_own_rule() -> None:
    assert fact("special_status", replace(GROUP, statuses=frozenset({"rural"}))).cite == (
        rules(2026).special["rural"].cite
    )


# ---- Counts, where the look-up is not known


@pytest.mark.parametrize(("clinicians", "small"), [(1, True), (15, True), (16, False)])
def test_fifteen_clinicians_or_fewer_are_a_small_practice(clinicians: int, small: bool) -> None:
    found = fact("small_practice", replace(GROUP, clinicians=clinicians))

    assert found.value is small
    assert found.estimated


def test_an_estimate_says_its_count_and_that_the_look_up_decides() -> None:
    small = fact("small_practice", replace(GROUP, clinicians=15))

    assert small.says == "15 clinicians; 15 or fewer is small"
    assert small.assumption == (
        "The status small practice is estimated from counts; CMS's QPP Participation Status look-up decides"
    )


@pytest.mark.parametrize(("encounters", "held"), [(0, True), (100, True), (101, False)])
def test_a_clinician_with_100_encounters_or_fewer_is_non_patient_facing(encounters: int, held: bool) -> None:
    one = Practice(performance_year=2026, entity="individual", patient_facing_encounters=encounters)

    assert fact("non_patient_facing", one).value is held
    assert (
        fact("non_patient_facing", one).says
        == f"{encounters} patient-facing encounters; 100 or fewer is non-patient facing"
    )


@pytest.mark.parametrize("status", ["non_patient_facing", "rural", "hpsa"])
@pytest.mark.parametrize(("count", "held"), [(15, False), (16, True)])
def test_more_than_75_percent_of_a_group_make_its_status_and_exactly_75_do_not(
    status: str, count: int, held: bool
) -> None:
    twenty = replace(GROUP, clinicians=20, **{f"{status}_clinicians": count})

    assert fact(status, twenty).value is held
    assert fact(status, twenty).says == f"{count} of 20 clinicians; more than 75% is needed"


@pytest.mark.parametrize("status", ["rural", "hpsa"])
@pytest.mark.parametrize(
    ("count", "held", "says"),
    [
        (0, False, "0 clinicians practice there; 1 is enough"),
        (1, True, "1 clinician practice there; 1 is enough"),
    ],
)
def test_in_2017_one_site_was_enough_for_rural_and_shortage_areas(
    status: str, count: int, held: bool, says: str
) -> None:
    in_2017 = replace(GROUP, performance_year=2017, clinicians=20, **{f"{status}_clinicians": count})

    assert fact(status, in_2017).value is held
    assert fact(status, in_2017).says == says


@pytest.mark.parametrize(("count", "held", "says"), [(1, True, "true"), (0, False, "not true")])
def test_of_one_clinician_a_status_is_true_or_not(count: int, held: bool, says: str) -> None:
    one = Practice(performance_year=2026, entity="individual", rural_clinicians=count)

    assert fact("rural", one).value is held
    assert fact("rural", one).says == f"{says} of the clinician"


def test_a_share_of_an_unknown_number_of_clinicians_is_not_known() -> None:
    assert fact("rural", replace(GROUP, rural_clinicians=5)).value is None


def test_encounters_of_one_clinician_say_nothing_of_a_group() -> None:
    assert fact("non_patient_facing", replace(GROUP, patient_facing_encounters=5)).value is None


def test_encounters_that_are_not_known_leave_the_status_unknown() -> None:
    one = Practice(performance_year=2026, entity="individual")

    assert fact("non_patient_facing", one).value is None


@pytest.mark.parametrize("entity", ["subgroup", "apm_entity"])
def test_counts_of_a_subgroup_or_apm_entity_do_not_tell_its_status(entity: str) -> None:
    three = Practice(performance_year=2026, entity=entity, clinicians=3)

    assert fact("small_practice", three).value is None


def test_without_look_up_and_counts_nothing_is_known_and_it_is_said() -> None:
    special = fact("special_status", GROUP)

    assert special.value is None
    assert special.says == "Not known: small practice, rural, HPSA, non-patient facing"


def test_one_status_that_holds_settles_what_the_others_leave_open() -> None:
    small = replace(GROUP, clinicians=8)

    assert fact("rural", small).value is None
    assert fact("special_status", small).value is True


def test_one_status_that_does_not_hold_leaves_the_question_open() -> None:
    large = replace(GROUP, clinicians=400)

    assert fact("special_status", large).value is None
    assert fact("special_status", large).says == "Not known: rural, HPSA, non-patient facing"


# ---- APMs and what is stated


@pytest.mark.parametrize(
    ("apm", "in_apm", "in_mips_apm"),
    [("none", False, False), ("other_apm", True, False), ("mips_apm", True, True), (None, None, None)],
)
def test_a_mips_apm_is_an_apm_too(apm: str | None, in_apm: bool | None, in_mips_apm: bool | None) -> None:
    who = replace(GROUP, apm=apm)

    assert fact("apm", who).value is in_apm
    assert fact("mips_apm", who).value is in_mips_apm


def test_who_reports_on_the_app_is_in_a_mips_apm() -> None:
    on_app = replace(GROUP, pathway="app")

    assert fact("mips_apm", on_app).value is True
    assert fact("apm", on_app).says == "APM participation: mips_apm"


def test_an_apm_that_is_not_known_is_said_to_be_so() -> None:
    assert fact("apm", GROUP).says == "Not known: whether there is an APM"
    assert fact("apm", replace(GROUP, apm="none")).says == "APM participation: none"


@pytest.mark.parametrize(
    ("submitted", "says"), [(None, "Not known"), (True, "Stated"), (False, "Stated that not")]
)
def test_whether_quality_and_pi_were_submitted_is_stated_or_not_known(
    submitted: bool | None, says: str
) -> None:
    found = fact("quality_and_pi_submitted", replace(GROUP, quality_and_pi_submitted=submitted))

    assert found.value is submitted
    assert found.says == says


@pytest.mark.parametrize("name", ["extreme_circumstances", "study"])
def test_what_cms_tells_those_concerned_is_no_unless_stated(name: str) -> None:
    assert fact(name, GROUP).value is False
    assert fact(name, GROUP).says == "Not stated; CMS tells those to whom it applies"
    assert fact(name, replace(GROUP, **{name: True})).value is True
    assert fact(name, replace(GROUP, **{name: True})).says == "Stated"


@pytest.mark.parametrize("entity", ["group", "virtual_group", "subgroup", "apm_entity"])
def test_all_but_an_individual_are_many(entity: str) -> None:
    assert replace(GROUP, entity=entity).many
    assert not replace(GROUP, entity="individual").many


def test_facts_have_the_names_that_people_use() -> None:
    assert words("non_patient_facing") == "non-patient facing"
    assert words("hpsa") == "HPSA"
    assert words("mips_apm") == "MIPS APM"
    assert words("small_practice") == "small practice"


# ---- What stops a practice from being scored


def test_a_practice_that_is_described_rightly_has_no_problem() -> None:
    assert said(replace(GROUP, clinicians=16, medical_home_sites=(0, 2), apm="other_apm")) == []


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        (
            {"entity": "clinic"},
            "entity: There is no 'clinic'. "
            "Use one of: individual, group, virtual_group, subgroup, apm_entity.",
        ),
        (
            {"pathway": "registry"},
            "pathway: There is no 'registry'. Use one of: traditional, mvp, app, apm_scoring_standard.",
        ),
        (
            {"pathway": "apm_scoring_standard"},
            "pathway: There is no apm_scoring_standard pathway in 2026. Use one of: traditional, mvp, app.",
        ),
        (
            {"entity": "virtual_group", "pathway": "app"},
            "entity: In 2026, reporting as virtual_group is not open on the app pathway. "
            "Use one of: individual, group, apm_entity. "
            "[42 CFR 414.1367; QPP submissions API, change log of 2021-08-15]",
        ),
        (
            {"statuses": frozenset({"tiny"})},
            "statuses: There is no 'tiny'. Use one of: small_practice, rural, hpsa, non_patient_facing, "
            "hospital_based, asc_based, facility_based.",
        ),
        ({"apm": "aco"}, "apm: There is no 'aco'. Use one of: mips_apm, other_apm, none."),
        (
            {"pathway": "app", "apm": "other_apm"},
            "apm: The app pathway is for participants in a MIPS APM; apm says other_apm. "
            "Correct the APM or choose another pathway.",
        ),
        (
            {"not_scored": frozenset({"aci"})},
            "not_scored: There is no 'aci'. Use one of: quality, cost, ia, pi.",
        ),
        ({"clinicians": 0}, "clinicians: 0 is too small. Give the real count."),
        (
            {"patient_facing_encounters": -1},
            "patient_facing_encounters: -1 is too small. Give the real count.",
        ),
        (
            {"clinicians": 5, "rural_clinicians": 6},
            "rural_clinicians: 6 is not between 0 and the 5 clinicians there are. Correct one of the two.",
        ),
        (
            {"clinicians": 5, "hpsa_clinicians": -1},
            "hpsa_clinicians: -1 is not between 0 and the 5 clinicians there are. Correct one of the two.",
        ),
        (
            {"medical_home_sites": (3, 2)},
            "medical_home_sites: 3 of 2 sites cannot be. Give recognized/all, as 2/6.",
        ),
        (
            {"medical_home_sites": (0, 0)},
            "medical_home_sites: 0 of 0 sites cannot be. Give recognized/all, as 2/6.",
        ),
    ],
)
def test_a_practice_that_cannot_be_so_is_a_problem(changed: dict[str, Any], message: str) -> None:
    assert said(replace(GROUP, **changed)) == [message]


def test_an_entity_that_cannot_use_its_pathway_is_a_warning_only() -> None:
    (warning,) = problems(replace(GROUP, entity="subgroup"), rules(2026))

    assert (warning.code, warning.severity) == ("entity_not_on_pathway", "warning")


@pytest.mark.parametrize(
    ("clinicians", "statuses", "what"),
    [
        (16, {"small_practice"}, "There are 16 clinicians, and the look-up says small."),
        (15, {"rural"}, "There are 15 clinicians, and the look-up does not say small."),
    ],
)
def test_a_look_up_that_disagrees_with_the_number_of_clinicians_is_a_warning(
    clinicians: int, statuses: set[str], what: str
) -> None:
    who = replace(GROUP, clinicians=clinicians, statuses=frozenset(statuses))

    (warning,) = problems(who, rules(2026))

    assert warning.severity == "warning"
    assert str(warning) == (
        f"statuses: {what} The look-up is used; check that it was read in full. [42 CFR 414.1305]"
    )


@pytest.mark.parametrize(
    "who",
    [
        replace(GROUP, clinicians=15, statuses=frozenset({"small_practice"})),
        replace(GROUP, clinicians=16, statuses=frozenset()),
        replace(GROUP, clinicians=None, statuses=frozenset()),
        replace(GROUP, clinicians=3, statuses=None),
        replace(GROUP, clinicians=3, statuses=frozenset(), entity="apm_entity"),
    ],
)
def test_a_look_up_that_agrees_or_cannot_be_compared_is_no_problem(who: Practice) -> None:
    assert said(who) == []


def test_every_problem_is_told_and_not_only_the_first() -> None:
    wrong = replace(GROUP, entity="clinic", pathway="registry", apm="aco", clinicians=0)

    found = problems(wrong, rules(2026))

    assert [problem.code for problem in found] == [
        "unknown_entity",
        "unknown_pathway",
        "unknown_apm",
        "impossible_count",
    ]
    assert all(isinstance(problem, Problem) and problem.severity == "error" for problem in found)


def test_zero_encounters_and_one_clinician_can_be() -> None:
    assert said(replace(GROUP, clinicians=1, patient_facing_encounters=0)) == []
