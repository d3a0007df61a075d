"""People through the JSON API: invited by mail alone, roles changed and ended, by a scope of its own."""

import json
import re
from collections.abc import Callable
from typing import Any

import pytest
from django.core import mail
from django.test import Client
from programs import asked, codes

from mips_ia.portal.models import Entry, Membership, Person, Practice
from mips_ia.portal.tenancy import access_of

Call = Callable[..., tuple[int, Any]]
INVITED = "/people/invitations"
NOOR = {"name": "Noor Haidar", "email": "noor@demo.example", "role": "manager"}


@pytest.fixture
def call(person: Callable[[str], Person], harbor: Practice) -> Call:
    """The status and the JSON of what somebody's program asks, the administrator's where nobody is named."""

    def called(
        method: str, address: str, body: object = None, who: str = "admin", version: str = "",
        scopes: tuple[str, ...] = ("read", "people"),
    ) -> tuple[int, Any]:  # fmt: skip
        path = f"/api/practices/{harbor.slug}/2026{address}"
        return asked(person(who), method, path, body, version=version, scopes=scopes)

    return called


def link() -> str:
    """The path of the link that was sent last."""
    found = re.search(r"http://localhost(/invitation/\S+)", str(mail.outbox[-1].body))
    assert found
    return found[1]


def opens(at: str) -> int:
    return Client(SERVER_NAME="localhost").get(at).status_code


def role(harbor: Practice, name: str) -> Membership:
    return harbor.organization.memberships.get(person__email=f"{name}@demo.example", ended_at=None)


def test_the_link_of_an_invitation_goes_by_mail_and_stands_in_no_answer(call: Call, harbor: Practice) -> None:
    status, made = call("POST", INVITED, NOOR | {"signing_official": True})
    first = link()
    _, listed = call("GET", INVITED)

    assert (status, made["sent"], mail.outbox[-1].to) == (200, True, ["noor@demo.example"])
    assert made["says"] == "Sent to noor@demo.example. The link works once, until September 30, 2026."
    assert [each["id"] for each in listed["items"]] == [made["id"]]
    assert first.split("/")[2] not in json.dumps([made, listed])
    assert Entry.objects.filter(practice=harbor).latest("id").action == "person invited"
    answer = Client(SERVER_NAME="localhost").post(
        first, {"name": "Noor Haidar", "password": "seven blue harbors at dawn"}
    )
    assert answer.status_code == 303
    access = access_of(Person.objects.get(email="noor@demo.example"), harbor.slug)
    assert (access.roles, access.official) == ({"manager"}, True)


def test_an_invitation_is_sent_again_and_taken_back(call: Call) -> None:
    made, first = call("POST", INVITED, NOOR)[1], link()

    _, again = call("POST", f"{INVITED}/{made['id']}/again")
    second = link()
    assert (again["email"], opens(first), opens(second)) == ("noor@demo.example", 410, 200)

    status, back = call("DELETE", f"{INVITED}/{again['id']}")
    assert (status, back["withdrawn"], opens(second)) == (200, True, 410)
    assert call("DELETE", f"{INVITED}/{again['id']}")[0] == 404


def test_a_message_that_cannot_be_sent_is_said(call: Call, settings: Any) -> None:
    settings.EMAIL_BACKEND, settings.EMAIL_PORT = "django.core.mail.backends.smtp.EmailBackend", 1
    status, made = call("POST", INVITED, NOOR)
    assert (status, made["sent"]) == (200, False)
    assert made["says"].startswith("The invitation is kept, but the message could not be sent: ")

    settings.EMAIL_BACKEND = "django.core.mail.backends.console.EmailBackend"
    _, again = call("POST", f"{INVITED}/{made['id']}/again")
    assert (again["sent"], again["says"].partition(":")[0]) == (False, "No mail is set up")


