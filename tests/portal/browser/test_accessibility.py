"""axe finds nothing with menus open; one gets past them by keyboard."""

from collections.abc import Callable

import pytest
from look import axe
from playwright.sync_api import Page
from served import SLUG, YEAR

Open = Callable[..., Page]
HERE = f"/p/{SLUG}/{YEAR}/"


@pytest.mark.parametrize(("who", "address"), [("manager", HERE), ("kim", HERE), (None, "/help/")])
@pytest.mark.parametrize("at", ["desk", "phone"])
def test_axe_finds_nothing_with_menus_open(at: str, who: str | None, address: str, open_page: Open) -> None:
    page = open_page(who, at, bypass_csp=True)
    page.goto(address)
    for menu in page.locator("header details, nav details").all():
        menu.evaluate("each => { each.open = true }")
        assert axe(page) == []
        menu.evaluate("each => { each.open = false }")


def test_the_skip_link_leads_past_the_menus(open_page: Open) -> None:
    page = open_page("manager")
    page.goto(f"/p/{SLUG}/{YEAR}/")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")

    assert page.evaluate("document.activeElement.closest('main') !== null")
