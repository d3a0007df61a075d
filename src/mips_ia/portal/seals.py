"""The digest of each signed record, so that anybody can check a copy of it.

How a digest is made has a number, the record's `seal`. What was sealed in an earlier way stays as it is
and is checked in that way; 0 has no digest.
"""

import hashlib
import json
from datetime import UTC

from mips_ia.portal.models import (
    AuditSent,
    Delegation,
    Destruction,
    Download,
    Final,
    Review,
    ReviewerLink,
    ReviewNote,
    Revision,
    Signature,
    Use,
)

VERIFIED = 3  # since this way a digest covers how somebody had just shown who they are


def of(row):
    """The digest of a record, from what it holds now."""
    return hashlib.sha256(text(row).encode()).hexdigest()


def text(row):
    """What the digest of a record is made of, as JSON with its names sorted."""
    return json.dumps(TOLD[type(row)](row), sort_keys=True)


def _signature(row):
    window = row.window
    told = {
        "window": row.window_id, "clinician": window.clinician.npi, "activity": window.activity,
        "first": str(window.first), "last": str(window.last), "kind": row.kind, "statement": row.statement,
        "typed_name": row.typed_name, "person": row.person_id, "at": _moment(row.signed_at),
        "basis": row.basis, "reason": row.reason,
    }  # fmt: skip
    if row.seal == 1:
        return told
    told |= {
        "role": row.role, "version": row.version, "delegation": row.delegation_id, "number": row.number,
    }  # fmt: skip
    return told if row.seal < VERIFIED else told | {"verified": row.verified}


def _delegation(row):
    told = {
        "clinician": row.clinician.npi, "year": row.year_id, "delegate": row.delegate_id,
        "until": str(row.until), "statement": row.statement, "version": row.version,
        "typed_name": row.typed_name, "person": row.person_id, "role": row.role, "at": _moment(row.given_at),
    }  # fmt: skip
    return told if row.seal < VERIFIED else told | {"verified": row.verified}


def _final(row):
    told = {"year": row.year_id, "kind": row.kind, "at": _moment(row.at), "person": row.person_id}
    locking = ("statement", "typed_name", "answer", "qpp_json", "qrda3")
    if row.seal >= VERIFIED:
        locking += ("verified",)
    for name in locking if row.kind == "locked" else ("reason",):
        told[name] = getattr(row, name)
    return told if row.seal == 1 else told | {"role": row.role, "version": row.version}


def _download(row):
    return {
        "final": row.final_id, "what": row.what, "sha256": row.sha256, "person": row.person_id,
        "at": _moment(row.at),
    }  # fmt: skip


def _revision(row):
    names = ("number", "name", "media_type", "sha256", "size", "form", "fields", "found", "phi", "masked",
             "reason", "receipt", "role")  # fmt: skip
    known = {name: getattr(row, name) for name in names}
    return known | {
        "evidence": row.evidence_id,
        "person": row.person_id,
        "received_at": _moment(row.received_at),
    }


def _use(row):
    names = ("activity", "leaf", "kind", "numerator", "denominator", "note", "role")
    known = {name: getattr(row, name) for name in names}
    return known | {
        "evidence": row.evidence_id, "year": row.year_id, "clinician": row.clinician_id,
        "first": str(row.first), "last": str(row.last), "person": row.person_id, "at": _moment(row.at),
    }  # fmt: skip


def _review(row):
    return {
        "use": row.use_id, "revision": row.revision_id, "accepted": row.accepted, "reason": row.reason,
        "person": row.person_id, "role": row.role, "at": _moment(row.at),
    }  # fmt: skip


def _destruction(row):
    return {
        "evidence": row.evidence_id, "reason": row.reason, "person": row.person_id, "at": _moment(row.at),
        "agreed_by": row.agreed_by_id, "agreed_at": row.agreed_at and _moment(row.agreed_at),
        "digests": row.digests,
    }  # fmt: skip


def _audit_sent(row):
    names = ("audit_id", "how", "what", "sha256", "transcript", "person_id", "role")
    known = {name: getattr(row, name) for name in names}
    return known | {"sent_on": str(row.sent_on), "at": _moment(row.at)}


def _reviewer_link(row):
    names = ("year_id", "name", "files", "phi", "activities", "secret", "person_id", "role")
    known = {name: getattr(row, name) for name in names}
    if row.audit_id:  # those without one are as they were before there were any
        known["audit"] = row.audit_id
    return known | {"until": str(row.until), "at": _moment(row.at)}


def _review_note(row):
    names = ("link_id", "activity", "evidence_id", "words")
    return {name: getattr(row, name) for name in names} | {"at": _moment(row.at)}


TOLD = {
    AuditSent: _audit_sent, ReviewerLink: _reviewer_link, ReviewNote: _review_note,
    Signature: _signature, Delegation: _delegation, Final: _final, Download: _download, Revision: _revision,
    Use: _use, Review: _review, Destruction: _destruction,
}  # fmt: skip


def _moment(at):
    return at.astimezone(UTC).isoformat()


def checked(practice):
    """How many records of a practice have a digest, and the first of them that it does not fit."""
    of_windows = {"window__year__practice": practice, "seal__gt": 0}
    of_years = {"year__practice": practice, "seal__gt": 0}
    every = [
        *Signature.objects.filter(**of_windows).select_related("window__clinician"),
        *Delegation.objects.filter(**of_years).select_related("clinician").order_by("id"),
        *Final.objects.filter(**of_years),
        *Revision.objects.filter(evidence__practice=practice),
        *Use.objects.filter(year__practice=practice),
        *Review.objects.filter(use__year__practice=practice),
        *AuditSent.objects.filter(audit__year__practice=practice),
        *ReviewerLink.objects.filter(year__practice=practice),
        *ReviewNote.objects.filter(link__year__practice=practice),
    ]
    return len(every), next((row for row in every if row.digest != of(row)), None)