@pytest.mark.parametrize(
    ("given", "problem"),
    [
        ({"email": "noor at demo"}, ("wrong_answer", "email")),
        ({"email": "manager@demo.example", "everywhere": True}, ("has_role", "manager@demo.example")),
        ({"role": "clinician"}, ("wrong_answer", "npi")),
        ({"role": "clinician", "npi": "9999999999"}, ("not_on_roster", "npi")),
        ({"role": "clinician", "npi": "9000000114"}, ("has_account", "npi")),
        ({"role": "reviewer", "npi": "9000000114"}, ("has_account", "npi")),
        ({"role": "reviewer", "signing_official": True}, ("wrong_answer", "signing_official")),
    ],
)
def test_what_stops_an_invitation_is_said_and_nothing_is_sent(
    call: Call, given: dict[str, object], problem: tuple[str, str]
) -> None:
    status, found = call("POST", INVITED, NOOR | given)

    assert (status, codes(found)) == (422, [problem])
    assert mail.outbox == []


def test_an_administrator_of_one_practice_decides_of_no_other(call: Call, harbor: Practice) -> None:
    Membership.objects.create(
        person=role(harbor, "manager").person, organization=harbor.organization, practice=harbor, role="admin"
    )
    of_all = role(harbor, "admin")
    place = call("POST", INVITED, NOOR | {"everywhere": True})[1]

    for method, address, body in (
        ("POST", INVITED, NOOR | {"role": "admin", "everywhere": True}),
        ("POST", f"{INVITED}/{place['id']}/again", None),
        ("DELETE", f"{INVITED}/{place['id']}", None),
        ("PATCH", f"/people/{of_all.id}", {"signing_official": True}),
        ("DELETE", f"/people/{of_all.id}", None),
    ):
        status, found = call(method, address, body, who="manager")
        assert (status, found["problems"][0]["fix"]) == (403, "Robin Ashworth can."), address


def test_a_role_is_changed_by_its_version(call: Call, harbor: Practice) -> None:
    manager = role(harbor, "manager")
    held = next(each for each in call("GET", "/people")[1]["items"] if each["id"] == manager.id)
    assert (held["signing_official"], held["grants"]) == (True, [])

    at = f"/people/{manager.id}"
    status, now = call("PATCH", at, {"grants": ["open_phi"]}, version=held["version"])
    assert (status, now["signing_official"], now["grants"]) == (200, True, ["open_phi"])
    status, found = call("PATCH", at, {"signing_official": False}, version=held["version"])
    assert (status, codes(found)) == (409, [("changed", f"role {manager.id}")])
    assert "signing_official is yes there and no here" in found["problems"][0]["what"]
    assert call("DELETE", at, version=held["version"])[0] == 409

    assert codes(call("PATCH", at, {"grants": ["edit"]})[1]) == [("wrong_answer", "grants")]
    kim = role(harbor, "kim")
    assert codes(call("PATCH", f"/people/{kim.id}", {"grants": ["edit"]})[1]) == [("wrong_answer", "grants")]
    Membership.objects.filter(pk=manager.pk).update(role="registry", signing_official=False)
    status, found = call("PATCH", at, {"signing_official": True})
    assert (status, codes(found)) == (422, [("official", "signing_official")])
    status, now = call("PATCH", at, {"grants": ["windows", "edit"]})
    assert (status, now["grants"]) == (200, ["edit", "windows"])


def test_a_role_is_ended_and_the_last_administrator_stays(call: Call, harbor: Practice) -> None:
    kim, admin = role(harbor, "kim"), role(harbor, "admin")

    status, found = call("DELETE", f"/people/{kim.id}")
    assert (status, found["name"], found["ended"]) == (200, "Soo-jin Kim", True)
    assert harbor.clinicians.get(last_name="Kim").person is None
    assert call("DELETE", f"/people/{kim.id}")[0] == 404
    status, found = call("DELETE", f"/people/{admin.id}")
    assert (status, codes(found)) == (422, [("last_administrator", "admin@demo.example")])


def test_a_token_that_writes_lets_nobody_in(call: Call, harbor: Practice) -> None:
    kim = role(harbor, "kim")

    for method, address, body in (("POST", INVITED, NOOR), ("DELETE", f"/people/{kim.id}", None)):
        status, found = call(method, address, body, scopes=("read", "write", "export"))
        (told,) = found["problems"]
        assert (status, told["code"], told["what"]) == (
            403,
            "not_allowed",
            "The token lacks the scope people.",
        )
        assert told["fix"] == "Make one with the scope people under your account."
    assert Membership.objects.get(pk=kim.pk).ended_at is None
