"""The JSON API: what a program sees and changes, by its token's scopes and its person's rights."""

import errno
import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client, RequestFactory
from programs import asked
from test_api_manual import operations

from mips_ia.portal import clock
from mips_ia.portal.actions import practice as actions
from mips_ia.portal.actions import sending
from mips_ia.portal.actions.tokens import digest, end, make
from mips_ia.portal.api.failing import with_problems
from mips_ia.portal.facts import Ledger
from mips_ia.portal.models import Download, Membership, Person, Practice, Token
from mips_ia.portal.outgoing import fingerprint, outgoing, seen
from mips_ia.portal.web import errors

Call = Callable[..., tuple[int, Any]]


@pytest.fixture
def call(person: Callable[[str], Person], harbor: Practice) -> Call:
    """An answer of the API to somebody's token, as its status and its JSON."""

    def called(
        who: str, method: str, address: str, body: object = None, scopes: tuple[str, ...] = ("read", "write")
    ) -> tuple[int, Any]:
        path = f"/api/practices/{harbor.slug}/2026{address}" if not address.startswith("/api") else address
        return asked(person(who), method, path, body, scopes=scopes)

    return called


def test_a_score_has_every_step_and_the_edition_of_its_rules(call: Call) -> None:
    status, found = call("manager", "GET", "/score")

    assert status == 200
    assert (found["score"]["points"], found["score"]["points_possible"]) == (20, 40)
    assert sum(step["points"] for step in found["score"]["steps"]) == 20
    assert found["rules_edition"].startswith("2026-")


def test_activities_say_who_counts_and_how_many_are_needed(call: Call) -> None:
    _, found = call("manager", "GET", "/activities")

    names = ("activity", "counts", "clinicians", "clinicians_needed")
    assert [tuple(each[name] for name in names) for each in found["items"]] == [
        ("IA_BE_16", True, 11, 9), ("IA_BMH_12", None, 5, 9), ("IA_PSPA_21", False, 7, 9),
    ]  # fmt: skip


def test_a_window_is_entered_and_says_why_it_does_not_count(call: Call, harbor: Practice) -> None:
    npi = harbor.clinicians.get(last_name="Rossi").npi
    window = {"npi": npi, "activity": "IA_BE_16", "first": "2026-10-10", "last": "2026-12-31"}
    status, found = call("manager", "POST", "/windows", window)

    assert (status, found["word"]) == (200, "Too short")
    assert found["problems"][0]["code"] == "too_late"
    assert call("manager", "POST", "/windows", window)[1]["id"] == found["id"]
    status, told = call("manager", "POST", "/windows", window | {"last": "2026-12-30"})
    assert (status, [each["code"] for each in told["problems"]]) == (422, ["same_start"])
    changed = window | {"last": "2026-12-30", "replaces": found["id"]}
    assert call("manager", "POST", "/windows", changed)[0] == 200


def test_everything_that_is_wrong_is_said_at_once(call: Call, harbor: Practice) -> None:
    npi = harbor.clinicians.get(last_name="Rossi").npi
    wrong = {"npi": npi, "activity": "IA_XX_1", "first": "2026-05-02", "last": "2025-05-01"}
    status, found = call("manager", "POST", "/windows", wrong)

    assert status == 422
    assert [each["code"] for each in found["problems"]] == ["not_chosen", "outside_year", "reversed_dates"]


def test_days_on_which_the_roster_has_nobody_there_are_refused_as_on_the_page(
    call: Call, harbor: Practice
) -> None:
    moreau = harbor.clinicians.get(last_name="Moreau")
    window = {"npi": moreau.npi, "activity": "IA_PSPA_21", "first": "2026-06-01", "last": "2026-08-29"}
    status, found = call("manager", "POST", "/windows", window)

    assert status == 422
    assert [(each["code"], each["where"], each["what"]) for each in found["problems"]] == [
        ("off_roster", "first", "Dr. Moreau billed under this TIN until June 30, 2026.")
    ]
    assert not moreau.windows.filter(activity="IA_PSPA_21").exists()
    assert call("manager", "POST", "/windows", window | {"taking_part": False})[0] == 200


