"""Who can be named in a delegation, and what somebody may record under one."""

from django.db.models import Q

from mips_ia.portal.actions import signing
from mips_ia.portal.asked import unsigned
from mips_ia.portal.ledgers import ledger_of
from mips_ia.portal.roles import ALLOWED


def may_be_named(access):
    """Those who run or serve the practice, who are listed; and everybody, the other clinicians too."""
    here = Q(practice=access.practice) | Q(practice=None)
    found = access.practice.organization.memberships.filter(
        here, ended_at=None, role__in=ALLOWED["delegated"]
    )
    found = found.exclude(person=access.person).select_related("person").order_by("person__name")
    listed = {each.person_id: each.person for each in found if each.role != "clinician"}
    return [*listed.values()], [each.person for each in found]


def held(access, clinician):
    """The newest delegation by which the person may record for a clinician now; None where there is none."""
    found = access.year.delegations.filter(delegate=access.person, clinician=clinician, ended_at=None)
    return next((each for each in found.order_by("-id") if signing.holds(each)), None)


def to_record(access, clinician, activity):
    """The window of a clinician that a record would make count; None where there is none."""
    ledger = ledger_of(access.year)
    cell = ledger.cell(clinician.id, activity)
    if cell.word != "Not signed":
        return None
    window = access.year.windows.select_related("clinician").get(pk=cell.window.place)
    window.year = access.year
    return window if unsigned(ledger, window).word == "Not signed" else None
