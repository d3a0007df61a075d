"""A reviewer reads by a link: pages without forms, each look in the log, and a sentence once it ended."""

from collections.abc import Callable, Iterator
from contextlib import closing

import pytest
from hows import ALL_FOUR
from pdf_text import pages, squeezed
from playwright.sync_api import Page, expect
from served import SLUG, YEAR, Served

Open = Callable[..., Page]
HERE = f"/p/{SLUG}/{YEAR}/"
FOOT = "Harbor Rehabilitation Group · Performance year 2026 · Rules edition 2026-"
PAGES = ["Answer", "Roster", "Activities", "Participation", "Evidence", "Log", "Notes"]


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


def made(manager: Page) -> str:
    """The address of a new link."""
    manager.goto(f"{HERE}audit/links/new/")
    manager.get_by_label("Who reads it").fill("An Invented Reviewer")
    manager.get_by_label("Until").fill(f"10/01/{YEAR}")
    manager.get_by_role("button", name="Make the link").click()
    return manager.get_by_label("Link").input_value()


@ALL_FOUR
def test_a_link_shows_no_forms_logs_each_view_and_says_when_it_ended(
    at: str, script: bool, open_page: Open, shared_server: Served, later: Served
) -> None:
    manager = open_page("manager", at, shared_server, java_script_enabled=script)
    address = made(manager)

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


@pytest.mark.parametrize("size", ["A4", "Letter"])
@pytest.mark.parametrize(("part", "head", "says"), [
    ("roster/", "Name NPI Site Joined Left", ["Who is counted", "18 NPIs billed in 2026"]),
    ("participation/", "Clinician Promote Self-management", ["Does it count?", "9 of 18 needed"]),
    ("activities/?activity=IA_BE_16", "Clinician NPI Days State",
     ["What they signed", "I, Grace Adeyemi, MD, personally took part in", "Signed by Grace Adeyemi on",
      "Receipt", "CMS may audit it."]),
])  # fmt: skip
def test_what_a_link_shows_is_printed_with_a_foot_and_nothing_to_press(
    open_page: Open, shared_server: Served, part: str, head: str, says: list[str], size: str
) -> None:
    address = made(open_page("manager", "desk", shared_server))
    reader = open_page(None, "desk", shared_server)
    reader.goto(address + part)
    names = [squeezed(each.inner_text()) for each in reader.locator("main tbody th").all()]
    sheets = pages(reader.pdf(format=size, prefer_css_page_size=True))
    whole = "".join(sheets)

    assert [each for each in names if each not in whole] == []
    assert [each for each in (head, *says) if squeezed(each) not in whole] == []
    for number, sheet in enumerate(sheets, 1):
        assert squeezed(f"Page {number} of {len(sheets)}") in sheet
        assert squeezed(FOOT) in sheet
    for pressed in ("Menu", "Notes", "Show only what needs attention", "Skip to main"):
        assert squeezed(pressed) not in whole
