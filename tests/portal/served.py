"""The portal behind a real server on this machine, with the demonstration in it and its people signed in."""

import json
import os
import shutil
import signal
import socket
import sqlite3
import time
import urllib.error
import urllib.request
from functools import cache
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import databases
import psycopg
import warm
from once import once

Connection = sqlite3.Connection | psycopg.Connection[tuple[Any, ...]]
SLUG, YEAR = "harbor-rehabilitation-group", 2026
# Run in a process of its own, since settings hold for a whole process.
_BUILD = """
from mips_ia.portal import demo, vaults
vaults.made_ready()
demo.build()
demo.keep()
"""
_TABLES = """
import django
django.setup()
from django.core.management import call_command
call_command("migrate", verbosity=0)
"""
_SESSIONS = """
import json
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from mips_ia.portal.models import Person
found = {}
for person in Person.objects.exclude(email__in=KNOWN):
    session = SessionStore()
    session[SESSION_KEY] = str(person.pk)
    session[BACKEND_SESSION_KEY] = "allauth.account.auth_backends.AuthenticationBackend"
    session[HASH_SESSION_KEY] = person.get_session_auth_hash()
    session.save()
    found[person.email] = session.session_key
print(json.dumps(found))
"""


class Served:
    """One portal in a folder of its own; `sessions` has the cookie of everybody who is in it.

    Its database is a file in the folder, or where the tests run on PostgreSQL one of its own there.
    """

    def __init__(
        self, home: Path | None = None, application: str = "mips_ia.portal.wsgi:application"
    ) -> None:
        self.home = home or databases.folder("mips-ia-served-")
        self.application = application
        self.port = free_port()
        self.address = f"http://127.0.0.1:{self.port}"
        self.process: warm.Forked | None = None
        self.sessions: dict[str, str] = {}
        self.database = self.template = ""
        self.second_factor = "optional"
        self.workers = 1  # the processes that answer
        self.mail = "dummy"  # the back end of Django that takes its messages
        self.told: dict[str, str] = {}  # what its environment has besides
        self.printed: Path | None = None  # where it prints, if not where the tests do

    @property
    def file(self) -> Path:
        """Where SQLite keeps it."""
        return self.home / "portal.sqlite3"

    @property
    def environment(self) -> dict[str, str]:
        """What the server is told: the demonstration's day, a session that lasts, a database of its own."""
        inherited = {name: each for name, each in os.environ.items() if name != "DJANGO_ALLOW_ASYNC_UNSAFE"}
        return inherited | {
            "DATABASE_URL": self.database or f"sqlite:///{self.file}",
            "DJANGO_SETTINGS_MODULE": "mips_ia.portal.settings",
            "MIPS_IA_HOME": str(self.home),
            "MIPS_IA_TODAY": "2026-09-16",
            "MIPS_IA_SECOND_FACTOR": self.second_factor,
            "MIPS_IA_IDLE_MINUTES": "600",
            "MIPS_IA_API_A_MINUTE": "100000",
            "MIPS_IA_MAIL_BACKEND": f"django.core.mail.backends.{self.mail}.EmailBackend",
            "PYTHONPATH": warm.PATHS,
            **self.told,
        }

    def python(self, code: str) -> str:
        """What a piece of Python prints that runs as this portal."""
        done = warm.finished(["-c", code], self.environment)
        if done.returncode:
            raise RuntimeError(done.stderr)
        return done.stdout

    def build(self, more: str = "") -> Self:
        """The database with the demonstration, and with what some more Python adds to it."""
        self._like(_demonstration())
        if more:
            self.add(more)
            self.template = self.database
            self._apart()
        return self

    def add(self, more: str) -> None:
        """What some Python adds, and a session for everybody who has none."""
        known = [f"{each}@demo.example" for each in self.sessions]
        found = self.python(f"import django\ndjango.setup()\nKNOWN = {known}\n{more}{_SESSIONS}")
        self.sessions |= {email.partition("@")[0]: key for email, key in json.loads(found).items()}

    def copy(self) -> "Served":
        """Another portal that begins as this one is now; this one must be built and need not run."""
        other = Served()
        other._like(self)
        return other

    def _like(self, other: "Served") -> None:
        """Folder, sessions and database as those of another are."""
        shutil.copytree(other.home, self.home, dirs_exist_ok=True)
        self.sessions, self.template = {**other.sessions}, other.template
        self._apart()

    def _apart(self) -> None:
        """Where the database is a server's, one that is copied stays as it is, and this one has its own."""
        if self.template:
            self.database = databases.another(self.template)

    def twin(self) -> "Served":
        """Another server of the same portal, on a port of its own."""
        other = Served(self.home, self.application)
        other.sessions, other.database = self.sessions, self.database
        return other

    def start(self) -> Self:
        """The server, when it answers."""
        self.run()
        until = time.monotonic() + 120
        while not self._answers():
            if time.monotonic() > until or self.process is None or self.process.poll() is not None:
                raise RuntimeError("the server does not answer")
            time.sleep(0.02)
        return self

    @property
    def command(self) -> list[str]:
        """What runs the server, after `python`."""
        return [
            "-m", "granian", "--interface", "wsgi", "--host", "127.0.0.1", "--port", str(self.port),
            "--workers", str(self.workers), "--blocking-threads", "4", "--log-level", "error",
            self.application,
        ]  # fmt: skip

    def run(self) -> None:
        """The server, which will answer in a while; nothing if it runs already."""
        if self.process is not None:
            return
        self.process = warm.Forked(self.command, self.environment, self.printed)

    def opened(self) -> Connection:
        """The database itself, past the portal."""
        if self.database:
            return psycopg.connect(self.database)
        found = sqlite3.connect(self.file)
        assert found.execute("pragma integrity_check").fetchone() == ("ok",)
        return found

    def _answers(self) -> bool:
        try:
            with urllib.request.urlopen(f"{self.address}/healthz", timeout=1) as answer:  # noqa: S310
                return bool(answer.status == 200)
        except (urllib.error.URLError, OSError):
            return False

    def kill(self) -> None:
        """As a power cut would: at once, with whatever it was doing."""
        self._end(signal.SIGKILL)

    def stop(self) -> None:
        """Tell it to end, and wait."""
        self._end(signal.SIGTERM)

    def _end(self, how: signal.Signals) -> None:
        if self.process is not None:
            os.killpg(self.process.pid, how)
            self.process.wait(10)
            self.process = None

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, what: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.kill()
        self.remove()

    def remove(self) -> None:
        """Nothing of it is left."""
        shutil.rmtree(self.home, ignore_errors=True)
        self.home.with_suffix(".log").unlink(missing_ok=True)  # what `mips-ia serve` printed beside it
        if self.database:
            databases.dropped(self.database)


@cache
def _demonstration() -> Served:
    """A portal that is built once in a run and never served; it goes with the run."""

    def build(place: Path) -> None:
        found = Served(place / "home")
        found.home.mkdir()
        found.database = empty(found.file)
        found.add(_BUILD)
        told = {"sessions": found.sessions, "template": found.database}
        Path(place, "built.json").write_text(json.dumps(told), encoding="utf-8")

    place = once("demonstration", build)
    found = Served(place / "home")
    vars(found).update(json.loads(Path(place, "built.json").read_text(encoding="utf-8")))
    return found


def empty(file: Path) -> str:
    """A database with all tables and no row: this file, or the address of one on PostgreSQL."""

    def build(place: Path) -> None:
        found = Served(place)
        found.database = databases.another() if databases.ON_POSTGRES else ""
        found.python(_TABLES)
        Path(place, "address").write_text(found.database, encoding="utf-8")

    place = once("empty", build)
    address = Path(place, "address").read_text(encoding="utf-8")
    if address:
        return databases.another(address)
    shutil.copyfile(place / "portal.sqlite3", file)
    return ""


def free_port() -> int:
    """A port of this machine that nobody listens on."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])
