"""What a record with a digest is, in a few words."""

from mips_ia.portal.templatetags.words import day

SEALED = {
    "Use": "use of evidence", "Review": "review of evidence", "AuditSent": "answer to an auditor",
    "ReviewerLink": "link for a reviewer", "ReviewNote": "note of a reviewer",
}  # fmt: skip


def spoken(record):
    """What record it is, in a few words."""
    kind = type(record).__name__
    if kind == "Signature":
        return f"signature with the receipt {record.number}"
    if kind == "Delegation":
        return f"delegation of {day(record.given_at)}"
    if kind == "Revision":
        return f"evidence with the receipt {record.receipt}"
    return f"{SEALED.get(kind) or f'{record.kind} year'} of {day(record.at)}"
