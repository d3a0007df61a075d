"""Who counts, and since when: the roster, one clinician, and what half of them is."""

import re
from collections.abc import Callable
from datetime import timedelta
from html import unescape
from typing import Any

import pytest
from django.test import Client

from mips_ia.portal import ledgers
from mips_ia.portal.demo import npi_of
from mips_ia.portal.models import Clinician, Entry, Membership, Person, Practice, Signature, Stay

BLANK = {"last_name": "", "first_name": "", "credential": "", "email": "", "site": "", "joined_on": "",
         "left_on": "", "billed": ""}  # fmt: skip
NEW = BLANK | {"npi": npi_of(900), "last_name": "New", "first_name": "Nadia", "billed": "yes"}


@pytest.fixture
def here(harbor: Practice) -> str:
    return f"/p/{harbor.slug}/2026/roster/"


def _stay(number: int) -> Stay:
    return Stay.objects.select_related("clinician").get(clinician__npi=npi_of(number), ended_at=None)


def _page(answer: Any) -> str:
    return unescape(answer.content.decode())


def test_the_denominator_stands_in_a_sentence(browse: Callable[[str], Client], here: str) -> None:
    page = _page(browse("manager").get(here))

    assert (
        "18 NPIs billed in 2026; 1 left and still counts. At least 9 of them must do each activity." in page
    )
    assert "Kim, Soo-jin, MD" in page
    assert npi_of(11) in page


def test_the_denominator_says_of_how_many_nobody_said_that_they_billed(
    browse: Callable[[str], Client], here: str
) -> None:
    Stay.objects.filter(pk__in=[_stay(1).pk, _stay(11).pk]).update(billed=None)
    page = _page(browse("manager").get(here))
    assert (
        "18 NPIs count: 16 billed in 2026, and 2 are taken to have billed because nobody said; 1 left" in page
    )

    Stay.objects.update(billed=None)
    ledgers.forget()  # no line of the log tells of it
    page = _page(browse("manager").get(here))
    assert "18 NPIs count: all are taken to have billed in 2026 because nobody said; 1 left" in page


@pytest.mark.parametrize("days", [{"left_on": "2025-12-31"}, {"joined_on": "2027-01-01", "left_on": None}])
def test_who_was_there_on_no_day_of_the_year_does_not_count_unless_somebody_said_so(
    browse: Callable[[str], Client], here: str, days: dict[str, str | None]
) -> None:
    stay = Stay.objects.filter(pk=_stay(5).pk)
    stay.update(joined_on=None, billed=None)
    stay.update(**days)
    page = _page(browse("manager").get(here))
    assert "17 NPIs billed in 2026; 1 left and still counts; 1 more was there on no day of 2026 and " in page
    assert "does not count. At least 9 of them" in page
    page = _page(browse("manager").get(f"{here}{stay.get().clinician_id}/"))
    assert "Not counted: by the roster they were there on no day of 2026." in page

    stay.update(billed=True)
    ledgers.forget()  # no line of the log tells of it
    assert "18 NPIs billed in 2026" in _page(browse("manager").get(here))


@pytest.mark.parametrize(("day", "still"), [("2026-03-31", True), ("2025-12-31", False)])
def test_a_file_says_of_who_left_whether_they_still_count(
    browse: Callable[[str], Client], here: str, day: str, still: bool
) -> None:
    Stay.objects.filter(pk=_stay(5).pk).update(joined_on=None, billed=None)
    pasted = {"pasted": f"npi,left_on\n{npi_of(5)},{day}\n"}
    page = _page(browse("manager").post(f"{here}upload/", pasted, follow=True))

    assert ("Still in the denominator for 2026." in page) is still


def test_who_came_back_is_one_clinician_of_a_file(browse: Callable[[str], Client], here: str) -> None:
    stays = ("2026-01-01,2026-03-31", "2026-06-01,")
    rows = "".join(f"{npi_of(700)},Newcomer,{days}\n" for days in stays)
    pasted = {"pasted": f"npi,last_name,joined_on,left_on\n{rows}"}
    page = _page(browse("manager").post(f"{here}upload/", pasted, follow=True))

    assert "Newcomer." in page
    assert "1 other" not in page
    assert "10 of 19." in page


