"""The calendar has every deadline and no name, and its address is a secret that can be replaced."""

import re
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.test import Client
from icalendar import Calendar
from signing import P, just_signed_in, lock, sends, window

from mips_ia.portal import demo
from mips_ia.portal.actions import audit, ledger, practice
from mips_ia.portal.models import CalendarFeed, Chosen, Clinician, Membership, Practice, Window

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


def test_no_activity_and_no_last_day_of_a_window_is_left_out(browse: Browse) -> None:
    found = events(made(browse("manager")))
    windows = Window.objects.filter(year__year=2026, year__practice__name=demo.NAME, replaced_at=None)
    chosen = ("IA_BE_16", "IA_BMH_12", "IA_PSPA_21")

    ends = (re.match(r"end-(IA_\w+)-(\d{4}-\d\d-\d\d)-", uid) for uid in found)
    assert {each.groups() for each in ends if each} == {
        (activity, str(last)) for activity, last in windows.exclude(last=None).values_list("activity", "last")
    }
    assert {uid.split("-")[1] for uid in found if uid.startswith("start-")} == {*chosen}


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


def waiting(at: str) -> dict[str, tuple[str, str, str, int]]:
    """What a calendar says of signatures that are waited for, by the name of the event."""
    return {
        uid.split("-")[0]: (
            str(each["status"]), str(each["summary"]), str(each["dtstart"].dt), int(each["sequence"])
        )
        for uid, each in events(at).items() if uid.split("-")[0] in ("unsigned", "sign")
    }  # fmt: skip


def test_statements_that_wait_for_a_signature_stand_on_today_until_there_is_none(browse: Browse) -> None:
    at, kim = made(browse("manager")), just_signed_in("kim")
    own = made(kim)
    ((name, (status, says, on, times)),) = waiting(at).items()
    assert (name, status, on) == ("unsigned", "CONFIRMED", "2026-09-16")
    assert says == "1 window waits for a signature (2026)"
    ((name, (status, says, on, _)),) = waiting(own).items()
    assert (name, status, on) == ("sign", "CONFIRMED", "2026-09-16")
    assert says == "1 window waits for your signature (2026)"

    sends(kim, f"/sign/{window('Kim').id}/", {"name": "Soo-jin Kim"})

    for each in (waiting(at)["unsigned"], waiting(own)["sign"]):
        assert each[0] == "CANCELLED"
        assert each[2] == "2026-12-31"
        assert each[3] > times


def test_a_clinician_finds_nothing_of_what_others_have_to_sign(browse: Browse) -> None:
    found = waiting(made(browse("johnson")))

    assert found["sign"][0] == "CANCELLED"
    assert found.keys() == {"sign"}


def test_a_signature_that_waits_leads_to_where_it_is_given(browse: Browse) -> None:
    (manager,) = (each for uid, each in events(made(browse("manager"))).items() if uid.startswith("unsigned"))
    (kim,) = (each for uid, each in events(made(browse("kim"))).items() if uid.startswith("sign-"))

    assert str(manager["url"]).endswith(f"{P}/signatures/")
    assert str(kim["url"]) == "http://localhost/sign/"


def test_nothing_waits_for_a_signature_in_a_year_that_is_locked(browse: Browse, harbor: Practice) -> None:
    at = made(browse("manager"))
    lock(harbor)

    assert waiting(at)["unsigned"][0] == "CANCELLED"


def answers(at: str) -> list[tuple[str, str, int]]:
    """The days by which auditors are answered."""
    found = [each for uid, each in events(at).items() if uid.startswith("audit-")]
    return [(str(each["status"]), str(each["dtstart"].dt), int(each["sequence"])) for each in found]


def test_the_day_by_which_an_auditor_is_answered_stands_in_it(browse: Browse, access: AccessOf) -> None:
    manager, kim = made(browse("manager")), made(browse("kim"))
    last = access("manager", 2025)
    asked = audit.record(last, date(2026, 9, 2), "An Invented Contractor", "Case 4711", [])

    assert answers(manager) == [("CONFIRMED", "2026-10-17", 0)]
    assert answers(kim) == []
    told = Client(SERVER_NAME="localhost").get(manager).content.decode()
    assert "Contractor" not in told
    assert "4711" not in told
    audit.move(last, asked, date(2026, 11, 2), "CMS agreed.")
    assert answers(manager) == [("CONFIRMED", "2026-11-02", 1)]
    audit.close(last, asked, "It was withdrawn.")
    assert answers(manager) == [("CANCELLED", "2026-11-02", 2)]
