"""One visit of a page in which everything is looked at that must hold for every page."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from crawl import Found
from playwright.sync_api import ConsoleMessage, Page, Response, ViewportSize
from remembered import remembered
from tabs import strays

ROOT = Path(__file__).parents[3]
AXE = (ROOT / "node_modules/axe-core/axe.min.js").read_text(encoding="utf-8")
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22a", "wcag22aa", "best-practice"]
_HOW = {"runOnly": TAGS, "resultTypes": ["violations"], "preload": {"assets": ["media"]}}
_FRAME = ("body > header", "body > nav")
PHONE, NARROW, DESK = (390, 844), (320, 844), (1280, 900)


@dataclass
class Look:
    """What was seen on one page; each list names what is wrong, `states` are the kinds and words shown."""

    found: Found
    axe: list[str] = field(default_factory=list)
    wide: list[str] = field(default_factory=list)
    overlaps: list[str] = field(default_factory=list)
    inline: list[str] = field(default_factory=list)
    console: list[str] = field(default_factory=list)
    stopped: list[str] = field(default_factory=list)
    answered: list[str] = field(default_factory=list)
    busy: list[str] = field(default_factory=list)
    tabs: list[str] = field(default_factory=list)
    unjoined: list[str] = field(default_factory=list)
    states: list[tuple[str, int, str]] = field(default_factory=list)


def look(page: Page, found: Found, host: str, parts: bool, keys: bool) -> Look:
    """What `visit` sees, or saw where the page was the same below its menus, for whomever."""

    def seen() -> dict[str, Any]:
        return {
            name: told
            for name, told in vars(visit(page, found, host, parts, keys)).items()
            if name != "found"
        }

    key = ["page", found.address, found.text or found.who, parts, keys]
    return Look(found, **remembered(key, seen))


def visit(
    page: Page,
    found: Found,
    host: str,
    parts: bool,
    keys: bool = False,
    arrive: Callable[[], Response | None] | None = None,
) -> Look:
    """Look at a page on a desk, on a phone, at the narrowest, and with letters twice as large.

    With `parts`, what is fetched anew on it is fetched too; with `keys`, Tab is pressed as often as there is
    something to reach; `arrive` gets to a page that no address alone opens. Axe looks once at pages of one
    view that are built of the same elements and have the same head, since they would be the same to it, and
    so does Tab on a phone.
    """
    seen = Look(found)
    with _listening(page, seen, host):
        _arrived(page, seen, arrive() if arrive else page.goto(found.address))
        make = _made(page, found.name)
        seen.axe += remembered(["desk", *make], lambda: axe(page)) + _with_menus_open(page, "desk")
        if keys:
            seen.tabs = strays(page)
        if parts:
            _fetch_anew(page)
    page.evaluate(_UNFOLDED)
    _other_sizes(page, seen, make, keys)
    return seen


def glance(page: Page, found: Found, host: str) -> Look:
    """Look at a page as it comes, on a phone, at the narrowest, and with letters twice as large.

    It asks for less than `visit`, and presses nothing; it works without script too.
    """
    seen = Look(found)
    with _listening(page, seen, host):
        _arrived(page, seen, page.goto(found.address))
    make = _made(page, found.name)
    page.evaluate(_UNFOLDED)
    _size(page, NARROW)
    seen.wide += page.evaluate(_WIDE)
    _size(page, PHONE)
    seen.axe += remembered(["phone", *make], lambda: axe(page))
    page.evaluate(_TWICE)
    seen.overlaps += page.evaluate(_OVERLAPS)
    return seen


@contextmanager
def _listening(page: Page, seen: Look, host: str) -> Iterator[None]:
    """What the browser says meanwhile is kept, and what is asked of another host."""

    def told(message: ConsoleMessage) -> None:
        if message.type == "error":
            stopped = "Content Security Policy" in message.text
            (seen.stopped if stopped else seen.console).append(message.text)

    def asked(answer: Response) -> None:
        if not answer.url.startswith(("data:", host)):
            seen.console.append(f"asks {answer.url}")

    listeners = {
        "response": asked,
        "pageerror": lambda error: seen.console.append(str(error)),
        "console": told,
    }
    _size(page, DESK)
    for name, listener in listeners.items():
        page.on(name, listener)  # type: ignore[call-overload]
    yield
    for name, listener in listeners.items():
        page.remove_listener(name, listener)


def _arrived(page: Page, seen: Look, answer: Response | None) -> None:
    """What a page says as it comes, before anything is done on it."""
    policy = answer.headers.get("content-security-policy", "") if answer else ""
    if "default-src 'self'" not in policy or "unsafe-inline" in policy:
        seen.inline.append(f"policy: {policy}")
    seen.inline += page.evaluate(_INLINE)
    seen.states = [(kind, shapes, word) for kind, shapes, word in page.evaluate(_STATES)]
    seen.answered = answered(page)
    seen.busy = busy(page)
    seen.unjoined = unjoined(page)


def _other_sizes(page: Page, seen: Look, make: list[str], keys: bool) -> None:
    """On a phone, at the narrowest, and with letters twice as large, with everything unfolded."""
    for size in (PHONE, NARROW):
        _size(page, size)
        seen.wide += [f"{size[0]}px: {said}" for said in page.evaluate(_WIDE)]
        if size == PHONE:
            seen.axe += remembered(["phone", *make], lambda: axe(page)) + _with_menus_open(page, "phone")
            if keys:
                seen.tabs += remembered(["tabs", *make], lambda: strays(page, arriving=False))
        else:
            seen.wide += _with_menus_open(page, f"{size[0]}px", _WIDE)
    for size in (PHONE, DESK):
        _size(page, size)
        page.evaluate(_TWICE)
        seen.overlaps += [f"{size[0]}px: {said}" for said in page.evaluate(_OVERLAPS)]
    seen.wide += [f"large text: {said}" for said in page.evaluate(_WIDE)]


def _with_menus_open(page: Page, at: str, what: str = "") -> list[str]:
    """The rules that the menus break, each opened in turn, or what a script says of each.

    Menus of the same elements are the same.
    """

    def opened() -> list[str]:
        found = []
        for menu in page.locator("header details, nav details").all():
            menu.evaluate("each => { each.open = true }")
            parts = [[each] for each in _FRAME if page.locator(each).count()]
            found += (
                [f"{at}, menu open: {said}" for said in page.evaluate(what)] if what else axe(page, parts)
            )
            menu.evaluate("each => { each.open = false }")
        return found

    found: list[str] = remembered(["menus", at, page.evaluate(_MAKE, ", ".join(_FRAME))], opened)
    return found


def _made(page: Page, name: str) -> list[str]:
    """What a page of this view is to axe: the elements of its body, and what its head says."""
    return [name, page.evaluate(_MAKE, "body"), page.evaluate(_HEAD)]


def axe_once(page: Page, name: str) -> list[str]:
    """The rules that a page of this view breaks, on a desk and on a phone; it is on a desk afterwards.

    One that is built of the same elements and has the same head breaks the same.
    """
    found: list[str] = []
    make = _made(page, name)
    for size in (PHONE, DESK):
        _size(page, size)
        found += remembered(["once", size, *make], lambda: axe(page))
    return found


def axe(page: Page, parts: list[list[str]] | None = None) -> list[str]:
    """The rules that a page breaks, or these parts of it, each with its element.

    Of what a page loads axe would read the style sheets again too, for a rule that is not among these.
    """
    if not page.evaluate("'axe' in window"):
        page.evaluate(_NO_TIMERS)
        page.evaluate(AXE)
    found = page.evaluate("([parts, how]) => axe.run(parts ?? document, how)", [parts, _HOW])
    return [
        f"{each['id']} · {node['target'][0]} · {node['html'][:140]}"
        for each in found["violations"] for node in each["nodes"]
    ]  # fmt: skip


def busy(page: Page) -> list[str]:
    """What is too much at once: more than two alerts, or more than one primary button."""
    alerts, primary = page.evaluate(_BUSY)
    found = [f"{len(alerts)} alerts: {alerts}"] if len(alerts) > 2 else []
    return found + ([f"{len(primary)} primary buttons: {primary}"] if len(primary) > 1 else [])


def answered(page: Page) -> list[str]:
    """What is chosen on a page, whoever chose it."""
    found: list[str] = page.evaluate(_ANSWERED)
    return found


def unjoined(page: Page) -> list[str]:
    """Where there are errors, and a title, a summary or a field does not say so."""
    found: list[str] = page.evaluate(_UNJOINED)
    return found


def _fetch_anew(page: Page) -> None:
    """Each part of a page that a form fetches, as if somebody had pressed it."""
    for form in page.locator("form[hx-get]").all():
        with page.expect_response(lambda answer: "hx-request" in answer.request.headers):
            form.evaluate("each => each.requestSubmit()")


def _size(page: Page, size: tuple[int, int]) -> None:
    wanted = ViewportSize(width=size[0], height=size[1])
    if page.viewport_size != wanted:
        page.set_viewport_size(wanted)


# Each way from the body to an element, by tags, classes, kinds and the names of other attributes; and whether
# it has no text, has the name of another, or names what is not there.
_MAKE = """where => {
    const ways = new Set(), ids = new Map();
    const names = ['for', 'headers', 'aria-labelledby', 'aria-describedby'];
    for (const each of document.querySelectorAll('[id]')) ids.set(each.id, (ids.get(each.id) ?? 0) + 1);
    const lost = each => names.some(name => (each.getAttribute(name) ?? '').split(' ').some(
        id => id && !ids.has(id)));
    const told = each => [each.localName, ...each.classList, each.getAttribute('type'),
        each.getAttribute('role'), ...each.getAttributeNames(), each.textContent.trim() ? '' : '(empty)',
        ids.get(each.id) > 1 ? '(twice)' : '', lost(each) ? '(lost)' : ''].join(' ');
    const walk = (each, way) => {
        ways.add(way);
        for (const one of each.children) walk(one, way + ' > ' + told(one));
    };
    for (const each of document.querySelectorAll(where)) walk(each, '');
    return [...ways].sort().join('\\n');
}"""
# The language, whether there is a title, and what is said to the browser of the page, by name and content.
_HEAD = """() => [
    ...['lang', 'xml:lang', 'dir'].map(name => document.documentElement.getAttribute(name) ?? '(none)'),
    document.title.trim() ? 'title' : '(no title)',
    ...[...document.querySelectorAll('meta[http-equiv], meta[name=viewport]')].map(each =>
        [each.httpEquiv.toLowerCase(), each.name, each.content].join(' ')),
].join('\\n')"""
# Where scripts are off a page's timers never ring, and axe does with them what could be done at once.
_NO_TIMERS = """if (matchMedia('(scripting: none)').matches)
    window.setTimeout = (run, wait) => { if (!(wait > 100)) Promise.resolve().then(run); return 0; }"""
_UNFOLDED = "document.querySelectorAll('main details').forEach(each => { each.open = true })"
_TWICE = "document.documentElement.style.fontSize = '200%'"
_INLINE = """() => [
    ...document.querySelectorAll('[style]'),
    ...[...document.querySelectorAll('script:not([src])')].filter(
        e => !['application/json', 'text/plain'].includes(e.type)),
    ...[...document.querySelectorAll('*')].filter(e => [...e.attributes].some(a => /^on/i.test(a.name))),
].map(e => e.outerHTML.slice(0, 100))"""
_STATES = """() => [...document.querySelectorAll('.ia-status')].map(e => [
    [...e.classList].map(c => c.match(/^ia-status--(?!big)(.+)/)?.[1]).find(Boolean) ?? '',
    e.querySelectorAll(':scope > svg[aria-hidden=true]').length,
    e.querySelector(':scope > span')?.textContent.trim() ?? ''])"""
_ANSWERED = """() => [...document.querySelectorAll(
    'main :is(input[type=radio], input[type=checkbox]):checked')]
    .map(e => e.name + '=' + e.value)"""
_BUSY = """() => ['.ds-c-alert', 'main .ds-c-button--solid'].map(what =>
    [...document.querySelectorAll(what)].filter(e => e.checkVisibility())
        .map(e => e.textContent.trim().slice(0, 40)))"""
_UNJOINED = """() => !document.querySelector('main .ds-c-inline-error') ? [] : [
    ...(document.title.startsWith('Error: ') ? [] : ['title']),
    ...[...document.querySelectorAll('main [role=alert] a[href^="#"]')]
        .filter(e => !document.getElementById(e.getAttribute('href').slice(1))).map(e => e.outerHTML),
    ...[...document.querySelectorAll('main .ds-c-field[aria-invalid=true]')]
        .filter(e => !(e.getAttribute('aria-describedby') ?? '').split(' ').some(
            id => document.getElementById(id)?.textContent.trim()))
        .map(e => e.outerHTML.slice(0, 140)),
    ...[...document.querySelectorAll(
        'main .ds-c-inline-error[id], main [id$="-says"]:has(> .ds-c-inline-error)')]
        .filter(e => !document.querySelector(`[aria-invalid=true][aria-describedby~="${e.id}"]`))
        .map(e => e.outerHTML.slice(0, 140))]"""
_WIDE = """() => {
    const root = document.documentElement;
    if (root.scrollWidth <= root.clientWidth) return [];
    const over = [...document.querySelectorAll('body *')].filter(e =>
        e.getBoundingClientRect().right > root.clientWidth + 1 && !e.closest('.ia-scroll'));
    return [root.scrollWidth + ': ' + (over.at(-1)?.outerHTML ?? '').slice(0, 120)];
}"""
_OVERLAPS = """() => {
    for (const each of document.querySelectorAll('.ia-scroll')) each.scrollLeft = 0;  // Tab may have moved it
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT), boxes = [];
    for (let node; (node = walker.nextNode());) {
        const owner = node.parentElement;
        if (!node.data.trim() || !owner.checkVisibility({ visibilityProperty: true })) continue;
        if (owner.closest('.ds-u-visibility--screen-reader, .ds-c-skip-nav, option, script')) continue;
        const range = document.createRange();
        range.selectNodeContents(node);
        const frame = owner.closest('.ia-text')?.getBoundingClientRect();  // below it a text is scrolled away
        const scrolls = owner.closest('.ia-scroll, .ia-long');  // it hides what it scrolls away
        for (const box of range.getClientRects())
            if (!frame || box.top < frame.bottom) boxes.push([box, owner, node.data.trim(), scrolls]);
    }
    boxes.sort((one, other) => one[0].top - other[0].top);
    const found = [];
    for (const [place, [a, one, text, within]] of boxes.entries())
    for (let next = place + 1; next < boxes.length && boxes[next][0].top < a.bottom; next++) {
        const [b, other, said, beside] = boxes[next];
        const wide = Math.min(a.right, b.right) - Math.max(a.left, b.left);
        const high = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top);
        if (within === beside && one !== other && wide > 4 && high > Math.min(a.height, b.height) / 2)
            found.push(`${text} / ${said}`);
    }
    return found.slice(0, 5);
}"""
