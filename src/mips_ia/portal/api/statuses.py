"""What CMS's look-up says of the practice, and the other facts that its page asks for."""

from datetime import date

from django.http import HttpRequest
from ninja import Field, Schema

from mips_ia.portal.actions import practice as actions
from mips_ia.portal.api.formed import filled
from mips_ia.portal.api.operations import ERRORS, api, operation
from mips_ia.portal.api.practices import PATH
from mips_ia.portal.api.versions import IfMatch, given, saved, version
from mips_ia.portal.forms.answers import NONE, UNKNOWN
from mips_ia.portal.forms.statuses import HELD, Statuses
from mips_ia.portal.ledgers import ledger_of
from mips_ia.portal.told.needed import effect


class StatusesIn(Schema):
    """What to change; what is left out stays, and null makes it not known. An empty list is none."""

    statuses: list[str] | None = None
    statuses_checked_on: date | None = None
    sites_recognized: int | None = Field(None, ge=0, le=9999)
    sites_all: int | None = Field(None, ge=1, le=9999)
    apm: str | None = Field(None, max_length=20)
    quality_and_pi_submitted: bool | None = None
    not_scored: list[str] | None = None
    specialty: str | None = Field(None, max_length=80)


class StatusesOut(Schema):
    """What is known of it: null and empty mean not known, an empty list is none.

    `says` is how many activities full credit takes; `version` stands for all of it.
    """

    statuses: list[str] | None
    statuses_checked_on: date | None
    sites_recognized: int | None
    sites_all: int | None
    apm: str
    quality_and_pi_submitted: bool | None
    not_scored: list[str] | None
    specialty: str
    says: str
    version: str


@api.get(f"{PATH}/statuses", response={200: StatusesOut, **ERRORS}, operation_id="statuses")
@operation(see="see_names")
def statuses(request: HttpRequest, access):
    """What was recorded of CMS's look-up, and how many activities full credit takes."""
    return _statuses(access)


@api.patch(f"{PATH}/statuses", response={200: StatusesOut, **ERRORS}, operation_id="change_statuses")
@operation(see="see_names", change="edit", scope="write")
def change(request: HttpRequest, access, known: StatusesIn, if_match: IfMatch):
    """Change some of it, as the page of statuses does."""
    sent = known.dict(exclude_unset=True)
    whole = actions.described(access.year, HELD) | sent
    said = filled(Statuses(_typed(whole), ledger=ledger_of(access.year)), whole)
    seen = given(if_match)
    if seen is None:  # then nothing else is written than what was sent
        said = {name: said[name] for name in sent}
    saved(lambda: actions.describe(access, seen, **said), lambda: actions.described(access.year, HELD), sent)
    return _statuses(access)


def _typed(values):
    """The same as the form of the page takes it: not known, and none, are answers of their own."""
    found = {name: "" if value is None else value for name, value in values.items()}
    for name in ("statuses", "not_scored"):
        found[name] = [UNKNOWN] if values[name] is None else values[name] or [NONE]
    words = {True: "yes", False: "no", None: UNKNOWN}
    return found | {
        "quality_and_pi_submitted": words[values["quality_and_pi_submitted"]],
        "apm": values["apm"] or UNKNOWN,
        "statuses_checked_on": str(values["statuses_checked_on"] or ""),
    }


def _statuses(access):
    values = actions.described(access.year, HELD)
    return {**values, "says": effect(ledger_of(access.year)), "version": version(values)}
