"""A guide is read from its file, and a fault in it names the file, the place, and what must be."""

import json
import shutil
from fractions import Fraction
from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mips_ia import DataFault
from mips_ia.reading.guides import (
    GUIDES,
    Criterion,
    Guide,
    Kind,
    Leaf,
    Measure,
    Node,
    called,
    guide,
    guided,
    guides,
    kinds,
    leaves,
    outline,
)

MEANING = {
    "since": "2018",
    "summary": '"You do something."',
    "good_for": '"Anybody."',
    "effort": '"low"',
    "because": '"It is short."',
    "requirement": '"policy"',
    "source": '"CMS 2018"',
}
LEAF = {"says": '"The policy."', "kinds": '["policy"]', "dated": '"in_force"', "source": '"CMS 2018"'}
SHARE = {
    "unit": '"patient"',
    "numerator": '"Patients who were asked"',
    "denominator": '"All patients"',
    "percent": "75",
}


def lines(table: dict[str, str], changes: dict[str, str]) -> str:
    """A table in TOML with some keys written otherwise; one that is blank is left out."""
    return "\n".join(f"{name} = {value}" for name, value in (table | changes).items() if value)


def meaning(**changes: str) -> str:
    return f"[[meaning]]\n{lines(MEANING, changes)}\n"


def leaf(name: str = "policy", **changes: str) -> str:
    return f"[leaf.{name}]\n{lines(LEAF, changes)}\n"


def measure(**changes: str) -> str:
    return f"[leaf.policy.measure]\n{lines(SHARE, changes)}\n"


def criterion(**changes: str) -> str:
    given = {"column": '"asked"', "says": '"They were asked"', "role": '"numerator"'}
    return f"[[leaf.policy.measure.criteria]]\n{lines(given, changes)}\n"


def read(folder: Path, text: str) -> tuple[Guide, ...]:
    """The meanings that a file states."""
    (folder / "IA_BE_4.toml").write_text(text, encoding="utf-8")
    return guides("IA_BE_4", folder)


def fault(folder: Path, text: str) -> str:
    with pytest.raises(DataFault) as found:
        read(folder, text)
    return str(found.value)


# ---- What is read


def test_the_smallest_guide_is_one_meaning_and_one_leaf(tmp_path: Path) -> None:
    assert read(tmp_path, meaning() + leaf()) == (
        Guide(
            id="IA_BE_4",
            since=2018,
            summary="You do something.",
            good_for="Anybody.",
            effort="low",
            because="It is short.",
            requirement=Leaf(
                id="policy", says="The policy.", kinds=("policy",), dated="in_force", source="CMS 2018"
            ),
            source="CMS 2018",
        ),
    )


def test_a_measure_is_read_with_its_criteria(tmp_path: Path) -> None:
    text = meaning() + leaf() + measure() + criterion() + criterion(column='"age"', at_least="65")

    (found,) = read(tmp_path, text)

    assert isinstance(found.requirement, Leaf)
    assert found.requirement.measure == Measure(
        unit="patient",
        numerator="Patients who were asked",
        denominator="All patients",
        percent=75,
        criteria=(
            Criterion(column="asked", says="They were asked", role="numerator"),
            Criterion(column="age", says="They were asked", role="numerator", at_least=65),
        ),
    )


@pytest.mark.parametrize(
    ("requirement", "least", "lines"),
    [
        ('{ all_of = ["a", "b", "c"] }', 3, "All of these 3"),
        ('{ any_of = ["a", "b", "c"] }', 1, "At least 1 of these 3"),
        ('{ at_least = 2, of = ["a", "b", "c"] }', 2, "At least 2 of these 3"),
        ('{ of = ["a", "b", "c"], at_least = 3 }', 3, "All of these 3"),
    ],
)
def test_a_requirement_says_how_many_of_its_parts_are_asked_for(
    tmp_path: Path, requirement: str, least: int, lines: str
) -> None:
    text = meaning(requirement=requirement) + leaf("a") + leaf("b") + leaf("c")

    (found,) = read(tmp_path, text)

    assert isinstance(found.requirement, Node)
    assert found.requirement.least == least
    assert [each.id for each in leaves(found.requirement)] == ["a", "b", "c"]
    assert [*outline(found.requirement)] == [
        f"- {lines}:",
        "  - a: The policy.",
        "  - b: The policy.",
        "  - c: The policy.",
    ]


