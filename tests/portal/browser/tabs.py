"""Whether Tab reaches everything on a page, in its order, with a focus that shows."""

from playwright.sync_api import Page

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
# A stop: its place, whether the focus shows, and what it is.
_STOP = """e => {
    const look = getComputedStyle(e);
    const drawn = look.outlineStyle !== 'none' && parseFloat(look.outlineWidth) > 0;
    const label = e.id && document.querySelector(`label[for="${e.id}"]`);
    const near = label && getComputedStyle(label, '::before');
    const shows = drawn || look.boxShadow !== 'none'
        || !!near && (near.outlineStyle !== 'none' || near.boxShadow !== 'none');
    return [Number(e.dataset.place ?? -1), shows, e.outerHTML.slice(0, 100)];
}"""
_AT = f"() => ({_STOP})(document.activeElement)"
# Each stop as it is reached.
_WATCH = """() => {
    const first = document.querySelector('[autofocus]'), told = document.activeElement;
    window.astray = first && first !== told ? [first.outerHTML.slice(0, 100)] : [];
    document.body.tabIndex = -1;  // Tab begins at the top, also where a page has put the focus lower
    document.body.focus({ preventScroll: true });
    document.body.removeAttribute('tabindex');
    window.stops = [];
    window.watch?.abort();
    window.watch = new AbortController();
    // A page that waits is fetched anew, which would be other elements on the way.
    document.addEventListener('htmx:beforeSwap', event => { event.detail.shouldSwap = false },
        { signal: window.watch.signal });
    document.addEventListener('focusin', ({ target }) => { window.stops.push((STOP)(target)) },
        { signal: window.watch.signal });
}""".replace("STOP", _STOP)


def strays(page: Page, arriving: bool = True, script: bool = True) -> list[str]:
    """What is wrong on the way through a page by Tab; the page is as it was afterwards.

    One that somebody arrives at has the focus where it says. Without script nothing of a page hears where
    the focus is, so that it is asked for at each stop.
    """
    expected = page.evaluate(_ORDER)
    page.evaluate(_WATCH)
    asked = []
    for _ in expected:
        page.keyboard.press("Tab")
        asked += [] if script else [page.evaluate(_AT)]
    stops = page.evaluate("window.stops") or asked
    page.evaluate("window.watch.abort(); document.activeElement?.blur(); window.scrollTo(0, 0)")
    astray = page.evaluate("window.astray") if arriving else []
    wrong = [f"does not begin with the focus: {element}" for element in astray]
    first = stops[0][2] if stops else ""
    if "ds-c-skip-nav" not in first:
        wrong.append(f"first is not the skip link: {first}")
    wrong += [f"no focus to see: {element}" for _, shows, element in stops if not shows]
    reached = [place for place, _, _ in stops]
    if reached != list(range(len(expected))):
        missed = [expected[at] for at in range(len(expected)) if at not in reached]
        wrong.append(f"not in order, or not reached: {reached} {missed[:3]}")
    return wrong
