"""Every practice with what it came to, the worst first, as the page of practices has it."""

from datetime import date, datetime
from typing import Literal

from django.http import HttpRequest
from ninja import Field, Query, Schema

from mips_ia.portal.actions.results import refresh
from mips_ia.portal.api.operations import ERRORS, api, needs, only
from mips_ia.portal.api.paging import Listed, Part, listed, part
from mips_ia.portal.tenancy import years_of
from mips_ia.portal.told.practices_found import LAST, WORDS, WORST_FIRST, found


class AnswersQuery(Part):
    """Which practices: of a year, by words or the end of the TIN, an answer, or how soon the next date is."""

    year: int = Field(ge=0, le=9_999)
    q: str = Field("", max_length=200, pattern=r"^[^\x00]*$")
    answer: Literal["", "no", "unknown", "notyet", "yes"] = ""
    within: int | None = Field(None, ge=1, le=366)


class AnswerOut(Schema):
    """A practice with its answer; points are null where nobody can tell, and `as_of` where it waits."""

    slug: str
    name: str
    tin_ending: str
    answer: str
    word: str
    points: int | None
    points_possible: int | None
    fewest: bool
    unsigned: int | None
    next_on: date | None
    next_what: str
    as_of: datetime | None


@api.get("/answers", response={200: Listed[AnswerOut], **ERRORS}, operation_id="answers")
def answers(request: HttpRequest, asked: Query[AnswersQuery]):
    """What each practice of the token's person came to in a year, the worst first."""
    needs(request, "read")
    only(request, AnswersQuery.model_fields)
    refresh(years_of(request.user, asked.year))
    every = years_of(request.user, asked.year)
    rows = found(every, q=asked.q.strip(), answer=asked.answer, within=asked.within).order_by(*WORST_FIRST)
    return listed(rows, asked, map(_answer, part(rows, asked)))


answers.rule, answers.scope = "organization", "read"


def _answer(year):
    result = getattr(year, "result", None)
    kind = result.kind if result else "unknown"
    return {
        "slug": year.practice.slug, "name": year.practice.name, "tin_ending": year.practice.tin[-LAST:],
        "answer": kind, "word": WORDS[kind], "points": result and result.certain,
        "points_possible": result and result.possible, "fewest": year.report_as == "individual",
        "unsigned": result and result.unsigned, "next_on": result and result.next_on,
        "next_what": result.next_what if result else "", "as_of": result and result.made_at,
    }  # fmt: skip
