"""axe finds nothing on any page, also with menus open and errors shown; everything is done by keyboard."""

from collections.abc import Callable

import pytest
from crawl import Found, once
from look import axe, busy
from playwright.sync_api import Page
from served import SLUG, YEAR, Served

Open = Callable[..., Page]
Pages = dict[str | None, list[Found]]
Said = tuple[str, str]
HERE = f"/p/{SLUG}/{YEAR}/"


@pytest.mark.parametrize(("who", "address"), [("manager", HERE), ("kim", HERE), (None, "/help/")])
@pytest.mark.parametrize("at", ["desk", "phone"])
def test_axe_finds_nothing_with_menus_open(at: str, who: str | None, address: str, open_page: Open) -> None:
    page = open_page(who, at, bypass_csp=True)
    page.goto(address)
    for menu in page.locator("header details, nav details").all():
        menu.evaluate("each => { each.open = true }")
        assert axe(page) == []
        menu.evaluate("each => { each.open = false }")


def test_axe_finds_nothing_with_errors_shown_and_each_leads_to_its_field(
    pages: Pages, open_page: Open, own_server: Served
) -> None:
    """Every form that asks for something is sent empty; what comes back is looked at."""
    found: list[Said] = []
    looked = 0
    for who in ("manager", "kim", None):
        page = open_page(who, on=own_server, bypass_csp=True)
        for each in once(pages[who]):
            page.goto(each.address)
            for place in range(page.locator(_ASKING).count()):
                page.goto(each.address)
                form = page.locator(_ASKING).nth(place)
                if form.count() == 0:
                    continue
                form.evaluate("each => { each.noValidate = true }")
                with page.expect_navigation():
                    form.evaluate("""each => {
                        for (const field of each.querySelectorAll('input:not([type=hidden]), textarea'))
                            if (!['radio', 'checkbox', 'file', 'submit'].includes(field.type))
                                field.value = '';
                        each.requestSubmit();
                    }""")
                errors = page.locator(".ds-c-inline-error")
                if errors.count():
                    looked += 1
                    found += [(each.address, said) for said in axe(page)]
                    found += _unjoined(page)
                    found += [(each.address, said) for said in busy(page)]
    assert not found, "\n".join(sorted({str(each) for each in found}))
    assert looked


_ASKING = "main form[method=post]:has(:is(input:not([type=hidden], [type=submit]), textarea, select))"


def _unjoined(page: Page) -> list[Said]:
    """Where a title, a summary or a field does not say that there is an error."""
    told = page.evaluate("""() => [
        ...(document.title.startsWith('Error: ') ? [] : ['title']),
        ...[...document.querySelectorAll('main [role=alert] a[href^="#"]')]
            .filter(e => !document.getElementById(e.getAttribute('href').slice(1))).map(e => e.outerHTML),
        ...[...document.querySelectorAll('main .ds-c-field[aria-invalid=true]')]
            .filter(e => !(e.getAttribute('aria-describedby') ?? '').split(' ').some(
                id => document.getElementById(id)?.textContent.trim()))
            .map(e => e.outerHTML)]""")
    return [(page.evaluate("location.pathname"), f"error not joined: {each[:140]}") for each in told]


# ---- By keyboard alone

# A group of radio buttons is one stop: the chosen one, or the first while none is chosen.
_ORDER = """() => [...document.querySelectorAll(
    'a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex="0"]')]
    .filter(e => e.checkVisibility({ visibilityProperty: true }) && !e.disabled)
    .filter((e, at, all) => {
        const group = all.filter(other => e.type === 'radio'
            && other.type === 'radio' && other.name === e.name && other.form === e.form);
        return !group.length || e === (group.find(other => other.checked) ?? group[0]);
    })
    .map((e, place) => { e.dataset.place = place; return e.outerHTML.slice(0, 100) })"""
# Each stop as it is reached: its place, whether the focus shows, and what it is.
_WATCH = """() => {
    document.activeElement?.blur();
    window.stops = [];
    document.addEventListener('focusin', ({ target: e }) => {
        const look = getComputedStyle(e);
        const drawn = look.outlineStyle !== 'none' && parseFloat(look.outlineWidth) > 0;
        const label = e.id && document.querySelector(`label[for="${e.id}"]`);
        const near = label && getComputedStyle(label, '::before');
        const shows = drawn || look.boxShadow !== 'none'
            || !!near && (near.outlineStyle !== 'none' || near.boxShadow !== 'none');
        window.stops.push([Number(e.dataset.place ?? -1), shows, e.outerHTML.slice(0, 100)]);
    });
}"""


def test_tab_reaches_everything_in_the_order_of_the_page_with_a_focus_that_shows(
    pages: Pages, open_page: Open
) -> None:
    wrong = []
    for who in ("manager", "kim", None):
        page = open_page(who)
        for each in once(pages[who]):
            page.goto(each.address)
            expected = page.evaluate(_ORDER)
            page.evaluate(_WATCH)
            for _ in expected:
                page.keyboard.press("Tab")
            stops = page.evaluate("window.stops")
            first = stops[0][2] if stops else ""
            if "ds-c-skip-nav" not in first and "[autofocus]" not in first:
                wrong.append((each.address, "first is not the skip link", first))
            wrong += [(each.address, "no focus to see", element) for _, shows, element in stops if not shows]
            reached = [place for place, _, _ in stops]
            if reached != list(range(len(expected))):
                missed = [expected[at] for at in range(len(expected)) if at not in reached]
                wrong.append((each.address, "not in order, or not reached", str((reached, missed[:3]))))
    assert not wrong, "\n".join(map(str, wrong))


def test_the_skip_link_leads_past_the_menus(open_page: Open) -> None:
    page = open_page("manager")
    page.goto(f"/p/{SLUG}/{YEAR}/")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")

    assert page.evaluate("document.activeElement.closest('main') !== null")
