"""Why a message did not go out, in words, and whether others would go out."""

from smtplib import SMTPRecipientsRefused, SMTPResponseException, SMTPServerDisconnected
from socket import gaierror

from django.conf import settings

ANSWERED = (SMTPRecipientsRefused, SMTPResponseException)  # the mail server is there, and said no
NOT_THERE = (ConnectionError, SMTPServerDisconnected, gaierror)


def away(fault):
    """Whether there is no mail server to speak to, so that no other message needs to be tried."""
    return fault is not None and not isinstance(fault, ANSWERED)


def why(fault):
    """What the mail server said, or that it cannot be reached; empty where nothing went wrong."""
    place = f"the mail server {settings.EMAIL_HOST}:{settings.EMAIL_PORT}"
    if isinstance(fault, SMTPRecipientsRefused):
        (answer, *_) = fault.recipients.values()
        return f"the mail server does not take the address ({_answer(*answer)})"
    if isinstance(fault, SMTPResponseException):
        return f"{place} refused it ({_answer(fault.smtp_code, fault.smtp_error)})"
    if isinstance(fault, TimeoutError):
        return f"{place} did not answer within {settings.EMAIL_TIMEOUT} seconds"
    if isinstance(fault, NOT_THERE):
        return f"{place} cannot be reached ({fault.strerror or fault})"
    return str(fault or "")


def _answer(code, said):
    return f"{code} {said.decode(errors='replace') if isinstance(said, bytes) else said}"
