"""What holds for every page: nothing loads from elsewhere, nothing overflows, all of it is reached by Tab."""

import re
from collections import Counter
from collections.abc import Callable, Iterable
from operator import attrgetter

import pytest
from crawl import BY_KEYS, PEOPLE, Found, crawl, once
from django.urls import get_resolver
from hows import ALL_FOUR
from look import Look, answered, axe_once, busy, unjoined
from playwright.sync_api import Page, expect
from served import SLUG, YEAR, Served
from states import ANSWERS, STATES
from unlinked import NO_PAGES
from unlinked import Page as Unlinked

from mips_ia.portal import account_urls

Open = Callable[..., Page]
Pages = dict[str | None, list[Found]]
Said = tuple[str, str]
OVERVIEW = f"/p/{SLUG}/{YEAR}/"
# How a total calls what its cells are.
TOTALS = {"met": "signed", "delegated": "delegated", "underway": "under way", "planned": "planned",
          "unknown": "unknown", "notmet": "not counting", "none": "not taking part"}  # fmt: skip
_SENT_EMPTY = """each => {
    for (const field of each.querySelectorAll('input:not([type=hidden]), textarea'))
        if (!['radio', 'checkbox', 'file', 'submit'].includes(field.type)) field.value = '';
    if (each.dataset.passkey) each.submit();  // by itself it asks for a key first
    else each.requestSubmit();
}"""
_ASKING = "main form[method=post]:has(:is(input:not([type=hidden], [type=submit]), textarea, select))"
# Pages on which the people of the demonstration have answered before.
HOW = "mode=add"  # what is done with a file is no fact: who is not named in it stays, unless somebody says so
SAID_BEFORE = re.compile(r"/\d+/$|/setup/reporting/$|/statuses/$|/setup/activities/$")


def test_every_page_is_looked_at(pages: Pages, unlinked: tuple[Served, list[Unlinked]]) -> None:
    """Links lead to it, or a state is built in which it answers; each address that is none says why."""
    seen = {each.name for found in pages.values() for each in found} | {each.name for each in unlinked[1]}
    named = {name for name in get_resolver().reverse_dict if isinstance(name, str)}
    named |= {each.name for each in account_urls.by_the_organization}

    assert named - seen == {*NO_PAGES}
    assert all(NO_PAGES.values())


def test_no_page_breaks(everywhere: list[Found]) -> None:
    assert [(each.who, each.address) for each in everywhere if each.status >= 500] == []


def test_nobody_is_led_to_a_page_that_is_refused_to_them(everywhere: list[Found]) -> None:
    assert [(each.who, each.address) for each in everywhere if each.status == 403] == []


def listed(found: Iterable[object]) -> str:
    """A line for each thing that is wrong, so that a failure tells all of them."""
    return "\n".join(sorted({str(each) for each in found}))


def wrong(looks: list[Look], what: str) -> list[tuple[str | None, str, str]]:
    """What is wrong in one respect: who sees it, where, what."""
    return [
        (each.found.who, each.found.address, said) for each in looks for said in getattr(each, what)
    ]  # fmt: skip


def test_no_request_leaves_the_host_and_no_script_breaks(looks: list[Look]) -> None:
    found = [each for each in wrong(looks, "console") if not re.search(r"status of (403|404)", each[2])]
    assert not found, listed(found)


def test_every_page_forbids_what_is_inline_and_has_none(looks: list[Look]) -> None:
    found = wrong(looks, "inline")
    assert not found, listed(found)


def test_the_policy_stops_nothing_that_a_page_needs(looks: list[Look]) -> None:
    """Neither as it is opened nor while a part of it is fetched anew."""
    found = wrong(looks, "stopped")
    assert not found, listed(found)


def test_a_page_is_calm(looks: list[Look]) -> None:
    """At most two alerts, and one primary button."""
    found = wrong(looks, "busy")
    assert not found, listed(found)


def test_no_fact_is_answered_before_somebody_answers_it(looks: list[Look]) -> None:
    """Not even by “not known”: that is an answer too. A page of one row shows what was said of it before."""
    found = [
        each for each in wrong(looks, "answered")
        if "?" not in each[1] and not SAID_BEFORE.search(each[1]) and each[2] != HOW
    ]  # fmt: skip
    assert not found, listed(found)


def test_every_state_is_a_shape_and_one_of_the_known_words(looks: list[Look]) -> None:
    shown = {(each.found.name, *state) for each in looks for state in each.states}

    found = [
        (name, kind, shapes, word) for name, kind, shapes, word in shown
        if shapes != 1 or word not in (ANSWERS if name == "practices" else STATES).get(kind, ())
    ]  # fmt: skip
    assert not found, listed(found)
    assert {"met", "delegated", "unknown", "notmet", "none", "underway"} <= {state[1] for state in shown}


def test_nothing_scrolls_sideways_but_tables_that_say_so(looks: list[Look]) -> None:
    """On a phone, at 320 pixels, and with letters twice as large."""
    found = wrong(looks, "wide")
    assert not found, listed(found)


def test_at_twice_the_size_no_text_lies_on_other_text(looks: list[Look]) -> None:
    found = wrong(looks, "overlaps")
    assert not found, listed(found)


def test_axe_finds_nothing_on_a_desk_and_on_a_phone(looks: list[Look]) -> None:
    """WCAG 2.0 to 2.2, levels A and AA, and best practice; on the phone with everything unfolded."""
    found = wrong(looks, "axe")
    assert not found, listed(found)


