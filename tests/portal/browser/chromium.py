"""The Chromium that tests and pictures are made with.

Its headless shell draws the same pages, with the same engine, in less than half of the processor's time: it
has no window, no toolbar and no extensions.
"""

import shutil

from playwright.sync_api import Browser, Playwright

NAMES = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")


def launched(playwright: Playwright) -> Browser:
    """The first that is on this machine."""
    path = next(filter(None, map(shutil.which, NAMES)), None)
    if path is None:
        raise RuntimeError("Chromium is missing. scripts/setup-tests installs it, or says how.")
    return playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
