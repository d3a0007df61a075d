"""People who do the same at the same moment: everybody is answered in words, and nothing is lost."""

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
import requests
from served import Served

_ALL_AT_ONCE = """
import json, threading, django
django.setup()
from django.db import connection
from datetime import date
from mips_ia.portal.actions import batches, invitations, ledger
from mips_ia.portal.log import note, writing
from mips_ia.portal.models import *
from mips_ia.portal.demo import npi_of, NAME
from mips_ia.portal.safe import whole
from mips_ia.portal.tenancy import access_of, may_add_in
from signing import signed_in, P
practice = Practice.objects.get(name=NAME)
access = access_of(Person.objects.get(email="manager@demo.example"), practice.slug, 2026)
admin = access_of(Person.objects.get(email="admin@demo.example"), practice.slug, 2026)

def at_once(*calls):
    start, told = threading.Barrier(len(calls)), []
    def one(call):
        start.wait()
        try:
            answer = call()
            told.append(getattr(answer, "status_code", None))
        except Exception as error:
            told.append(repr(error))
        finally:
            connection.close()
    threads = [threading.Thread(target=one, args=[each]) for each in calls]
    for each in threads: each.start()
    for each in threads: each.join()
    return sorted(map(str, told))
"""

_TO_SIGN = """
from mips_ia.portal.statements import mark, own
to_sign = []
for number in range(50):
    email = f"many{number}@demo.example"
    person = Person.objects.create_user(email, None, name=f"Many {number}")
    clinician = Clinician.objects.create(
        practice=practice, npi=npi_of(500 + number), first_name="Many", last_name=str(number), person=person,
    )
    Stay.objects.create(year=access.year, clinician=clinician, billed=True)
    window = ledger.enter(access, clinician, "IA_PSPA_21", date(2026, 3, 2), date(2026, 5, 30))
    session = signed_in(person).session.session_key
    to_sign.append((session, f"/sign/{window.id}/", clinician.spoken, mark(own(window))))
print(json.dumps(to_sign))
"""
_SIGNED = """
signed = Signature.objects.filter(window__clinician__first_name="Many")
print(json.dumps({
    "signatures": signed.count(),
    "windows": len(set(signed.values_list("window", flat=True))),
    "numbers": len(set(signed.values_list("number", flat=True))),
    "log": Entry.objects.filter(action="own", practice=practice).count() - Signature.objects.filter(
        kind="own").exclude(window__clinician__first_name="Many").count(),
    "faults": [str(each) for each in whole.checked().problems],
}))
"""

_THE_SAME = """
def posts(address, *every, who=admin.person):
    sent = [(signed_in(who) if who else Client(SERVER_NAME="localhost"), each) for each in every]
    return at_once(*(lambda c=c, each=each: c.post(address, each) for c, each in sent))

from django.test import Client
found = {}
site = {"name": "North Street", "zip": ""}
found["a site"] = posts(f"{P}/roster/sites/", site, site, site)
one, two = (Site.objects.create(practice=practice, name=each) for each in ("One", "Two"))
renamed = {"name": "Three", "zip": ""}
clients = [(signed_in(admin.person), f"{P}/roster/sites/{each.id}/") for each in (one, two)]
found["a site's name"] = at_once(*(lambda c=c, a=a: c.post(a, renamed) for c, a in clients))
new = {"name": "Example Practice", "tin": "000000901", "year": "2026"}
found["a TIN"] = posts("/practices/new/", new, new, new)
found["an address"] = posts("/practices/new/", *({**new, "tin": f"00000091{each}"} for each in range(4)))
links = [
    invitations.invite(admin, name="Robin", email="robin@demo.example", role=role, everywhere=True)[1]
    for role in ("admin", "manager", "registry")
]
joins = {"name": "Robin", "password": "four green bridges at noon"}
clients = [(Client(SERVER_NAME="localhost"), f"/invitation/{each}/") for each in (*links, links[0])]
found["an account"] = at_once(*(lambda c=c, a=a: c.post(a, joins) for c, a in clients))
print(json.dumps(found))
"""

