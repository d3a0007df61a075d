"""The foot of a printed page says what the portal signed, and nothing that anybody else wrote."""

from collections.abc import Callable
from html import unescape
from urllib.parse import parse_qs, urlsplit

from django.test import Client

from mips_ia.portal.models import Practice
from mips_ia.portal.web.printing import escaped


def _address(client: Client, harbor: Practice) -> str:
    page = unescape(client.get(f"/p/{harbor.slug}/2026/score/").content.decode())
    return page.partition('<link rel="stylesheet" href="/print.css')[2].partition('"')[0]


def test_a_page_names_the_sheet_of_its_foot(browse: Callable[[str], Client], harbor: Practice) -> None:
    client = browse("manager")
    Practice.objects.filter(pk=harbor.pk).update(name='Harbor "} body { } \\ é')

    address = _address(client, harbor)
    sheet = client.get(f"/print.css{address}")

    said = parse_qs(urlsplit(address).query)["foot"][0]
    assert said.startswith('Harbor "} body { } \\ é · Performance year 2026 · Rules edition 2026-')
    assert sheet["Content-Type"] == "text/css"
    assert sheet.content.decode().startswith(
        r'@page { @bottom-left { content: "Harbor \22 \7d  body \7b  \7d  \5c  \e9  \b7  Performance year'
    )


def test_words_that_the_portal_did_not_sign_are_refused() -> None:
    client = Client(SERVER_NAME="localhost")

    for query in ("", "?foot=Anything", "?foot=Anything:AAAA"):
        assert client.get(f"/print.css{query}").status_code == 404


def test_a_text_of_css_ends_nowhere_but_at_its_end() -> None:
    assert escaped('a"\n\\}') == r"a\22 \a \5c \7d "
