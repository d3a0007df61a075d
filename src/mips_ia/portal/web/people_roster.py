"""Inviting the clinicians of the roster, all at once or some of them."""

from collections import defaultdict

from django import forms
from django.contrib import messages
from django.shortcuts import redirect, render

from mips_ia.portal.actions import people as actions
from mips_ia.portal.templatetags.words import many
from mips_ia.portal.tenancy import page, whom_to_ask
from mips_ia.portal.web.people_mail import send
from mips_ia.problems import Refused

ROWS = 100  # clinicians on one page; the others follow when these are invited


class InviteRoster(forms.Form):
    """A box, which nobody ticked before, and an e-mail address for each clinician."""

    def __init__(self, *given, people, **named):
        super().__init__(*given, **named)
        self.people, self.wanted = people, []
        for each in people:
            self.fields[f"invite-{each.id}"] = forms.BooleanField(label=each.name, required=False)
            self.fields[f"email-{each.id}"] = forms.EmailField(
                label=f"E-mail address of {each.spoken}", required=False, initial=each.email, max_length=254,
                error_messages={"invalid": "Enter an e-mail address like name@practice.org."},
            )  # fmt: skip

    def rows(self):
        """Each clinician with their box and their address."""
        return [(each, self[f"invite-{each.id}"], self[f"email-{each.id}"]) for each in self.people]

    def clean(self):
        """Who is ticked needs an address, and one that nobody else has."""
        found, holders = super().clean(), defaultdict(list)
        for each in self.people:
            email = found.get(f"email-{each.id}", "")
            if not found.get(f"invite-{each.id}") or f"email-{each.id}" in self.errors:
                continue
            if email:
                self.wanted.append((each, email))
                holders[email.lower()].append(each)
            else:
                self.add_error(f"email-{each.id}", "Enter an e-mail address, or take the tick off.")
        for one, *others in holders.values():
            for each in others:
                says = f"Enter another address: {one.spoken} has this one, and a link lets in one person."
                self.add_error(f"email-{each.id}", says)
        if not self.wanted and not self.errors:
            raise forms.ValidationError("Tick whom to invite.")
        return found

    def show(self, refused):
        """What stops an invitation stands beside its clinician."""
        places = {each.npi: each for each, _ in self.wanted} | {email: each for each, email in self.wanted}
        for problem in refused.problems:
            who = places[problem.where]
            self.add_error(f"email-{who.id}", f"{problem.what} {problem.fix}")


def uninvited(access):
    """The clinicians on the year's roster who have no account and no invitation, by name."""
    waiting = actions.invited(access).filter(practice=access.practice).values("clinician")
    here = access.practice.clinicians.filter(person=None, stays__year=access.year, stays__ended_at=None)
    return list(here.exclude(pk__in=waiting.exclude(clinician=None)).distinct())


def to_invite(access):
    """How many cannot sign yet, and who can invite them; None for those who do not ask for signatures."""
    if not access.may("remind"):
        return None
    ask = "" if access.may("people") else whom_to_ask(access.practice, "people")
    return {"count": len(uninvited(access)), "ask": ask}


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
        "form": form, "people": people, "with_address": with_address, "days": actions.DAYS,
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
        made = actions.invite_clinicians(access, form.wanted)
    except Refused as refused:
        form.show(refused)
        return False
    left = len(uninvited(access))
    verb = "has" if left == 1 else "have"
    more = f"{many(left, 'clinician')} on the roster {verb} no invitation yet." if left else ""
    send(request, access, made, more)
    return True
