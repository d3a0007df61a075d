"""What is on paper: every row, heads on each page, numbers and a foot, and nothing to press."""

import re
from collections.abc import Callable

import pytest
from pdf_text import pages, squeezed
from playwright.sync_api import Page
from served import SLUG, YEAR, Served

Open = Callable[..., Page]
HERE = f"/p/{SLUG}/{YEAR}/"
SIGNED_ON = r"Signed on [A-Z][a-z]+ \d+, 2026, \d+:\d\d [ap]\.m\. [A-Z]+"
FOOT = "Harbor Rehabilitation Group · Performance year 2026 · Rules edition 2026-"


def printed(page: Page, size: str = "A4") -> list[str]:
    """A page as it is printed, by its sheets; without spaces."""
    return pages(page.pdf(format=size, prefer_css_page_size=True))


@pytest.mark.parametrize("size", ["A4", "Letter"])
@pytest.mark.parametrize(("address", "head"), [
    ("score/", "Step What the rule asks What we found Points Source"),
    ("participation/", "Clinician Promote Self-management in Usual Care IA_BE_16"),
    ("plan/", "Clinician Status Start End Days"),
])  # fmt: skip
def test_every_row_is_there_heads_repeat_and_pages_are_numbered(
    open_page: Open, address: str, head: str, size: str
) -> None:
    page = open_page()
    page.goto(HERE + address)
    rows = page.locator("main tbody tr").all()
    names = [squeezed(row.locator("th").first.inner_text()) for row in rows]
    sheets = printed(page, size)
    whole = "".join(sheets)

    assert len(names) > 18
    assert [name for name in names if name not in whole] == []
    assert len(sheets) > 1
    assert whole.count(squeezed(head)) > 1
    for number, sheet in enumerate(sheets, 1):
        assert squeezed(f"Page {number} of {len(sheets)}") in sheet
        assert re.search(re.escape(squeezed(FOOT)) + r"\w+·PrintedSeptember16,2026,9:00a\.m\.", sheet)


@pytest.mark.parametrize("address", ["score/", "participation/", "plan/"])
def test_there_is_nothing_to_press_on_paper(open_page: Open, address: str) -> None:
    page = open_page()
    page.goto(HERE + address)
    whole = "".join(printed(page))

    words = ("Overview", "Signatures", "Export", "See who", "See steps", "Download", "Print this", "Sign out",
             "Show what was known", "Record windows", "Upload a file", "Skip to main", "Privacy and PHI",
             "Try your own what-if", "Add a window", "Calendar", "Dana Whitfield",
             "Show only what needs attention")  # fmt: skip
    assert [each for each in words if squeezed(each) in whole] == []


def test_what_is_printed_is_black(open_page: Open) -> None:
    page = open_page()
    page.goto(f"{HERE}participation/")
    page.emulate_media(media="print")

    colors = page.evaluate(
        "[...new Set([...document.querySelectorAll('main .ia-status, main a')]"
        ".filter(each => each.offsetParent).map(each => getComputedStyle(each).color))]"
    )
    assert colors == ["rgb(0, 0, 0)"]


def test_many_activities_are_printed_across_the_page(own_server: Served, open_page: Open) -> None:
    page = open_page("manager", on=own_server)
    for id in ("IA_BE_4", "IA_PM_16"):
        page.goto(f"{HERE}activities/{id}/")
        with page.expect_navigation():
            page.get_by_role("button", name="Choose activity").click()
    page.goto(f"{HERE}participation/")
    wide = page.pdf(prefer_css_page_size=True)

    assert re.search(rb"/MediaBox \[0 0 79\d[\d.]* 61\d", wide)  # letter, across
    assert squeezed("Rossi, Marco, PT") in "".join(pages(wide))


def test_a_receipt_has_the_name_the_time_and_what_it_means(open_page: Open) -> None:
    page = open_page("adeyemi")
    page.goto("/sign/")
    receipt = page.locator("a[href*='receipt']").first.get_attribute("href")
    page.goto(receipt or "")
    signed_on = page.get_by_text("Signed on").inner_text().partition(". Receipt")[0]
    whole = "".join(printed(page))

    assert re.fullmatch(SIGNED_ON, signed_on)
    for says in ("Grace Adeyemi", "I, Grace Adeyemi, MD, personally took part in", "Signed by", signed_on,
                 "CMS may audit it.", "Harbor Rehabilitation Group", "SHA-256"):  # fmt: skip
        assert squeezed(says) in whole
    for says in ("Save as PDF or print", "Withdraw", "Everything you have to sign"):
        assert squeezed(says) not in whole
