"""A mail server that is away, or refuses an address: who was not asked is named, and nobody waits for it."""

from collections.abc import Callable
from datetime import date
from smtplib import SMTPRecipientsRefused
from threading import Event
from typing import Any

import pytest
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend
from django.db import connection
from django.test import Client
from programs import asked
from sent_beside import letters
from signing import P, text

from mips_ia.portal import demo, reminders
from mips_ia.portal.actions import ledger
from mips_ia.portal.demo import npi_of
from mips_ia.portal.models import Entry, Person, Practice, Reminder

Browse = Callable[[str], Client]
ASKED = {"about__startswith": "asked "}


@pytest.fixture
def two_wait(access: Callable[..., Any], harbor: Practice) -> None:
    """Rossi has not signed either, beside Kim."""
    rossi = harbor.clinicians.get(last_name="Rossi")
    ledger.enter(access("manager"), rossi, "IA_BE_16", date(2026, 1, 5), date(2026, 5, 5))


@pytest.fixture
def away(settings: Any) -> None:
    """Nobody listens where the mail server should be."""
    settings.EMAIL_BACKEND, settings.EMAIL_PORT = "django.core.mail.backends.smtp.EmailBackend", 1


@pytest.fixture
def refuses_kim(monkeypatch: pytest.MonkeyPatch) -> None:
    """A mail server to which Kim's address is not known."""
    takes = EmailBackend.send_messages

    def send(self: EmailBackend, letters: list[Any]) -> int:
        if [each.to for each in letters] == [["kim@demo.example"]]:
            raise SMTPRecipientsRefused({"kim@demo.example": (550, b"5.1.1 User unknown")})
        return takes(self, letters)

    monkeypatch.setattr(EmailBackend, "send_messages", send)


@pytest.mark.usefixtures("two_wait", "away")
def test_nobody_was_asked_where_no_message_went_and_can_be_asked_later(
    browse: Browse, harbor: Practice, settings: Any
) -> None:
    page = text(browse("manager").post(f"{P}/signatures/", follow=True).content)

    assert "2 messages could not be sent: the mail server localhost:1 cannot be reached" in page
    assert all(
        f"{name}@demo.example" in page.partition("Send them again later:")[2] for name in ("kim", "rossi")
    )
    assert not Reminder.objects.filter(**ASKED).exists()
    assert not Entry.objects.filter(practice=harbor, action="asked to sign").exists()

    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    assert "2 clinicians were asked" in text(browse("manager").post(f"{P}/signatures/", follow=True).content)


@pytest.mark.usefixtures("two_wait", "refuses_kim")
@pytest.mark.parametrize("address", [f"{P}/signatures/", "/practices/remind/"])
def test_an_address_that_is_refused_is_named_and_the_others_are_asked(browse: Browse, address: str) -> None:
    client = browse("manager")
    client.get("/practices/")  # what it shows is worked out when it is looked at
    page = text(client.post(address, follow=True).content)

    assert "Sent. 1 clinician was asked to sign." in page
    assert "The message to kim@demo.example could not be sent" in page
    assert "the mail server does not take the address (550 5.1.1 User unknown)" in page
    assert [each.to for each in mail.outbox] == [["rossi@demo.example"]]
    assert list(Reminder.objects.filter(**ASKED).values_list("person__email")) == [("rossi@demo.example",)]


@pytest.mark.usefixtures("two_wait", "refuses_kim")
def test_a_program_learns_who_was_not_asked_and_why(person: Callable[[str], Person]) -> None:
    place = "/api/practices/harbor-rehabilitation-group/2026/signatures/ask"
    status, told = asked(person("manager"), "POST", place, {})

    assert (status, told["asked"], told["unsent"]) == (200, 1, [npi_of(11)])
    assert told["why"] == "the mail server does not take the address (550 5.1.1 User unknown)"
    status, told = asked(person("manager"), "POST", "/api/answers/ask", {"year": 2026})
    assert (status, told["asked"], told["asked_before"], told["unsent"]) == (200, 0, 1, 1)
    assert told["why"].startswith("the mail server does not take")


@pytest.mark.usefixtures("away")
def test_a_forgotten_password_tells_nobody_whether_there_is_an_account(browse: Browse) -> None:  # noqa: ARG001
    client = Client(SERVER_NAME="localhost")
    answers = [
        client.post("/sign-in/forgotten/", {"email": f"{name}@demo.example"}, follow=True)
        for name in ("kim", "nobody")
    ]

    assert [(each.status_code, each.redirect_chain) for each in answers] == [
        (200, [("/sign-in/forgotten/sent/", 303)])
    ] * 2
    assert text(answers[0].content) == text(answers[1].content)


def test_nobody_learns_by_waiting_whether_there_is_an_account(
    browse: Browse,  # noqa: ARG001
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The message goes out once the answer is here."""
    takes, answered = EmailBackend.send_messages, Event()

    def send(self: EmailBackend, sent: list[Any]) -> int:
        assert answered.wait(30)
        return takes(self, sent)

    monkeypatch.setattr(EmailBackend, "send_messages", send)
    Client(SERVER_NAME="localhost").post("/sign-in/forgotten/", {"email": "kim@demo.example"})
    assert not mail.outbox

    answered.set()
    assert [each.to for each in letters()] == [["kim@demo.example"]]


@pytest.mark.usefixtures("harbor")
def test_nothing_is_held_in_the_database_while_a_message_goes_out(
    browse: Browse, monkeypatch: pytest.MonkeyPatch
) -> None:
    takes, held = EmailBackend.send_messages, []

    def send(self: EmailBackend, letters: list[Any]) -> int:
        held.append(len(connection.savepoint_ids))
        return takes(self, letters)

    monkeypatch.setattr(EmailBackend, "send_messages", send)
    outside = len(connection.savepoint_ids)
    browse("manager").post(f"{P}/signatures/")
    reminders.remind("http://x/", demo.DAY)

    assert len(held) > 1
    assert set(held) == {outside}


def test_a_mail_server_that_does_not_answer_is_not_waited_for_for_ever(settings: Any) -> None:
    assert settings.EMAIL_TIMEOUT == 10
