"""The link by which anybody stops their reminders: with it and without signing in, and nothing else."""

from django.core.signing import BadSignature, Signer

from mips_ia.portal.models import Person

_SIGNER = Signer(salt="mips_ia.portal.reminders.stop", sep=".")


def address(person, base):
    """Where one click stops the reminders of a person: signed, so that nobody makes another's."""
    return f"{base}reminders/stop/{_SIGNER.sign(person.pk)}/"


def person_of(token):
    """Whose link it is; None where it is none of ours."""
    try:
        return Person.objects.filter(pk=int(_SIGNER.unsign(token))).first()
    except BadSignature:
        return None


def headers(person, base):
    """What lets a mail program offer to stop them itself (RFC 8058), and not answer them (RFC 3834)."""
    return {
        "List-Unsubscribe": f"<{address(person, base)}>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
        "Auto-Submitted": "auto-generated",
    }