def test_a_clinician_sees_and_changes_their_own_windows_only(call: Call, harbor: Practice) -> None:
    kim, johnson = (harbor.clinicians.get(last_name=name) for name in ("Kim", "Johnson"))
    _, found = call("kim", "GET", "/windows")

    assert {each["npi"] for each in found["items"]} == {kim.npi}
    others = {"npi": johnson.npi, "activity": "IA_PSPA_21", "first": "2026-07-01", "last": "2026-09-28"}
    assert call("kim", "POST", "/windows", others)[0] == 404
    theirs = harbor.years.get(year=2026).windows.get(clinician=johnson).id
    mine = {"npi": kim.npi, "activity": "IA_PSPA_21", "replaces": theirs}
    assert call("kim", "POST", "/windows", mine)[0] == 404
    assert call("kim", "GET", "/roster")[0] == 403


def test_a_year_is_described_and_what_is_left_out_stays(call: Call) -> None:
    status, found = call("manager", "PATCH", "", {"statuses": ["rural"], "statuses_checked_on": "2026-09-10"})

    assert status == 200
    assert (found["statuses"], found["report_as"], found["locked"]) == (["rural"], "group", False)
    assert call("manager", "GET", "/score")[1]["score"]["points"] == 40


def test_a_fact_that_cannot_be_is_refused_and_nothing_changes(call: Call) -> None:
    before = call("manager", "GET", "")
    status, found = call("manager", "PATCH", "", {"statuses": ["nonsense"], "report_as": "crowd"})

    assert status == 422
    assert {each["code"] for each in found["problems"]} == {"unknown_entity", "unknown_status"}
    assert call("manager", "GET", "") == before


@pytest.mark.parametrize(
    "half_known", [{"sites_all": 4, "sites_recognized": None}, {"sites_recognized": 1, "sites_all": None}]
)
def test_sites_of_which_only_one_number_is_known_are_not_known(
    call: Call, half_known: dict[str, object]
) -> None:
    assert call("manager", "PATCH", "", half_known)[0] == 200
    assert call("manager", "GET", "/score")[0] == 200


def test_a_clinician_is_put_on_the_roster_and_half_moves(call: Call) -> None:
    status, found = call("manager", "PUT", "/roster/9000000183", {"last_name": "Newcomer"})
    assert (status, found["last_name"], found["counted"]) == (200, "Newcomer", True)

    assert call("manager", "GET", "/activities")[1]["items"][0]["clinicians_needed"] == 10
    assert call("manager", "PUT", "/roster/12345", {})[1]["problems"][0]["code"] == "bad_npi"


def test_two_stays_of_a_clinician_never_overlap(call: Call, harbor: Practice) -> None:
    stays = harbor.years.get(year=2026).stays.filter(clinician__last_name="Kim", ended_at=None)
    npi = harbor.clinicians.get(last_name="Kim").npi
    assert call("manager", "PUT", f"/roster/{npi}", {"joined_on": "2026-01-05"})[0] == 200

    status, found = call("manager", "PUT", f"/roster/{npi}", {"joined_on": "2026-09-01"})
    assert status == 422
    assert [(each["code"], each["where"], each["fix"]) for each in found["problems"]] == [
        ("overlapping_stays", "joined_on",
         "Enter the date left of the other stay, which began on January 5, 2026, first."),
    ]  # fmt: skip
    assert stays.count() == 1

    call("manager", "PUT", f"/roster/{npi}", {"joined_on": "2026-01-05", "left_on": "2026-03-31"})
    assert call("manager", "PUT", f"/roster/{npi}", {"joined_on": "2026-09-01"})[0] == 200
    later = {"joined_on": "2026-01-05", "left_on": "2026-10-01"}
    status, found = call("manager", "PUT", f"/roster/{npi}", later)
    assert (status, found["problems"][0]["fix"]) == (422, "Enter a date before the other stay begins.")


def test_an_address_that_is_none_is_refused(call: Call) -> None:
    wrong = {"email": "nobody", "joined_on": "2026-05-02", "left_on": "2026-05-01"}
    status, found = call("manager", "PUT", "/roster/9000000183", wrong)

    assert status == 422
    assert [each["code"] for each in found["problems"]] == ["reversed_dates", "bad_email"]


