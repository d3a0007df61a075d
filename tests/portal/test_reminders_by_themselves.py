"""Reminders go out from a portal that is served, though nobody asks for them, and by a command."""

import os
import subprocess
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import warm
from served import Served
from serving import Portal

from mips_ia.portal.management.commands import background


@pytest.fixture(scope="module")
def built() -> Iterator[Served]:
    """The demonstration, in a folder."""
    portal = Served().build()
    yield portal
    portal.remove()


@pytest.fixture
def served(built: Served) -> Iterator[Served]:
    """A copy of it, which a test may change."""
    portal = built.copy()
    yield portal
    portal.remove()


def surroundings(served: Served) -> dict[str, str]:
    """What its portal and its command are told."""
    told = {name: served.environment[name] for name in ("DATABASE_URL", "MIPS_IA_TODAY")}
    return told | {"MIPS_IA_MAIL_BACKEND": "django.core.mail.backends.filebased.EmailBackend"}


def letters(served: Served) -> str:
    """Everything that was sent, as it was written."""
    return "".join(each.read_text(encoding="utf-8") for each in (served.home / "mail").glob("*"))


def command(home: Path, *options: str, **told: str) -> subprocess.CompletedProcess[str]:
    """`mips-ia remind`; what Django was told for these tests does not hold."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("MIPS_IA", "D"))}
    return warm.finished(["-m", "mips_ia.cli.main", "remind", "--home", str(home), *options], kept | told)


def test_a_served_portal_sends_what_is_due_though_nobody_asks(served: Served) -> None:
    told = surroundings(served)
    with Portal(served.home, **told) as portal:
        until = time.monotonic() + 120
        while "To: manager@demo.example" not in letters(served) and time.monotonic() < until:
            time.sleep(0.1)
        found = letters(served)

    assert found.count("To: kim@demo.example") == 1
    assert f"{portal.address}/reminders/stop/" in found.replace("=\n", "")
    assert portal.code == 0, portal.said
    assert command(served.home, **told).stdout == "0 messages sent.\n"  # nobody is told twice


def test_the_command_shows_what_is_due_and_sends_it_once(served: Served) -> None:
    told = surroundings(served)

    shown = command(served.home, "--show", **told)
    assert "kim@demo.example: Your 90 days of IA_PSPA_21 are complete. Sign." in shown.stdout, shown.stderr
    assert letters(served) == ""

    sent = command(served.home, **told)
    assert sent.stdout == f"{letters(served).count('List-Unsubscribe-Post')} messages sent.\n"
    assert sent.stdout != "0 messages sent.\n"
    assert command(served.home, **told).stdout == "0 messages sent.\n"


def test_the_command_says_where_there_is_no_portal(tmp_path: Path) -> None:
    answer = command(tmp_path / "nothing")

    assert answer.returncode == 2
    assert "There is no portal in" in answer.stderr
    assert [*tmp_path.iterdir()] == []  # nothing was made there


_SEVERAL = """
import threading, django
django.setup()
from collections import Counter
from datetime import date
from django.core import mail
from django.db import connection
from django.conf import settings
settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
from mips_ia.portal import reminders
mail.outbox = []
start = threading.Barrier(4)
def server():
    start.wait()
    reminders.remind("https://portal.example/")
    connection.close()
threads = [threading.Thread(target=server) for _ in range(4)]
for each in threads: each.start()
for each in threads: each.join()
print(max(Counter(each.to[0] for each in mail.outbox).values()))
"""


def test_several_servers_at_once_tell_nobody_twice(served: Served) -> None:
    assert served.python(_SEVERAL).split() == ["1"]


def test_it_is_asked_for_each_hour_also_after_a_database_that_was_away(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked, over = [], threading.Event()

    class Task:
        def enqueue(self, base: str) -> None:
            asked.append(base)
            if len(asked) == 1:
                raise background.DatabaseError
            over.set()

    monkeypatch.setattr(background, "remind_everybody", Task())
    monkeypatch.setattr(background, "close_old_connections", lambda: None)
    monkeypatch.setattr(background, "HOUR", 0.01)
    background.each_hour(over, [background.ask_for_reminders])

    assert len(asked) == 2
