"""People who are invited, by an address or from the roster; a link goes out by mail and nowhere else."""

from dataclasses import replace
from datetime import datetime
from typing import Annotated, Literal

from django.http import Http404, HttpRequest
from ninja import Field, Query, Schema

from mips_ia.portal import invitations
from mips_ia.portal.actions import invitations as actions
from mips_ia.portal.actions import people
from mips_ia.portal.api.answers import YesNo
from mips_ia.portal.api.formed import filled
from mips_ia.portal.api.given import Given
from mips_ia.portal.api.operations import ERRORS, api, operation
from mips_ia.portal.api.paging import Listed, Part, listed, part
from mips_ia.portal.api.practices import PATH
from mips_ia.portal.forms.people import Invite, InviteRoster
from mips_ia.portal.models import ROLES
from mips_ia.portal.told.uninvited import ROWS, uninvited
from mips_ia.problems import Problem, Refused

PLACES = f"{PATH}/people/invitations"
Npi = Annotated[str, Field(pattern=r"^[0-9]{10}$")]


class InvitationOut(Schema):
    """A place that is kept for somebody, until its link ends. The link stands in the message alone."""

    id: int
    name: str
    email: str
    role: str
    npi: str | None
    signing_official: bool
    everywhere: bool
    invited_at: datetime
    until: datetime


class InviteIn(Given):
    """Whom to invite and to do what; a clinician is named by the NPI of the roster."""

    name: str = Field(min_length=1, max_length=200)
    email: str = Field(min_length=1, max_length=254)
    role: Literal[tuple(ROLES)]
    npi: Npi | None = None
    signing_official: YesNo = False
    everywhere: YesNo = False


class PostedOut(InvitationOut):
    """An invitation, whether its message went out, and what the page says of that.

    Where no mail is set up nothing is sent; the message stands where the portal was started.
    """

    sent: bool
    says: str


class WithdrawnOut(Schema):
    """An invitation whose link does not work any more."""

    id: int
    email: str
    withdrawn: bool


class UninvitedOut(Schema):
    """A clinician on the roster who has no account and no invitation; `email` is that of the roster."""

    npi: str
    name: str
    email: str


class WhoIn(Given):
    """A clinician to invite; the address of the roster holds where none is given."""

    npi: Npi
    email: str = Field("", max_length=254)


class RosterIn(Given):
    """Whom to invite; without it the first 100 who have an address on the roster."""

    clinicians: list[WhoIn] | None = Field(None, max_length=ROWS)


class RosterOut(Schema):
    """Who was invited, to which addresses no message went out, and how many have no invitation yet."""

    invited: list[InvitationOut]
    unsent: list[str]
    left: int
    says: str


@api.get(PLACES, response={200: Listed[InvitationOut], **ERRORS}, operation_id="invited")
@operation(see="people")
def invited(request: HttpRequest, access, asked: Query[Part]):
    """Who is invited and has not come yet."""
    found = actions.invited(access)
    return listed(found, asked, map(_invitation, part(found, asked)))


@api.post(PLACES, response={200: PostedOut, **ERRORS}, operation_id="invite")
@operation(see="people", change="people", scope="people")
def invite(request: HttpRequest, access, who: InviteIn):
    """Keep a place for somebody, and send them the link that lets them in."""
    if who.everywhere:
        people.must_run_all(access)
    sent = who.dict(exclude={"npi"})
    form = Invite(access, sent | {"clinician": _clinician(access, who.npi)})
    return _posted(request, access, actions.invite(access, **_filled(form, sent)))


@api.get(f"{PLACES}/roster", response={200: Listed[UninvitedOut], **ERRORS}, operation_id="uninvited")
@operation(see="people")
def of_roster(request: HttpRequest, access, asked: Query[Part]):
    """The clinicians on the year's roster who have no account and no invitation."""
    found = uninvited(access)
    return listed(found, asked, (
        {"npi": each.npi, "name": each.name, "email": each.email} for each in part(found, asked)
    ))  # fmt: skip


