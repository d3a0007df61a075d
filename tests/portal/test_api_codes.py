"""The code under a statement: of the app of now, good once, tried seldom, and told where it is wrong."""

from collections.abc import Callable
from itertools import islice
from typing import Any

import pytest
from allauth.mfa.totp.internal import auth
from apps import App, Clock
from django.core.cache import cache
from django.test import Client
from programs import codes
from signing import window

from mips_ia.portal.actions.tokens import make
from mips_ia.portal.models import Entry, Person, Practice
from mips_ia.portal.statements import declined, own, withdrawn

Say = Callable[..., Any]
SAYS = {
    "sign": own, "decline": declined,
    "withdraw": lambda row: withdrawn(row.signatures.latest("id"), "an error"),
}  # fmt: skip


@pytest.fixture
def app(person: Callable[[str], Person], codes_clock: Clock) -> App:
    """The app of Dr. Kim."""
    return App(person("kim"), codes_clock)


@pytest.fixture
def say(person: Callable[[str], Person], harbor: Practice) -> Say:
    """The answer to a program that signs or declines Dr. Kim's window with a code."""
    secret, _ = make(person("kim"), "a test", ["sign"], 1)
    client = Client(SERVER_NAME="localhost", headers={"Authorization": f"Bearer {secret}"})
    row = window("Kim")

    def said(code: str, what: str = "decline") -> Any:
        place = f"/api/practices/{harbor.slug}/2026/windows/{row.id}/{what}"
        given = {"statement": SAYS[what](row), "typed_name": "Soo-jin Kim", "code": code}
        given |= {"reason": "an error"} if what == "withdraw" else {}
        return client.post(place, given, content_type="application/json")

    return said


def refused() -> int:
    """How often a second factor of Dr. Kim was refused, as the log has it."""
    kim = Person.objects.get(email="kim@demo.example")
    return Entry.objects.filter(action="second factor refused", record=f"person {kim.id}").count()


def kinds() -> list[str]:
    """What was said of the window."""
    return [each.kind for each in window("Kim").signatures.all()]


def test_a_wrong_code_says_nothing_and_stands_in_the_log(app: App, say: Say) -> None:
    answer = say(next(app.wrong()))

    assert (answer.status_code, codes(answer.json())) == (403, [("wrong_code", "code")])
    assert (refused(), kinds()) == (1, [])
    assert say(app.code()).status_code == 200
    assert (refused(), kinds()) == (1, ["declined"])


@pytest.mark.parametrize("elsewhere", [False, True], ids=["to this process", "to another one"])
def test_a_code_is_good_once_and_with_it_every_older_one(app: App, say: Say, elsewhere: bool) -> None:
    used = app.code()
    assert say(used).status_code == 200

    for code in (used, app.at(-1)):
        if elsewhere:
            cache.clear()
        assert codes(say(code, "sign").json()) == [("wrong_code", "code")]
    assert (refused(), kinds()) == (2, ["declined"])
    assert say(app.at(1), "sign").status_code == 200  # of a phone whose clock is ahead
    cache.clear()
    app.code()
    assert codes(say(app.at(0), "withdraw").json()) == [("wrong_code", "code")]


def test_a_code_that_was_used_on_a_page_makes_no_statement_and_the_other_way(
    app: App, say: Say, browse: Callable[[str], Client]
) -> None:
    kim = browse("kim")
    on_page, by_program = app.code(), app.code()
    app.clock.at -= 30
    assert kim.post("/account/confirm/code/", {"code": on_page}).status_code == 303
    app.row.refresh_from_db()
    app.row.last_used_at = None  # that day is not the day of these codes
    app.row.save()
    assert codes(say(on_page).json()) == [("wrong_code", "code")]

    assert say(by_program).status_code == 200
    page = kim.post("/account/confirm/code/", {"code": by_program}).content.decode()
    assert "Enter the newest code." in page


def test_codes_are_tried_five_times_in_five_minutes_and_sign_in_stays_open(
    app: App, say: Say, browse: Callable[[str], Client]
) -> None:
    answers = [say(code) for code in islice(app.wrong(), 6)]

    assert [each.status_code for each in answers] == [403] * 5 + [429]
    last = answers[-1]
    assert codes(last.json()) == [("too_many_codes", "code")]
    assert (last.headers["Retry-After"], last.json()["problems"][0]["fix"]) == ("300", "Wait 5 minutes.")
    assert say(app.code()).status_code == 429
    assert (refused(), kinds()) == (5, [])
    assert browse("kim").post("/account/confirm/code/", {"code": app.code()}).status_code == 303


def test_a_right_code_begins_the_count_anew(app: App, say: Say) -> None:
    for what in ("decline", "sign"):
        assert [say(code, what).status_code for code in islice(app.wrong(), 4)] == [403] * 4
        assert say(app.code(), what).status_code == 200


@pytest.mark.usefixtures("codes_clock")
def test_who_has_no_app_is_led_to_the_page(say: Say) -> None:
    answer = say("000000")

    (told,) = answer.json()["problems"]
    assert (answer.status_code, told["code"]) == (403, "needs_app")
    assert f"http://localhost/sign/{window('Kim').id}/decline/" in told["fix"]
    assert refused() == 0


@pytest.mark.usefixtures("codes_clock")
def test_the_app_of_somebody_else_is_none(say: Say, person: Callable[[str], Person]) -> None:
    secret = auth.generate_totp_secret()
    auth.TOTP.activate(person("manager"), secret)

    assert codes(say("000000").json()) == [("needs_app", "code")]