def test_meanings_follow_each_other_and_a_year_between_them_has_none(tmp_path: Path) -> None:
    text = meaning(until="2019") + meaning(since="2021", until="2021") + meaning(since="2022") + leaf()
    read(tmp_path, text)

    found = {year: guide("IA_BE_4", year, tmp_path) for year in range(2017, 2024)}

    assert {year: each and each.since for year, each in found.items()} == {
        2017: None, 2018: 2018, 2019: 2018, 2020: None, 2021: 2021, 2022: 2022, 2023: 2022,
    }  # fmt: skip


def test_an_activity_without_a_file_has_no_guide(tmp_path: Path) -> None:
    (tmp_path / "IA_BE_5.toml").write_text(meaning() + leaf())
    (tmp_path / "kinds.toml").write_text('[policy]\ncalled = "policy"\nsays = "Rules"\n')
    (tmp_path / "README.md").touch()

    assert guided(tmp_path) == ("IA_BE_5",)
    assert guides("IA_BE_6", tmp_path) == ()
    assert guides("kinds", tmp_path) == ()  # no activity, though there is such a file
    assert guides("../IA_BE_5", tmp_path / "none") == ()
    assert guide("IA_BE_6", 2026, tmp_path) is None


def test_the_kinds_of_document_are_read_by_name(tmp_path: Path) -> None:
    (tmp_path / "kinds.toml").write_text('[ehr_report]\ncalled = "EHR report"\nsays = "Counts"\n')

    assert kinds(tmp_path) == {"ehr_report": Kind(called="EHR report", says="Counts")}


def test_a_kind_that_is_none_is_called_by_its_name() -> None:
    assert (called("ehr_report"), called("napkin")) == ("EHR report", "napkin")


# ---- Faults


def test_a_file_that_is_no_toml_is_a_fault_that_names_folder_and_file(tmp_path: Path) -> None:
    assert fault(tmp_path, "[[meaning]\n").startswith(f"{tmp_path.name}/IA_BE_4.toml: Expected ']]'")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('policy = "Rules"', "kinds.toml policy: it is a table, not 'Rules'"),
        ("[policy]", "kinds.toml policy: ['called', 'says'] must be given"),
        ('[policy]\ncalled = "policy"\nsays = 1', "kinds.toml policy says: it is text, not 1"),
        ('[policy]\nsays = ""\nis = ""', "kinds.toml policy: unknown ['is']; a Kind has ['called', 'says']"),
    ],
)
def test_a_kind_of_document_without_its_sentence_is_a_fault(tmp_path: Path, text: str, said: str) -> None:
    (tmp_path / "kinds.toml").write_text(text)

    with pytest.raises(DataFault) as found:
        kinds(tmp_path)

    assert str(found.value) == said