@pytest.mark.parametrize(("day", "needed"), [("2025-12-31", "9 of 18"), ("2026-01-01", "10 of 19")])
def test_a_file_says_beforehand_who_does_not_count(
    browse: Callable[[str], Client], here: str, day: str, needed: str
) -> None:
    rows = f"npi,last_name,left_on\n{npi_of(700)},Newcomer,{day}\n"
    page = browse("manager").post(f"{here}upload/", {"pasted": rows}, follow=True)
    assert f"{needed}." in _page(page)


def test_what_nobody_said_of_a_stay_is_not_answered_as_not_known(
    browse: Callable[[str], Client], here: str
) -> None:
    stay = _stay(11)
    Stay.objects.filter(pk=stay.pk).update(billed=None, rural=None, hpsa=None, non_patient_facing=None)

    page = _page(browse("manager").get(f"{here}{stay.clinician_id}/{stay.id}/"))

    assert 'value="unknown"' in page
    assert " checked" not in page


def test_the_days_on_which_somebody_joined_or_left_stand_in_their_row(
    browse: Callable[[str], Client], here: str
) -> None:
    page = _page(browse("manager").get(here))

    lines = re.findall(r'data-title="Name"><a[^>]*>(.*?)</a></th>(.*?)</tr>', page)
    rows = {name: re.findall(r'data-title="(?:Joined|Left)"[^>]*>(.*?)</td>', line) for name, line in lines}
    assert len(rows) == 18
    assert {name: days for name, days in rows.items() if days != ["–", "–"]} == {
        "Moreau, Jules, MD": ["–", "Jun 30, 2026"], "Novak, Petra, MD": ["Jul 1, 2026", "–"],
    }  # fmt: skip


def test_both_readings_of_the_denominator_are_shown(browse: Callable[[str], Client], here: str) -> None:
    page = _page(browse("manager").get(here))

    assert "All who billed in 2026" in page
    assert "Those here on September 16, 2026" in page
    assert "Both readings give the same verdict for 3 activities." in page


def test_a_clinician_is_added_and_the_effect_is_told(browse: Callable[[str], Client], here: str) -> None:
    page = _page(browse("manager").post(f"{here}new/", NEW, follow=True))

    assert "Saved. 19 NPIs billed in 2026" in page
    assert "At least 10 of them must do each activity." in page
    assert Entry.objects.filter(action="clinician added", record=f"clinician {NEW['npi']}").count() == 1


def test_what_is_left_out_stays_unknown(browse: Callable[[str], Client], here: str) -> None:
    browse("manager").post(f"{here}new/", BLANK | {"npi": npi_of(900)})

    stay = _stay(900)
    assert (stay.billed, stay.joined_on, stay.non_patient_facing) == (None, None, None)


def test_a_check_digit_that_does_not_fit_warns_and_stops_nothing(
    browse: Callable[[str], Client], here: str
) -> None:
    page = _page(browse("manager").post(f"{here}new/", NEW | {"npi": "9876543210"}, follow=True))

    assert "This NPI’s check digit does not fit. Check it." in page
    assert Clinician.objects.filter(npi="9876543210").exists()


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"npi": "123456789"}, "Enter 10 digits. This has 9."),
        ({"joined_on": "07/01/2026", "left_on": "2026-01-02"},
         "Enter a date on or after the date joined, July 1, 2026."),
        ({"joined_on": "13/01/2026"}, "There is no month 13."),
        ({"email": "nobody"}, "Enter an e-mail address like name@practice.org."),
    ],
)  # fmt: skip
def test_what_cannot_be_is_said_at_its_field(
    browse: Callable[[str], Client], here: str, given: dict[str, str], says: str
) -> None:
    page = _page(browse("manager").post(f"{here}new/", NEW | given))

    assert says in page
    assert "<title>Error: " in page
    assert not Clinician.objects.filter(last_name="New").exists()


