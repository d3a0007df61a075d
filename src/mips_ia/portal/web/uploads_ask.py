"""Asking those to sign of whom a saved file says that they attest themselves."""

from django.shortcuts import redirect

from mips_ia.portal import reminders
from mips_ia.portal.asked import asked
from mips_ia.portal.ledgers import ledger_of
from mips_ia.portal.tenancy import page
from mips_ia.portal.uploaded import numbered
from mips_ia.portal.web.telling import tell


@page(see="remind", change="remind")
def participation_ask(request, access, number):
    """Send the requests; nobody is asked twice on one day."""
    upload = numbered(access, "participation", number)
    if request.method == "POST":
        told = reminders.ask(access, waiting(access, upload), request.build_absolute_uri("/"))
        tell(request, told.said())
    return redirect("participation_check", access.practice.slug, access.year.year, upload.id)


def waiting(access, upload):
    """What waits for a signature of those whose rows say `attested_by=self`."""
    ids = set((upload.changes or {}).get("ask", ()))
    if not ids or upload.undone_at:
        return []
    return [each for each in asked(ledger_of(access.year)) if each.window.id in ids]


def to_ask(access, upload):
    """How many clinicians can be asked, and how many have no account; none where one may not ask."""
    if not access.may("remind"):
        return {}
    people = {each.clinician for each in waiting(access, upload)}
    reached = sum(each.person_id is not None for each in people)
    return {"ask": reached, "unreached": len(people) - reached}
