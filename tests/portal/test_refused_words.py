"""A form that refuses says what to do, in the words of this portal and not in those of a library."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from addresses import places
from django import forms
from django.core.exceptions import ValidationError
from django.forms import BaseForm
from evidence_given import P
from test_forms_drawn import ours

from mips_ia.portal.forms.wording import SAID

# What no page here says: Django's sentences, and the word that its own wording forbids.
FOREIGN = re.compile(
    r"\b(in)?valid\b|Ensure|not allowed|available choices|submitted|This field|encoding type"
)
WRONG: list[Any] = [
    "", None, [], "x" * 6_000, "a\0b", "9" * 400, "-9" + "9" * 400, "no@such", ["no", "such"], 1.5,
]  # fmt: skip


def messages(field: forms.Field) -> Iterator[str]:
    """What a field says of all that is wrong in turn, and what it could say besides."""
    for given in WRONG:
        try:
            field.clean(given)
        except ValidationError as wrong:
            yield from wrong.messages
    yield from (str(each) for each in field.error_messages.values())


def fields() -> Iterator[tuple[str, forms.Field]]:
    """Every field that a form of the portal has before it is filled."""
    assert places()  # every page is read, and with it every form
    for form in {*ours(BaseForm)}:
        for name, field in form.base_fields.items():  # type: ignore[attr-defined]
            yield f"{form.__name__}.{name}", field


@pytest.mark.usefixtures("db")
def test_no_field_of_any_form_speaks_as_the_library_does() -> None:
    every = [*fields()]
    foreign = {
        f"{name}: {says}" for name, field in every
        if not isinstance(field, forms.ModelChoiceField) or field.queryset is not None
        for says in messages(field) if FOREIGN.search(says)
    }  # fmt: skip

    assert len(every) > 100
    assert foreign == set()
    kinds = {
        kind for _, field in every for kind in type(field).__mro__ if "default_error_messages" in vars(kind)
    }
    assert kinds <= {*SAID}, "These kinds of fields have sentences of the library's that nobody has replaced."


def test_a_note_that_is_too_long_says_how_long_it_may_be(browse: Any) -> None:
    page = browse("manager").post(f"{P}/plan/new/", {"note": "x" * 600}).content.decode()

    assert "Shorten this to 500 characters. It has 600." in page


def test_the_address_of_an_invitation_is_asked_for_by_an_example(browse: Any) -> None:
    page = browse("admin").post(f"{P}/people/invite/", {"email": "ira"}).content.decode()

    assert "Enter an e-mail address like name@practice.org." in page


def test_a_number_that_is_too_small_says_the_least(browse: Any) -> None:
    page = browse("manager").get(f"{P}/score/what-if/", {"clinicians": "0"}).content.decode()

    assert "Enter 1 or more." in page
