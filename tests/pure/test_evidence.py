"""What is kept proves an activity, or does not, or nobody can tell yet."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mips_ia import Attestation, Evidence, proof, rules
from mips_ia.evidence import Finding
from mips_ia.reading.guides import Leaf, Node, guide, guided, guides, leaves, outline

SPRING = Attestation("IA_PSPA_21", date(2026, 3, 1), date(2026, 5, 29))
FIRST, LAST = date(2026, 3, 1), date(2026, 5, 29)
PDMP = Attestation("IA_PSPA_6", date(2021, 3, 1), date(2021, 5, 29))
NUMBERS = {"prescribed": {}, "consulted_75": {"numerator": 75, "denominator": 100}}


def kept_for(leaf: Leaf, **changes: Any) -> Evidence:
    """Something that meets the leaf: of its kind, of all days, verified, with every patient counted."""
    many = {"numerator": 10_000, "denominator": 10_000 if leaf.measure and leaf.measure.denominator else None}
    return replace(
        Evidence(leaf.id, leaf.kinds[0], FIRST, LAST, verified=True),
        **(many if leaf.measure else {}) | changes,
    )


def of(attestation: Attestation, year: int) -> list[Evidence]:
    """Everything that the guide asks for, each leaf met."""
    found = guide(attestation.activity, year)
    assert found is not None
    days = {"first": attestation.first, "last": attestation.last}
    return [kept_for(leaf, **days) for leaf in leaves(found.requirement)]


def codes(attestation: Attestation, year: int, *kept: Evidence) -> list[str]:
    return [problem.code for problem in proof(attestation, rules(year), kept).problems]


def test_everything_that_the_guide_asks_for_proves_the_activity() -> None:
    found = proof(SPRING, rules(2026), of(SPRING, 2026))

    assert (found.met, found.problems) == (True, ())


def test_nothing_proves_nothing_and_all_that_is_missing_is_named() -> None:
    found = proof(SPRING, rules(2026), [])

    assert found.met is False
    assert found.guide is not None
    needed = [leaf.id for leaf in leaves(found.guide.requirement)]
    assert [(problem.code, problem.where) for problem in found.problems] == [
        ("no_evidence", leaf) for leaf in needed
    ]
    assert found.problems[0].fix.startswith("Keep one of: ")


def test_kinds_of_document_are_called_as_a_person_calls_them() -> None:
    attested = Attestation("IA_PSPA_21", date(2026, 6, 1), date(2026, 8, 31))
    kept = [Evidence("screening_program", "training_record", date(2026, 5, 15), verified=True)]

    wrong, _, missing = proof(attested, rules(2026), kept).problems

    assert wrong.what == "No training record shows this."
    assert wrong.fix == "Use one of: policy, workflow, form, guideline."
    assert missing.fix == "Keep one of: EHR report, registry report, log, minutes."


@pytest.mark.parametrize(
    ("changes", "met", "code"),
    [
        ({"kind": "minutes"}, False, "wrong_kind"),
        ({"verified": False}, False, "rejected"),
        ({"verified": None}, None, "not_verified"),
        ({"first": None}, None, "not_dated"),
        ({"first": date(2021, 3, 2)}, False, "not_throughout"),
        ({"last": date(2021, 5, 28)}, False, "not_throughout"),
        ({"last": date(2021, 2, 1)}, False, "reversed_dates"),
        ({"numerator": None}, None, "not_counted"),
        ({"denominator": None}, None, "not_counted"),
        ({"numerator": 101}, False, "impossible_count"),
        ({"numerator": 0, "denominator": 0}, None, "no_denominator"),
        ({"numerator": 1, "denominator": 0}, False, "impossible_count"),
        ({"numerator": -1}, False, "impossible_count"),
        ({"numerator": 74}, False, "below_threshold"),
    ],
)
def test_what_is_wrong_with_a_report_is_said(changes: dict[str, Any], met: bool | None, code: str) -> None:
    prescribed, consulted = of(PDMP, 2021)
    good = replace(consulted, numerator=75, denominator=100)
    assert proof(PDMP, rules(2021), [prescribed, good]).met is True

    found = proof(PDMP, rules(2021), [prescribed, replace(good, **changes)])

    assert found.met is met
    assert [problem.code for problem in found.problems] == [code]


def test_what_is_of_other_days_is_of_none_of_them_also_where_all_must_be_shown() -> None:
    prescribed, consulted = of(PDMP, 2021)
    good = replace(consulted, numerator=75, denominator=100)
    other = replace(good, first=date(2020, 3, 1), last=date(2020, 5, 29))

    (problem,) = proof(PDMP, rules(2021), [prescribed, other]).problems

    assert problem.code == "outside_window"
    assert problem.what == "It is of 2020-03-01 to 2020-05-29, and not of 2021-03-01 to 2021-05-29."
    assert proof(PDMP, rules(2021), [prescribed, other, good]).met is True


def test_a_share_below_the_threshold_says_both() -> None:
    prescribed, consulted = of(PDMP, 2021)

    (problem,) = proof(
        PDMP, rules(2021), [prescribed, replace(consulted, numerator=74, denominator=100)]
    ).problems

    assert str(problem) == (
        "consulted_75 (ehr_report): 74 of 100 is 74.0%, and 75% must be reached. Do more. [AAPM&R 2021]"
    )


def test_more_than_a_share_is_not_met_by_exactly_that_share() -> None:
    given = Attestation("IA_PSPA_26", date(2024, 3, 1), date(2024, 5, 29))
    complete = of(given, 2024)

    def with_share(count: int) -> bool | None:
        counted = [replace(e, numerator=count, denominator=100) if e.numerator else e for e in complete]
        return proof(given, rules(2024), counted).met

    assert (with_share(75), with_share(76)) == (False, True)


def test_dates_are_asked_for_as_the_leaf_says() -> None:
    """A policy is in force from its day on; a training lies in the year; minutes lie in the window."""
    before, after = date(2020, 1, 1), date(2026, 6, 1)
    by_rule = {
        leaf.dated: (leaf, each)
        for id in guided()
        if (each := guide(id, 2026))
        for leaf in leaves(each.requirement)
        if not leaf.measure
    }
    assert by_rule.keys() == {"window", "throughout", "in_force", "year"}

    def met(dated: str, first: date, last: date | None) -> bool:
        leaf, each = by_rule[dated]
        one = replace(each, requirement=leaf)
        attested = Attestation(one.id, FIRST, LAST)
        found = proof(attested, rules(2026), [kept_for(leaf, first=first, last=last)]).finding
        assert found is not None
        return next(f for f in _findings(found) if f.part == leaf).met is True

    assert met("in_force", before, None)
    assert not met("in_force", before, before)
    assert not met("in_force", after, None)
    assert met("window", FIRST, None)
    assert not met("window", after, None)
    assert met("throughout", FIRST, LAST)
    assert not met("throughout", FIRST, None)
    assert met("year", after, None)
    assert not met("year", before, None)


def test_what_is_of_one_clinician_is_measured_by_the_days_of_that_clinician() -> None:
    """Of a group's March 1 to May 29 one clinician attests April 1 to May 29, and keeps a report of those."""
    group = Attestation("IA_BE_4", FIRST, LAST)
    days = date(2026, 4, 1), LAST
    report = Evidence("access", "ehr_report", *days, verified=True)

    def met(kept: Evidence) -> bool | None:
        found = proof(group, rules(2026), [kept]).finding
        assert found is not None
        return next(each.met for each in _findings(found) if getattr(each.part, "id", "") == "access")

    assert met(report) is False
    assert met(replace(report, attested=days)) is True
    assert met(replace(report, attested=(date(2026, 3, 31), LAST))) is False


