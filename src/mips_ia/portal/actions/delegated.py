"""What a saved file says under a delegation: recorded by the delegate who uploaded it, or asked of them."""

from collections import defaultdict
from functools import partial

from django.conf import settings
from django.db import transaction

from mips_ia.portal import clock, receipts
from mips_ia.portal.actions import signing
from mips_ia.portal.log import notes
from mips_ia.portal.models import Request
from mips_ia.portal.statements import under_delegation
from mips_ia.portal.templatetags.words import many


def follow(access, trial, *, verified):
    """Record what the person may record, and ask the other delegates.

    `verified` is how the person has just shown who they are.
    """
    asked = defaultdict(list)
    for change in trial.changes:
        if getattr(change, "asked", None) is None:
            continue
        window = change.old if change.result == "same" else change.new
        if change.asked.now:
            window.year = access.year
            says = statement(access, change)
            signing.record(access, window, change.asked.given, says, change.asked.basis, verified=verified)
        else:
            asked[change.asked.given.delegate].append(
                Request(
                    window=window, delegate=change.asked.given.delegate, basis=change.asked.basis,
                    asked_by=access.person, asked_at=clock.now(),
                )
            )  # fmt: skip
    for delegate, requests in asked.items():
        Request.objects.bulk_create(requests, batch_size=500)
        notes(access, [("asked to record", f"window {each.window_id}", None, None) for each in requests])
        transaction.on_commit(partial(_tell, access, delegate, len(requests)))


def statement(access, change):
    """What a record says, word for word, before and when it is made."""
    window = change.old if change.result == "same" else change.new
    return under_delegation(access, window, change.asked.given, change.asked.basis)


def recorded(access, trial):
    """Every statement that saving makes in the person's name."""
    changes = [each for each in trial.changes if getattr(each, "asked", None)]
    return [statement(access, each) for each in changes if each.asked.now]


def _tell(access, delegate, count):
    """The message to a delegate; it names no clinician, and where to go."""
    subject = f"{access.practice.name} asks you to record {many(count, 'window')}"
    text = (
        f"{access.person.name} uploaded what clinicians did who allow you to record for them. Nothing is "
        f"recorded until you do it, each with what you base it on.\n\n{settings.ADDRESS}sign/\n"
    )
    receipts.post([(delegate.email, subject, text)], quietly=True)


def open_requests(person):
    """What somebody is asked to record and has not recorded, where the delegation still holds."""
    rows = person.requests.filter(window__replaced_at=None).order_by("id")
    found = rows.select_related("window__clinician", "window__year__practice").prefetch_related(
        "window__signatures"
    )
    return [each for each in found if _waits(each, person)]


def _waits(request, person):
    window = request.window
    if any(each.kind in ("own", "delegated", "declined") for each in window.signatures.all()):
        return False
    held = window.year.delegations.filter(delegate=person, clinician=window.clinician, ended_at=None)
    return any(signing.holds(each) for each in held)
