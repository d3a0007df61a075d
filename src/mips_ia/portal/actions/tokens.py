"""Keys of programs: made once, shown once, kept as a digest, ended by a day or by hand."""

import hashlib
import secrets
from datetime import timedelta

from django.db import transaction

from mips_ia.portal import clock
from mips_ia.portal.log import write
from mips_ia.portal.models import Token

SCOPES = {
    "read": "See what its person sees",
    "write": "Change what its person may change",
    "export": "Take the files for CMS",
    "people": "Invite people, change and end their roles",
    "unlock": "Open a locked year again, with a reason",
    "sign": "Make statements in its person’s name, each with a new code of their app",
}
LONGEST = 366  # days


def make(person, name, scopes, days):
    """A new token and its row; the token itself is not kept, so it is shown now or never."""
    secret = f"mia_{secrets.token_urlsafe(32)}"
    with transaction.atomic():
        row = Token.objects.create(
            person=person, name=name, digest=digest(secret), scopes=sorted(scopes),
            until=clock.now() + timedelta(days=min(days, LONGEST)),
        )  # fmt: skip
        write(person, "", None, "token made", f"token {row.id}", None, {"scopes": row.scopes})
    return secret, row


def end(person, row):
    """End a token at once."""
    with transaction.atomic():
        Token.objects.filter(pk=row.pk, ended_at=None).update(ended_at=clock.now())
        write(person, "", None, "token ended", f"token {row.id}")


def digest(secret):
    """What is kept of a token."""
    return hashlib.sha256(secret.encode()).hexdigest()
