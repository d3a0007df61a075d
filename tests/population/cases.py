"""The edge of each rule by hand: a few practices for each, and what must be said of them."""

from calendar import isleap
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from mips_ia import catalogue, rules, years

FINAL = [year for year in years() if rules(year).status == "final"]
YEAR = FINAL[-1]
GENERAL = next(period.days for period in rules(YEAR).period if not period.activities)
DONE = next(
    id
    for id in catalogue(YEAR).activities
    if id != rules(YEAR).medical_home_activity
    and not any(id in each.activities for each in (*rules(YEAR).period, *rules(YEAR).frequency))
    and all(id in catalogue(each).activities for each in years()[-6:])
)

Rows = Iterator[tuple[str, dict[str, object]]]


@dataclass(frozen=True)
class Case:
    """Rows of a few practices (a TIN is a number from 0 there, and so is an NPI), and what is said.

    `counts` is what the activities come to, in any order; `codes` all that is said of them.
    """

    name: str
    rows: Callable[[], Rows]
    counts: tuple[bool | None, ...]
    codes: frozenset[str]


CASES: list[Case] = []


def case(counts: str, codes: str = "") -> Callable[[Callable[[], Rows]], Callable[[], Rows]]:
    """A case by the sentence that is its name; `counts` are `y`, `n` and `?` of each row attested."""
    said = tuple({"y": True, "n": False, "?": None}[each] for each in counts)

    def noted(rows: Callable[[], Rows]) -> Callable[[], Rows]:
        CASES.append(Case(rows.__name__, rows, said, frozenset(codes.split())))
        return rows

    return noted


def practice(
    report_as: str, place: int = 0, year: int = YEAR, **cells: object
) -> tuple[str, dict[str, object]]:
    return "practices", {"performance_year": year, "tin": place, "report_as": report_as, **cells}


def roster(people: range, place: int = 0, year: int = YEAR, **cells: object) -> Rows:
    for one in people:
        yield "roster", {"performance_year": year, "tin": place, "npi": one, **cells}


def did(
    people: range,
    activity: str = DONE,
    first: object = "",
    last: object = "",
    place: int = 0,
    year: int = YEAR,
    **cells: object,
) -> Rows:
    """Rows of participation, by default of the whole year."""
    days = (
        (first, last) if first or last or "taking_part" in cells else (date(year, 1, 1), date(year, 12, 31))
    )
    said = {"performance_year": year, "tin": place, "activity_id": activity, "taking_part": "yes"}
    for one in people:
        yield "participation", {**said, "npi": one, "start_date": days[0], "end_date": days[1], **cells}


def group(size: int, of: int, year: int = YEAR, **cells: object) -> Rows:
    """A group with a roster, of which so many did the activity all year."""
    yield practice("group", year=year, **cells)
    yield from roster(range(size), year=year)
    yield from did(range(of), year=year)


def alone(**cells: object) -> Rows:
    yield practice("individual", **cells)
    yield from roster(range(1))


def window(days: int, first: date = date(YEAR, 3, 1)) -> tuple[date, date]:
    return first, first + timedelta(days=days - 1)


@case("nyy", "too_short")
def a_window_is_a_day_too_short_or_just_long_enough_or_longer() -> Rows:
    yield practice("individual")
    yield from roster(range(3))
    for one, days in enumerate((GENERAL - 1, GENERAL, GENERAL + 1)):
        yield from did(range(one, one + 1), DONE, *window(days))


@case("yn", "too_late")
def the_last_day_on_which_a_window_can_begin_and_the_next() -> Rows:
    yield practice("individual")
    yield from roster(range(2))
    last = date(YEAR, 12, 31)
    for one, less in enumerate((1, 0)):
        yield from did(range(one, one + 1), DONE, last - timedelta(days=GENERAL - 2 + less), last)


@case("nn", "outside_year reversed_dates")
def days_that_leave_the_year_or_end_before_they_begin() -> Rows:
    yield practice("individual")
    yield from roster(range(2))
    yield from did(range(1), DONE, date(YEAR - 1, 12, 31), date(YEAR, 12, 31))
    yield from did(range(1, 2), DONE, date(YEAR, 6, 2), date(YEAR, 6, 1))


LEAP = next(year for year in reversed(FINAL) if isleap(year))


@case("yn", "too_short")
def a_window_over_a_leap_day() -> Rows:
    yield practice("individual", year=LEAP)
    yield from roster(range(2), year=LEAP)
    for one, days in enumerate((GENERAL, GENERAL - 1)):
        yield from did(range(one, one + 1), DONE, *window(days, date(LEAP, 2, 29)), year=LEAP)


@case("y")
def exactly_half_of_a_group() -> Rows:
    yield from group(10, 5)


@case("n", "too_few_clinicians")
def one_less_than_half_of_a_group() -> Rows:
    yield from group(10, 4)