def _findings(found: Finding) -> Iterator[Finding]:
    yield found
    for part in found.parts:
        yield from _findings(part)


def test_an_attestation_without_days_leaves_the_dates_unknown() -> None:
    undated = Attestation("IA_PSPA_21")

    found = proof(undated, rules(2026), of(SPRING, 2026))

    assert found.met is None
    assert {problem.code for problem in found.problems} == {"not_dated"}


def test_what_belongs_to_no_leaf_is_named_and_does_not_harm() -> None:
    stray = Evidence("lunch", "minutes", FIRST, LAST, verified=True)

    found = proof(SPRING, rules(2026), [*of(SPRING, 2026), stray])

    assert found.met is True
    assert [(problem.code, problem.severity) for problem in found.problems] == [("unknown_leaf", "warning")]


def test_an_activity_that_counts_once_in_four_years_is_not_proved_again() -> None:
    given = Attestation("IA_PSPA_22", date(2024, 3, 1), date(2024, 5, 29))
    complete = of(given, 2024)

    again = proof(given, rules(2024), complete, frozenset({(2022, "IA_PSPA_22")}))

    assert proof(given, rules(2024), complete).met is True
    assert again.met is False
    assert [problem.code for problem in again.problems] == ["too_soon"]


def test_an_activity_without_a_guide_is_unknown() -> None:
    found = proof(Attestation("IA_BE_4"), replace(rules(2026), year=2001), [])

    assert (found.met, found.guide, found.finding) == (None, None, None)
    assert [problem.code for problem in found.problems] == ["no_guide"]


