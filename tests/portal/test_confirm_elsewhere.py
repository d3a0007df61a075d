"""Whom only an organization's own sign-in lets in shows there who they are before they sign."""

import json
import re
import time
from collections.abc import Callable, Iterator
from html import unescape
from urllib.parse import unquote, urlencode

import pytest
import requests
from django.test import Client
from house import CLIENT, House, served
from sent_beside import letters
from served import Served
from serving import send

from mips_ia.portal.models import Person

# Two clinicians who have neither a password nor a second factor.
_OF_THE_HOUSE = """
from allauth.socialaccount.models import SocialAccount
from mips_ia.portal.models import Person
for name in ("kim", "novak"):
    person = Person.objects.get(email=f"{name}@demo.example")
    person.set_unusable_password()
    person.save()
    SocialAccount.objects.create(user=person, provider="oidc", uid=f"{name}-1")
"""
_WINDOWS = """
import django, json
django.setup()
from mips_ia.portal.models import Person, Window
held = Window.objects.filter(clinician__last_name="Kim", replaced_at=None)
to = Person.objects.get(email="manager@demo.example")
print(json.dumps(dict(held.values_list("activity", "pk")) | {"to": to.pk}))
"""
_SAID = """
import django, json
django.setup()
from mips_ia.portal.models import Entry, Signature
said = Signature.objects.filter(window={window}).order_by("id").values_list("kind", "verified")
refused = Entry.objects.filter(action="other sign-in refused").values_list("after__why", flat=True)
print(json.dumps([[*said], [*refused]]))
"""
CONFIRM = "/account/confirm/elsewhere/"
PRACTICE = "harbor-rehabilitation-group"


@pytest.fixture(scope="module")
def built() -> Iterator[Served]:
    with served() as house:
        found = Served()
        found.told = {
            "MIPS_IA_OIDC_SERVER": house, "MIPS_IA_OIDC_CLIENT": CLIENT, "MIPS_IA_OIDC_SECRET": "a secret",
            "MIPS_IA_OIDC_NAME": "Harbor Health",
        }  # fmt: skip
        yield found.build(_OF_THE_HOUSE)
        found.remove()


@pytest.fixture(scope="module")
def windows(built: Served) -> dict[str, int]:
    """The windows of Kim by their activities, and whom she may let record for her."""
    found: dict[str, int] = json.loads(built.python(_WINDOWS))
    return found


@pytest.fixture
def portal(built: Served) -> Iterator[Served]:
    """A portal in which nobody has signed yet."""
    House.error = ""
    found = built.copy()
    found.told, found.application = built.told, "housed:application"
    with found:
        yield found


def house_says(who: str = "kim-1", **claims: object) -> None:
    """What the house says of whoever comes next."""
    House.claims = {"sub": who, "email": "kim@demo.example", "email_verified": True, **claims}


def comes(portal: Served, **claims: object) -> requests.Session:
    """Kim signs in at the house, which says of her what is claimed."""
    house_says(**claims)
    browser = requests.Session()
    assert send(browser, f"{portal.address}/sign-in/oidc/start/").ok
    return browser


def signs(portal: Served, browser: requests.Session, window: int) -> requests.Response:
    return send(browser, f"{portal.address}/sign/{window}/", name="Soo-jin Kim")


def confirms(portal: Served, browser: requests.Session, back: str, **claims: object) -> requests.Response:
    """She presses the button, and is back with what the house says."""
    house_says(**claims)
    return send(browser, f"{portal.address}{CONFIRM}", next=back)


def said(portal: Served, window: int) -> tuple[list[list[str]], list[str]]:
    """What was signed of a window and how its person was verified; and why others were refused."""
    signed, refused = json.loads(portal.python(_SAID.format(window=window)))
    return signed, refused


def test_who_signed_in_there_within_the_minutes_signs_at_once(
    portal: Served, windows: dict[str, int]
) -> None:
    window = windows["IA_PSPA_21"]

    answer = signs(portal, comes(portal, auth_time=int(time.time())), window)

    assert "Identity verified by: other sign-in." in answer.text
    assert said(portal, window) == ([["own", "other sign-in"]], [])


