"""Signing in by an organization's own OpenID Connect, against a small one that really speaks it."""

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
from house import CLIENT, House, away, served
from serving import Portal, send

from mips_ia.portal import demo


@pytest.fixture(scope="module")
def house() -> Iterator[str]:
    with served() as found:
        yield found


@pytest.fixture(scope="module")
def portal(house: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Portal]:
    home: Path = tmp_path_factory.mktemp("elsewhere") / "home"
    told = {"MIPS_IA_OIDC_SERVER": house, "MIPS_IA_OIDC_CLIENT": CLIENT, "MIPS_IA_OIDC_SECRET": "a secret"}
    with Portal(home, "--demo", MIPS_IA_OIDC_NAME="Harbor Health", **told) as found:
        yield found


def come(portal: Portal, **claims: object) -> requests.Response:
    """Somebody presses the button of the organization."""
    House.claims = claims
    return send(requests.Session(), f"{portal.address}/sign-in/oidc/start/")


def test_the_sign_in_page_offers_it_and_lets_the_form_lead_there(portal: Portal, house: str) -> None:
    answer = requests.get(f"{portal.address}/sign-in/", timeout=20)

    assert "Sign in with Harbor Health" in answer.text
    assert f"form-action 'self' {house}" in answer.headers["Content-Security-Policy"]


def test_who_was_invited_is_let_in(portal: Portal) -> None:
    answer = come(portal, sub="m-1", email="manager@demo.example", email_verified=True)

    assert answer.url.startswith(f"{portal.address}/p/harbor-rehabilitation-group/")
    assert "Dana Whitfield" in answer.text


def test_who_was_not_invited_is_told_so(portal: Portal) -> None:
    answer = come(portal, sub="n-1", email="nobody@demo.example", email_verified=True)

    assert answer.status_code == 403
    assert "You were not invited yet." in answer.text


def test_an_address_that_was_not_checked_lets_nobody_in(portal: Portal) -> None:
    assert come(portal, sub="k-1", email="kim@demo.example", email_verified=False).status_code == 403
    assert come(portal, sub="k-1", email="kim@demo.example").status_code == 403  # nobody says that it was


def test_an_invitation_is_taken_up_without_a_password(portal: Portal) -> None:
    admin = requests.Session()
    send(admin, f"{portal.address}/sign-in/", login="admin@demo.example", password=demo.PASSWORD)
    invite = f"{portal.address}/p/harbor-rehabilitation-group/2026/people/invite/"
    send(admin, invite, name="Noor Haidar", email="noor@demo.example", role="reviewer")
    assert come(portal, sub="o-1", email="noor@demo.example", email_verified=False).status_code == 403

    answer = come(portal, sub="o-1", email="noor@demo.example", email_verified=True)
    assert answer.url.startswith(f"{portal.address}/p/harbor-rehabilitation-group/")
    assert "Noor Haidar" in answer.text
    assert come(portal, sub="o-1", email="noor@demo.example", email_verified=True).status_code == 200


def test_a_cancelled_or_strange_answer_has_a_page_of_its_own(portal: Portal) -> None:
    back = f"{portal.address}/sign-in/oidc/callback/"

    assert "ia-page" in requests.get(f"{back}?error=access_denied", timeout=20).text
    assert "ia-page" in requests.get(f"{back}?code=a&state=unknown", timeout=20).text
    assert requests.get(f"{portal.address}/sign-in/other/start/", timeout=20).status_code == 404


def test_where_nobody_answers_a_page_says_so_and_what_to_do(portal: Portal) -> None:
    """Before somebody goes there, and when they are back."""
    browser = requests.Session()
    start = f"{portal.address}/sign-in/oidc/start/"
    sent = send(browser, start, allow_redirects=False)
    state = parse_qs(urlsplit(sent.headers["Location"]).query)["state"][0]

    with away():
        answers = [
            send(requests.Session(), start),
            browser.get(f"{portal.address}/sign-in/oidc/callback/?code=a&state={state}", timeout=20),
        ]

    for answer in answers:
        assert answer.status_code == 503
        assert "Your organization’s sign-in does not answer." in answer.text
        assert "So nobody could be signed in. Try again in a few minutes" in answer.text
        assert "Back to sign in" in answer.text
    assert come(portal, sub="m-1", email="manager@demo.example", email_verified=True).ok
