"""A reviewer reads by a link: pages without forms, each look in the log, and a sentence once it ended."""

from collections.abc import Callable, Iterator
from contextlib import closing

import pytest
from hows import ALL_FOUR
from playwright.sync_api import Page, expect
from served import SLUG, YEAR, Served

Open = Callable[..., Page]
HERE = f"/p/{SLUG}/{YEAR}/"
PAGES = ["Answer", "Activities", "Evidence", "Log", "Notes"]


def viewed(portal: Served) -> int:
    with closing(portal.opened()) as found:
        row = found.execute("select count(*) from portal_entry where action = 'reviewer viewed'").fetchone()
    assert row
    return int(row[0])


@pytest.fixture(scope="module")
def later(shared_server: Served) -> Iterator[Served]:
    """The same portal on the day after the last of the link."""
    found = shared_server.twin()
    found.told["MIPS_IA_TODAY"] = f"{YEAR}-10-02"
    yield found.start()
    found.kill()


@ALL_FOUR
def test_a_link_shows_no_forms_logs_each_view_and_says_when_it_ended(
    at: str, script: bool, open_page: Open, shared_server: Served, later: Served
) -> None:
    manager = open_page("manager", at, shared_server, java_script_enabled=script)
    manager.goto(f"{HERE}audit/links/new/")
    manager.get_by_label("Who reads it").fill("An Invented Reviewer")
    manager.get_by_label("Until").fill(f"10/01/{YEAR}")
    manager.get_by_role("button", name="Make the link").click()
    address = manager.get_by_label("Link").input_value()

    reader = open_page(None, at, shared_server, java_script_enabled=script)
    reader.goto(address)
    expect(
        reader.get_by_text(f"Read only. For An Invented Reviewer, until October 1, {YEAR}.")
    ).to_be_visible()
    links = reader.locator("nav a")
    assert [each.strip() for each in links.all_text_contents()] == PAGES
    places, before = [each.get_attribute("href") or "" for each in links.all()], viewed(shared_server)
    for name, place in zip(PAGES, places, strict=True):
        reader.goto(place)
        expect(reader.get_by_text("Every page you open is recorded.")).to_be_visible()
        forms = reader.locator("form, button, input").count()
        assert (forms > 0) == (name == "Notes"), name  # what a reviewer leaves is on that page alone
    assert viewed(shared_server) == before + len(PAGES)

    for place in places:
        answer = reader.goto(later.address + place)
        assert answer
        assert answer.status == 410, place
        expect(
            reader.get_by_text(
                f"This link ended on October 1, {YEAR}. Ask Harbor Rehabilitation Group for a new one."
            )
        ).to_be_visible()
    assert viewed(shared_server) == before + len(PAGES)