def test_after_them_one_signs_in_there_once_more_comes_back_and_signs(
    portal: Served, windows: dict[str, int]
) -> None:
    window = windows["IA_PSPA_21"]
    browser = comes(portal, auth_time=int(time.time()) - 301)
    assert "prompt" not in House.asked

    asked = signs(portal, browser, window)
    assert asked.url == f"{portal.address}{CONFIRM}?next=/sign/{window}/"
    assert "You sign in with Harbor Health. Sign in there once more" in asked.text

    back = confirms(portal, browser, f"/sign/{window}/", auth_time=int(time.time()))
    assert (House.asked["prompt"], House.asked["max_age"]) == ("login", "0")
    assert back.url.startswith(f"{portal.address}/sign/{window}/")
    assert "You showed who you are. Nothing was saved yet" in back.text
    assert said(portal, window) == ([], [])

    assert "Identity verified by: other sign-in." in signs(portal, browser, window).text
    assert said(portal, window) == ([["own", "other sign-in"]], [])


@pytest.mark.parametrize(
    ("claims", "heading", "why"),
    [
        ({"auth_time": -61}, "You did not sign in there anew", "signed in there earlier"),
        ({"auth_time": 300}, "You did not sign in there anew", "signed in there earlier"),
        ({}, "Harbor Health does not say when you signed in there", "no auth_time"),
        ({"auth_time": "now"}, "Harbor Health does not say when you signed in there", "no auth_time"),
        ({"auth_time": True}, "Harbor Health does not say when you signed in there", "no auth_time"),
        ({"auth_time": 0, "who": "novak-1"}, "You signed in there as somebody else", "another account"),
        ({"auth_time": 0, "who": "new-1"}, "You signed in there as somebody else", "another account"),
    ],
)
def test_what_does_not_show_who_one_is_is_refused_and_says_what_to_do(
    portal: Served, windows: dict[str, int], claims: dict[str, object], heading: str, why: str
) -> None:
    window = windows["IA_PSPA_21"]
    browser = comes(portal)
    at = claims.get("auth_time")
    told = claims | ({"auth_time": int(time.time()) + at} if type(at) is int else {})

    answer = confirms(portal, browser, f"/sign/{window}/", **told)

    assert (answer.status_code, heading in answer.text) == (403, True)
    again = re.search(f'href="({CONFIRM}[^"]*)">Try again', answer.text)
    assert again
    assert "Sign in there once more" in browser.get(f"{portal.address}{again[1]}", timeout=20).text
    assert signs(portal, browser, window).url.startswith(f"{portal.address}{CONFIRM}")
    assert said(portal, window) == ([], [why])


def test_an_address_without_the_words_that_ask_anew_helps_nobody(
    portal: Served, windows: dict[str, int]
) -> None:
    window, long_ago = windows["IA_PSPA_21"], int(time.time()) - 3600
    browser = comes(portal, auth_time=long_ago)
    there = send(browser, f"{portal.address}{CONFIRM}", allow_redirects=False, next=f"/sign/{window}/")
    address = there.headers["Location"].replace("&prompt=login", "").replace("&max_age=0", "")
    assert "prompt" not in address

    answer = browser.get(address, timeout=20)
    assert "prompt" not in House.asked
    assert (answer.status_code, "You did not sign in there anew" in answer.text) == (403, True)

    browser = comes(portal, auth_time=long_ago)  # nor does signing in once more, where nothing is asked
    assert signs(portal, browser, window).url.startswith(f"{portal.address}{CONFIRM}")
    assert said(portal, window)[0] == []


def test_who_gives_up_there_is_led_back(portal: Served, windows: dict[str, int]) -> None:
    window = windows["IA_PSPA_21"]
    browser = comes(portal)
    House.error = "access_denied"

    answer = confirms(portal, browser, f"/sign/{window}/")

    assert (answer.status_code, "You did not sign in there" in answer.text) == (403, True)
    assert f'<a href="/sign/{window}/?typed=back">Back to the page where you were</a>' in answer.text


