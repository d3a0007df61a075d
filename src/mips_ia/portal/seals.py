"""The digest of each signed record, so that anybody can check a copy of it.

How a digest is made has a number, the record's `seal`. What was sealed in an earlier way stays as it is
and is checked in that way; 0 has no digest.
"""

import hashlib
import json
from datetime import UTC

from mips_ia.portal.models import Delegation, Final, Signature


def of(row):
    """The digest of a record, from what it holds now."""
    told = {Signature: _signature, Delegation: _delegation, Final: _final}[type(row)](row)
    return hashlib.sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()


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
    return told | {
        "role": row.role,
        "version": row.version,
        "delegation": row.delegation_id,
        "number": row.number,
    }


def _delegation(row):
    return {
        "clinician": row.clinician.npi, "year": row.year_id, "delegate": row.delegate_id,
        "until": str(row.until), "statement": row.statement, "version": row.version,
        "typed_name": row.typed_name, "person": row.person_id, "role": row.role, "at": _moment(row.given_at),
    }  # fmt: skip


def _final(row):
    told = {"year": row.year_id, "kind": row.kind, "at": _moment(row.at), "person": row.person_id}
    locking = ("statement", "typed_name", "answer", "qpp_json", "qrda3")
    for name in locking if row.kind == "locked" else ("reason",):
        told[name] = getattr(row, name)
    return told if row.seal == 1 else told | {"role": row.role, "version": row.version}


def _moment(at):
    return at.astimezone(UTC).isoformat()


def checked(practice):
    """How many signed records of a practice have a digest, and the first of them that it does not fit."""
    of_windows = {"window__year__practice": practice, "seal__gt": 0}
    of_years = {"year__practice": practice, "seal__gt": 0}
    every = [
        *Signature.objects.filter(**of_windows).select_related("window__clinician"),
        *Delegation.objects.filter(**of_years).select_related("clinician").order_by("id"),
        *Final.objects.filter(**of_years),
    ]
    return len(every), next((row for row in every if row.digest != of(row)), None)
