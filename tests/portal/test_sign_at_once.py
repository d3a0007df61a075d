"""Fifty people who sign at the same moment."""

import json

from served import Served

_AT_ONCE = """
import json, threading, time, django
django.setup()
from django.db import connection
from datetime import date
from mips_ia.portal.actions import ledger
from mips_ia.portal.log import broken
from mips_ia.portal.models import *
from mips_ia.portal.demo import npi_of, NAME
from mips_ia.portal.tenancy import access_of
from signing import signed_in
practice = Practice.objects.get(name=NAME)
access = access_of(Person.objects.get(email="manager@demo.example"), practice.slug, 2026)
clients = []
for number in range(50):
    email = f"many{number}@demo.example"
    if number % 2 == 0:  # each window is signed twice at once: a page that was sent twice
        person = Person.objects.create_user(email, None, name=f"Many {number}")
        clinician = Clinician.objects.create(
            practice=practice, npi=npi_of(500 + number), first_name="Many", last_name=str(number),
            person=person,
        )
        Stay.objects.create(year=access.year, clinician=clinician, billed=True)
        window = ledger.enter(access, clinician, "IA_PSPA_21", date(2026, 3, 2), date(2026, 5, 30))
    clients.append((signed_in(person), window, clinician.spoken))
start, told = threading.Barrier(50), []
def sign(client, window, name):
    start.wait()
    try:
        told.append(client.post(f"/sign/{window.id}/", {"name": name}).status_code)
    except Exception as error:
        told.append(repr(error))
    finally:
        connection.close()
threads = [threading.Thread(target=sign, args=each) for each in clients]
for each in threads: each.start()
for each in threads: each.join()
signed = Signature.objects.filter(window__clinician__first_name="Many")
print(json.dumps({
    "told": sorted(map(str, told)), "signatures": signed.count(),
    "windows": len(set(signed.values_list("window", flat=True))),
    "numbers": len(set(signed.values_list("number", flat=True))),
    "log": Entry.objects.filter(action="own", practice=practice).count() - Signature.objects.filter(
        kind="own").exclude(window__clinician__first_name="Many").count(),
    "sealed": broken(practice) is None,
}))
"""


def test_fifty_who_sign_at_once_lose_nothing_and_double_nothing() -> None:
    served = Served().build()
    try:
        found = json.loads(served.python(_AT_ONCE))
    finally:
        served.remove()

    assert found == {
        "told": ["303"] * 50, "signatures": 25, "windows": 25, "numbers": 25, "log": 25, "sealed": True,
    }  # fmt: skip
