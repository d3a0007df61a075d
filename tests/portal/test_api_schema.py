"""Everything that the API's OpenAPI allows, asked of it: no 500, and no answer of another shape."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from hypothesis import HealthCheck, settings
from schemathesis.checks import CHECKS

from mips_ia.portal import clock
from mips_ia.portal.actions import uploads
from mips_ia.portal.actions.tokens import make
from mips_ia.portal.api.urls import api
from mips_ia.portal.models import Final, Membership, Person, Practice
from mips_ia.portal.wsgi import application

schema = schemathesis.openapi.from_dict(api.get_openapi_schema())
schema.app = application
positive_data_acceptance = CHECKS.get_one("positive_data_acceptance")


@pytest.fixture
def token(person: Callable[[str], Person], harbor: Practice) -> Iterator[str]:
    """A token of somebody who may everything; the connection of the test stays open over all its requests."""
    everything = {"organization": harbor.organization, "practice": harbor, "signing_official": True}
    Membership.objects.create(person=person("manager"), role="admin", **everything)
    secret, _ = make(person("manager"), "a test", ["read", "write", "export"], 1)
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield secret
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@pytest.fixture
def named(harbor: Practice, access: Callable[[str], Any]) -> dict[str, dict[str, Any]]:
    """What is there, by what an operation calls it: an address that is well formed names something real."""
    site = harbor.open_sites.order_by("id").first()
    held = Final.objects.create(
        year=harbor.years.get(year=2025), kind="locked", person=access("manager").person, role="manager",
        at=clock.now(), qpp_json="{}", answer={"counted": []}, digest="0" * 64,
    )  # fmt: skip
    stay = harbor.years.get(year=2026).stays.select_related("clinician").order_by("id").first()
    kim = f"2026,{harbor.tin},{stay.clinician.npi}"
    roster = uploads.keep(access("manager"), "roster", "r.csv", f"performance_year,tin,npi\n{kim}\n".encode())
    windows = f"performance_year,tin,npi,activity_id,start_date\n{kim},IA_BE_16,2026-03-01\n"
    windows_file = uploads.keep(access("manager"), "participation", "p.csv", windows.encode())
    every = {
        "practice": harbor.slug, "year": 2026, "npi": stay.clinician.npi, "stay": stay.pk, "site": site.pk,
        "final": held.pk, "name": "qpp.json", "id": "IA_BE_16",
    }  # fmt: skip
    return {
        "": every, "/finals/": every | {"year": 2025}, "/uploads/roster": every | {"upload": roster.pk},
        "/uploads/participation": every | {"upload": windows_file.pk},
    }  # fmt: skip


@schema.parametrize()
@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
def test_every_operation_answers_as_it_says(
    case: schemathesis.Case, token: str, named: dict[str, dict[str, Any]]
) -> None:
    of = max((each for each in named if each in case.operation.path), key=len)
    if case.meta and case.meta.generation.mode.is_positive:
        case.path_parameters |= {
            name: each for name, each in named[of].items() if name in case.path_parameters
        }

    # What is well formed can still be no fact of the year, which is answered by 422 and its problems.
    case.call_and_validate(
        headers={"Authorization": f"Bearer {token}", "Host": "localhost"},
        excluded_checks=[positive_data_acceptance],
    )
