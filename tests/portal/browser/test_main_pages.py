"""The main pages: nothing is wrong on them without script either, and they load few and small files."""

from collections.abc import Callable

from crawl import Found, name_of
from look import Look, glance
from playwright.sync_api import Page, Response
from served import SLUG, YEAR, Served
from states import ANSWERS, STATES
from test_pages import SAID_BEFORE, listed

Open = Callable[..., Page]
HERE = f"/p/{SLUG}/{YEAR}/"
# By who opens them; of uploads and of a reviewer's pages the journeys without script see more.
MAIN = {
    "manager": [HERE + each for each in (
        "", "setup/", "setup/reporting/", "setup/statuses/", "setup/activities/", "roster/",
        "roster/statuses/", "activities/", "activities/changes/", "activities/IA_PSPA_21/",
        "plan/", "participation/", "signatures/", "evidence/", "evidence/new/", "evidence/1/",
        "score/", "score/what-if/", "export/", "audit/", "log/",
    )],
    "admin": ["/practices/", "/practices/new/", f"{HERE}people/"],
    "kim": [HERE, f"{HERE}participation/", "/sign/"],
    None: ["/sign-in/", "/verify/", f"/rules/{YEAR}/", "/help/", "/no-such-page/"],
}  # fmt: skip
KB = 1024
_FONTS = "document.fonts.ready.then(() => null)"  # all are there that the page needs


def _seen_without_script(open_page: Open, host: str) -> list[Look]:
    found = []
    for who, addresses in MAIN.items():
        page = open_page(who, java_script_enabled=False)
        places = [*addresses]
        for address in places:
            place = Found(name_of(address) or "", who, address, 200)
            found.append(glance(page, place, host))
            if address == "/sign/":
                places.append(
                    page.get_by_role("link", name="Read and sign").first.get_attribute("href") or ""
                )
    return found


def test_nothing_is_wrong_on_a_main_page_without_script(open_page: Open, server: Served) -> None:
    """Axe, width, large letters, the policy, what leaves the host, facts, states, and calm."""
    looks = _seen_without_script(open_page, server.address)
    looked = ("axe", "wide", "overlaps", "inline", "console", "stopped", "busy")
    wrong = [
        (each.found.address, what, said)
        for each in looks for what in looked for said in getattr(each, what)
        if "status of 404" not in said
    ]  # fmt: skip
    wrong += [
        (each.found.address, "answered", said)
        for each in looks for said in each.answered if not SAID_BEFORE.search(each.found.address)
    ]  # fmt: skip
    wrong += [
        (each.found.address, "state", f"{kind} {word}")
        for each in looks for kind, shapes, word in each.states
        if shapes != 1 or word not in (ANSWERS if each.found.name == "practices" else STATES).get(kind, ())
    ]  # fmt: skip
    assert not wrong, listed(wrong)
    assert {"met", "unknown", "notmet"} <= {kind for each in looks for kind, _, _ in each.states}


def test_a_first_visit_loads_few_files_and_small_fonts(open_page: Open, server: Served) -> None:
    """Open Sans in three weights, whichever of the main pages is opened, and nothing that is not needed."""
    page, loaded = open_page("manager"), list[Response]()
    page.on("response", lambda answer: loaded.append(answer))  # noqa: PLW0108 - a bound method of a list cannot be wrapped
    page.goto(HERE)
    page.evaluate(_FONTS)
    kinds = sorted(each.request.resource_type for each in loaded)
    assert len(kinds) <= 12, kinds

    for address in MAIN["manager"]:
        page.goto(address)
        page.evaluate(_FONTS)
    fonts = {
        each.url: int(each.headers["content-length"])
        for each in loaded if each.request.resource_type == "font"
    }  # fmt: skip
    assert fonts
    assert sum(fonts.values()) <= 35 * KB, fonts
    assert all(each.startswith(f"{server.address}/static/") for each in fonts)
