"""Every message says why it came and stops by a link of its own, which needs no account and says nothing."""

import re
from email.message import Message

import pytest
from django.core import mail
from django.test import Client

from mips_ia.portal import demo, reminders
from mips_ia.portal.models import Entry, Membership, Person, Practice

BASE = "https://portal.example/"
pytestmark = pytest.mark.django_db


def letter(name: str) -> Message:
    """The message of somebody, as it goes over the wire."""
    reminders.remind(BASE, demo.DAY)
    return next(each for each in mail.outbox if each.to == [f"{name}@demo.example"]).message()


def link(name: str) -> str:
    """The address in the header, without the host."""
    return str(letter(name)["List-Unsubscribe"]).strip("<>").removeprefix(BASE.rstrip("/"))


def anybody() -> Client:
    return Client(SERVER_NAME="localhost", enforce_csrf_checks=True)


def reminded(name: str) -> bool:
    return Person.objects.get(email=f"{name}@demo.example").reminded


def test_each_thing_in_a_message_has_its_own_reason(harbor: Practice) -> None:
    Membership.objects.create(
        person=Person.objects.get(email="kim@demo.example"), organization=harbor.organization, role="manager"
    )
    told = letter("kim").get_payload()

    reasons = {}
    for part in told.split("\n\n")[:-1]:
        says, _, reason = part.split("\n")
        reasons[says.partition(": ")[2][:9]] = reason.removeprefix("You get this because you are ")
    assert reasons["Your 90 d"] == "the clinician whose days these are."
    assert reasons["1 window "] == f"a manager of {harbor.name}."
    assert reasons["Harbor Re"] == f"a clinician of {harbor.name} who does not count for IA_BMH_12 yet."
    assert "Stop these messages: https://portal.example/reminders/stop/" in told


def test_a_mail_program_stops_them_with_one_click_without_a_session() -> None:
    found = letter("kim")
    assert found["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert found["Auto-Submitted"] == "auto-generated"

    answer = anybody().post(link("kim"), {"List-Unsubscribe": "One-Click"})

    assert answer.status_code == 200
    assert not reminded("kim")
    assert Entry.objects.filter(action="reminders changed").count() == 1


def test_looking_at_the_link_changes_nothing_and_names_nobody() -> None:
    page = anybody().get(link("kim"))

    assert page.status_code == 200
    assert reminded("kim")
    assert not re.search("kim|soo-jin|harbor|demo.example", page.content.decode(), re.IGNORECASE)


def test_it_works_for_somebody_without_access_and_twice() -> None:
    at = link("kim")
    kim = Person.objects.filter(email="kim@demo.example")
    Membership.objects.filter(person__in=kim).update(ended_at="2026-09-16T12:00Z")
    kim.update(is_active=False)

    assert [anybody().post(at).status_code for _ in range(2)] == [200, 200]
    assert not reminded("kim")


def test_nobody_makes_the_link_of_another() -> None:
    at = link("kim")
    number, _, seal = at.removeprefix("/reminders/stop/").rstrip("/").partition(".")
    other = Person.objects.get(email="manager@demo.example")

    for token in (f"{other.pk}.{seal}", number, f"{number}.", "x", f"{number}.{seal}x"):
        assert anybody().post(f"/reminders/stop/{token}/").status_code == 404
    assert reminded("kim")
    assert reminded("manager")
