"""A power cut in the middle of writing loses nothing that was acknowledged, and leaves nothing half done.

A hundred cuts on each database, while one program enters windows and another one saves and undoes files of
clinicians, a clinician signs several windows at once and withdraws one, and an official locks and unlocks a
year; `MIPS_IA_KILLS` says how many others. What becomes of evidence is cut at each step elsewhere.
"""

import json
import os
import random
import time
from collections import Counter
from collections.abc import Iterable
from contextlib import closing
from datetime import date, timedelta
from typing import Any

from doing import Doing, Locker, Rostered, Signer, Windows
from served import YEAR, Connection, Served

ROUNDS = int(os.environ.get("MIPS_IA_KILLS", "100"))
VISITING = 8  # the clinicians of a file
_WRITES = """
import json, time, django
django.setup()
from datetime import date
from django.contrib.sessions.backends.db import SessionStore
from mips_ia.portal import demo
from mips_ia.portal.actions import ledger
from mips_ia.portal.actions.tokens import make
from mips_ia.portal.models import Clinician, Membership, Person, Practice
from mips_ia.portal.tenancy import access_of
demo.others()
manager, kim = (Person.objects.get(email=f"{each}@demo.example") for each in ("manager", "kim"))
for person, session in ((manager, MANAGER), (kim, KIM)):
    session = SessionStore(session)
    session["account_authentication_methods"] = [{"method": "password", "at": time.time() + 3600}]
    session["account_authentication_methods_user"] = str(person.pk)
    session.save()
cove = Practice.objects.get(name="Cove Pain Clinic")
official = {"role": "manager", "signing_official": True}
Membership.objects.create(person=manager, organization=cove.organization, practice=cove, **official)
harbor = access_of(manager, Practice.objects.get(name=demo.NAME).slug, 2026)
signing = ("IA_PSPA_21", "IA_BMH_12", "IA_AHW_1")
ledger.choose(harbor, "IA_AHW_1")
for activity in signing[1:]:
    ledger.enter(harbor, kim.clinicians.get(), activity, date(2026, 2, 2), date(2026, 6, 30))
always = Clinician.objects.filter(
    practice=harbor.practice, stays__year__year=2026, stays__joined_on=None, stays__left_on=None
)
secret, _ = make(manager, "writes", ["read", "write"], 1)
print(json.dumps({
    "secret": secret, "signing": signing, "clinician": kim.clinicians.get().id,
    "npi": kim.clinicians.get().npi,
    "npis": [*always.exclude(person=kim).distinct().values_list("npi", flat=True)],
    "visiting": [demo.npi_of(number) for number in range(700, 700 + NUMBER)],
    "year": f"/p/{cove.slug}/2026/", "cove": access_of(manager, cove.slug, 2026).year.id,
}))
"""
_WHOLE = """
import django
django.setup()
from mips_ia.portal.safe import whole
print([str(each) for each in whole.checked().problems])
"""


class Acknowledged:
    """What was acknowledged until now, and what is in the database after each cut."""

    def __init__(self, found: Connection, told: dict[str, Any]) -> None:
        self.windows = list[dict[str, Any]]()
        self.signing, self.clinician, self.npi = told["signing"], told["clinician"], told["npi"]
        self.said = _said(found)
        self.npis, self.saved = told["visiting"], list[int]()  # the files that are saved now
        self.cove, self.locks = told["cove"], list[str]()

    def entered(self, found: Connection, new: list[dict[str, Any]]) -> None:
        """Each window is there with one line of the log, and what was replaced has one successor."""
        self.windows += new
        rows = found.execute("select id, activity, first, last, replaced_at, replaces_id from portal_window")
        held = {row[0]: (row[1], str(row[2]), str(row[3]), *row[4:]) for row in rows}
        lines = Counter(
            column(found, "record from portal_entry where action in ('window entered', 'window changed')")
        )
        successors = Counter(row[4] for row in held.values() if row[4])
        assert [each for each in self.windows if held.get(each["id"], ())[:3] != _days(each)] == []
        assert {id: lines[f"window {id}"] for id in held} == dict.fromkeys(held, 1)
        assert all(successors[id] == bool(row[3]) for id, row in held.items())

    def signed(self, found: Connection, new: list[tuple[int, str]]) -> None:
        """What was said of each window is there, once in the log; several that are signed each by itself."""
        now = _said(found)
        lines = "from portal_entry where action in ('own', 'withdrawn') order by id"
        told = [(record, action) for record, action in found.execute(f"select record, action {lines}")]
        more = now[len(self.said) :]
        assert told == [(f"window {id}", kind) for id, kind in now]
        assert now[: len(self.said)] == self.said
        assert {*new} <= {*more}
        assert len(more) - len(new) <= len(self.signing)  # what the last answer was to tell
        assert len({*now}) == len(now)
        self.said = now

    def to_sign(self, found: Connection) -> dict[int, dict[str, str]]:
        """The windows that hold of whoever signs."""
        held = f"activity in {_sql(self.signing)} and replaced_at is null and clinician_id = {self.clinician}"
        rows = found.execute(f"select id, activity, first from portal_window where {held}")
        return {id: {"npi": self.npi, "activity": what, "first": str(first)} for id, what, first in rows}

    def rostered(self, found: Connection, new: list[tuple[int, str]]) -> None:
        """Of each file all clinicians are on the roster or none, and the log has as many lines."""
        rows = found.execute("select id, saved_at, undone_at from portal_upload").fetchall()
        done = {"saved": [id for id, at, _ in rows if at], "undone": [id for id, _, at in rows if at]}
        for what, files in done.items():
            assert {id for id, did in new if did == what} <= {*files}
            lines = column(found, f"record from portal_entry where action = 'file {what}'")
            assert sorted(lines) == sorted(f"upload {id}" for id in files)
        saved, undone = map(len, done.values())
        assert 0 <= saved - undone <= 1
        here = "from portal_clinician c join portal_stay s on s.clinician_id = c.id "
        here += f"where npi in {_sql(self.npis)}"
        records = _sql(f"clinician {each}" for each in self.npis)
        lines = f"from portal_entry where record in {records} and action = 'clinician "
        counted = [column(found, f"count(*) {each}")[0] for each in (
            here, f"{here} and ended_at is null", f"{lines}added'", f"{lines}undone'"
        )]  # fmt: skip
        assert counted == [len(self.npis) * each for each in (saved, saved - undone, saved, undone)]
        self.saved = sorted({*done["saved"]} - {*done["undone"]})

    def locked(self, found: Connection, new: list[str]) -> None:
        """Each lock and its end is there with its line and its leaf, and a lock with its score and files."""
        rows = found.execute(
            "select kind, digest, cast(answer as text), qpp_json, qrda3 from portal_final "
            f"where year_id = {self.cove} order by id"
        ).fetchall()
        now = [kind for kind, *_ in rows]
        assert now == in_turn("locked", "unlocked", len(now))
        assert 0 <= len(now) - len(self.locks) - len(new) <= 1
        for kind, _, answer, *files in rows:
            assert ("score" in json.loads(answer)) == all(files) == (kind == "locked")
        digests = [digest for _, digest, *_ in rows]
        lines = found.execute(
            "select action, cast(after as text) from portal_entry "
            "where action in ('year locked', 'year unlocked') order by id"
        )
        assert [(each, json.loads(after)["digest"]) for each, after in lines] == [
            (f"year {kind}", digest) for kind, digest in zip(now, digests, strict=True)
        ]
        leaves = column(found, "content from portal_leaf where content like '%\"final\"%'")
        assert sorted(json.loads(each)["digest"] for each in leaves) == sorted(digests)
        self.locks = now


