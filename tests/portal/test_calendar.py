"""The calendar has every deadline and no name, and its address is a secret that can be replaced."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from icalendar import Calendar
from signing import P, window

from mips_ia.portal.actions import ledger, practice
from mips_ia.portal.models import CalendarFeed, Chosen, Clinician, Membership

Browse = Callable[[str], Client]
AccessOf = Callable[..., Any]
pytestmark = pytest.mark.django_db


def address(client: Client) -> str:
    """Where a person's calendar lies, as the page shows it."""
    found = re.search(r"/calendar/\w+\.ics", client.get(f"{P}/plan/calendar/").content.decode())
    return found[0] if found else ""


def events(at: str) -> dict[str, Any]:
    """The events of a calendar by their UID; nobody is signed in."""
    answer = Client(SERVER_NAME="localhost").get(at)
    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == "text/calendar; charset=utf-8"
    found = Calendar.from_ical(answer.content).walk("VEVENT")
    assert len({str(each["uid"]) for each in found}) == len(found)
    return {str(each["uid"]): each for each in found}


def made(client: Client) -> str:
    client.post(f"{P}/plan/calendar/")
    return address(client)


def test_there_is_no_address_until_somebody_asks_for_one(browse: Browse) -> None:
    manager = browse("manager")

    assert address(manager) == ""
    assert made(manager) != ""


def test_only_the_digest_of_an_address_is_kept(browse: Browse) -> None:
    at = made(browse("manager"))

    secret = at.removeprefix("/calendar/").removesuffix(".ics")
    assert secret not in str(CalendarFeed.objects.values())


def test_each_deadline_is_one_event_of_a_whole_day_that_leads_to_its_page(browse: Browse) -> None:
    found = events(made(browse("manager")))

    start = next(each for each in found.values() if "Last day to start IA_PSPA_21" in each["summary"])
    assert str(start["dtstart"].dt) == "2026-10-03"
    assert str(start["url"]).endswith(f"{P}/plan/?activity=IA_PSPA_21")
    closes = next(each for each in found.values() if "Submission closes" in each["summary"])
    assert str(closes["dtstart"].dt) == "2027-03-31"


def test_it_names_nobody(browse: Browse) -> None:
    told = Client(SERVER_NAME="localhost").get(made(browse("manager"))).content.decode()

    for each in Clinician.objects.all():
        assert each.last_name not in told
        assert each.npi not in told
    assert "000123456" not in told


def test_events_keep_their_uid_and_what_fell_away_is_cancelled(browse: Browse) -> None:
    manager = browse("manager")
    at = made(manager)
    before = events(at)

    Chosen.objects.filter(activity="IA_BMH_12").update(ended_at="2026-09-16T12:00Z")
    manager.post(
        f"{P}/plan/{window('Johnson').id}/", {"first": "07/01/2026", "last": "09/28/2026", "save": "1"}
    )
    after = events(at)

    assert before.keys() <= after.keys()
    gone = {uid for uid in before if after[uid]["status"] == "CANCELLED"}
    assert any("start-IA_BMH_12" in uid for uid in gone)
    assert any("end-IA_PSPA_21-2026-09-22" in uid for uid in gone)
    assert any("end-IA_PSPA_21-2026-09-28" in uid for uid in after.keys() - before.keys())


def test_a_clinician_s_calendar_has_the_ends_of_their_own_windows_only(browse: Browse) -> None:
    found = events(made(browse("kim")))

    ends = sorted(str(each["dtstart"].dt) for uid, each in found.items() if uid.startswith("end-"))
    assert ends == ["2026-05-30", "2026-05-30"]


def test_replacing_the_address_ends_the_old_one(browse: Browse) -> None:
    manager = browse("manager")
    old = made(manager)
    new = made(manager)

    assert new != old
    assert Client(SERVER_NAME="localhost").get(old).status_code == 404
    assert events(new)


def test_looking_at_the_page_changes_nothing_and_nobody_sees_another_s_address(browse: Browse) -> None:
    at = made(browse("manager"))

    assert address(browse("kim")) == ""
    assert address(browse("manager")) == at
    assert CalendarFeed.objects.count() == 1


def test_an_address_dies_with_the_role_of_its_person(browse: Browse) -> None:
    at = made(browse("manager"))

    Membership.objects.filter(person__email="manager@demo.example").update(ended_at="2026-09-16T12:00Z")

    assert Client(SERVER_NAME="localhost").get(at).status_code == 404


def test_a_guessed_address_is_not_there() -> None:
    assert Client(SERVER_NAME="localhost").get("/calendar/0123456789abcdef.ics").status_code == 404


def registration(at: str) -> list[tuple[str, int]]:
    """Whether registration for an MVP stands in it, and how often that changed."""
    found = [each for uid, each in events(at).items() if uid.startswith("mvp_registration_closes-2026")]
    return [(str(each["status"]), int(each["sequence"])) for each in found]


def test_a_deadline_that_vanishes_is_cancelled_and_not_left_out(browse: Browse, access: AccessOf) -> None:
    at, manager = made(browse("manager")), access("manager")
    assert registration(at) == []

    practice.describe(manager, considered=["M1370"])
    (first,) = registration(at)
    practice.describe(manager, pathway="mvp", mvp="M1370", considered=[])
    practice.describe(manager, pathway="traditional", mvp="")
    (last,) = registration(at)

    assert first[0] == "CONFIRMED"
    assert last[0] == "CANCELLED"
    assert last[1] > first[1]


def test_a_later_version_of_an_event_has_a_higher_number(browse: Browse, access: AccessOf) -> None:
    at, manager = made(browse("manager")), access("manager")

    def start() -> tuple[str, int]:
        found = next(each for uid, each in events(at).items() if uid.startswith("start-IA_BMH_12-2026"))
        return str(found["status"]), int(found["sequence"])

    versions = [start()]
    ledger.take_back(manager, "IA_BMH_12")
    versions.append(start())
    ledger.choose(manager, "IA_BMH_12")
    versions.append(start())

    assert versions == [("CONFIRMED", 0), ("CANCELLED", 1), ("CONFIRMED", 2)]


def test_the_end_of_a_window_counts_its_changes_too(browse: Browse) -> None:
    manager = browse("manager")
    at = made(manager)
    name = "end-IA_PSPA_21-2026-09-22"
    before = next(each for uid, each in events(at).items() if uid.startswith(name))
    manager.post(
        f"{P}/plan/{window('Johnson').id}/", {"first": "07/01/2026", "last": "09/28/2026", "save": "1"}
    )
    after = next(each for uid, each in events(at).items() if uid.startswith(name))

    assert int(after["sequence"]) > int(before["sequence"])


def test_it_says_what_calendar_programs_ask_for_and_what_is_true_of_records(browse: Browse) -> None:
    at = made(browse("manager"))
    whole = Calendar.from_ical(Client(SERVER_NAME="localhost").get(at).content)

    assert whole["method"] == "PUBLISH"
    assert whole["refresh-interval"].to_ical() == b"PT12H"
    keep = next(each for uid, each in events(at).items() if uid.startswith("keep_until-2026"))
    assert keep["summary"] == "The records of 2026 must be kept until December 31, 2032"
    for each in whole.walk("VEVENT"):
        assert (each["dtend"].dt - each["dtstart"].dt).days == 1
        assert each["dtstart"].params["VALUE"] == "DATE"


def test_a_year_stays_in_it_as_long_as_its_records_are_kept(browse: Browse, access: AccessOf) -> None:
    at = made(browse("manager"))
    ledger.choose(access("manager", 2021), "IA_PM_2")

    assert any(uid.startswith("keep_until-2021") for uid in events(at))
