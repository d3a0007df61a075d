"""People of a practice: who has which role, who is invited, and what a registry may do."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import redirect, render

from mips_ia.portal.accounts import TRUSTED, has_second_factor
from mips_ia.portal.actions import invitations
from mips_ia.portal.actions import people as actions
from mips_ia.portal.forms.people import GRANTS, MAY, Invite, Role
from mips_ia.portal.models import OFFICIALS, ROLES
from mips_ia.portal.tenancy import page
from mips_ia.portal.told.roles import in_order, roles
from mips_ia.portal.told.uninvited import uninvited
from mips_ia.portal.web.people_mail import send
from mips_ia.portal.web.versions import Versions
from mips_ia.problems import Refused

ENOUGH = 2  # administrators, so that one can let the other in again


@page(see="people")
def people(request, access):
    """Everybody who gets in, and who is invited."""
    held = [
        {"role": each, "word": ROLES[each.role], "may": [GRANTS[grant] for grant in each.grants],
         "asked": each.role in TRUSTED, "second_factor": has_second_factor(each.person)}
        for each in in_order(access)
    ]  # fmt: skip
    admins = actions.administrators(access.practice).values("person").distinct().count()
    return render(request, "people.html", {
        "held": held, "admins": admins, "few": admins < ENOUGH,
        "meanings": [(words, f"{MAY[role].capitalize()}.") for role, words in ROLES.items()],
        "invited": [{"place": each, "word": ROLES[each.role]} for each in invitations.invited(access)],
        "uninvited": len(uninvited(access)),
    })  # fmt: skip


@page(see="people")
def people_invite(request, access):
    """Sends somebody the link that lets them in."""
    form = Invite(access, request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            made = invitations.invite(access, **form.cleaned_data)
        except Refused as refused:
            _show(form, refused)
        else:
            send(request, access, [made])
            return _back(access)
    return render(request, "people/invite.html", {"form": form})


@page(see="people")
def people_invitation(request, access, invitation):
    """Sends an invitation again, or takes it back."""
    invitation = _one(invitations.invited(access), invitation)
    if request.method == "POST":
        actions.decides(access, invitation)
        if request.POST.get("do") == "again":
            send(request, access, [invitations.again(access, invitation)])
        else:
            invitations.withdraw(access, invitation)
            said = f"Withdrawn. The link sent to {invitation.email} does not work any more."
            messages.success(request, said)
        return _back(access)
    return render(request, "people/invitation.html", {"place": invitation, "word": ROLES[invitation.role]})


@page(see="people")
def people_role(request, access, membership):
    """One role of one person."""
    role = _one(roles(access), membership)
    form = Role(role.role, request.POST if request.method == "POST" else None, initial={
        "signing_official": role.signing_official, "grants": role.grants,
    })  # fmt: skip
    versions = Versions(request, lambda: actions.held(role), lambda: actions.held(role))
    if request.method == "POST" and form.is_valid():
        actions.decides(access, role)
    if form.is_valid() and versions.saved(form, lambda seen: _change(access, role, form.cleaned_data, seen)):
        messages.success(request, f"Saved. {role.person.name} {_now_may(role)}.")
        return _back(access)
    return render(request, "people/role.html", {
        "form": form, "role": role, "word": ROLES[role.role], "second_factor": has_second_factor(role.person),
        "myself": role.person == access.person, "versions": versions,
    }, status=versions.status)  # fmt: skip


def _change(access, role, known, seen):
    official, grants = known.get("signing_official", False), known.get("grants", [])
    actions.change(access, role, signing_official=official, grants=grants, seen=seen)


@page(see="people")
def people_end(request, access, membership):
    """Ends a role, after a page that says what that means."""
    role = _one(roles(access), membership)
    refused = None
    if request.method == "POST":
        actions.decides(access, role)
        try:
            actions.end(access, role)
        except Refused as found:
            refused = found.problems[0]
        else:
            said = f"Ended. {role.person.name} is no longer {ROLES[role.role].lower()} here."
            messages.success(request, said)
            return redirect("home") if role.person == access.person else _back(access)
    return render(request, "people/end.html", {"role": role, "word": ROLES[role.role], "refused": refused})


@page(see="people")
def people_second_factor(request, access, membership):
    """Lets somebody who lost their phone set up another."""
    role = _one(roles(access), membership)
    if role.person == access.person:
        raise Http404
    if request.method == "POST":
        actions.decides(access, role)
        if not actions.within_reach(access, role.person):
            raise PermissionDenied
        actions.reset_second_factor(access, role)
        said = f"Reset. {role.person.name} signs in with the password and sets up a new one."
        messages.success(request, said)
        return _back(access)
    return render(request, "people/second_factor.html", {"role": role})


def _back(access):
    return redirect("people", access.practice.slug, access.year.year)


def _one(found, number):
    one = found.filter(pk=number).first()
    if one is None:
        raise Http404
    return one


def _now_may(role):
    said = []
    if role.role in OFFICIALS:
        said.append("is a signing official" if role.signing_official else "is not a signing official")
    if role.role == "registry":
        may = [GRANTS[each].lower() for each in role.grants]
        said.append("may " + ", ".join(may) if may else "may see the practice and change nothing")
    return " and ".join(said) or "may see the practice and change nothing"


def _show(form, refused):
    for each in refused.problems:
        form.add_error(None, f"{each.what} {each.fix}")
