"""A link is added in a browser, is missing in the checklist, and is made a proof by what it shows."""

from collections.abc import Callable
from pathlib import Path

from hows import ALL_FOUR
from look import axe, busy
from playwright.sync_api import Page, expect
from served import SLUG, YEAR, Served

Open = Callable[..., Page]
HERE = f"/p/{SLUG}/{YEAR}/"
MARK = "A link: what it shows is not kept here"


def wide(page: Page) -> bool:
    """Whether something stands beyond the page's own width."""
    return bool(page.evaluate("document.documentElement.scrollWidth > innerWidth"))


def save(page: Page, address: str, what: str) -> None:
    """The form of a link, filled in."""
    page.get_by_label("Address").fill(address)
    page.get_by_label("What is there").fill(what)
    page.get_by_label("Day on which somebody looked at it").fill("03/02/2026")
    page.get_by_label("What it is", exact=True).select_option(index=1)
    page.get_by_role("button", name="Save the link").click()


@ALL_FOUR
def test_a_link_is_added_and_what_it_shows_is_uploaded(
    at: str, script: bool, open_page: Open, own_server: Served, tmp_path: Path
) -> None:
    page, wrong = open_page("manager", at, own_server, java_script_enabled=script, bypass_csp=script), []
    asked: list[str] = []
    page.on("request", lambda each: asked.append(each.url))

    def looked() -> None:
        wrong.extend(busy(page))
        if script:  # without it the page is the same
            wrong.extend([*axe(page), *["wide"] * wide(page)])

    page.goto(f"{HERE}activities/IA_BMH_12/")
    missing = page.locator(".ia-item", has_text="Missing").first
    number = missing.locator("strong").first.inner_text()
    missing.get_by_role("link", name="Add file").first.click()
    page.get_by_role("link", name="Add a link instead").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Add a link")
    looked()
    address = f"https://portal.example/{'policies/' * 30}?page=7&at={at}&with={script}"
    save(page, "javascript:alert(1)", f"The protocol, {at}, {script}")
    expect(page.get_by_text("Enter the whole address").first).to_be_visible()
    looked()
    save(page, address, f"The protocol, {at}, {script}")

    expect(page.locator("#main").get_by_text("Saved E-")).to_be_visible()
    item = page.locator(".ia-item", has_text=number).first
    expect(item.get_by_text(MARK)).to_be_visible()
    expect(item.get_by_text("Only a link is kept for it")).to_be_visible()
    expect(item.locator("p", has_text=number)).to_contain_text("Missing")
    looked()

    item.get_by_role("link", name=f"The protocol, {at}, {script}").click()
    there = page.get_by_role("link", name="https://portal.example/")
    expect(there).to_have_attribute("href", address)
    expect(there).to_have_attribute("rel", "noopener noreferrer")
    expect(page.get_by_role("button", name="Accept")).to_have_count(0)
    looked()

    page.get_by_role("link", name="Upload what it shows").click()
    file = tmp_path / f"protocol-{at}-{script}.txt"
    file.write_text(f"Everybody is asked how they are, {at}, {script}.")
    page.get_by_label("File").set_input_files(file)
    page.get_by_role("button", name="Add the revision").click()

    expect(page.locator("#main").get_by_text("Saved as a revision of E-")).to_be_visible()
    expect(page.get_by_role("button", name="Accept")).to_be_visible()
    expect(page.get_by_text(MARK)).to_have_count(1)  # the revision before
    looked()
    page.get_by_role("link", name="IA_BMH_12").first.click()
    expect(page.locator(".ia-item", has_text=number).first).to_contain_text("Unknown")
    assert not [each for each in asked if "portal.example" in each]
    assert not wrong, "\n".join(wrong)
