"""Who has which role at a practice: read, changed, ended."""

from datetime import datetime
from typing import Literal

from django.http import Http404, HttpRequest
from ninja import Query, Schema

from mips_ia.portal.accounts import has_second_factor
from mips_ia.portal.actions import people as actions
from mips_ia.portal.api.answers import YesNo
from mips_ia.portal.api.given import Given
from mips_ia.portal.api.operations import ERRORS, api, operation
from mips_ia.portal.api.paging import Listed, Part, listed, part
from mips_ia.portal.api.practices import PATH
from mips_ia.portal.api.versions import IfMatch, given, saved, version
from mips_ia.portal.forms.people import GRANTS, grants_of
from mips_ia.portal.models import ROLES
from mips_ia.portal.told.roles import in_order, roles
from mips_ia.problems import Problem, Refused

Grant = Literal[tuple(GRANTS)]


class RoleOut(Schema):
    """One role of one person; `everywhere` is in each practice of the organization.

    `grants` is what they may do besides; `version` stands for what can be changed.
    """

    id: int
    name: str
    email: str
    role: str
    signing_official: bool
    grants: list[str]
    everywhere: bool
    second_factor: bool
    since: datetime
    version: str


class RoleIn(Given):
    """What to change of a role; what is left out stays."""

    signing_official: YesNo = False
    grants: list[Grant] = []


class RoleEndedOut(Schema):
    """A role that was ended."""

    id: int
    name: str
    role: str
    ended: bool


@api.get(f"{PATH}/people", response={200: Listed[RoleOut], **ERRORS}, operation_id="people")
@operation(see="people")
def people(request: HttpRequest, access, asked: Query[Part]):
    """Everybody who gets in, those who decide first."""
    found = in_order(access)
    return listed(found, asked, map(_role, part(found, asked)))


@api.patch(f"{PATH}/people/{{membership}}", response={200: RoleOut, **ERRORS}, operation_id="change_role")
@operation(see="people", change="people", scope="people")
def change(request: HttpRequest, access, membership: int, known: RoleIn, if_match: IfMatch):
    """The mark of a signing official, and what somebody may do besides."""
    role = _held(access, membership)
    actions.decides(access, role)
    sent = known.dict(exclude_unset=True)
    said = _said(role, sent) | {"seen": given(if_match)}
    saved(lambda: actions.change(access, role, **said), lambda: actions.held(role), sent)
    return _role(role)


@api.delete(f"{PATH}/people/{{membership}}", response={200: RoleEndedOut, **ERRORS}, operation_id="end_role")
@operation(see="people", change="people", scope="people")
def end(request: HttpRequest, access, membership: int, if_match: IfMatch):
    """End a role; the last administrator stays."""
    role = _held(access, membership)
    actions.decides(access, role)
    saved(lambda: actions.end(access, role, given(if_match)), lambda: actions.held(role), {})
    return {"id": role.id, "name": role.person.name, "role": role.role, "ended": True}


def _held(access, membership):
    role = roles(access).filter(pk=membership).first()
    if role is None:
        raise Http404
    return role


def _said(role, sent):
    """What the role is afterwards; what it cannot be given is refused, and not left out."""
    held, can = actions.held(role), grants_of(role.role)
    grants = sent.get("grants", [each for each in held["grants"] if each in can])
    if wrong := [each for each in grants if each not in can]:
        what = f"The role {ROLES[role.role].lower()} is not given {', '.join(wrong)}."
        fix = f"Use of: {', '.join(can)}." if can else "Leave it out."
        raise Refused([Problem("wrong_answer", "grants", what, fix)])
    return {"signing_official": sent.get("signing_official", held["signing_official"]), "grants": grants}


def _role(each):
    return {
        "id": each.id, "name": each.person.name, "email": each.person.email, "role": each.role,
        "signing_official": each.signing_official, "grants": each.grants,
        "everywhere": each.practice_id is None, "second_factor": has_second_factor(each.person),
        "since": each.since, "version": version(actions.plain(each)),
    }  # fmt: skip
