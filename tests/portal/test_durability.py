"""A power cut in the middle of writing loses nothing that was acknowledged, and leaves nothing half done.

Fifty cuts on each database; `MIPS_IA_KILLS` says how many others.
"""

import json
import os
import random
import threading
import time
import urllib.error
import urllib.request
from collections import Counter
from contextlib import closing
from datetime import date, timedelta
from http.client import HTTPException
from typing import Any

from served import SLUG, YEAR, Served

ROUNDS = int(os.environ.get("MIPS_IA_KILLS", "50"))
WRITERS = 4
_WRITES = """
import json, django
django.setup()
from mips_ia.portal.actions.tokens import make
from mips_ia.portal.models import Clinician, Person
secret, _ = make(Person.objects.get(email="manager@demo.example"), "writes", ["read", "write"], 1)
print(json.dumps([secret, list(Clinician.objects.values_list("npi", flat=True))]))
"""
_WHOLE = """
import django
django.setup()
from mips_ia.portal.safe import whole
print([str(each) for each in whole.checked().problems])
"""


class Writer(threading.Thread):
    """Enters windows one after another and changes each, until the server is gone; `told` has the answers."""

    def __init__(self, server: Served, secret: str, windows: list[dict[str, Any]]) -> None:
        super().__init__(daemon=True)
        self.server, self.secret, self.windows = server, secret, windows
        self.told: list[dict[str, Any]] = []

    def run(self) -> None:
        while self.windows:
            window = self.windows.pop()
            entered = self._write(window)
            longer = entered and {**window, "last": f"{YEAR}-12-31", "replaces": entered["id"]}
            if not longer or not self._write(longer):
                return

    def _write(self, window: dict[str, Any]) -> dict[str, Any] | None:
        asked = urllib.request.Request(  # noqa: S310 - this machine's own server
            f"{self.server.address}/api/practices/{SLUG}/{YEAR}/windows", json.dumps(window).encode(),
            {"Authorization": f"Bearer {self.secret}", "Content-Type": "application/json"},
        )  # fmt: skip
        try:
            with urllib.request.urlopen(asked, timeout=10) as answer:  # noqa: S310
                self.told.append(json.load(answer))
        except urllib.error.HTTPError as refused:
            raise AssertionError(refused.read()) from refused
        except (urllib.error.URLError, HTTPException, OSError, ValueError):
            return None
        return self.told[-1]


def windows(npis: list[str]) -> list[list[dict[str, Any]]]:
    """Windows that nobody has entered, a pile for each writer."""
    days = (date(YEAR, 1, 10) + timedelta(days=each) for each in range(200))
    found = [
        {"npi": npi, "activity": activity, "first": str(day), "last": str(day + timedelta(days=95))}
        for day in days for activity in ("IA_BE_16", "IA_PSPA_21", "IA_BMH_12") for npi in npis
    ]  # fmt: skip
    return [found[place::WRITERS] for place in range(WRITERS)]


def kept(server: Served) -> tuple[dict[int, tuple[Any, ...]], Counter[str], Counter[int]]:
    """What it has: windows by id, lines of the log by record, and successors by window."""
    with closing(server.opened()) as found:
        rows = found.execute("select id, activity, first, last, replaced_at, replaces_id from portal_window")
        held = {row[0]: (row[1], str(row[2]), str(row[3]), *row[4:]) for row in rows}
        lines = Counter(row[0] for row in found.execute(
            "select record from portal_entry where action in ('window entered', 'window changed')"
        ))  # fmt: skip
    return held, lines, Counter(row[4] for row in held.values() if row[4])


def test_what_was_acknowledged_is_there_after_every_kill() -> None:
    chance, first, told = random.Random(1), Served().build(), []
    secret, npis = json.loads(first.python(_WRITES))
    piles, server, after = windows(npis), first, first.twin()
    try:
        for _ in range(ROUNDS):
            server.start()
            after.run()  # while this one is written to
            writers = [Writer(server, secret, pile) for pile in piles]
            for writer in writers:
                writer.start()
            _after_some(writers, chance)
            server.kill()
            for writer in writers:
                writer.join(15)
                told += writer.told

            held, lines, successors = kept(server)

            lost = [each for each in told if held.get(each["id"], ())[:3] != _days(each)]
            assert lost == []
            assert {id: lines[f"window {id}"] for id in held} == dict.fromkeys(held, 1)
            assert all(successors[id] == bool(row[3]) for id, row in held.items())
            server, after = after, server
        assert len(told) > 5 * ROUNDS
        assert first.python(_WHOLE).strip() == "[]"
    finally:
        server.kill()
        after.kill()
        first.remove()


def _after_some(writers: list[Writer], chance: random.Random) -> None:
    """Wait until several writes were acknowledged, and then for a moment that falls anywhere in the next."""
    until, enough = time.monotonic() + 20, chance.randint(6, 12)
    while sum(len(each.told) for each in writers) < enough and time.monotonic() < until:
        time.sleep(0.005)
    time.sleep(chance.uniform(0, 0.1))


def _days(window: dict[str, Any]) -> tuple[str, str, str]:
    return window["activity"], window["first"], window["last"]
