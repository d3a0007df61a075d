"""Everything that the API's OpenAPI allows, asked of it: no 500, and no answer of another shape."""

from collections.abc import Callable, Iterator
from functools import cache
from typing import Any

import databases
import pytest
import schemathesis
from apps import App, Clock
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from hypothesis import HealthCheck, settings
from schemathesis.pytest.lazy import get_all_tests
from schemathesis.specs.openapi.checks import positive_data_acceptance
from test_api_manual import operations

from mips_ia.portal import clock
from mips_ia.portal.actions import batches, invitations, uploads
from mips_ia.portal.actions.tokens import SCOPES, make
from mips_ia.portal.api.urls import api
from mips_ia.portal.models import Final, Membership, Person, Practice
from mips_ia.portal.tenancy import may_add_in
from mips_ia.portal.wsgi import application

Named = Callable[[str], dict[str, Any]]
# Every bound of every field is asked on both databases, and so many examples besides, which are of the API's
# shape and not of a database's, the same in every run; what is slow, or large, is none of its business.
MOST = 1 if databases.ON_POSTGRES else 15
HOW = settings(
    max_examples=MOST, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck)
)  # fmt: skip


@pytest.fixture(scope="module")
def asking() -> dict[str, Callable[..., None]]:
    """What asks each operation, by its name; made when it runs, and not by every process that collects it."""
    schema = schemathesis.openapi.from_dict(api.get_openapi_schema())
    schema.app = application
    every = get_all_tests(schema=schema, test_func=_asked, settings=HOW, given_kwargs={})
    return {operation.label: ask for operation, ask in (each.ok() for each in every)}


@pytest.fixture
def token(person: Callable[[str], Person], harbor: Practice) -> Iterator[str]:
    """A token of somebody who may everything; the connection of the test stays open over all its requests."""
    everything = {"organization": harbor.organization, "practice": harbor, "signing_official": True}
    Membership.objects.create(person=person("manager"), role="admin", **everything)
    harbor.clinicians.filter(last_name="Kim").update(person=person("manager"))
    App(person("manager"), Clock())
    secret, _ = make(person("manager"), "a test", [*SCOPES], 1)
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield secret
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@pytest.fixture
def named(harbor: Practice, access: Callable[[str], Any]) -> Named:
    """What is there, by what an operation calls it: an address that is well formed names something real."""
    manager = access("manager")
    stay = harbor.years.get(year=2026).stays.select_related("clinician").order_by("id").first()
    kim = f"2026,{harbor.tin},{stay.clinician.npi}"
    roster = f"performance_year,tin,npi\n{kim}\n".encode()
    windows = f"performance_year,tin,npi,activity_id,start_date\n{kim},IA_BE_16,2026-03-01\n".encode()
    every = {
        "practice": harbor.slug, "year": 2026, "npi": stay.clinician.npi, "stay": stay.pk, "name": "qpp.json",
        "site": harbor.open_sites.order_by("id").values_list("pk", flat=True)[0], "id": "IA_BE_16",
        "mvp": "M1370", "delegation": manager.year.delegations.earliest("id").pk,
        "window": manager.year.windows.get(clinician__last_name="Kim", activity="IA_PSPA_21").pk,
        "membership": harbor.organization.memberships.filter(role="clinician").earliest("id").pk,
    }  # fmt: skip

    @cache
    def made(path: str) -> dict[str, Any]:
        """The same with what only a few operations name, made where one of them is asked for."""
        if "{final}" in path:
            return every | {"year": 2025, "final": _locked(harbor, manager.person).pk}
        if "{invitation}" in path:
            somebody = {"name": "Noor Haidar", "email": "noor@demo.example", "role": "reviewer"}
            return every | {"invitation": invitations.invite(access("admin"), **somebody)[0].pk}
        if "{batch}" in path:
            return every | {"batch": batches.keep(may_add_in(manager.person)[0], [("b.csv", windows)]).pk}
        if "/uploads/roster/{" in path:
            return every | {"upload": uploads.keep(manager, "roster", "r.csv", roster).pk}
        if "/uploads/participation/{" in path:
            return every | {"upload": uploads.keep(manager, "participation", "p.csv", windows).pk}
        return every

    return made


def _locked(harbor: Practice, person: Person) -> Final:
    return Final.objects.create(
        year=harbor.years.get(year=2025), kind="locked", person=person, role="manager", at=clock.now(),
        qpp_json="{}", answer={"counted": []}, digest="0" * 64,
    )  # fmt: skip


@pytest.mark.parametrize("name", sorted(operations()))
def test_every_operation_answers_as_it_says(
    name: str, asking: dict[str, Callable[..., None]], token: str, named: Named
) -> None:
    asking[name](token=token, named=named)


def _asked(case: schemathesis.Case, token: str, named: Named) -> None:
    if case.meta and case.meta.generation.mode.is_positive:
        there = named(case.operation.path)
        case.path_parameters |= {name: each for name, each in there.items() if name in case.path_parameters}

    # What is well formed can still be no fact of the year, which is answered by 422 and its problems.
    case.call_and_validate(
        headers={"Authorization": f"Bearer {token}", "Host": "localhost", "Accept-Encoding": "identity"},
        excluded_checks=[positive_data_acceptance],
    )
