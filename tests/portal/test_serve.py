"""`mips-ia serve`: what it starts, what it says, and that it ends."""

import os
import re
import signal
import socket
import time
from pathlib import Path

import databases
import pytest
import requests
from click.testing import CliRunner
from served import free_port
from serving import FIRST, ROOT, Portal, send

from mips_ia.cli.main import main
from mips_ia.portal import decided, demo, serve
from mips_ia.portal.begun import in_words
from mips_ia.portal.serve import Cannot

SETTINGS = ROOT / "src" / "mips_ia" / "portal" / "settings.py"


def running(home: Path) -> dict[int, str]:
    """The processes of this machine that were told to keep everything in a folder, by number."""
    found = {}
    for each in Path("/proc").glob("[0-9]*"):
        try:
            if f"MIPS_IA_HOME={home}".encode() in (each / "environ").read_bytes():
                found[int(each.name)] = (each / "cmdline").read_bytes().replace(b"\0", b" ").decode()
        except OSError:
            continue
    return found


def in_the_background(home: Path) -> list[int]:
    return [number for number, each in running(home).items() if "background --remind" in each]


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM])
def test_it_answers_works_in_the_background_and_ends(tmp_path: Path, how: signal.Signals) -> None:
    home = tmp_path / "home"
    with Portal(home, tables=how is not signal.SIGINT) as portal:
        assert requests.get(f"{portal.address}/healthz", timeout=20).text == "ok"
        assert requests.get(f"{portal.address}/readyz", timeout=20).text == "ready"
        assert "Start here" in requests.get(portal.address, timeout=20).text
        assert requests.get(f"{portal.address}/static/portal.css", timeout=20).ok
        assert requests.get(f"{portal.address}/static/cmsds/css/index.css", timeout=20).ok
        assert in_the_background(home)
        assert f"{portal.address}/" in portal.said
        assert str(home) in portal.said
        if how is signal.SIGINT:  # all of it was made by the program itself
            assert "Bringing the tables up to date …" in portal.said
            assert [each for each in (home, *home.rglob("*")) if each.stat().st_mode & 0o077] == []
        portal.stop(how)

    assert portal.code == 0, portal.said
    assert not running(home)
    assert "Traceback" not in portal.said


def test_work_in_the_background_that_ends_by_itself_is_begun_again(tmp_path: Path) -> None:
    home = tmp_path / "home"
    with Portal(home) as portal:
        (first,) = in_the_background(home)
        os.kill(first, signal.SIGKILL)
        until = time.monotonic() + 120
        while not (there := [each for each in in_the_background(home) if each != first]):
            assert time.monotonic() < until, portal.said
            time.sleep(0.1)
        assert len(there) == 1
        assert "The work in the background ended by itself (-9). It is begun again." in portal.said
    assert not running(home)


def test_the_demonstration_says_who_signs_in_and_lets_them_in(tmp_path: Path) -> None:
    home = tmp_path / "home"
    with Portal(home, "--demo") as portal:
        assert demo.PASSWORD in portal.said
        assert "Inventing practices to look at …" in portal.said
        browser = requests.Session()
        sent = {"login": "manager@demo.example", "password": demo.PASSWORD}
        page = send(browser, f"{portal.address}/sign-in/", **sent)
        assert page.url.startswith(f"{portal.address}/p/harbor-rehabilitation-group/2026/")
        assert "In this demonstration today is September 16, 2026." in page.text

    with Portal(home, "--demo") as again:
        assert requests.get(f"{again.address}/sign-in/", timeout=20).ok


def test_a_port_that_is_taken_is_said() -> None:
    with socket.create_server(("127.0.0.1", 0)) as held:
        port = held.getsockname()[1]
        answer = CliRunner().invoke(main, ["serve", "--port", str(port)])

    assert answer.exit_code == 2
    assert f"Another program has port {port} already." in answer.output


def test_an_address_that_is_another_machine_s_is_said() -> None:
    answer = CliRunner().invoke(main, ["serve", "--host", "192.0.2.1"])

    assert answer.exit_code == 2
    assert "This machine has no address 192.0.2.1." in answer.output


