"""Windows of the demonstration, and clinicians who have just signed in."""

import re
import time
from typing import Any

from django.test import Client

from mips_ia.portal import demo
from mips_ia.portal.actions import practice
from mips_ia.portal.models import Final, Person, Practice, Window

P = "/p/harbor-rehabilitation-group/2026"


def typed_password(name: str) -> Client:
    """Somebody who signs in as people do."""
    client = Client(SERVER_NAME="localhost")
    client.post("/sign-in/", {"login": f"{name}@demo.example", "password": demo.PASSWORD})
    return client


def just_signed_in(name: str) -> Client:
    """The same without the form, which lets nobody in too often within a minute."""
    return signed_in(Person.objects.get(email=f"{name}@demo.example"))


def signed_in(person: Person) -> Client:
    """A client whose session knows that its person showed who they are a moment ago."""
    client = Client(SERVER_NAME="localhost")
    client.force_login(person, backend="allauth.account.auth_backends.AuthenticationBackend")
    session = client.session
    session["account_authentication_methods"] = [{"method": "password", "at": time.time()}]
    session["account_authentication_methods_user"] = str(person.pk)
    session.save()
    return client


def as_read(client: Client, address: str) -> dict[str, str]:
    """The marks of what a page shows, as its form sends them: of its statement, and beside each tick."""
    page = client.get(address).content.decode()
    return dict(re.findall(r'name="(stated|shown|window-\d+)"[^>]* value="(\w+)"', page))


def sends(client: Client, address: str, given: dict[str, str], *, follow: bool = False) -> Any:
    """The answer to somebody who reads a page, ticks nothing more than is given, and sends its form."""
    read = {name: each for name, each in as_read(client, address).items() if not name.startswith("window-")}
    return client.post(address, read | given, follow=follow)


def window(name: str, activity: str = "IA_PSPA_21") -> Window:
    """The window that holds now of a clinician by last name."""
    return Window.objects.get(clinician__last_name=name, activity=activity, replaced_at=None)


def lock(harbor: Practice, of: int = 2026) -> Final:
    """The year as it is once a signing official locked it."""
    official = Person.objects.get(email="manager@demo.example")
    year = harbor.years.get(year=of)
    return Final.objects.create(
        year=year, kind="locked", person=official, role="manager", at="2026-09-16T13:00Z", digest="0" * 64
    )


def another_practice() -> Practice:
    """A second practice with nothing in it, so that rows of the first could leak into it."""
    admin = Person.objects.get(email="admin@demo.example")
    house = admin.memberships.get().organization
    return practice.add(admin, "admin", house, "Quay Clinic (invented)", "000654321")


def text(page: bytes) -> str:
    """The words of a page, without its tags."""
    bare = re.sub(r"<[^>]+>", " ", page.decode())
    return re.sub(r"\s+", " ", bare).replace(" .", ".").replace(" ,", ",")
