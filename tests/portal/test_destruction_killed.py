"""A power cut at each step of a destruction: once two agreed, nothing of the bytes is left for good."""

from collections.abc import Iterator
from contextlib import closing

import pytest
import requests
from mortal import MortalServed
from served import SLUG, YEAR

FILES = 30  # more than a destruction has steps
BEFORE = 2  # steps before anything is destroyed: the commits of what is noted of a request, and the own one
# Files that one administrator asked to be destroyed, and a binder with all of them, some years later.
_ASKED = f"""
import json
from mips_ia.portal.actions import binders, evidence, retention
from mips_ia.portal.models import Membership, Person
from mips_ia.portal.tenancy import access_of
manager, admin = (
    access_of(Person.objects.get(email=name + "@demo.example"), "{SLUG}", {YEAR})
    for name in ("manager", "admin")
)
second = Person.objects.create_user("second@demo.example", None, name="Second Administrator")
Membership.objects.create(person=second, organization=manager.practice.organization, role="admin")
for number in range({FILES}):
    told = {{"name": f"{{number}}.txt", "media_type": "text/plain"}}
    revision = evidence.receive(manager, f"Words of file {{number}}.".encode() * 9, told)
    evidence.use(manager, revision.evidence, "IA_PSPA_21", "screening_program", kind="policy",
                 note=str(number))
    retention.ask(admin, revision.evidence, "Its time is over.")
row = binders.ask(manager)
row.refresh_from_db()
assert row.made_at
"""
# What a server does first when it is started again, and what is left then.
_STARTED = """
import django, os, time
django.setup()
from mips_ia.portal import vaults
from mips_ia.portal.management.commands.background import of_a_minute
from mips_ia.portal.models import Binder, Evidence, Forgetting, Revision
from mips_ia.portal.safe import files, whole
of_a_minute()
files.HOUR = 0  # nothing comes in
time.sleep(0.1)
gone = {each.number for each in Evidence.objects.filter(destruction__agreed_at__isnull=False)}
there = {*vaults.store().digests()}
for each in Revision.objects.select_related("evidence"):
    assert (each.sha256 in there) == (each.evidence.number not in gone), each
assert len(vaults.store().place.names("bodies")) == len(there)
row = Binder.objects.get()
assert (row.sha256 in there) == (row.gone_at is None) == (not gone), row
assert not Forgetting.objects.exists()
print(len(gone), [str(each) for each in whole.checked().problems])
"""


@pytest.fixture(scope="module")
def portal() -> Iterator[MortalServed]:
    found = MortalServed()
    found.told = {"MIPS_IA_TODAY": "2033-01-01"}
    with found.build(_ASKED) as started:
        yield started


def agrees(portal: MortalServed, number: int, killed: str) -> bool:
    """A second administrator agrees, in a request that can be the last of its process."""
    browser, page = requests.Session(), f"{portal.address}/p/{SLUG}/{YEAR}/evidence/{number}/destroy/"
    browser.cookies.set("sessionid", portal.sessions["second"])
    assert browser.get(page, timeout=20).status_code == 200
    told = {"csrfmiddlewaretoken": browser.cookies["csrftoken"]}
    try:
        answer = browser.post(page, told, headers={"X-Killed": killed}, timeout=20, allow_redirects=False)
    except requests.ConnectionError:
        return False
    assert answer.status_code in (302, 303), answer.text
    return True


def test_a_kill_at_each_step_of_a_destruction_leaves_no_byte_of_it(portal: MortalServed) -> None:
    with closing(portal.opened()) as found:
        rows = found.execute(
            "select number from portal_evidence e "
            "join portal_destruction d on d.evidence_id = e.id order by number"
        )
        numbers = [int(row[0]) for row in rows]
    at, done = 0, False
    while not done:
        done = agrees(portal, numbers[at], f"{at + 1} before")
        at += 1
        gone, _, problems = portal.python(_STARTED).partition(" ")
        assert int(gone) >= at - BEFORE
        assert problems.strip() == "[]"
    assert at > BEFORE + 4  # headers and bodies of the file and of the binder
