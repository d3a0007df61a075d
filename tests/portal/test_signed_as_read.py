"""A statement is signed as it was read: what changed meanwhile is read again, and nothing is signed."""

from collections.abc import Callable
from html import unescape
from typing import Any

import pytest
from apps import App, Clock
from django.test import Client
from programs import asked, codes
from signing import P, as_read, just_signed_in, sends, window

from mips_ia.portal.models import (
    Clinician,
    Delegation,
    Entry,
    Final,
    Organization,
    Person,
    Practice,
    Signature,
    Window,
)
from mips_ia.portal.statements import own
from mips_ia.portal.web import fresh

pytestmark = pytest.mark.django_db
NAME = {"name": "Soo-jin Kim"}
NOTHING = "Nothing was signed. The statement changed since this page was shown: "
READ = "Read it as it is now, then sign it."


def renamed(**names: str) -> None:
    """What the roster says of Dr. Kim is corrected."""
    Clinician.objects.filter(last_name="Kim").update(**names)


def moved(row: Window) -> None:
    """The manager gives a window another last day."""
    days = {"first": "2026-03-02", "last": "2026-05-31", "save": "1"}
    just_signed_in("manager").post(f"{P}/plan/{row.id}/", days)


def sent(client: Client, address: str, read: dict[str, str], **given: str) -> str:
    """What a page says to somebody who read it before something changed; it answers 409."""
    answer = client.post(address, read | given)
    assert answer.status_code == 409
    return unescape(answer.content.decode())


def test_one_that_changed_is_shown_as_it_is_with_the_name_as_typed_and_then_signed() -> None:
    kim, row = just_signed_in("kim"), window("Kim")
    address = f"/sign/{row.id}/"
    read = as_read(kim, address)
    renamed(credential="DO")

    page = sent(kim, address, read, **NAME)

    assert f"{NOTHING}a name in it is written differently. {READ}" in page
    assert "I, Soo-jin Kim, DO, personally took part" in page
    assert 'value="Soo-jin Kim"' in page
    assert not row.signatures.exists()
    assert kim.post(address, NAME).status_code == 409, "nor is what was not read at all"
    sends(kim, address, NAME)
    assert row.signatures.get().statement == own(window("Kim"))


def test_of_several_none_is_signed_and_what_changed_is_not_ticked_any_more() -> None:
    moved(window("Kim", "IA_BE_16"))
    kim, changes, stays = just_signed_in("kim"), window("Kim"), window("Kim", "IA_BE_16")
    read = as_read(kim, "/sign/several/")
    assert {*read} == {f"window-{changes.id}", f"window-{stays.id}"}
    moved(changes)

    page = sent(kim, "/sign/several/", read, **NAME)

    assert f"{NOTHING}a name in it is written differently, days were changed, or a window" in page
    assert "through May 31, 2026" in page
    assert page.count(" checked") == 1
    renamed(credential="DO")
    assert " checked" not in sent(kim, "/sign/several/", read, **NAME)
    assert not Signature.objects.filter(window__clinician__last_name="Kim", window__replaced_at=None).exists()
    kim.post("/sign/several/", as_read(kim, "/sign/several/") | NAME)
    assert window("Kim").signatures.get().statement == own(window("Kim"))
    assert stays.signatures.count() == 1


def test_a_withdrawal_is_of_the_signature_that_was_read() -> None:
    kim, row = just_signed_in("kim"), window("Kim", "IA_BE_16")
    address, reason = f"/sign/{row.id}/withdraw/", {"reason": "the days were wrong"}
    read = as_read(kim, address)
    sends(kim, address, NAME | reason)
    sends(kim, f"/sign/{row.id}/", NAME)

    page = sent(kim, address, read, **NAME, **reason)

    assert f"{NOTHING}another signature holds. {READ}" in page
    assert 'value="the days were wrong"' in page
    assert [each.kind for each in row.signatures.all()] == ["own", "withdrawn", "own"]


def test_a_delegation_and_a_record_under_it_are_those_that_were_read(person: Callable[..., Person]) -> None:
    kim, manager, row = just_signed_in("kim"), just_signed_in("manager"), window("Kim")
    there = f"/sign/delegate/harbor-rehabilitation-group/2026/?to={person('manager').id}&until=12/31/2026"
    read = as_read(kim, there)
    Person.objects.filter(email="manager@demo.example").update(name="Dana Whitfield-Lee")

    page = sent(kim, there, read, **NAME)

    assert f"{NOTHING}a name in it is written differently. {READ}" in page
    assert "allow Dana Whitfield-Lee to record" in page
    assert not Delegation.objects.filter(clinician__last_name="Kim").exists()
    sends(kim, there, NAME)
    record = f"{P}/participation/IA_PSPA_21/{row.clinician_id}/record/"
    read = as_read(manager, record)
    moved(row)
    page = sent(manager, record, read, basis="the falls log")
    assert f"{NOTHING}other days or another delegation hold, or a name is written differently. {READ}" in page
    assert 'value="the falls log"' in page
    assert not window("Kim").signatures.exists()
    sends(manager, record, {"basis": "the falls log"})
    assert "through May 31, 2026" in window("Kim").signatures.get().statement


def test_a_year_is_locked_under_the_names_that_were_read() -> None:
    manager, address = just_signed_in("manager"), f"{P}/export/lock/"
    read = as_read(manager, address)
    Organization.objects.update(name="Harbor Registry (invented)")

    page = sent(manager, address, read, name="Dana Whitfield")

    assert f"{NOTHING}it counts other activities, or a name in it is written differently. {READ}" in page
    assert "I authorize Harbor Registry (invented) to report" in page
    assert not Final.objects.exists()
    sends(manager, address, {"name": "Dana Whitfield"})
    assert "Harbor Registry (invented)" in Final.objects.get().statement


@pytest.mark.parametrize("what", ["sign", "unlock"])
def test_how_somebody_showed_who_they_are_is_looked_at_once(
    monkeypatch: pytest.MonkeyPatch, what: str
) -> None:
    """The minutes may be over between the look and the record."""
    kim, manager, left = just_signed_in("kim"), just_signed_in("manager"), ["password"]
    sends(manager, f"{P}/export/lock/", {"name": "Dana Whitfield"})
    monkeypatch.setattr(fresh, "verified", lambda _: left.pop() if left else "")

    if what == "unlock":
        manager.post(f"{P}/export/unlock/", {"reason": "a window was wrong"})
        told = Entry.objects.filter(action="year unlocked").get().after
        assert (told["reason"], told["verified"]) == ("a window was wrong", "password")
    else:
        row = window("Kim", "IA_BE_16")
        sends(kim, f"/sign/{row.id}/withdraw/", NAME | {"reason": "the days were wrong"})
        assert row.signatures.latest("id").verified == "password"


def test_a_program_that_read_other_words_signs_nothing(
    person: Callable[..., Any], harbor: Practice, codes_clock: Clock
) -> None:
    row, place = window("Kim"), f"/api/practices/{harbor.slug}/2026"
    waits = asked(person("kim"), "GET", f"{place}/to-sign", scopes=("read", "sign"))[1]["items"][0]
    renamed(credential="DO")

    code = App(person("kim"), codes_clock).code()
    given = {"statement": waits["sign"], "typed_name": "Soo-jin Kim", "code": code}
    status, told = asked(person("kim"), "POST", f"{place}/windows/{row.id}/sign", given, scopes=("sign",))

    assert (status, codes(told)) == (422, [("other_words", "statement")])
    assert told["problems"][0]["fix"] == own(window("Kim"))
    assert not row.signatures.exists()
