"""An empty installation: its first administrator, and nothing before."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests
from django.test import Client
from serving import FIRST, Portal, send

from mips_ia.portal.models import Person


@pytest.fixture(scope="module")
def portal(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Portal]:
    home: Path = tmp_path_factory.mktemp("start") / "home"
    with Portal(home) as found:
        yield found


@pytest.fixture(scope="module")
def code(portal: Portal) -> str:
    """As it was printed."""
    found = re.search(r"set-up code: (\w+)", portal.said)
    assert found, portal.said
    return found[1]


def test_every_address_leads_to_the_first_page(portal: Portal) -> None:
    for path in ("/", "/sign-in/", "/practices/", "/p/anything/2026/", "/invitation/anything/"):
        answer = requests.get(portal.address + path, timeout=20)
        assert answer.url == f"{portal.address}/start/"
        assert "This installation is empty." in answer.text


def test_only_who_reads_the_machine_can_be_first(portal: Portal) -> None:
    answer = send(requests.Session(), f"{portal.address}/start/", code="a guess", **FIRST)

    assert "<title>Error: Start" in answer.text
    assert "Enter the 12 characters that are printed there." in answer.text


def test_a_weak_password_is_refused(portal: Portal, code: str) -> None:
    answer = send(
        requests.Session(), f"{portal.address}/start/", **FIRST | {"code": code, "password": "short"}
    )

    assert "at least 12 characters" in answer.text


def test_the_first_administrator_is_let_in_and_sets_up_a_second_factor(portal: Portal, code: str) -> None:
    browser = requests.Session()

    answer = send(browser, f"{portal.address}/start/", code=code, **FIRST)

    assert answer.url == f"{portal.address}/account/second-factor/"
    assert "Set up a second factor to go on" in answer.text
    app = f"{portal.address}/account/second-factor/app/"
    assert browser.get(app, timeout=20).url == app  # the password was typed a moment ago
    assert "Administrator" in browser.get(f"{portal.address}/account/", timeout=20).text
    assert requests.get(f"{portal.address}/start/", timeout=20).status_code == 404
    assert requests.get(portal.address, timeout=20).url == f"{portal.address}/sign-in/?next=/"


def test_the_code_is_kept_where_only_the_owner_reads_it(portal: Portal, code: str) -> None:
    kept = portal.home / "setup.code"

    assert kept.read_text(encoding="utf-8").strip() == code
    assert kept.stat().st_mode & 0o077 == 0
    assert (portal.home / "secret.key").stat().st_mode & 0o077 == 0


@pytest.mark.usefixtures("one_minute", "db")
def test_nobody_guesses_the_code_for_long(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Person.objects, "exists", lambda: False)
    client = Client(SERVER_NAME="localhost", REMOTE_ADDR="192.0.2.83")

    codes = [client.post("/start/", FIRST | {"code": "a guess"}).status_code for _ in range(21)]

    assert codes == [200] * 20 + [429]
    assert client.get("/start/").status_code == 200
