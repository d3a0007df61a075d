"""What was typed comes back, in a real browser: while typing, and without script after a session ended."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect
from served import SLUG, YEAR, Served

from mips_ia.portal.demo import PASSWORD

Open = Callable[..., Page]
HERE = f"/p/{SLUG}/{YEAR}/setup/reporting/"
_IDLE = """
import django
django.setup()
from datetime import timedelta
from django.contrib.sessions.models import Session
from django.utils import timezone
Session.objects.update(expire_date=timezone.now() - timedelta(minutes=1))
"""


def test_what_is_begun_is_offered_when_the_page_is_opened_again(open_page: Open, own_server: Served) -> None:
    page, refused = open_page("manager", "desk", own_server), []
    page.on("console", lambda said: refused.append(said.text) if said.type == "error" else None)
    page.goto(HERE)
    with page.expect_response(lambda answer: "/typed/keep/" in answer.url) as kept:
        page.get_by_label("Identifier").fill("E-17")
    assert kept.value.status == 204

    page.goto(HERE)
    expect(page.get_by_text("You began this on September 16")).to_be_visible()
    expect(page.get_by_label("Identifier")).to_have_value("")
    page.get_by_role("link", name="Bring it back").click()
    expect(page.get_by_label("Identifier")).to_have_value("E-17")
    expect(page.get_by_text("Nothing is saved yet.")).to_be_visible()

    page.goto(HERE)
    page.get_by_role("button", name="Discard it").click()
    expect(page.get_by_text("You began this")).to_have_count(0)
    page.get_by_label("Identifier").fill("E-18")
    page.goto("/help/")  # left at once; the server may still be busy keeping it
    _come_back_until(page, "You began this on September 16")
    page.get_by_role("link", name="Bring it back").click()
    with page.expect_navigation():
        page.get_by_role("button", name="Continue").click()
    page.goto(HERE)
    expect(page.get_by_text("You began this")).to_have_count(0)
    expect(page.get_by_label("Identifier")).to_have_value("E-18")
    assert refused == []


def _come_back_until(page: Page, says: str) -> None:
    for _ in range(20):
        page.goto(HERE)
        if page.get_by_text(says).count():
            return
        page.wait_for_timeout(250)
    raise AssertionError(f"the page never says {says!r}")


@pytest.mark.parametrize("at", ["desk", "phone"])
def test_a_form_is_back_after_the_session_ended_without_script(
    at: str, open_page: Open, own_server: Served
) -> None:
    page = open_page("manager", at, own_server, java_script_enabled=False)
    page.goto(HERE)
    page.get_by_label("Identifier").fill("E-17")
    page.get_by_label("Traditional MIPS").check()
    own_server.python(_IDLE)
    page.get_by_role("button", name="Continue").click()

    page.get_by_label("E-mail address").fill("manager@demo.example")
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()

    expect(page.get_by_text("Here is what you typed before you were signed out.")).to_be_visible()
    expect(page.get_by_label("Identifier")).to_have_value("E-17")
    expect(page.get_by_label("Traditional MIPS")).to_be_checked()
    with page.expect_navigation():
        page.get_by_role("button", name="Continue").click()
    page.goto(HERE)
    expect(page.get_by_label("Identifier")).to_have_value("E-17")
