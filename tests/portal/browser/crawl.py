"""Every page that somebody reaches by links alone, from the first page on."""

import re
import urllib.error
import urllib.request
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from hashlib import sha256
from urllib.parse import urldefrag, urljoin, urlsplit

from django.urls import Resolver404, resolve
from lxml import html
from remembered import plain
from served import SLUG, YEAR, Served

# The pages of somebody who runs the practice, of one who runs everything, of a clinician, and of who signed
# for a practice whose year is locked.
PEOPLE = ("manager", "admin", "kim", "official")
BY_KEYS = ("manager", "kim", None)  # go through theirs by keyboard too; others through what else they reach
EACH = 2  # addresses of one view that are looked at for the first of all, and one for the others
ALSO = (
    f"/p/{SLUG}/{YEAR}/",
    "/help/",
    "/accessibility/",
    "/privacy/",
    "/verify/",
    f"/rules/{YEAR}/",
    "/no-such-page/",
)
_MAIN = re.compile("<main.*</main>", re.DOTALL)
# A form that is sent, with a field in it.
_ASKING = (
    "//main//form[@method='post']"
    "[.//input[not(@type='hidden' or @type='submit')] or .//textarea or .//select]"
)


@dataclass(frozen=True)
class Found:
    """One page: who reaches it, where, how it answers, and whether a form on it asks for something.

    `text` is the digest of what is below the menus, without what differs each time.
    """

    name: str
    who: str | None
    address: str
    status: int
    asks: bool = False
    text: str = ""


def crawl(server: Served, people: Iterable[str | None]) -> list[Found]:
    """The pages that each of these people reaches."""
    return [each for place, who in enumerate(people) for each in _reached(server, who, 1 if place else EACH)]


def once(pages: Iterable[Found]) -> list[Found]:
    """One page of each view."""
    return [*{each.name: each for each in pages}.values()]


def _reached(server: Served, who: str | None, most: int) -> Iterator[Found]:
    waiting, seen, often = ["/", *ALSO], set(), {}
    while waiting:
        address = waiting.pop(0)
        name = name_of(address)
        if address in seen or name is None or often.get(name, 0) >= most:
            continue
        seen.add(address)
        text, at, status = _read(server, who, address)
        name = name_of(at)
        if text is None or name is None or (at != address and at in seen) or often.get(name, 0) >= most:
            continue
        seen.add(at)
        often[name] = often.get(name, 0) + 1
        page = html.fromstring(text)
        main = _MAIN.search(text.replace(server.address, ""))
        same = sha256(plain(main[0]).encode()).hexdigest() if main else ""
        yield Found(name, who, at, status, bool(page.xpath(_ASKING)), same)
        waiting += _links(page, at)


def name_of(address: str) -> str | None:
    """The view that answers there."""
    path = urlsplit(address).path
    try:
        return resolve(path).view_name
    except Resolver404:
        return "not found" if path == "/no-such-page/" else None


def _read(server: Served, who: str | None, address: str) -> tuple[str | None, str, int]:
    """The text of an HTML page, where it was in the end, and its status; no text where it is no page."""
    cookie = {"Cookie": f"sessionid={server.sessions[who]}"} if who else {}
    asked = urllib.request.Request(server.address + address, headers=cookie)  # noqa: S310 - our own server
    try:
        answer = urllib.request.urlopen(asked, timeout=30)  # noqa: S310
    except urllib.error.HTTPError as refused:
        answer = refused
    with answer:
        at = answer.url.removeprefix(server.address)
        page = "text/html" in answer.headers.get("Content-Type", "")
        return answer.read().decode() if page else None, at, answer.status


def _links(page: html.HtmlElement, at: str) -> list[str]:
    here = [urldefrag(urljoin(at, href)).url for href in page.xpath("//a/@href")]
    return [each for each in here if re.match(r"/(?!/)", each) and not each.startswith("/static/")]
