"""A number that is longer than Python reads is no fault of any page or program's request."""

import inspect
import re
import sys
from collections.abc import Callable
from functools import cache

import pytest
from addresses import Place, places
from django.test import Client, RequestFactory
from evidence_given import P
from gathered import addresses, gathered
from programs import asked

from mips_ia.portal.middleware import not_too_large
from mips_ia.portal.models import Person, Practice

LONG = "9" * 4400
_READ = re.compile(r"""GET(?:\.get|\.getlist)?[(\[]["'](\w+)["']""")

Browse = Callable[[str], Client]


@cache
def asked_of(place: Place) -> set[str]:
    """What the page's code reads of the part of its address after the question mark."""
    return {*_READ.findall(inspect.getsource(sys.modules[inspect.unwrap(place.view).__module__]))}


@pytest.mark.usefixtures("db")
def test_no_page_breaks_on_a_number_that_is_too_long(sign_in: Callable[[Person], Client]) -> None:
    crowd = gathered(3, "000111111")
    client = sign_in(crowd.people["runs"])
    client.raise_request_exception = False
    tried, broken = set(), []
    for place in (each for each in places() if each.rule != "secret" and asked_of(each)):
        for address in addresses(place, crowd, "runs")[:1]:
            answer = client.get(address, dict.fromkeys(asked_of(place), LONG))
            broken += [place.name] if answer.status_code == 500 else []
        tried |= asked_of(place)

    assert {"page", "year", "clinician", "package", "npi"} <= tried
    assert broken == []


def test_no_address_names_a_row_that_no_table_can_have(browse: Browse, harbor: Practice) -> None:
    client = browse("manager")
    client.raise_request_exception = False
    named = {"practice": harbor.slug, "year": 2026}
    broken = []
    for place in (each for each in places() if each.rule != "secret"):
        parts = {name: LONG[:30] if kind == "int" else "IA_BE_16" for name, kind in place.parts} | named
        if LONG[:30] in parts.values() and client.get(place.filled(parts)).status_code == 500:
            broken.append(place.name)

    assert broken == []


def test_a_file_that_waits_under_such_a_number_waits_no_longer(browse: Browse) -> None:
    answer = browse("manager").post(f"{P}/evidence/waiting/", {"waits": [f"{LONG}:00", f"{LONG[:40]}:00"]})

    assert answer.status_code == 303


@pytest.mark.parametrize("length", [LONG, "0" * 30 + "500000000"])
def test_a_body_of_such_a_length_is_too_large(length: str) -> None:
    request = RequestFactory().post("/", CONTENT_LENGTH=length)

    assert not_too_large(lambda _: None)(request).status_code == 413


def test_a_program_is_told_what_is_wrong_with_such_a_number(
    person: Callable[[str], Person], harbor: Practice
) -> None:
    at = f"/api/practices/{harbor.slug}/2026"

    assert asked(person("manager"), "GET", f"{at}/log?page={LONG}")[0] == 422
