"""The portal on a real database, with the invented practice of the demonstration in it."""

import os
import tempfile
from collections.abc import Callable, Iterator

os.environ |= {
    "DJANGO_SETTINGS_MODULE": "mips_ia.portal.settings",
    "MIPS_IA_HOME": tempfile.mkdtemp(prefix="mips-ia-portal-"),
    "MIPS_IA_TODAY": "2026-09-16",
    "MIPS_IA_SECOND_FACTOR": "optional",
    "MIPS_IA_MAIL_BACKEND": "django.core.mail.backends.locmem.EmailBackend",
}

import django

django.setup()

import pytest
from django.test import Client

from mips_ia.portal import demo
from mips_ia.portal.models import Person, Practice
from mips_ia.portal.tenancy import access_of


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: object) -> Iterator[None]:
    """The demonstration is built once; each test's changes are rolled back."""
    with django_db_blocker.unblock():  # type: ignore[attr-defined]
        demo.build()
    yield


@pytest.fixture
def harbor(db: None) -> Practice:
    """The practice of the demonstration: 18 clinicians, 3 activities, on September 16, 2026."""
    return Practice.objects.get(name=demo.NAME)


@pytest.fixture
def person(db: None) -> Callable[[str], Person]:
    """Somebody of the demonstration: `manager`, `admin`, or a clinician by last name (`kim`)."""
    return lambda name: Person.objects.get(email=f"{name}@demo.example")


@pytest.fixture
def browse(person: Callable[[str], Person]) -> Callable[[str], Client]:
    """A client in which somebody is signed in."""

    def signed_in(name: str) -> Client:
        client = Client(SERVER_NAME="localhost")
        client.force_login(person(name), backend="allauth.account.auth_backends.AuthenticationBackend")
        return client

    return signed_in


@pytest.fixture
def access(harbor: Practice, person: Callable[[str], Person]) -> Callable[..., object]:
    """What somebody may do at the practice in 2026."""
    return lambda name, year=2026: access_of(person(name), harbor.slug, year)
