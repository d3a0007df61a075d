"""Who signed in is in the log: for oneself, for administrators, and with no line lost or added."""

import re
import threading
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, generate_totp_secret, hotp_value
from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.utils import timezone

from mips_ia.portal import demo, signins
from mips_ia.portal.log import broken
from mips_ia.portal.models import Entry, Membership, Organization, Person, Practice
from mips_ia.portal.templatetags.browsers import browser

Browse = Callable[[str], Client]
Who = Callable[[str], Person]
FIREFOX = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0"
SAFARI = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) Version/18.5 Mobile/15E148 Safari/604.1"


@pytest.fixture(autouse=True)
def nobody_was_counted() -> Iterator[None]:
    """Limits count from nothing in each test."""
    cache.clear()
    yield
    cache.clear()


def text(answer: Any) -> str:
    return re.sub(r"\s+", " ", answer.content.decode())


def sign_in(name: str, password: str = demo.PASSWORD, agent: str = FIREFOX) -> Client:
    client = Client(SERVER_NAME="localhost", HTTP_USER_AGENT=agent)
    client.post("/sign-in/", {"login": f"{name}@demo.example", "password": password})
    return client


def told(person: Person) -> list[str]:
    """What the log says of somebody's account, oldest first; the chain must hold."""
    assert broken(None) is None
    lines = Entry.objects.filter(practice=None, record=f"person {person.id}").order_by("id")
    return [each.action for each in lines]


def is_in(client: Client) -> bool:
    return client.get("/account/").status_code == 200


# ---- One's sessions


def test_one_sees_where_one_is_signed_in_and_signs_out_everywhere_else(person: Who) -> None:
    here, there, other = sign_in("kim"), sign_in("kim", agent=SAFARI), sign_in("manager")

    page = text(here.get("/account/sessions/"))
    assert "You are signed in 2 times." in page
    assert page.count("<strong>This one</strong>") == 1
    assert page.index("Firefox on Windows") < page.index("This one") < page.index("Safari on an iPhone")

    page = text(here.post("/account/sessions/", follow=True))
    assert "Signed out everywhere else. You are still signed in here." in page
    assert "You are signed in here and nowhere else." in page
    assert [is_in(each) for each in (here, there, other)] == [True, False, True]
    assert told(person("kim")) == ["signed in", "signed in", "signed out everywhere else"]


def test_who_lost_the_second_factor_is_signed_out_everywhere(harbor: Practice, person: Who) -> None:
    held = Membership.objects.get(person=person("manager"))
    admin, manager = sign_in("admin"), sign_in("manager")

    admin.post(f"/p/{harbor.slug}/2026/people/{held.id}/second-factor/")

    assert not is_in(manager)
    assert is_in(admin)
    assert told(person("manager"))[1:] == ["second factor reset", "sessions ended"]
    last = Entry.objects.filter(action="sessions ended").latest("id")
    assert (last.person, last.role) == (person("admin"), "admin")


def test_whose_last_role_ends_is_signed_out_everywhere(harbor: Practice, person: Who) -> None:
    held = Membership.objects.get(person=person("manager"))
    other = Membership.objects.create(
        person=person("manager"), organization=harbor.organization, practice=harbor, role="reviewer"
    )
    admin, manager = sign_in("admin"), sign_in("manager")

    admin.post(f"/p/{harbor.slug}/2026/people/{other.id}/end/")
    assert is_in(manager)
    admin.post(f"/p/{harbor.slug}/2026/people/{held.id}/end/")
    assert not is_in(manager)


@pytest.mark.parametrize(("agent", "words"), [
    (FIREFOX, "Firefox on Windows"),
    (SAFARI, "Safari on an iPhone"),
    ("Mozilla/5.0 (X11; Linux x86_64) Chrome/138.0 Safari/537.36 Edg/138.0", "Edge on Linux"),
    ("Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) Chrome/138.0 Safari/537.36", "Chrome on a Mac"),
    ("curl/8.0", "A browser that is not known"),
])  # fmt: skip
def test_a_browser_is_named_in_words(agent: str, words: str) -> None:
    assert browser(agent) == words


# ---- The log


def test_signing_in_and_out_and_what_was_refused(person: Who) -> None:
    kim, lines = person("kim"), Entry.objects.count()
    sign_in("nobody")
    assert Entry.objects.count() == lines
    sign_in("kim", "not the password")
    client = sign_in("kim")
    client.post("/account/confirm/", {"password": "not the password"})
    client.post("/sign-out/")

    assert told(kim) == ["sign-in refused", "signed in", "password refused", "signed out"]
    said = Entry.objects.filter(record=f"person {kim.id}").values_list("person", "before", "after")
    assert "not the password" not in str(list(said))
    assert said[0] == (None, None, {"browser": "Firefox on Windows"})


