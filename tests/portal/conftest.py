"""The portal on a real database, with the invented practice of the demonstration in it.

`MIPS_IA_TEST_DATABASE=postgres` runs the same tests on a PostgreSQL that is started for them.
"""

import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from urllib.parse import urlsplit

sys.path.insert(0, str(Path(__file__).parent))
sys.path.append(str(Path(__file__).parents[1] / "vault"))  # the authority of time stamps, and a stranger
sys.path.append(str(Path(__file__).parents[1] / "screening"))  # what makes files of each kind
import databases
import served

os.environ |= databases.home()

import django

django.setup()
del os.environ["DJANGO_SETTINGS_MODULE"]  # a process that is started for more tests has a home of its own

import apps
import pytest
from allauth.mfa.totp.internal import auth
from django.conf import settings
from django.contrib.auth.hashers import Argon2PasswordHasher
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from neighbor import Neighbor, build
from unlogged import Unlogged

from mips_ia.portal import demo, ledgers, often, vaults
from mips_ia.portal.models import Membership, Person, Practice
from mips_ia.portal.tenancy import access_of

# The same algorithm, so quick that nobody waits for it.
Argon2PasswordHasher.time_cost, Argon2PasswordHasher.memory_cost = 1, 1024

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


@pytest.fixture(scope="session")
def django_db_keepdb() -> bool:
    """The tables are there when pytest-django comes to make them."""
    return True


@pytest.fixture(scope="session")
def django_db_modify_db_settings() -> None:
    """A copy of an empty portal; SQLite lies in a file, so that several threads see the same rows."""
    file = settings.HOME / "test.sqlite3"
    address = served.empty(file)
    connection.settings_dict["TEST"]["NAME"] = urlsplit(address).path.strip("/") if address else str(file)


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: Any) -> None:  # noqa: ARG001 - after its namesake
    """The demonstration is built once; each test's changes are rolled back."""
    with django_db_blocker.unblock():
        vaults.made_ready()
        demo.build()


@pytest.fixture(autouse=True)
def every_change_is_logged() -> Iterator[None]:
    """What is kept of a practice holds until its log has another line, so no change may go without one."""
    ledgers.forget()
    unlogged = Unlogged()
    unlogged.start()
    yield
    unlogged.stop()
    assert not unlogged.found, "A request changed these tables, and no line of the log tells of it."


@pytest.fixture(autouse=True)
def what_a_test_signs_goes_with_it() -> Iterator[None]:
    """The records of a test are rolled back, so what it signed of their log, and read of it, goes too."""
    before = {*_signed()}
    yield
    vaults.log.cache_clear()
    vaults.heads.cache_clear()
    for each in {*_signed()} - before:
        each.unlink()


def _signed() -> Iterator[Path]:
    """The checkpoints of the log, their stamps, and those that wait for one."""
    for folder in ("checkpoints", "stamps", "queue"):
        yield from (settings.NOTARY / folder).glob("*")


@pytest.fixture
def untried() -> None:
    """How often anybody tried or looked in another test does not count."""
    cache.clear()


@pytest.fixture
def outside() -> Client:
    """Somebody without an account."""
    return Client(SERVER_NAME="localhost")


@pytest.fixture
def one_minute(monkeypatch: pytest.MonkeyPatch) -> None:
    """How often somebody tries is counted by the minute, and no other minute begins, however slow it goes."""
    monkeypatch.setattr(often, "time", SimpleNamespace(time=lambda: 60.0))


@pytest.fixture
def codes_clock(monkeypatch: pytest.MonkeyPatch) -> apps.Clock:
    """The time of codes; how often anybody tried one in another test does not count."""
    cache.clear()
    clock = apps.Clock()
    monkeypatch.setattr(auth, "time", SimpleNamespace(time=clock.time))
    return clock


@pytest.fixture
def harbor(db: None) -> Practice:  # noqa: ARG001 - it must be there
    """The practice of the demonstration: 18 clinicians, 3 activities, on September 16, 2026."""
    return Practice.objects.get(name=demo.NAME)


@pytest.fixture
def person(db: None) -> Callable[[str], Person]:  # noqa: ARG001 - it must be there
    """Somebody of the demonstration: `manager`, `admin`, or a clinician by last name (`kim`)."""
    return lambda name: Person.objects.get(email=f"{name}@demo.example")


@pytest.fixture
def sign_in() -> Callable[[Person], Client]:
    """A client in which anybody at all is signed in."""

    def signed_in(who: Person) -> Client:
        client = Client(SERVER_NAME="localhost")
        client.force_login(who, backend=BACKEND)
        return client

    return signed_in


@pytest.fixture
def browse(person: Callable[[str], Person], sign_in: Callable[[Person], Client]) -> Callable[[str], Client]:
    """A client in which somebody of the demonstration is signed in."""
    return lambda name: sign_in(person(name))


@pytest.fixture
def access(harbor: Practice, person: Callable[[str], Person]) -> Callable[..., object]:
    """What somebody may do at the practice in 2026."""
    return lambda name, year=2026: access_of(person(name), harbor.slug, year)


@pytest.fixture
def asked(harbor: Practice, browse: Callable[[str], Client]) -> Callable[[str, int], int]:
    """How often a page asks the database for the manager, with so many clinicians left on the roster."""

    def counted(address: str, clinicians: int) -> int:
        stays = harbor.years.get(year=2026).stays
        more = [stay.pk for stay in stays.all()[clinicians:]]
        stays.filter(pk__in=more).update(ended_at=timezone.now())
        client = browse("manager")
        client.get(address)
        ledgers.forget()
        with CaptureQueriesContext(connection) as queries:
            client.get(address)
        return len(queries)

    return counted


@pytest.fixture
def neighbor(db: None) -> Neighbor:  # noqa: ARG001 - it must be there
    """A second practice, of which nobody else may see anything."""
    return build()


@pytest.fixture
def everybody(harbor: Practice, person: Callable[[str], Person]) -> dict[str, Person]:
    """Somebody of the demonstration's practice in each role, with and without what it may be given."""
    found = {name: person(name) for name in ("admin", "manager", "kim")}
    found["official"] = person("novak")
    Membership.objects.filter(person=found["official"]).update(signing_official=True)
    every = ["edit", "plan", "windows", "evidence", "remind", "export"]
    for name, role, grants in (
        ("registry", "registry", []), ("registry_granted", "registry", every), ("reviewer", "reviewer", []),
        ("manager_unofficial", "manager", []), ("admin_official", "admin", []),
    ):  # fmt: skip
        found[name] = Person.objects.create_user(f"{name}@demo.example", None, name=name)
        Membership.objects.create(
            person=found[name], organization=harbor.organization, practice=harbor, role=role, grants=grants,
            signing_official=name == "admin_official",
        )  # fmt: skip
    return found
