"""Everything that the API's OpenAPI allows, asked of it: no 500, and no answer of another shape."""

from collections.abc import Callable, Iterator

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from hypothesis import HealthCheck, settings
from schemathesis.checks import CHECKS

from mips_ia.portal.actions.tokens import make
from mips_ia.portal.api.urls import api
from mips_ia.portal.models import Person, Practice
from mips_ia.portal.wsgi import application

schema = schemathesis.openapi.from_dict(api.get_openapi_schema())
schema.app = application
positive_data_acceptance = CHECKS.get_one("positive_data_acceptance")


@pytest.fixture
def token(person: Callable[[str], Person]) -> Iterator[str]:
    """A token of the manager; the connection of the test stays open over all its requests."""
    secret, _ = make(person("manager"), "a test", ["read", "write", "export"], 1)
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield secret
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@schema.parametrize()
@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
def test_every_operation_answers_as_it_says(case: schemathesis.Case, token: str, harbor: Practice) -> None:
    for name, value in (("practice", harbor.slug), ("year", 2026)):
        if name in case.path_parameters and case.meta and case.meta.generation.mode.is_positive:
            case.path_parameters[name] = value

    # What is well formed can still be no fact of the year, which is answered by 422 and its problems.
    case.call_and_validate(
        headers={"Authorization": f"Bearer {token}", "Host": "localhost"},
        excluded_checks=[positive_data_acceptance],
    )
