"""One activity: what it takes, how the practice stands, and what became of an id of another year."""

import re
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from django.test import Client
from django.utils import timezone

from mips_ia.portal.actions import ledger
from mips_ia.portal.models import Entry, Final, Practice
from mips_ia.portal.tenancy import Access
from mips_ia.portal.told.inventory import history

QUERIES = 19


@pytest.fixture(autouse=True)
def texts(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """Where CMS's own texts lie; at first there are none."""
    monkeypatch.setenv("MIPS_IA_DATA", str(tmp_path))
    (tmp_path / "texts").mkdir()
    return tmp_path / "texts"


@pytest.fixture
def page(harbor: Practice, browse: Callable[[str], Client]) -> Callable[..., str]:
    """The page of an activity, as somebody sees it."""

    def shown(id: str, who: str = "manager", year: int = 2026) -> str:
        return browse(who).get(f"/p/{harbor.slug}/{year}/activities/{id}/").content.decode()

    return shown


def test_it_says_what_to_keep_as_numbered_parts_joined_by_and(page: Callable[..., str]) -> None:
    found = page("IA_BE_16")

    assert "You need all 4 of these." in found
    assert found.count(">AND<") == 3
    assert "1. Workflow, policy or guideline" in found
    assert "Mask patient information before you keep it." in found


def test_where_one_of_several_is_enough_they_are_joined_by_or_within_their_number(
    page: Callable[..., str],
) -> None:
    found = page("IA_BMH_12")

    assert "Any one of these is enough." in found
    assert found.count(">OR<") == 1
    assert re.search(r"[0-9]\.1\. ", found)
    assert re.search(r"[0-9]\.2\. ", found)


def test_a_single_requirement_stands_alone(page: Callable[..., str]) -> None:
    assert "You need this one." in page("IA_CC_8")


def test_our_summary_is_marked_as_ours_until_the_text_of_cms_is_loaded(
    page: Callable[..., str], texts: Path
) -> None:
    assert "This is our summary. CMS’s own text for 2026 is not loaded." in page("IA_BE_16")

    kept = '{"IA_BE_16": {"title": "As CMS has it", "description": "Word for <word>."}}'
    (texts / "2026.json").write_text(kept, encoding="utf-8")

    found = page("IA_BE_16")
    assert "Word for &lt;word&gt;." in found
    assert "CMS’s own text, inventory of 2026." in found
    assert "This is our summary" not in found


def test_it_counts_today_with_its_margin_and_everybody_who_takes_part(page: Callable[..., str]) -> None:
    found = page("IA_BE_16")

    assert "11 of 18 clinicians; 9 needed. You can lose 2. If only those here now count, 1." in found
    assert "Moreau, Jules, MD" in found
    assert "Delegated" in found
    assert "Rossi, Marco" not in found  # he has no window of it


def test_a_clinician_sees_totals_and_nobody_elses_name(page: Callable[..., str]) -> None:
    found = page("IA_BE_16", who="kim")

    assert "11 of 18 clinicians" in found
    assert "Kim, Soo-jin, MD" in found
    assert "Moreau" not in found
    assert 'name="do"' not in found


def test_what_is_not_chosen_can_be_chosen(
    harbor: Practice, browse: Callable[[str], Client], page: Callable[..., str]
) -> None:
    assert "Choose activity" in page("IA_BE_22")
    found = (
        browse("manager")
        .post(f"/p/{harbor.slug}/2026/activities/IA_BE_22/", {"do": "choose"}, follow=True)
        .content.decode()
    )

    assert "Saved. IA_BE_22 is now one of your 4 activities." in found
    assert "Nothing is entered yet. 9 of 18 clinicians are needed." in found
    assert "Take back" in found


def test_taking_back_what_has_windows_is_asked_once_more_and_says_what_it_does(
    harbor: Practice, browse: Callable[[str], Client]
) -> None:
    client, address = browse("manager"), f"/p/{harbor.slug}/2026/activities/IA_BE_16/"

    asked = client.post(address, {"do": "take_back"}, follow=True)
    assert "12 windows are recorded for it." in asked.content.decode()
    assert "Your score today would go from 20 to 0 points." in asked.content.decode()
    assert harbor.years.get(year=2026).chosen.filter(activity="IA_BE_16", ended_at=None).exists()

    done = client.post(address, {"do": "take_back", "sure": "yes"}, follow=True).content.decode()
    assert "Saved. IA_BE_16 is taken back. You have 2 activities for 2026." in done
    assert not harbor.years.get(year=2026).chosen.filter(activity="IA_BE_16", ended_at=None).exists()
    assert harbor.years.get(year=2026).windows.filter(activity="IA_BE_16", replaced_at=None).count() == 12
    assert Entry.objects.filter(action="activity taken back", record="IA_BE_16").exists()


def test_taking_back_what_does_not_count_yet_changes_no_points(
    harbor: Practice, browse: Callable[[str], Client]
) -> None:
    found = browse("manager").get(f"/p/{harbor.slug}/2026/activities/IA_PSPA_21/take-back/").content.decode()

    assert "Your score stays at 20 points." in found


def test_what_has_no_windows_is_taken_back_at_once(
    harbor: Practice, browse: Callable[[str], Client], access: Callable[..., object]
) -> None:
    ledger.choose(access("manager"), "IA_BE_22")
    found = browse("manager").post(
        f"/p/{harbor.slug}/2026/activities/IA_BE_22/", {"do": "take_back"}, follow=True
    )

    assert "IA_BE_22 is taken back. You have 3 activities" in found.content.decode()
    again = browse("manager").get(f"/p/{harbor.slug}/2026/activities/IA_BE_22/take-back/")
    assert again.status_code == 302


def test_in_a_locked_year_nothing_is_taken_back(
    harbor: Practice, browse: Callable[[str], Client], person: Callable[[str], object]
) -> None:
    year = harbor.years.get(year=2026)
    Final.objects.create(
        year=year, kind="locked", person=person("manager"), role="manager", at=timezone.now(), digest="-"
    )
    browse("manager").post(f"/p/{harbor.slug}/2026/activities/IA_BE_16/", {"do": "take_back", "sure": "yes"})

    assert year.chosen.filter(activity="IA_BE_16", ended_at=None).exists()


def test_a_clinician_cannot_take_back(harbor: Practice, browse: Callable[[str], Client]) -> None:
    client = browse("kim")

    assert client.post(f"/p/{harbor.slug}/2026/activities/IA_BE_16/", {"do": "take_back"}).status_code == 403
    assert client.get(f"/p/{harbor.slug}/2026/activities/IA_BE_16/take-back/").status_code == 403


def test_a_suspended_activity_says_who_is_still_covered(
    harbor: Practice, access: Callable[..., object], page: Callable[..., str]
) -> None:
    manager = access("manager", 2025)
    ledger.choose(manager, "IA_AHE_8")
    for last_name, first in (("Kim", date(2025, 3, 1)), ("Chen", date(2025, 6, 1))):
        clinician = harbor.clinicians.get(last_name=last_name)
        ledger.enter(manager, clinician, "IA_AHE_8", first, None)

    found = page("IA_AHE_8", year=2025)
    assert "CMS suspended this activity on May 6, 2025." in found
    assert "It still counts if you had completed or started it by May 6, 2025." in found
    assert "Your start: March 1, 2025. 1 of 2 windows began by May 6, 2025." in found


def test_its_history_follows_the_renumbering() -> None:
    assert history("IA_AHW_1", 2026) == [
        *[each for each in history("IA_AHW_1", 2026) if each[0] < 2026],
        (2026, "Renumbered from IA_PM_13 to IA_AHW_1."),
    ]
    assert history("IA_PM_13", 2025)[0] == history("IA_AHW_1", 2026)[0] == (2017, "Added as IA_PM_13.")
    assert (2026, "Removed from the inventory.") in history("IA_CC_1", 2025)


def test_an_activity_with_a_rule_of_its_own_says_how_often_it_counts(page: Callable[..., str]) -> None:
    assert "Credit for this activity is given once in 4 years." in page("IA_PSPA_4")
    assert "It can count in each performance year." in page("IA_BE_16")
    assert "6 months" in page("IA_ERP_1")


# ---- What the year does not have


def test_an_id_that_was_renumbered_leads_to_the_new_one(
    harbor: Practice, browse: Callable[[str], Client]
) -> None:
    found = browse("manager").get(f"/p/{harbor.slug}/2026/activities/IA_PM_13/")

    assert found.status_code == 404
    assert "CMS renumbered IA_PM_13. Use IA_AHW_1." in found.content.decode()
    assert "/activities/IA_AHW_1/" in found.content.decode()


def test_an_id_of_a_later_year_leads_to_what_it_was_before(page: Callable[..., str]) -> None:
    found = page("IA_AHW_1", year=2025)

    assert "IA_AHW_1 was added in 2026." in found
    assert "/2025/activities/IA_PM_13/" in found


def test_an_id_of_another_year_says_so(page: Callable[..., str]) -> None:
    assert "IA_CC_1 was removed after 2025." in page("IA_CC_1")


def test_an_id_that_never_was_names_the_nearest(harbor: Practice, browse: Callable[[str], Client]) -> None:
    found = browse("manager").get(f"/p/{harbor.slug}/2026/activities/IA_PSPA_211/")

    assert found.status_code == 404
    assert "No activity is called" in found.content.decode()
    assert "/activities/IA_PSPA_21/" in found.content.decode()


def test_small_letters_lead_to_the_activity(harbor: Practice, browse: Callable[[str], Client]) -> None:
    found = browse("manager").get(f"/p/{harbor.slug}/2026/activities/ia_be_16/")

    assert found.headers["Location"].endswith("/activities/IA_BE_16/")


def test_what_was_removed_within_the_year_is_shown_and_cannot_be_chosen(
    harbor: Practice, browse: Callable[[str], Client], page: Callable[..., str]
) -> None:
    assert "It cannot be chosen any more." in page("IA_PSPA_30", year=2022)
    browse("manager").post(f"/p/{harbor.slug}/2022/activities/IA_PSPA_30/", {"do": "choose"})

    assert not harbor.years.get(year=2022).chosen.exists()


@pytest.mark.parametrize(("year", "id"), [(2022, "IA_PSPA_30"), (2023, "IA_BMH_13"), (2023, "IA_CC_14")])
def test_where_no_checklist_is_loaded_it_is_unknown_and_said_what_to_do(
    harbor: Practice, browse: Callable[[str], Client], page: Callable[..., str],
    access: Callable[..., Access], year: int, id: str,
) -> None:  # fmt: skip
    add = f"/p/{harbor.slug}/{year}/evidence/new/"
    says = f"No checklist is loaded for {year}. Add the items you will keep."

    found = page(id, year=year)
    assert says in found
    assert found.count(">Unknown<") == 1
    assert add not in found

    ledger.choose(access("manager", year), id)
    found = page(id, year=year)
    assert says in found
    assert found.count(">Unknown<") >= 2
    assert f'href="{add}"' in found
    assert browse("manager").get(add).status_code == 200
    assert f'href="{add}"' not in page(id, who="kim", year=year)


@pytest.mark.parametrize("clinicians", [3, 18])
def test_the_page_asks_the_database_as_often_for_few_as_for_many(
    harbor: Practice, asked: Callable[[str, int], int], clinicians: int
) -> None:
    assert asked(f"/p/{harbor.slug}/2026/activities/IA_BE_16/", clinicians) == QUERIES


def test_a_chosen_activity_says_what_is_signed_and_sent_and_leads_to_each_window(
    page: Callable[..., str], harbor: Practice
) -> None:
    kim = harbor.clinicians.get(last_name="Kim")
    found, met = page("IA_PSPA_21"), page("IA_BE_16")

    assert "7 of 8 signed." in found
    assert "None: it is sent once it is met." in found
    assert re.search(r"Dates we will send</span><span>[A-Z][a-z]+ \d+, 2026 – [A-Z][a-z]+ \d+, 2026<", met)
    assert f'href="/p/{harbor.slug}/2026/plan/new/?activity=IA_PSPA_21">Add windows' in found
    address = f'href="/p/{harbor.slug}/2026/participation/IA_PSPA_21/{{}}/"'
    assert address.format(kim.id) in found
    own = page("IA_PSPA_21", "kim")
    assert own.count("/participation/IA_PSPA_21/") == 1
    assert ">Add a window<" in own
