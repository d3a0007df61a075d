"""The participation ledger: what windows amount to on a day, and when half of a group is reached."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mips_ia import Practice, catalogue, rules
from mips_ia.assessment import assessed
from mips_ia.attestation import verdict
from mips_ia.planning.ledger import NOTHING, Cell, Entered, Tally, cell, tally
from mips_ia.planning.outlook import can_begin, possible

TODAY = date(2026, 9, 16)
ACTIVITY = "IA_PSPA_21"
SPRING = date(2026, 3, 2), date(2026, 5, 30)


def one(*windows: Entered, today: date = TODAY, activity: str = ACTIVITY) -> Cell:
    year = 2026
    return cell(activity, windows, today, rules(year), catalogue(year))


def group(*cells: Cell, clinicians: int | None = None, **known: object) -> Practice:
    return Practice(performance_year=2026, entity="group", clinicians=clinicians or len(cells), **known)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("window", "state", "word"),
    [
        (Entered(*SPRING, signed="own"), "signed", "Signed"),
        (Entered(*SPRING, signed="delegated"), "delegated", "Delegated"),
        (Entered(*SPRING), "unknown", "Not signed"),
        (Entered(*SPRING, signed="withdrawn"), "notmet", "Withdrawn"),
        (Entered(*SPRING, signed="declined"), "notmet", "Declined"),
        (Entered(None, None), "unknown", "Dates missing"),
        (Entered(SPRING[0], None), "unknown", "Dates missing"),
        (Entered(date(2026, 7, 1), date(2026, 9, 27)), "notmet", "Too short"),
        (Entered(date(2026, 7, 1), date(2026, 9, 28)), "underway", "Under way"),
        (Entered(date(2026, 9, 17), date(2026, 12, 20)), "planned", "Planned"),
        (Entered(date(2026, 10, 4), date(2026, 12, 31)), "notmet", "Too short"),
        (Entered(date(2025, 12, 1), date(2026, 4, 1)), "notmet", "Outside the year"),
        (Entered(*SPRING, taking_part=False), "none", "Not claimed"),
        (Entered(*SPRING, taking_part=None), "unknown", "Unknown"),
    ],
)
def test_a_window_has_one_state_and_one_word(window: Entered, state: str, word: str) -> None:
    found = one(window)

    assert (found.state, found.word) == (state, word)


def test_a_window_is_complete_on_its_last_day() -> None:
    window = Entered(SPRING[0], TODAY)

    assert one(window, today=TODAY - timedelta(days=1)).state == "underway"
    assert one(window).word == "Not signed"
    assert one(window._replace(signed="own")).state == "signed"


def test_of_several_windows_the_best_decides() -> None:
    short, good = (
        Entered(date(2026, 7, 1), date(2026, 7, 2), place=1),
        Entered(*SPRING, signed="own", place=2),
    )

    assert one(short, good).window == good
    assert one() == NOTHING


def test_a_suspended_activity_counts_where_it_began_in_time() -> None:
    year, today = 2025, date(2025, 12, 1)
    suspended = next(
        each for each in catalogue(year).activities.values() if each.event and each.event.kind == "suspended"
    )
    assert suspended.event
    by = suspended.event.counts_if_started_by
    assert by
    early, late = (
        cell(
            suspended.id,
            [Entered(day, day + timedelta(days=120), signed="own")],
            today,
            rules(year),
            catalogue(year),
        )
        for day in (by, by + timedelta(days=1))
    )

    assert (early.state, late.word) == ("signed", "Does not count")


@pytest.mark.parametrize(("clinicians", "needed"), [(1, 1), (2, 1), (15, 8), (16, 8), (17, 9), (18, 9)])
def test_half_is_enough_and_a_half_clinician_is_a_whole_one(clinicians: int, needed: int) -> None:
    year = 2026
    signed, absent = one(Entered(*SPRING, signed="own")), one(Entered(*SPRING, taking_part=False))
    for counting in (needed - 1, needed):
        cells = dict(enumerate([signed] * counting + [absent] * (clinicians - counting)))
        who = Practice(performance_year=year, entity="group", clinicians=clinicians)
        found = tally(ACTIVITY, cells, who, rules(year), catalogue(year))

        assert found.needed == needed
        assert found.verdict.counts is (counting >= needed)
        assert found.missing == needed - counting


def test_in_the_first_years_one_clinician_is_enough() -> None:
    year = 2019
    cells = {0: Cell("signed", "Signed", Entered(date(2019, 3, 1), date(2019, 6, 30), signed="own"))}
    cells |= dict.fromkeys(range(1, 9), NOTHING)
    who = Practice(performance_year=year, entity="group", clinicians=9)

    assert tally("IA_PSPA_21", cells, who, rules(year), catalogue(year)).verdict.counts is True


def test_where_nobody_entered_anything_it_is_unknown_and_all_of_them_may_have_done_it() -> None:
    year = 2026
    found = tally(
        ACTIVITY, dict.fromkeys(range(4), NOTHING), group(clinicians=4), rules(year), catalogue(year)
    )

    assert (found.verdict.counts, found.needed, found.counting) == (None, 2, 0)
    assert possible(found, range(4), year).at_most == 4
    assert possible(found, range(4), year).done is True
    assert possible(found, range(3), year).at_most == 3


def test_who_has_not_signed_makes_it_unknown_and_never_met() -> None:
    year = 2026
    signed, open_one = one(Entered(*SPRING, signed="own")), one(Entered(*SPRING))
    cells = dict(enumerate([signed, open_one, NOTHING, NOTHING]))
    found = tally(ACTIVITY, cells, group(clinicians=4), rules(year), catalogue(year))

    assert found.verdict.counts is None
    assert (found.counting, found.unknown, found.needed) == (1, 1, 2)


def test_a_group_attests_the_days_of_its_good_windows() -> None:
    year = 2026
    later = Entered(date(2026, 5, 4), date(2026, 8, 1), signed="own")
    cells = {0: one(Entered(*SPRING, signed="own")), 1: one(later), 2: one(Entered(None, None)), 3: NOTHING}
    found = tally(ACTIVITY, cells, group(clinicians=4), rules(year), catalogue(year))

    assert (found.attestation.first, found.attestation.last) == (SPRING[0], later.last)


def test_what_is_under_way_is_still_possible_and_so_is_what_can_begin() -> None:
    year = 2026
    cells = {0: one(Entered(date(2026, 8, 1), date(2026, 10, 29))), 1: NOTHING, 2: NOTHING, 3: NOTHING}
    found = tally(ACTIVITY, cells, group(clinicians=4), rules(year), catalogue(year))
    late = date(2026, 10, 4)

    assert found.verdict.counts is False
    assert possible(found, range(4), year).at_most == 4
    assert possible(found, range(2), year).at_most == 2
    assert possible(found, (), year).at_most == 1
    assert can_begin(ACTIVITY, late - timedelta(days=1), rules(year), catalogue(year))
    assert not can_begin(ACTIVITY, late, rules(year), catalogue(year))


@given(
    st.lists(
        st.sampled_from(["signed", "delegated", "unknown", "underway", "notmet", "none"]),
        min_size=1,
        max_size=40,
    )
)
def test_the_verdict_follows_the_three_inequalities(states: list[str]) -> None:
    """k counting, u unknown, n in all: met if 2k >= n, not met if 2(k + u) < n, else unknown."""
    year = 2026
    window = Entered(*SPRING, signed="own")
    cells = {
        place: Cell(state, "", window if state != "none" else None) for place, state in enumerate(states)
    }
    found = tally(ACTIVITY, cells, group(clinicians=len(states)), rules(year), catalogue(year))
    k, u, n = found.counting, found.unknown, len(states)

    if not found.entered:
        assert found.verdict.counts is None
        return
    assert found.verdict.counts is (True if 2 * k >= n else False if 2 * (k + u) < n else None)
    assert found.on_track is (2 * (k + found.coming) >= n)


def test_a_suspended_activity_cannot_begin_though_there_is_time() -> None:
    year, late = 2025, date(2025, 6, 1)

    assert can_begin("IA_PM_6", date(2025, 5, 6), rules(year), catalogue(year))
    assert not can_begin("IA_PM_6", late, rules(year), catalogue(year))
    assert can_begin("IA_BE_16", late, rules(year), catalogue(year))


# ---- Two readings of who is counted: all who billed in the year, or those who are here


def both(states: list[str], here: int, year: int = 2026) -> Tally:
    """A tally of clinicians by their states, of whom the first so many are here."""
    window = Entered(*SPRING, signed="own")
    cells = {place: Cell(each, "", window if each != "none" else None) for place, each in enumerate(states)}
    who = Practice(performance_year=year, entity="group", clinicians=len(states))
    return tally(ACTIVITY, cells, who, rules(year), catalogue(year), frozenset(range(here)))


def test_seven_of_thirteen_here_are_enough_and_of_eighteen_who_billed_they_are_not() -> None:
    found = both(["signed"] * 7 + ["none"] * 11, here=13)

    assert found.undecided
    assert found.verdict.counts is None
    assert [(each.counting, each.of, each.needed, each.verdict.counts) for each in found.readings] == [
        (7, 18, 9, False), (7, 13, 7, True)
    ]  # fmt: skip
    assert [each.code for each in found.verdict.problems] == ["readings_differ"]
    assert found.verdict.problems[0].what == (
        "It depends on who is counted: 7 of 18 with 9 needed and 7 of 13 with 7 needed."
    )
    assert found.missing == 2


def test_those_who_left_can_be_what_makes_it_met() -> None:
    found = both(["none"] * 12 + ["signed"] * 6, here=10)

    assert found.verdict.counts is False  # 6 of 18, and none of the 10 who are here
    found = both(["signed"] * 4 + ["none"] * 6 + ["signed"] * 5 + ["none"] * 3, here=10)
    assert [each.verdict.counts for each in found.readings] == [True, False]  # 9 of 18, 4 of 10
    assert found.verdict.counts is None
    assert found.missing == 1


def test_what_depends_on_who_is_counted_gives_a_range_and_no_points_for_certain() -> None:
    found = both(["signed"] * 7 + ["none"] * 11, here=13)
    who = Practice(performance_year=2026, entity="group", clinicians=18, statuses=frozenset())

    for attested in (found.attestation, possible(found, (), 2026)):
        score = assessed(who, [attested], rules(2026), catalogue(2026)).score
        assert (score.points, score.most) == (0, 20)


def test_it_is_possible_where_one_reading_still_allows_it() -> None:
    """7 under way of 13 who are here can be enough, and nobody can begin any more."""
    found = both(["underway"] * 7 + ["none"] * 11, here=13)
    who = Practice(performance_year=2026, entity="group", clinicians=18, statuses=frozenset())

    assert found.verdict.counts is False
    hoped = possible(found, (), 2026)
    assert assessed(who, [hoped], rules(2026), catalogue(2026)).score.points == 20


def test_where_one_clinician_was_enough_nobody_asks_who_is_counted() -> None:
    year = 2019
    spring = Entered(date(year, 3, 1), date(year, 6, 30), signed="own")
    cells = {0: NOTHING, 1: Cell("signed", "Signed", spring)}
    who = Practice(performance_year=year, entity="group", clinicians=2)
    found = tally(ACTIVITY, cells, who, rules(year), catalogue(year), frozenset([0]))

    assert found.verdict.counts is True
    assert found.other is None


STATES_OF_CELLS = st.sampled_from(["signed", "delegated", "unknown", "underway", "notmet", "none"])


@given(st.lists(STATES_OF_CELLS, min_size=1, max_size=30), st.integers(0, 30))
def test_a_verdict_is_certain_only_where_both_readings_give_it(states: list[str], here: int) -> None:
    found, alone = both(states, here), both(states, 0)
    verdicts = {each.verdict.counts for each in found.readings}

    assert alone.other is None
    assert found.verdict.counts is (alone.verdict.counts if len(verdicts) == 1 else None)
    assert found.undecided is (len(verdicts) > 1)
    assert (found.counting, found.unknown, found.coming) == (alone.counting, alone.unknown, alone.coming)
    if not found.undecided:
        assert found.attestation == alone.attestation
    judged = verdict(found.attestation, group(clinicians=len(states)), rules(2026), catalogue(2026))
    assert judged.counts is found.verdict.counts  # the core agrees, which knows nothing of readings
