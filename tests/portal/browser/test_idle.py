"""Before somebody who does nothing is signed out, the page says so."""

from collections.abc import Callable

from playwright.sync_api import Page, expect
from served import SLUG, YEAR, Served

IDLE = 600  # minutes, as the server of these tests is told


def test_two_minutes_before_the_end_it_is_said_and_whoever_stays_stays(
    open_page: Callable[..., Page], server: Served
) -> None:
    page = open_page("manager", on=server)
    page.clock.install()
    page.goto(f"/p/{SLUG}/{YEAR}/")
    warning = page.get_by_text("You are signed out in 2 minutes.")

    page.clock.run_for((IDLE - 3) * 60_000)
    expect(warning).to_be_hidden()
    page.clock.run_for(60_000)
    expect(warning).to_be_visible()
    page.get_by_role("link", name="Stay signed in").click()
    expect(warning).to_be_hidden()

    page.clock.run_for((IDLE - 3) * 60_000)
    with page.expect_event("requestfinished"):  # as a page looks by itself
        page.evaluate("() => { htmx.ajax('GET', location.pathname, { target: '#main', swap: 'none' }) }")
    page.clock.run_for(60_000)
    expect(warning).to_be_visible()

    page.clock.run_for(IDLE * 60_000)
    expect(page.get_by_text("Your time is over. What was saved is there.")).to_be_visible()
    expect(page.get_by_role("link", name="Sign in again")).to_be_visible()

    other = page.context.new_page()  # what is done in one tab holds in each
    other.goto(f"/p/{SLUG}/{YEAR}/plan/")
    expect(page.get_by_text("Your time is over.")).to_be_hidden()
    page.clock.run_for((IDLE - 3) * 60_000)
    other.reload()
    page.clock.run_for(60_000)
    expect(warning).to_be_hidden()
