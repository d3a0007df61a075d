"""The way to a page that no link leads to."""

from collections.abc import Callable

from playwright.sync_api import Page as Window
from playwright.sync_api import Response
from unlinked import Page

_SEND = """(form, [send, to]) => {
    for (const [name, value] of Object.entries(send)) form.elements[name].value = value;
    if (to) form.action = to;
    form.noValidate = true;
    form.requestSubmit(form.querySelector('button:not([formaction])'));
}"""


def arriving(window: Window, page: Page) -> Callable[[], Response]:
    """How one gets there: by its address, or by what is sent from there."""

    def arrive() -> Response:
        answer = window.goto(page.address)
        if page.send is not None:
            fields = ",".join(f"[name='{each}']" for each in page.send) or "*"
            form = window.locator(page.form).filter(has=window.locator(fields)).first
            with window.expect_navigation() as sent:
                form.evaluate(_SEND, [page.send, page.to])
            answer = sent.value
        assert answer
        assert (page, answer.status) == (page, page.status)
        return answer

    return arrive
