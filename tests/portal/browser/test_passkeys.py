"""A passkey from its making to its end, with an authenticator that Chromium plays."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect
from served import SLUG, YEAR, Served

from mips_ia.portal.demo import PASSWORD

Open = Callable[..., Page]
# A computer with a reader of fingerprints, whose person touches it whenever it asks.
READER = {
    "protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True,
    "isUserVerified": True, "automaticPresenceSimulation": True,
}  # fmt: skip
# Everybody signed in long ago.
_LONG_AGO = """
import django
django.setup()
from django.contrib.sessions.models import Session
from django.contrib.sessions.backends.db import SessionStore
for each in Session.objects.all():
    session = SessionStore(each.session_key)
    session.pop("account_authentication_methods", None)
    session.save()
"""


@pytest.fixture
def portal(own_server: Served) -> Served:
    """A portal that asks those who see a whole practice for a second factor, at a name that passkeys have."""
    own_server.stop()
    own_server.second_factor = "required"
    own_server.address = f"http://localhost:{own_server.port}"
    return own_server.start()


@pytest.fixture
def page(portal: Served, open_page: Open) -> Page:
    found = open_page(None, on=portal)
    session = found.context.new_cdp_session(found)
    session.send("WebAuthn.enable")
    session.send("WebAuthn.addVirtualAuthenticator", {"options": READER})
    return found


def sign_in(page: Page, who: str) -> None:
    page.goto("/sign-in/")
    page.get_by_label("E-mail address").fill(f"{who}@demo.example")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    expect(page.get_by_role("heading", level=1)).not_to_have_text("Sign in")


def add_passkey(page: Page) -> None:
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Continue").click()
    page.get_by_label("Name").fill("This computer")
    page.get_by_role("checkbox").check()
    page.get_by_role("button", name="Add the passkey").click()
    expect(page.get_by_role("heading", level=1)).not_to_have_text("Add a passkey")


def sign_out(page: Page) -> None:
    page.goto("/sign-out/")
    page.get_by_role("button", name="Sign out", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Sign in")


def test_a_passkey_is_the_second_factor_that_a_manager_needs_and_signs_in_alone(
    page: Page, portal: Served
) -> None:
    overview = f"{portal.address}/p/{SLUG}/{YEAR}/"
    sign_in(page, "manager")
    expect(page.get_by_text("Set up a second factor to go on")).to_be_visible()
    page.get_by_role("link", name="Add a passkey").click()
    add_passkey(page)
    page.goto("/")
    expect(page).to_have_url(overview)

    sign_out(page)
    page.get_by_role("button", name="Sign in with a passkey").click()

    expect(page).to_have_url(overview)
    page.goto("/account/passkeys/")
    expect(page.get_by_role("row", name="This computer")).to_contain_text("Yes")


def test_a_passkey_confirms_who_signs_and_once_removed_lets_nobody_in(page: Page, portal: Served) -> None:
    sign_in(page, "kim")
    page.goto("/account/passkeys/add/")
    add_passkey(page)
    portal.python(_LONG_AGO)

    page.goto("/sign/")
    page.get_by_role("link", name="Read and sign").first.click()
    page.get_by_label("Type your full name to sign").fill("soo-jin kim")
    page.get_by_role("button", name="Sign", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Confirm that it is you")
    page.get_by_role("link", name="Use a passkey").click()
    page.get_by_role("button", name="Use a passkey").click()
    expect(page.get_by_text("Receipt").first).to_be_visible()

    page.goto("/account/passkeys/")
    page.get_by_role("link", name="Remove").click()
    page.get_by_role("button", name="Remove the passkey").click()
    expect(page.get_by_text("None yet.")).to_be_visible()
    sign_out(page)
    page.get_by_role("button", name="Sign in with a passkey").click()
    expect(page.get_by_text("This passkey is not known here.")).to_be_visible()
    expect(page.get_by_label("E-mail address")).to_be_visible()
