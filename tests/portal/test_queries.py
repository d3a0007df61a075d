"""A page asks the database as often for 300 clinicians as for 3, and a known number of times."""

from collections.abc import Callable

import crowd
import pytest
from addresses import places
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from mips_ia.portal import ledgers
from mips_ia.portal.actions import practice
from mips_ia.portal.models import Person, Practice

# How often each page asks, for somebody who is manager and administrator.
QUERIES = {
    "overview": 19,
    "setup": 14,
    "setup_reporting": 15,
    "setup_statuses": 18,
    "setup_activities": 16,
    "roster": 17,
    "roster_new": 12,
    "roster_statuses": 21,
    "roster_readings": 19,
    "roster_sites": 11,
    "roster_upload": 11,
    "activities": 18,
    "activities_compare": 15,
    "activities_changes": 13,
    "activities_ways": 17,
    "plan": 16,
    "plan_new": 14,
    "plan_calendar": 14,
    "participation": 18,
    "participation_upload": 11,
    "signatures": 22,
    "audit": 11,
    "audit_new": 11,
    "audit_links": 13,
    "audit_link_new": 12,
    "evidence": 20,
    "export_binders": 14,
    "evidence_new": 10,
    "evidence_hold": 12,
    "score": 17,
    "score_pdf": 15,
    "score_json": 14,
    "people": 15,
    "people_invite": 12,
    "people_invite_roster": 11,
    "score_whatif": 14,
    "score_weights": 17,
    "export": 19,
    "export_lock": 17,
    "log": 27,
    "log_signins": 13,
    "log_csv": 23,
}


def asked(client: Client, address: str) -> int:
    """How many queries an address takes of a practice that was changed just now, on a server that is warm."""
    client.get(address)
    ledgers.forget()
    with CaptureQueriesContext(connection) as found:
        assert client.get(address).status_code == 200, address
    return len(found)


@pytest.fixture
def runs_both(db: None) -> Person:  # noqa: ARG001 - it must be there
    return Person.objects.create_user("crowd@demo.example", None, name="Casey Crowd")


def test_a_page_asks_as_often_for_many_as_for_few(
    runs_both: Person, sign_in: Callable[[Person], Client]
) -> None:
    few = crowd.build(3, 3, runs_both, "111111111")
    many = crowd.build(300, 3, runs_both, "222222222")
    client, found, grown = sign_in(runs_both), {}, []
    client.raise_request_exception = False
    for place in places():
        if not place.of_a_practice or place.names_a_row:
            continue
        addresses = [place.filled({"practice": each.slug, "year": 2026}) for each in (few, many)]
        if client.get(addresses[0]).status_code != 200:
            continue
        found[place.name], of_many = (asked(client, address) for address in addresses)
        if found[place.name] != of_many:
            grown.append((place.name, found[place.name], of_many))
    assert grown == []
    assert found == QUERIES


def test_the_list_of_practices_asks_as_often_for_many_as_for_few(
    harbor: Practice, person: Callable[[str], Person], sign_in: Callable[[Person], Client]
) -> None:
    client, found = sign_in(person("admin")), []
    for more in (0, 49):
        for number in range(more):
            practice.add(person("admin"), "admin", harbor.organization, f"M {number}", f"4440000{number:02d}")
        found.append([asked(client, address) for address in ("/practices/", "/practices/remind/")])
    assert found == [[11, 8], [11, 8]]
