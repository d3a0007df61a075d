"""What no address names: rows of the neighbor's in what a form sends, and under the pages of packages."""

from collections.abc import Iterator
from itertools import chain, islice
from typing import Any
from urllib.parse import urlencode

import pytest
from addresses import places
from allauth.mfa.models import Authenticator
from django.db import models, transaction
from django.test import Client
from django.urls import URLResolver, get_resolver
from lxml import html
from neighbor import Neighbor, kinds
from signing import signed_in
from test_tenancy import rows_as_they_are, rows_of, shows, words_of

from mips_ia.portal.models import Person, Practice

# Kinds of row that a field of a form may name.
NAMED = ("clinician", "site", "window", "person", "evidence", "delegation", "stay", "use", "audititem")
WITH_A_ROW = ("mfa_edit_webauthn", "mfa_remove_webauthn")  # pages of packages whose address names a row


def choices(form: html.FormElement) -> Iterator[tuple[str, bool]]:
    """The fields of a form in which one or several rows are chosen, by their numbers."""
    for field in form.xpath(".//select | .//input[@type='checkbox' or @type='radio' or @type='hidden']"):
        values = field.value_options if field.tag == "select" else [field.get("value") or ""]
        if field.name and any(each.isdigit() for each in values):
            several = field.get("type") == "checkbox" or "multiple" in field.attrib
            yield field.name, several


def sent(form: html.FormElement, name: str, value: list[str]) -> dict[str, Any]:
    """What the form sends as it stands, with other rows in one of its fields."""
    found: dict[str, Any] = {}
    for each, text in form.form_values():
        found.setdefault(each, []).append(text)
    return {**found, name: value}


def refers_to(neighbor: Neighbor) -> list[str]:
    """Rows of others that name a row of the neighbor's."""
    theirs = {kind: {row.pk for row in rows} for kind, rows in neighbor.rows.items()}  # type: ignore[attr-defined]
    found = []
    for kind in kinds():
        for field in kind._meta.get_fields():  # noqa: SLF001 - Django's own way
            if isinstance(field, models.ForeignKey) and (
                ids := theirs.get(field.related_model.__name__.lower())
            ):
                rows = kind.objects.filter(**{f"{field.name}__in": ids})
                rows = rows.exclude(pk__in=theirs[kind.__name__.lower()])
                found += [f"{kind.__name__}.{field.name}" for _ in rows[:1]]
    return found


def posted(client: Client, form: html.FormElement, address: str, name: str, value: list[str]) -> Any:
    """The answer to a form with other rows in one of its fields."""
    given, at = sent(form, name, value), (form.get("action") or address)
    if form.method == "POST":
        return client.post(at, given)
    return client.get(f"{at.partition('?')[0]}?{urlencode(given, doseq=True)}")


@pytest.mark.parametrize("role", ["admin", "official", "kim"])
def test_no_form_takes_a_row_of_the_neighbor(
    role: str, neighbor: Neighbor, harbor: Practice, everybody: dict[str, Person]
) -> None:
    client, before = signed_in(everybody[role]), rows_as_they_are(neighbor)
    words, rows = words_of(harbor.years.get(year=2026)), rows_of(harbor)
    foreign = {kind: [str(row.pk) for row in neighbor.rows[kind]] for kind in NAMED}  # type: ignore[attr-defined]
    leaks, tried = [], set()
    for place in places():
        asked = ((at, client.get(at)) for at in islice(place.addresses(harbor.slug, words, rows), 4))
        opens = ((at, page) for at, page in asked if page.status_code == 200)
        address, page = next(opens, ("", None))
        if page is None or "text/html" not in page["Content-Type"]:
            continue
        for form in html.fromstring(page.content, base_url=address).forms:
            for name, several in dict(choices(form)).items():
                if (place.name, name) in tried:
                    continue
                tried.add((place.name, name))
                every = [[*chain(*foreign.values())]] if several else [[each[0]] for each in foreign.values()]
                for value in every:
                    with transaction.atomic():
                        answer = posted(client, form, address, name, value)
                        told = refers_to(neighbor) if answer.status_code == 302 else []
                        transaction.set_rollback(True)
                    if told or answer.status_code >= 500 or shows(answer, neighbor):
                        leaks.append((address, name, value, answer.status_code, told))
    assert leaks == [], "\n".join(map(str, leaks))
    assert tried
    assert rows_as_they_are(neighbor) == before


def test_what_a_form_refers_to_would_be_found(neighbor: Neighbor, everybody: dict[str, Person]) -> None:
    clinician = everybody["kim"].clinicians.get()
    clinician.stays.update(site=neighbor.rows["site"][0])

    assert refers_to(neighbor) == ["Stay.site"]


# ---- Pages of packages


def again(who: Person) -> Client:
    """Somebody who has just been asked once more who they are."""
    client = signed_in(who)
    session = client.session
    session["account_authentication_methods"][0]["reauthenticated"] = True
    session.save()
    return client


def account_addresses(patterns: Any, before: str = "/") -> Iterator[tuple[str, str]]:
    """Each page of django-allauth that this portal has: its name and its route."""
    for each in patterns:
        route = before + str(each.pattern)
        if isinstance(each, URLResolver):
            yield from account_addresses(each.url_patterns, route)
        elif getattr(each.callback, "view_class", each.callback).__module__.startswith("allauth."):
            yield each.name, route


def test_of_the_pages_of_packages_only_these_name_a_row() -> None:
    found = dict(account_addresses(get_resolver().url_patterns))

    assert {name for name, route in found.items() if "<" in route} == {
        *WITH_A_ROW,
        "account_reset_password_from_key",
    }


@pytest.mark.parametrize("what", ["", "remove/"])
def test_nobody_reaches_the_passkey_of_another(
    what: str, neighbor: Neighbor, everybody: dict[str, Person]
) -> None:
    theirs = Authenticator.objects.create(
        user=neighbor.people["manager"], type="webauthn", data={"name": "Zyxwick's key", "credential": {}}
    )
    address = f"/account/passkeys/{theirs.pk}/{what}"
    for who in everybody.values():
        client = again(who)
        for answer in (client.get(address), client.post(address, {"name": "Mine"})):
            assert answer.status_code == 404, who
    theirs.refresh_from_db()
    assert theirs.data["name"] == "Zyxwick's key"
    assert again(neighbor.people["manager"]).get(address).status_code == 200
