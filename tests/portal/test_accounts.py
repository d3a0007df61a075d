"""Signing in, one's own account, the second factor, and what every answer carries."""

import re
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from allauth.socialaccount.models import SocialAccount, SocialLogin
from django.contrib.auth.password_validation import validate_password
from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import get_resolver
from django.utils import timezone
from sent_beside import letters

from mips_ia.portal import demo
from mips_ia.portal.accounts import vouched_for
from mips_ia.portal.models import Entry, Person, Practice

ROOT = Path(__file__).resolve().parents[2]
Browse = Callable[[str], Client]
NEW = "nine red lighthouses at dusk"


@pytest.fixture(autouse=True)
def nobody_was_counted() -> Iterator[None]:
    """Limits count from nothing in each test."""
    cache.clear()
    yield
    cache.clear()


def visitor() -> Client:
    return Client(SERVER_NAME="localhost")


def sign_in(email: str, password: str = demo.PASSWORD, to: str = "/sign-in/") -> tuple[Client, Any]:
    client = visitor()
    return client, client.post(to, {"login": email, "password": password})


def text(answer: Any) -> str:
    return str(answer.content.decode())


@pytest.mark.parametrize(
    ("password", "says"),
    [
        ("short words", "Enter at least 12 characters; a sentence is fine."),
        ("qwertyqwerty", "Choose another one. Many people have this password, and it is tried first."),
        ("quiet.harbor@demo", "Choose another one. This is nearly your name or e-mail address."),
        ("Quiet Harbormaster", "Choose another one. This is nearly your name or e-mail address."),
    ],
)
def test_a_password_that_is_refused_says_what_to_enter_instead(password: str, says: str) -> None:
    who = Person(name="Quiet Harbormaster", email="quiet.harbor@demo.example")

    with pytest.raises(ValidationError) as refused:
        validate_password(password, who)
    assert says in refused.value.messages


# ---- Signing in and out


def test_an_address_and_a_password_lead_to_the_practice(harbor: Practice) -> None:
    client, answer = sign_in("Manager@Demo.example")

    assert (answer.status_code, answer["Location"]) == (303, "/")
    assert client.get("/", follow=True).redirect_chain[-1][0] == f"/p/{harbor.slug}/2026/"


def test_after_signing_in_one_is_where_one_wanted_to_be(harbor: Practice) -> None:
    wanted = f"/p/{harbor.slug}/2026/score/"
    assert visitor().get(wanted)["Location"] == f"/sign-in/?next={wanted}"

    client = visitor()
    sent = {"login": "manager@demo.example", "password": demo.PASSWORD, "next": wanted}
    assert client.post("/sign-in/", sent)["Location"] == wanted
    elsewhere = sent | {"next": "https://elsewhere.example/"}
    assert visitor().post("/sign-in/", elsewhere)["Location"] == "/"


def test_a_wrong_password_and_an_unknown_address_say_the_same(harbor: Practice) -> None:  # noqa: ARG001
    told = [text(sign_in(*each)[1]) for each in (
        ("manager@demo.example", "not the password"), ("nobody@demo.example", "not the password"),
    )]  # fmt: skip

    for page in told:
        assert "<title>Error: Sign in" in page
        assert "Enter the e-mail address and the password of your account." in page


def test_signing_out_takes_a_post(browse: Browse) -> None:
    client = browse("kim")
    assert "Sign out?" in text(client.get("/sign-out/"))
    assert client.get("/account/").status_code == 200

    client.post("/sign-out/")

    assert client.get("/account/").status_code == 302


def test_who_left_does_not_get_in(person: Callable[[str], Person]) -> None:
    Person.objects.filter(pk=person("kim").pk).update(is_active=False)

    _, answer = sign_in("kim@demo.example")

    assert answer.status_code in (200, 303)
    assert answer.status_code == 200 or answer["Location"] == "/sign-in/closed/"
    assert "This account is closed." in text(visitor().get("/sign-in/closed/"))


def test_nobody_signs_up(browse: Browse) -> None:
    names = [str(name) for name in get_resolver().reverse_dict if "signup" in str(name)]
    assert not names
    for client in (visitor(), browse("kim")):
        for address in ("/account/signup/", "/sign-up/", "/account/3rdparty/signup/", "/accounts/signup/"):
            assert client.get(address).status_code == 404


