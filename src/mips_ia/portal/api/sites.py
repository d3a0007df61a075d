"""Where a practice sees patients: its sites read, added, changed and ended."""

from django.http import Http404, HttpRequest
from ninja import Field, Query, Schema

from mips_ia.portal.actions import practice as actions
from mips_ia.portal.api.formed import filled
from mips_ia.portal.api.given import Given
from mips_ia.portal.api.operations import ERRORS, api, operation
from mips_ia.portal.api.paging import Listed, Part, listed, part
from mips_ia.portal.api.practices import PATH
from mips_ia.portal.api.versions import IfMatch, given, saved, version
from mips_ia.portal.forms.sites import Place


class SiteOut(Schema):
    """A site; `version` stands for what is known of it."""

    id: int
    name: str
    zip: str
    version: str


class SiteIn(Given):
    """What is known of a site."""

    name: str = Field(max_length=200)
    zip: str = Field("", max_length=10)


class SiteEndedOut(Schema):
    """A site that was ended, and how many rows of the year's roster keep its name."""

    id: int
    name: str
    ended: bool
    rows: int


@api.get(f"{PATH}/sites", response={200: Listed[SiteOut], **ERRORS}, operation_id="sites")
@operation(see="see_names")
def sites(request: HttpRequest, access, asked: Query[Part]):
    """The practice's sites, without those that were ended."""
    found = access.practice.open_sites
    return listed(found, asked, map(_site, part(found, asked)))


@api.post(f"{PATH}/sites", response={200: SiteOut, **ERRORS}, operation_id="add_site")
@operation(see="see_names", change="edit", scope="write")
def add(request: HttpRequest, access, site: SiteIn):
    """One more site."""
    return _site(actions.put_site(access, **_known(site, access.practice.open_sites)))


@api.put(f"{PATH}/sites/{{site}}", response={200: SiteOut, **ERRORS}, operation_id="change_site")
@operation(see="see_names", change="edit", scope="write")
def change(request: HttpRequest, access, site: int, known: SiteIn, if_match: IfMatch):
    """Another name or ZIP code of a site."""
    held = _held(access, site)
    said = _known(known, access.practice.open_sites.exclude(pk=held.pk))
    saved(
        lambda: actions.put_site(access, **said, site=held, seen=given(if_match)),
        lambda: actions.placed(held), said,
    )  # fmt: skip
    return _site(held)


@api.delete(f"{PATH}/sites/{{site}}", response={200: SiteEndedOut, **ERRORS}, operation_id="end_site")
@operation(see="see_names", change="edit", scope="write")
def end(request: HttpRequest, access, site: int, if_match: IfMatch):
    """A site that is no more, or never was; rows of the roster keep its name."""
    held = _held(access, site)
    saved(lambda: actions.end_site(access, held, given(if_match)), lambda: actions.placed(held), {})
    rows = access.year.stays.filter(site=held, ended_at=None).count()
    return {"id": held.id, "name": held.name, "ended": True, "rows": rows}


def _held(access, site):
    held = access.practice.open_sites.filter(pk=site).first()
    if held is None:
        raise Http404
    return held


def _known(site, others):
    return filled(Place(site.dict(), others=others), site.dict())


def _site(row):
    values = actions.placed(row)
    return {"id": row.id, **values, "version": version(values)}
