"""What programs change through the JSON API: sites, statuses, stays and choices, by version where asked."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from programs import asked, codes
from signing import window

from mips_ia.portal.actions import practice as practice_actions
from mips_ia.portal.actions import roster as roster_actions
from mips_ia.portal.actions.tokens import make
from mips_ia.portal.models import Entry, Person, Practice, Stay, Window

Send = Callable[..., tuple[int, Any]]


@pytest.fixture
def send(person: Callable[[str], Person], harbor: Practice) -> Send:
    """The status and the JSON of what the manager's program sends, with the version that it read."""

    def sent(method: str, address: str, body: object = None, version: str = "") -> tuple[int, Any]:
        path = f"/api/practices/{harbor.slug}/2026{address}"
        return asked(person("manager"), method, path, body, version=version)

    return sent


def test_a_site_is_added_changed_and_ended(send: Send) -> None:
    status, made = send("POST", "/sites", {"name": "Annex", "zip": "00000"})
    assert (status, made["name"], made["zip"]) == (200, "Annex", "00000")

    status, found = send("POST", "/sites", {"name": "Annex", "zip": "12"})
    assert (status, codes(found)) == (422, [("wrong_answer", "name"), ("wrong_answer", "zip")])

    status, moved = send("PUT", f"/sites/{made['id']}", {"name": "North annex"}, f'"{made["version"]}"')
    assert (status, moved["name"], moved["zip"]) == (200, "North annex", "")
    status, found = send("PUT", f"/sites/{made['id']}", {"name": "South annex"}, made["version"])
    assert (status, codes(found)) == (409, [("changed", f"site {made['id']}")])
    assert "name is North annex there and South annex here" in found["problems"][0]["what"]

    assert send("DELETE", f"/sites/{made['id']}", version=made["version"])[0] == 409
    status, ended = send("DELETE", f"/sites/{made['id']}", version=moved["version"])
    assert (status, ended["ended"], ended["rows"]) == (200, True, 0)
    assert send("DELETE", f"/sites/{made['id']}")[0] == 404


def test_a_field_that_no_operation_knows_is_refused_and_nothing_is_done(send: Send) -> None:
    """A name that is misspelled would ask everybody to sign, or lose what was meant to be changed."""
    lines = Entry.objects.exclude(practice=None)
    before = lines.count()
    for method, address, body, field in (
        ("POST", "/signatures/ask", {"npi": ["9000000007"]}, "npi"),
        ("PATCH", "/statuses", {"statues": ["rural"]}, "statues"),
        ("POST", "/score/what-if", {"medical_home_sites": {"of": 2}}, "medical_home_sites"),
        ("POST", "/signatures/ask?npis=9000000007", {}, "npis"),  # a field of the body is none of the address
        ("DELETE", "/activities/IA_BE_16?id=IA_BMH_12", None, "id"),
    ):
        status, found = send(method, address, body)
        ((code, where),) = codes(found)
        assert (status, code, where.rpartition(".")[2]) == (422, "unknown_parameter", field)
    assert lines.count() == before


def test_an_mvp_that_the_year_does_not_have_is_refused(send: Send) -> None:
    before = send("GET", "")[1]
    status, found = send("PATCH", "", {"pathway": "mvp", "mvp": "M9999"})
    assert (status, codes(found)) == (422, [("unknown_mvp", "mvp")])
    assert "M1370" in found["problems"][0]["fix"]
    assert send("GET", "")[1] == before
    assert send("PATCH", "", {"pathway": "mvp", "mvp": "M1370"})[1]["mvp"] == "M1370"


def test_statuses_are_asked_as_on_their_page_and_what_is_not_known_stays_so(
    send: Send, access: Callable[..., Any]
) -> None:
    practice_actions.describe(access("manager"), statuses=None, apm="", not_scored=None)
    _, before = send("GET", "/statuses")
    assert (before["statuses"], before["apm"], before["not_scored"]) == (None, "", None)

    status, after = send("PATCH", "/statuses", {"statuses_checked_on": "2026-09-10"}, before["version"])
    assert (status, after["statuses"], after["statuses_checked_on"]) == (200, None, "2026-09-10")
    status, after = send("PATCH", "/statuses", {"statuses": [], "quality_and_pi_submitted": False})
    assert (status, after["statuses"], after["quality_and_pi_submitted"]) == (200, [], False)
    assert "full credit" in after["says"]

    wrong: dict[str, object] = {"statuses": ["odd"], "apm": "odd", "sites_recognized": 5, "sites_all": 4}
    wrong["statuses_checked_on"] = "2026-12-31"
    status, found = send("PATCH", "/statuses", wrong)
    assert status == 422
    assert {where for _, where in codes(found)} == {
        "statuses", "apm", "sites_recognized", "statuses_checked_on"
    }  # fmt: skip
    assert "rural" in found["problems"][0]["fix"]

    status, found = send("PATCH", "/statuses", {"statuses": ["rural"]}, before["version"])
    assert status == 409
    assert "statuses is none there and rural here" in found["problems"][0]["what"]


