"""Who has not answered, who was asked and when, and who may record for whom."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render

from mips_ia.portal import reminders
from mips_ia.portal.actions import signing
from mips_ia.portal.asked import asked
from mips_ia.portal.ledgers import ledger_of
from mips_ia.portal.tenancy import page
from mips_ia.portal.told import waiting as told
from mips_ia.portal.told.uninvited import to_invite
from mips_ia.portal.web.telling import tell


@page(see="remind", change="remind")
def signatures(request, access):
    """Counts, who has not answered, the message that goes out, and the delegations; sending is a POST."""
    ledger = ledger_of(access.year)
    waiting = asked(ledger)
    if request.method == "POST":
        return _send(request, access, waiting)
    rows, refused = told.rows(access, waiting), told.refused(ledger)
    return render(request, "signatures.html", {
        "ledger": ledger, "rows": rows, "waiting": waiting, "locked": ledger.locked,
        "to_invite": to_invite(access),
        "reachable": [row for row in rows if row["clinician"].person_id],
        "signed": sum(each.counting for each in ledger.tallies),
        "refused": refused, "declined": sum(each["cell"].word == "Declined" for each in refused),
        "withdrawn": sum(each["cell"].word == "Withdrawn" for each in refused),
        "delegations": access.year.delegations.select_related("clinician", "delegate").order_by("-id"),
        "preview": _preview(request, access, rows), "today": ledger.today,
        "may_end": access.how("end_delegation") == "yes",
    })  # fmt: skip


def _preview(request, access, rows):
    """The message as the first of them would get it; None where nobody can be asked."""
    first = next((row for row in rows if row["clinician"].person_id), None)
    return first and reminders.asking(access.practice, first["asked"], request.build_absolute_uri("/"))


def _send(request, access, waiting):
    """Ask everybody who has not answered, or one of them; nobody twice on one day."""
    only = request.POST.get("clinician")
    chosen = [each for each in waiting if only in (None, "", str(each.clinician.id))]
    tell(request, reminders.ask(access, chosen, request.build_absolute_uri("/")).said())
    return redirect("signatures", access.practice.slug, access.year.year)


@page(see="remind", change="end_delegation")
def signatures_delegation_end(request, access, delegation):
    """End a delegation for the practice; what was recorded under it keeps counting."""
    found = access.year.delegations.filter(pk=delegation).select_related("clinician").first()
    if found is None or (access.how("end_delegation") == "own" and found.clinician != access.clinician):
        raise Http404
    if request.method == "POST":
        signing.end(access, found)
        messages.success(request, f"Ended. Nobody records for {found.clinician.spoken} under it any more.")
    return redirect("signatures", access.practice.slug, access.year.year)
