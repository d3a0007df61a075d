"""Signing, declining, withdrawing, and recording for somebody who allowed it.

`verified` is how the person has just shown who they are, as the record keeps it.
"""

import secrets

from django.core.exceptions import PermissionDenied

from mips_ia.portal import clock, leaves, seals
from mips_ia.portal.actions.ledger import not_locked
from mips_ia.portal.log import note, writing
from mips_ia.portal.models import Delegation, Signature
from mips_ia.portal.signed import SIGNED, valid
from mips_ia.portal.statements import VERSION
from mips_ia.problems import Problem, Refused


def sign(access, window, statement, typed_name, *, verified):
    """The clinician signs one window, as it stands."""
    return _own(access, window, "own", statement, typed_name, verified)


def decline(access, window, statement, typed_name, *, verified):
    """The clinician says that it was not done; `Refused` as `nothing_signed` says."""
    return _own(access, window, "declined", statement, typed_name, verified)


def nothing_signed(window):
    """`Refused` where something signed holds: only a withdrawal, which has a reason, takes it back."""
    if (last := _last(window)) is not None and last.kind in SIGNED:
        what = f"{window.activity} is signed, with the receipt {last.number}."
        fix = "Withdraw the signature, with a reason."
        raise Refused([Problem("signed", f"window {window.id}", what, fix)])


def _last(window):
    return window.signatures.order_by("-id").first()


def withdraw(access, window, statement, typed_name, reason, *, verified):
    """The clinician withdraws; the earlier signature stays in the record. It is open after a lock too."""
    return _own(access, window, "withdrawn", statement, typed_name, verified, reason)


def record(access, window, delegation, statement, basis, *, verified):
    """Somebody records for a clinician who allowed it; it is not the clinician's own signature."""
    if not holds(delegation) or delegation.delegate_id != access.person.id:
        raise PermissionDenied(window.clinician.spoken)
    if delegation.clinician_id != window.clinician_id or delegation.year_id != window.year_id:
        raise PermissionDenied(window.clinician.spoken)
    said = {
        "statement": statement, "typed_name": access.person.name, "role": access.role, "verified": verified,
        "delegation": delegation, "basis": basis,
    }  # fmt: skip
    return _signed(access, window, "delegated", said)


def holds(delegation):
    """Whether a delegation holds now."""
    return delegation.ended_at is None and valid(delegation, clock.now())


def _own(access, window, kind, statement, typed_name, verified, reason=""):
    """Nobody signs for a clinician, whatever their role."""
    if access.clinician is None or access.clinician.pk != window.clinician_id:
        raise PermissionDenied(window.clinician.spoken)
    said = {
        "statement": statement, "typed_name": typed_name, "role": "clinician", "verified": verified,
        "reason": reason,
    }  # fmt: skip
    return _signed(access, window, kind, said)


def _signed(access, window, kind, said):
    """One more signature of a window; the same kind twice in a row is one."""
    with writing(access.practice):
        if kind != "withdrawn":
            not_locked(window.year)
        window.refresh_from_db()
        if window.replaced_at is not None:
            what = "The days were changed since this page was shown."
            fix = "Read the new days, and sign those."
            raise Refused([Problem("changed", f"window {window.id}", what, fix)])
        last = _last(window)
        if last is not None and last.kind == kind:
            return last
        if kind == "declined":
            nothing_signed(window)
        signature = Signature(
            window=window, kind=kind, version=VERSION, person=access.person, signed_at=clock.now(),
            number=secrets.token_hex(5).upper(), **said,
        )  # fmt: skip
        signature.digest = seals.of(signature)
        signature.save()
        leaves.keep(access.practice, signature)
        told = told_of(window)
        told |= {"number": signature.number, "verified": signature.verified, "digest": signature.digest}
        note(access, kind, f"window {window.id}", None, told)
        return signature


def told_of(window):
    """Whose window it is, of what and when, as the log has it."""
    return {
        "clinician": window.clinician.npi, "activity": window.activity,
        "first": window.first and window.first.isoformat(), "last": window.last and window.last.isoformat(),
    }  # fmt: skip


def delegate(access, to, until, statement, typed_name, *, verified):
    """The clinician allows somebody to record for them in this practice and year, until a day."""
    with writing(access.practice):
        found = Delegation(
            clinician=access.clinician, year=access.year, delegate=to, until=until, statement=statement,
            version=VERSION, typed_name=typed_name, person=access.person, role="clinician",
            verified=verified, given_at=clock.now(),
        )  # fmt: skip
        found.digest = seals.of(found)
        found.save()
        leaves.keep(access.practice, found)
        told = _delegated(found) | {"verified": verified, "digest": found.digest}
        note(access, "delegation given", f"delegation {found.id}", None, told)
        return found


def end(access, delegation):
    """End a delegation; what was recorded under it while it held keeps counting."""
    with writing(access.practice):
        rows = Delegation.objects.filter(pk=delegation.pk, ended_at=None)
        if rows.update(ended_at=clock.now(), ended_by=access.person):
            leaves.ended(access.practice, delegation)
            note(access, "delegation ended", f"delegation {delegation.id}", _delegated(delegation))


def _delegated(row):
    """Who lets whom record until when, as the log has it."""
    return {
        "clinician": row.clinician.npi, "to": row.delegate.name, "until": row.until.isoformat(),
    }  # fmt: skip
