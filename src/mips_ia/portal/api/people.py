"""Who has which role at a practice, and who is invited: to read."""

from datetime import datetime

from django.http import HttpRequest
from ninja import Query, Schema

from mips_ia.portal.accounts import has_second_factor
from mips_ia.portal.actions.people import invited
from mips_ia.portal.api.operations import ERRORS, api, operation
from mips_ia.portal.api.paging import Listed, Part, listed, part
from mips_ia.portal.api.practices import PATH
from mips_ia.portal.told.roles import in_order


class RoleOut(Schema):
    """One role of one person; `everywhere` is in each practice of the organization."""

    id: int
    name: str
    email: str
    role: str
    signing_official: bool
    grants: list[str]
    everywhere: bool
    second_factor: bool
    since: datetime


class InvitationOut(Schema):
    """A place that is kept for somebody, until its link ends."""

    id: int
    name: str
    email: str
    role: str
    signing_official: bool
    everywhere: bool
    invited_at: datetime
    until: datetime


@api.get(f"{PATH}/people", response={200: Listed[RoleOut], **ERRORS}, operation_id="people")
@operation(see="people")
def people(request: HttpRequest, access, asked: Query[Part]):
    """Everybody who gets in, those who decide first."""
    found = in_order(access)
    return listed(found, asked, map(_role, part(found, asked)))


@api.get(
    f"{PATH}/people/invitations", response={200: Listed[InvitationOut], **ERRORS}, operation_id="invited"
)
@operation(see="people")
def invitations(request: HttpRequest, access, asked: Query[Part]):
    """Who is invited and has not come yet."""
    found = invited(access)
    return listed(found, asked, map(_invitation, part(found, asked)))


def _role(each):
    return {
        "id": each.id, "name": each.person.name, "email": each.person.email, "role": each.role,
        "signing_official": each.signing_official, "grants": each.grants,
        "everywhere": each.practice_id is None, "second_factor": has_second_factor(each.person),
        "since": each.since,
    }  # fmt: skip


def _invitation(each):
    told = ("id", "name", "email", "role", "signing_official", "invited_at", "until")
    return {name: getattr(each, name) for name in told} | {"everywhere": each.practice_id is None}
