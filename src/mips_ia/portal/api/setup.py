"""A practice that is set up: the practice itself, what it is called, and how it reports."""

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest
from ninja import Field, Query, Schema

from mips_ia.portal.actions import practice as actions
from mips_ia.portal.api.answers import PracticeOut
from mips_ia.portal.api.formed import filled
from mips_ia.portal.api.given import Given
from mips_ia.portal.api.operations import ERRORS, api, of_a_person, operation
from mips_ia.portal.api.paging import Listed, Part, listed, part
from mips_ia.portal.api.practices import PATH, plain_practice
from mips_ia.portal.api.versions import IfMatch, given, saved, version
from mips_ia.portal.forms.practice import Named, NewPractice, bare
from mips_ia.portal.forms.reporting import REPORTS, Reporting
from mips_ia.portal.ledgers import ledger_of
from mips_ia.portal.tenancy import may_add_in, practices_of
from mips_ia.problems import Problem, Refused

WHO = "An administrator or a manager of an organization"


class OrganizationOut(Schema):
    """An organization in which the token's person may add practices."""

    id: int
    name: str
    role: str


class NewPracticeIn(Given):
    """A practice that is not here yet, with its main site; `organization` where there are several."""

    name: str = Field(max_length=200)
    tin: str = Field(max_length=20)
    zip: str = Field("", max_length=10)
    site: str = Field("", max_length=200)
    organization: int | None = Field(None, ge=1, le=9_000_000_000, strict=True)


class NameIn(Given):
    """What a practice is called."""

    name: str = Field(max_length=200)


class NameOut(Schema):
    """What a practice is called; its `slug` stays when the name changes."""

    slug: str
    name: str
    tin_ending: str
    version: str


class ReportingIn(Given):
    """What to change of how a practice reports; what is left out stays."""

    report_as: str = Field("", max_length=20)
    pathway: str = Field("", max_length=30)
    mvp: str = Field("", max_length=10)
    entity_id: str = Field("", max_length=64)


class ReportingOut(Schema):
    """How a practice reports; empty means not known."""

    report_as: str
    pathway: str
    mvp: str
    entity_id: str
    version: str


@api.get("/organizations", response={200: Listed[OrganizationOut], **ERRORS}, operation_id="organizations")
@of_a_person()
def organizations(request: HttpRequest, asked: Query[Part]):
    """The organizations in which the token's person may add practices."""
    held = [*_within(request.user).values()]
    return listed(held, asked, (
        {"id": each.organization_id, "name": each.organization.name, "role": each.role}
        for each in part(held, asked)
    ))  # fmt: skip


@api.post("/practices", response={200: PracticeOut, **ERRORS}, operation_id="set_up_practice")
@of_a_person(scope="write")
def set_up(request: HttpRequest, new: NewPracticeIn):
    """A practice that is not here yet; of the same name and TIN, the one that is here already."""
    by = membership_in(request.user, new.organization)
    mine = practices_of(request.user).filter(organization=by.organization, name=new.name.strip())
    if there := mine.filter(tin=bare(new.tin)).first():
        return plain_practice(there)
    sent = new.dict(exclude={"organization"})
    known = filled(NewPractice(sent, person=request.user, memberships=[by]), sent)
    of = [known[each] for each in ("name", "tin", "zip", "site")]
    return plain_practice(actions.add(request.user, by.role, by.organization, *of))


@api.get(f"{PATH}/name", response={200: NameOut, **ERRORS}, operation_id="practice_name")
@operation(see="see")
def name(request: HttpRequest, access):
    """What a practice is called."""
    return _name(access.practice)


@api.put(f"{PATH}/name", response={200: NameOut, **ERRORS}, operation_id="rename_practice")
@operation(see="see", change="edit", scope="write")
def rename(request: HttpRequest, access, known: NameIn, if_match: IfMatch):
    """Another name; the address of the practice stays."""
    said = filled(Named(known.dict()), known.dict())
    saved(
        lambda: actions.rename(access, said["name"], given(if_match)),
        lambda: actions.named(access.practice), said,
    )  # fmt: skip
    return _name(access.practice)


@api.get(f"{PATH}/reporting", response={200: ReportingOut, **ERRORS}, operation_id="reporting")
@operation(see="see")
def reporting(request: HttpRequest, access):
    """How a practice reports in the year, and on which pathway."""
    return _reporting(access)


@api.patch(f"{PATH}/reporting", response={200: ReportingOut, **ERRORS}, operation_id="change_reporting")
@operation(see="see", change="edit", scope="write")
def change_reporting(request: HttpRequest, access, known: ReportingIn, if_match: IfMatch):
    """Change how it reports, with the checks of the page; an MVP goes where the pathway is another."""
    sent, seen = known.dict(exclude_unset=True), given(if_match)
    whole = actions.described(access.year, REPORTS) | sent
    said = filled(Reporting(whole, ledger=ledger_of(access.year)), whole)
    if sent.get("mvp") and not said["mvp"]:
        what = f"An MVP goes with the pathway mvp, and this is {said['pathway']}."
        raise Refused([Problem("wrong_answer", "mvp", what, "Send the pathway mvp with it, or no MVP.")])
    if seen is None:  # then nothing else is written than what was sent, and what hangs together with it
        said = {name: said[name] for name in said if name in (*sent, "mvp")}
    saved(
        lambda: actions.describe(access, seen, **said), lambda: actions.described(access.year, REPORTS), sent
    )
    return _reporting(access)


def membership_in(person, organization):
    """The membership by which a person adds practices; which one is said where there are several."""
    within = _within(person)
    if not within:
        raise PermissionDenied(WHO)
    if organization is None and len(within) > 1:
        fix = f"Use of: {', '.join(f'{id} ({each.organization})' for id, each in within.items())}."
        raise Refused([Problem("wrong_answer", "organization", "There are several organizations.", fix)])
    found = within.get(organization or next(iter(within)))
    if found is None:
        raise Http404
    return found


def _within(person):
    return {each.organization_id: each for each in may_add_in(person)}


def _name(practice):
    known = actions.named(practice)
    return {"slug": practice.slug, "tin_ending": practice.tin[-4:], **known, "version": version(known)}


def _reporting(access):
    known = actions.described(access.year, REPORTS)
    return {**known, "version": version(known)}