def test_a_token_does_what_its_scopes_say_and_no_more(call: Call) -> None:
    assert call("manager", "PUT", "/activities/IA_PM_2", scopes=("read",))[0] == 403
    assert call("manager", "GET", "/score", scopes=("write",))[0] == 403
    assert call("manager", "PUT", "/activities/IA_PM_2", scopes=("read", "write"))[0] == 200
    assert call("manager", "DELETE", "/activities/IA_PM_2", scopes=("write",))[0] == 200


def test_a_token_that_ended_or_is_not_known_opens_nothing(person: Callable[[str], Person]) -> None:
    secret, row = make(person("manager"), "a test", ["read"], 1)
    client = Client(SERVER_NAME="localhost")

    def status(token: str) -> int:
        return client.get("/api/practices", headers={"Authorization": f"Bearer {token}"}).status_code

    assert (status(secret), status("mia_nothing"), client.get("/api/practices").status_code) == (
        200,
        401,
        401,
    )
    assert client.get("/api/practices")["WWW-Authenticate"] == "Bearer"
    end(person("manager"), row)
    assert status(secret) == 401
    late, row = make(person("manager"), "late", ["read"], 1)
    Token.objects.filter(pk=row.pk).update(until=clock.now() - timedelta(seconds=1))
    assert status(late) == 401
    assert not Token.objects.filter(digest__in=[secret, late]).exists()
    assert Token.objects.filter(digest=digest(late)).exists()


def test_a_stranger_learns_nothing(harbor: Practice) -> None:
    stranger = Person.objects.create_user("stranger@demo.example", "no password at all", name="A Stranger")
    secret, _ = make(stranger, "a test", ["read", "write", "export"], 1)
    client = Client(SERVER_NAME="localhost", headers={"Authorization": f"Bearer {secret}"})

    assert client.get("/api/practices").json() == {"count": 0, "items": []}
    assert client.get(f"/api/practices/{harbor.slug}/2026").status_code == 404
    assert client.get(f"/api/practices/{harbor.slug}/2026/log").status_code == 404
    assert not Membership.objects.filter(person=stranger).exists()


@pytest.mark.parametrize(("report_as", "second"), [("group", "qrda3.xml"), ("individual", "qrda3.zip")])
def test_a_file_is_taken_by_a_post_that_leaves_a_record_and_a_line(
    call: Call, harbor: Practice, access: Callable[..., Any], report_as: str, second: str
) -> None:
    manager = access("manager")
    actions.describe(manager, report_as=report_as)
    ledger, at = Ledger(manager.year), clock.now()
    final = sending.lock(
        manager, "", "Dana Whitfield", seen(ledger, outgoing(ledger, at)), verified="password"
    )
    secret, _ = make(manager.person, "a test", ["read", "export"], 1)
    client = Client(SERVER_NAME="localhost", headers={"Authorization": f"Bearer {secret}"})
    place = f"/api/practices/{harbor.slug}/2026/finals"

    assert client.get(place).json()["items"][0]["files"] == ["qpp.json", second]
    for name in ("qpp.json", second):
        assert client.get(f"{place}/{final.id}/{name}").status_code == 405
        answer = client.post(f"{place}/{final.id}/{name}")
        assert answer.content == sending.file(final, name)
        taken = Download.objects.latest("id")
        assert (taken.what, taken.sha256) == (name, fingerprint(answer.content))
        assert harbor.entries.latest("id").action == "file downloaded"
    assert client.post(f"{place}/{final.id}/nothing.txt").status_code == 404
    assert call("manager", "POST", f"/finals/{final.id}/qpp.json", scopes=("read", "write"))[0] == 403
    assert Download.objects.count() == 2


def test_a_character_that_no_database_keeps_is_refused_wherever_it_stands(call: Call) -> None:
    status, found = call("manager", "GET", "/log?clinician=%00")
    assert (status, found["problems"][0]["code"], found["problems"][0]["where"]) == (
        422, "wrong_shape", "query.clinician",
    )  # fmt: skip
    assert call("manager", "PUT", "/roster/9000000183", {"last_name": "\0"})[0] == 400
    assert call("manager", "PUT", "/roster/9000000183", {"last_name": "\\u0000"})[0] == 200
    assert call("manager", "GET", "/roster/%00/stays")[0] == 404


