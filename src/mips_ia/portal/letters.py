"""A message as it goes out."""

import logging
from threading import Thread

from django.core.mail import EmailMessage

from mips_ia.portal.undelivered import why

BESIDE = "letter"  # what the threads are called that send one
logger = logging.getLogger(__name__)


def letter(to, subject, text, headers=None):
    """To one address; a name may have come with the line break of a cell, and no subject may have one."""
    return EmailMessage(" ".join(subject.split()), text, None, [to], headers=headers)


def beside(message, about):
    """Send it while the answer goes out; the terminal alone learns that one about this could not be sent."""
    Thread(target=_sent, args=(message, about), name=BESIDE).start()


def _sent(message, about):
    try:
        message.send()
    except OSError as fault:
        logger.error("A message about %s could not be sent: %s.", about, why(fault))  # noqa: TRY400
