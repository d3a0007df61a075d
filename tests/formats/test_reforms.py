"""A reform is given in a file or in words, checked against every year, and written to be read again."""

import tomllib
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given as worked_with
from hypothesis import settings
from hypothesis import strategies as st

from mips_ia import Refused, years
from mips_ia.formats.reforms import as_plain, as_toml, checked, given, toml_value
from mips_ia.reading.reform import Reform, laid_out, read


def refused(*of: Any) -> list[str]:
    with pytest.raises(Refused) as refusal:
        checked(given(*of))
    return [f"{each.code} {each.where}: {each.what}" for each in refusal.value.problems]


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "reform.toml"
    path.write_text('title = "Three quarters"\n2025.rules.threshold.1.percent = 75\n', encoding="utf-8")
    return path


# ---- Given in words


def test_a_setting_without_a_year_is_for_every_year() -> None:
    found = given(None, ["rules.threshold.1.percent=75", "2025.rules.threshold.1.percent = 60"])

    assert found.title == "rules.threshold.1.percent=75; 2025.rules.threshold.1.percent = 60"
    assert found.over == {
        "every": {"rules": {"threshold": {"1": {"percent": 75}}}},
        "2025": {"rules": {"threshold": {"1": {"percent": 60}}}},
    }


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("high", "high"),
        ('"high"', "high"),
        ("", ""),
        ("two words=", "two words="),
        ("75", 75),
        ("false", False),
        ("[1, 2]", [1, 2]),
        ("2026-03-31", date(2026, 3, 31)),
    ],
)
def test_a_value_is_written_as_toml_and_is_a_text_where_it_is_none(text: str, value: object) -> None:
    assert given(None, [f'rules.rows."cost pi"={text}']).over == {
        "every": {"rules": {"rows": {"cost pi": value}}}
    }


def test_a_status_is_said_of_everybody_or_of_nobody() -> None:
    found = given(None, (), ["rural=yes", "small_practice=no"])

    assert found.over == {
        "every": {
            "rules": {"special": {"rural": {"everybody": True}, "small_practice": {"everybody": False}}}
        }
    }
    assert found.title == "rural=yes; small_practice=no"
    assert {each.year for each in checked(found)} == {*years()}


def test_words_go_before_the_file_and_stand_in_the_title(file: Path) -> None:
    found = given(file, ["2025.rules.threshold.1.percent=60"], ["rural=yes"])

    assert found.title == "Three quarters; 2025.rules.threshold.1.percent=60; rural=yes"
    assert found.over["2025"] == {"rules": {"threshold": {"1": {"percent": 60}}}}
    assert found.where == "reform.toml"


def test_nothing_given_is_no_reform() -> None:
    assert refused(None) == ["no_reform reform: Nothing is to be changed."]


def test_every_word_that_cannot_be_read_is_named_beside_the_faults_of_the_file(file: Path) -> None:
    file.write_text("2025.rules = 3\n", encoding="utf-8")

    assert refused(file, ["rules.threshold", "=3"], ["rural", "rural=perhaps"]) == [
        "bad_reform reform.toml: title: It has no title.",
        "bad_reform reform.toml: 2025.rules: A year has the tables rules, activities, mvps.",
        "bad_setting rules.threshold: It is no setting.",
        "bad_setting =3: It is no setting.",
        "bad_setting rural: It does not say who has the status.",
        "bad_setting rural=perhaps: It does not say who has the status.",
    ]


def test_a_setting_of_a_table_that_no_year_has_is_refused() -> None:
    assert refused(None, ["full_credit.value=30"]) == [
        "bad_reform reform: every.full_credit: A year has the tables rules, activities, mvps."
    ]


# ---- Checked


def test_a_reform_says_what_it_changes_in_each_year(file: Path) -> None:
    found = given(file)

    assert as_plain(found, checked(found)) == {
        "title": "Three quarters",
        "changes": [
            {
                "year": 2025,
                "path": "rules.threshold.1.percent",
                "from": 50,
                "to": 75,
                "says": "At least half of the NPIs who bill under the TIN, or are in the subgroup, must do "
                "the same activity, each in any period of the year; exactly half is enough",
            }
        ],
    }


def test_rules_that_no_longer_hold_together_are_refused_with_every_reason() -> None:
    settings_ = ["2025.rules.full_credit.value=30", "2026.rules.status=law",
                 "2025.activities.subcategory.careCoordination.IA_CC_7.1=heavy"]  # fmt: skip

    assert refused(None, settings_) == [
        f"does_not_hold reform: 2025/rules.toml (as reformed) {place}: "
        "[40] is not between 1 and the full credit of 30."
        for place in ("scale 1", "scale 2", "credit 1", "credit 2")
    ] + [
        "does_not_hold reform: 2025/activities.toml, mvps.toml (as reformed): IA_CC_7 = [title, high or "
        "medium or nothing, first year], not ['Regular training in care coordination', 'heavy', 2017].",
        "does_not_hold reform: 2026/rules.toml (as reformed) status: it is final or proposed, not 'law'.",
    ]


def test_a_full_credit_of_30_takes_all_that_would_be_above_it() -> None:
    paths = ["full_credit.value", "scale.0.points.activity", "scale.1.points.activity", "credit.0.points",
             "credit.1.points"]  # fmt: skip

    found = checked(given(None, [f"2025.rules.{path}=30" for path in paths]))

    assert [(each.before, each.after) for each in found] == [(40, 30)] * 5


# ---- Written

VALUES = st.recursive(
    st.booleans()
    | st.integers(-(2**63), 2**63 - 1)
    | st.text(st.characters(exclude_categories=["Cs"]))
    | st.dates(date(1, 1, 1))
    | st.datetimes(datetime(1900, 1, 1))  # noqa: DTZ001 - a day and time without a place
    | st.floats(allow_nan=False),
    lambda each: st.lists(each, max_size=3) | st.dictionaries(st.text(max_size=3), each, max_size=3),
    max_leaves=6,
)


@settings(derandomize=True, max_examples=100, deadline=None, database=None)
@worked_with(VALUES)
def test_a_value_that_is_written_is_read_again(value: object) -> None:
    assert tomllib.loads(f"value = {toml_value(value)}") == {"value": value}


@pytest.mark.parametrize(
    "over",
    [
        {},
        {"2025": {"rules": {"a b": {"c": [1, {"d": "e"}]}}}, "every": {"mvps": {"": {"x.y": False}}}},
        {"every": {"rules": {"window": {"submission": {"closes": date(2026, 3, 31)}}}}},
    ],
)
def test_a_reform_that_is_written_is_read_again(over: dict[str, Any], tmp_path: Path) -> None:
    reform = laid_out({"title": 'What "if"', **over}, "again.toml")

    (tmp_path / "again.toml").write_text(as_toml(reform), encoding="utf-8")

    assert read(tmp_path / "again.toml") == Reform(reform.title, over, "again.toml")
