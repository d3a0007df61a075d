"""A page asks the database as often for 300 clinicians as for 3, and a known number of times."""

from collections.abc import Callable

import pytest
from addresses import places
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from gathered import addresses, gathered
from queries import QUERIES
from sent import Asking, every
from signing import signed_in

from mips_ia.portal import ledgers
from mips_ia.portal.actions import practice
from mips_ia.portal.models import Person, Practice


def asked(client: Client, address: str) -> int | None:
    """How many queries a page takes of a practice that was changed just now, on a server that is warm."""
    if client.get(address).status_code != 200:
        return None
    ledgers.forget()
    with CaptureQueriesContext(connection) as found:
        b"".join(client.get(address))
    return len(found)


@pytest.mark.usefixtures("db")
@pytest.mark.parametrize("who", ["runs", "signs"])
def test_a_page_asks_as_often_for_many_as_for_few(who: str, sign_in: Callable[[Person], Client]) -> None:
    found: dict[str, list[int]] = {}
    for each in (gathered(3, "000111111"), gathered(300, "000222222")):
        client = sign_in(each.people[who])
        client.raise_request_exception = False
        for place in places():
            if place.rule == "secret":
                continue
            counts = (asked(client, address) for address in addresses(place, each, who))
            count = next((count for count in counts if count is not None), None)
            if count is not None:
                found.setdefault(place.name, []).append(count)

    assert {name: counts for name, counts in found.items() if len({*counts}) > 1 or len(counts) != 2} == {}
    assert {name: counts[0] for name, counts in found.items()} == QUERIES[who]


def answered(client: Client, asking: Asking) -> int:
    """How many queries it takes to answer, on a server that is warm; nothing of it stays.

    Waiting for one's turn is none of them: SQLite has one writer at a time anyway.
    """
    for _ in range(2):
        with transaction.atomic():
            fields = None if asking.fields is None else asking.fields()
            ledgers.forget()
            with CaptureQueriesContext(connection) as found:
                answer = client.get(asking.address) if fields is None else client.post(asking.address, fields)
                assert (asking.name, answer.status_code) == (asking.name, asking.status)
                b"".join(answer)
            transaction.set_rollback(True)
    return sum("pg_advisory_xact_lock" not in each["sql"] for each in found)


@pytest.mark.usefixtures("db")
def test_what_is_sent_and_what_a_secret_opens_asks_as_often_for_many_as_for_few() -> None:
    found: dict[str, list[int]] = {}
    for each in (gathered(3, "000111111"), gathered(300, "000222222")):
        clients = {who: signed_in(person) for who, person in each.people.items()} | {
            "": Client(SERVER_NAME="localhost")
        }
        for asking in every(each):
            found.setdefault(asking.name, []).append(answered(clients[asking.who], asking))

    assert {name: counts for name, counts in found.items() if len({*counts}) > 1 or len(counts) != 2} == {}
    assert {name: counts[0] for name, counts in found.items()} == QUERIES["besides"]


def test_every_page_is_counted() -> None:
    assert {each.name for each in places()} == {name for pages in QUERIES.values() for name in pages}


def test_the_list_of_practices_asks_as_often_for_many_as_for_few(
    harbor: Practice, person: Callable[[str], Person], sign_in: Callable[[Person], Client]
) -> None:
    client, found = sign_in(person("admin")), []
    for more in (0, 49):
        for number in range(more):
            practice.add(person("admin"), "admin", harbor.organization, f"M {number}", f"0004400{number:02d}")
        found.append([asked(client, address) for address in ("/practices/", "/practices/remind/")])
    assert found == [[12, 9], [12, 9]]
