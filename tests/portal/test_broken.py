"""Pages for when something is broken: they ask the database for nothing, and say only what is so."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import OperationalError, connection
from django.test import Client, RequestFactory

from mips_ia.portal.models import Draft, Practice
from mips_ia.portal.web import errors

Browse = Callable[[str], Client]
REPORTING = {"report_as": "group", "pathway": "traditional", "entity_id": "E-17", "mvp": ""}


def text(answer: Any) -> str:
    return str(answer.content.decode())


def no_database(*_: object) -> None:
    raise OperationalError("the disk is full")


@pytest.mark.django_db
def test_the_page_stands_alone_while_the_database_answers_nothing(harbor: Practice, browse: Browse) -> None:
    client = browse("manager")
    client.raise_request_exception = False

    with connection.execute_wrapper(no_database):
        read = client.get(f"/p/{harbor.slug}/2026/")
        sent = client.post(f"/p/{harbor.slug}/2026/setup/reporting/", REPORTING)

    assert read.status_code == sent.status_code == 500
    assert "Nothing you entered was lost." in text(read)
    assert "Nothing you entered was lost." not in text(sent)  # it could not be kept, and the page says so
    assert "It may not be saved." in text(sent)


@pytest.mark.django_db
@pytest.mark.parametrize("said", [{"sqlite_errorcode": 13}, {"sqlstate": "53100"}])
def test_a_database_without_room_says_what_to_do(
    harbor: Practice, browse: Browse, said: dict[str, Any]
) -> None:
    class Full(Exception):
        """Its numbers are those of the two databases."""

    def full(*_: object) -> None:
        cause = Full()
        cause.__dict__.update(said)
        raise OperationalError from cause

    client = browse("manager")
    client.raise_request_exception = False
    with connection.execute_wrapper(full):
        page = text(client.get(f"/p/{harbor.slug}/2026/"))

    assert "There is no room left on the disk. Tell whoever runs this installation to make room" in page


def test_no_page_of_a_failure_asks_the_database() -> None:
    """Without the mark of a test that may, a question to the database is an error."""
    for page in (errors.broken, errors.too_many):
        for asked in (RequestFactory().get("/"), RequestFactory().post("/sign-in/")):
            found = text(page(asked))
            assert '<main id="main"' in found
            assert "This is not a CMS website" in found


@pytest.mark.django_db
def test_what_was_typed_is_kept_and_the_page_says_where(
    harbor: Practice, browse: Browse, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = browse("manager")
    client.raise_request_exception = False
    monkeypatch.setattr("mips_ia.portal.actions.practice.describe", lambda *_, **__: 1 / 0)

    answer = client.post(f"/p/{harbor.slug}/2026/setup/reporting/", REPORTING)

    assert answer.status_code == 500
    assert Draft.objects.get().fields["entity_id"] == ["E-17"]
    assert "Nothing you entered was lost." in text(answer)
    assert f'href="/p/{harbor.slug}/2026/setup/reporting/"' in text(answer)
    assert answer.headers["Content-Security-Policy"]


def test_too_many_tries_say_what_to_do() -> None:
    found = text(errors.too_many(RequestFactory().post("/sign-in/")))

    assert "Wait five minutes, then try again." in found
    assert "Nothing you entered was lost" not in found  # a password is not kept