def test_an_either_or_is_met_by_one_and_then_the_other_is_not_asked_for() -> None:
    given = Attestation("IA_PM_15", date(2021, 3, 1), date(2021, 5, 29))
    complete = of(given, 2021)

    met = [e for e in complete if proof(given, rules(2021), [e]).met]

    assert met
    assert codes(given, 2021, met[0]) == []


# ---- Properties of every guide

LEAVES = {(id, each.since): tuple(leaves(each.requirement)) for id in guided() for each in guides(id)}


@st.composite
def cases(draw: st.DrawFn) -> tuple[Attestation, int, list[Evidence], list[Evidence]]:
    """An attested activity of any guide, with some evidence, and some more."""
    id, year = draw(st.sampled_from(sorted(LEAVES)))
    window = (date(year, 3, 1), date(year, 5, 29))
    day = st.sampled_from([None, *window, date(year, 1, 1), date(year - 3, 6, 1), date(year, 12, 31)])
    count = st.sampled_from([None, 0, 1, 50, 75, 100, 200])
    one = st.builds(
        lambda leaf, kind, **rest: Evidence(leaf.id, leaf.kinds[kind % len(leaf.kinds)], **rest),
        st.sampled_from(LEAVES[id, year]),
        st.integers(0, 5),
        first=day,
        last=day,
        numerator=count,
        denominator=count,
        verified=st.sampled_from([True, True, False, None]),
    )
    some = st.lists(one, max_size=12)
    return Attestation(id, *window), year, draw(some), draw(some)


ORDER = {False: 0, None: 1, True: 2}


@given(cases())
def test_more_evidence_never_makes_it_less_proved(
    case: tuple[Attestation, int, list[Evidence], list[Evidence]],
) -> None:
    attested, year, some, more = case

    less, both = proof(attested, rules(year), some), proof(attested, rules(year), [*some, *more])

    assert ORDER[both.met] >= ORDER[less.met]
    assert both.met is (True if not both.problems else both.met)


@pytest.mark.parametrize("id", guided())
def test_of_every_activity_nothing_is_proved_by_nothing_and_all_by_everything(id: str) -> None:
    for each in guides(id):
        attested = Attestation(id, date(each.since, 3, 1), date(each.since, 8, 31))

        assert proof(attested, rules(each.since), []).met is False
        assert proof(attested, rules(each.since), of(attested, each.since)).met is True


@pytest.mark.parametrize("id", guided())
def test_a_tree_and_its_text_agree(id: str) -> None:
    for each in guides(id):
        assert parsed(list(outline(each.requirement))) == shape(each.requirement)


def shape(part: Leaf | Node) -> Any:
    if isinstance(part, Leaf):
        return (part.id, part.says)
    return (part.least, [shape(each) for each in part.of])


def parsed(lines: list[str]) -> Any:
    """The shape of a requirement, read back from its text alone."""
    first, *rest = lines
    head = first.removeprefix("- ")
    if not rest:
        name, _, says = head.partition(": ")
        return (name, says)
    inner = [line[2:] for line in rest]
    starts = [n for n, line in enumerate(inner) if line.startswith("- ")]
    groups = [inner[a:b] for a, b in zip(starts, [*starts[1:], len(inner)], strict=True)]
    words = head.split()
    least = len(groups) if words[0] == "All" else int(words[2])
    return (least, [parsed(group) for group in groups])
