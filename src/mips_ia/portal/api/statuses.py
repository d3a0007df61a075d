"""What CMS's look-up says of the practice, and the other facts that its page asks for."""

from datetime import date

from django.http import HttpRequest
from ninja import Field, Schema

from mips_ia.portal.actions import practice as actions
from mips_ia.portal.api.formed import filled
from mips_ia.portal.api.given import Given
from mips_ia.portal.api.operations import ERRORS, api, operation
from mips_ia.portal.api.practices import PATH
from mips_ia.portal.api.versions import IfMatch, given, saved, version
from mips_ia.portal.forms.answers import NONE, UNKNOWN
from mips_ia.portal.forms.statuses import HELD, Statuses
from mips_ia.portal.ledgers import ledger_of
from mips_ia.portal.told.facts_found import first_to_find_out, found
from mips_ia.portal.told.needed import effect


class StatusesIn(Given):
    """What to change; what is left out stays, and null makes it not known. An empty list is none."""

    statuses: list[str] | None = None
    statuses_checked_on: date | None = None
    sites_recognized: int | None = Field(None, ge=0, le=9999)
    sites_all: int | None = Field(None, ge=1, le=9999)
    apm: str | None = Field(None, max_length=20)
    quality_and_pi_submitted: bool | None = None
    not_scored: list[str] | None = None
    specialty: str | None = Field(None, max_length=80)


class FactOut(Schema):
    """One fact of the standing: its value, null where not known, why it holds, and who says so.

    `word` is the value as the page has it; `assumption` what is taken for granted where a rule is open.
    """

    name: str
    called: str
    value: bool | None
    estimated: bool
    word: str
    says: str
    cite: str
    assumption: str


class StatusesOut(Schema):
    """What is known of it: null and empty mean not known, an empty list is none.

    `says` is how many activities full credit takes, by the rule of `cite`; `facts` are what the rules ask
    for, and `first` is the one to find out first. `version` stands for what was recorded.
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
    cite: str
    facts: list[FactOut]
    first: str
    version: str


@api.get(f"{PATH}/statuses", response={200: StatusesOut, **ERRORS}, operation_id="statuses")
@operation(see="see_names")
def statuses(request: HttpRequest, access):
    """What was recorded of CMS's look-up, what follows for each fact, and what to find out first."""
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
    ledger = ledger_of(access.year)
    return {
        **values, "says": effect(ledger), "cite": ledger.rules.full_credit.cite,
        "facts": [*map(_fact, ledger.standing.values(), found(ledger))],
        "first": first_to_find_out(ledger), "version": version(values),
    }  # fmt: skip


def _fact(fact, told):
    return {
        "name": fact.name, "called": told.name, "value": fact.value, "estimated": fact.estimated,
        "word": told.value, "says": told.says, "cite": told.cite, "assumption": told.assumption,
    }  # fmt: skip
