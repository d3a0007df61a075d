"""Somebody who has a keyboard and nothing else."""

from playwright.sync_api import Page

MOST = 150  # presses of Tab after which a thing is not reached
# What the thing with the focus is called.
_CALLED = """() => {
    const e = document.activeElement;
    return (e.labels?.[0]?.innerText ?? e.innerText ?? '').trim().replace(/\\s+/g, ' ');
}"""


class Keys:
    """Goes by Tab alone to what is called so, and types or presses Enter there."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def reach(self, called: str) -> None:
        """The first thing with this name, or one that begins with it."""
        for _ in range(MOST):
            self.page.keyboard.press("Tab")
            if self.page.evaluate(_CALLED).startswith(called):
                return
        raise AssertionError(f"Tab never reaches {called!r} on {self.page.url}")

    def enter(self, called: str, text: str) -> None:
        """Text in place of what is in a field."""
        self.reach(called)
        self.page.keyboard.press("Control+A")
        self.page.keyboard.type(text)

    def tick(self, called: str) -> None:
        """A box, or the first of several answers."""
        self.reach(called)
        self.page.keyboard.press("Space")

    def choose(self, first: str, called: str) -> None:
        """One of several answers, the first of which has this name."""
        self.tick(first)
        for _ in range(MOST):
            if self.page.evaluate(_CALLED).startswith(called):
                return
            self.page.keyboard.press("ArrowDown")
        raise AssertionError(f"no answer {called!r} after {first!r} on {self.page.url}")

    def press(self, called: str) -> None:
        """A link or a button that leads on."""
        self.reach(called)
        with self.page.expect_navigation():
            self.page.keyboard.press("Enter")
