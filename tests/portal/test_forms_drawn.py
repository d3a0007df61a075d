"""What a page reads of a form, the page lets somebody give: each field of each form is drawn."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from addresses import places
from django.forms import BaseForm
from django.test import Client
from gathered import addresses, gathered
from lxml import html

from mips_ia.portal.models import Person

# Fields that no page draws before something is found in what was written, each with why.
LATER = {
    "nobody": "the tick by which somebody says that no patient is named, where one seemed to be",
    "sure": "the tick by which somebody says that CMS agreed to a day, where it is far away",
}
# Forms that none of these pages has, each with where it is; there each of its fields is drawn in turn.
ELSEWHERE = {
    "Build": "on the page of a request's package; without a field where files of patients may not be opened",
    "Deciding": "on the page of a file that waits, whose template draws the reason by hand",
    "First": "on the first page of an installation in which nobody is",
    "Join": "on the page of an invitation, to somebody who has no account",
    "Note": "on the page of a reviewer's link",
    "Reviewing": "on the page of evidence that was recorded by somebody else",
    "Showing": "on the page of evidence for a leaf of a guide, which its address names",
}
OF_ACCOUNTS = "mips_ia.portal.web.account_forms"  # their pages are looked at in the browser


def forms_of(contexts: Any) -> Iterator[BaseForm]:
    """Every form that a page's templates were given, by itself or in a list."""
    for context in contexts or ():
        for layer in context.dicts:
            for value in layer.values():
                yield from (each for each in _listed(value) if isinstance(each, BaseForm))


def _listed(value: Any) -> list[Any]:
    if isinstance(value, dict):
        return [*value.values()]
    return [*value] if isinstance(value, list | tuple) else [value]


def fields_of(client: Client, address: str) -> dict[tuple[type, str], bool]:
    """Each field of the forms of a page, with whether the page draws it."""
    answer = client.get(address)
    if answer.status_code != 200 or not answer["Content-Type"].startswith("text/html"):
        return {}
    page = html.fromstring(answer.content)
    drawn = {*page.xpath("//*[self::input or self::select or self::textarea]/@name")}
    return {
        (type(form), name): form[name].html_name in drawn
        for form in forms_of(answer.context) for name in form.fields
    }  # fmt: skip


def ours(of: type = BaseForm) -> Iterator[type]:
    """Every form of the portal that is no ground for others."""
    below = of.__subclasses__()
    if not below and of.__module__.startswith("mips_ia.portal."):
        yield of
    for each in below:
        yield from ours(each)


@pytest.mark.usefixtures("db")
def test_every_field_of_every_form_is_drawn(sign_in: Callable[[Person], Client]) -> None:
    found: dict[tuple[type, str], set[bool]] = {}
    crowd = gathered(3, "000111111")
    for who in ("runs", "signs"):
        client = sign_in(crowd.people[who])
        client.raise_request_exception = False
        for place in places():
            for address in addresses(place, crowd, who) if place.rule != "secret" else ():
                for field, drawn in fields_of(client, address).items():
                    found.setdefault(field, set()).add(drawn)
    never = {f"{form.__name__}.{name}" for (form, name), drawn in found.items() if True not in drawn}

    assert {name for name in never if name.split(".")[1] not in LATER} == set()
    seen = {form for form, _ in found}
    assert {each.__name__ for each in {*ours()} - seen if each.__module__ != OF_ACCOUNTS} == {*ELSEWHERE}
