"""What the portal remembers. Rules of MIPS are not here: a row says what somebody entered, and no more."""

from mips_ia.portal.models.audit import Audit, AuditAnswer, AuditItem, AuditSent, ReviewerLink, ReviewNote
from mips_ia.portal.models.batches import Batch
from mips_ia.portal.models.binders import Binder
from mips_ia.portal.models.evidence import (
    Destruction,
    Evidence,
    Forgetting,
    Hold,
    Leaf,
    Notary,
    Review,
    Revision,
    Use,
    Waiting,
)
from mips_ia.portal.models.ledger import Chosen, Draft, Upload, Window
from mips_ia.portal.models.people import (
    OFFICIALS,
    ROLES,
    CalendarFeed,
    Invitation,
    Membership,
    Organization,
    Person,
    Reminder,
    Token,
)
from mips_ia.portal.models.practice import Practice, Result, Site, Year
from mips_ia.portal.models.records import Delegation, Download, Entry, Final, Request, Signature
from mips_ia.portal.models.roster import Clinician, Stay
from mips_ia.portal.models.traced import Trace

__all__ = [
    "OFFICIALS", "ROLES", "Audit", "AuditAnswer", "AuditItem", "AuditSent", "Batch", "Binder",
    "CalendarFeed", "Chosen", "Clinician", "Delegation", "Destruction", "Download", "Draft", "Entry",
    "Evidence", "Final", "Forgetting", "Hold", "Invitation", "Leaf", "Membership", "Notary",
    "Organization", "Person", "Practice", "Reminder", "Request", "Result", "Review", "ReviewNote",
    "ReviewerLink", "Revision", "Signature", "Site", "Stay", "Token", "Trace", "Upload", "Use", "Waiting",
    "Window", "Year",
]  # fmt: skip
