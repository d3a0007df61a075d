"""A path leads to what stands in a parsed file, or says why it leads nowhere."""

from typing import Any

import pytest

from mips_ia.reading.paths import addable, leaves, nowhere, put, quoted, sentence, standing, written

RULES: dict[str, Any] = {
    "rules": {
        "status": "final",
        "full_credit": {"value": 40, "says": "Of 40", "cite": "a"},
        "threshold": [
            {"at_least": 1, "says": "One", "cite": "b"},
            {"percent": 50, "says": "Half", "cite": "c"},
        ],
        "special": {"rural": {"special": True, "says": "Rural", "cite": "d"}},
        "window": {"submission": {"says": "By then", "cite": "e"}},
    },
    "activities": {"programs": ["mips"], "subcategory": {"none": {"IA_PCMH": ["Medical home", "high", 1]}}},
    "mvps": {"M0001": {"title": "An MVP", "activities": ["IA_PCMH"]}},
}


def path(text: str) -> tuple[str, ...]:
    return tuple(text.split("."))


def test_a_table_has_a_path_for_each_value_in_it_and_a_list_is_one_value() -> None:
    table = {"a": 1, "b": {"c": [2, 3], "d": {}}}

    assert [*leaves(table)] == [(("a",), 1), (("b", "c"), [2, 3])]


def test_a_step_that_is_no_bare_word_is_quoted() -> None:
    assert written(["weights", "0", "rows", "cost pi", "IA-1"]) == 'weights.0.rows."cost pi".IA-1'
    assert written([""]) == '""'
    assert quoted('a"b\x7f') == '"a\\"b\\u007f"'


@pytest.mark.parametrize(
    ("steps", "value"),
    [
        ("rules.full_credit.value", 40),
        ("rules.threshold.1.percent", 50),
        ("activities.subcategory.none.IA_PCMH.1", "high"),
        ("rules.threshold.2.percent", None),
        ("rules.threshold.one.percent", None),
        ("rules.full_credit.value.more", None),
        ("rules.special.rural.everybody", None),
    ],
)
def test_what_stands_at_a_path_is_found_or_nothing_does(steps: str, value: object) -> None:
    assert standing(RULES, path(steps)) == value


@pytest.mark.parametrize(
    "steps",
    ["rules.full_credit.value", "rules.special.rural.everybody", "rules.threshold.0.percent",
     "rules.window.submission.opens"],
)  # fmt: skip
def test_a_path_leads_to_a_value_or_to_a_field_that_the_clause_may_have(steps: str) -> None:
    assert nowhere(RULES, path(steps)) == ""


@pytest.mark.parametrize(
    ("steps", "why"),
    [
        ("rules.full_credit.percent", "rules.full_credit has no percent; it has value, says, cite."),
        ("rules.full_credit.percent.0", "rules.full_credit has no percent; it has value, says, cite."),
        ("rules.special.rural.often", "rules.special.rural has no often; it has special, says, cite."),
        ("rules.special.hpsa.everybody", "rules.special has no hpsa; it has rural."),
        ("rules.threshold.2.percent", "rules.threshold is a list, whose places are 0 to 1, not 2."),
        ("rules.status.0", "rules.status is 'final', and nothing stands below it."),
        ("mvps.M0001.everybody", "mvps.M0001 has no everybody; it has title, activities."),
    ],
)  # fmt: skip
def test_a_path_that_leads_nowhere_says_where_it_ends_and_what_is_there(steps: str, why: str) -> None:
    assert nowhere(RULES, path(steps)) == why


def test_of_many_names_a_dozen_are_listed() -> None:
    many = {"a": {f"n{number}": 0 for number in range(13)}}

    assert nowhere(many, ("a", "b")).endswith("n10, n11, ….")


def test_a_field_that_may_be_added_is_read_by_its_type() -> None:
    read = addable(RULES["rules"]["special"]["rural"], "everybody")

    assert read is not None
    assert read(False, "here") is False
    assert addable(RULES["rules"]["special"]["rural"], "cite_more") is None
    assert addable("final", "everybody") is None


@pytest.mark.parametrize(
    ("steps", "says"),
    [
        ("rules.threshold.1.percent", "Half"),
        ("rules.special.rural.everybody", "Rural"),
        ("activities.subcategory.none.IA_PCMH.1", "Medical home"),
        ("activities.programs.0", ""),
        ("mvps.M0001.activities.0", "An MVP"),
        ("rules.status", ""),
    ],
)
def test_a_value_has_the_sentence_of_its_clause_or_the_title_of_its_activity_or_mvp(
    steps: str, says: str
) -> None:
    assert sentence(RULES, path(steps)) == says


def test_another_value_is_put_there_and_the_clause_no_longer_cites_its_source_alone() -> None:
    after = put(RULES, path("rules.threshold.1.percent"), 75)

    assert after["rules"]["threshold"] == [
        {"at_least": 1, "says": "One", "cite": "b"},
        {"percent": 75, "says": "Half", "cite": "by a reform, in place of c"},
    ]
    assert RULES["rules"]["threshold"][1]["percent"] == 50
    assert {**after, "rules": {**after["rules"], "threshold": RULES["rules"]["threshold"]}} == RULES


def test_a_clause_that_is_changed_twice_says_so_once() -> None:
    once = put(RULES, path("rules.special.rural.special"), False)
    twice = put(once, path("rules.special.rural.everybody"), True)

    assert twice["rules"]["special"]["rural"] == {
        "special": False, "everybody": True, "says": "Rural", "cite": "by a reform, in place of d",
    }  # fmt: skip


def test_what_is_no_clause_has_no_source_to_mark() -> None:
    after = put(RULES, path("activities.subcategory.none.IA_PCMH.1"), "medium")

    assert after["activities"]["subcategory"]["none"] == {"IA_PCMH": ["Medical home", "medium", 1]}
