"""A record is written in a browser, corrected in its own form, and both revisions are there."""

from collections.abc import Callable

from hows import ALL_FOUR
from look import axe, busy
from playwright.sync_api import Page, expect
from served import SLUG, YEAR, Served

Open = Callable[..., Page]
HERE = f"/p/{SLUG}/{YEAR}/"


def wide(page: Page) -> bool:
    """Whether something stands beyond the page's own width."""
    return bool(page.evaluate("document.documentElement.scrollWidth > innerWidth"))


@ALL_FOUR
def test_minutes_are_written_and_corrected(
    at: str, script: bool, open_page: Open, own_server: Served
) -> None:
    page, wrong = open_page("manager", at, own_server, java_script_enabled=script, bypass_csp=script), []

    def looked() -> None:
        wrong.extend(busy(page))
        if script:  # without it the page is the same
            wrong.extend([*axe(page), *["wide"] * wide(page)])

    page.goto(f"{HERE}evidence/write/minutes/")
    looked()
    page.get_by_label("Day of the meeting").fill("03/02/2026")
    page.get_by_label("What it was about").fill("Screening for falls")
    page.get_by_text("Tick who is on the roster").click()
    page.get_by_label("Kim, Soo-jin").check()
    page.get_by_label("Others who were there").fill("The pharmacist of the hospital")
    page.get_by_label("What was said and decided").fill("Every patient over 65 is screened.")
    looked()
    page.get_by_role("button", name="Save the record").click()
    expect(page.get_by_text("Saved as E-")).to_be_visible()
    text = page.locator("pre.ia-text")
    expect(text).to_contain_text("Kim, Soo-jin")

    page.get_by_role("link", name="Correct this form").click()
    expect(page.get_by_label("Day of the meeting")).to_have_value("03/02/2026")
    expect(page.get_by_label("Kim, Soo-jin")).to_be_checked()
    expect(page.get_by_label("Others who were there")).to_have_value("The pharmacist of the hospital")
    looked()
    page.get_by_label("Kim, Soo-jin").uncheck()
    page.get_by_label("Adeyemi").check()
    page.get_by_label("Day of the meeting").fill("03/03/2026")
    page.get_by_role("button", name="Save the correction").click()

    expect(page.get_by_text("Saved as a revision of E-")).to_be_visible()
    expect(text).to_contain_text("Adeyemi")
    expect(text).not_to_contain_text("Kim, Soo-jin")
    expect(page.get_by_text("minutes-2026-03-02.txt")).to_be_visible()
    expect(page.get_by_text("minutes-2026-03-03.txt").first).to_be_visible()
    looked()
    assert not wrong, "\n".join(wrong)