def test_too_many_tries_are_answered_in_our_words(harbor: Practice, settings: Any) -> None:  # noqa: ARG001
    settings.ACCOUNT_RATE_LIMITS = {"login": "2/m/ip"}
    answers = [sign_in("manager@demo.example", "not the password")[1] for _ in range(3)]

    assert [each.status_code for each in answers] == [200, 200, 429]
    assert "Wait a few minutes." in text(answers[-1])
    assert "ia-page" in text(answers[-1])


def test_a_password_is_guessed_only_a_few_times(harbor: Practice, settings: Any) -> None:  # noqa: ARG001
    settings.ACCOUNT_RATE_LIMITS = {"login_failed": "2/5m/key"}
    for _ in range(2):
        sign_in("manager@demo.example", "not the password")

    _, answer = sign_in("manager@demo.example")

    assert answer.status_code == 200
    assert "There were too many attempts." in text(answer)


# ---- Password


def test_a_forgotten_password_is_set_by_a_link_and_ends_other_sessions(browse: Browse) -> None:
    elsewhere, client = browse("kim"), visitor()
    client.post("/sign-in/forgotten/", {"email": "kim@demo.example"})
    found = re.search(r"http://localhost(\S+)", str(letters()[-1].body))
    assert found

    form = client.get(found[1], follow=True)
    assert "Set a new password" in text(form)
    client.post(form.redirect_chain[-1][0], {"password1": NEW})

    assert sign_in("kim@demo.example", NEW)[1].status_code == 303
    assert sign_in("kim@demo.example")[1].status_code == 200
    assert elsewhere.get("/account/").status_code == 302
    assert "This link was used" in text(visitor().get(found[1], follow=True))


def test_asking_for_an_unknown_address_says_the_same_and_sends_nothing(harbor: Practice) -> None:  # noqa: ARG001
    answer = visitor().post("/sign-in/forgotten/", {"email": "nobody@demo.example"}, follow=True)

    assert "If there is an account with that address" in text(answer)
    assert not letters()


def test_a_changed_password_is_told_by_mail(browse: Browse) -> None:
    client, elsewhere = browse("kim"), browse("kim")

    answer = client.post("/account/password/", {"oldpassword": demo.PASSWORD, "password1": NEW}, follow=True)

    assert "Your password is changed" in text(answer)
    assert letters()[-1].to == ["kim@demo.example"]
    assert elsewhere.get("/account/").status_code == 302


def test_a_password_must_be_long(browse: Browse) -> None:
    page = text(
        browse("kim").post("/account/password/", {"oldpassword": demo.PASSWORD, "password1": "short"})
    )

    assert "<title>Error: Change your password" in page
    assert "at least 12 characters" in page


# ---- The account


def test_the_account_says_what_one_may_do(harbor: Practice, browse: Browse) -> None:
    page = text(browse("kim").get("/account/"))

    assert "kim@demo.example" in page
    assert harbor.name in page
    assert "Clinician" in page


def test_a_new_name_is_in_the_log(browse: Browse, person: Callable[[str], Person]) -> None:
    browse("kim").post("/account/name/", {"name": "Soo-jin Kim-Park"})

    assert person("kim").name == "Soo-jin Kim-Park"
    told = Entry.objects.filter(action="person renamed").latest("id")
    assert (told.before, told.after) == ({"name": "Soo-jin Kim"}, {"name": "Soo-jin Kim-Park"})


# ---- The second factor


