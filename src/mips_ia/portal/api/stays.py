"""The stays of a clinician on a year's roster: read, changed, ended, and taken off."""

from datetime import date

from django.http import Http404, HttpRequest
from ninja import Field, Query, Schema

from mips_ia.portal.actions import roster as actions
from mips_ia.portal.api.given import Given
from mips_ia.portal.api.operations import ERRORS, api, operation
from mips_ia.portal.api.paging import Listed, Part, listed, part
from mips_ia.portal.api.practices import PATH, wrong_stay
from mips_ia.portal.api.versions import IfMatch, given, saved, version
from mips_ia.problems import Refused

STAYS = f"{PATH}/roster/{{npi}}/stays"
DAYS = ("joined_on", "left_on")
ANSWERS = ("billed", "non_patient_facing", "rural", "hpsa")


class StayOut(Schema):
    """From when to when a clinician billed under the TIN; null is not known, and no `left_on` is still there.

    `version` stands for everything of it, with the names of the clinician.
    """

    id: int
    npi: str
    last_name: str
    first_name: str
    credential: str
    email: str
    site: str | None
    joined_on: date | None
    left_on: date | None
    billed_in_year: bool | None
    non_patient_facing: bool | None
    rural: bool | None
    hpsa: bool | None
    version: str


class StayIn(Given):
    """What to change of a stay; what is left out stays, null makes it not known."""

    last_name: str = Field("", max_length=100)
    first_name: str = Field("", max_length=100)
    credential: str = Field("", max_length=40)
    email: str = Field("", max_length=254)
    site: str | None = Field(None, max_length=200)
    joined_on: date | None = None
    left_on: date | None = None
    billed_in_year: bool | None = None
    non_patient_facing: bool | None = None
    rural: bool | None = None
    hpsa: bool | None = None


class TakenOffOut(Schema):
    """A stay that was never there, and how many windows of its clinician are still entered."""

    id: int
    npi: str
    taken_off: bool
    windows: int


@api.get(STAYS, response={200: Listed[StayOut], **ERRORS}, operation_id="stays")
@operation(see="see_names")
def stays(request: HttpRequest, access, npi: str, asked: Query[Part]):
    """The stays of one clinician; who came back has two."""
    found = _here(access, npi)
    if not found.exists():
        raise Http404
    return listed(found, asked, map(_stay, part(found, asked)))


@api.patch(f"{STAYS}/{{stay}}", response={200: StayOut, **ERRORS}, operation_id="change_stay")
@operation(see="see_names", change="edit", scope="write")
def change(request: HttpRequest, access, npi: str, stay: int, known: StayIn, if_match: IfMatch):
    """Other days or facts of a stay; with `left_on` it is ended on that day."""
    row = _held(access, npi, stay)
    sent = known.dict(exclude_unset=True)
    whole = _whole(row) | sent
    if wrong := [*wrong_stay(whole)]:
        raise Refused(wrong)
    names = {name: whole[name] for name in actions.NAMES}
    facts = {name: whole[name] for name in DAYS}
    facts |= {name: whole["billed_in_year" if name == "billed" else name] for name in ANSWERS}
    saved(
        lambda: actions.change(
            access, row, names=names, site=whole["site"], seen=given(if_match), **facts
        ),
        lambda: _whole(row), sent,
    )  # fmt: skip
    return _stay(row)


@api.delete(f"{STAYS}/{{stay}}", response={200: TakenOffOut, **ERRORS}, operation_id="take_off_stay")
@operation(see="see_names", change="edit", scope="write")
def take_off(request: HttpRequest, access, npi: str, stay: int):
    """Take somebody off who was never there; who left has a last day instead."""
    row = _held(access, npi, stay)
    actions.take_off(access, row)
    held = access.year.windows.filter(clinician=row.clinician, replaced_at=None)
    return {"id": row.id, "npi": npi, "taken_off": True, "windows": held.count()}


def _here(access, npi):
    found = access.year.stays.filter(clinician__npi=npi, ended_at=None)
    return found.select_related("clinician", "site")


def _held(access, npi, stay):
    row = _here(access, npi).filter(pk=stay).first()
    if row is None:
        raise Http404
    return row


def _whole(row):
    """A stay as it is now, under the names of the API, with days as days."""
    row.refresh_from_db()
    who = {name: getattr(row.clinician, name) for name in actions.NAMES}
    facts = {name: getattr(row, name) for name in (*DAYS, *ANSWERS)}
    facts["billed_in_year"] = facts.pop("billed")
    return {**who, "site": row.site.name if row.site else None, **facts}


def _stay(row):
    return {
        "id": row.id, "npi": row.clinician.npi, **_whole(row), "version": version(actions.whole(row)),
    }  # fmt: skip