@pytest.mark.parametrize(
    ("name", "given", "says"),
    [
        ("MIPS_IA_IDLE_MINUTES", "soon", "MIPS_IA_IDLE_MINUTES is “soon”. Give a whole number from 1"),
        ("MIPS_IA_MAIL_PORT", "0", "Give a whole number from 1 to 65535."),
        ("MIPS_IA_TIME_ZONE", "Mars/Base", "Give a zone such as America/Chicago."),
        ("MIPS_IA_TODAY", "2026-13-01", "Give a day as YYYY-MM-DD, or none."),
        ("DATABASE_URL", "mysql://u:a-secret@h/d", "Give postgres://USER:PASSWORD@HOST/NAME"),
        ("DATABASE_URL", "postgres://u:a-secret@h:x/d", "Give postgres://USER:PASSWORD@HOST/NAME"),
    ],
)
def test_what_was_decided_wrongly_is_named_with_what_must_be(
    monkeypatch: pytest.MonkeyPatch, name: str, given: str, says: str
) -> None:
    read = {
        "MIPS_IA_TIME_ZONE": lambda: decided.zone(name, "America/New_York"),
        "MIPS_IA_TODAY": lambda: decided.day(name), "DATABASE_URL": lambda: decided.database("sqlite:///x"),
    }.get(name, lambda: decided.number(name, 25, 65_535))  # fmt: skip
    monkeypatch.setenv(name, given)

    with pytest.raises(Cannot) as told, in_words():
        read()

    assert says in told.value.message
    assert "a-secret" not in told.value.message


@pytest.mark.parametrize(
    ("below", "away", "says"),
    [
        ("home", True, "The database that DATABASE_URL names cannot be used: "),
        ("file/home", False, "/file/home: Not a directory. See that the folder of --home can be written to"),
    ],
)
def test_what_is_not_there_is_said_in_a_sentence(tmp_path: Path, below: str, away: bool, says: str) -> None:
    (tmp_path / "file").touch()
    address = f"postgres://somebody:a-secret@127.0.0.1:{free_port()}/d"
    portal = Portal(tmp_path / below, tables=False, **({"DATABASE_URL": address} if away else {}))
    portal.printed = tmp_path / "said"

    assert portal.run().wait(120) == 2
    assert says in portal.said
    assert "Traceback" not in portal.said
    assert "a-secret" not in portal.said


def test_packages_that_are_missing_are_named() -> None:
    assert serve.lacking(["click", "a_package_that_nobody_made"]) == ["a_package_that_nobody_made"]
    assert serve.lacking(serve.PACKAGES) == []


def test_without_the_design_system_it_says_how_to_get_it(tmp_path: Path) -> None:
    portal = Portal(tmp_path / "home", MIPS_IA_DESIGN_SYSTEM=str(tmp_path / "nothing"))

    assert portal.run().wait(60) == 2
    assert "npm ci" in portal.said
    assert "Traceback" not in portal.said


def test_invented_people_never_join_real_ones(tmp_path: Path) -> None:
    home = tmp_path / "home"
    with Portal(home) as portal:
        found = re.search(r"set-up code: (\w+)", portal.said)
        assert found
        send(requests.Session(), f"{portal.address}/start/", code=found[1], **FIRST)
    invented = Portal(home, "--demo")

    # A demonstration never uses a server's database, and then finds in the folder what is another's.
    says = "there is something here already" if databases.ON_POSTGRES else "not invented"
    assert invented.run().wait(60) == 2
    assert says in invented.said
    assert "Traceback" not in invented.said


def test_the_manual_lists_what_an_installation_decides() -> None:
    asked = set(re.findall(r"(?:MIPS_IA_\w+|DATABASE_URL)", SETTINGS.read_text(encoding="utf-8")))
    asked.add("DATABASE_URL")  # read by dj_database_url
    manual = (ROOT / "docs" / "serving.md").read_text(encoding="utf-8")
    listed = set(re.findall(r"^\| `(\w+)` \|", manual, re.MULTILINE))

    assert listed == asked


def test_the_manual_names_the_commands_options() -> None:
    manual = (ROOT / "docs" / "serving.md").read_text(encoding="utf-8")

    for option in serve.command.params:
        assert f"`{option.opts[0]}" in manual, option.name
