"""What a clinician says of their own windows in the words of the page: signing, declining, withdrawing."""

from datetime import date
from typing import Annotated

from django.http import Http404, HttpRequest
from django.urls import reverse
from ninja import Query, Schema
from pydantic import StringConstraints

from mips_ia.portal import statements
from mips_ia.portal.actions import saying, signing
from mips_ia.portal.actions.ledger import not_locked
from mips_ia.portal.api.formed import may_name_patient
from mips_ia.portal.api.operations import ERRORS, api, operation
from mips_ia.portal.api.paging import Listed, Part, listed, part
from mips_ia.portal.api.practices import PATH
from mips_ia.portal.api.signatures import SignatureOut, plain_signature
from mips_ia.portal.api.stated import BY, NamedIn, other_words, verify, wrong_name
from mips_ia.portal.asked import asked as waiting
from mips_ia.portal.asked import unsigned
from mips_ia.portal.ledgers import ledger_of
from mips_ia.portal.names import fits
from mips_ia.portal.signed import SIGNED
from mips_ia.portal.templatetags.words import day
from mips_ia.problems import Problem, Refused

WINDOW = f"{PATH}/windows/{{window}}"


class ToSignOut(Schema):
    """A window that waits for its clinician, with the words of signing and of declining it."""

    window: int
    activity: str
    first: date
    last: date
    since: date
    sign: str
    decline: str


class WithdrawIn(NamedIn):
    """Why a signature is withdrawn; what may name a patient is refused, unless it is said to name none."""

    reason: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=400)]
    names_no_patient: bool = False


@api.get(f"{PATH}/to-sign", response={200: Listed[ToSignOut], **ERRORS}, operation_id="to_sign")
@operation(see="sign")
def to_sign(request: HttpRequest, access, asked: Query[Part]):
    """What waits for the signature of the token's person, each with the words that they would say."""
    found = waiting(ledger_of(access.year), access.clinician)
    return listed(found, asked, (_waiting(access, each) for each in part(found, asked)))


@api.post(f"{WINDOW}/sign", response={200: SignatureOut, **ERRORS}, operation_id="sign_window")
@operation(see="sign", change="sign", scope="sign")
def sign(request: HttpRequest, access, window: int, given: NamedIn):
    """Sign a window of one's own, as it stands."""
    row = _own(access, window)
    not_locked(access.year)
    _not_said(row, "own")
    waits(unsigned(ledger_of(access.year), row), row)
    says = statements.own(row)
    _verify(request, access, given, reverse("sign_one", args=(row.id,)), says)
    return plain_signature(saying.sign(access, row, says, given.name, verified=BY))


@api.post(f"{WINDOW}/decline", response={200: SignatureOut, **ERRORS}, operation_id="decline_window")
@operation(see="sign", change="sign", scope="sign")
def decline(request: HttpRequest, access, window: int, given: NamedIn):
    """Say of a window of one's own that it was not done; what is signed is withdrawn instead."""
    row = _own(access, window)
    not_locked(access.year)
    _not_said(row, "declined")
    signing.nothing_signed(row)
    says = statements.declined(row)
    _verify(request, access, given, reverse("sign_decline", args=(row.id,)), says)
    return plain_signature(signing.decline(access, row, says, given.name, verified=BY))


@api.post(f"{WINDOW}/withdraw", response={200: SignatureOut, **ERRORS}, operation_id="withdraw_signature")
@operation(see="sign", change="sign", scope="sign")
def withdraw(request: HttpRequest, access, window: int, given: WithdrawIn):
    """Withdraw the signature of a window of one's own, with a reason; also after a lock."""
    row = _own(access, window)
    last = _last(row)
    if last is None or last.kind not in SIGNED:
        what = "Nothing is signed of this window that could be withdrawn."
        raise Refused([Problem("not_signed", f"window {row.id}", what, "Read its signatures.")])
    reason = completing(given.reason, "reason")
    says = statements.withdrawn(last, reason)
    named = may_name_patient(reason, "reason", access.year.year, given.names_no_patient)
    _verify(request, access, given, reverse("sign_withdraw", args=(row.id,)), says, named)
    return plain_signature(saying.withdraw(access, row, last, given.name, reason, verified=BY))


def _own(access, window):
    """A window of the person's own that holds; to them there are no others, whatever their role."""
    row = access.year.windows.filter(pk=window, clinician=access.clinician).first()
    if row is None:
        raise Http404
    row.clinician, row.year = access.clinician, access.year
    holds(row)
    return row


def holds(row):
    """`Refused` where the days of a window were changed or taken out."""
    if row.replaced_at is not None:
        what = "These days were changed, or taken out of the practice’s record."
        fix = "Read the windows that hold, and say it of those."
        raise Refused([Problem("changed", f"window {row.id}", what, fix)])


def waits(cell, row):
    """`Refused` where a window would not count by being signed, as a clinician's cell tells."""
    decides = cell.window.place if cell.window else row.id
    if cell.word != "Not signed" or decides != row.id:
        what = f"Nothing would count by it: the clinician’s {row.activity} is {cell.word}."
        fix = "Correct its days, or wait for its last one."
        fix = fix if decides == row.id else f"See window {decides}, by which theirs is judged."
        raise Refused([Problem("not_waiting", f"window {row.id}", what, fix), *cell.problems])


def completing(text, where):
    """A reason, or what a record rests on, inside its sentence; `Refused` where there is nothing of it."""
    found = statements.because(text)
    if not found:
        raise Refused([Problem("lacking", where, "There are no words in it.", "Write what it is.")])
    return found


def _not_said(row, kind):
    """`Refused` where the same was the last that was said of a window."""
    last = _last(row)
    if last is not None and last.kind == kind:
        what = f"It was said on {day(last.signed_at)} already, with the receipt {last.number}."
        raise Refused([Problem("said_already", f"window {row.id}", what, "Nothing is left to do.")])


def _last(row):
    return row.signatures.order_by("-id").first()


def _verify(request, access, given, page, says, more=()):
    fitting = wrong_name(fits(given.name, access.clinician), access.clinician.spoken)
    verify(request, given, page, [*more, *other_words(given, says), *fitting])


def _waiting(access, each):
    each.window.clinician, each.window.year = access.clinician, access.year
    return {
        "window": each.window.id, "activity": each.activity, "first": each.window.first,
        "last": each.window.last, "since": each.since, "sign": statements.own(each.window),
        "decline": statements.declined(each.window),
    }  # fmt: skip