def test_somebody_who_comes_back_has_two_stays_that_do_not_overlap(
    browse: Callable[[str], Client], here: str
) -> None:
    client, moreau = browse("manager"), npi_of(13)

    again = NEW | {"npi": moreau, "last_name": "Moreau", "first_name": "Jules"}
    page = _page(client.post(f"{here}new/", again | {"joined_on": "06/01/2026"}))
    assert "Enter a date after June 30, 2026, the last day of the stay before." in page

    client.post(f"{here}new/", again | {"joined_on": "09/01/2026"})
    assert Stay.objects.filter(clinician__npi=moreau, ended_at=None).count() == 2


def test_somebody_who_never_left_cannot_join_again(browse: Callable[[str], Client], here: str) -> None:
    again = NEW | {"npi": npi_of(11), "joined_on": "09/01/2026"}
    page = _page(browse("manager").post(f"{here}new/", again))

    assert "Enter the date left of the other stay first. Two stays of one clinician cannot overlap." in page


def test_dates_are_changed_in_place(browse: Callable[[str], Client], here: str) -> None:
    stay = _stay(11)
    change = BLANK | {"last_name": "Kim", "first_name": "Soo-jin", "credential": "MD", "site": "North"}
    change |= {"left_on": "08/31/2026", "billed": "no"}
    page = _page(browse("manager").post(f"{here}{stay.clinician_id}/{stay.id}/", change, follow=True))

    now = _stay(11)
    assert (str(now.left_on), now.billed, now.site and now.site.name) == ("2026-08-31", False, "North")
    assert "Saved. 17 NPIs billed in 2026" in page
    line = Entry.objects.filter(action="clinician changed").latest("id")
    assert (line.before["left_on"], line.after["left_on"]) == (None, "2026-08-31")


def test_taking_somebody_off_asks_first_and_deletes_nothing(
    browse: Callable[[str], Client], here: str
) -> None:
    stay = _stay(11)
    place = f"{here}{stay.clinician_id}/{stay.id}/off/"
    client = browse("manager")

    assert "Take Soo-jin Kim off the roster?" in _page(client.get(place))
    assert _stay(11) == stay

    client.post(place)
    assert Stay.objects.get(pk=stay.pk).ended_at is not None


def test_a_clinician_page_says_why_somebody_counts(browse: Callable[[str], Client], here: str) -> None:
    page = _page(browse("manager").get(f"{here}{_stay(13).clinician_id}/"))

    assert "Counted: billed under this TIN in 2026. Who left, on June 30, 2026, still counts" in page
    assert "Recorded under a delegation by Dana Whitfield" in page
    assert "Dana Whitfield, until December 31, 2026" in page


def test_who_billed_nothing_does_not_count(browse: Callable[[str], Client], here: str) -> None:
    Stay.objects.filter(pk=_stay(13).pk).update(billed=False)
    page = _page(browse("manager").get(f"{here}{_stay(13).clinician_id}/"))

    assert "Not counted: the roster says that nothing was billed in 2026." in page


def test_clinicians_see_themselves_and_nobody_else(browse: Callable[[str], Client], here: str) -> None:
    client = browse("kim")

    assert "Kim, Soo-jin, MD" in _page(client.get(f"{here}{_stay(11).clinician_id}/"))
    assert client.get(f"{here}{_stay(13).clinician_id}/").status_code == 404
    assert client.get(here).status_code == 403
    assert client.post(f"{here}new/", NEW).status_code == 403
    assert client.post(f"{here}{_stay(11).clinician_id}/{_stay(11).id}/off/").status_code == 403


def test_a_stay_of_another_year_is_not_there(browse: Callable[[str], Client], harbor: Practice) -> None:
    stay = _stay(11)

    answer = browse("manager").get(f"/p/{harbor.slug}/2025/roster/{stay.clinician_id}/{stay.id}/")

    assert answer.status_code == 404


def test_an_empty_roster_says_how_to_begin(browse: Callable[[str], Client], harbor: Practice) -> None:
    page = _page(browse("manager").get(f"/p/{harbor.slug}/2025/roster/"))

    assert "Add the clinicians who bill under this TIN." in page