WAYS = "it is a leaf's name, all_of, any_of, or at_least with of; not "
MANY = "two or more are listed, and from 1 to all of them are asked for"
FOLLOW = "IA_BE_4.toml: meanings follow each other, each from a year to the same or a later one"
EITHER = "IA_BE_4.toml leaf.policy measure: it is a percent of a denominator, or at_least a number"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        # of the file
        (
            meaning() + leaf() + "[leaves]\n",
            "IA_BE_4.toml: unknown ['leaves']; a guide has [[meaning]] and [leaf.NAME]",
        ),
        (leaf(), "IA_BE_4.toml: no requirement names the leaves ['policy']"),
        (
            meaning() + leaf() + leaf("b") + leaf("a"),
            "IA_BE_4.toml: no requirement names the leaves ['a', 'b']",
        ),
        ("meaning = 3\n", "IA_BE_4.toml: 'int' object is not iterable"),
        ('meaning = ["policy"]\n' + leaf(), "IA_BE_4.toml: 'str' object has no attribute 'get'"),
        ("leaf = 3\n" + meaning(), "IA_BE_4.toml: 'int' object has no attribute 'items'"),
        # of the years of its meanings
        ("", FOLLOW),
        (meaning(until="2017") + leaf(), FOLLOW),
        (meaning(until="2020") + meaning(since="2020") + leaf(), FOLLOW),
        (meaning() + meaning(since="2020") + leaf(), FOLLOW),
        (meaning(since="2020") + meaning(until="2019") + leaf(), FOLLOW),
        # of a meaning
        (meaning(summary="") + leaf(), "IA_BE_4.toml meaning 1: ['summary'] must be given"),
        (
            meaning(until="2020") + meaning(since='"2021"') + leaf(),
            "IA_BE_4.toml meaning 2 since: it is a whole number, not '2021'",
        ),
        (
            meaning(effort='"little"') + leaf(),
            "IA_BE_4.toml 2018: effort is one of low, medium, high; not 'little'",
        ),
        (
            meaning(confidence='"sure"') + leaf(),
            "IA_BE_4.toml 2018: confidence is one of high, medium, low; not 'sure'",
        ),
        # of a requirement
        (meaning(requirement="") + leaf(), f"IA_BE_4.toml meaning 1 requirement: {WAYS}None"),
        (meaning(requirement='["policy"]') + leaf(), f"IA_BE_4.toml meaning 1 requirement: {WAYS}['policy']"),
        (
            meaning(requirement='{ at_least = 2, all_of = ["policy"] }') + leaf(),
            f"IA_BE_4.toml meaning 1 requirement: {WAYS}{{'at_least': 2, 'all_of': ['policy']}}",
        ),
        (meaning(requirement="{}") + leaf(), f"IA_BE_4.toml meaning 1 requirement: {WAYS}{{}}"),
        (
            meaning(requirement='{ all_of = ["policy", 1] }') + leaf(),
            f"IA_BE_4.toml meaning 1 requirement 2: {WAYS}1",
        ),
        (
            meaning(requirement='"polcy"') + leaf() + leaf("log"),
            "IA_BE_4.toml meaning 1 requirement: there is no leaf 'polcy'; there are ['log', 'policy']",
        ),
        (
            meaning(requirement='{ any_of = ["policy", { all_of = ["policy", "log"] }] }') + leaf(),
            "IA_BE_4.toml meaning 1 requirement 2 2: there is no leaf 'log'; there are ['policy']",
        ),
        *(
            (meaning(requirement=given) + leaf() + leaf("b"), f"IA_BE_4.toml meaning 1 requirement: {MANY}")
            for given in (
                '{ all_of = ["policy"] }',
                "{ any_of = [] }",
                '{ all_of = "policy" }',
                '{ at_least = 0, of = ["policy", "b"] }',
                '{ at_least = 3, of = ["policy", "b"] }',
                '{ at_least = "two", of = ["policy", "b"] }',
                '{ at_least = true, of = ["policy", "b"] }',
                '{ at_least = 1.5, of = ["policy", "b"] }',
            )
        ),
        (
            meaning(requirement='{ any_of = ["policy", "b", "b", "policy"] }') + leaf() + leaf("b"),
            "IA_BE_4.toml 2018: the requirement names ['b', 'policy'] more than once",
        ),
        # of a leaf
        (meaning() + leaf(kinds=""), "IA_BE_4.toml leaf.policy: ['kinds'] must be given"),
        (meaning() + leaf(kinds='"policy"'), "IA_BE_4.toml leaf.policy kinds: it is a list, not 'policy'"),
        (
            meaning() + leaf(id='"policy"'),
            "IA_BE_4.toml leaf.policy: unknown ['id']; a Leaf has "
            "['confidence', 'dated', 'kinds', 'measure', 'phi', 'says', 'source']",
        ),
        (
            meaning() + leaf(dated='"ever"'),
            "IA_BE_4.toml leaf.policy: dated is one of window, throughout, in_force, year; not 'ever'",
        ),
        (
            meaning() + leaf(confidence='"sure"'),
            "IA_BE_4.toml leaf.policy: confidence is one of high, medium, low; not 'sure'",
        ),
        *(
            (
                meaning() + leaf(kinds=given),
                f"IA_BE_4.toml leaf.policy: kinds is one of {', '.join(kinds())}; not {wrong!r}",
            )
            for given, wrong in (("[]", ""), ('["policy", "memory"]', "memory"))
        ),
        # of a measure
        (meaning() + leaf() + measure(unit=""), "IA_BE_4.toml leaf.policy measure: ['unit'] must be given"),
        *(
            (meaning() + leaf() + measure(**given), EITHER)
            for given in (
                {"denominator": ""},
                {"more_than_percent": "75"},
                {"at_least": "8"},
                {"percent": "", "at_least": "8"},
                {"percent": "", "at_least": "8", "more_than_percent": "75", "denominator": ""},
                {"percent": "", "denominator": ""},
            )
        ),
        (
            meaning() + leaf() + measure(per='"group"'),
            "IA_BE_4.toml leaf.policy: per is one of practice, clinician; not 'group'",
        ),
        (
            meaning() + leaf() + measure() + criterion(role='"both"'),
            "IA_BE_4.toml leaf.policy asked: role is one of denominator, numerator, excluded; not 'both'",
        ),
        (
            meaning() + leaf() + measure() + criterion(at_least="6.5"),
            "IA_BE_4.toml leaf.policy measure criteria 1 at_least: it is a whole number, not 6.5",
        ),
    ],
)
def test_a_fault_names_the_file_the_place_and_what_must_be(tmp_path: Path, text: str, said: str) -> None:
    assert fault(tmp_path, text) == said


