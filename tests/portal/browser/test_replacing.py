"""A file that takes the place of what is here: chosen on the page, whom it ends is seen first, then asked."""

from collections.abc import Callable
from pathlib import Path

from hand import Hand
from hows import ALL_FOUR
from playwright.sync_api import Page, expect
from served import SLUG, YEAR, Served

from mips_ia.portal.demo import npi_of

HEADS = {
    "roster": "performance_year,tin,npi,joined_on",
    "participation": "performance_year,tin,npi,activity_id,start_date",
}
# Who is left in each file, and who and what is not.
ROW = f"{YEAR},000123456,{npi_of(1)}"
STAYS = {"roster": f"{ROW},", "participation": f"{ROW},IA_BE_16,"}
ENDS = {
    "roster": "Moreau, Jules, MD: 1 window would count no longer",
    "participation": "Moreau, Jules, MD, IA_BE_16",
}


@ALL_FOUR
def test_replace_is_chosen_on_the_page_and_says_first_whom_it_ends(
    at: str, script: bool, open_page: Callable[..., Page], shared_server: Served, tmp_path: Path
) -> None:
    page = open_page("manager", at, shared_server, java_script_enabled=script, bypass_csp=True)
    hand = Hand(page, script)
    for kind, head in HEADS.items():
        page.goto(f"/p/{SLUG}/{YEAR}/{kind}/upload/")
        hand.there("^Upload your ")
        expect(page.get_by_role("radio", name="Add and update")).to_be_checked()
        page.get_by_role("radio", name="Replace").check()
        path = tmp_path / f"{kind}.csv"
        path.write_text(f"{head}\n{STAYS[kind]}\n", encoding="utf-8")
        page.get_by_label("File").set_input_files(path)
        page.get_by_role("button", name="Upload", exact=True).click()

        hand.there("is ready$")
        page.wait_for_function("scrollY === 0")  # what the file says is read from its top
        ended, save = page.locator("#ended"), page.get_by_role("button", name="Save ").first
        expect(ended).to_have_text("Ended when you save, because the file does not have these")
        expect(page.locator("#ended ~ ul").first).to_contain_text(ENDS[kind])
        assert ended.bounding_box()["y"] < save.bounding_box()["y"]  # type: ignore[index]
        save.click()
        hand.there(r"^End \d+ (clinicians|windows)\?$")
        expect(page.get_by_role("main")).to_contain_text(ENDS[kind])
        assert page.evaluate("document.documentElement.scrollWidth") == page.viewport_size["width"]  # type: ignore[index]
    assert not hand.wrong, "\n".join(hand.wrong)
