"""The messages that went out, with those that go out beside an answer."""

import threading

from django.core import mail
from django.core.mail import EmailMessage

from mips_ia.portal.letters import BESIDE


def letters() -> list[EmailMessage]:
    """All of them, once each has gone out."""
    for each in threading.enumerate():
        if each.name == BESIDE:
            each.join()
    return [*mail.outbox]