def code_of(secret: str, later: int = 0) -> str:
    return str(format_hotp_value(hotp_value(secret, int(time.time()) // 30 + later)))


def with_app(name: str) -> tuple[Client, str]:
    """Somebody sets up an app; returns the client and the app's secret."""
    client, _ = sign_in(f"{name}@demo.example")
    address = client.get("/account/second-factor/app/")["Location"]
    page = text(client.post(address, {"password": demo.PASSWORD}, follow=True))
    found = re.search(r'class="ia-secret">(\w+)<', page)
    assert found
    assert 'src="data:image/svg+xml;base64,' in page
    done = client.post("/account/second-factor/app/", {"code": code_of(found[1])}, follow=True)
    assert "Recovery codes" in text(done)
    return client, found[1]


def test_an_app_is_asked_for_at_the_next_sign_in(harbor: Practice) -> None:  # noqa: ARG001
    _, secret = with_app("manager")

    client, answer = sign_in("manager@demo.example")
    assert answer["Location"].startswith("/sign-in/code/")
    assert client.get("/practices/").status_code == 302

    assert "Enter the newest code." in text(client.post("/sign-in/code/", {"code": "000000"}))
    assert client.post("/sign-in/code/", {"code": code_of(secret, 1)}).status_code == 303
    assert client.get("/practices/").status_code == 200


def test_a_recovery_code_lets_in_once(harbor: Practice) -> None:  # noqa: ARG001
    client, _ = with_app("manager")
    codes = text(client.get("/account/second-factor/codes/recovery-codes.txt")).split()
    code = next(each for each in codes if each.isdigit())

    first, _ = sign_in("manager@demo.example")
    assert first.post("/sign-in/code/", {"code": code}).status_code == 303
    second, _ = sign_in("manager@demo.example")
    assert second.post("/sign-in/code/", {"code": code}).status_code == 200


def test_who_sees_a_whole_practice_sets_one_up_first(harbor: Practice, browse: Browse, settings: Any) -> None:
    settings.SECOND_FACTOR_REQUIRED = True
    for name in ("manager", "admin"):
        client = browse(name)
        for address in (f"/p/{harbor.slug}/2026/", "/practices/", "/"):
            assert client.get(address)["Location"] == "/account/second-factor/"
        assert "Set up a second factor to go on" in text(client.get("/account/second-factor/"))
        assert client.get("/account/second-factor/app/")["Location"].startswith("/account/confirm/")
        assert client.get("/help/").status_code == 200

    assert browse("kim").get(f"/p/{harbor.slug}/2026/").status_code == 200


def test_with_one_set_up_the_way_is_open_and_without_it_closed_again(harbor: Practice, settings: Any) -> None:
    settings.SECOND_FACTOR_REQUIRED = True
    client, _ = with_app("manager")
    assert client.get(f"/p/{harbor.slug}/2026/").status_code == 200

    client.post("/account/second-factor/app/remove/")

    assert client.get(f"/p/{harbor.slug}/2026/")["Location"] == "/account/second-factor/"


# ---- Sessions


def test_a_session_ends_after_idle_minutes_and_says_so_before(browse: Browse, settings: Any) -> None:
    client = browse("kim")
    page = text(client.get("/account/"))
    assert f'data-minutes="{settings.IDLE_MINUTES}"' in page
    assert "Stay signed in" in page
    key = client.cookies["sessionid"].value
    left = Session.objects.get(session_key=key).expire_date - timezone.now()
    assert timedelta(minutes=settings.IDLE_MINUTES - 1) < left <= timedelta(minutes=settings.IDLE_MINUTES)

    Session.objects.filter(session_key=key).update(expire_date=timezone.now())

    assert client.get("/account/")["Location"] == "/sign-in/?next=/account/"


def test_each_answer_starts_the_minutes_again(browse: Browse) -> None:
    client = browse("kim")
    session = Session.objects.filter(session_key=client.cookies["sessionid"].value)
    session.update(expire_date=timezone.now() + timedelta(minutes=1))

    client.get("/help/")

    assert session.get().expire_date > timezone.now() + timedelta(minutes=10)


def test_the_notice_is_only_for_who_is_signed_in(harbor: Practice) -> None:  # noqa: ARG001
    assert 'id="idle"' not in text(visitor().get("/sign-in/"))


# ---- The organization's own sign-in


def vouching(email: str, **claims: object) -> SocialLogin:
    account = SocialAccount(provider="oidc", uid="1", extra_data={"userinfo": {"email": email} | claims})
    return SocialLogin(user=Person(email=email), account=account)


def test_an_organization_vouches_for_people_who_were_invited(
    person: Callable[[str], Person], settings: Any
) -> None:
    """Where it never says whether an address was checked, the installation decides whether to believe it."""
    assert vouched_for(vouching("Kim@demo.example", email_verified=True)) == person("kim")
    assert vouched_for(vouching("kim@demo.example", email_verified=False)) is None
    assert vouched_for(vouching("nobody@demo.example", email_verified=True)) is None
    assert vouched_for(vouching("", email_verified=True)) is None
    assert vouched_for(vouching("kim@demo.example")) is None

    settings.OIDC_EMAIL_CHECKED = True

    assert vouched_for(vouching("kim@demo.example")) == person("kim")
    assert vouched_for(vouching("kim@demo.example", email_verified=False)) is None
