"""Whom no administrator can help is let in again by who runs the machine, and the log keeps it."""

import subprocess
from collections.abc import Iterator

import pytest
import warm
from served import Served

_SETUP = """
import django
django.setup()
from allauth.mfa.models import Authenticator
from mips_ia.portal.log import writing
from mips_ia.portal.models import Person
with writing(None):
    Authenticator.objects.create(user=Person.objects.get(email="admin@demo.example"), type="totp", data={})
"""
_SAID = """
import django
django.setup()
from mips_ia.portal.log import broken
from mips_ia.portal.models import Entry, Person
from mips_ia.portal.safe import whole
person = Person.objects.get(email="admin@demo.example")
lines = Entry.objects.filter(record=f"person {person.id}").order_by("id")
print([(each.action, each.person, each.role, each.before) for each in lines][-1:])
print(person.authenticator_set.count(), broken(None), [str(each) for each in whole.checked().problems])
"""


@pytest.fixture(scope="module")
def served() -> Iterator[Served]:
    with Served().build() as portal:
        portal.python(_SETUP)
        yield portal


def reset(served: Served, email: str) -> subprocess.CompletedProcess[str]:
    words = ["-m", "mips_ia.cli.main", "reset-second-factor", email, "--home", str(served.home)]
    return warm.finished(words, served.environment)


def test_the_only_administrator_is_let_in_again(served: Served) -> None:
    unknown = reset(served, "nobody@demo.example")
    done, again = reset(served, "Admin@demo.example"), reset(served, "admin@demo.example")

    assert (unknown.returncode, done.returncode, again.returncode) == (2, 0, 2)
    assert "No account has the address nobody@demo.example." in unknown.stderr
    assert done.stdout.startswith("Robin Ashworth signs in with the password alone now"), done.stderr
    assert "Robin Ashworth has no second factor: the password alone is asked for." in again.stderr
    lines, rest = served.python(_SAID).splitlines()
    assert lines == "[('second factor reset', None, 'at the machine', {'had': ['totp']})]"
    assert rest == "0 None []"
