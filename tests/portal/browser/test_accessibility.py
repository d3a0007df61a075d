"""One gets past the menus by keyboard."""

from collections.abc import Callable

from playwright.sync_api import Page
from served import SLUG, YEAR

Open = Callable[..., Page]


def test_the_skip_link_leads_past_the_menus(open_page: Open) -> None:
    page = open_page("manager")
    page.goto(f"/p/{SLUG}/{YEAR}/")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")

    assert page.evaluate("document.activeElement.closest('main') !== null")
