"""What holds for every practice and every set of attestations, in every year.

The examples are drawn the same way each time, so that a failure can be met again.
"""

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from functools import cache
from itertools import product
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from mips_ia import (
    Assessment,
    Attestation,
    Practice,
    Profile,
    Refused,
    assess,
    catalogue,
    rules,
    score,
    years,
)
from mips_ia.assessment import assessed
from mips_ia.attestation import verdict
from mips_ia.planning.ways import ways
from mips_ia.reading.clauses import CATEGORIES, ENTITIES, PATHWAYS, Clause
from mips_ia.reading.reform import laid_out
from mips_ia.reading.yearbook import reformed
from mips_ia.rules import Rules, rules_of
from mips_ia.standing import standing

worked = settings(derandomize=True, max_examples=12, deadline=None, database=None)

SPECIAL = ("small_practice", "rural", "hpsa", "non_patient_facing", "hospital_based")
IN_A_MIPS_APM = ("app", "apm_scoring_standard")
APMS = st.sampled_from(["none", "other_apm", "mips_apm"])
SITES = st.sampled_from([(0, 1), (1, 1), (0, 3), (1, 3), (2, 3), (3, 6)])
NOT_SCORED = st.frozensets(st.sampled_from(CATEGORIES))
STATUSES = st.frozensets(st.sampled_from(SPECIAL))
FEW = st.sampled_from([None, 0, 1, 100, 101])
REPORTED = st.sampled_from(
    [
        (year, entity, pathway, mvp)
        for year in years()
        for entity in ENTITIES
        for pathway in rules(year).pathway
        for mvp in (sorted(catalogue(year).mvps)[:3] if pathway == "mvp" else [None])
    ]
)


