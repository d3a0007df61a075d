"""What a submission says, whether read from one or made of a practice's ledger."""

from dataclasses import replace
from datetime import date

import pytest

from mips_ia import Attestation, Practice, Problem, Refused, catalogue, rules, years
from mips_ia.formats.participants import Participant
from mips_ia.formats.submissions import (
    REGISTRY,
    MeasurementSet,
    Submission,
    cms_words,
    derived,
    on_program,
    program_names,
    program_of,
    submissions,
)

GROUP = Practice(performance_year=2026, entity="group", clinicians=10)


def done(id: str, first: str | None, last: str | None, clinicians: int | None = None) -> Attestation:
    days = [day and date.fromisoformat(f"2026-{day}") for day in (first, last)]
    return Attestation(id, days[0] or None, days[1] or None, clinicians=clinicians)


def who(*attested: Attestation, **changes: object) -> Participant:
    made = Participant("Example", "000000024", "", "", "practices.csv, line 2", GROUP, attested)
    return replace(made, **changes)  # type: ignore[arg-type] # whatever a test changes


def made_of(of: Participant) -> tuple[MeasurementSet, list[Problem]]:
    """The one set that is sent, and the problems on the way."""
    found, problems = derived(of)
    (one,) = found.sets
    return one, problems


# ---- From a ledger: one range of days


def test_the_range_runs_from_the_first_day_of_any_window_to_the_last_day_of_any() -> None:
    one, (note,) = made_of(
        who(
            done("IA_PM_16", "03-01", "05-31"),
            done("IA_BE_4", "02-01", "11-15"),
            done("IA_EPA_2", "01-15", "04-30"),
        )
    )

    assert (one.first, one.last) == (date(2026, 1, 15), date(2026, 11, 15))
    assert one.activities == (("IA_PM_16", True), ("IA_BE_4", True), ("IA_EPA_2", True))
    assert (note.code, note.severity, note.where) == ("period_derived", "note", "practices.csv, line 2")
    assert note.what == (
        "The range for CMS is 2026-01-15 to 2026-11-15: IA_EPA_2 began first, and IA_BE_4 ended last."
    )


def test_a_window_that_does_not_count_does_not_widen_the_range() -> None:
    one, _ = made_of(who(done("IA_PM_16", "03-01", "05-31"), done("IA_BE_4", "12-01", "12-31")))

    assert (one.first, one.last) == (date(2026, 3, 1), date(2026, 5, 31))


@pytest.mark.parametrize(
    ("bad", "why"),
    [
        (done("IA_BE_4", "01-01", "01-31"), "does not count. The activity ran for 31 days and must run for"),
        (done("IA_XX_99", "01-01", "12-31"), "does not count. No activity is called 'IA_XX_99'."),
        (
            done("IA_BE_4", "01-01", "12-31", 2),
            "does not count. 2 of 10 clinicians did it, and 5 are needed.",
        ),
        (done("IA_BE_4", "01-01", None), "is not known to count. The first or the last day is not known."),
        (
            replace(done("IA_BE_4", "01-01", "12-31"), done=None),
            "is not known to count. Whether IA_BE_4 was done is not known.",
        ),
        (replace(done("IA_BE_4", "01-01", "12-31"), done=False), "is attested as not done."),
        (done("IA_PM_16", "01-01", "12-31"), "IA_PM_16 is attested more than once and counts once."),
    ],
)
def test_what_does_not_count_is_left_out_with_the_reason(bad: Attestation, why: str) -> None:
    one, problems = made_of(who(done("IA_PM_16", "03-01", "05-31"), bad))

    assert one.activities == (("IA_PM_16", True),)
    (left,) = [problem for problem in problems if problem.code == "left_out"]
    assert (left.severity, left.where) == ("warning", "practices.csv, line 2")
    assert left.what.startswith(f"{bad.activity} is left out, since it ")
    assert why in left.what


@pytest.mark.parametrize("attested", [(), None, (done("IA_BE_4", "01-01", "01-31"),)])
def test_where_nothing_counts_there_is_no_activity_and_no_range(
    attested: tuple[Attestation, ...] | None,
) -> None:
    one, problems = made_of(who(attestations=attested))

    assert (one.activities, one.first, one.last) == ((), None, None)
    assert [problem.code for problem in problems] == ["left_out"] * len(attested or ())


