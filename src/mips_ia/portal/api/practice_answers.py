"""Every practice with what it came to, the worst first, as the page of practices has it."""

from datetime import date, datetime
from typing import Literal

from django.http import HttpRequest
from ninja import Field, Query, Schema

from mips_ia.portal.actions.remind_all import remind_all
from mips_ia.portal.actions.results import RANKS, refresh
from mips_ia.portal.api.given import Given
from mips_ia.portal.api.operations import ERRORS, api, of_a_person
from mips_ia.portal.api.paging import Listed, Part, listed, part
from mips_ia.portal.tenancy import years_of
from mips_ia.portal.told.practices_found import LAST, WORDS, WORST_FIRST, counts, found, unsigned
from mips_ia.portal.undelivered import why


class Which(Given):
    """Which practices: of a year, by words or the end of the TIN, an answer, or how soon the next date is."""

    year: int = Field(ge=1_000, le=9_999)
    q: str = Field("", max_length=200, pattern=r"^[^\x00]*$")
    answer: Literal["", "no", "unknown", "notyet", "yes"] = ""
    within: int | None = Field(None, ge=1, le=366)


class AnswersQuery(Which, Part):
    """The same, in parts."""


class AnswerOut(Schema):
    """A practice with its answer; points are null where nobody can tell, and `as_of` where it waits.

    `gaps` are the chosen activities that lack evidence.
    """

    slug: str
    name: str
    tin_ending: str
    answer: str
    word: str
    points: int | None
    points_possible: int | None
    fewest: bool
    unsigned: int | None
    gaps: int | None
    next_on: date | None
    next_what: str
    as_of: datetime | None


class AnswersOut(Listed[AnswerOut]):
    """Practices with their answers; `answers` has how many of all of the year came to each.

    `waiting` practices are still being worked out, in the background.
    """

    answers: dict[str, int]
    waiting: int


class AllAskedOut(Schema):
    """How many clinicians were asked to sign, and how many had been today; null where it goes on.

    `unsent` is to how many no message went out, and `why` says why.
    """

    practices: int
    asked: int | None
    asked_before: int | None
    unsent: int | None
    why: str


@api.get("/answers", response={200: AnswersOut, **ERRORS}, operation_id="answers")
@of_a_person()
def answers(request: HttpRequest, asked: Query[AnswersQuery]):
    """What each practice of the token's person came to in a year, the worst first."""
    waiting = refresh(years_of(request.user, asked.year))
    rows, of = _fit(request.user, asked).order_by(*WORST_FIRST), counts(years_of(request.user, asked.year))
    return listed(rows, asked, map(_answer, part(rows, asked))) | {
        "answers": {kind: of.get(kind, 0) for kind in RANKS}, "waiting": waiting,
    }  # fmt: skip


@api.post("/answers/ask", response={200: AllAskedOut, **ERRORS}, operation_id="ask_all_to_sign")
@of_a_person(scope="write")
def ask(request: HttpRequest, which: Which):
    """Ask everybody who has not signed at the practices that fit; nobody is asked twice on one day."""
    refresh(years_of(request.user, which.year))
    found = [*unsigned(request.user, _fit(request.user, which)).order_by(*WORST_FIRST)]
    told = remind_all(request.user, found, request.build_absolute_uri("/"))
    return {
        "practices": len(found), "asked": told and told.sent, "asked_before": told and told.before,
        "unsent": told and len(told.unsent), "why": why(told.fault) if told else "",
    }  # fmt: skip


def _fit(person, which):
    every = years_of(person, which.year)
    return found(every, q=which.q.strip(), answer=which.answer, within=which.within)


def _answer(year):
    result = getattr(year, "result", None)
    kind = result.kind if result else "unknown"
    return {
        "slug": year.practice.slug, "name": year.practice.name, "tin_ending": year.practice.tin[-LAST:],
        "answer": kind, "word": WORDS[kind], "points": result and result.certain,
        "points_possible": result and result.possible, "fewest": year.report_as == "individual",
        "unsigned": result and result.unsigned, "gaps": result and result.gaps,
        "next_on": result and result.next_on,
        "next_what": result.next_what if result else "", "as_of": result and result.made_at,
    }  # fmt: skip
