"""The rules of a year as on their page: every clause with its value, its source and how sure that is."""

from datetime import date
from typing import Literal

from django.http import Http404, HttpRequest
from ninja import Query, Schema

from mips_ia.portal.api.operations import ERRORS, api, of_a_person
from mips_ia.portal.api.paging import Listed, Part, listed, part
from mips_ia.portal.told.clauses import groups
from mips_ia.reading.clauses import CATEGORIES
from mips_ia.reading.yearbook import years
from mips_ia.rules import rules


class RuleOut(Schema):
    """One clause: its value in words, of whom it is said, what it says, where, and how sure that is.

    `in_force` is false where it belongs to the reading of a text that is not taken. `weights` are the rows
    of a table of weights, in percent. `place` is its anchor on the page.
    """

    place: str
    heading: str
    name: str
    value: str
    concerns: str
    says: str
    cite: str
    confidence: Literal["high", "medium", "low"]
    assumption: str
    in_force: bool
    weights: list[dict[str, str | int]]


class RulesOut(Listed[RuleOut]):
    """The clauses of a year, with what they come from and which years there are."""

    performance_year: int
    years: list[int]
    status: str
    source: str
    known_on: date
    edition: str


@api.get("/rules/{year}", response={200: RulesOut, **ERRORS}, operation_id="rules")
@of_a_person()
def of_year(request: HttpRequest, year: int, asked: Query[Part]):
    """Every rule of a year, in the order of its page."""
    if year not in years():
        raise Http404
    known = rules(year)
    found = [(group["title"], each) for group in groups(known) for each in group["entries"]]
    told = {name: getattr(known, name) for name in ("status", "source", "known_on", "edition")}
    return told | listed(found, asked, (_rule(*each) for each in part(found, asked))) | {
        "performance_year": year, "years": [*years()],
    }  # fmt: skip


def _rule(heading, each):
    clause = each["clause"]
    return {
        "place": each["anchor"], "heading": heading, "name": each["name"], "value": str(each["value"]),
        "concerns": each["for"], "in_force": each["taken"],
        "weights": [
            {"not_scored": row["missing"], **dict(zip(CATEGORIES, row["row"], strict=True))}
            for row in each["table"]
        ],
    } | {name: getattr(clause, name) for name in ("says", "cite", "confidence", "assumption")}  # fmt: skip
