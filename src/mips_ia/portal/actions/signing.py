"""Signing, declining, withdrawing, and recording for somebody who allowed it."""

import hashlib
import json
import secrets

from mips_ia.portal import clock
from mips_ia.portal.actions.ledger import not_locked
from mips_ia.portal.log import note, writing
from mips_ia.portal.models import Delegation, Signature
from mips_ia.portal.statements import VERSION
from mips_ia.problems import Problem, Refused


def sign(access, window, statement, typed_name):
    """The clinician signs one window, as it stands."""
    return _signed(access, window, "own", statement, typed_name, role="clinician")


def decline(access, window, statement, typed_name):
    """The clinician says that it was not done."""
    return _signed(access, window, "declined", statement, typed_name, role="clinician")


def record(access, window, delegation, statement, basis):
    """Somebody records for a clinician who allowed it; it is not the clinician's own signature."""
    name = access.person.name
    return _signed(access, window, "delegated", statement, name, delegation=delegation, basis=basis)


def withdraw(access, window, statement, typed_name, reason):
    """The clinician withdraws; the earlier signature stays in the record. It is open after a lock too."""
    return _signed(
        access, window, "withdrawn", statement, typed_name, role="clinician", reason=reason, locked=True
    )


def _signed(
    access,
    window,
    kind,
    statement,
    typed_name,
    *,
    role="",
    delegation=None,
    basis="",
    reason="",
    locked=False,
):
    with writing(access.practice):
        if not locked:
            not_locked(window.year)
        window.refresh_from_db()
        if window.replaced_at is not None:
            what = "The days were changed since this page was shown."
            raise Refused(
                [Problem("changed", f"window {window.id}", what, "Read the new days, and sign those.")]
            )
        last = window.signatures.order_by("-id").first()
        if last is not None and last.kind == kind:
            return last
        at = clock.now()
        told = {
            "window": window.id, "clinician": window.clinician.npi, "activity": window.activity,
            "first": str(window.first), "last": str(window.last), "kind": kind, "statement": statement,
            "typed_name": typed_name, "person": access.person.id, "at": at.isoformat(), "basis": basis,
            "reason": reason,
        }  # fmt: skip
        digest = hashlib.sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()
        signature = Signature.objects.create(
            window=window, kind=kind, statement=statement, version=VERSION, typed_name=typed_name,
            person=access.person, role=role or access.role, delegation=delegation, basis=basis, reason=reason,
            digest=digest, number=secrets.token_hex(5).upper(), signed_at=at,
        )  # fmt: skip
        note(access, kind, f"window {window.id}", None, {"number": signature.number, "digest": digest})
        return signature


def delegate(access, to, until, statement, typed_name):
    """The clinician allows somebody to record for them in this practice and year, until a day."""
    with writing(access.practice):
        found = Delegation.objects.create(
            clinician=access.clinician, year=access.year, delegate=to, until=until, statement=statement,
            typed_name=typed_name, given_at=clock.now(),
        )  # fmt: skip
        note(access, "delegation given", f"delegation {found.id}", None, {"to": to.id, "until": str(until)})
        return found


def end(access, delegation):
    """End a delegation; what was recorded under it while it held keeps counting."""
    with writing(access.practice):
        Delegation.objects.filter(pk=delegation.pk, ended_at=None).update(ended_at=clock.now())
        note(access, "delegation ended", f"delegation {delegation.id}")
