"""A page asks the database as often for 300 clinicians as for 3, and a known number of times."""

from collections.abc import Callable

import crowd
import pytest
from addresses import places
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from mips_ia.portal.models import Person

# How often each page asks, for somebody who is manager and administrator.
QUERIES = {
    "overview": 16,
    "setup": 13,
    "setup_reporting": 13,
    "setup_statuses": 16,
    "setup_activities": 15,
    "roster": 19,
    "roster_new": 12,
    "roster_readings": 18,
    "roster_statuses": 16,
    "roster_sites": 11,
    "roster_upload": 11,
    "activities": 17,
    "activities_compare": 15,
    "activities_changes": 13,
    "activities_ways": 15,
    "plan": 16,
    "plan_new": 13,
    "plan_calendar": 15,
    "participation": 16,
    "participation_upload": 11,
    "signatures": 21,
    "score": 16,
    "score_json": 14,
    "score_pdf": 14,
    "people": 16,
    "people_invite": 12,
    "people_invite_roster": 11,
    "score_whatif": 15,
    "score_weights": 15,
    "export": 18,
    "export_lock": 16,
    "log": 22,
    "log_signins": 14,
    "log_csv": 24,
    "roster_template": 9,
    "participation_template": 9,
}


def asked(client: Client, address: str) -> int:
    """How many queries an address takes, once what is kept between requests is there."""
    client.get(address)
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
