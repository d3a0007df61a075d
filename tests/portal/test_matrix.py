"""The page of the matrix: whose row, what is said of each activity, and what a large or empty one shows."""

import re
from collections.abc import Callable
from datetime import date

import crowd
import pytest
from django.test import Client
from signing import P, text, window

from mips_ia.portal import ledgers
from mips_ia.portal.models import Chosen, Clinician, Person, Practice, Stay, Window
from pace import Stopwatch

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


def test_a_name_is_no_part_of_the_page_around_it(browse: Browse) -> None:
    Clinician.objects.update(last_name="<i>Ng</i>")

    page = browse("manager").get(f"{P}/participation/").content.decode()

    assert ": &lt;i&gt;Ng&lt;/i&gt;, " in page
    assert "<i>" not in page


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
    assert "Clinicians 1 to 200 of 230. To print them all, open " in first
    assert "Clinicians 201 to 230 of 230." in manager.get(f"{at}?page=2").content.decode()
    assert 'href="?all=1"' in first
    assert "ia-print-wide" in first
    whole = manager.get(f"{at}?all=1").content.decode()
    assert ("Person0229" in whole, " of 230." in whole) == (True, False)
    part = manager.get(f"{at}?show=attention", headers={"HX-Request": "true"}).content.decode()
    assert "<html" not in part
    assert "data-live" in part
    assert "<html" in manager.get(f"{at}?show=attention").content.decode()
    roster = at.replace("participation", "roster")
    assert (
        "101 to 200 of 230. “All rows on one page” is what"
        in manager.get(f"{roster}?page=2").content.decode()
    )
    whole = manager.get(f"{roster}?all=1").content.decode()
    assert ("Person0000" in whole, "Person0229" in whole, " of 230." in whole) == (True, True, False)


def notes(client: Client) -> dict[str, str]:
    """What stands under a name in the matrix, by name."""
    page = client.get(f"{P}/participation/").content.decode()
    heads = re.findall(r'<th scope="row" class="ia-sticky">(.*?)</th>', page)[1:]  # after the totals
    told = [re.fullmatch(r"<a [^>]*>(.*?)</a>(?:<span[^>]*>(.*)</span>)?", each) for each in heads]
    return {each[1]: each[2] or "" for each in told if each}


def test_who_joined_or_left_within_the_year_is_marked(browse: Browse, harbor: Practice) -> None:
    manager = browse("manager")
    found = notes(manager)
    assert len(found) == 18
    marked = {name: note for name, note in found.items() if note}
    assert marked == {"Moreau, Jules, MD": "Left June 30", "Novak, Petra, MD": "Joined July 1"}

    stays = Stay.objects.filter(year__practice=harbor, year__year=2026, ended_at=None)
    stays.filter(clinician__last_name="Novak").update(joined_on=date(2026, 1, 1))  # as the year begins
    stays.filter(clinician__last_name="Kim").update(joined_on=date(2025, 7, 1), left_on=date(2027, 1, 31))
    stays.filter(clinician__last_name="Chen").update(joined_on=date(2026, 2, 3), left_on=date(2026, 12, 31))
    ledgers.forget()  # no line of the log tells of it
    marked = {name: note for name, note in notes(manager).items() if note}
    assert marked == {
        "Chen, Wei, MD": "Joined February 3, Left December 31", "Moreau, Jules, MD": "Left June 30",
    }  # fmt: skip


def test_who_was_there_before_and_came_back_has_not_joined(browse: Browse, harbor: Practice) -> None:
    left = Stay.objects.get(year__practice=harbor, clinician__last_name="Moreau")
    back = Stay(year=left.year, clinician=left.clinician, joined_on=date(2026, 9, 1), billed=True)
    back.save()
    assert notes(browse("manager"))["Moreau, Jules, MD"] == ""

    Stay.objects.filter(pk=left.pk).update(joined_on=date(2026, 2, 3))
    ledgers.forget()  # no line of the log tells of it
    assert notes(browse("manager"))["Moreau, Jules, MD"] == "Joined February 3"


def test_two_hundred_clinicians_and_ten_activities_take_less_than_300_ms(
    person: Callable[[str], Person], browse: Browse
) -> None:
    """Right after a change too, when nothing of the practice is kept."""
    crowd.build(200, 10, person("manager"), "000000200")
    manager, at = browse("manager"), "/p/crowd-000000200/2026/participation/"

    def seconds() -> float:
        ledgers.forget()
        watch = Stopwatch()
        page = manager.get(at).content.decode()
        took = watch.stop(0.3)
        assert page.count('<th scope="row" class="ia-sticky">') == 201
        return took

    assert min(seconds() for _ in range(5)) < 0.3


def test_nothing_needs_attention_in_as_many_columns_as_there_are(browse: Browse) -> None:
    Window.objects.update(taking_part=False)

    page = browse("manager").get(f"{P}/participation/?show=attention").content.decode()

    assert '<td colspan="4">Nothing needs attention.' in page


def test_windows_are_recorded_at_an_address_of_participation(browse: Browse) -> None:
    answer = browse("manager").get(f"{P}/participation/record/?activity=IA_PSPA_21")

    assert answer.headers["Location"] == f"{P}/plan/new/?activity=IA_PSPA_21&from=participation"
    assert browse("kim").get(f"{P}/participation/record/").status_code == 302
