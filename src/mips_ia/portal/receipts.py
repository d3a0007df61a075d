"""Messages that follow a signature: its receipt, and that one was withdrawn after the year was sent."""

from django.core.mail import get_connection
from django.db.models import Q

from mips_ia.portal.letters import letter
from mips_ia.portal.statements import KINDS
from mips_ia.portal.templatetags.words import moment
from mips_ia.rules import rules


def receipt(signature):
    """When it was signed, declined or withdrawn, the number of the receipt, and how long to keep it."""
    number = rules(signature.window.year.year).number
    keep, advised = number["keep_years"].value, number["keep_years_advised"].value
    return (
        f"{KINDS[signature.kind]} on {moment(signature.signed_at)}. Receipt {signature.number}. "
        f"Keep this for {keep} years from the end of the year; up to {advised} is suggested."
    )


def send(signature):
    """The receipt by mail, to the clinician's own account."""
    practice = signature.window.year.practice.name
    told = (
        f"{signature.typed_name}, in the role {signature.role}, from the account {signature.person.email}\n"
        f"Identity verified by: {signature.verified}\n"
        f"{practice}\n\n{receipt(signature)}\n"
        f"Statement version {signature.version}. SHA-256 {signature.digest}\n"
    )
    text = f"{signature.statement}\n\n{told}"
    post([(signature.person.email, f"Receipt for {signature.window.activity}", text)], quietly=True)


def tell_officials(access, window):
    """The signing officials learn at once that a signature was withdrawn after the year was locked."""
    here = Q(practice=access.practice) | Q(practice=None)
    held = access.practice.organization.memberships.filter(
        here, ended_at=None, signing_official=True, person__is_active=True
    )
    text = (
        f"{window.clinician.spoken} withdrew a signature for {window.activity}, performance year "
        f"{access.year.year}, at {access.practice.name}, after the year was locked. What was exported does "
        "not change by itself. Read the reason in the participation ledger and decide what to report.\n"
    )
    to = sorted({each.person.email for each in held.select_related("person")})
    subject = f"A signature for {window.activity} was withdrawn"
    post([(each, subject, text) for each in to], quietly=True)


def post(letters, quietly=False, headers=None):
    """Send letters, each to one address, over one connection; returns how many went out."""
    mail = [letter(*each, headers) for each in letters]
    return get_connection(fail_silently=quietly).send_messages(mail) or 0 if mail else 0
