"""The state of the lock, what would stop it, locking, each lock's record, and opening again."""

from datetime import date, datetime
from typing import Annotated, Any

from django.http import Http404, HttpRequest
from django.urls import reverse
from ninja import Field, Schema
from pydantic import StringConstraints

from mips_ia.formats.plain import plain_problem
from mips_ia.portal import clock
from mips_ia.portal.actions import sending
from mips_ia.portal.actions.ledger import locked
from mips_ia.portal.api.answers import FinalOut, ProblemOut
from mips_ia.portal.api.formed import may_name_patient
from mips_ia.portal.api.given import Given
from mips_ia.portal.api.operations import ERRORS, api, operation
from mips_ia.portal.api.practices import PATH
from mips_ia.portal.api.stated import BY, NamedIn, other_words, verify, wrong_name
from mips_ia.portal.ledgers import ledger_of
from mips_ia.portal.names import is_of
from mips_ia.portal.outgoing import outgoing, seen
from mips_ia.portal.statements import practice_statement
from mips_ia.portal.tenancy import whom_to_ask
from mips_ia.portal.told.export_checks import checks
from mips_ia.portal.told.locks import files_of, may_see_reasons
from mips_ia.portal.told.sent import days, left_out, sent
from mips_ia.problems import Refused


class CheckOut(Schema):
    """One thing that is looked at before the lock: its verdict in a word, and why."""

    name: str
    state: str
    word: str
    note: str


class SentOut(Schema):
    """What CMS would receive: an activity of a group, or a clinician with theirs."""

    id: str
    name: str
    says: str
    first: date
    last: date


class LeftOutOut(Schema):
    """What is not sent, and why."""

    name: str
    word: str
    why: str


class LockOut(Schema):
    """Whether the year is locked, by the final `id`; else what stands against it and what would be sent.

    `statement` has the words under which the token's person would lock it, and `shown` stands for everything
    that they read here; both are empty where they may not, and where the files were not looked at.
    """

    locked: bool
    final: int | None
    who_can: str
    checked: bool
    checks: list[CheckOut]
    stops: list[ProblemOut]
    unsure: list[ProblemOut]
    sent: list[SentOut]
    left_out: list[LeftOutOut]
    days: str
    statement: str
    shown: str


class LockIn(NamedIn):
    """The statement under which the year is locked; `shown` stands for what was read, as `lock` has it."""

    shown: str = Field(max_length=64)


class UnlockIn(Given):
    """Why a year that was locked is opened again; it stays in the record.

    A reason that may name a patient is refused, unless it is said to name none.
    """

    reason: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=500)]
    names_no_patient: bool = False


class FileOut(Schema):
    """A file of a lock, with its fingerprint (SHA-256)."""

    name: str
    label: str
    sha256: str


class TakenOut(Schema):
    """Who took a file, and when."""

    name: str
    sha256: str
    by: str
    at: datetime


class RecordOut(Schema):
    """One lock, or the end of one, with everything that the year came to then.

    `verified` is how whoever locked it had just shown who they are, empty where that was not kept.
    """

    id: int
    kind: str
    at: datetime
    by: str
    role: str
    verified: str
    typed_name: str
    statement: str
    version: str
    reason: str | None
    digest: str
    answer: dict[str, Any]
    files: list[FileOut]
    taken: list[TakenOut]


@api.get(f"{PATH}/lock", response={200: LockOut, **ERRORS}, operation_id="lock")
@operation(see="export")
def lock(request: HttpRequest, access, check: bool = False):
    """Whether the year is locked, and what would stop it; `check` looks at the files of individuals."""
    final = locked(access.year)
    known = {"locked": final is not None, "final": final and final.id,
             "who_can": whom_to_ask(access.practice, "lock")}  # fmt: skip
    if final is not None:
        return known | {"checked": True, "checks": [], "stops": [], "unsure": [], "sent": [], "left_out": [],
                        "days": "", "statement": "", "shown": ""}  # fmt: skip
    ledger = ledger_of(access.year)
    out = outgoing(ledger, clock.now(), check=ledger.practice.many or check)
    may = access.may("lock") and out.checked
    return known | {
        "checked": out.checked, "statement": _says(access, out) if may else "",
        "shown": seen(ledger, out) if may else "",
        "checks": [{"name": each.name, "state": each.kind, "word": each.word, "note": each.note}
                   for each in checks(ledger, out)],
        "stops": [*map(plain_problem, out.stops)], "unsure": [*map(plain_problem, out.unsure)],
        "sent": sent(ledger, out), "left_out": left_out(ledger, out), "days": days(ledger, out),
    }  # fmt: skip


@api.post(f"{PATH}/lock", response={200: FinalOut, **ERRORS}, operation_id="lock_year")
@operation(see="export", change="lock", scope="sign")
def lock_year(request: HttpRequest, access, given: LockIn):
    """Sign for the practice, and lock the year as it was read: for a signing official."""
    _, out = sending.to_lock(access.year, given.shown, clock.now())
    says, who = _says(access, out), access.person
    wrong = [*other_words(given, says), *wrong_name(is_of(given.name, who), who.name)]
    verify(request, given, reverse("export_lock", args=(access.practice.slug, access.year.year)), wrong)
    return plain_final(sending.lock(access, says, given.name, given.shown, verified=BY))


def _says(access, out):
    return practice_statement(access, len(out.activities), access.practice.organization.name)


@api.post(f"{PATH}/unlock", response={200: FinalOut, **ERRORS}, operation_id="unlock")
@operation(see="export", change="lock", scope="unlock")
def unlock(request: HttpRequest, access, given: UnlockIn):
    """Open a locked year again: for a signing official's token with the scope; what was locked stays."""
    if wrong := [*may_name_patient(given.reason, "reason", access.year.year, given.names_no_patient)]:
        raise Refused(wrong)
    return plain_final(sending.unlock(access, given.reason, verified="token"))


def plain_final(row):
    """One lock, or the end of one, with the names of its files."""
    told = {name: getattr(row, name) for name in ("id", "kind", "at", "digest")}
    return told | {"by": row.person.name, "files": sending.names(row)}


@api.get(f"{PATH}/finals/{{final}}", response={200: RecordOut, **ERRORS}, operation_id="final")
@operation(see="export")
def record(request: HttpRequest, access, final: int):
    """One lock with its statement, its score and steps, its digest, its files, and who took which."""
    row = access.year.finals.select_related("person").filter(pk=final).first()
    if row is None:
        raise Http404
    told = ("id", "kind", "at", "role", "verified", "typed_name", "statement", "version", "digest", "answer")
    return {name: getattr(row, name) for name in told} | {
        "by": row.person.name, "reason": row.reason if may_see_reasons(access) else None,
        "files": [{"name": name, "label": label, "sha256": sha} for name, label, sha in files_of(row)],
        "taken": [
            {"name": each.what, "sha256": each.sha256, "by": each.person.name, "at": each.at}
            for each in row.downloads.select_related("person").order_by("id")
        ],
    }  # fmt: skip
