"""Windows are entered and changed, and each change says what it comes to."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from signing import P, another_practice, lock, sends, text, window

from mips_ia.portal import ledgers
from mips_ia.portal.facts import Ledger
from mips_ia.portal.models import Chosen, Clinician, Person, Practice, Stay, Window

Browse = Callable[[str], Client]
pytestmark = pytest.mark.django_db


def change(client: Client, row: Window, first: str, last: str) -> str:
    answer = client.post(f"{P}/plan/{row.id}/", {"first": first, "last": last, "save": "1"}, follow=True)
    return text(answer.content)


def test_it_says_the_last_day_to_start_and_what_is_short(browse: Browse) -> None:
    page = text(browse("manager").get(f"{P}/plan/").content)

    assert "The last day to start is October 3, 2026, 17 days from now." in page
    assert (
        "7 count today, 1 is waiting for a signature, 1 is too short. 9 of 18 needed; 2 more needed." in page
    )


def test_one_activity_leads_back_to_all_and_one_that_was_not_chosen_is_named(browse: Browse) -> None:
    client = browse("manager")
    back = f'<a href="{P}/plan/">All activities</a>'

    one = client.get(f"{P}/plan/?activity=IA_PSPA_21").content.decode()
    assert back in one
    assert "IA_BE_16, " not in text(one.encode())
    other = client.get(f"{P}/plan/?activity=IA_BE_4").content.decode()
    assert back in other
    assert "IA_BE_4 is not among the activities that were chosen for 2026." in other
    assert "All activities" not in client.get(f"{P}/plan/").content.decode()


def test_a_window_that_ends_one_day_early_is_saved_and_names_the_day_that_is_enough(browse: Browse) -> None:
    manager = browse("manager")

    page = change(manager, window("Johnson"), "07/01/2026", "09/27/2026")

    assert "Saved, but it does not count: 89 days. 90 days from July 1 end on September 28." in page
    assert "Too short" in text(manager.get(f"{P}/participation/").content)


def test_one_day_more_is_under_way_and_the_kept_signature_makes_it_on_track(browse: Browse) -> None:
    from signing import just_signed_in

    manager = browse("manager")
    page = change(manager, window("Johnson"), "07/01/2026", "2026-09-28")
    assert "Saved. IA_PSPA_21 now has 7 of 18 clinicians, with 1 waiting for a signature and 1" in page
    johnson = window("Johnson").clinician_id
    cell = manager.get(f"{P}/participation/IA_PSPA_21/{johnson}/").content.decode()
    assert "Under way" in text(cell[cell.index("<h1") :].encode())
    assert "On track" not in text(manager.get(f"{P}/").content)

    sends(just_signed_in("kim"), f"/sign/{window('Kim').id}/", {"name": "Soo-jin Kim"})

    assert "On track" in text(manager.get(f"{P}/").content)


@pytest.mark.parametrize(
    ("first", "last", "says"),
    [
        ("07/01/2026", "06/30/2026", "Enter an end date on or after the start date, July 1, 2026."),
        (
            "12/15/2025", "04/01/2026",
            "Enter dates inside 2026. If it began earlier, start it on January 1, 2026.",
        ),
        (
            "03/01/2027", "06/01/2027",
            "Enter dates inside 2026. A window that starts in 2027 belongs to 2027.",
        ),
        (
            "11/01/2026", "02/01/2027",
            "Enter dates inside 2026. If it went on longer, end it on December 31, 2026.",
        ),
        ("13/01/2026", "", "There is no month 13. Enter a date like MM/DD/YYYY."),
        ("02/30/2026", "", "There is no day 30 in that month."),
        ("July", "", "Enter a date like 07/01 and the year, MM/DD/YYYY."),
    ],
)  # fmt: skip
def test_days_that_cannot_be_are_not_saved(browse: Browse, first: str, last: str, says: str) -> None:
    row = window("Johnson")

    answer = browse("manager").post(f"{P}/plan/{row.id}/", {"first": first, "last": last, "save": "1"})

    assert answer.status_code == 200
    assert says in text(answer.content)
    assert "<title>Error: " in answer.content.decode()
    assert 'aria-invalid="true"' in answer.content.decode()
    assert window("Johnson") == row


def test_a_window_that_starts_too_late_is_saved_and_cannot_count(browse: Browse) -> None:
    page = change(browse("manager"), window("Johnson"), "10/10/2026", "12/31/2026")

    assert "Saved, but it cannot count: 90 days from October 10 end after December 31." in page
    assert "The last day to start was October 3." in page


def test_nobody_does_anything_before_they_came_or_after_they_left(browse: Browse) -> None:
    manager = browse("manager")

    left = change(manager, window("Moreau", "IA_BE_16"), "05/01/2026", "07/29/2026")
    came = change(manager, window("Novak", "IA_BE_16"), "06/01/2026", "08/29/2026")

    end = "Change these dates, or the roster."
    assert f"Dr. Moreau billed under this TIN until June 30, 2026. {end}" in left
    assert f"Dr. Novak billed under this TIN from July 1, 2026. {end}" in came
    assert window("Moreau", "IA_BE_16").last is not None
    assert f"{window('Moreau', 'IA_BE_16').last:%m-%d}" == "04-04"


def test_somebody_who_came_back_was_there_in_both_stays(browse: Browse, harbor: Practice) -> None:
    row = window("Moreau", "IA_BE_16")
    Stay.objects.create(
        year=harbor.years.get(year=2026), clinician=row.clinician, joined_on="2026-09-01", billed=True
    )

    assert "Saved." in change(browse("manager"), row, "09/05/2026", "12/31/2026")


def test_somebody_who_went_to_another_site_was_there_all_the_while(browse: Browse, harbor: Practice) -> None:
    row = window("Moreau", "IA_BE_16")
    Stay.objects.create(
        year=harbor.years.get(year=2026), clinician=row.clinician, joined_on="2026-07-01", billed=True
    )

    assert "Saved." in change(browse("manager"), row, "03/02/2026", "07/30/2026")
    held = Ledger(harbor.years.get(year=2026)).cell(row.clinician_id, "IA_BE_16")
    assert [each.code for each in held.problems if each.severity != "note"] == []


@pytest.mark.parametrize(
    ("first", "last", "says"),
    [
        ("", "", "Saved, but it does not count yet: the start date and the end date are missing."),
        ("07/01/2026", "", "Saved, but it does not count yet: the end date is missing."),
    ],
)
def test_a_window_without_a_day_is_saved_and_the_day_is_asked_for(
    browse: Browse, first: str, last: str, says: str
) -> None:
    assert says in change(browse("manager"), window("Johnson"), first, last)


def test_several_clinicians_get_the_same_days_at_once(browse: Browse) -> None:
    rossi, okafor = (window(name, "IA_BMH_12").clinician for name in ("Rossi", "Okafor"))
    manager = browse("manager")
    given = {
        "activity": "IA_PSPA_21", "clinicians": [rossi.id, okafor.id], "first": "09/20/2026",
        "last": "12/18/2026",
    }  # fmt: skip

    answer = manager.post(f"{P}/plan/new/", given, follow=True)

    assert (
        "IA_PSPA_21 now has 7 of 18 clinicians, with 1 waiting for a signature and 2 under way or planned."
        in text(answer.content)
    )
    assert window("Rossi").last == window("Okafor").last


def test_nothing_is_preselected_but_the_activity_that_the_link_names(browse: Browse) -> None:
    page = browse("manager").get(f"{P}/plan/new/?activity=IA_PSPA_21").content.decode()

    assert '<option value="IA_PSPA_21" selected>' in page
    assert " checked" not in page
    assert "A window is the days from when to when a clinician did an activity." in page
    assert "Most activities need 90 days or more in a row, all inside 2026." in page


def test_a_day_that_is_not_known_stays_unknown(browse: Browse) -> None:
    row = window("Rossi", "IA_BMH_12")

    change(browse("manager"), row, "09/20/2026", "")

    assert window("Rossi", "IA_BMH_12").last is None
    assert "Dates missing" in text(browse("manager").get(f"{P}/plan/").content)


def test_overlapping_windows_are_noted_and_count_once(browse: Browse) -> None:
    kim = window("Kim", "IA_BE_16").clinician
    given = {"activity": "IA_BE_16", "clinicians": [kim.id], "first": "04/01/2026", "last": "06/29/2026"}

    page = text(browse("manager").post(f"{P}/plan/new/", given, follow=True).content)

    assert "Another window of IA_BE_16 overlaps these days. A clinician counts once." in page
    assert "IA_BE_16 now has 11 of 18 clinicians" in page
    plan = text(browse("manager").get(f"{P}/plan/?activity=IA_BE_16").content)
    assert plan.count("Overlaps another window") == 2
    cell = text(browse("manager").get(f"{P}/participation/IA_BE_16/{kim.id}/").content)
    assert "It shares days with the window April 1, 2026 – June 29, 2026. A clinician counts once." in cell


def test_two_short_windows_that_meet_are_told_to_be_one(browse: Browse) -> None:
    kim = window("Kim", "IA_BE_16").clinician
    for first, last in (("01/05/2026", "02/15/2026"), ("02/16/2026", "02/27/2026")):
        given = {"activity": "IA_BE_16", "clinicians": [kim.id], "first": first, "last": last}
        browse("manager").post(f"{P}/plan/new/", given)

    cell = text(browse("manager").get(f"{P}/participation/IA_BE_16/{kim.id}/").content)

    for days in ("January 5, 2026 – February 15, 2026", "February 16, 2026 – February 27, 2026"):
        assert f"It meets the window {days} without a day between." in cell
    assert "Days in a row count together only in one window" in cell


def test_a_second_window_from_the_same_day_is_refused_with_what_to_do(browse: Browse) -> None:
    manager = browse("manager")
    kim = window("Kim", "IA_BE_16")
    manager.post(
        f"{P}/plan/new/",
        {"activity": "IA_BE_16", "clinicians": [kim.clinician_id], "first": "06/15/2026", "last": ""},
    )
    other = Window.objects.get(clinician=kim.clinician, activity="IA_BE_16", last=None)

    page = change(manager, other, "03/02/2026", "05/30/2026")

    assert "Soo-jin Kim has another window of IA_BE_16 that starts on this day." in page


def test_a_window_that_is_there_is_never_replaced_unseen(browse: Browse) -> None:
    row, kim = window("Adeyemi"), window("Kim", "IA_BE_16").clinician
    clinicians = [row.clinician_id, kim.id, window("Johnson").clinician_id]
    given = {"activity": row.activity, "clinicians": clinicians, "first": row.first, "last": "12/01/2026"}
    kept = list(Window.objects.values_list("id", "replaced_at"))

    answer = browse("manager").post(f"{P}/plan/new/", given)

    there = f"Grace Adeyemi has another window of {row.activity} that starts on this day."
    assert there in text(answer.content)
    assert "Johnson has" not in text(answer.content)
    assert list(Window.objects.values_list("id", "replaced_at")) == kept
    assert window("Adeyemi").signatures.count() == 1


def test_the_same_days_again_change_nothing(browse: Browse) -> None:
    row = window("Adeyemi")
    given = {"activity": row.activity, "clinicians": [row.clinician_id], "first": row.first, "last": row.last}

    answer = browse("manager").post(f"{P}/plan/new/", given, follow=True)

    assert "Saved. IA_PSPA_21 now has 7 of 18 clinicians" in text(answer.content)
    assert window("Adeyemi") == row


def test_whoever_is_slower_sees_what_the_other_saved_and_keeps_what_they_typed(browse: Browse) -> None:
    row = window("Johnson")
    change(browse("manager"), row, "07/01/2026", "09/28/2026")

    answer = browse("admin").post(
        f"{P}/plan/{row.id}/", {"first": "07/01/2026", "last": "10/05/2026", "save": "1"}
    )

    page = text(answer.content)
    assert answer.status_code == 409
    assert "Dana Whitfield changed this at September 16, 2026, 9:00 a.m. EDT." in page
    assert 'value="10/05/2026"' in answer.content.decode()
    assert f'action="{P}/plan/{window("Johnson").id}/"' in answer.content.decode()


def test_a_window_entered_by_mistake_stays_in_the_record_and_no_longer_counts(browse: Browse) -> None:
    row = window("Adeyemi")

    page = text(browse("manager").post(f"{P}/plan/{row.id}/", {"unclaim": "1"}, follow=True).content)

    assert (
        "Saved. It is not claimed. IA_PSPA_21 now has 6 of 18 clinicians, with 1 waiting for a signature."
        in page
    )
    assert Window.objects.get(pk=row.pk).replaced_at is not None


def test_a_form_that_was_opened_from_the_overview_goes_back_to_it(browse: Browse) -> None:
    row = window("Johnson")

    answer = browse("manager").post(
        f"{P}/plan/{row.id}/?from=overview", {"first": "07/01/2026", "last": "09/28/2026", "save": "1"}
    )

    assert answer.headers["Location"] == f"{P}/"


def test_a_clinician_sees_and_changes_only_their_own_windows(browse: Browse) -> None:
    kim = browse("kim")
    page = text(kim.get(f"{P}/plan/").content)

    assert "Kim, Soo-jin" in page
    assert "Johnson" not in page
    other = window("Johnson")
    assert kim.get(f"{P}/plan/{other.id}/").status_code == 404
    given = {"first": "07/01/2026", "last": "09/28/2026", "save": "1"}
    assert kim.post(f"{P}/plan/{other.id}/", given).status_code == 404
    assert window("Johnson") == other
    kim.post(
        f"{P}/plan/new/",
        {"activity": "IA_BMH_12", "clinicians": [other.clinician_id], "first": "09/20/2026", "last": ""},
    )
    assert not Window.objects.filter(clinician=other.clinician, activity="IA_BMH_12").exists()
    assert window("Kim", "IA_BMH_12").entered_by.email == "kim@demo.example"


def test_a_window_of_one_practice_is_not_there_at_another(browse: Browse) -> None:
    other = another_practice()

    answer = browse("manager").get(f"/p/{other.slug}/2026/plan/{window('Johnson').id}/")

    assert answer.status_code == 404


def test_a_locked_year_refuses_with_the_name_of_who_can_unlock_it(browse: Browse, harbor: Practice) -> None:
    lock(harbor)
    row, manager = window("Johnson"), browse("manager")

    for answer in (
        manager.get(f"{P}/plan/new/"),
        manager.post(f"{P}/plan/{row.id}/", {"first": "07/01/2026", "last": "09/28/2026", "save": "1"}),
    ):
        assert answer.status_code == 403
        assert "Dana Whitfield can unlock it, with a reason." in text(answer.content)
    assert window("Johnson") == row
    assert manager.get(f"{P}/plan/").status_code == 200


def test_years_with_other_words_and_no_activities_open_too(browse: Browse) -> None:
    for year in (2019, 2025, 2027):
        page = browse("manager").get(f"{P.replace('2026', str(year))}/plan/")

        assert page.status_code == 200
        assert "No activities are chosen yet." in text(page.content)


def test_late_in_the_year_what_was_done_can_still_be_recorded_and_signatures_are_one_click_away(
    browse: Browse, settings: Any
) -> None:
    settings.TODAY = "2026-11-25"
    page = text(browse("manager").get(f"{P}/plan/").content)

    assert "The last day to start was October 3, 2026." in page
    assert "No activity can count any more" not in page
    assert re.search(r"Ask for \d+ signatures?", page)
    assert "Ask for" not in text(browse("kim").get(f"{P}/plan/").content)


@pytest.mark.parametrize(
    ("year", "activity", "says"),
    [
        (
            2022,
            "IA_PSPA_30",
            "PCI Bleeding Campaign Not met CMS marked this activity as suspended on July 18",
        ),
        (2023, "IA_PSPA_7", "Not met IA_PSPA_7 is not among the activities of MVP G0053."),
    ],
)
def test_what_cannot_count_whoever_did_it_says_why_and_that_nobody_counts(
    year: int, activity: str, says: str, browse: Browse, harbor: Practice, settings: Any
) -> None:
    settings.TODAY = f"{year}-12-30"
    found, of = harbor.years.get(year=year), Clinician.objects.filter(practice=harbor)[0]
    manager = Person.objects.get(email="manager@demo.example")
    found.report_as, found.statuses = "group", []
    found.pathway, found.mvp = ("traditional", "") if year == 2022 else ("mvp", "G0053")
    found.save()
    Stay.objects.create(year=found, clinician=of, billed=True)
    Chosen.objects.create(year=found, activity=activity, chosen_by=manager)
    days = {"first": f"{year}-01-05", "last": f"{year}-06-30"}
    Window.objects.create(year=found, clinician=of, activity=activity, entered_by=manager, **days)
    page = text(browse("manager").get(f"{P.replace('2026', str(year))}/plan/").content)

    assert says in page
    assert "These activities can still count" not in page
    assert "count today" not in page


@pytest.mark.parametrize(("year", "leap"), [(2026, False), (2024, True)])
def test_the_months_above_the_pictures_are_as_long_as_those_of_the_year(
    browse: Browse, harbor: Practice, year: int, leap: bool
) -> None:
    by = Person.objects.get(email="manager@demo.example")
    kim = Clinician.objects.get(last_name="Kim")
    Chosen.objects.get_or_create(
        year=harbor.years.get(year=year), activity="IA_BE_4", ended_at=None, defaults={"chosen_by": by}
    )
    Stay.objects.get_or_create(year=harbor.years.get(year=year), clinician=kim, ended_at=None)
    Window.objects.create(
        year=harbor.years.get(year=year), clinician=kim, activity="IA_BE_4", first=f"{year}-01-05",
        last=f"{year}-05-05", entered_by=by,
    )  # fmt: skip
    ledgers.forget()

    page = browse("manager").get(f"/p/{harbor.slug}/{year}/plan/").content.decode()

    assert ("ia-months--leap" in page) is leap
    assert f'viewBox="0 0 {366 if leap else 365} 24"' in page


def test_the_last_day_to_start_is_today(
    harbor: Practice, browse: Callable[[str], Client], settings: Any
) -> None:
    settings.TODAY = "2026-10-03"

    page = text(browse("manager").get(f"/p/{harbor.slug}/2026/plan/").content)

    assert "The last day to start a 90-day window for 2026." in page
    assert "The last day to start is October 3, 2026, today." in page
    assert " 0 days" not in page
