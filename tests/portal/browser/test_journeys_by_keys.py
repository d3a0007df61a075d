"""Journeys with a keyboard alone: nothing is clicked, and nothing is filled in but by typing."""

from collections.abc import Callable

import pytest
from keys import Keys
from playwright.sync_api import Page, expect
from served import SLUG, YEAR, Served
from tabs import strays
from test_main_pages import MAIN

from mips_ia.portal.demo import PASSWORD, npi_of

Open = Callable[..., Page]
HERE = f"/p/{SLUG}/{YEAR}/"
# The main pages on which a manager does something, and all of the others.
WALKED = MAIN | {"manager": [HERE + each for each in (
    "", "setup/statuses/", "roster/", "activities/", "activities/IA_PSPA_21/", "participation/",
    "signatures/", "evidence/new/", "score/", "export/", "audit/",
)]}  # fmt: skip
BOTH_WAYS = pytest.mark.parametrize("script", [True, False])


@BOTH_WAYS
def test_a_score_is_reached_from_nothing_by_keys_alone(
    script: bool, open_page: Open, own_server: Served
) -> None:
    page = open_page("admin", on=own_server, java_script_enabled=script)
    page.goto("/practices/")
    keys = Keys(page)
    keys.press("Set up a practice")
    keys.enter("Practice name", "Example Rehabilitation")
    keys.enter("TIN", "000-777777")
    keys.enter("ZIP", "04101")
    keys.press("Continue")
    keys.choose("Each clinician", "As a group")
    keys.choose("Traditional MIPS", "Traditional MIPS")
    keys.press("Continue")
    keys.enter("Or paste rows", f"npi,last_name\n{npi_of(700)},Reed\n{npi_of(701)},Sedge\n")
    keys.press("Upload")
    expect(page.get_by_role("heading", name="All 2 rows are ready")).to_be_visible()
    keys.press("Save 2 clinicians")
    keys.tick("None of these")
    keys.press("Continue")
    keys.tick("Promote Self-management in Usual Care")
    keys.press("Show my score")

    expect(page.get_by_role("heading", name=f"Your {YEAR} score, step by step")).to_be_visible()


@BOTH_WAYS
def test_a_date_is_mended_and_a_clinician_signs_by_keys_alone(
    script: bool, open_page: Open, own_server: Served
) -> None:
    page = open_page("manager", on=own_server, java_script_enabled=script)
    page.goto("/")
    keys = Keys(page)
    keys.press("Change the end date")
    keys.enter("End date", f"09/28/{YEAR}")
    keys.press("Save the window")
    expect(page).to_have_url(f"{own_server.address}{HERE}")
    expect(page.get_by_text("Extend Paul Johnson")).to_have_count(0)

    page = open_page(None, on=own_server, java_script_enabled=script)
    page.goto("/sign/")
    keys = Keys(page)
    keys.enter("E-mail address", "kim@demo.example")
    keys.enter("Password", PASSWORD)
    keys.press("Sign in")
    keys.press("Read and sign")
    keys.enter("Type your full name to sign", "soo-jin kim")
    keys.press("Sign")
    expect(page.get_by_text("Receipt").first).to_be_visible()


def test_on_a_phone_the_menu_opens_by_keys_and_leads_through_all_that_is_in_it(open_page: Open) -> None:
    page = open_page("manager", "phone")
    page.goto(HERE)
    Keys(page).reach("Menu")
    page.keyboard.press("Enter")
    expect(page.get_by_role("link", name="Participation", exact=True)).to_be_visible()

    assert strays(page) == []


def test_without_script_tab_reaches_everything_on_the_main_pages(open_page: Open) -> None:
    """With script every page is gone through with all else that is looked at on it."""
    found = []
    for who, addresses in WALKED.items():
        page = open_page(who, java_script_enabled=False)
        for address in addresses:
            page.goto(address)
            found += [f"{address}: {said}" for said in strays(page, script=False)]
    assert found == []
