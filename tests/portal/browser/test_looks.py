"""What is remembered of a page holds for one that is the same to axe, in its head too."""

from look import axe_once
from playwright.sync_api import Browser

TITLE, LANGUAGE = "<title>Waits</title>", ' lang="en-US"'
BODY = "<body><main><h1>Waits</h1></main></body>"
VIEWPORT = '<meta name="viewport" content="width=device-width, initial-scale=1{}">'


def test_a_page_that_differs_in_its_head_alone_is_looked_at_again(chromium: Browser) -> None:
    page = chromium.new_page()
    sound = f"{TITLE}{VIEWPORT.format('')}"
    for language, head, rule in (
        (LANGUAGE, sound, ""),
        (LANGUAGE, f'{sound}<meta http-equiv="refresh" content="300">', "meta-refresh"),
        (LANGUAGE, f"{TITLE}{VIEWPORT.format(', user-scalable=no')}", "meta-viewport"),
        (LANGUAGE, VIEWPORT.format(""), "document-title"),
        ("", sound, "html-has-lang"),
    ):
        page.set_content(f"<!doctype html><html{language}><head>{head}</head>{BODY}</html>")
        assert {each.split(" ")[0] for each in axe_once(page, "a page that waits")} == {rule} - {""}
    page.close()
