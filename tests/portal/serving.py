"""`mips-ia serve` as somebody starts it: a process of its own, with a folder of its own.

The folder is empty, or has the tables already, which it would take the processor longest to make.
"""

import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path
from types import TracebackType
from typing import Self

import databases
import requests
from served import empty, free_port

ROOT = Path(__file__).resolve().parents[2]
FIRST = {
    "organization": "Example Health", "name": "Alex Rivera", "email": "alex@example.org",
    "password": "four green bridges at noon",
}  # fmt: skip
KEPT = ("PATH", "HOME", "LANG", "TMPDIR")  # nothing that this run of the tests decided
_DATABASES: dict[Path, str] = {}  # where the tests run on PostgreSQL: of each folder that is served


class Portal:
    """It answers at `address`; `said` is what it printed, and `code` how it ended."""

    def __init__(self, home: Path, *options: str, tables: bool = True, **environment: str) -> None:
        self.home, self.options, self.port = home, options, free_port()
        self.address = f"http://localhost:{self.port}"
        inherited = {name: os.environ[name] for name in KEPT if name in os.environ}
        told = {"PYTHONPATH": str(ROOT / "src"), "PYTHONUNBUFFERED": "1"}
        if tables and not home.exists():
            home.mkdir(mode=0o700)
            _DATABASES[home] = empty(home / "portal.sqlite3")
        if databases.ON_POSTGRES:
            if home not in _DATABASES:
                _DATABASES[home] = databases.another()
            told["DATABASE_URL"] = _DATABASES[home]
        self.environment = inherited | told | environment
        self.printed = home.with_suffix(".log")
        self.code: int | None = None

    @property
    def said(self) -> str:
        return self.printed.read_text(encoding="utf-8")

    def run(self) -> subprocess.Popen[bytes]:
        """The process, as it is."""
        command = [sys.executable, "-m", "mips_ia.cli.main", "serve", "--home", str(self.home)]
        with self.printed.open("wb") as printed:
            return subprocess.Popen(
                [*command, "--port", str(self.port), *self.options],
                env=self.environment, stdout=printed, stderr=subprocess.STDOUT, cwd=ROOT,
            )  # fmt: skip

    def __enter__(self) -> Self:
        self.process = self.run()
        until = time.monotonic() + 300
        while not self._answers():
            if time.monotonic() > until or self.process.poll() is not None:
                self.stop()
                raise RuntimeError(self.said)
            time.sleep(0.1)
        return self

    def _answers(self) -> bool:
        try:
            return requests.get(f"{self.address}/healthz", timeout=2).ok
        except requests.RequestException:
            return False

    def stop(self, how: signal.Signals = signal.SIGINT) -> None:
        """As Ctrl-C does."""
        if self.process.poll() is None:
            self.process.send_signal(how)
        self.code = self.process.wait(40)

    def __exit__(
        self, kind: type[BaseException] | None, what: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()


def send(
    browser: requests.Session, address: str, *, allow_redirects: bool = True, **fields: str
) -> requests.Response:
    """Fill in the first form of a page and send it, with the mark of the statement that was read."""
    page = browser.get(address, timeout=20)
    found = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page.text)
    assert found, page.text
    read = dict(re.findall(r'name="(stated)" value="(\w+)"', page.text))
    given = {"csrfmiddlewaretoken": found[1], **read, **fields}
    return browser.post(address, given, timeout=20, allow_redirects=allow_redirects)
