"""A real browser before a real server with the demonstration, at the width of a desk and of a phone."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from chromium import launched
from crawl import BY_KEYS, PEOPLE, Found, crawl, once
from look import Look, look
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright
from served import Served
from unlinked import Page as Unlinked
from unlinked.building import LOCKED_YEAR, built

WIDTHS = {"desk": {"width": 1280, "height": 900}, "phone": {"width": 390, "height": 844}}
# Pages that look otherwise where the year is locked; all others are looked at where it is not.
LOCKED = {"overview", "activities_one", "plan", "participation", "export", "export_final"}

expect.set_options(timeout=20_000)  # several tests at once make a server slow to answer

Open = Callable[..., Page]
Pages = dict[str | None, list[Found]]


@pytest.fixture(scope="session")
def server() -> Iterator[Served]:
    """The demonstration and a practice whose year is locked, which nobody changes."""
    with Served().build(LOCKED_YEAR) as found:
        yield found


@pytest.fixture
def own_server(server: Served) -> Iterator[Served]:
    """A demonstration of one test's own, to change as it likes."""
    with server.copy() as found:
        yield found


@pytest.fixture(scope="module")
def shared_server(server: Served) -> Iterator[Served]:
    """A demonstration of one file's tests, which change nothing that another of them looks at."""
    with server.copy() as found:
        yield found


@pytest.fixture(scope="session")
def unlinked(server: Served) -> Iterator[tuple[Served, list[Unlinked]]]:
    """A portal, not started, in which every page answers that no link of the demonstration leads to."""
    with built(server) as found:
        yield found


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright, pytest.MonkeyPatch.context() as told:
        # Its loop stands in this thread until the end, which keeps no other test from the database.
        told.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "yes")
        browser = launched(playwright)
        yield browser
        browser.close()


@pytest.fixture
def open_page(chromium: Browser, server: Served) -> Iterator[Open]:
    """A new page in which somebody is signed in; `at` is one of `WIDTHS`."""
    made: list[BrowserContext] = []

    def opened(who: str | None = "manager", at: str = "desk", on: Served | None = None, **how: Any) -> Page:
        where = on or server
        size = how.pop("viewport", WIDTHS[at])
        context = chromium.new_context(viewport=size, base_url=where.address, **how)
        made.append(context)
        if who:
            context.add_cookies([{"name": "sessionid", "value": where.sessions[who], "url": where.address}])
        return context.new_page()

    yield opened
    for context in made:
        context.close()


@pytest.fixture(scope="session")
def everywhere(server: Served) -> list[Found]:
    """Every page that links lead to, for each of `PEOPLE` and for nobody."""
    return crawl(server, (*PEOPLE, None))


@pytest.fixture(scope="session")
def pages(everywhere: list[Found]) -> Pages:
    """Those of them that do not break, by who reaches them."""
    return {
        who: [each for each in everywhere if each.who == who and each.status < 500] for who in (*PEOPLE, None)
    }


@pytest.fixture(scope="session")
def looks(chromium: Browser, server: Served, pages: Pages) -> list[Look]:
    """Each of the pages, looked at once; what is the same where a year is locked, only where it is not."""
    found, managed = [], {each.name for each in pages["manager"]}
    for who, reached in pages.items():
        context = chromium.new_context(base_url=server.address)
        if who:
            context.add_cookies([{"name": "sessionid", "value": server.sessions[who], "url": server.address}])
        page = context.new_page()
        theirs = [
            each for each in reached if each.name not in managed or who != "official" or each.name in LOCKED
        ]
        whole = once(theirs)
        keys = [each for each in whole if who in BY_KEYS or each.name not in managed or each.name in LOCKED]
        found += [look(page, each, server.address, each in whole, each in keys) for each in theirs]
        context.close()
    return found
