"""Giving a delegation, and recording under one, in the words of their pages."""

from datetime import date
from typing import Annotated

from django.http import Http404, HttpRequest
from django.urls import reverse
from ninja import Field
from pydantic import StringConstraints

from mips_ia.portal import statements
from mips_ia.portal.actions import signing
from mips_ia.portal.actions.ledger import not_locked
from mips_ia.portal.api.formed import filled, may_name_patient
from mips_ia.portal.api.operations import ERRORS, api, operation
from mips_ia.portal.api.practices import PATH
from mips_ia.portal.api.saying import WINDOW, completing, holds, waits
from mips_ia.portal.api.signatures import DelegationOut, SignatureOut, plain_delegation, plain_signature
from mips_ia.portal.api.stated import BY, NamedIn, StatementIn, other_words, verify, wrong_name
from mips_ia.portal.forms.delegations import Allowing
from mips_ia.portal.ledgers import ledger_of
from mips_ia.portal.names import fits
from mips_ia.portal.told.delegations import held, may_be_named
from mips_ia.problems import Problem, Refused


class DelegateIn(NamedIn):
    """Who may record for the clinician, by the address with which they sign in, and until which day."""

    email: str = Field(min_length=1, max_length=254)
    until: date


class RecordIn(StatementIn):
    """On what a record rests; a basis that may name a patient is refused, unless it is said to name none."""

    basis: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=300)]
    names_no_patient: bool = False


@api.post(f"{PATH}/delegations", response={200: DelegationOut, **ERRORS}, operation_id="delegate")
@operation(see="sign", change="sign", scope="sign")
def delegate(request: HttpRequest, access, given: DelegateIn):
    """Let a colleague record for oneself in the practice's year, until a day."""
    _, colleagues = may_be_named(access)
    sent = {"email": given.email, "until": given.until.isoformat()}
    form = Allowing(sent, people=[], colleagues=colleagues, year=access.year.year)
    until = filled(form, sent)["until"]
    says = statements.delegation(access, form.whom, until)
    fitting = wrong_name(fits(given.name, access.clinician), access.clinician.spoken)
    page = reverse("sign_delegate_new", args=(access.practice.slug, access.year.year))
    verify(request, given, page, [*other_words(given, says), *fitting])
    return plain_delegation(signing.delegate(access, form.whom, until, says, given.name, verified=BY))


@api.post(f"{WINDOW}/record", response={200: SignatureOut, **ERRORS}, operation_id="record_window")
@operation(see="delegated", change="delegated", scope="sign")
def record(request: HttpRequest, access, window: int, given: RecordIn):
    """Record a window for the clinician who allowed it; it is not the clinician's own signature."""
    row = access.year.windows.select_related("clinician").filter(pk=window).first()
    allowed = row and held(access, row.clinician)
    if row is None or (allowed is None and not access.may("see_names")):
        raise Http404
    if allowed is None:
        what = f"{row.clinician.spoken} does not let you record for them now."
        raise Refused([Problem("no_delegation", f"window {row.id}", what, "Ask them for a delegation.")])
    row.year = access.year
    not_locked(access.year)
    holds(row)
    waits(ledger_of(access.year).cell(row.clinician_id, row.activity), row)
    basis = completing(given.basis, "basis")
    says = statements.under_delegation(access, row, allowed, basis)
    named = may_name_patient(basis, "basis", access.year.year, given.names_no_patient)
    place = access.practice.slug, access.year.year, row.activity, row.clinician_id
    page = reverse("participation_cell_record", args=place)
    verify(request, given, page, [*named, *other_words(given, says)])
    return plain_signature(signing.record(access, row, allowed, says, basis, verified=BY))
