"""The explained score: its steps add up, the unknown is never a nought, and each number has a reason."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import html

from mips_ia.assessment import assessed
from mips_ia.attestation import Attestation
from mips_ia.catalogue import catalogue
from mips_ia.portal.actions import practice
from mips_ia.portal.facts import Ledger
from mips_ia.portal.ledgers import forget
from mips_ia.portal.models import Practice, Stay, Window
from mips_ia.portal.told import steps, weight
from mips_ia.portal.told.individuals import alone
from mips_ia.portal.told.moves import moves
from mips_ia.portal.told.shown import so_many
from mips_ia.reading.clauses import CATEGORIES
from mips_ia.reading.yearbook import years
from mips_ia.rules import rules
from mips_ia.standing import APMS
from mips_ia.standing import Practice as Who

Browse = Callable[[str], Client]


def read(client: Client, harbor: Practice, rest: str = "", year: int = 2026) -> str:
    return client.get(f"/p/{harbor.slug}/{year}/score/{rest}").content.decode()


def steps_of(access: Any) -> tuple[Any, list[steps.Row]]:
    from mips_ia.portal.told import shown

    ledger = Ledger(access.year)
    judged = steps.of_group(ledger, shown.activities(ledger))
    return ledger, steps.rows(ledger.assessment, judged, ledger.lacking)


def test_the_steps_add_up_to_the_total_and_each_has_a_source(access: Callable[..., Any]) -> None:
    ledger, table = steps_of(access("manager"))

    assert sum(row.points for row in table) == ledger.assessment.score.points == 20
    assert all(row.cite or row.assumed for row in table)


def test_they_stand_in_the_order_in_which_one_reads_them(access: Callable[..., Any]) -> None:
    _, table = steps_of(access("manager"))

    keys = [row.key for row in table]
    assert keys == ["standing", "IA_BE_16", "IA_BMH_12", "IA_PSPA_21", "medical_home", "apm"]
    assert [row.shown for row in table] == ["–", "20", "Unknown, up to 20", "0", "0", "0"]


def test_what_is_unknown_is_one_click_from_where_it_is_said(
    harbor: Practice, browse: Browse, access: Callable[..., Any]
) -> None:
    practice.describe(access("manager"), apm="")
    here = f"/p/{harbor.slug}/2026"
    page = read(browse("manager"), harbor)
    clinicians = read(browse("kim"), harbor)

    who, say = f"{here}/participation/?activity=IA_BMH_12", f"{here}/roster/statuses/"
    assert f'href="{who}">See who is missing' in page
    assert f'href="{say}">Record what the look-up says' in page
    assert "See who is missing" in clinicians
    assert "Record what the look-up says" not in clinicians, "a clinician records no status"


def test_the_first_thing_to_do_stands_below_the_score_for_whoever_may_do_it(
    harbor: Practice, browse: Browse
) -> None:
    here = f"/p/{harbor.slug}/2026/"
    first = f'<a class="ds-c-button ds-c-button--solid" href="{here}'

    assert read(browse("manager"), harbor).count("ds-c-button--solid") == 1
    assert first in read(browse("manager"), harbor)
    assert '<a class="ds-c-button ds-c-button--solid" href="/sign/' in read(browse("kim"), harbor)
    assert first not in read(browse("manager"), harbor, "?known=2026-08-01")


def test_where_nothing_is_entered_nobody_is_compared(harbor: Practice, browse: Browse) -> None:
    assert "Reporting as individuals instead" in read(browse("manager"), harbor)
    Window.objects.filter(year__practice=harbor).update(replaced_at=timezone.now())
    forget()
    page = read(browse("manager"), harbor)

    assert "Reporting as individuals instead" not in page
    assert "Record who did IA_BE_16, and when" in page


def test_the_page_has_two_numbers_and_what_is_still_possible(harbor: Practice, browse: Browse) -> None:
    page = read(browse("manager"), harbor)

    assert "<strong>20 of 40 points</strong>" in page
    assert "<strong>7.5 of 15 points</strong>" in page
    assert "20 points are certain. 20 more are still possible." in page


def test_without_statuses_it_says_unknown_and_shows_both_cases(
    harbor: Practice, browse: Browse, access: Callable[..., Any]
) -> None:
    year = access("manager").year
    year.stays.update(rural=None, hpsa=None, non_patient_facing=None)
    practice.describe(access("manager"), statuses=None)

    page = read(browse("manager"), harbor)

    assert "<strong>Unknown, 20 to 40 of 40 points</strong>" in page
    assert "We need your special statuses to be certain." in page
    row = page[page.index('<th scope="row">Special status') :]
    assert row[: row.index("</tr>")].count("40 of 40") == 2  # if yes, and the most if no
    _, table = steps_of(access("manager"))
    assert all(row.shown != "0" for row in table if row.kind == "unknown")


def test_a_status_that_counts_stand_in_for_shows_both_cases_too(harbor: Practice, browse: Browse) -> None:
    """Fifteen who bill are taken as a small practice, which the look-up may not say."""
    harbor.years.update(statuses=None, apm="none")
    gone = harbor.years.get(year=2026).stays.values_list("pk", flat=True)[:3]
    Stay.objects.filter(pk__in=[*gone]).update(billed=False)
    page = html.fromstring(read(browse("manager"), harbor))

    assert "Unknown, estimated at 40 of 40 points" in page.text_content()
    cases = page.xpath('//table[caption[contains(., "unknown fact")]]/tbody/tr')
    assert [[cell.text_content() for cell in row] for row in cases] == [
        ["Special status", "40 of 40", "20 to 40 of 40"]
    ]  # fmt: skip


def test_with_nothing_known_no_nought_stands_for_it(harbor: Practice, browse: Browse) -> None:
    page = read(browse("manager"), harbor, year=2025)

    assert ">0 of 40" not in page
    assert "Improvement activities score: <strong>Unknown</strong>." in page
    assert "We need how you report, your pathway, your roster and your special statuses" in page
    assert "Unknown, up to" not in page[page.index("Share of the final score: ") :].partition("</tr>")[0]


def test_one_clinician_is_no_clinicians(access: Callable[..., Any]) -> None:
    access("manager").year.stays.exclude(clinician__last_name="Kim").update(billed=False)
    ledger, table = steps_of(access("manager"))

    (falls,) = [each for each in ledger.tallies if each.activity == "IA_PSPA_21"]
    assert so_many(falls) == "0 of 1 clinician counts and 1 is needed"
    assert "1 of 1 clinician, each 90 days" in next(row.asks for row in table if row.activity == "IA_PSPA_21")


def test_what_would_change_it_names_people_days_and_what_it_gives(access: Callable[..., Any]) -> None:
    found = moves(Ledger(access("manager").year), names=True)

    falls = next(each for each in found if "IA_PSPA_21" in each.says)
    assert "Soo-jin Kim signs; Paul Johnson runs to September 28, 2026 and signs" in falls.says
    assert (falls.by, falls.score.points) == (date(2026, 9, 28), 40)
    worst = found[-1]  # of the 17 who are here 8 would be left
    assert worst.says == "2 clinicians withdraw their signatures of IA_BE_16"
    assert (worst.raises, worst.score.points) == (False, 0)


def test_of_several_who_do_the_same_all_run_on(access: Callable[..., Any]) -> None:
    Window.objects.filter(activity="IA_PSPA_21").update(last=date(2026, 5, 1))
    found = " ".join(each.says for each in moves(Ledger(access("manager").year), names=False))

    assert "4 clinicians run to May 30, 2026 and sign; " in found


def test_somebody_who_may_see_no_names_sees_only_their_own_row(harbor: Practice, browse: Browse) -> None:
    page = read(browse("kim"), harbor)

    assert "Kim, Soo-jin, MD" in page
    assert "Johnson" not in page
    assert "Alvarez" not in page


def test_each_clinician_has_a_score_of_their_own_beside_the_groups(
    harbor: Practice, browse: Browse, access: Callable[..., Any]
) -> None:
    ledger = Ledger(access("manager").year)
    alvarez = next(p for p in ledger.counted if p.clinician.last_name == "Alvarez")
    mine = alone(ledger, alvarez)

    assert (mine.found.score.points, mine.counting) == (40, ["IA_BE_16", "IA_BMH_12"])
    page = read(browse("manager"), harbor)
    row = page[page.index("Alvarez, Tomás, MD") :]
    assert "Individual" in row[: row.index("</tr>")]
    own = read(browse("manager"), harbor, f"?clinician={alvarez.id}")
    assert "Tomás Alvarez’s own 2026 score" in own
    assert sum(r.points for r in steps.rows(mine.found, mine.judged)) == 40


def test_a_colleagues_steps_are_not_for_a_clinician(
    harbor: Practice, browse: Browse, access: Callable[..., Any]
) -> None:
    ledger = Ledger(access("manager").year)
    alvarez = next(p for p in ledger.counted if p.clinician.last_name == "Alvarez")

    answer = browse("kim").get(f"/p/{harbor.slug}/2026/score/?clinician={alvarez.id}")

    assert answer.status_code == 404


def test_those_who_report_as_individuals_see_a_table_of_clinicians(
    harbor: Practice, browse: Browse, access: Callable[..., Any]
) -> None:
    practice.describe(access("manager"), report_as="individual")

    page = read(browse("manager"), harbor)

    assert "You report as individuals" in page
    assert "8 of 18 clinicians have full credit." in page


def test_rules_that_were_not_known_yet_are_refused_with_the_day(harbor: Practice, browse: Browse) -> None:
    page = read(browse("manager"), harbor, "?known=2025-01-01")

    assert "There is no score as known on January 1, 2025." in page
    assert "The rules of 2026 became known on November 5, 2025 (" in page
    assert (
        browse("manager").get(f"/p/{harbor.slug}/2026/score/score.json?known=2025-01-01").status_code == 400
    )


def test_a_day_to_come_is_refused_as_no_day_that_anything_was_known_on(
    harbor: Practice, browse: Browse
) -> None:
    client, asked = browse("manager"), "?known=2026-09-17"
    page = read(client, harbor, asked)

    assert "There is no score as known on September 17, 2026." in page
    assert "September 17, 2026 is yet to come. Ask for a day up to today, September 16, 2026." in page
    assert "There is no score" not in read(client, harbor, "?known=2026-09-16")
    answer = client.get(f"/p/{harbor.slug}/2026/score/score.json{asked}")
    assert (answer.status_code, answer.json()["problems"][0]["code"]) == (400, "day_to_come")
    assert client.get(f"/p/{harbor.slug}/2026/score/score.pdf{asked}").status_code == 302


def test_the_answer_of_an_earlier_day_takes_the_list_as_it_was_then(
    harbor: Practice, browse: Browse, access: Callable[..., Any]
) -> None:
    from mips_ia.portal.actions import ledger

    manager = access("manager", 2025)
    suspended = next(
        a.id for a in catalogue(2025).activities.values() if a.event and a.event.kind == "suspended"
    )
    ledger.choose(manager, suspended)

    before = Ledger(manager.year, as_known_on=date(2025, 4, 1))

    assert before.listed.activities[suspended].event is None
    assert Ledger(manager.year).listed.activities[suspended].event is not None
    assert "As known on April 1, 2025" in read(browse("manager"), harbor, "?known=2025-04-01", 2025)


def test_a_day_that_cannot_be_is_an_error_of_the_form(harbor: Practice, browse: Browse) -> None:
    page = read(browse("manager"), harbor, "?known=yesterday")

    assert "<title>Error: " in page


def test_the_score_for_programs_has_the_same_points(harbor: Practice, browse: Browse) -> None:
    found = browse("manager").get(f"/p/{harbor.slug}/2026/score/score.json").json()

    assert found["score"]["points"] == 20
    assert sum(step["points"] for step in found["score"]["steps"]) == 20


def test_the_weights_ask_in_plain_words_with_nothing_chosen(harbor: Practice, browse: Browse) -> None:
    page = read(browse("manager"), harbor, "weights/")

    assert "checked" not in page
    assert "Which categories does CMS not score for you?" in page
    assert "Cost, Promoting Interoperability" in page


def test_a_category_that_is_not_scored_moves_the_weight(harbor: Practice, browse: Browse) -> None:
    client = browse("manager")

    answer = client.post(
        f"/p/{harbor.slug}/2026/score/weights/", {"not_scored": ["quality", "pi"]}, follow=True
    )

    assert "Saved. Improvement activities are 50% of your final score." in answer.content.decode()
    assert "<strong>25 of 50 points</strong>" in read(client, harbor)


def test_that_the_category_itself_is_not_scored_is_said_as_one_speaks(
    harbor: Practice, browse: Browse
) -> None:
    harbor.years.update(not_scored=["ia"])

    assert "and Improvement activities are not scored." in read(browse("manager"), harbor)


@pytest.mark.parametrize(
    ("not_scored", "drawn", "labels"),
    [
        (None, [("0", "180"), ("180", "180"), ("360", "90"), ("450", "150")], [30, 30, 15, 25]),
        (["quality", "pi"], [("0", "300"), ("300", "300")], [0, 50, 50, 0]),
    ],
)
def test_the_weights_that_hold_are_drawn_with_their_numbers_beside_them(
    not_scored: list[str] | None, drawn: list[tuple[str, str]], labels: list[int], harbor: Practice,
    browse: Browse, access: Callable[..., Any],
) -> None:  # fmt: skip
    practice.describe(access("manager"), not_scored=not_scored)
    page = html.fromstring(browse("manager").get(f"/p/{harbor.slug}/2026/score/weights/").content)
    (figure,) = page.xpath("//figure[@aria-labelledby='weighs']")
    bars = figure.xpath("./svg[@aria-hidden='true']/rect[starts-with(@class, 'ia-ink-')]")

    assert [(each.get("x"), each.get("width")) for each in bars] == drawn
    told = [each.text_content().strip() for each in figure.xpath("./figcaption/span")]
    names = ("Quality", "Cost", "Improvement activities", "Promoting Interoperability")
    assert told == [f"{name} {weight}%" for name, weight in zip(names, labels, strict=True)]


SMALL_PI = (
    "Find out whether Promoting Interoperability (PI) is submitted for you. PI is reweighted for small "
    "practices automatically, unless they submit it (42 CFR 414.1380(c)(2)(i)(C)(9)). Without PI, "
    "improvement activities are 30% of the final score."
)


def test_what_is_added_holds_only_as_long_as_no_category_is_reweighted(
    harbor: Practice, browse: Browse, access: Callable[..., Any]
) -> None:
    practice.describe(access("manager"), statuses=[], not_scored=None)
    page = html.fromstring(read(browse("manager"), harbor)).text_content()

    if_none = "as long as no category is reweighted, which is not known"
    assert f"It adds 7.5 of 15 points to your MIPS final score {if_none}." in page
    assert f"20 ÷ 40 × 15% {if_none}" in page
    assert f"Each share of the final score holds {if_none}." in page
    assert "Find out which categories CMS does not score for you." in page
    assert "small practices" not in page
    tried = html.fromstring(read(browse("manager"), harbor, "what-if/?clinicians=12")).text_content()
    assert f"points to the final score {if_none}." in tried
    tried = html.fromstring(read(browse("manager"), harbor, "what-if/?not_scored=pi")).text_content()
    assert f"Share of the final score; today’s {if_none}" in tried
    practice.describe(access("manager"), not_scored=[])
    assert if_none not in read(browse("manager"), harbor)


def test_a_small_practice_reads_the_rule_that_reweights_by_itself_and_what_to_find_out(
    harbor: Practice, browse: Browse, access: Callable[..., Any]
) -> None:
    practice.describe(access("manager"), statuses=["small_practice"], not_scored=None)

    for rest in ("", "weights/"):
        page = html.fromstring(read(browse("manager"), harbor, rest)).text_content()
        assert SMALL_PI in page, rest
    assert f'href="/p/{harbor.slug}/2026/score/weights/">Record which' in read(browse("manager"), harbor)
    assert "Record which" not in read(browse("kim"), harbor)


@pytest.mark.parametrize(("year", "named"), [(2021, False), (2022, True), (2027, True)])
def test_the_rule_is_named_in_the_years_in_which_it_moves_the_weight(year: int, named: bool) -> None:
    who = Who(
        performance_year=year,
        entity="group",
        clinicians=9,
        statuses=frozenset(["small_practice"]),
        not_scored=None,
    )

    said = weight.moved(assessed(who, [], rules(year), catalogue(year)))

    assert ("automatically" in said) is named
    assert said.startswith("Find out whether" if named else "Find out which categories")


def test_not_knowing_is_an_answer_of_its_own(
    harbor: Practice, browse: Browse, access: Callable[..., Any]
) -> None:
    browse("manager").post(f"/p/{harbor.slug}/2026/score/weights/", {"not_scored": ["unknown"]})
    assert access("manager").year.not_scored is None

    wrong = browse("manager").post(f"/p/{harbor.slug}/2026/score/weights/", {"not_scored": ["none", "pi"]})
    assert "Choose categories, or one of the last two answers." in wrong.content.decode()


def test_a_clinician_sees_the_weights_and_cannot_change_them(harbor: Practice, browse: Browse) -> None:
    address = f"/p/{harbor.slug}/2026/score/weights/"

    assert "Save your answer" not in browse("kim").get(address).content.decode()
    assert browse("kim").post(address, {"not_scored": ["none"]}).status_code == 403


@pytest.mark.parametrize("year", years())
def test_every_year_has_its_page_and_its_weights(harbor: Practice, browse: Browse, year: int) -> None:
    for rest in ("score/", "score/weights/", "score/what-if/", "export/"):
        assert browse("manager").get(f"/p/{harbor.slug}/{year}/{rest}").status_code == 200


STATUSES = ("small_practice", "rural", "hpsa", "non_patient_facing", "hospital_based")


@st.composite
def ledgers(draw: st.DrawFn) -> tuple[Who, list[Attestation]]:
    """Somebody who reports in some year, and what they attest."""
    year = draw(st.sampled_from(years()))
    known, listed = rules(year), catalogue(year)
    pathway = draw(st.sampled_from(sorted(known.pathway)))
    mvp = draw(st.sampled_from(sorted(listed.mvps))) if pathway == "mvp" and listed.mvps else None
    apms = (*APMS, None) if pathway in ("traditional", "mvp") else ("mips_apm", None)
    clinicians = draw(st.one_of(st.none(), st.integers(1, 40)))
    special = [name for name in STATUSES if name in known.special]
    who = Who(
        performance_year=year, entity=draw(st.sampled_from(known.pathway[pathway].entities)), pathway=pathway,
        mvp=mvp, clinicians=clinicians, apm=draw(st.sampled_from(apms)),
        statuses=draw(st.one_of(st.none(), st.frozensets(st.sampled_from(special)))),
        medical_home_sites=draw(st.sampled_from((None, (0, 2), (1, 2), (2, 2)))),
        quality_and_pi_submitted=draw(st.sampled_from((None, True, False))),
        not_scored=draw(st.one_of(st.none(), st.frozensets(st.sampled_from(CATEGORIES), max_size=2))),
        extreme_circumstances=draw(st.booleans()), study=draw(st.booleans()),
    )  # fmt: skip
    ids = [
        *draw(st.sets(st.sampled_from(sorted(listed.activities)), max_size=5)),
        known.medical_home_activity,
    ]
    given = [_attested(draw, id, year, clinicians) for id in ids[: draw(st.integers(0, len(ids)))]]
    return who, given


def _attested(draw: st.DrawFn, id: str, year: int, clinicians: int | None) -> Attestation:
    most = draw(st.integers(0, clinicians)) if clinicians else None
    least = draw(st.integers(0, most)) if most else most
    first = draw(st.sampled_from((None, date(year, 1, 1), date(year, 11, 1))))
    return Attestation(id, first, date(year, 12, 31), draw(st.sampled_from((True, None, False))), least, most)


@settings(max_examples=400, deadline=None)
@given(ledgers())
def test_the_points_column_adds_up_whatever_is_known(found: tuple[Who, list[Attestation]]) -> None:
    who, given_ = found
    whole = assessed(who, given_, rules(who.performance_year), catalogue(who.performance_year))

    table = steps.rows(whole, steps.of_verdicts(whole.verdicts))

    assert sum(row.points for row in table) == whole.score.points <= whole.score.full
    assert all(row.cite for row in table)
    assert len({row.key for row in table}) == len(table)
    assert all(row.shown != "0" for row in table if row.kind == "unknown")
    elsewhere = {whole.rules.full_credit.assumption, whole.score.weighing.assumption}
    assert {*whole.score.assumptions} - elsewhere <= {key for row in table for key in row.assumed}


def test_a_clinicians_own_score_says_what_would_change_it(harbor: Practice, browse: Browse) -> None:
    kim = harbor.clinicians.get(last_name="Kim").pk
    page = read(browse("kim"), harbor, f"?clinician={kim}")

    assert "What would change it" in page
    assert "The window of IA_PSPA_21 is signed" in page
    assert "One more activity begins by October 3, 2026 and is signed" in page
