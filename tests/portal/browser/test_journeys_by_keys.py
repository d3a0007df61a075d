"""Two journeys with a keyboard alone: nothing is clicked, and nothing is filled in but by typing."""

from collections.abc import Callable

from keys import Keys
from playwright.sync_api import Page, expect
from served import SLUG, YEAR, Served
from tabs import strays

from mips_ia.portal.demo import PASSWORD

Open = Callable[..., Page]
HERE = f"/p/{SLUG}/{YEAR}/"


def test_a_date_is_mended_and_a_clinician_signs_by_keys_alone(open_page: Open, own_server: Served) -> None:
    page = open_page("manager", on=own_server)
    page.goto("/")
    keys = Keys(page)
    keys.press("Change the end date")
    keys.enter("End date", f"09/28/{YEAR}")
    keys.press("Save the window")
    expect(page).to_have_url(f"{own_server.address}{HERE}")
    expect(page.get_by_text("Extend Paul Johnson")).to_have_count(0)

    page = open_page(None, on=own_server)
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