@case("n", "too_few_clinicians")
def less_than_half_of_an_odd_number() -> Rows:
    yield from group(9, 4)


@case("y")
def fifteen_clinicians_are_a_small_practice() -> Rows:
    yield from group(15, 8)


@case("y")
def sixteen_clinicians_are_none() -> Rows:
    yield from group(16, 8)


@case("y")
def those_who_billed_nothing_are_no_part_of_half() -> Rows:
    yield from group(4, 2)
    yield from roster(range(4, 7), billed_in_year="no")


@case("y")
def those_who_left_before_the_year_are_no_part_of_half() -> Rows:
    yield from group(4, 2)
    yield from roster(range(4, 7), left_on="2025-12-31")


@case("?", "clinicians_unknown")
def a_group_of_which_nobody_billed() -> Rows:
    yield practice("group")
    yield from roster(range(3), billed_in_year="no")
    yield from did(range(3))


@case("?", "participation_unknown")
def half_of_a_group_only_with_those_whose_answer_is_blank() -> Rows:
    yield from group(4, 1)
    yield from did(range(1, 2), taking_part="", first=date(YEAR, 1, 1), last=date(YEAR, 12, 31))


@case("n", "too_few_clinicians")
def half_of_a_group_only_with_those_who_say_no() -> Rows:
    yield from group(4, 1)
    yield from did(range(1, 3), taking_part="no", first=date(YEAR, 1, 1), last=date(YEAR, 12, 31))


@case("?", "dates_unknown participation_unknown")
def a_group_without_days() -> Rows:
    yield practice("group")
    yield from roster(range(2))
    yield from did(range(2), DONE, date(YEAR, 3, 1), "")


@case("n", "too_short too_few_clinicians")
def a_group_of_which_every_window_is_too_short() -> Rows:
    yield practice("group")
    yield from roster(range(2))
    yield from did(range(1), DONE, *window(40))
    yield from did(range(1, 2), DONE, *window(50))


@case("y")
def a_clinician_of_a_group_with_a_bad_and_a_good_window_is_one() -> Rows:
    yield practice("group")
    yield from roster(range(2))
    yield from did(range(1), DONE, *window(10))
    yield from did(range(1), DONE, *window(GENERAL, date(YEAR, 5, 1)))


@case("ynn", "repeated too_short")
def an_individual_repeats_an_activity() -> Rows:
    yield from alone()
    yield from did(range(1), DONE, *window(GENERAL))
    yield from did(range(1), DONE, *window(GENERAL, date(YEAR, 7, 1)))
    yield from did(range(1), DONE, *window(GENERAL - 1, date(YEAR, 8, 1)))


@case("yn", "repeated dates_unknown")
def an_individual_repeats_an_activity_first_without_its_end() -> Rows:
    yield from alone()
    yield from did(range(1), DONE, date(YEAR, 1, 2), "")
    yield from did(range(1), DONE, *window(GENERAL))


@case("?n", "dates_unknown attested_no")
def days_and_answers_that_are_not_known() -> Rows:
    yield practice("individual")
    yield from roster(range(2))
    yield from did(range(1), DONE, "", "", taking_part="yes")
    yield from did(range(1, 2), DONE, "", "", taking_part="no")


@case("?", "not_answered")
def an_individual_whose_answer_is_blank() -> Rows:
    yield from alone()
    yield from did(range(1), taking_part="", first=date(YEAR, 1, 1), last=date(YEAR, 12, 31))


SUSPENDED = {
    f"suspended_{each.id}_{year}_begun_{days}": (year, each, days)
    for year in years()
    for each in catalogue(year).activities.values()
    if each.event and each.event.counts_if_started_by
    for days in (-1, 0, 1)
}


def suspended(year: int, id: str, first: date) -> Callable[[], Rows]:
    def rows() -> Rows:
        yield practice("individual", year=year)
        yield from roster(range(1), year=year)
        yield from did(range(1), id, *window(GENERAL, first), year=year)

    return rows


for name, (year, each, after) in SUSPENDED.items():
    begun = each.event.counts_if_started_by + timedelta(days=after)
    CASES.append(
        Case(
            name,
            suspended(year, each.id, begun),
            (after <= 0,),
            frozenset(["suspended"] if after > 0 else []),
        )
    )


@case("nnnnn", "unknown_activity renumbered not_in_year not_in_program")
def activities_that_the_year_does_not_have() -> Rows:
    yield practice("individual")
    yield from roster(range(1))
    for id in ("IA_XX_1", "IA_PM_13", "IA_CC_1", "IA_MVP", "IA_ERP_6"):
        yield from did(range(1), id)


@case("y")
def statuses_that_are_blank_and_all_counts_known() -> Rows:
    yield practice("group")
    yield from roster(range(16), non_patient_facing="yes", rural="no", hpsa="no")
    yield from did(range(8))