def test_a_stay_is_changed_ended_and_taken_off(
    send: Send, harbor: Practice, access: Callable[..., Any]
) -> None:
    kim = harbor.clinicians.get(last_name="Kim")
    here = f"/roster/{kim.npi}/stays"
    (held,) = send("GET", here)[1]["items"]
    stay = harbor.years.get(year=2026).stays.get(pk=held["id"])

    status, ended = send("PATCH", f"{here}/{stay.id}", {"left_on": "2026-08-31"}, held["version"])
    assert (status, ended["left_on"], ended["last_name"], ended["billed_in_year"]) == (
        200, "2026-08-31", "Kim", held["billed_in_year"],
    )  # fmt: skip
    roster_actions.change(access("admin"), stay, names={"last_name": "Kim-Park"})
    status, found = send("PATCH", f"{here}/{stay.id}", {"last_name": "Kin"}, ended["version"])
    assert (status, codes(found)) == (409, [("changed", f"clinician {kim.npi}")])
    assert "last_name is Kim-Park there and Kin here" in found["problems"][0]["what"]

    wrong = {"joined_on": "2026-09-01", "left_on": "2026-08-01", "email": "nobody"}
    status, found = send("PATCH", f"{here}/{stay.id}", wrong)
    assert (status, codes(found)) == (422, [("reversed_dates", "left_on"), ("bad_email", "email")])
    send("PATCH", f"{here}/{stay.id}", {"left_on": "2026-03-31"})
    assert send("PUT", f"/roster/{kim.npi}", {"joined_on": "2026-05-01"})[0] == 200
    status, found = send("PATCH", f"{here}/{stay.id}", {"left_on": None})
    assert (status, codes(found)) == (422, [("overlapping_stays", "left_on")])

    status, off = send("DELETE", f"{here}/{stay.id}")
    assert (status, off["taken_off"]) == (200, True)
    assert Stay.objects.get(pk=stay.pk).ended_at is not None
    assert send("PATCH", f"{here}/{stay.id}", {})[0] == 404


def test_a_stay_at_a_site_that_ended_keeps_it_and_makes_no_other(send: Send, harbor: Practice) -> None:
    npi = harbor.clinicians.get(last_name="Kim").npi
    (held,) = send("GET", f"/roster/{npi}/stays")[1]["items"]
    send("PATCH", f"/roster/{npi}/stays/{held['id']}", {"site": "Annex"})
    site = harbor.open_sites.get(name="Annex")
    send("DELETE", f"/sites/{site.id}")

    status, found = send("PATCH", f"/roster/{npi}/stays/{held['id']}", {"rural": True})

    assert (status, found["site"], found["rural"]) == (200, "Annex", True)
    assert not harbor.open_sites.filter(name="Annex").exists()


def test_choosing_answers_with_the_activity_alone(send: Send) -> None:
    status, chosen = send("PUT", "/activities/IA_PM_2")
    assert (status, chosen["activity"], chosen["clinicians"]) == (200, "IA_PM_2", 0)
    status, back = send("DELETE", "/activities/IA_BE_16")
    assert (status, back["activity"], back["chosen"], back["windows"] > 0) == (200, "IA_BE_16", False, True)
    assert codes(send("DELETE", "/activities/IA_XX_1")[1]) == [("unknown_activity", "id")]


def test_the_note_and_the_key_of_a_window_stay_when_its_days_change(send: Send) -> None:
    kim = {"npi": window("Kim").clinician.npi, "activity": "IA_PSPA_21", "replaces": window("Kim").id}
    days = {"first": "2026-06-01", "last": "2026-09-01"}
    noted = send("POST", "/windows", kim | days | {"note": "From the minutes"})[1]
    Window.objects.filter(pk=noted["id"]).update(row_id="W-17")

    same = send("POST", "/windows", kim | days | {"replaces": noted["id"]})[1]
    assert (same["id"], same["note"]) == (noted["id"], "From the minutes")
    later = send("POST", "/windows", kim | days | {"last": "2026-09-10", "replaces": noted["id"]})[1]
    assert (later["note"], Window.objects.get(pk=later["id"]).row_id) == ("From the minutes", "W-17")


def test_a_window_that_somebody_changed_is_answered_with_both(send: Send) -> None:
    held = window("Kim")
    npi = held.clinician.npi
    mine = {"npi": npi, "activity": held.activity, "first": "2026-06-01", "last": "2026-09-01"}
    assert send("POST", "/windows", mine | {"replaces": held.id})[0] == 200

    status, found = send("POST", "/windows", mine | {"last": "2026-09-10", "replaces": held.id})

    assert (status, codes(found)) == (409, [("changed", f"window {held.id}")])
    assert "last is 2026-09-01 there and 2026-09-10 here" in found["problems"][0]["what"]


def test_a_way_is_marked_as_considered_and_not_any_more(send: Send, access: Callable[..., Any]) -> None:
    status, marked = send("PUT", "/ways/M1370", {"considered": True})
    assert (status, marked["mvp"], marked["considered"]) == (200, "M1370", True)
    assert "mvp_registration_closes" in {each["name"] for each in send("GET", "/calendar")[1]["items"]}
    status, found = send("PUT", "/ways/M9999", {"considered": True})
    assert (status, codes(found)) == (422, [("unknown_mvp", "mvp")])

    send("PUT", "/ways/M0001", {"considered": True})
    send("PUT", "/ways/M1370", {"considered": False})
    assert access("manager").year.considered == ["M0001"]


