"""Every page that no link of the demonstration leads to, in each of its states."""

from collections.abc import Callable, Iterator

import pytest
from arriving import arriving
from crawl import Found, name_of
from look import Look, visit
from playwright.sync_api import Browser, expect
from playwright.sync_api import Page as Window
from served import Served
from states import STATES
from unlinked import Page

# What the browser says by itself of a page that answers with such a status.
_STATUS = ("status of 40", "status of 41", "status of 42", "status of 500")

# Pages that open with something chosen, each with why.
ANSWERED = {
    ("audit_item", ""): "the evidence that answers it, which somebody chose before",
    ("evidence_correct", ""): "who took part, as somebody ticked it before",
}


@pytest.fixture(scope="module")
def portal(unlinked: tuple[Served, list[Page]]) -> Iterator[Served]:
    """The portal in which they are, until these tests are done; it goes with what built it."""
    yield unlinked[0].start()
    unlinked[0].kill()


@pytest.fixture(scope="module")
def seen(chromium: Browser, portal: Served, unlinked: tuple[Served, list[Page]]) -> list[tuple[Page, Look]]:
    """Each of them, looked at once; by keyboard once of each view, and where the focus is put somewhere."""
    found, known, pages = [], set(), unlinked[1]
    for who in dict.fromkeys(each.who for each in pages):
        context = chromium.new_context(base_url=portal.address)
        cookie = {"name": "sessionid", "value": portal.sessions.get(who or "", ""), "url": portal.address}
        window = context.new_page()
        for page in (each for each in pages if each.who == who):
            context.clear_cookies()
            if who:
                context.add_cookies([cookie])  # type: ignore[list-item]
            place = Found(page.name, who, page.address, page.status)
            keys, stays = page.send is not None or page.name not in known, page.send is None
            look = visit(window, place, portal.address, stays, keys, arriving(window, page))
            assert (page, name_of(window.url)) in [(page, page.name), (page, None)]
            if page.name.startswith("review") and page.name != "review_notes":
                assert (page, window.locator("main form").count()) == (page, 0)
            found.append((page, look))
            known.add(page.name)
        context.close()
    return found


def test_nothing_is_wrong_on_any_of_them(seen: list[tuple[Page, Look]]) -> None:
    """As on every other page: axe, the keyboard, width, large letters, the policy, scripts, and calm."""
    looked = ("axe", "wide", "overlaps", "inline", "console", "stopped", "busy", "tabs", "unjoined")
    wrong = [
        (page.name, page.called, page.address, what, each)
        for page, look in seen for what in looked for each in getattr(look, what)
        if not any(status in each for status in _STATUS)
    ]  # fmt: skip
    assert not wrong, "\n".join(str(each) for each in wrong)


def test_no_fact_is_answered_before_somebody_answers_it(seen: list[tuple[Page, Look]]) -> None:
    """On pages that only their address opens; what comes back after something was sent has it filled in."""
    chosen = {
        (page.name, page.called): look.answered
        for page, look in seen if page.send is None and look.answered
    }  # fmt: skip
    assert {*chosen} == {*ANSWERED}, chosen


def test_every_state_is_a_shape_and_one_of_the_known_words(seen: list[tuple[Page, Look]]) -> None:
    found = {
        (page.name, kind, shapes, word)
        for page, look in seen for kind, shapes, word in look.states
        if shapes != 1 or word not in STATES.get(kind, ())
    }  # fmt: skip
    assert not found, found


# The file is read that waits.
_READ = """
import django
django.setup()
from mips_ia.portal.actions import uploads
from mips_ia.portal.models import Upload
uploads.read_now(Upload.objects.filter(work="read", rows_read=2400).order_by("moved_at").last())
"""


def test_a_page_that_waits_shows_the_result_by_itself_and_says_it(
    open_page: Callable[..., Window], portal: Served, unlinked: tuple[Served, list[Page]]
) -> None:
    """Without loading again, so that nobody loses their place; without script it loads again."""
    waits = next(each for each in unlinked[1] if (each.name, each.called) == ("roster_check", "waits"))
    page = open_page("manager", on=portal)
    page.goto(waits.address)
    page.evaluate("window.same = true")
    portal.python(_READ)

    expect(page.get_by_role("heading", level=1)).not_to_have_text("We are reading your file")
    expect(page.locator("#live")).not_to_be_empty()
    assert page.evaluate("window.same")
    still = open_page("manager", on=portal, java_script_enabled=False)
    still.goto(next(each.address for each in unlinked[1] if each.called == "is being saved"))
    assert still.locator("meta[http-equiv=refresh]").count() == 1
    expect(still.get_by_text("Step 2 of 3: 1,000 of 2,400 rows written.")).to_be_visible()


def test_whoever_is_on_a_link_of_a_page_that_waits_stays_on_it(
    open_page: Callable[..., Window], portal: Served, unlinked: tuple[Served, list[Page]]
) -> None:
    """What is shown anew is other elements, and the keyboard would begin at the top again."""
    waits = next(
        each for each in unlinked[1] if (each.name, each.called) == ("export_binder", "is being made")
    )
    page = open_page("manager", on=portal)
    page.goto(waits.address)
    page.locator("#main a").last.focus()
    page.evaluate("document.activeElement.dataset.old = true")
    words = page.evaluate("document.activeElement.textContent")
    expect(page.locator("#main a[data-old]")).to_have_count(0)

    expect(page.locator("#main a").last).to_be_focused()
    assert words == page.evaluate("document.activeElement.textContent")