def test_the_faults_of_the_second_meaning_name_its_first_year(tmp_path: Path) -> None:
    text = meaning(until="2019") + meaning(since="2020", effort='"none"') + leaf()

    assert fault(tmp_path, text) == "IA_BE_4.toml 2020: effort is one of low, medium, high; not 'none'"


def test_a_copy_of_our_guides_reads_as_they_do(tmp_path: Path) -> None:
    shutil.copytree(GUIDES, tmp_path / "guides")

    assert guided(tmp_path / "guides") == guided()
    for id in guided()[::10]:
        assert guides(id, tmp_path / "guides") == guides(id)


# ---- Trees of any shape


def trees(names: list[str]) -> st.SearchStrategy[Any]:
    """Requirements of these leaves, each named once, as (how many, parts) or a name."""
    if len(names) == 1:
        return st.just(names[0])

    def split(cuts: set[int]) -> st.SearchStrategy[Any]:
        ends = [0, *sorted(cuts), len(names)]
        parts = [trees(names[a:b]) for a, b in pairwise(ends)]
        return st.tuples(st.integers(1, len(parts)), st.tuples(*parts))

    return st.sets(st.integers(1, len(names) - 1), min_size=1, max_size=3).flatmap(split)


def written(tree: Any) -> str:
    """A requirement as a file has it."""
    if isinstance(tree, str):
        return json.dumps(tree)
    least, parts = tree
    of = f"[{', '.join(map(written, parts))}]"
    if least == len(parts):
        return f"{{ all_of = {of} }}"
    return f"{{ any_of = {of} }}" if least == 1 else f"{{ at_least = {least}, of = {of} }}"


def shape(part: Leaf | Node) -> Any:
    return part.id if isinstance(part, Leaf) else (part.least, tuple(map(shape, part.of)))


@given(st.integers(1, 6).flatmap(lambda count: trees([f"leaf_{n}" for n in range(count)])))
def test_a_tree_of_any_shape_is_read_as_it_is_written(tree: Any) -> None:
    names = [f"leaf_{n}" for n in range(written(tree).count("leaf_"))]
    text = meaning(requirement=written(tree)) + "".join(map(leaf, names))

    with TemporaryDirectory() as folder:
        (found,) = read(Path(folder), text)

    assert shape(found.requirement) == tree
    assert [each.id for each in leaves(found.requirement)] == names


# ---- What a measure asks for


@pytest.mark.parametrize(
    ("measure", "asks", "enough", "too_few"),
    [
        (Measure(unit="patient", numerator="", denominator="All", percent=75), "75%", (75, 100), (74, 100)),
        (Measure(unit="patient", numerator="", denominator="All", percent=75), "75%", (3, 4), (2, 3)),
        (
            Measure(unit="patient", numerator="", denominator="All", more_than_percent=50),
            "more than 50%",
            (51, 100),
            (50, 100),
        ),
        (Measure(unit="hour", numerator="", at_least=8), "8 hours", (8, 0), (7, 0)),
        (Measure(unit="day", numerator="", at_least=1), "1 day", (1, 0), (0, 0)),
    ],
)
def test_a_number_is_reached_at_the_threshold_and_not_one_below(
    measure: Measure, asks: str, enough: tuple[int, int], too_few: tuple[int, int]
) -> None:
    assert measure.asks == asks
    assert measure.bounded
    assert measure.reached(*enough)
    assert not measure.reached(*too_few)


def test_where_the_share_must_only_be_known_none_is_too_low() -> None:
    known = Measure(unit="claim", numerator="", denominator="All")

    assert (known.asks, known.figures, known.bounded) == ("any share", frozenset(), False)
    assert known.reached(0, 100)


def test_every_number_of_a_measure_is_among_its_figures() -> None:
    bounds = {"at_least": 65, "more_than": 3, "at_most": 90, "less_than": 140}
    criteria = tuple(
        Criterion(column=name, says="", role="numerator", **{name: number})  # type: ignore[arg-type]
        for name, number in bounds.items()
    )

    found = Measure(unit="patient", numerator="", denominator="All", percent=75, criteria=criteria)

    assert found.figures == {75, 65, 3, 90, 140}


@given(st.integers(0, 100), st.integers(0, 10**9), st.integers(1, 10**9))
def test_a_share_is_compared_without_rounding(percent: int, count: int, of: int) -> None:
    share = 100 * Fraction(count, of)
    least = Measure(unit="claim", numerator="", denominator="All", percent=percent)
    more = Measure(unit="claim", numerator="", denominator="All", more_than_percent=percent)

    assert least.reached(count, of) is (share >= percent)
    assert more.reached(count, of) is (share > percent)