def test_a_search_finds_by_name_and_by_npi(browse: Callable[[str], Client], here: str) -> None:
    client = browse("manager")

    for words in ("kim", npi_of(11)):
        page = _page(client.get(here, {"q": words}))
        assert "Kim, Soo-jin" in page
        assert "Moreau" not in page
    assert "Nobody matches “zzz”." in _page(client.get(here, {"q": "zzz"}))


def test_the_full_tin_is_shown_on_request_and_the_log_keeps_who_asked(
    browse: Callable[[str], Client], here: str, harbor: Practice
) -> None:
    client = browse("manager")
    assert harbor.tin not in _page(client.get(here))
    assert client.get(f"{here}tin/").status_code == 302

    assert harbor.tin in _page(client.post(f"{here}tin/"))
    assert Entry.objects.get(action="TIN shown").person.name == "Dana Whitfield"


def test_a_reviewer_sees_names_and_no_tin(
    sign_in: Callable[[Person], Client], here: str, harbor: Practice
) -> None:
    reviewer = Person.objects.create_user("reviewer@demo.example", None, name="A Reviewer")
    Membership.objects.create(
        person=reviewer, organization=harbor.organization, practice=harbor, role="reviewer"
    )
    client = sign_in(reviewer)

    page = _page(client.get(here))
    assert "Kim, Soo-jin" in page
    assert "Upload a roster" not in page
    assert client.post(f"{here}tin/").status_code == 403
    assert client.post(f"{here}export/").status_code == 403


def test_a_day_of_leaving_says_which_signed_windows_it_takes_from_the_count(
    browse: Callable[[str], Client], here: str
) -> None:
    signed = Signature.objects.filter(kind="own", window__replaced_at=None).earliest("id")
    stay = Stay.objects.get(clinician=signed.window.clinician, ended_at=None)
    who, leaves = stay.clinician, signed.window.last - timedelta(days=1)
    change = BLANK | {"last_name": who.last_name, "first_name": who.first_name, "left_on": str(leaves)}

    page = _page(browse("manager").post(f"{here}{who.id}/{stay.id}/", change, follow=True))

    assert f"of {who.spoken} for {signed.window.activity} cannot count now. The window runs from" in page
    assert "Correct the days, or the roster." in page


def test_sites_are_added_and_changed(browse: Callable[[str], Client], here: str, harbor: Practice) -> None:
    client = browse("manager")
    client.post(f"{here}sites/", {"name": "North", "zip": "04102"})
    north = harbor.sites.get(name="North")
    client.post(f"{here}sites/{north.id}/", {"name": "North", "zip": "04103-1234"})

    assert harbor.sites.get(name="North").zip == "04103-1234"
    assert "There is a site of this name." in _page(
        client.post(f"{here}sites/", {"name": "North", "zip": ""})
    )
    assert "End North</button>" in _page(client.get(f"{here}sites/{north.id}/"))
    assert "Enter 5 digits" in _page(client.post(f"{here}sites/", {"name": "South", "zip": "4"}))
    assert browse("kim").get(f"{here}sites/").status_code == 403


def test_a_site_entered_by_mistake_is_ended_and_its_name_is_free_again(
    browse: Callable[[str], Client], here: str, harbor: Practice
) -> None:
    client = browse("manager")
    client.post(f"{here}sites/", {"name": "North", "zip": "04102"})
    north = harbor.sites.get(name="North")
    harbor.years.get(year=2026).stays.filter(clinician__last_name="Kim").update(site=north)

    page = _page(client.post(f"{here}sites/{north.id}/", {"end": "1"}, follow=True))

    assert "Saved. North is ended. 1 row of the roster of 2026 keeps its name." in page
    assert client.get(f"{here}sites/{north.id}/").status_code == 404
    assert Entry.objects.get(action="site ended").before == {"name": "North", "zip": "04102"}
    client.post(f"{here}sites/", {"name": "North", "zip": "04199"})
    assert harbor.open_sites.get(name="North").zip == "04199"
    assert browse("kim").post(f"{here}sites/{north.id}/", {"end": "1"}).status_code == 403
