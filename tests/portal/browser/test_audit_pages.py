"""The pages of a request and of a reviewer's link, which nobody reaches before there is one."""

import json
from dataclasses import fields

from crawl import Found, name_of
from inquiry import ASKED
from look import visit
from playwright.sync_api import Browser
from served import SLUG, YEAR, Served


def test_nothing_is_wrong_on_the_pages_of_a_request_and_of_a_link(
    chromium: Browser, own_server: Served
) -> None:
    done, waits, item, sent, secret, ended, link, asked = json.loads(
        own_server.python(ASKED).splitlines()[-1]
    )
    desk, review = f"/p/{SLUG}/{YEAR - 1}/audit/", f"/review/{secret}/"
    pages = {
        "manager": (
            f"/p/{SLUG}/{YEAR}/", desk, f"{desk}{done}/", f"{desk}{waits}/", f"{desk}{waits}/items/{item}/",
            f"{desk}{waits}/due/", f"{desk}{waits}/sent/", f"{desk}{done}/sent/{sent}/",
            f"{desk}{waits}/package/", f"{desk}{done}/package/", f"{desk}links/new/",
            f"{desk}{waits}/close/",
            f"/p/{SLUG}/{YEAR}/audit/links/", f"/p/{SLUG}/{YEAR}/audit/links/{link}/end/",
        ),
        None: (
            review, f"{review}activities/", f"{review}activities/?activity=IA_PSPA_21", f"{review}evidence/",
            f"{review}log/", f"{review}notes/", f"/review/{ended}/", f"/review/{asked}/",
            f"/review/{asked}/package/", "/verify/",
        ),
    }  # fmt: skip
    wrong = []
    for who, addresses in pages.items():
        context = chromium.new_context(base_url=own_server.address)
        if who:
            cookie = {"name": "sessionid", "value": own_server.sessions[who], "url": own_server.address}
            context.add_cookies([cookie])  # type: ignore[list-item]
        page = context.new_page()
        for address in addresses:
            seen = visit(page, Found(name_of(address) or "", who, address, 200), own_server.address, True)
            said = {each.name: getattr(seen, each.name) for each in fields(seen)}
            looked = ("axe", "wide", "overlaps", "inline", "console", "stopped", "busy")
            wrong += [
                (address, what, each) for what in looked for each in said[what] if "status of 410" not in each
            ]
            assert (
                page.locator("main form").count() == 0 or who or address in ("/verify/", f"{review}notes/")
            ), address
        context.close()
    assert not wrong, "\n".join(sorted({str(each) for each in wrong}))
