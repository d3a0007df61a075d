"""Asking those to sign of whom a saved file says that they attest themselves."""

from django.contrib import messages
from django.shortcuts import redirect

from mips_ia.portal import reminders
from mips_ia.portal.asked import asked
from mips_ia.portal.ledgers import ledger_of
from mips_ia.portal.templatetags.words import many
from mips_ia.portal.tenancy import page
from mips_ia.portal.uploaded import numbered


@page(see="remind", change="remind")
def participation_ask(request, access, number):
    """Send the requests; nobody is asked twice on one day."""
    upload = numbered(access, "participation", number)
    if request.method == "POST":
        sent, before = reminders.ask(access, waiting(access, upload), request.build_absolute_uri("/"))
        said = f"Sent. {many(sent, 'clinician')} {'was' if sent == 1 else 'were'} asked to sign."
        said += f" {many(before, 'clinician')} had been asked today already." if before else ""
        (messages.success if sent else messages.warning)(
            request, said if sent else f"Nobody was asked. {said}"
        )
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