def test_tab_reaches_everything_in_the_order_of_the_page_with_a_focus_that_shows(looks: list[Look]) -> None:
    """On a page of each view, for a manager, for a clinician, for nobody, and of what only others reach."""
    found = wrong(looks, "tabs")
    assert not found, listed(found)


# ---- With errors shown


def test_axe_finds_nothing_with_errors_shown_and_each_leads_to_its_field(
    pages: Pages, open_page: Open, own_server: Served
) -> None:
    """Every form that asks for something is sent empty; what comes back is looked at, at both widths.

    Of administrators and signing officials it is what a manager does not reach.
    """
    found: list[Said] = []
    refused, managed = 0, {each.name for each in pages["manager"]}
    for who in (*PEOPLE, None):
        page = open_page(who, on=own_server, bypass_csp=True)
        theirs = [each for each in once(pages[who]) if who in BY_KEYS or each.name not in managed]
        for each in filter(attrgetter("asks"), theirs):
            page.goto(each.address)
            for place in range(page.locator(_ASKING).count()):
                if place:
                    page.goto(each.address)
                form = page.locator(_ASKING).nth(place)
                if form.count() == 0:
                    continue
                form.evaluate("each => { each.noValidate = true }")
                with page.expect_navigation():
                    form.evaluate(_SENT_EMPTY)
                if page.locator(".ds-c-inline-error").count():
                    refused += 1
                    said = axe_once(page, each.name) + unjoined(page) + busy(page)
                    found += [(each.address, one) for one in said]
    assert not found, listed(found)
    assert refused


# ---- Where nobody has answered anything

# Somebody runs a practice of which nothing is known but a clinician.
_FRESH = """
from mips_ia.portal.actions import practice, roster
from mips_ia.portal.demo import npi_of
from mips_ia.portal.models import Membership, Organization, Person
from mips_ia.portal.tenancy import access_of
person = Person.objects.create_user("newcomer@demo.example", None, name="Nora Newcomer")
house = Organization.objects.create(name="New House (invented)")
for role in ("manager", "admin"):
    Membership.objects.create(person=person, organization=house, role=role)
found = practice.add(person, "manager", house, "New Practice", "000444555", "04101")
roster.put(access_of(person, found.slug, 2026), npi_of(950), names={"last_name": "New", "first_name": "Nina"})
"""


def test_no_form_of_a_new_practice_answers_for_anybody(server: Served, open_page: Open) -> None:
    """Here no page is left out: whatever is chosen on one, nobody has chosen it."""
    new = server.copy()
    new.add(_FRESH)
    with new:
        asking, found = [each for each in crawl(new, ("newcomer",)) if each.asks], list[Said]()
        for script in (True, False):
            page = open_page("newcomer", on=new, java_script_enabled=script)
            for each in asking:
                page.goto(each.address)
                found += [(each.address, said) for said in answered(page) if said != HOW]
    assert len(asking) > 15
    assert not found, listed(found)


# ---- Three pages whose content is known


@pytest.mark.parametrize(("width", "height"), [(390, 844), (1280, 720)])
def test_the_answer_stands_in_what_is_shown_first(open_page: Open, width: int, height: int) -> None:
    page = open_page("manager", viewport={"width": width, "height": height})
    page.goto(OVERVIEW)

    for text in ("Not yet", "20 of 40 points", "October 3, 2026"):
        box = page.get_by_text(text).first.bounding_box()
        assert box is not None
        assert box["y"] + box["height"] <= height, text


@ALL_FOUR
def test_the_matrix_has_a_row_for_each_clinician_and_its_totals_are_right(
    at: str, script: bool, open_page: Open
) -> None:
    page = open_page("manager", at, java_script_enabled=script)
    page.goto(f"{OVERVIEW}participation/")
    rows = page.locator(".ia-matrix tbody:nth-of-type(2) tr")
    heads = page.locator(".ia-matrix thead th").all_inner_texts()
    cells = [row.locator("td").all_inner_texts() for row in rows.all()]
    kinds = rows.evaluate_all(
        "rows => rows.map(row => [...row.cells].slice(1).map(cell => cell.className.split('--')[1]))"
    )

    assert len(cells) == 18
    assert [head.split()[-1] for head in heads[1:]] == ["IA_BE_16", "IA_BMH_12", "IA_PSPA_21"]
    assert all(text.strip() for row in cells for text in row)
    for column, total in enumerate(page.locator(".ia-matrix__totals td").all_inner_texts()):
        counts = Counter(row[column] for row in kinds)
        said = {
            word: int(count) for count, word in re.findall(rf"(\d+) ({'|'.join(TOTALS.values())})\b", total)
        }
        assert said == {TOTALS[kind]: count for kind, count in counts.items()}, heads[1 + column]


@pytest.mark.parametrize("script", [True, False], ids=["with script", "without script"])
def test_menus_open_with_and_without_script(script: bool, open_page: Open) -> None:
    page = open_page("manager", java_script_enabled=script)
    page.goto(OVERVIEW)
    page.locator("header summary").nth(1).click()

    page.get_by_role("link", name=re.compile("2025")).first.click()

    expect(page).to_have_url(re.compile(f"/p/{SLUG}/2025/$"))


def test_escape_closes_a_menu_and_gives_the_focus_back(open_page: Open) -> None:
    page = open_page("manager")
    page.goto(OVERVIEW)
    summary = page.locator("header summary").first
    summary.focus()
    page.keyboard.press("Enter")
    assert page.locator("header details").first.get_attribute("open") is not None

    page.keyboard.press("Escape")

    assert page.locator("header details").first.get_attribute("open") is None
    assert summary.evaluate("e => e === document.activeElement")
