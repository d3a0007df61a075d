"""Who is on the roster and cannot get in yet."""

from mips_ia.portal.actions import invitations
from mips_ia.portal.tenancy import whom_to_ask

ROWS = 100  # clinicians who are invited at once; the others follow


def uninvited(access):
    """The clinicians on the year's roster who have no account and no invitation, by name."""
    waiting = invitations.invited(access).filter(practice=access.practice).values("clinician")
    here = access.practice.clinicians.filter(person=None, stays__year=access.year, stays__ended_at=None)
    return list(here.exclude(pk__in=waiting.exclude(clinician=None)).distinct())


def to_invite(access):
    """How many cannot sign yet, and who can invite them; None for those who do not ask for signatures."""
    if not access.may("remind"):
        return None
    ask = "" if access.may("people") else whom_to_ask(access.practice, "people")
    return {"count": len(uninvited(access)), "ask": ask}
