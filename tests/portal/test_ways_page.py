"""The ways to report side by side, with what this practice has done today."""

import re
from collections.abc import Callable

import pytest
from django.test import Client

from mips_ia.portal.actions import practice
from mips_ia.portal.models import Chosen, Practice, Stay, Window, Year

QUERIES = 17


@pytest.fixture
def page(harbor: Practice, browse: Callable[[str], Client]) -> Callable[..., str]:
    """The page of a year."""
    return lambda year=2026: browse("kim").get(f"/p/{harbor.slug}/{year}/activities/ways/").content.decode()


def row(page: str, title: str) -> str:
    """The words of one way's row."""
    start = page.index(title)
    return " ".join(re.sub(r"<[^>]+>", " ", page[start : page.index("</tr>", start)]).split())


def test_half_of_traditional_mips_is_all_of_an_mvp_that_takes_the_same_activity(
    page: Callable[..., str],
) -> None:
    found = page()

    traditional = row(
        found, "Traditional MIPS</th" if "Traditional MIPS</th" in found else "Traditional MIPS <"
    )
    assert "2 activities" in traditional
    assert "20 of 40 points" in traditional
    assert "Up to 40, once what is unknown is known" in traditional
    mvp = row(found, "Rehabilitative Support for Musculoskeletal Care<")
    assert "1 activity IA_BE_16, IA_BMH_12, IA_PSPA_21 Full credit" in mvp
    assert "Quality 30%, Cost 30%, Promoting Interoperability 25%" in mvp


def test_points_by_statuses_that_nobody_recorded_are_called_estimated(
    page: Callable[..., str], access: Callable[..., object], harbor: Practice
) -> None:
    practice.describe(access("manager"), statuses=None)
    Stay.objects.filter(year__practice=harbor).update(rural=True)
    Window.objects.filter(activity="IA_BMH_12").update(replaced_at="2026-09-16T13:00Z")
    Chosen.objects.filter(activity__in=["IA_BMH_12", "IA_PSPA_21"]).delete()
    found = page()

    traditional = row(found, "Traditional MIPS <")
    assert "Unknown, estimated at 40 of 40 points Special statuses are not recorded" in traditional
    mvp = row(found, "Rehabilitative Support for Musculoskeletal Care<")
    assert "Full credit" in mvp
    assert "estimated" not in mvp


def test_of_individuals_the_points_are_those_of_whoever_has_the_fewest(
    page: Callable[..., str], access: Callable[..., object]
) -> None:
    """Not what the windows of all of them would give together: one signed nothing."""
    practice.describe(access("manager"), report_as="individual")
    found = page()

    assert "the clinician who has the fewest" in found
    assert "2 activities IA_BE_16, IA_BMH_12, IA_PSPA_21 0 of 40 points" in row(found, "Traditional MIPS <")
    mvp = row(found, "Rehabilitative Support for Musculoskeletal Care<")
    assert "1 activity IA_BE_16, IA_BMH_12, IA_PSPA_21 0 of 40 points" in mvp


def test_of_individuals_whose_facts_do_not_fit_each_other_way_is_shown(
    page: Callable[..., str], access: Callable[..., object]
) -> None:
    """Here they find another pathway, as the pages advise."""
    practice.describe(access("manager"), report_as="individual", pathway="app", apm="none")
    found = page()

    assert "0 of 40 points" in row(found, '"Way">Traditional MIPS')
    assert "Not open to you" in row(found, '"Way">APM Performance Pathway')


def test_the_app_is_not_open_to_who_is_in_no_apm(page: Callable[..., str]) -> None:
    found = row(page(), "APM Performance Pathway<")

    assert "Not open to you" in found
    assert "This pathway is only for participants in a MIPS APM" in found
    assert "Correct the statuses, or choose another pathway." in found


def test_full_credit_of_the_app_names_what_must_be_so_while_that_is_not_known(
    page: Callable[..., str], access: Callable[..., object]
) -> None:
    practice.describe(access("manager"), apm="")

    assert "Full credit Only if you take part in a MIPS APM" in row(page(), "APM Performance Pathway<")


def test_where_the_app_is_open_no_activity_is_needed(
    page: Callable[..., str], access: Callable[..., object]
) -> None:
    practice.describe(access("manager"), apm="mips_apm")
    found = row(page(), "APM Performance Pathway<")

    assert "No activity CMS assigns full credit to MIPS APM participants" in found
    assert "Only if" not in found


def test_our_own_mvp_comes_first_and_then_those_that_name_our_specialty(
    page: Callable[..., str], access: Callable[..., object]
) -> None:
    practice.describe(access("manager"), pathway="mvp", mvp="M0005", specialty="physiatry")
    found = page()

    titles = re.findall(r'data-title="Way">(.*?)<span class="ia-id ia-block">(\w+)', found)
    assert titles[0][1] == "M0005"
    assert "Yours" in row(found, titles[0][0])
    assert "Names your specialty" in row(found, "Rehabilitative Support for Musculoskeletal Care<")


def test_a_year_without_mvps_has_none(page: Callable[..., str]) -> None:
    found = page(2022)

    assert "MVPs that take" not in found
    assert "Traditional MIPS" in found


def test_it_is_one_link_away_from_where_the_pathway_is_chosen_and_from_the_score(
    harbor: Practice, browse: Callable[[str], Client]
) -> None:
    for page in ("setup/reporting/", "score/"):
        found = browse("manager").get(f"/p/{harbor.slug}/2026/{page}").content.decode()
        assert f'href="/p/{harbor.slug}/2026/activities/ways/">Ways to report side by side</a>' in found


def test_looking_changes_nothing(harbor: Practice, page: Callable[..., str]) -> None:
    page()

    assert Year.objects.get(practice=harbor, year=2026).pathway == "traditional"


@pytest.mark.parametrize("clinicians", [3, 18])
def test_the_page_asks_the_database_as_often_for_few_as_for_many(
    harbor: Practice, asked: Callable[[str, int], int], clinicians: int
) -> None:
    assert asked(f"/p/{harbor.slug}/2026/activities/ways/", clinicians) == QUERIES


def test_what_the_category_weighs_is_a_range_where_that_is_not_known(
    page: Callable[..., str], access: Callable[..., object], browse: Callable[[str], Client], harbor: Practice
) -> None:
    """Of an APM Entity of 18 nobody said whether it is small, and without PI and cost that decides."""
    practice.describe(
        access("manager"), report_as="apm_entity", apm="none", statuses=None, not_scored=["cost", "pi"]
    )
    traditional = row(page(), "Traditional MIPS <")
    score = browse("manager").get(f"/p/{harbor.slug}/2026/score/").content.decode()

    assert "This category: 15% to 50% of the final score" in traditional
    assert "× 15% to 50%" in score