def test_the_address_of_a_calendar_is_told_once_and_ends_when_it_is_replaced(send: Send) -> None:
    assert send("GET", "/calendar/address")[1]["held"] is False
    status, made = send("POST", "/calendar/address")
    assert (status, made["held"]) == (200, True)
    assert "address" not in send("GET", "/calendar/address")[1]

    status, found = send("POST", "/calendar/address")
    assert (status, codes(found)) == (422, [("address_held", "replace")])
    _, other = send("POST", "/calendar/address", {"replace": True})
    first, second = (each["address"].removeprefix("http://localhost") for each in (made, other))
    assert [Client(SERVER_NAME="localhost").get(at).status_code for at in (first, second)] == [404, 200]


def test_somebody_stops_their_own_reminders_and_takes_them_up_again(person: Callable[[str], Person]) -> None:
    secret, _ = make(person("kim"), "a test", ("read", "write"), 1)
    client = Client(SERVER_NAME="localhost", headers={"Authorization": f"Bearer {secret}"})
    for wanted in (False, True):
        answer = client.put("/api/reminders", json.dumps({"wanted": wanted}), "application/json")
        assert answer.json() == client.get("/api/reminders").json() == {"wanted": wanted}
        assert person("kim").reminded is wanted
    assert Entry.objects.filter(action="reminders changed", person=person("kim")).count() == 2
    assert person("manager").reminded


def test_several_have_the_same_days_or_nobody_and_a_clinician_only_their_own(
    send: Send, harbor: Practice, person: Callable[[str], Person]
) -> None:
    two = [each.npi for each in harbor.clinicians.order_by("npi")[:2]]
    days = {"activity": "IA_BMH_12", "first": "2026-02-03", "last": "2026-06-30", "note": "the sheet"}
    before = Window.objects.count()

    status, found = send("POST", "/windows/several", days | {"npis": [*two, "1234567893"]})
    assert (status, codes(found)) == (422, [("not_on_roster", "npis")])
    status, found = send("POST", "/windows/several", days | {"npis": two, "activity": "IA_PM_2"})
    assert (status, codes(found)) == (422, [("not_chosen", "activity")])
    assert Window.objects.count() == before

    status, found = send("POST", "/windows/several", days | {"npis": two})
    assert (status, found["count"]) == (200, 2)
    assert {(each["npi"], each["first"], each["note"]) for each in found["items"]} == {
        (npi, "2026-02-03", "the sheet") for npi in two
    }
    status, found = send("POST", "/windows/several", days | {"npis": two, "last": "2026-07-31"})
    assert (status, {code for code, _ in codes(found)}) == (422, {"same_start"})

    kim = harbor.clinicians.get(last_name="Kim").npi
    place = f"/api/practices/{harbor.slug}/2026/windows/several"
    status, found = asked(person("kim"), "POST", place, days | {"npis": [*two, kim]})
    assert {code for code, _ in codes(found)} == {"not_on_roster"}
    assert asked(person("kim"), "POST", place, days | {"npis": [kim]})[0] == 200


def test_earlier_versions_of_windows_are_read_with_what_was_signed_of_them(
    send: Send, harbor: Practice, person: Callable[[str], Person]
) -> None:
    row = Window.objects.filter(
        year__practice=harbor, replaced_at=None, signatures__kind="own", activity="IA_BE_16"
    ).select_related("clinician")[0]  # fmt: skip
    changed = {
        "npi": row.clinician.npi, "activity": row.activity, "first": "2026-01-06", "last": "2026-12-01",
        "replaces": row.pk,
    }  # fmt: skip
    held = send("GET", "/windows")[1]["count"]
    new = send("POST", "/windows", changed)[1]
    assert (new["replaces"], new["replaced_at"], new["entered_by"]) == (row.pk, None, "Dana Whitfield")

    assert send("GET", "/windows")[1]["count"] == held
    every = send("GET", "/windows?all=true")[1]
    (was,) = [each for each in every["items"] if each["id"] == row.pk]
    assert every["count"] > held
    assert (was["signed"], was["state"], was["first"]) == ("own", "", str(row.first))
    assert was["replaced_at"]
    _, own = asked(person("kim"), "GET", f"/api/practices/{harbor.slug}/2026/windows?all=true")
    assert {each["npi"] for each in own["items"]} == {harbor.clinicians.get(last_name="Kim").npi}


def test_an_npi_that_does_not_check_is_kept_with_the_warning_of_the_page(send: Send) -> None:
    newcomer = {"last_name": "Newcomer"}

    assert send("PUT", "/roster/9000000184", newcomer)[1]["problems"][0]["code"] == "npi_check_digit"
    found = {each["npi"]: each["problems"] for each in send("GET", "/roster")[1]["items"]}
    assert [npi for npi, said in found.items() if said] == ["9000000184"]
