"""The score, what was locked, and the files for CMS."""

from datetime import date

from django.http import Http404, HttpRequest, HttpResponse
from ninja import Query

from mips_ia.formats.plain import plain_problem
from mips_ia.portal.actions import sending
from mips_ia.portal.api.answers import FinalOut, ScoreOut
from mips_ia.portal.api.operations import ERRORS, api, operation
from mips_ia.portal.api.paging import Listed, Part, listed, part
from mips_ia.portal.api.practices import PATH
from mips_ia.portal.ledgers import ledger_of
from mips_ia.portal.told.assumed import assumed
from mips_ia.portal.told.plain import plain_today
from mips_ia.portal.told.readings import undecided


@api.get(f"{PATH}/score", response={200: ScoreOut, **ERRORS}, operation_id="score")
@operation(see="see")
def score(request: HttpRequest, access, known: date | None = None):
    """Today's score with every step, or why there is none; `known` takes the rules as known on a day."""
    ledger = ledger_of(access.year, as_known_on=known)
    problem = ledger.problem
    found = None if problem else ledger.assessment
    today = {} if problem else plain_today(ledger, access)
    return {
        "performance_year": ledger.year, "rules_edition": ledger.rules.edition, "as_of": ledger.today,
        "as_known_on": known,
        "lacking": ledger.lacking, "score": today.get("score"), "individuals": today.get("individuals"),
        "assumptions": [*found.assumptions, *assumed(ledger).values()] if found else [],
        "undecided": undecided(ledger) if found else [],
        "problems": [*map(plain_problem, problem.problems if problem else _said(ledger, found))],
    }  # fmt: skip


def _said(ledger, found):
    """What there is to say of a group's attestations; those of individuals are each their own."""
    return [] if ledger.individuals else found.problems


FILE = {
    "description": "The file, byte for byte as it was locked.",
    "content": {kind: {"schema": {}} for kind in sorted({*sending.TYPES.values()})},
}


@api.get(f"{PATH}/finals", response={200: Listed[FinalOut], **ERRORS}, operation_id="finals")
@operation(see="export")
def finals(request: HttpRequest, access, asked: Query[Part]):
    """Every time the year was locked or unlocked, newest first."""
    found = access.year.finals.select_related("person").order_by("-id")
    return listed(found, asked, (
        {"id": each.id, "kind": each.kind, "at": each.at, "by": each.person.name, "digest": each.digest,
         "files": sending.names(each)}
        for each in part(found, asked)
    ))  # fmt: skip


@api.post(
    f"{PATH}/finals/{{final}}/{{name}}", response={**ERRORS}, operation_id="final_file",
    openapi_extra={"responses": {200: FILE}},
)  # fmt: skip
@operation(see="export", scope="export")
def final_file(request: HttpRequest, access, final: int, name: str):
    """Take a file as it was locked; who took it is recorded, so that a GET cannot."""
    row = access.year.finals.filter(pk=final).first()
    if row is None or name not in sending.names(row):
        raise Http404
    return HttpResponse(sending.take(access, row, name), content_type=sending.TYPES[name])
