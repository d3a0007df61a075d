"""The score, what was locked, and the files for CMS."""

from datetime import date

from django.http import Http404, HttpRequest, HttpResponse
from ninja import Query

from mips_ia.portal.actions import sending
from mips_ia.portal.api.answers import FinalOut, ScoreOut
from mips_ia.portal.api.locks import plain_final
from mips_ia.portal.api.operations import ERRORS, api, operation
from mips_ia.portal.api.paging import Listed, Part, listed, part
from mips_ia.portal.api.practices import PATH
from mips_ia.portal.ledgers import ledger_of
from mips_ia.portal.told.plain import plain_today


@api.get(f"{PATH}/score", response={200: ScoreOut, **ERRORS}, operation_id="score")
@operation(see="see")
def score(request: HttpRequest, access, known: date | None = None):
    """Today's score with every step, or why there is none; `known` takes the rules as known on a day."""
    return plain_today(ledger_of(access.year, as_known_on=known), access, known)


FILE = {
    "description": "The file, byte for byte as it was locked.",
    "content": {kind: {"schema": {}} for kind in sorted({*sending.TYPES.values()})},
}


@api.get(f"{PATH}/finals", response={200: Listed[FinalOut], **ERRORS}, operation_id="finals")
@operation(see="export")
def finals(request: HttpRequest, access, asked: Query[Part]):
    """Every time the year was locked or unlocked, newest first."""
    found = access.year.finals.select_related("person").order_by("-id")
    return listed(found, asked, map(plain_final, part(found, asked)))


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