def test_what_makes_a_statement_takes_the_scope_for_it_and_a_code(call: Call) -> None:
    _, openapi = call("manager", "GET", "/api/openapi.json")
    place = "/api/practices/{practice}/{year}"
    found = {
        (method, path.removeprefix(place))
        for path, methods in openapi["paths"].items() for method in methods
        if any(word in path for word in ("sign", "delegat", "lock", "decline", "withdraw", "final", "record"))
    }  # fmt: skip

    none = {
        ("post", "/signatures/ask"), ("post", "/finals/{final}/{name}"),
        ("delete", "/delegations/{delegation}"), ("post", "/unlock"),
    }  # fmt: skip
    assert {each for each in found if each[0] != "get"} - none == {
        ("post", "/windows/{window}/sign"), ("post", "/windows/{window}/decline"),
        ("post", "/windows/{window}/withdraw"), ("post", "/windows/{window}/record"),
        ("post", "/delegations"), ("post", "/lock"),
    }  # fmt: skip
    takes_code = {
        f"POST {path}" for path, told in openapi["paths"].items()
        if (body := told.get("post", {}).get("requestBody")) and "code" in _fields(openapi, body)
    }  # fmt: skip
    assert takes_code == {told for told, view in operations().items() if view.scope == "sign"}
    assert len(takes_code) == 6


def _fields(openapi: Any, body: Any) -> set[str]:
    """What a body has, by its name in the OpenAPI."""
    name = body["content"].get("application/json", {}).get("schema", {}).get("$ref", "").rpartition("/")[2]
    return {*openapi["components"]["schemas"].get(name, {}).get("properties", ())}


def test_whatever_goes_wrong_is_answered_with_problems(
    person: Callable[[str], Person], monkeypatch: pytest.MonkeyPatch
) -> None:
    secret, _ = make(person("manager"), "a test", ["read", "write"], 1)
    client = Client(SERVER_NAME="localhost", headers={"Authorization": f"Bearer {secret}"})
    client.raise_request_exception = False
    place, asked = "/api/practices", RequestFactory().get("/api/practices")
    cove = '{"name": "Cove Family Practice", "tin": "000200001"}'
    answers = {
        "no such address": client.get("/api/nothing"),
        "no such address for a change": client.post("/api/nothing/at/all"),
        "no such method": client.delete(place),
        "too much at once": client.post(place, "", "application/json", CONTENT_LENGTH="999000000"),
        "no such host": client.get(place, SERVER_NAME="elsewhere.example"),
        "too often": with_problems(errors.too_many)(asked),
        "without a token": Client(SERVER_NAME="localhost").get(place),
        "not JSON": client.post(place, "{", "application/json"),
    }
    for name, fault in (("broken", ZeroDivisionError()), ("full", OSError(errno.ENOSPC, "full"))):
        monkeypatch.setattr("mips_ia.portal.api.operations.needs", _failing(fault))
        answers[name] = client.get(place)
        answers[f"{name} at a change"] = client.post(place, cove, "application/json")

    told = {name: json.loads(each.content)["problems"][0] for name, each in answers.items()}
    assert {name: (each.status_code, told[name]["code"]) for name, each in answers.items()} == {
        "no such address": (404, "not_found"), "no such address for a change": (404, "not_found"),
        "no such method": (405, "wrong_method"), "too much at once": (413, "too_large"),
        "no such host": (400, "bad_request"), "too often": (429, "too_often"),
        "without a token": (401, "no_token"), "not JSON": (400, "not_json"),
        "broken": (500, "broken"), "broken at a change": (500, "broken"),
        "full": (500, "no_room"), "full at a change": (500, "no_room"),
    }  # fmt: skip
    keys = {"code", "where", "what", "fix", "cite", "severity"}
    assert all(each.keys() == keys and each["fix"] for each in told.values())
    assert set(answers["no such method"].headers["Allow"].split(", ")) == {"GET", "POST"}
    for name, says in (("broken", "Ask again"), ("broken at a change", "Look whether it is saved")):
        assert told[name]["fix"].startswith(says)
    assert client.get("/nothing").headers["Content-Type"].startswith("text/html")


def _failing(fault: Exception) -> Callable[..., None]:
    def fails(*_: object) -> None:
        raise fault

    return fails
