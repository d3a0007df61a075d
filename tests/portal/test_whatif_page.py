"""What if: a second column, a shareable address, and nothing that is saved."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from mips_ia.portal.actions import ledger, practice
from mips_ia.portal.models import Entry, Practice

Browse = Callable[[str], Client]


def read(client: Client, harbor: Practice, rest: str, year: int = 2026, **more: Any) -> str:
    return client.get(f"/p/{harbor.slug}/{year}/score/what-if/{rest}", **more).content.decode()


def test_it_says_that_nothing_is_saved_and_saves_nothing(harbor: Practice, browse: Browse) -> None:
    before = Entry.objects.count()

    page = read(browse("manager"), harbor, "?IA_PSPA_21=9&status=small_practice")

    assert "Nothing here is saved." in page
    assert Entry.objects.count() == before
    assert "checked" not in read(browse("manager"), harbor, "")


def test_nine_clinicians_would_reach_full_credit(harbor: Practice, browse: Browse) -> None:
    page = read(browse("manager"), harbor, "?IA_PSPA_21=9")

    assert "The score would be <strong>40 of 40 points</strong> instead of 20 of 40." in page
    assert "9 clinicians; 9 needed." in page


def test_one_fewer_would_not(harbor: Practice, browse: Browse) -> None:
    page = read(browse("manager"), harbor, "?IA_PSPA_21=8&IA_BMH_12=8")

    assert "The score would be <strong>20 of 40 points</strong>" in page


def test_a_special_status_makes_one_activity_enough(harbor: Practice, browse: Browse) -> None:
    page = read(browse("manager"), harbor, "?status=small_practice")

    assert "The score would be <strong>40 of 40 points</strong>" in page


def test_more_clinicians_raise_what_is_needed(harbor: Practice, browse: Browse) -> None:
    page = read(browse("manager"), harbor, "?clinicians=24")

    assert "11 of 24 clinicians did it, and 12 are needed." in page


def test_a_further_activity_is_a_row_and_an_unknown_one_says_why(harbor: Practice, browse: Browse) -> None:
    page = read(browse("manager"), harbor, "?more=ia_be_4,+IA_CC_1")

    assert "The score would be <strong>40 of 40 points</strong>" in page
    assert "IA_CC_1 was removed after 2025." in page


def test_an_mvp_takes_only_its_own_activities(harbor: Practice, browse: Browse) -> None:
    page = read(browse("manager"), harbor, "?pathway=mvp&mvp=M1370&more=IA_BE_4")

    assert "IA_BE_4 is not among the activities of MVP M1370." in page


def test_years_with_weights_count_by_weight(
    harbor: Practice, browse: Browse, access: Callable[..., Any]
) -> None:
    manager = access("manager", 2024)
    practice.describe(
        manager, report_as="group", pathway="traditional", statuses=[], apm="none", not_scored=[],
        sites_recognized=0, sites_all=1,
    )  # fmt: skip
    ledger.choose(manager, "IA_EPA_1")

    page = read(browse("manager"), harbor, "?clinicians=20&IA_EPA_1=10&more=IA_EPA_2", 2024)

    assert "The score would be <strong>30 of 40 points</strong>" in page  # high 20 and medium 10


def test_what_does_not_fit_together_says_so(harbor: Practice, browse: Browse) -> None:
    page = read(browse("manager"), harbor, "?pathway=app&apm=none")

    assert "This pathway is only for participants in a MIPS APM" in page


def test_two_numbers_are_asked_for_sites(harbor: Practice, browse: Browse) -> None:
    page = read(browse("manager"), harbor, "?sites=two")

    assert "<title>Error: " in page
    assert "Enter two numbers, such as 2/6." in page


@pytest.mark.parametrize(
    ("asked", "says"),
    [
        ("status=rural&status=none", "Choose “None of these” alone, or take the tick off it."),
        ("not_scored=pi&not_scored=none", "Choose “All four are scored” alone, or take the tick off it."),
    ],
)
def test_none_stands_alone_as_where_it_is_recorded(
    asked: str, says: str, harbor: Practice, browse: Browse
) -> None:
    page = read(browse("manager"), harbor, f"?{asked}")

    assert "<title>Error: " in page
    assert says in page


@pytest.mark.parametrize("asked", ["status=none", "not_scored=none"])
def test_none_alone_is_an_answer(asked: str, harbor: Practice, browse: Browse) -> None:
    page = read(browse("manager"), harbor, f"?{asked}")

    assert "<title>Error: " not in page
    assert f"?{asked}" in page


def test_htmx_gets_the_table_alone_with_its_total_to_read_out(harbor: Practice, browse: Browse) -> None:
    page = read(browse("manager"), harbor, "?IA_PSPA_21=9", headers={"HX-Request": "true"})

    assert page.lstrip().startswith('<div id="compared">')
    assert "data-live" in page


def test_the_address_can_be_shared(harbor: Practice, browse: Browse) -> None:
    page = read(browse("manager"), harbor, "?IA_PSPA_21=9&mvp=&status=rural&status=hpsa")

    assert "/score/what-if/?IA_PSPA_21=9&amp;status=rural&amp;status=hpsa" in page


def test_a_clinician_may_ask_too(harbor: Practice, browse: Browse) -> None:
    assert "40 of 40 points" in read(browse("kim"), harbor, "?IA_PSPA_21=9")


def test_those_who_report_as_individuals_see_the_practice_as_a_group(
    harbor: Practice, browse: Browse, access: Callable[..., Any]
) -> None:
    practice.describe(access("manager"), report_as="individual")

    page = read(browse("manager"), harbor, "?IA_PSPA_21=9")

    assert "This page works with the practice as a group" in page
    assert "instead of 20 of 40." in page
