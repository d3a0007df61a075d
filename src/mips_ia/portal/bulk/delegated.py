"""Rows that say `delegate`: who may record what they say, and who is asked to.

No file signs for anybody. A row becomes a record only where whoever uploads it is the delegate, and makes
it in their own name; any other delegate is asked to record it.
"""

from dataclasses import dataclass

from mips_ia.planning.ledger import Entered
from mips_ia.portal import clock
from mips_ia.portal.bulk.rows import email
from mips_ia.portal.signed import valid
from mips_ia.portal.templatetags.words import day

UNSIGNED = 'Saved as "Not signed": '
NONE = f"{UNSIGNED}no delegation from this clinician is on file."


@dataclass
class Delegated:
    """What a row asks for: a delegation under which to record, on what it rests, and whether to do it now."""

    given: object
    basis: str
    now: bool


def attested(trial, row, known, signed_on):
    """What is to be recorded or asked for, None where it is nothing; everything is told at the row."""
    by, whom = row.cells.word("attested_by"), email(row, "delegate_email").lower()
    if by not in ("", "self", "delegate"):
        row.stop("attested_by", "Enter self or delegate, or leave it blank.")
    if by != "delegate":
        return None
    today = trial.ledger.today
    if signed_on and signed_on > today:
        row.stop("attested_on", "Enter today or an earlier date.")
        return None
    given = _given(trial, row.npi, whom, signed_on or today)
    if given is None:
        row.warn("delegate_email", NONE, prefix="")
    elif not valid(given, clock.now()):
        row.warn("delegate_email", f"{UNSIGNED}the delegation to {given.delegate.name} is over.", prefix="")
    elif _ready(trial, known):
        return _asked(trial, row, given, signed_on, known["last"])
    else:
        row.warn("delegate_email", "Saved without a record: a window is recorded when it is over.", prefix="")
    return None


def _given(trial, npi, whom, on):
    """The delegation from a clinician to somebody that held on a day, one that still holds first."""
    person = trial.people.get(npi)
    theirs = [each for each in trial.delegations if person and each.clinician_id == person.id]
    fit = [each for each in theirs if each.delegate.email.lower() == whom and _held(each, on)]
    return max(fit, key=lambda each: (valid(each, clock.now()), each.id), default=None)


def _held(delegation, on):
    """Whether a delegation held on a day, the days on which it was given and ended included."""
    ended = delegation.ended_at and clock.day(delegation.ended_at)
    return clock.day(delegation.given_at) <= on <= min(filter(None, (delegation.until, ended)))


def _ready(trial, known):
    """Whether a record would make the window count: it is over, and long enough."""
    entered = Entered(known["first"], known["last"], known["taking_part"])
    return trial.ledger.judged(known["activity"], entered).word == "Not signed"


def _asked(trial, row, given, signed_on, last):
    basis, mine = row.cells.text("basis").rstrip("."), given.delegate_id == trial.access.person.id
    if mine and trial.access.may("delegated") and not (signed_on and signed_on < last):
        if not basis:
            row.warn("basis", f"{UNSIGNED}enter what you base the record on.", prefix="")
            return None
        says = f"Recorded in your name under the delegation of {day(given.given_at)}, when you save."
        row.warn("delegate_email", says, prefix="")
        return Delegated(given, basis, now=True)
    says = f"{UNSIGNED}{given.delegate.name} is asked to record it under the delegation."
    row.warn("delegate_email", says, prefix="")
    return Delegated(given, basis, now=False)


def still_open(trial, old, asked):
    """Whether something is left to do for a window that is here as the row says it."""
    last = max(old.signatures.all(), key=lambda each: each.id, default=None)
    answered = last is not None and last.kind != "withdrawn"
    return not answered and (asked.now or (old.id, asked.given.delegate_id) not in trial.requested)