def drawn(known: bool) -> st.SearchStrategy["Described"]:
    """Any practice that can be scored, with what it attested; where `known`, nothing is unknown."""

    def fact(each: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
        return each if known else st.none() | each

    who = st.tuples(
        REPORTED,
        fact(st.sampled_from([1, 2, 15, 16, 40])),
        fact(STATUSES),
        st.tuples(FEW, FEW, FEW, FEW),
        fact(SITES),
        fact(APMS),
        fact(st.booleans()),
        fact(NOT_SCORED),
        st.sampled_from([(False, False), (True, False), (False, True)]),
    )
    day = st.sampled_from([0, 0, 1, 2, 3, 4]) if known else st.sampled_from([None, 0, 0, 1, 2, 3, 4])
    done = st.sampled_from([True, True, False]) if known else st.sampled_from([True, True, False, None])
    least = st.sampled_from([None, 0, 1, 7, 8, 20, 40])
    more = st.just(None) if known else st.sampled_from([None, 0, 1, 20])
    attestation = st.tuples(st.integers(0, 11), day, day, done, least, more)
    return st.tuples(who, st.lists(attestation, max_size=4)).map(lambda raw: described(*raw))


def described(who: Any, attested: Sequence[Any]) -> "Described":
    practice = practice_of(*who)
    return practice, [attestation_of(practice, *each) for each in attested]


def practice_of(
    reported: tuple[int, str, str, str | None],
    clinicians: int | None,
    statuses: frozenset[str] | None,
    counts: tuple[int | None, int | None, int | None, int | None],
    *others: Any,
) -> Practice:
    year, entity, pathway, mvp = reported
    sites, apm, submitted, not_scored, (circumstances, study) = others
    seen, *shares = counts
    most = clinicians or 101
    distant, rural, short = (None if n is None else min(n, most) for n in shares)
    return Practice(
        performance_year=year,
        entity=entity,
        pathway=pathway,
        mvp=mvp,
        clinicians=clinicians,
        statuses=statuses,
        patient_facing_encounters=seen,
        non_patient_facing_clinicians=distant,
        rural_clinicians=rural,
        hpsa_clinicians=short,
        medical_home_sites=sites,
        apm=apm_of(pathway, apm),
        quality_and_pi_submitted=submitted,
        not_scored=not_scored,
        extreme_circumstances=circumstances,
        study=study,
        earlier=frozenset({(year - 1, "IA_PSPA_4")}),
    )


def apm_of(pathway: str, apm: str | None) -> str | None:
    """The APM of somebody on a pathway that only participants in a MIPS APM can use."""
    return "mips_apm" if apm and pathway in IN_A_MIPS_APM else apm


def attestation_of(
    who: Practice, id: int, first: int | None, last: int | None, done: bool | None, *by: int | None
) -> Attestation:
    """An attestation, good or bad, dated or not, by enough clinicians or not."""
    year = who.performance_year
    listed = catalogue(year)
    good = listed.mvps[who.mvp].activities[:4] if who.mvp else ("IA_BE_4", "IA_BE_6", "IA_BMH_2", "IA_CC_9")
    ids = [*good, "IA_PCMH", "IA_PCMH", "IA_MVP", "IA_ERP_1", "IA_ERP_3", "IA_PSPA_4", "IA_PM_13", "IA_NONE"]
    firsts = [(year, 1, 1), (year, 5, 7), (year, 10, 3), (year, 10, 4), (year - 1, 12, 31)]
    lasts = [(year, 12, 31), (year, 8, 31), (year, 3, 30), (year, 1, 1), (year + 1, 1, 1)]
    did, more = by
    most = who.clinicians or 40
    least = None if did is None else min(did, most)
    return Attestation(
        ids[id],
        None if first is None else date(*firsts[first]),
        None if last is None else date(*lasts[last]),
        done,
        least,
        None if more is None else min((least or 0) + more, most),
    )


ALONE = Practice(performance_year=2026, entity="individual", statuses=frozenset(), apm="none")
GROUP = replace(ALONE, entity="group", clinicians=16)
DESCRIBED = drawn(known=False)
KNOWN = drawn(known=True)


Described = tuple[Practice, list[Attestation]]


def in_2026(id: str, last: date = date(2026, 12, 31), **more: Any) -> Attestation:
    return Attestation(id, date(2026, 1, 1), last, **more)


def counted(found: Assessment, *, answer: bool | None = True) -> set[str]:
    return {v.attestation.activity for v in found.verdicts if v.counts is answer}


def assert_narrower(before: Assessment, after: Assessment, *, weight: bool = True) -> None:
    """What is possible after was possible before."""
    assert before.score.points <= after.score.points <= after.score.most <= before.score.most
    if weight:
        assert before.score.weight <= after.score.weight
        assert after.score.weight_most <= before.score.weight_most
        assert before.score.final <= after.score.final
        assert after.score.final_most <= before.score.final_most


# ---- Every score


@worked
@given(DESCRIBED)
def test_points_lie_between_0_and_40_and_weigh_no_more_than_the_category(case: Described) -> None:
    found = assess(*case).score

    assert 0 <= found.points <= found.most <= found.full == 40
    assert 0 <= found.final <= found.final_most <= found.weight_most <= 100
    assert found.final <= found.weight <= found.weight_most


@worked
@given(DESCRIBED)
def test_the_sum_of_the_steps_is_the_score_and_each_has_its_sentence_and_source(case: Described) -> None:
    found = assess(*case).score

    assert sum(step.points for step in found.steps) == found.points
    assert found.steps
    for clause in (*(step.clause for step in found.steps), found.weighing):
        assert clause.says.strip()
        assert clause.cite.strip()


@worked
@given(KNOWN)
def test_a_score_with_nothing_unknown_is_certain(case: Described) -> None:
    found = assess(*case).score

    assert found.certain
    assert found.decided_by == ()
    assert (found.points, found.weight, found.final) == (found.most, found.weight_most, found.final_most)


@worked
@given(DESCRIBED)
def test_a_score_that_is_not_certain_names_what_would_decide_it(case: Described) -> None:
    found = assess(*case).score

    assert found.certain or found.decided_by


# ---- Attestations


@worked
@given(DESCRIBED)
def test_one_more_activity_never_lowers_a_score(case: Described) -> None:
    who, attestations = case

    before, after = assess(who, attestations[:-1]).score, assess(who, attestations).score

    assert before.points <= after.points
    assert before.most <= after.most
    assert before.final <= after.final
    assert before.final_most <= after.final_most


@worked
@given(DESCRIBED, st.permutations(range(4)))
def test_the_order_of_attestations_does_not_matter(case: Described, order: list[int]) -> None:
    who, attestations = case
    shuffled = [attestations[place] for place in order if place < len(attestations)]

    one, other = assess(who, attestations), assess(who, shuffled)

    assert one.score == other.score
    assert counted(one) == counted(other)
    assert counted(one, answer=None) == counted(other, answer=None)


@worked
@given(DESCRIBED, st.lists(st.integers(0, 3), max_size=5))
def test_what_is_attested_several_times_counts_once(case: Described, repeated: list[int]) -> None:
    who, attestations = case
    again = [attestations[place] for place in repeated if place < len(attestations)]

    once, often = assess(who, attestations), assess(who, [*attestations, *again])

    assert often.score == once.score
    assert counted(often) == counted(once)
    ids = [v.attestation.activity for v in often.verdicts if v.counts is not False]
    assert len(ids) == len(set(ids))


# ---- A known fact never widens a range


@worked
@given(DESCRIBED, STATUSES)
def test_knowing_the_statuses_never_widens_the_range(case: Described, looked_up: frozenset[str]) -> None:
    """A look-up that agrees with what the counts tell: where it does not, the counts were wrong."""
    who, attestations = replace(case[0], statuses=None), case[1]
    facts = standing(who, rules(who.performance_year))
    told = {name for name in SPECIAL if facts[name].value}
    open_ones = {name for name in SPECIAL if facts[name].value is None}
    known = replace(who, statuses=frozenset(told | (looked_up & open_ones)))

    assert_narrower(assess(who, attestations), assess(known, attestations))


@worked
@given(DESCRIBED, APMS)
def test_knowing_the_apm_never_widens_the_range(case: Described, apm: str) -> None:
    who, attestations = replace(case[0], apm=None), case[1]
    known = replace(who, apm=apm_of(who.pathway, apm))

    assert_narrower(assess(who, attestations), assess(known, attestations))


@worked
@given(DESCRIBED, st.booleans())
def test_knowing_whether_quality_and_pi_were_submitted_never_widens_the_range(
    case: Described, submitted: bool
) -> None:
    who, attestations = replace(case[0], quality_and_pi_submitted=None), case[1]
    known = replace(who, quality_and_pi_submitted=submitted)

    assert_narrower(assess(who, attestations), assess(known, attestations))


@worked
@given(DESCRIBED, SITES)
@example((ALONE, [in_2026("IA_PCMH")]), (0, 1))
@example((GROUP, [in_2026("IA_PCMH")]), (0, 1))
def test_knowing_the_recognized_sites_never_widens_the_range(case: Described, sites: tuple[int, int]) -> None:
    who, attestations = replace(case[0], medical_home_sites=None), case[1]
    known = replace(who, medical_home_sites=sites)

    assert_narrower(assess(who, attestations), assess(known, attestations))


@worked
@given(DESCRIBED, NOT_SCORED)
def test_knowing_what_is_not_scored_never_moves_the_points(
    case: Described, not_scored: frozenset[str]
) -> None:
    """The weight does move: where this is unknown, it is the one when all categories are scored."""
    who, attestations = replace(case[0], not_scored=None), case[1]
    before, after = assess(who, attestations), assess(replace(who, not_scored=not_scored), attestations)

    assert (before.score.points, before.score.most) == (after.score.points, after.score.most)
    assert "not_scored" in before.score.decided_by
    assert not before.score.certain


@worked
@given(DESCRIBED, st.integers(0, 20))
def test_knowing_the_number_of_clinicians_never_widens_the_range(case: Described, others: int) -> None:
    who, attestations = replace(case[0], clinicians=None), case[1]
    shares = (who.non_patient_facing_clinicians, who.rural_clinicians, who.hpsa_clinicians)
    did = (n for a in attestations for n in (a.clinicians, a.at_most))
    known = replace(who, clinicians=max(1, *(n or 0 for n in (*shares, *did))) + others)

    assert_narrower(assess(who, attestations), assess(known, attestations))


@worked
@given(DESCRIBED, st.sampled_from([("first",), ("last",), ("first", "last")]))
def test_knowing_the_days_never_widens_the_range(case: Described, hidden: tuple[str, ...]) -> None:
    who, attestations = case
    undated = [replace(a, **dict.fromkeys(hidden)) for a in attestations]

    assert_narrower(assess(who, undated), assess(who, attestations))


@worked
@given(DESCRIBED, st.tuples(*[st.integers(0, 40)] * 4).map(sorted))
def test_knowing_better_how_many_did_it_never_widens_the_range(case: Described, counts: list[int]) -> None:
    who, attestations = case
    least, fewer, more, most = (min(n, who.clinicians or 40) for n in counts)
    vague = [replace(a, clinicians=least, at_most=most) for a in attestations]
    better = [replace(a, clinicians=fewer, at_most=more) for a in attestations]

    assert_narrower(assess(who, vague), assess(who, better))


@worked
@given(DESCRIBED)
def test_knowing_what_was_attested_never_widens_the_range(case: Described) -> None:
    who, attestations = case

    assert_narrower(assess(who, None), assess(who, attestations))


# ---- What one can do about it


@worked
@given(DESCRIBED)
@example((GROUP, [in_2026("IA_BE_4"), in_2026("IA_BE_4", date(2026, 3, 30))]))
@example((replace(ALONE, statuses=frozenset({"rural"})), [in_2026("IA_PCMH", done=False)]))
@example(
    (
        replace(GROUP, clinicians=None, statuses=frozenset({"rural"})),
        [in_2026("IA_BE_4", done=False, clinicians=3)],
    )
)
def test_what_is_said_to_be_enough_is_enough(case: Described) -> None:
    """Each way that mends or completes something is followed, and gives full credit for certain."""
    who, attestations = case
    for way in ways(assess(who, attestations)):
        if way.startswith(("Mend", "Complete")):
            followed = assess(who, following(way, who, attestations))
            assert followed.score.points == 40, way


def following(way: str, who: Practice, attestations: list[Attestation]) -> list[Attestation]:
    """The attestations as they are after somebody did as told."""
    done = [*attestations]
    for id, fix in re.findall(r"Mend (\w+): (.*?\.)(?= |$)", way):
        judged = assess(who, done).verdicts
        place = next(
            n
            for n, v in enumerate(judged)
            if v.attestation.activity == id and [p.fix for p in v.problems if p.severity == "error"] == [fix]
        )
        done[place] = mended(done[place], fix)
    for count, kind in re.findall(r"(\d+) more (?:(high|medium)-weighted )?activit", way):
        done += new(int(count), kind, who, done)
    return done


def mended(given: Attestation, fix: str) -> Attestation:
    if day := re.fullmatch(r"Give a last day of (\S+) or later\.", fix):
        return replace(given, last=date.fromisoformat(day[1]))
    more = re.fullmatch(r"(\d+) more clinicians? must do it\.", fix)
    assert more, fix
    return replace(given, clinicians=(given.clinicians or 0) + int(more[1]), at_most=None)


def new(count: int, kind: str, who: Practice, attestations: list[Attestation]) -> list[Attestation]:
    """So many further activities of a weight, each done all year by everybody."""
    year = who.performance_year
    listed = catalogue(year)
    names = {a.activity for a in attestations} | {"IA_PCMH"}
    each = (
        Attestation(activity.id, date(year, 1, 1), date(year, 12, 31))
        for activity in listed.activities.values()
        if activity.id not in names and activity.weight == kind
    )
    good = [a for a in each if verdict(a, who, rules(year), listed).counts]
    return good[:count]


# ---- Every combination


def combinations(pathway: str) -> list[frozenset[str]]:
    """Every set of facts that an assessment can give, but for the entity."""
    statuses: list[tuple[str, ...]] = [(), ("special_status",), ("special_status", "small_practice")]
    apms: list[tuple[str, ...]] = [(), ("apm",), ("apm", "mips_apm")]
    if pathway in IN_A_MIPS_APM:
        apms = apms[-1:]
    others = ("medical_home", "quality_and_pi_submitted", "extreme_circumstances", "study")
    switches = [[(), (name,)] for name in others]
    return [
        frozenset([pathway, *(name for part in parts for name in part)])
        for parts in product(statuses, apms, *switches)
    ]


def amounts(year: int) -> list[tuple[tuple[str, int], ...]]:
    """None, one, several, and one of each weight."""
    kinds = sorted(rules(year).scale[-1].points)
    return [(), *(((kind, n),) for kind in kinds for n in (1, 5)), tuple((kind, 1) for kind in kinds)]


def asked_for(*clauses: Clause) -> frozenset[str]:
    """The facts that clauses ask for: all others make no difference to whether they apply."""
    return frozenset().union(*(clause.when | clause.any_of | clause.unless for clause in clauses))


@pytest.mark.parametrize("year", years())
def test_every_combination_of_facts_has_a_score(year: int) -> None:
    book = rules(year)
    asked = asked_for(*book.scale, *book.credit, *book.floor)
    facts = {each & asked for pathway in book.pathway for each in combinations(pathway)}

    for each, counts in product(facts, amounts(year)):
        found = score(Profile(each, counts), book)

        assert 0 <= found.points == found.most == sum(step.points for step in found.steps) <= 40


@pytest.mark.parametrize("year", years())
def test_every_combination_of_categories_and_entities_has_a_weight(year: int) -> None:
    missing = [
        frozenset(name for name, out in zip(CATEGORIES, answer, strict=True) if out)
        for answer in product((False, True), repeat=len(CATEGORIES))
    ]
    book = rules(year)
    asked = asked_for(*book.weights, *book.not_scored)
    facts = {
        (each | {entity}) & asked
        for pathway, entity in product(book.pathway, ENTITIES)
        for each in combinations(pathway)
    }

    for each, not_scored in product(facts, missing):
        found = score(Profile(each, not_scored=not_scored), book)

        assert 0 <= found.final <= found.weight <= 100
        assert found.weight == 0 or "ia" not in not_scored


@pytest.mark.parametrize("year", years())
def test_every_activity_of_the_year_can_be_scored(year: int) -> None:
    """Each counts, and one of each weight is scored alone; the recognized medical home is full credit."""
    who = replace(ALONE, performance_year=year, medical_home_sites=(1, 1))
    listed = catalogue(year).activities
    all_year = {id: Attestation(id, date(year, 1, 1), date(year, 12, 31)) for id in listed}
    one_each = {activity.weight: id for id, activity in listed.items() if id not in {"IA_MVP", "IA_PCMH"}}
    earns = {"high": 20, "medium": 10, "": 20}

    assert counted(assess(who, [*all_year.values()])) == listed.keys() - {"IA_MVP"}
    assert assess(who, [all_year["IA_PCMH"]]).score.points == 40
    for weight, id in one_each.items():
        found = assess(who, [all_year[id]]).score
        assert found.points == found.most == earns[weight]


@worked
@given(st.sampled_from(years()), st.integers(1, 365), st.integers(1, 365))
def test_a_window_counts_if_and_only_if_it_has_ninety_days(year: int, begins: int, ran: int) -> None:
    first = date(year, 1, 1) + timedelta(days=begins - 1)
    last = first + timedelta(days=ran - 1)
    who = Practice(performance_year=year, entity="individual")

    (found,) = assess(who, [Attestation("IA_BE_4", first, last)]).verdicts

    assert found.counts is (ran >= 90 and last.year == year)


@worked
@given(st.integers(1, 500), st.integers(0, 500))
def test_a_group_needs_half_of_its_clinicians_in_whole_numbers(clinicians: int, did: int) -> None:
    who = Practice(performance_year=2026, entity="group", clinicians=clinicians)
    by = Attestation("IA_BE_4", date(2026, 1, 1), date(2026, 12, 31), clinicians=min(did, clinicians))

    (found,) = assess(who, [by]).verdicts

    assert found.counts is (2 * min(did, clinicians) >= clinicians)


@worked
@given(
    st.text(max_size=12).filter(lambda name: name not in ENTITIES),
    st.text(max_size=12).filter(lambda name: name not in PATHWAYS),
)
def test_an_entity_and_a_pathway_that_are_none_are_refused_with_both_reasons(
    entity: str, pathway: str
) -> None:
    who = Practice(performance_year=2026, entity=entity, pathway=pathway)

    with pytest.raises(Refused) as refused:
        assess(who, [])

    assert [problem.code for problem in refused.value.problems] == ["unknown_entity", "unknown_pathway"]


# ---- Reforms


@cache
def by_a_reform(year: int, path: tuple[str, ...], value: int) -> Rules:
    """The rules of a year with another value, where the year has the path."""
    over: Any = value
    for step in reversed(path):
        over = {step: over}
    books, _ = reformed(laid_out({"title": "A reform", "every": {"rules": over}}, "reform"))
    return rules_of(books[year])


@worked
@given(DESCRIBED, st.integers(40, 400))
def test_a_higher_full_credit_never_gives_anybody_more_of_the_final_score(case: Described, full: int) -> None:
    who, attestations = case
    year, listed = who.performance_year, catalogue(who.performance_year)

    as_is = assessed(who, attestations, rules(year), listed).score
    reform = assessed(who, attestations, by_a_reform(year, ("full_credit", "value"), full), listed).score

    assert reform.full == full
    assert reform.final <= as_is.final
    assert reform.final_most <= as_is.final_most


@worked
@given(DESCRIBED, st.integers(50, 150))
@example((GROUP, [in_2026("IA_BE_4", clinicians=8)]), 51)
def test_a_higher_share_of_the_clinicians_never_gives_anybody_more_points(
    case: Described, percent: int
) -> None:
    who, attestations = case
    year, listed = who.performance_year, catalogue(who.performance_year)

    as_is = assessed(who, attestations, rules(year), listed).score
    for place in ("0", "1"):
        path = ("threshold", place, "percent")
        reform = assessed(who, attestations, by_a_reform(year, path, percent), listed).score
        assert reform.points <= as_is.points
        assert reform.most <= as_is.most


@worked
@given(DESCRIBED, st.sampled_from(SPECIAL[1:4]))
def test_a_status_for_everybody_never_takes_points_and_one_for_nobody_never_gives_any(
    case: Described, status: str
) -> None:
    who, attestations = case
    year, listed = who.performance_year, catalogue(who.performance_year)

    nobody, everybody = (
        assessed(who, attestations, by_a_reform(year, ("special", status, "everybody"), answer), listed).score
        for answer in (False, True)
    )
    as_is = assessed(who, attestations, rules(year), listed).score

    assert nobody.points <= as_is.points <= everybody.points
    assert nobody.most <= as_is.most <= everybody.most
