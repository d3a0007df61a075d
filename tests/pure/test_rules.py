"""A year's rules hold together, or are not used at all."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from mips_ia import DataFault, Refused, rules, years
from mips_ia.reading.clauses import CATEGORIES
from mips_ia.reading.yearbook import Yearbook, yearbook
from mips_ia.rules import rules_of

FACTS = (
    "['activity_attested', 'apm', 'apm_entity', 'apm_scoring_standard', 'app', 'extreme_circumstances', "
    "'group', 'individual', 'medical_home', 'mips_apm', 'mvp', 'quality_and_pi_submitted', 'small_practice', "
    "'special_status', 'study', 'subgroup', 'traditional', 'virtual_group']"
)
GRANT = "['any_of', 'assumption', 'cite', 'confidence', 'points', 'reading', 'says', 'unless', 'when']"

TOTAL = "quality cost ia pi total 100, 0 for what is not scored"


def with_section(name: str, section: Any) -> Yearbook:
    """The year 2026 with one section of its rules written otherwise."""
    book = yearbook(2026)
    return replace(book, rules={**book.rules, name: section})


def with_clause(name: str, place: int, **changes: Any) -> Yearbook:
    """The year 2026 with one clause of a list written otherwise."""
    clauses = [*yearbook(2026).rules[name]]
    clauses[place] = {**clauses[place], **changes}
    return with_section(name, clauses)


def with_table(name: str, id: str, **changes: Any) -> Yearbook:
    """The year 2026 with one named clause written otherwise."""
    tables = yearbook(2026).rules[name]
    return with_section(name, {**tables, id: {**tables[id], **changes}})


def without(clause: dict[str, Any], *names: str) -> dict[str, Any]:
    return {name: value for name, value in clause.items() if name not in names}


def fault(book: Yearbook) -> str:
    with pytest.raises(DataFault) as found:
        rules_of(book)
    return str(found.value)


@pytest.mark.parametrize("year", years())
def test_full_credit_is_40_points_in_every_year(year: int) -> None:
    assert rules(year).full_credit.value == 40


@pytest.mark.parametrize("year", years())
def test_only_2027_is_proposed(year: int) -> None:
    assert rules(year).status == ("proposed" if year == 2027 else "final")


@pytest.mark.parametrize("year", years())
def test_every_clause_has_a_sentence_a_source_and_its_confidence(year: int) -> None:
    for place, clause in rules(year).clauses():
        assert clause.says.strip(), place
        assert clause.cite.strip(), place
        assert clause.confidence == "high" or clause.assumption.strip(), place


@pytest.mark.parametrize("year", years())
def test_what_is_not_scored_weighs_nothing_and_the_rest_weigh_100(year: int) -> None:
    for table in rules(year).weights:
        for missing, row in table.rows.items():
            assert sum(row) == 100
            assert all(row[CATEGORIES.index(category)] == 0 for category in missing)


def test_the_rules_know_the_fingerprint_of_the_data_they_come_from() -> None:
    assert rules(2026).edition == yearbook(2026).edition
    assert rules(2026).edition.startswith("2026-")


def test_clauses_are_listed_with_their_places_as_a_person_would_read_them() -> None:
    places = [place for place, _ in rules(2026).clauses()]

    assert places[:6] == ["full_credit", "two_categories", "scale", "scale", "scale", "credit"]
    assert "special.small_practice" in places
    assert "window.submission" in places
    assert places[-1] == "reading.mvp_half_credit"
    assert "taken" not in places


def test_rules_are_known_from_the_day_they_were_published() -> None:
    assert rules(2026, date(2025, 11, 5)).year == 2026


def test_rules_that_were_not_yet_published_are_refused() -> None:
    with pytest.raises(Refused) as refused:
        rules(2026, date(2025, 11, 4))

    assert str(refused.value) == (
        "as known on 2025-11-04: The rules of 2026 became known on 2025-11-05 (90 FR 49266). "
        "Ask for that day or a later one."
    )


def test_the_half_credit_is_read_as_a_floor_unless_one_asks_for_the_other_reading() -> None:
    usual = rules(2026)
    other = usual.read_as(half_credit="baseline")

    assert "half_credit=floor" in usual.taken
    assert other.taken == {"half_credit=baseline", "mvp_half_credit=does_not_apply"}
    assert "half_credit=floor" in usual.taken


def test_a_clause_is_in_force_under_its_own_reading_only() -> None:
    year = rules(2026)
    baseline = year.credit[-1]

    assert baseline.reading == "half_credit=baseline"
    assert not year.in_force(baseline)
    assert year.read_as(half_credit="baseline").in_force(baseline)
    assert year.in_force(year.full_credit)


def test_a_reading_that_the_year_does_not_have_is_refused_with_those_it_has() -> None:
    with pytest.raises(Refused) as refused:
        rules(2017).read_as(half_credit="ceiling", mvp_half_credit="applies")

    assert str(refused.value) == (
        "half_credit=ceiling: 2017 has these readings: half_credit=floor, half_credit=baseline.\n"
        "mvp_half_credit=applies: 2017 has these readings: half_credit=floor, half_credit=baseline."
    )


def test_a_year_without_readings_says_that_it_has_none() -> None:
    plain = replace(rules(2026), reading={})

    with pytest.raises(Refused) as refused:
        plain.read_as(half_credit="floor")

    assert str(refused.value) == "half_credit=floor: 2026 has these readings: none."


def test_the_readings_that_can_be_taken_are_listed_ours_first() -> None:
    assert rules(2026).choices() == [
        "half_credit=floor",
        "half_credit=baseline",
        "mvp_half_credit=does_not_apply",
        "mvp_half_credit=applies",
    ]


def test_rules_are_read_once_however_they_are_asked_for() -> None:
    assert rules(2026) is rules(2026, None)
    assert rules(2026) is rules(2026, as_known_on=date(2026, 1, 1))


# ---- Faults in a folder: each with the file, the place in it, and what must be.


def test_a_section_that_the_rules_do_not_have_is_a_fault() -> None:
    assert fault(with_section("scales", [])).startswith(
        "2026/rules.toml: unknown ['scales']; a Rules has ['credit', "
    )


def test_a_section_that_is_missing_is_a_fault() -> None:
    book = yearbook(2026)

    assert fault(replace(book, rules=without(book.rules, "scale"))) == (
        "2026/rules.toml: ['scale'] must be given"
    )


def test_a_key_that_a_clause_does_not_have_is_a_fault() -> None:
    assert fault(with_clause("credit", 0, point=40)) == (
        f"2026/rules.toml credit 1: unknown ['point']; a Grant has {GRANT}"
    )


def test_a_key_that_is_missing_from_a_clause_is_a_fault() -> None:
    (first, *others) = yearbook(2026).rules["credit"]

    assert fault(with_section("credit", [without(first, "says"), *others])) == (
        "2026/rules.toml credit 1: ['says'] must be given"
    )


@pytest.mark.parametrize("where", ["when", "any_of", "unless"])
def test_a_fact_that_nobody_knows_is_a_fault(where: str) -> None:
    assert fault(with_clause("floor", 0, **{where: ["left_handed"]})) == (
        f"2026/rules.toml floor 1: no fact is called ['left_handed']; there are {FACTS}"
    )


def test_a_confidence_that_is_none_is_a_fault() -> None:
    assert fault(with_table("special", "rural", confidence="certain")) == (
        "2026/rules.toml special.rural: confidence is high, medium or low, not 'certain'"
    )


@pytest.mark.parametrize("confidence", ["medium", "low"])
def test_a_clause_that_is_not_sure_and_names_no_assumption_is_a_fault(confidence: str) -> None:
    changed = {**yearbook(2026).rules["full_credit"], "confidence": confidence, "assumption": ""}

    assert fault(with_section("full_credit", changed)) == (
        f"2026/rules.toml full_credit: a clause of {confidence} confidence names its assumption"
    )


def test_a_row_of_weights_for_a_category_that_is_none_is_a_fault() -> None:
    assert fault(
        with_clause("weights", 2, rows={"nothing": [30, 30, 15, 25], "quality aci": [0, 30, 15, 55]})
    ) == (f"2026/rules.toml weights 3: aci quality = [0, 30, 15, 55]: {TOTAL}")


def test_weights_that_do_not_total_100_are_a_fault() -> None:
    assert fault(with_clause("weights", 2, rows={"nothing": [30, 30, 15, 24]})) == (
        f"2026/rules.toml weights 3: nothing = [30, 30, 15, 24]: {TOTAL}"
    )


@pytest.mark.parametrize("row", [[45, 30, 25], [30, 30, 15, 25, 0]])
def test_a_row_of_weights_for_more_or_fewer_than_four_categories_is_a_fault(row: list[int]) -> None:
    assert fault(with_clause("weights", 2, rows={"nothing": row})) == (
        f"2026/rules.toml weights 3: nothing = {row}: {TOTAL}"
    )


def test_weights_without_a_row_for_nothing_missing_are_a_fault() -> None:
    assert fault(with_clause("weights", 2, rows={"cost": [55, 0, 15, 30]})) == (
        f"2026/rules.toml weights 3: nothing = []: {TOTAL}"
    )


def test_a_weight_for_what_is_not_scored_is_a_fault() -> None:
    rows = {"nothing": [30, 30, 15, 25], "pi quality": [10, 40, 50, 0]}

    assert fault(with_clause("weights", 1, rows=rows)) == (
        f"2026/rules.toml weights 2: pi quality = [10, 40, 50, 0]: {TOTAL}"
    )


@pytest.mark.parametrize(
    "given", ["three_quarters=floor", "half_credit=ceiling", "half_credit", "half_credit="]
)
def test_a_clause_of_a_reading_that_is_none_is_a_fault(given: str) -> None:
    assert fault(with_clause("floor", 0, reading=given)) == (
        f"2026/rules.toml floor 1: there is no reading {given!r}"
    )


@pytest.mark.parametrize("name", ["credit", "floor"])
@pytest.mark.parametrize("points", [41, 0, -20])
def test_a_grant_of_no_points_or_more_than_full_credit_is_a_fault(name: str, points: int) -> None:
    assert fault(with_clause(name, 0, points=points)) == (
        f"2026/rules.toml {name} 1: [{points}] is not between 1 and the full credit of 40"
    )


@pytest.mark.parametrize("points", [60, 41, 0, -10])
def test_an_activity_of_no_points_or_more_than_full_credit_is_a_fault(points: int) -> None:
    assert fault(with_clause("scale", 2, points={"activity": points})) == (
        f"2026/rules.toml scale 3: [{points}] is not between 1 and the full credit of 40"
    )


def test_each_weight_of_a_scale_is_held_to_full_credit() -> None:
    assert fault(with_clause("scale", 2, points={"medium": 0, "high": 20})) == (
        "2026/rules.toml scale 3: [0, 20] is not between 1 and the full credit of 40"
    )


@pytest.mark.parametrize("points", [1, 40])
def test_a_grant_of_one_point_and_of_full_credit_can_be(points: int) -> None:
    assert rules_of(with_clause("credit", 0, points=points)).credit[0].points == points


def test_a_full_credit_of_nothing_is_a_fault() -> None:
    nothing = {**yearbook(2026).rules["full_credit"], "value": 0}

    assert fault(with_section("full_credit", nothing)).splitlines()[0] == (
        "2026/rules.toml scale 1: [40] is not between 1 and the full credit of 0"
    )


def test_all_faults_of_a_year_are_told_at_once() -> None:
    first, second, *rest = yearbook(2026).rules["period"]
    book = with_section("period", [{**first, "months": 0}, {**second, "confidence": "sure"}, *rest])

    assert fault(book) == (
        "2026/rules.toml period 1: it takes days or months: one of the two, and 1 or more\n"
        "2026/rules.toml period 2: confidence is high, medium or low, not 'sure'\n"
        "2026/rules.toml period 2: a clause of sure confidence names its assumption"
    )


@pytest.mark.parametrize("name", ["keep_years", "keep_years_advised", "audit_days"])
def test_a_number_that_every_year_needs_and_that_is_missing_is_a_fault(name: str) -> None:
    numbers = yearbook(2026).rules["number"]

    assert fault(with_section("number", without(numbers, name))) == (
        f"2026/rules.toml number: ['{name}'] must be given"
    )


@pytest.mark.parametrize(
    ("name", "section", "said"),
    [
        ("window", {}, ": 'submission' is missing"),
        ("threshold", [], ": tuple index out of range"),
        ("special", [], " special: it is a table, not []"),
        ("two_categories", 2, " two_categories: it is a table, not 2"),
    ],
)
def test_a_section_of_another_shape_is_a_fault_that_names_the_file(
    name: str, section: Any, said: str
) -> None:
    assert fault(with_section(name, section)) == f"2026/rules.toml{said}"


@pytest.mark.parametrize("name", ["scale", "threshold", "medical_home", "weights"])
def test_a_list_whose_last_clause_is_not_for_everybody_is_a_fault(name: str) -> None:
    assert fault(with_clause(name, -1, when=["group"])) == (
        f"2026/rules.toml {name}: the last clause must hold for everybody"
    )


def test_a_last_clause_for_some_of_those_it_names_is_a_fault_too() -> None:
    assert fault(with_clause("scale", -1, any_of=["group", "individual"])) == (
        "2026/rules.toml scale: the last clause must hold for everybody"
    )


def test_a_last_period_for_some_activities_only_is_a_fault() -> None:
    assert fault(with_clause("period", -1, activities=["IA_BE_4"])) == (
        "2026/rules.toml period: the last clause must hold for everybody"
    )


@pytest.mark.parametrize("days", [0, -1])
def test_a_period_of_no_days_is_a_fault(days: int) -> None:
    assert (
        fault(with_clause("period", 1, days=days))
        == "2026/rules.toml period 2: it takes days or months: one of the two, and 1 or more"
    )


def test_a_period_of_neither_days_nor_months_is_a_fault() -> None:
    *own, general = yearbook(2026).rules["period"]

    assert fault(with_section("period", [*own, without(general, "days")])) == (
        "2026/rules.toml period 4: it takes days or months: one of the two, and 1 or more"
    )


def test_a_period_of_days_and_months_is_a_fault() -> None:
    assert fault(with_clause("period", -1, months=3)) == (
        "2026/rules.toml period 4: it takes days or months: one of the two, and 1 or more"
    )


def test_a_threshold_of_neither_a_share_nor_a_number_is_a_fault() -> None:
    *own, general = yearbook(2026).rules["threshold"]

    assert fault(with_section("threshold", [*own, without(general, "percent")])) == (
        "2026/rules.toml threshold 2: it takes percent or at_least: one of the two, and 1 or more"
    )


def test_a_year_is_final_or_proposed_and_known_on_a_day() -> None:
    assert fault(with_section("status", "propsed")) == (
        "2026/rules.toml status: it is final or proposed, not 'propsed'"
    )
    assert fault(with_section("known_on", "2025")) == "2026/rules.toml known_on: it is a day, not '2025'"


def test_a_last_clause_that_leaves_some_out_is_a_fault() -> None:
    assert fault(with_clause("scale", -1, unless=["group"])) == (
        "2026/rules.toml scale: the last clause must hold for everybody"
    )


@pytest.mark.parametrize("length", [{"days": 1}, {"months": 1}])
def test_a_period_of_one_day_or_one_month_can_be(length: dict[str, int]) -> None:
    *own, general = yearbook(2026).rules["period"]
    book = with_section("period", [*own, without(general, "days") | length])

    period = rules_of(book).period[-1]

    assert {"days": period.days, "months": period.months} == {"days": None, "months": None} | length


def test_data_that_are_not_submitted_the_year_after_are_a_fault() -> None:
    assert fault(with_table("window", "submission", closes=date(2026, 3, 31))) == (
        "2026/rules.toml window.submission: data of 2026 are submitted the year after"
    )


@pytest.mark.parametrize("opens", [date(2026, 12, 1), date(2025, 11, 28)])
def test_a_window_that_opens_after_it_closes_or_lasts_more_than_a_year_is_a_fault(opens: date) -> None:
    assert fault(with_table("window", "mvp_registration", opens=opens)) == (
        "2026/rules.toml window.mvp_registration: it must open before it closes, within a year"
    )


def test_a_window_of_one_day_is_none() -> None:
    book = with_table("window", "mvp_registration", opens=date(2026, 11, 30))

    assert rules_of(book).window["mvp_registration"].opens == date(2026, 11, 30)
