"""Tokens of programs: made by hand, shown once, ended by hand, and nobody else's."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from signing import just_signed_in

from mips_ia.portal.actions.tokens import make
from mips_ia.portal.models import Entry, Membership, Person, Practice, Token

pytestmark = pytest.mark.django_db
PAGE = "/account/tokens/"


def test_a_token_is_shown_once_and_opens_what_it_was_made_for(person: Callable[[str], Person]) -> None:
    client = just_signed_in("manager")
    page = client.post(PAGE, {"name": "nightly", "scopes": ["read"], "days": "30"}).content.decode()
    (secret,) = re.findall(r"mia_[\w-]+", page)

    assert secret not in client.get(PAGE).content.decode()
    program = Client(SERVER_NAME="localhost", headers={"Authorization": f"Bearer {secret}"})
    assert [each["slug"] for each in program.get("/api/practices").json()["items"]] == [
        "harbor-rehabilitation-group"
    ]
    assert Entry.objects.filter(action="token made", person=person("manager")).count() == 1


def test_everything_that_is_missing_is_said_and_nothing_is_made() -> None:
    page = just_signed_in("manager").post(PAGE, {"name": "", "days": "1000"}).content.decode()

    assert page.count("ds-c-inline-error") == 3
    assert not Token.objects.exists()


def test_a_token_is_ended_by_whose_it_is(person: Callable[[str], Person]) -> None:
    secret, row = make(person("manager"), "nightly", ["read"], 30)
    program = Client(SERVER_NAME="localhost", headers={"Authorization": f"Bearer {secret}"})

    assert just_signed_in("kim").post(f"{PAGE}{row.id}/end/").status_code == 404
    assert program.get("/api/practices").status_code == 200
    assert just_signed_in("manager").post(f"{PAGE}{row.id}/end/").status_code == 303
    assert program.get("/api/practices").status_code == 401


def test_whoever_signed_in_long_ago_confirms_it_first(browse: Callable[[str], Client]) -> None:
    answer = browse("manager").post(PAGE, {"name": "nightly", "scopes": ["read"], "days": "30"})

    assert answer.status_code == 303
    assert "/account/confirm/" in answer.headers["Location"]
    assert not Token.objects.exists()


def test_who_must_have_a_second_factor_by_now_needs_it_for_a_token_too(
    person: Callable[[str], Person], harbor: Practice, settings: Any
) -> None:
    settings.SECOND_FACTOR_REQUIRED = True
    secret, _ = make(person("kim"), "nightly", ["read"], 30)
    program = Client(SERVER_NAME="localhost", headers={"Authorization": f"Bearer {secret}"})
    assert program.get("/api/practices").status_code == 200

    Membership.objects.create(
        person=person("kim"), organization=harbor.organization, practice=harbor, role="manager"
    )
    refused = program.get("/api/practices")
    assert refused.status_code == 403
    assert [each["code"] for each in refused.json()["problems"]] == ["needs_second_factor"]

    person("kim").authenticator_set.create(type="totp", data={})
    assert program.get("/api/practices").status_code == 200


@pytest.mark.usefixtures("one_minute")
def test_a_token_opens_so_much_in_a_minute_and_says_when_it_does_again(
    person: Callable[[str], Person], settings: Any
) -> None:
    settings.API_A_MINUTE = 3
    one, other = (
        Client(SERVER_NAME="localhost", headers={"Authorization": f"Bearer {make(who, 'a', ['read'], 1)[0]}"})
        for who in (person("manager"), person("kim"))
    )

    codes = [one.get("/api/practices").status_code for _ in "1234"]
    refused = one.get("/api/practices")
    assert codes == [200, 200, 200, 429]
    assert refused.headers["Retry-After"] == "60"
    assert refused.json()["problems"][0]["code"] == "too_often"
    assert other.get("/api/practices").status_code == 200


@pytest.mark.usefixtures("one_minute", "db")
def test_nobody_tries_tokens_for_long(person: Callable[[str], Person]) -> None:
    def tried(secret: str, address: str = "192.0.2.81") -> int:
        client = Client(SERVER_NAME="localhost", REMOTE_ADDR=address)
        return client.get("/api/practices", headers={"Authorization": f"Bearer {secret}"}).status_code

    assert [tried(f"mia_{number}") for number in range(61)] == [401] * 60 + [429]
    assert tried("mia_none", "192.0.2.82") == 401
    assert tried(make(person("kim"), "a", ["read"], 1)[0]) == 200  # of the same network