@case("y")
def statuses_that_are_blank_and_a_count_that_is_not_known() -> Rows:
    yield practice("group")
    yield from roster(range(15), non_patient_facing="yes", rural="yes")
    yield from roster(range(15, 16), rural="yes")
    yield from did(range(8))


@case("")
def individuals_with_statuses_of_their_own() -> Rows:
    for place, given in enumerate(("", "none", "rural")):
        yield practice("individual", place, statuses=given)
        for one, answer in enumerate(("yes", "no", "")):
            yield from roster(range(one, one + 1), place, rural=answer, hpsa=answer)


@case("y")
def a_virtual_group_over_three_practices() -> Rows:
    for place in range(3):
        yield practice("virtual_group", place, entity_id="VG-1")
        yield from roster(range(place * 4, place * 4 + 4), place)
        yield from did(range(place * 4, place * 4 + 2), place=place)


@case("?", "clinicians_unknown")
def a_virtual_group_that_lacks_a_roster() -> Rows:
    for place in range(2):
        yield practice("virtual_group", place, entity_id="VG-2")
    yield from roster(range(2), 0)
    yield from did(range(2), place=0)


@case("")
def a_virtual_group_whose_practices_contradict_each_other() -> Rows:
    for place, apm in enumerate(("none", "mips_apm")):
        yield practice("virtual_group", place, entity_id="VG-3", apm=apm)
        yield from roster(range(2), place)


MVP = next(iter(catalogue(YEAR).mvps))
LISTED = next(iter(catalogue(YEAR).mvps[MVP].activities))


@case("y")
def a_subgroup_on_an_mvp() -> Rows:
    yield practice("subgroup", pathway="mvp", mvp_id=MVP, entity_id="S-1")
    yield from roster(range(4))
    yield from did(range(2), LISTED)


@case("n", "unknown_mvp")
def an_mvp_with_an_unknown_id() -> Rows:
    yield from alone(pathway="mvp", mvp_id="M9999")
    yield from did(range(1), LISTED)


@case("n", "unknown_mvp")
def an_mvp_that_is_not_named() -> Rows:
    yield from alone(pathway="mvp")
    yield from did(range(1), LISTED)


@case("y")
def an_apm_entity_of_two_practices() -> Rows:
    for place in range(2):
        yield practice("apm_entity", place, pathway="app", apm="mips_apm", entity_id="APM-1")
        yield from roster(range(place * 2, place * 2 + 2), place)
    yield from did(range(2), place=0)


HOME = rules(YEAR).medical_home_activity


@case("yyn??", "too_few_sites sites_unknown")
def a_medical_home_by_its_sites() -> Rows:
    for place, sites in enumerate(("1/1", "1/2", "1/3", "", "3/soon")):
        yield practice("group", place, medical_home_sites=sites)
        yield from roster(range(4), place)
        yield from did(range(1), HOME, place=place)


@case("?", "sites_unknown")
def a_medical_home_of_an_individual() -> Rows:
    yield from alone()
    yield from did(range(1), HOME)


LIMITED = next(iter(sorted(rules(YEAR).frequency[0].activities)))


@case("yn", "too_soon")
def an_activity_limited_in_frequency_in_two_years() -> Rows:
    for year in (YEAR - 1, YEAR):
        yield practice("individual", year=year)
        yield from roster(range(1), year=year)
        yield from did(range(1), LIMITED, year=year)


@case("ny", "too_short too_few_clinicians")
def an_activity_limited_in_frequency_that_was_not_credited_before() -> Rows:
    for year, days in ((YEAR - 1, GENERAL - 1), (YEAR, GENERAL)):
        yield practice("group", year=year)
        yield from roster(range(2), year=year)
        yield from did(range(2), LIMITED, *window(days, date(year, 3, 1)), year=year)


@case("")
def nobody_attests_anything() -> Rows:
    yield from alone()
    yield practice("group", 1)
    yield practice("individual", 2)


@case("yn", "too_short")
def individuals_without_a_roster_are_those_who_did_something() -> Rows:
    yield practice("individual")
    yield from did(range(1))
    yield from did(range(1, 2), DONE, *window(3))


@case("y")
def names_with_what_spreadsheets_add() -> Rows:
    yield practice("group", 0, practice_name="'=Sum & Sons")
    yield practice("group", 1, practice_name="\u00a0Wide\u00a0")
    yield practice("subgroup", 2, entity_id="'-S-2")
    yield practice("individual", 3, entity_id=" I-1 ")
    yield from roster(range(1), 3, first_name="'+Ann ", last_name="\tO'Hara ")
    yield from did(range(1), place=3)


@case("yy")
def numbers_that_begin_with_noughts() -> Rows:
    yield practice("individual")
    for number in ("0000000000", "0123456789"):
        yield from roster(range(1), npi=number)
        yield from did(range(1), npi=number)


@case("y")
def rows_with_a_key_of_their_own() -> Rows:
    yield from alone()
    for key in ("k-1", " k-1 "):
        yield from did(range(1), row_id=key)
