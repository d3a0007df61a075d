"""A message as it goes out."""

from django.core.mail import EmailMessage


def letter(to, subject, text, headers=None):
    """To one address; a name may have come with the line break of a cell, and no subject may have one."""
    return EmailMessage(" ".join(subject.split()), text, None, [to], headers=headers)
