"""Inviting the clinicians of the roster, all at once or some of them."""

from django.contrib import messages
from django.shortcuts import redirect, render

from mips_ia.portal.actions import invitations
from mips_ia.portal.forms.people import InviteRoster
from mips_ia.portal.invitations import more
from mips_ia.portal.tenancy import page
from mips_ia.portal.told.uninvited import ROWS, uninvited
from mips_ia.portal.web.people_mail import send
from mips_ia.problems import Refused


@page(see="people")
def people_invite_roster(request, access):
    """Everybody on the roster who cannot get in yet: one click invites those with an address."""
    people = uninvited(access)
    shown = people[:ROWS]
    with_address = [each for each in shown if each.email]
    form = InviteRoster(_given(request, with_address), people=shown)
    if request.method == "POST":
        if not people:
            messages.warning(request, "Nobody is left to invite, and nothing was sent twice.")
            return redirect("people", access.practice.slug, access.year.year)
        if form.is_valid() and _invited(request, access, form):
            return redirect("people", access.practice.slug, access.year.year)
    return render(request, "people/invite_roster.html", {
        "form": form, "people": people, "with_address": with_address, "days": invitations.DAYS,
        "more": len(people) - len(shown), "without": len(shown) - len(with_address),
    })  # fmt: skip


def _given(request, with_address):
    """What was sent; `all` means everybody who has an address on the roster."""
    if request.method != "POST":
        return None
    if "all" not in request.POST:
        return request.POST
    ticked = {f"invite-{each.id}": "on" for each in with_address}
    return ticked | {f"email-{each.id}": each.email for each in with_address}


def _invited(request, access, form):
    """Whether they were invited; if not, the form says why."""
    try:
        made = invitations.invite_clinicians(access, form.wanted)
    except Refused as refused:
        form.show(refused)
        return False
    send(request, access, made, more(len(uninvited(access))))
    return True
