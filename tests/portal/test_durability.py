"""A power cut in the middle of writing loses nothing that was acknowledged, and leaves nothing half done.

A hundred cuts on each database, while three programs enter windows and a clinician signs and withdraws;
`MIPS_IA_KILLS` says how many others.
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

import requests
from served import SLUG, YEAR, Served
from serving import send

ROUNDS = int(os.environ.get("MIPS_IA_KILLS", "100"))
WRITERS = 3
_WRITES = """
import json, django
django.setup()
from mips_ia.portal.actions.tokens import make
from mips_ia.portal.models import Clinician, Person
secret, _ = make(Person.objects.get(email="manager@demo.example"), "writes", ["read", "write"], 1)
import time
from django.contrib.sessions.backends.db import SessionStore
from mips_ia.portal.asked import of_person
kim = Person.objects.get(email="kim@demo.example")
session = SessionStore(SESSIONS)
session["account_authentication_methods"] = [{"method": "password", "at": time.time() + 3600}]
session["account_authentication_methods_user"] = str(kim.pk)
session.save()
window = of_person(kim)[0].window
always = Clinician.objects.filter(stays__year__year=2026, stays__joined_on=None, stays__left_on=None)
npis = [*always.exclude(person=kim).distinct().values_list("npi", flat=True)]
assert len(npis) > 10
print(json.dumps([secret, npis, window.id]))
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


class Signer(threading.Thread):
    """A clinician who signs one window and withdraws, over and over; `told` has what was acknowledged."""

    def __init__(self, server: Served, window: int, signed: bool) -> None:
        super().__init__(daemon=True)
        self.address, self.signed = f"{server.address}/sign/{window}/", signed
        self.browser, self.told = requests.Session(), []
        self.browser.cookies.set("sessionid", server.sessions["kim"])

    def run(self) -> None:
        name = {"name": "Soo-jin Kim"}
        try:
            while True:
                what = {**name, "reason": "it was another week"} if self.signed else name
                address = f"{self.address}withdraw/" if self.signed else self.address
                answer = send(self.browser, address, allow_redirects=False, **what)
                assert answer.headers["Location"].endswith("/receipt/"), answer.text
                self.told.append("withdrawn" if self.signed else "own")
                self.signed = not self.signed
        except (requests.RequestException, OSError):
            return


def signed(server: Served, window: int) -> list[str]:
    """What was said of the window, each once in the log."""
    with closing(server.opened()) as found:
        rows = found.execute(f"select kind from portal_signature where window_id = {window:d} order by id")
        kinds = [row[0] for row in rows]
        lines = found.execute(
            "select action from portal_entry where action in ('own', 'withdrawn') "
            f"and record = 'window {window:d}' order by id"
        )
        assert [row[0] for row in lines] == kinds
    return kinds


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
    secret, npis, window = json.loads(first.python(_WRITES.replace("SESSIONS", repr(first.sessions["kim"]))))
    said: list[str] = []
    acknowledged = 0
    piles, server, after = windows(npis), first, first.twin()
    try:
        for _ in range(ROUNDS):
            server.start()
            after.run()  # while this one is written to
            signer = Signer(server, window, bool(said) and said[-1] == "own")
            writers = [Writer(server, secret, pile) for pile in piles]
            for each in (*writers, signer):
                each.start()
            _after_some(writers, signer, chance)
            server.kill()
            for each in (*writers, signer):
                each.join(15)
            told += [answer for writer in writers for answer in writer.told]

            held, lines, successors = kept(server)

            lost = [each for each in told if held.get(each["id"], ())[:3] != _days(each)]
            assert lost == []
            assert {id: lines[f"window {id}"] for id in held} == dict.fromkeys(held, 1)
            assert all(successors[id] == bool(row[3]) for id, row in held.items())
            now = signed(server, window)
            new = now[len(said) :]
            assert now[: len(said)] == said
            assert new[: len(signer.told)] == signer.told
            assert len(new) <= len(signer.told) + 1  # what the last answer was to tell
            assert now == ["own", "withdrawn"] * (len(now) // 2) + ["own"] * (len(now) % 2)
            said, acknowledged = now, acknowledged + len(signer.told)
            server, after = after, server
        assert len(told) > 5 * ROUNDS
        assert acknowledged > ROUNDS
        assert first.python(_WHOLE).strip() == "[]"
    finally:
        server.kill()
        after.kill()
        first.remove()


def _after_some(writers: list[Writer], signer: Signer, chance: random.Random) -> None:
    """Wait until several writes and a signature or two were acknowledged, and then for a moment that falls
    anywhere in the next."""
    until, enough, signatures = time.monotonic() + 20, chance.randint(6, 12), chance.randint(1, 2)
    while time.monotonic() < until:
        if sum(len(each.told) for each in writers) >= enough and len(signer.told) >= signatures:
            break
        time.sleep(0.005)
    time.sleep(chance.uniform(0, 0.1))


def _days(window: dict[str, Any]) -> tuple[str, str, str]:
    return window["activity"], window["first"], window["last"]
