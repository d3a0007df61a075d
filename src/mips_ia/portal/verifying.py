"""Whether bytes or a receipt are exactly what was received or made here: said to anybody, and no more."""

from datetime import datetime
from typing import NamedTuple

from mips_ia.portal import seals
from mips_ia.portal.models import AuditSent, Binder, Revision, Signature, Trace
from mips_ia.portal.traces import digests
from mips_ia.portal.vaults import store
from mips_ia.problems import Refused

RECEIVED, SENT = "what was received", "what was marked here as sent"
BINDER, PACKAGE = "the binder that was made here", "the package that was made here"


class Known(NamedTuple):
    """What somebody has, in words, and since when it is here."""

    what: str
    at: datetime


def known(sha256="", receipt=""):
    """What it is exactly; None where it is nothing from here, or is not so any more.

    With a fingerprint alone it is the first record of these bytes that is as it was sealed, or a binder, or
    what was sent; with a receipt alone that record must be so, and its file as it came in; with both they
    must belong together.
    """
    if not receipt:
        return next(_with(sha256), None)
    revision = Revision.objects.filter(receipt=receipt).select_related("evidence__destruction").first()
    if revision is not None:
        whole = revision.sha256 == sha256 if sha256 else _is_there(revision)
        return Known(RECEIVED, revision.received_at) if whole and _is_sealed(revision) else None
    signature = Signature.objects.filter(number=receipt).select_related("window__clinician").first()
    if signature is None or sha256 or not _is_sealed(signature):
        return None
    return Known(RECEIVED, signature.signed_at)


def _with(sha256):
    """All that has this fingerprint and is as it was written."""
    for each in Revision.objects.filter(sha256=sha256).order_by("received_at").iterator():
        if _is_sealed(each):
            yield Known(RECEIVED, each.received_at)
    for each in Binder.objects.filter(sha256=sha256).exclude(made_at=None):
        if _is_traced(each):
            yield Known(PACKAGE if each.audit_id else BINDER, each.made_at)
    for each in AuditSent.objects.filter(sha256=sha256):
        if _is_sealed(each):
            yield Known(SENT, each.at)


def _is_sealed(row):
    return row.digest == seals.of(row)


def _is_traced(row):
    """Whether a binder's row is as its last change left it."""
    last = Trace.objects.filter(rows__binder__has_key=str(row.pk)).order_by("-pk").first()
    return (
        last is not None and digests(Binder, [row.pk], last.seal)[row.pk] == last.rows["binder"][str(row.pk)]
    )


def _is_there(revision):
    """Whether the vault gives the bytes back as they came in; what was destroyed has its record alone."""
    if hasattr(revision.evidence, "destruction") and revision.evidence.destruction.agreed_at is not None:
        return True
    try:
        for _ in store().read(revision.sha256):
            pass
    except Refused:
        return False
    return True
