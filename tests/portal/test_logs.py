"""Whoever reads what the server says of itself learns no address that lets somebody in."""

import logging
import re

import pytest
from django.conf import settings

from mips_ia.portal import urls
from mips_ia.portal.logs import WithoutSecrets

ROUTES = [
    str(each.pattern) for each in urls.urlpatterns if re.search(r"<str:(token|secret)>", str(each.pattern))
]


@pytest.mark.parametrize("route", [*ROUTES, "sign-in/forgotten/<str:token>/"])
def test_the_secret_of_an_address_is_not_said(route: str) -> None:
    address = "/" + re.sub(r"<int:\w+>", "7", re.sub(r"<str:\w+>", "a-Secret_of-somebody", route))
    record = logging.LogRecord("django.request", 30, "", 0, "%s: %s", ("Not Found", address), None)

    assert WithoutSecrets().filter(record)
    assert "Secret" not in record.getMessage()
    assert record.getMessage().startswith(f"Not Found: /{route.partition('<')[0]}…")


def test_what_is_said_of_other_addresses_stays() -> None:
    record = logging.LogRecord(
        "django.request", 30, "", 0, "%s: %s", ("Not Found", "/p/a-practice/2026/"), None
    )

    assert WithoutSecrets().filter(record)
    assert record.getMessage() == "Not Found: /p/a-practice/2026/"


def test_everything_that_is_said_goes_through_it() -> None:
    handlers = settings.LOGGING["handlers"].values()

    assert [each["filters"] for each in handlers] == [["without_secrets"]]
