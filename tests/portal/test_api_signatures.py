"""Signatures and delegations through the JSON API: read word for word, asked for, and never given."""

from collections.abc import Callable
from typing import Any

import pytest
from django.core import mail
from django.db import transaction
from programs import asked, codes

from mips_ia.portal import clock, seals
from mips_ia.portal.actions import signing
from mips_ia.portal.demo import npi_of
from mips_ia.portal.models import Delegation, Entry, Final, Membership, Person, Practice, Signature

Call = Callable[..., tuple[int, Any]]


@pytest.fixture
def call(person: Callable[[str], Person], harbor: Practice) -> Call:
    """The status and the JSON of what somebody's program asks."""

    def called(who: str, method: str, address: str, body: object = None) -> tuple[int, Any]:
        return asked(person(who), method, f"/api/practices/{harbor.slug}/2026{address}", body)

    return called


def test_a_signature_is_read_word_for_word_with_its_digest(call: Call) -> None:
    status, found = call("manager", "GET", f"/signatures?npi={npi_of(11)}&activity=IA_BE_16")

    assert (status, found["count"]) == (200, 1)
    told = found["items"][0]
    row = Signature.objects.select_related("window__clinician").get(pk=told["id"])
    assert (told["kind"], told["statement"], told["version"]) == ("own", row.statement, row.version)
    assert (told["digest"], told["number"], told["holds"]) == (seals.of(row), row.number, True)
    assert (told["verified"], told["seal"]) == ("password", 3)


def test_what_was_signed_before_a_withdrawal_holds_no_longer(call: Call, access: Callable[..., Any]) -> None:
    row = Signature.objects.filter(window__clinician__npi=npi_of(11)).latest("id")
    signing.withdraw(
        access("kim"), row.window, "I withdraw it.", "Soo-jin Kim", "the days are wrong", verified="password"
    )

    _, found = call("manager", "GET", f"/signatures?npi={npi_of(11)}&activity={row.window.activity}")

    assert [(each["kind"], each["holds"]) for each in found["items"]] == [("withdrawn", True), ("own", False)]


def test_delegations_say_who_records_for_whom_until_when(call: Call, access: Callable[..., Any]) -> None:
    _, found = call("manager", "GET", "/delegations")
    told = found["items"][0]
    assert (told["delegate"], told["until"], told["holds"]) == ("Dana Whitfield", "2026-12-31", True)
    assert told["verified"] == "password"

    manager = access("manager")
    signing.end(manager, manager.year.delegations.get(pk=told["id"]))

    told = call("manager", "GET", "/delegations")[1]["items"][0]
    assert (told["holds"], told["ended_by"]) == (False, "Dana Whitfield")


def test_a_delegation_is_ended_by_who_gave_it_or_by_the_practice(
    call: Call, person: Callable[[str], Person]
) -> None:
    given = Delegation.objects.select_related("clinician").get()
    at = f"/delegations/{given.id}"

    assert call("kim", "DELETE", at)[0] == 404
    Membership.objects.create(
        person=person("kim"), organization=given.year.practice.organization, role="reviewer"
    )
    assert call("kim", "DELETE", at)[0] == 404
    for who in ("moreau", "manager"):
        with transaction.atomic():
            status, found = call(who, "DELETE", at)
            assert (status, found["npi"], found["ended"]) == (200, given.clinician.npi, True)
            assert given.year.practice.entries.latest("id").action == "delegation ended"
            transaction.set_rollback(True)


def test_a_clinician_sees_their_own_and_asks_nobody(call: Call) -> None:
    assert {each["npi"] for each in call("kim", "GET", "/signatures")[1]["items"]} == {npi_of(11)}
    assert call("kim", "GET", "/delegations")[1]["items"] == []
    assert call("kim", "POST", "/signatures/ask")[0] == 403


def test_clinicians_are_asked_once_a_day(call: Call) -> None:
    status, first = call("manager", "POST", "/signatures/ask")
    assert (status, first["asked"], first["asked_before"]) == (200, len(mail.outbox), 0)
    assert first["asked"] > 0
    again = call("manager", "POST", "/signatures/ask")[1]
    assert (again["asked"], again["asked_before"]) == (0, first["asked"])

    status, found = call("manager", "POST", "/signatures/ask", {"npis": ["9999999999", "8888888888"]})
    assert (status, [each["code"] for each in found["problems"]]) == (422, ["not_on_roster"] * 2)
    assert call("manager", "POST", "/signatures/ask", {"npis": []})[1]["asked"] == 0


def test_a_year_is_opened_again_by_a_signing_officials_token_that_was_made_for_it(
    harbor: Practice, person: Callable[[str], Person]
) -> None:
    place = f"/api/practices/{harbor.slug}/2026/unlock"
    manager, why = person("manager"), {"reason": " A date was wrong. "}
    assert codes(asked(manager, "POST", place, why, scopes=("unlock",))[1]) == [("not_locked", "2026")]
    Final.objects.create(
        year=harbor.years.get(year=2026), kind="locked", person=manager, role="manager", at=clock.now(),
        qpp_json="{}", answer={"counted": []}, digest="0" * 64,
    )  # fmt: skip

    assert asked(manager, "POST", place, why, scopes=("read", "write", "export", "people"))[0] == 403
    assert codes(asked(manager, "POST", place, {"reason": "  "}, scopes=("unlock",))[1]) == [
        ("wrong_shape", "body.given.reason")
    ]
    named = {"reason": "MRN 0012345 was not seen."}
    assert codes(asked(manager, "POST", place, named, scopes=("unlock",))[1]) == [
        ("may_name_patient", "reason")
    ]
    status, refused = asked(person("admin"), "POST", place, why, scopes=("unlock",))
    assert (status, refused["problems"][0]["fix"]) == (403, "Dana Whitfield can.")
    assert asked(person("kim"), "POST", place, why, scopes=("unlock",))[0] == 403

    status, found = asked(manager, "POST", place, why, scopes=("unlock",))
    assert (status, found["kind"], found["by"]) == (200, "unlocked", "Dana Whitfield")
    assert Final.objects.latest("id").reason == "A date was wrong."
    assert Entry.objects.latest("id").action == "year unlocked"
    assert asked(manager, "GET", place.replace("unlock", "lock"))[1]["locked"] is False