def test_what_was_typed_is_back_but_for_the_name_under_it(portal: Served, windows: dict[str, int]) -> None:
    window = windows["IA_BE_16"]
    browser, address = comes(portal), f"/sign/{window}/withdraw/"
    typed = {"name": "Soo-jin Kim", "reason": "the days are wrong"}
    assert send(browser, f"{portal.address}{address}", **typed).url.startswith(f"{portal.address}{CONFIRM}")

    back = confirms(portal, browser, address, auth_time=int(time.time()))

    assert back.url == f"{portal.address}{address}?typed=back"
    assert 'value="the days are wrong"' in back.text
    assert 'value="Soo-jin Kim"' not in back.text
    send(browser, f"{portal.address}{address}", **typed)
    assert said(portal, window)[0][-1] == ["withdrawn", "other sign-in"]


def test_what_stands_behind_the_address_is_there_again(portal: Served, windows: dict[str, int]) -> None:
    chosen = urlencode({"to": windows["to"], "until": "2026-12-31"})
    browser, address = comes(portal), f"/sign/delegate/{PRACTICE}/2026/"
    asked = send(browser, f"{portal.address}{address}?{chosen}", name="Soo-jin Kim")
    assert asked.url == f"{portal.address}{CONFIRM}?next={address}"

    refused = confirms(portal, browser, address)
    again = re.search(f'href="{CONFIRM}[?]next=([^"]*)">Try again', refused.text)
    assert again
    back = confirms(portal, browser, unquote(again[1]), auth_time=int(time.time()))

    assert back.url == f"{portal.address}{address}?{chosen}&typed=back"
    assert "allow Dana Whitfield to record" in unescape(back.text)


@pytest.mark.parametrize("way", ["password/first/", "second-factor/app/", "passkeys/add/"])
def test_nobody_gets_another_way_to_show_who_they_are_before_they_showed_it(portal: Served, way: str) -> None:
    browser, address = comes(portal), f"/account/{way}"
    asked = browser.get(f"{portal.address}{address}", timeout=20)
    assert asked.url == f"{portal.address}{CONFIRM}?{urlencode({'next': address})}"

    back = confirms(portal, browser, address, auth_time=int(time.time()))

    assert (back.url, back.status_code) == (f"{portal.address}{address}", 200)


def test_a_house_that_does_not_answer_is_said_to(
    built: Served, windows: dict[str, int], portal: Served
) -> None:
    browser = comes(portal)
    portal.kill()
    portal.told = built.told | {"MIPS_IA_OIDC_SERVER": "http://127.0.0.1:1"}
    portal.start()

    answer = confirms(portal, browser, f"/sign/{windows['IA_PSPA_21']}/")

    assert (answer.status_code, "Harbor Health did not answer" in answer.text) == (403, True)


def test_without_such_a_sign_in_one_chooses_a_password_first(
    person: Callable[[str], Person], sign_in: Callable[[Person], Client]
) -> None:
    kim = person("kim")
    kim.set_unusable_password()
    kim.save()
    client = sign_in(kim)

    asked = client.post("/sign/several/", {"name": "Soo-jin Kim"})

    assert asked["Location"] == f"{CONFIRM}?next=/sign/several/"
    page = client.get(asked["Location"]).content.decode()
    assert "Choose a password first: a link for that comes by mail." in page
    assert client.post(CONFIRM, {"next": "/sign/several/"}).status_code == 200
    client.post("/sign-in/forgotten/", {"email": kim.email})
    assert [each.to for each in letters()] == [[kim.email]]


def test_who_has_a_password_is_asked_for_it_as_ever(portal: Served, windows: dict[str, int]) -> None:
    portal.python(
        "import django\ndjango.setup()\nfrom mips_ia.portal.models import Person\n"
        "person = Person.objects.get(email='kim@demo.example')\n"
        "person.set_password('four green bridges at noon')\nperson.save()"
    )
    asked = signs(portal, comes(portal), windows["IA_PSPA_21"])

    assert asked.url.startswith(f"{portal.address}/account/confirm/?next=")