def test_where_no_day_is_known_there_is_no_range() -> None:
    one, problems = made_of(who(done("IA_BE_4", None, None), done("IA_PM_16", None, None)))

    assert (one.activities, one.first) == ((), None)  # whether they count is then not known either
    assert [problem.code for problem in problems] == ["left_out", "left_out"]


def test_what_counts_is_sent_by_registry_to_the_program_of_the_pathway() -> None:
    mvp = min(catalogue(2026).mvps)
    activity = catalogue(2026).mvps[mvp].activities[0]
    practice = replace(GROUP, pathway="mvp", mvp=mvp)

    found, _ = derived(who(done(activity, "01-01", "12-31"), practice=practice))

    (one,) = found.sets
    assert (one.program, one.method) == (mvp, REGISTRY)
    assert replace(found, sets=()) == Submission(2026, "group", "000000024", "", "", ())


def test_an_entity_with_an_id_of_its_own_is_sent_without_a_tin() -> None:
    practice = replace(GROUP, entity="virtual_group")

    found, _ = derived(who(done("IA_BE_4", "01-01", "12-31"), practice=practice, entity_id="x12345"))

    assert (found.tin, found.entity_id) == ("", "x12345")


@pytest.mark.parametrize(
    ("practice", "codes"),
    [
        (Practice(performance_year=2017, entity="virtual_group"), ["unknown_entity", "bad_entity_id"]),
        (
            Practice(performance_year=2019, entity="group", pathway="apm_scoring_standard"),
            ["unknown_program"],
        ),
        (replace(GROUP, entity="apm_entity", pathway="app"), ["bad_entity_id"]),
    ],
)
def test_who_cms_formats_have_no_word_for_is_refused_with_every_reason(
    practice: Practice, codes: list[str]
) -> None:
    with pytest.raises(Refused) as refused:
        derived(who(practice=practice))

    assert [problem.code for problem in refused.value.problems] == codes
    assert all(problem.what and problem.fix for problem in refused.value.problems)


# ---- From submissions: who reports what


def test_the_sets_of_one_who_reports_come_together_and_others_stay_apart() -> None:
    first = who(done("IA_PM_16", "01-01", "12-31"), program="mips", method=REGISTRY)
    app = replace(first, program="app1", attestations=(done("IA_BE_4", "02-01", "05-31"),))
    other = replace(first, tin="000000009")
    earlier = replace(first, practice=replace(GROUP, performance_year=2025))

    found = submissions([first, other, app, earlier])

    assert [(each.performance_year, each.tin, len(each.sets)) for each in found] == [
        (2026, "000000024", 2),
        (2026, "000000009", 1),
        (2025, "000000024", 1),
    ]
    assert [(one.program, one.first, one.last) for one in found[0].sets] == [
        ("mips", date(2026, 1, 1), date(2026, 12, 31)),
        ("app1", date(2026, 2, 1), date(2026, 5, 31)),
    ]


def test_a_yes_and_a_no_stay_what_they_are_in_their_order() -> None:
    days = date(2026, 1, 1), date(2026, 12, 31)
    given = (Attestation("IA_PM_16", *days, done=False), Attestation("IA_BE_4", *days))

    (found,) = submissions([who(*given, program="mips", method=REGISTRY)])

    assert found.sets[0].activities == (("IA_PM_16", False), ("IA_BE_4", True))


def test_the_method_and_program_that_a_file_does_not_give_are_those_of_the_practice() -> None:
    (found,) = submissions([who(done("IA_PM_16", "01-01", "12-31"))])

    assert (found.sets[0].program, found.sets[0].method) == ("mips", REGISTRY)


# ---- The words of each year


@pytest.mark.parametrize("year", years())
def test_every_program_of_a_year_is_on_a_pathway_of_the_year_and_back(year: int) -> None:
    practice = Practice(performance_year=year, entity="group")

    for name in program_names(year).values():
        found = on_program(practice, name)
        assert found.pathway in rules(year).pathway
        assert found.mvp == (name if name in catalogue(year).mvps else None)
        assert on_program(found, program_of(found)) == found


@pytest.mark.parametrize("year", years())
def test_every_entity_of_a_year_has_one_word_of_cms(year: int) -> None:
    ours = [*cms_words(year)["entities"].values()]

    assert len(ours) == len({*ours})
    assert {"individual", "group"} <= {*ours} <= {
        "individual", "group", "virtual_group", "apm_entity", "subgroup",
    }  # fmt: skip
