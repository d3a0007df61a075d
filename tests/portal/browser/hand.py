"""Somebody at the page who goes from one to the next."""

import re

from look import axe
from playwright.sync_api import Page, expect


class Hand:
    """Counts what is clicked and what is loaded; `wrong` is what axe found on the pages on the way."""

    def __init__(self, page: Page, script: bool = True) -> None:
        self.page, self.script, self.clicks, self.loads = page, script, 0, 0
        self.wrong = list[str]()
        page.on("load", self._loaded)

    def _loaded(self, _: Page) -> None:
        self.loads += 1

    def follow(self, address: str) -> None:
        """The link of a message is pressed, wherever the message is read."""
        self.clicks += 1
        self.page.goto(address)

    def press(self, name: str, role: str = "button") -> None:
        self.clicks += 1
        self.page.get_by_role(role, name=name, exact=True).first.click()  # type: ignore[arg-type]

    def tick(self, name: str) -> None:
        self.clicks += 1
        self.page.get_by_label(name).first.check()

    def there(self, title: str) -> None:
        """The page has come, and axe looks at it; without script it is the same page."""
        expect(self.page.get_by_role("heading", level=1)).to_have_text(re.compile(title))
        if self.script:
            self.wrong += [f"{title}: {each}" for each in axe(self.page)]
