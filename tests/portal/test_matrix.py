"""The page of the matrix: whose row, what is said of each activity, and what a large or empty one shows."""

from collections.abc import Callable

import crowd
import pytest
from django.test import Client
from signing import P, text, window

from mips_ia.portal import ledgers
from mips_ia.portal.models import Chosen, Person, Practice, Stay, Window

Browse = Callable[[str], Client]
pytestmark = pytest.mark.django_db


def test_a_clinician_sees_their_own_row_and_the_totals(browse: Browse) -> None:
    kim = browse("kim")

    page = text(kim.get(f"{P}/participation/").content)

    assert "Kim, Soo-jin" in page
    assert "7 of 18 clinicians; 9 needed. 2 more needed" in page
    assert "Johnson" not in page
    assert "needs attention" not in page
    assert f'href="{P}/participation/"' in kim.get(f"{P}/").content.decode()


def test_each_activity_says_how_many_count_are_needed_and_are_missing(browse: Browse) -> None:
    page = text(browse("manager").get(f"{P}/participation/").content)

    assert "7 of 18 clinicians; 9 needed. 2 more needed; the last day to start is October 3, 2026." in page
    assert "9 of 18 needed; 2 more needed." in text(browse("manager").get(f"{P}/plan/").content)


def test_the_key_has_every_state(browse: Browse) -> None:
    page = browse("manager").get(f"{P}/participation/").content.decode()

    key = text(
        page[page.index('aria-label="Key"') : page.index("</ul>", page.index('aria-label="Key"'))].encode()
    )
    for word in ("Signed", "Delegated", "Under way", "Planned", "Unknown", "Does not count", "No window"):
        assert word in key


def test_an_empty_page_says_what_comes_first(browse: Browse, harbor: Practice) -> None:
    manager = browse("manager")
    Window.objects.update(replaced_at="2026-09-16T12:00Z")
    page = manager.get(f"{P}/participation/").content.decode()
    assert "0 of 18" in text(page.encode())
    assert f'href="{P}/plan/new/?activity=IA_PSPA_21&amp;from=participation"' in page

    Chosen.objects.filter(year__practice=harbor).delete()
    ledgers.forget()  # no line of the log tells of it
    for name in ("participation", "plan"):
        assert "Choose activities" in text(manager.get(f"{P}/{name}/").content)

    Stay.objects.filter(year__practice=harbor).delete()
    ledgers.forget()
    assert f'href="{P}/roster/new/">Add clinicians' in manager.get(f"{P}/participation/").content.decode()


def test_a_plan_of_a_year_to_come_promises_no_day_of_this_year(browse: Browse, harbor: Practice) -> None:
    year = harbor.years.get(year=2027)
    Chosen.objects.create(year=year, activity="IA_PSPA_21", chosen_by_id=window("Kim").entered_by_id)

    page = text(browse("manager").get(f"{P.replace('2026', '2027')}/plan/").content)

    assert "No windows yet." in page
    assert "A window that starts today" not in page


def test_many_clinicians_stand_on_pages_or_on_one_to_print(
    person: Callable[[str], Person], browse: Browse
) -> None:
    crowd.build(230, 5, person("manager"), "000000230")
    manager, at = browse("manager"), "/p/crowd-000000230/2026/participation/"

    first = manager.get(at).content.decode()
    assert ("Person0229" in first, "Person0199" in first) == (False, True)
    assert 'href="?all=1"' in first
    assert "ia-print-wide" in first
    whole = manager.get(f"{at}?all=1").content.decode()
    assert "Person0229" in whole
    part = manager.get(f"{at}?show=attention", headers={"HX-Request": "true"}).content.decode()
    assert "<html" not in part
    assert "data-live" in part
    assert "<html" in manager.get(f"{at}?show=attention").content.decode()


def test_nothing_needs_attention_in_as_many_columns_as_there_are(browse: Browse) -> None:
    Window.objects.update(taking_part=False)

    page = browse("manager").get(f"{P}/participation/?show=attention").content.decode()

    assert '<td colspan="4">Nothing needs attention.' in page


def test_windows_are_recorded_at_an_address_of_participation(browse: Browse) -> None:
    answer = browse("manager").get(f"{P}/participation/record/?activity=IA_PSPA_21")

    assert answer.headers["Location"] == f"{P}/plan/new/?activity=IA_PSPA_21&from=participation"
    assert browse("kim").get(f"{P}/participation/record/").status_code == 302