def _said(found: Connection) -> list[tuple[int, str]]:
    """What was said of windows by those whose they are, in its order."""
    says = "from portal_signature where kind in ('own', 'withdrawn') order by id"
    return [(id, kind) for id, kind in found.execute(f"select window_id, kind {says}")]


def column(found: Connection, asked: str) -> list[Any]:
    """The only column of what is asked."""
    return [row[0] for row in found.execute(f"select {asked}")]  # type: ignore[arg-type]


def in_turn(first: str, second: str, many: int) -> list[str]:
    """One and the other, so many times."""
    return [second if place % 2 else first for place in range(many)]


def windows(npis: list[str]) -> list[dict[str, Any]]:
    """Windows that nobody has entered."""
    days = (date(YEAR, 1, 10) + timedelta(days=each) for each in range(200))
    return [
        {"npi": npi, "activity": activity, "first": str(day), "last": str(day + timedelta(days=95))}
        for day in days for activity in ("IA_BE_16", "IA_PSPA_21", "IA_BMH_12") for npi in npis
    ]  # fmt: skip


def test_what_was_acknowledged_is_there_after_every_kill() -> None:
    chance, first = random.Random(1), Served().build()
    given = f"MANAGER, KIM, NUMBER = {(*(first.sessions[each] for each in ('manager', 'kim')), VISITING)}"
    told = json.loads(first.python(given + _WRITES))
    secret, acts = told["secret"], Counter[str]()
    pile, server, after = windows(told["npis"]), first, first.twin()
    with closing(first.opened()) as found:
        kept = Acknowledged(found, told)
        to_sign = kept.to_sign(found)
    try:
        for _ in range(ROUNDS):
            server.start()
            after.run()  # while this one is written to
            writer = Windows(server, secret, pile)
            signer = Signer(server, secret, to_sign, {id for id, _ in kept.said if id in to_sign})
            roster = Rostered(server, secret, told["visiting"], *kept.saved)
            locker = Locker(server, secret, told["year"], kept.locks[-1:] == ["locked"])
            people = (writer, signer, roster, locker)
            for each in people:
                each.start()
            _after_some(people, chance)
            server.kill()
            for each in people:
                each.join(15)
            acts.update({type(each).__name__: len(each.told) for each in people})
            with closing(server.opened()) as found:
                kept.entered(found, writer.told)
                kept.signed(found, signer.told)
                kept.rostered(found, roster.told)
                kept.locked(found, locker.told)
                to_sign = kept.to_sign(found)
            server, after = after, server
        assert min(acts.values()) >= ROUNDS
        assert first.python(_WHOLE).strip() == "[]"
    finally:
        server.kill()
        after.kill()
        first.remove()


def _after_some(people: Iterable[Doing], chance: random.Random) -> None:
    """Wait until everybody did something, and then for a moment that falls anywhere in the next."""
    until = time.monotonic() + 20
    while time.monotonic() < until and not all(each.told for each in people):
        for each in people:
            if each.wrong:
                raise each.wrong
        time.sleep(0.005)
    time.sleep(chance.uniform(0, 0.1))


def _days(window: dict[str, Any]) -> tuple[str, str, str]:
    return window["activity"], window["first"], window["last"]


def _sql(texts: Iterable[str]) -> str:
    return f"({', '.join(map(repr, texts))})"