_BATCH_MEANWHILE = """
rows = b"tin,performance_year,npi,last_name\\n" + (
    f"{practice.tin},2026,{practice.clinicians.first().npi},Changed\\n".encode()
)
member = next(each for each in may_add_in(admin.person) if each.organization_id == practice.organization_id)
batch = batches.keep(member, [("roster.csv", rows)])
began, ended = threading.Event(), threading.Event()
def meanwhile():
    with writing(practice):
        note(access, "looked", "here")
        began.set()
        ended.wait(1)
def save():
    began.wait()
    batches.save(batch, batch.found["seal"])
    ended.set()
told = at_once(meanwhile, save)
batch.refresh_from_db()
print(json.dumps({"told": told, "saved": bool(batch.saved_at), "why": batch.told,
                  "faults": [str(each) for each in whole.checked().problems]}))
"""

# No process knows of what another has used, as far as the package for second factors remembers it.
_ONE_CODE = """
from types import SimpleNamespace
from allauth.mfa.totp.internal import auth
from apps import App, Clock
from django.test import Client
from mips_ia.portal import statements
from mips_ia.portal.actions.tokens import make
from signing import window
clock = Clock()
auth.time, auth.cache = SimpleNamespace(time=clock.time), SimpleNamespace(add=lambda *a, **k: True)
kim = Person.objects.get(email="kim@demo.example")
code, (secret, _) = App(kim, clock).code(), make(kim, "a test", ["sign"], 1)
said, why = window("Kim", "IA_BE_16"), "the days were wrong"
def sends(row, what, says, **rest):
    body = {"statement": says, "typed_name": "Soo-jin Kim", "code": code} | rest
    client = Client(SERVER_NAME="localhost", headers={"Authorization": f"Bearer {secret}"})
    address = f"/api/practices/{practice.slug}/2026/windows/{row.id}/{what}"
    return lambda: client.post(address, body, content_type="application/json")
row, before = window("Kim"), Signature.objects.count()
told = at_once(
    sends(row, "sign", statements.own(row)), sends(row, "decline", statements.declined(row)),
    sends(said, "withdraw", statements.withdrawn(said.signatures.get(), why), reason=why),
)
print(json.dumps({"told": told, "said": Signature.objects.count() - before,
                  "faults": [str(each) for each in whole.checked().problems]}))
"""


@pytest.fixture(scope="module")
def served() -> Iterator[Served]:
    built = Served().build()
    yield built
    built.remove()


def _run(served: Served, what: str) -> Any:
    return json.loads(served.python(_ALL_AT_ONCE + what))


def test_fifty_clinicians_who_sign_at_once_lose_nothing_and_double_nothing(served: Served) -> None:
    to_sign = _run(served, _TO_SIGN)
    served.workers = 2
    served.start()
    start = Barrier(len(to_sign) * 3 // 2)

    def signs(session: str, address: str, name: str, stated: str) -> int:
        token = "x" * 32
        with requests.Session() as browser:
            browser.cookies.update({"sessionid": session, "csrftoken": token})
            start.wait()
            given = {"name": name, "stated": stated, "csrfmiddlewaretoken": token}
            answer = browser.post(served.address + address, given, timeout=60, allow_redirects=False)
        return answer.status_code

    every = [*to_sign, *to_sign[::2]]  # every second page is sent twice at once
    with ThreadPoolExecutor(len(every)) as pool:
        told = [*pool.map(lambda each: signs(*each), every)]
    served.stop()

    assert told == [303] * 75
    assert _run(served, _SIGNED) == {
        "signatures": 50, "windows": 50, "numbers": 50, "log": 50, "faults": [],
    }  # fmt: skip


def test_who_was_not_the_first_reads_why(served: Served) -> None:
    assert _run(served, _THE_SAME) == {
        "a site": ["200", "200", "303"], "a site's name": ["200", "303"], "a TIN": ["200", "200", "303"],
        "an address": ["303"] * 4, "an account": ["200", "200", "200", "303"],
    }  # fmt: skip


def test_files_of_many_practices_wait_for_whoever_writes_at_one_of_them(served: Served) -> None:
    found = _run(served, _BATCH_MEANWHILE)

    assert found == {"told": ["None", "None"], "saved": True, "why": "", "faults": []}


def test_one_code_of_an_app_makes_one_statement_however_many_are_sent_at_once(served: Served) -> None:
    assert _run(served, _ONE_CODE) == {"told": ["200", "403", "403"], "said": 1, "faults": []}
