"""Signatures and delegations to read, clinicians to ask, delegations to end."""

from datetime import date, datetime
from typing import Annotated

from django.http import Http404, HttpRequest
from ninja import Field, Query, Schema

from mips_ia.portal import reminders
from mips_ia.portal.actions import signing
from mips_ia.portal.api.given import Given
from mips_ia.portal.api.operations import ERRORS, api, operation
from mips_ia.portal.api.paging import Listed, Part, listed, part
from mips_ia.portal.api.practices import PATH
from mips_ia.portal.asked import asked as waiting
from mips_ia.portal.ledgers import ledger_of
from mips_ia.portal.told import signed
from mips_ia.portal.undelivered import why
from mips_ia.problems import Problem, Refused

Npi = Annotated[str, Field(pattern=r"^[0-9]{10}$")]


class SignaturesQuery(Part):
    """Which signatures: of a clinician by NPI, of an activity."""

    npi: Npi | None = None
    activity: str | None = Field(None, pattern=r"^IA_[A-Z0-9_]{1,17}$")


class SignatureOut(Schema):
    """What somebody said of one window, word for word; `holds` while nothing was said or changed after it.

    `kind` is `own`, `delegated`, `declined` or `withdrawn`; `digest` is the SHA-256 of the whole, made in
    the way of `seal`, and `version` is that of the statement's words. `verified` is how the person had just
    shown who they are, empty where that was not kept.
    """

    id: int
    number: str
    kind: str
    window: int
    npi: str
    activity: str
    first: date | None
    last: date | None
    statement: str
    version: str
    typed_name: str
    signed_at: datetime
    signed_by: str
    role: str
    verified: str
    delegation: int | None
    basis: str
    reason: str
    digest: str
    seal: int
    holds: bool


class DelegationOut(Schema):
    """A clinician lets somebody record for them until a day; `holds` until then, or until it was ended.

    `verified` is how the clinician had just shown who they are, empty where that was not kept.
    """

    id: int
    npi: str
    delegate: str
    until: date
    statement: str
    version: str
    typed_name: str
    verified: str
    given_at: datetime
    digest: str
    seal: int
    ended_at: datetime | None
    ended_by: str
    holds: bool


class DelegationEndedOut(Schema):
    """A delegation that was ended; what was recorded under it while it held keeps counting."""

    id: int
    npi: str
    ended: bool


class AskIn(Given):
    """Whom to ask, by NPI; everybody who has not answered where nobody is named."""

    npis: list[Npi] | None = None


class AskedOut(Schema):
    """How many were asked now, how many had been today already, and who cannot be asked.

    `unsent` are those to whom no message went out, and `why` says why.
    """

    asked: int
    asked_before: int
    unsent: list[str]
    why: str
    without_account: list[str]
    nothing_waits: list[str]


@api.get(f"{PATH}/signatures", response={200: Listed[SignatureOut], **ERRORS}, operation_id="signatures")
@operation(see="see")
def signatures(request: HttpRequest, access, asked: Query[SignaturesQuery]):
    """What was signed, recorded, declined and withdrawn, newest first; clinicians see their own."""
    wanted = {"window__clinician__npi": asked.npi, "window__activity": asked.activity}
    found = signed.signatures(access).filter(**{name: each for name, each in wanted.items() if each})
    return listed(found, asked, map(_found, part(found, asked)))


@api.get(f"{PATH}/delegations", response={200: Listed[DelegationOut], **ERRORS}, operation_id="delegations")
@operation(see="see")
def delegations(request: HttpRequest, access, asked: Query[Part]):
    """Who may record for whom, newest first; clinicians see those that they gave."""
    found = signed.delegations(access)
    return listed(found, asked, map(plain_delegation, part(found, asked)))


@api.delete(
    f"{PATH}/delegations/{{delegation}}", response={200: DelegationEndedOut, **ERRORS},
    operation_id="end_delegation",
)  # fmt: skip
@operation(see="see", change="end_delegation", scope="write")
def end_delegation(request: HttpRequest, access, delegation: int):
    """End a delegation, for the practice, or as the clinician who gave it."""
    found = signed.delegations(access)
    if access.how("end_delegation") == "own":
        found = found.filter(clinician=access.clinician)
    row = found.filter(pk=delegation).first()
    if row is None:
        raise Http404
    signing.end(access, row)
    return {"id": row.id, "npi": row.clinician.npi, "ended": True}


@api.post(f"{PATH}/signatures/ask", response={200: AskedOut, **ERRORS}, operation_id="ask_to_sign")
@operation(see="remind", change="remind", scope="write")
def ask(request: HttpRequest, access, given: AskIn):
    """Ask clinicians to sign by the message of the page; nobody is asked twice on one day."""
    ledger = ledger_of(access.year)
    known = {each.clinician.npi for each in ledger.people}
    if wrong := [*_unknown(given.npis or (), known)]:
        raise Refused(wrong)
    chosen = [each for each in waiting(ledger) if given.npis is None or each.clinician.npi in given.npis]
    told = reminders.ask(access, chosen, request.build_absolute_uri("/"))
    waits = {each.clinician.npi for each in chosen}
    return {
        "asked": told.sent, "asked_before": told.before, "why": why(told.fault),
        "unsent": sorted({each.clinician.npi for each in chosen if each.clinician.person in told.unsent}),
        "without_account": sorted({each.clinician.npi for each in chosen if not each.clinician.person_id}),
        "nothing_waits": sorted({*(given.npis or ())} - waits),
    }  # fmt: skip


def _unknown(npis, known):
    for each in dict.fromkeys(npis):
        if each not in known:
            what = f"The roster has no clinician with the NPI {each}."
            yield Problem("not_on_roster", "npis", what, "Use the NPIs of the roster.")


def _found(row):
    return plain_signature(row, row.newest == row.id and row.window.replaced_at is None)


def plain_signature(row, holds=True):
    """A signature as the API has it; one that was just made holds."""
    window = row.window
    names = (
        "id", "number", "kind", "statement", "version", "typed_name", "signed_at", "role", "verified",
        "basis", "reason", "digest", "seal",
    )  # fmt: skip
    return {name: getattr(row, name) for name in names} | {
        "window": window.id, "npi": window.clinician.npi, "activity": window.activity,
        "first": window.first, "last": window.last, "signed_by": row.person.name,
        "delegation": row.delegation_id, "holds": holds,
    }  # fmt: skip


def plain_delegation(row):
    """A delegation as the API has it."""
    names = (
        "id", "until", "statement", "version", "typed_name", "verified", "given_at", "digest", "seal",
        "ended_at",
    )  # fmt: skip
    return {name: getattr(row, name) for name in names} | {
        "npi": row.clinician.npi, "delegate": row.delegate.name, "holds": signing.holds(row),
        "ended_by": row.ended_by.name if row.ended_by else "",
    }  # fmt: skip