def test_a_closed_account_is_refused(person: Who) -> None:
    Person.objects.filter(pk=person("kim").pk).update(is_active=False)
    sign_in("kim")

    assert told(person("kim")) == ["sign-in refused"]


def test_signing_out_by_idling_is_one_line_whoever_finds_it_first(person: Who) -> None:
    kim = person("kim")
    first, second = sign_in("kim"), sign_in("kim")
    for client in (first, second):
        key = client.cookies["sessionid"].value
        Session.objects.filter(session_key=key).update(expire_date=timezone.now() - timedelta(minutes=1))
    idle = "signed out after idle minutes"

    second.get("/account/")
    assert told(kim) == ["signed in", "signed in", idle, idle]
    first.get("/account/")
    sign_in("manager")

    assert told(kim) == ["signed in", "signed in", idle, idle]
    assert set(Entry.objects.filter(action=idle).latest("id").after) == {"last_active", "browser"}
    assert Session.objects.filter(expire_date__lt=timezone.now()).count() == 2

    Session.objects.update(expire_date=timezone.now() - timedelta(days=8))
    sign_in("manager")
    assert not Session.objects.filter(expire_date__lt=timezone.now()).exists()


def test_the_second_factor_and_the_password(person: Who) -> None:
    kim, client = person("kim"), sign_in("kim")
    client.post("/account/confirm/", {"password": demo.PASSWORD})
    found = re.search(r'class="ia-secret">(\w+)<', text(client.get("/account/second-factor/app/")))
    assert found
    code = format_hotp_value(hotp_value(found[1], int(time.time()) // 30))
    client.post("/account/second-factor/app/", {"code": code})
    client.post("/account/second-factor/app/remove/")
    new = {"oldpassword": demo.PASSWORD, "password1": "nine red lighthouses at dusk"}
    client.post("/account/password/", new)

    assert told(kim)[1:] == [
        "second factor added", "recovery codes made", "second factor removed", "second factor removed",
        "password changed",
    ]  # fmt: skip


def test_a_wrong_code_is_refused_and_a_recovery_code_is_told(person: Who) -> None:
    kim = person("kim")
    TOTP.activate(kim, generate_totp_secret())
    codes = RecoveryCodes.activate(kim)
    client = sign_in("kim")
    client.post("/sign-in/code/", {"code": "000000"})
    client.post("/sign-in/code/", {"code": codes.get_unused_codes()[0]})

    added = ["second factor added", "recovery codes made"]
    assert told(kim) == [*added, "second factor refused", "recovery code used", "signed in"]


def test_an_administrator_sees_everybody_and_others_themselves(harbor: Practice, browse: Browse) -> None:
    house = Organization.objects.create(name="Elsewhere")
    foreign = Person.objects.create_user("foreign@demo.example", demo.PASSWORD, name="Fay Foreign")
    Membership.objects.create(person=foreign, organization=house, role="admin")
    for name in ("foreign", "kim", "manager"):
        sign_in(name)
    sign_in("kim", "not the password")
    address = f"/p/{harbor.slug}/2026/log/sign-ins/"

    page = text(browse("admin").get(address))
    assert "Soo-jin Kim" in page
    assert "Dana Whitfield" in page
    assert "Sign-in refused" in page
    assert "Fay Foreign" not in page
    assert "The seals of all lines about accounts fit" in page
    assert address in text(browse("admin").get(f"/p/{harbor.slug}/2026/log/"))
    assert browse("manager").get(address).status_code == 403
    assert address not in text(browse("manager").get(f"/p/{harbor.slug}/2026/log/"))

    page = text(browse("kim").get("/account/sign-ins/"))
    assert "2 lines" in page
    assert "Dana Whitfield" not in page


def test_no_line_is_lost_where_many_sign_in_at_once(django_db_setup: None, django_db_blocker: Any) -> None:  # noqa: ARG001
    """Each thread commits, so that its lines stay; they are of somebody whom no other test asks about."""
    start, broke = threading.Barrier(20), []

    def lines() -> int:
        return Entry.objects.filter(practice=None, action="signed out").count()

    def sign() -> None:
        start.wait()
        try:
            for _ in range(5):
                signins.line(who, "signed out", who)
        except Exception as error:  # noqa: BLE001 - whatever it is, it is told
            broke.append(error)
        finally:
            connection.close()

    with django_db_blocker.unblock():
        who, before = Person.objects.get(email="adeyemi@demo.example"), lines()
        threads = [threading.Thread(target=sign) for _ in range(20)]
        for each in threads:
            each.start()
        for each in threads:
            each.join()

        assert (broke, lines() - before, broken(None)) == ([], 100, None)