@api.post(f"{PLACES}/roster", response={200: RosterOut, **ERRORS}, operation_id="invite_roster")
@operation(see="people", change="people", scope="people")
def invite_roster(request: HttpRequest, access, who: RosterIn):
    """Invite clinicians of the roster, all of them or nobody, each by an own link to their own row."""
    wanted = _wanted(uninvited(access), who.clinicians)
    made = actions.invite_clinicians(access, wanted)
    posted = invitations.post(access, made, request.build_absolute_uri("/"))
    left = len(uninvited(access))
    return {
        "invited": [_invitation(each) for each, _ in made], "unsent": [each.email for each in posted.unsent],
        "left": left, "says": " ".join(said for _, said in posted.said(invitations.more(left))),
    }  # fmt: skip


@api.post(f"{PLACES}/{{invitation}}/again", response={200: PostedOut, **ERRORS}, operation_id="invite_again")
@operation(see="people", change="people", scope="people")
def again(request: HttpRequest, access, invitation: int):
    """Send a new link in the place of the one before, which ends."""
    return _posted(request, access, actions.again(access, _held(access, invitation)))


@api.delete(
    f"{PLACES}/{{invitation}}", response={200: WithdrawnOut, **ERRORS}, operation_id="withdraw_invitation"
)
@operation(see="people", change="people", scope="people")
def withdraw(request: HttpRequest, access, invitation: int):
    """Take an invitation back: its link does not work any more."""
    place = _held(access, invitation)
    actions.withdraw(access, place)
    return {"id": place.id, "email": place.email, "withdrawn": True}


def _held(access, invitation):
    """An invitation that waits, where the person decides of it."""
    place = actions.invited(access).filter(pk=invitation).first()
    if place is None:
        raise Http404
    people.decides(access, place)
    return place


def _filled(form, sent):
    """What the form of the page makes of it; what is wrong with its clinician is wrong with the NPI."""
    try:
        return filled(form, sent)
    except Refused as refusal:
        raise Refused([
            replace(each, where="npi") if each.where == "clinician" else each for each in refusal.problems
        ]) from refusal  # fmt: skip


def _clinician(access, npi):
    """The number by which the form of the page has a clinician; empty where nobody is named."""
    if npi is None:
        return ""
    found = access.practice.clinicians.filter(npi=npi).first()
    if found is None:
        what = f"The practice has no clinician with the NPI {npi}."
        raise Refused([Problem("not_on_roster", "npi", what, "Use an NPI of the roster.")])
    if found.person_id is not None:
        what = f"{found.spoken} has an account already."
        raise Refused([Problem("has_account", "npi", what, "End that account’s role first.")])
    return found.pk


def _wanted(people, named):
    """Pairs of a clinician and an address, by the form of the page; `Refused` with all that is wrong."""
    if named is None:
        return [(each, each.email) for each in people if each.email][:ROWS]
    of_npi = {each.npi: each for each in people}
    if wrong := [_nobody(each.npi) for each in named if each.npi not in of_npi]:
        raise Refused(wrong)
    if not named:
        return []
    emails = {each.npi: each.email or of_npi[each.npi].email for each in named}
    chosen = [of_npi[npi] for npi in emails]
    given = {f"invite-{each.id}": "on" for each in chosen}
    form = InviteRoster(given | {f"email-{each.id}": emails[each.npi] for each in chosen}, people=chosen)
    if not form.is_valid():
        raise Refused([
            Problem("wrong_answer", each.npi, f"{emails[each.npi] or 'No address'} of {each.spoken}.", said)
            for each in chosen for said in form.errors.get(f"email-{each.id}", ())
        ])  # fmt: skip
    return form.wanted


def _nobody(npi):
    what = f"Nobody with the NPI {npi} is left to invite."
    return Problem("not_on_roster", "clinicians", what, "Use the NPIs that a GET of this address has.")


def _posted(request, access, made):
    posted = invitations.post(access, [made], request.build_absolute_uri("/"))
    says = " ".join(said for _, said in posted.said())
    return _invitation(made[0]) | {"sent": bool(posted.sent) and not posted.printed, "says": says}


def _invitation(each):
    told = ("id", "name", "email", "role", "signing_official", "invited_at", "until")
    return {name: getattr(each, name) for name in told} | {
        "npi": each.clinician and each.clinician.npi, "everywhere": each.practice_id is None,
    }  # fmt: skip
