"""Lists where there is little room: the answer first, a few lines for each record, one thing at a time."""

import re
from collections.abc import Callable

import pytest
from look import axe
from pdf_text import pages, squeezed
from playwright.sync_api import Page, expect
from served import SLUG, YEAR, Served

HERE = f"/p/{SLUG}/{YEAR}/"
NARROW = {"width": 320, "height": 844}
Open = Callable[..., Page]
# The roster as it is after an upload: nobody but Dr. Kim has an account, and one has no address.
_NO_ACCOUNTS = """
import django
django.setup()
from mips_ia.portal.models import Clinician, Membership
for each in Clinician.objects.exclude(last_name="Kim"):
    each.person, each.email = None, "" if each.last_name == "Rossi" else f"{each.npi}@lakeside.example"
    each.save()
held = Membership.objects.filter(role="clinician").exclude(person__email="kim@demo.example")
held.update(ended_at="2026-09-01T12:00Z")
"""


def top(page: Page, words: str) -> float:
    """Where a text begins, from the top of the page."""
    box = page.get_by_text(words, exact=True).locator("visible=true").first.bounding_box()
    assert box is not None, words
    return box["y"]


def test_participation_begins_with_each_activity_and_leads_to_it_alone(open_page: Open) -> None:
    page = open_page("manager", "phone")
    page.goto(f"{HERE}participation/")
    first = page.locator(".ia-checks li").first

    expect(first).to_contain_text("IA_BE_16")
    expect(first).to_contain_text("Met")
    assert top(page, "Does it count?") < top(page, "Record windows")
    first.get_by_role("link").click()

    expect(page).to_have_url(re.compile(r"\?activity=IA_BE_16$"))
    assert page.locator(".ia-matrix thead th").count() == 2
    table = page.locator(".ia-matrix").bounding_box()
    assert table
    assert table["x"] + table["width"] <= 390


def test_a_clinician_of_the_roster_takes_few_lines(open_page: Open) -> None:
    """A fact stands beside its heading, and what nobody knows takes no line."""
    page = open_page("manager", "phone")
    page.goto(f"{HERE}roster/")

    heights = [row.bounding_box()["height"] for row in page.locator("#people ~ div tbody tr").all()]  # type: ignore[index]

    assert len(heights) == 18
    assert max(heights) <= 200
    assert page.locator("td[data-title=Site]").first.is_hidden()


def test_the_score_folds_each_clinician_away_and_prints_them_all(open_page: Open) -> None:
    page = open_page("manager", "phone")
    page.goto(f"{HERE}score/")
    clinician = page.get_by_role("rowheader", name="Adeyemi, Grace, MD")

    assert page.evaluate("document.documentElement.scrollHeight") < 7_000
    assert clinician.is_hidden()
    assert squeezed("Adeyemi, Grace, MD") in "".join(pages(page.pdf(format="A4")))

    page.get_by_text("Show 18 clinicians").click()
    assert clinician.is_visible()


def test_an_activity_that_is_found_takes_few_lines(open_page: Open) -> None:
    page = open_page("manager", "phone")
    page.goto(f"{HERE}activities/")
    rows = page.locator(".ia-found tbody tr")

    heights = [row.bounding_box()["height"] for row in rows.all()]  # type: ignore[index]
    worth, effort = (
        rows.first.locator(f"[data-title={name}]").bounding_box() for name in ("Worth", "Effort")
    )

    assert len(heights) == 20
    assert max(heights) <= 340
    assert worth
    assert effort
    assert worth["y"] == effort["y"]


def test_practices_tell_their_answer_first(open_page: Open) -> None:
    page = open_page("manager", "phone")
    page.goto("/practices/")
    cells = page.locator("tbody tr").first.locator("td")

    expect(cells.first).to_have_text("Not yet")
    expect(page.locator("tbody th").first).to_contain_text("TIN ending 3456")


def test_the_plan_keeps_names_in_sight(open_page: Open) -> None:
    page = open_page("manager", viewport=NARROW)
    page.goto(f"{HERE}plan/")
    region = page.locator(".ia-scroll").first
    name = region.locator("tbody th").first
    before = name.bounding_box()

    region.evaluate("each => { each.scrollLeft = 300 }")

    after = name.bounding_box()
    assert before
    assert after
    assert before["x"] == after["x"]
    assert after["width"] >= 150


@pytest.mark.parametrize("viewport", [{"width": 390, "height": 844}, NARROW], ids=["390", "320"])
def test_a_whole_roster_is_invited_from_a_phone(
    viewport: dict[str, int], open_page: Open, server: Served
) -> None:
    with server.copy() as portal:
        portal.python(_NO_ACCOUNTS)
        page = open_page("admin", on=portal, viewport=viewport, bypass_csp=True)
        page.goto(f"{HERE}people/")
        page.get_by_role("link", name="Invite 17 clinicians of the roster").click()
        expect(page.get_by_role("button", name="Invite those ticked")).to_be_visible()
        assert axe(page) == []
        assert page.evaluate("document.documentElement.scrollWidth") == viewport["width"]
        page.get_by_role("button", name="Invite those ticked").click()
        expect(page.get_by_role("alert").first).to_contain_text("Tick whom to invite.")
        assert axe(page) == []

        page.get_by_role("button", name="Invite the 16 with an e-mail address").click()

        expect(page.get_by_text("Sent to 16 clinicians.")).to_be_visible()
        expect(page.get_by_text("1 clinician on the roster has no invitation yet.")).to_be_visible()
        assert page.evaluate("document.documentElement.scrollWidth") == viewport["width"]
