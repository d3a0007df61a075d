"""Two people change one record: the second is shown both versions, and nothing is overwritten."""

import re
from collections.abc import Callable
from datetime import date
from html import unescape
from typing import Any

import pytest
from django.test import Client

from mips_ia.portal.actions import people, practice, roster
from mips_ia.portal.meanwhile import state
from mips_ia.portal.models import Membership, Practice

Browse = Callable[[str], Client]


def text(answer: Any) -> str:
    return unescape(re.sub(r"\s+", " ", answer.content.decode()))


def seen(page: str) -> str:
    """What the form of a page carries of what it showed."""
    found = re.search(r'name="seen" value="(\w+)"', page)
    assert found
    return found[1]


@pytest.fixture
def stay(harbor: Practice) -> Any:
    return harbor.years.get(year=2026).stays.get(clinician__last_name="Kim")


STAY = {"last_name": "Kim", "first_name": "Soo-jin", "credential": "DO", "billed": "yes"}
PAGES = {
    "setup/": (
        {"name": "Harbor Three"}, lambda a, _: practice.rename(a, "Harbor Two"),
        ["Harbor Two", "<strong>Harbor Three</strong>"],
    ),
    "setup/reporting/": (
        {"report_as": "group", "pathway": "traditional", "entity_id": "mine"},
        lambda a, _: practice.describe(a, entity_id="theirs"),
        [">theirs<", "<strong>mine</strong>"],
    ),
    "setup/statuses/": (
        {"statuses": ["rural"], "apm": "none"}, lambda a, _: practice.describe(a, statuses=["hpsa"]),
        ["Health professional shortage area (HPSA)", "<strong>Rural</strong>"],
    ),
    "roster/statuses/": (
        {"statuses": ["none"], "statuses_checked_on": "9/1/2026"},
        lambda a, _: practice.describe(a, statuses_checked_on=date(2026, 9, 2)),
        ["09/02/2026", "<strong>09/01/2026</strong>"],
    ),
    "score/weights/": (
        {"not_scored": ["pi"]}, lambda a, _: practice.describe(a, not_scored=["cost"]),
        ["Cost is not scored", "<strong>Promoting Interoperability is not scored"],
    ),
    "roster/{clinician}/{stay}/": (
        STAY, lambda a, stay: roster.change(a, stay, names={"last_name": "Kim-Park"}),
        ["Kim-Park", "<strong>Kim</strong>"],
    ),
}  # fmt: skip


@pytest.mark.parametrize("place", PAGES)
def test_who_comes_second_chooses_what_to_keep(
    place: str, harbor: Practice, browse: Browse, access: Callable[..., Any], stay: Any
) -> None:
    given, meanwhile, told = PAGES[place]
    address = f"/p/{harbor.slug}/2026/{place.format(clinician=stay.clinician_id, stay=stay.id)}"
    mine = browse("manager")
    first = seen(text(mine.get(address)))
    meanwhile(access("admin"), stay)
    who = access("admin").person.name

    answer = mine.post(address, given | {"seen": first})

    page = text(answer)
    assert answer.status_code == 409
    assert f"{who} changed this at September 16, 2026, 9:00 a.m. EDT." in page
    assert "Your version is below; choose what to keep." in page
    for each in told:
        assert each in page
    assert seen(page) != first
    assert seen(text(mine.get(address))) == seen(page)  # nothing was overwritten

    assert mine.post(address, given | {"seen": seen(page)}).status_code == 302
    assert seen(text(mine.get(address))) not in (first, seen(page))


def test_who_changed_nothing_that_the_form_shows_is_in_nobodys_way(
    harbor: Practice, browse: Browse, access: Callable[..., Any]
) -> None:
    address, mine = f"/p/{harbor.slug}/2026/score/weights/", browse("manager")
    first = seen(text(mine.get(address)))

    practice.describe(access("admin"), statuses=["hpsa"])

    assert mine.post(address, {"not_scored": ["pi"], "seen": first}).status_code == 302


def test_a_form_that_does_not_fit_still_knows_what_it_showed(
    harbor: Practice, browse: Browse, access: Callable[..., Any]
) -> None:
    address, mine = f"/p/{harbor.slug}/2026/score/weights/", browse("manager")
    first = seen(text(mine.get(address)))
    practice.describe(access("admin"), not_scored=["cost"])

    page = text(mine.post(address, {"not_scored": ["pi", "none"], "seen": first}))

    assert seen(page) == first


def test_a_site_and_a_role_too(harbor: Practice, browse: Browse, access: Callable[..., Any]) -> None:
    site = harbor.sites.all()[0]
    role = Membership.objects.get(person__email="manager@demo.example")
    admin, first, before = (
        browse("admin"),
        state({"name": site.name, "zip": site.zip}),
        state(people.plain(role)),
    )
    practice.put_site(access("manager"), "Elsewhere", "04101", site)
    people.change(access("admin"), role, signing_official=not role.signing_official, grants=[])

    of_site = admin.post(f"/p/{harbor.slug}/2026/roster/sites/{site.id}/", {"name": "Mine", "seen": first})
    of_role = admin.post(f"/p/{harbor.slug}/2026/people/{role.id}/", {"seen": before})

    assert (of_site.status_code, of_role.status_code) == (409, 409)
    assert "Elsewhere" in text(of_site)
    assert "Both versions are the same." in text(of_role)


def test_what_was_typed_before_a_sign_out_does_not_overwrite_what_came_since(
    harbor: Practice, browse: Browse, access: Callable[..., Any]
) -> None:
    address, mine = f"/p/{harbor.slug}/2026/score/weights/", browse("manager")
    given = {"not_scored": ["pi"], "seen": seen(text(mine.get(address)))}
    mine.post(f"/typed/keep/?address={address}", given)
    practice.describe(access("admin"), not_scored=["cost"])

    back = seen(text(mine.get(f"{address}?typed=back")))

    assert back == given["seen"]
    assert mine.post(address, given | {"seen": back}).status_code == 409
