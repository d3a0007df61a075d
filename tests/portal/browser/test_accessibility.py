"""One gets past the menus by keyboard, and hits what there is to hit when signing with a thumb."""

from collections.abc import Callable

from playwright.sync_api import Page
from served import SLUG, YEAR

Open = Callable[..., Page]
SIGNING = 44  # pixels of each target where something is signed
# What can be hit, with what its label adds; a link within a sentence is as high as its line.
_SMALL = """least => [...document.querySelectorAll('main :is(a, button, input, select, summary)')]
    .filter(e => e.checkVisibility() && e.type !== 'hidden'
        && !(e.localName === 'a' && getComputedStyle(e).display === 'inline'
             && e.parentElement.textContent.trim() !== e.textContent.trim()))
    .map(e => [e, Math.max(e.getBoundingClientRect().height,
        ...[...(e.labels ?? [])].map(label => label.getBoundingClientRect().height))])
    .filter(([, height]) => height < least)
    .map(([e, height]) => height + ': ' + e.outerHTML.slice(0, 120))"""


def test_the_skip_link_leads_past_the_menus(open_page: Open) -> None:
    page = open_page("manager")
    page.goto(f"/p/{SLUG}/{YEAR}/")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")

    assert page.evaluate("document.activeElement.closest('main') !== null")


def test_what_is_hit_when_signing_is_large(open_page: Open) -> None:
    page = open_page("kim", "phone")
    page.goto("/sign/")
    places = [page.get_by_role("link", name="Read and sign").first.get_attribute("href"), "/sign/several/"]
    for place in places:
        page.goto(place or "")
        assert page.evaluate(_SMALL, SIGNING) == [], place
