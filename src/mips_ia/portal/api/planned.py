"""A year as its pages answer for it: the overview, the plan, the matrix of participation, and the weights."""

from datetime import date

from django.http import HttpRequest
from ninja import Field, Query, Schema

from mips_ia.attestation import last_start, length
from mips_ia.formats.plain import plain_problem
from mips_ia.portal.api.answers import ProblemOut
from mips_ia.portal.api.operations import ERRORS, api, operation
from mips_ia.portal.api.paging import Listed, Part, listed, part
from mips_ia.portal.api.practices import PATH
from mips_ia.portal.ledgers import ledger_of
from mips_ia.portal.tenancy import whom_to_ask
from mips_ia.portal.told import matrix, planned, shown, weight
from mips_ia.portal.told.answer import answer, checks, dates
from mips_ia.portal.told.windows import end_from_today
from mips_ia.problems import Problem, Refused


class OverviewCheckOut(Schema):
    """Credit, signatures, evidence or time: the verdict in a word, and one sentence."""

    name: str
    word: str
    says: str


class DateOut(Schema):
    """A day that matters from today on."""

    on: date
    says: str


class OverviewOut(Schema):
    """Whether the practice is safe, and what that rests on; points are null where nobody can tell.

    `fewest` says that the points are those of the clinician who has the fewest; `who_can` who corrects
    what `problems` has, or what is `lacking`.
    """

    as_of: date
    reporting: str
    word: str
    says: list[str]
    points: int | None
    points_possible: int | None
    fewest: bool
    checks: list[OverviewCheckOut]
    dates: list[DateOut]
    rests_on: list[str]
    assumptions: list[str]
    lacking: list[str]
    who_can: str
    problems: list[ProblemOut]


class ToStartOut(Schema):
    """One activity: its verdict, what is short, how long it takes, and the last day to start it."""

    activity: str
    title: str
    word: str
    says: str
    length: str
    cite: str
    last_start: date
    days_left: int


class PlanOut(Schema):
    """Until when a window of the general length can start; `ends` is the end of one that starts today.

    Where none can start any more `ends` is null, and `still` names what can count all the same.
    """

    length: str
    cite: str
    last_start: date
    days_left: int
    ends: date | None
    still: list[str]
    locked: bool
    activities: list[ToStartOut]


class MatrixQuery(Part):
    """One activity, and whether only those are wanted where something is amiss."""

    activity: str | None = Field(None, pattern=r"^IA_[A-Z0-9_]{1,17}$")
    attention: bool = False


class CellOut(Schema):
    """What a clinician's windows of an activity amount to; `window` is the one that decides."""

    activity: str
    state: str
    word: str
    window: int | None
    first: date | None
    last: date | None
    problems: list[ProblemOut]


class RowOut(Schema):
    """A clinician who is counted, with a cell for each activity."""

    npi: str
    name: str
    cells: list[CellOut]


class WeightRowOut(Schema):
    """The weight of each category, in percent, where these are not scored; `ours` is the practice's row."""

    not_scored: list[str]
    weights: dict[str, int]
    ours: bool


class TableOut(Schema):
    """One table of the year, of those to whom it applies; `ours` is the practice's."""

    says: str
    cite: str
    ours: bool
    rows: list[WeightRowOut]


class WeightsOut(Schema):
    """How much improvement activities weigh, and every table of weights of the year."""

    not_scored: list[str] | None
    says: str
    effect: str
    tables: list[TableOut]


@api.get(f"{PATH}/overview", response={200: OverviewOut, **ERRORS}, operation_id="overview")
@operation(see="see")
def overview(request: HttpRequest, access):
    """The answer of the overview, the four checks, the dates, and what it all rests on."""
    ledger = ledger_of(access.year)
    mend = bool(ledger.problem or ledger.lacking)
    told = {
        "as_of": ledger.today, "reporting": shown.frame(ledger)["reporting"], "lacking": ledger.lacking,
        "dates": [{"on": on, "says": says} for on, says in dates(ledger)],
        "who_can": whom_to_ask(access.practice, "edit") if mend else "",
    }  # fmt: skip
    if ledger.problem:
        nothing = ("says", "checks", "rests_on", "assumptions")
        return dict.fromkeys(nothing, ()) | told | {
            "word": "We cannot tell", "points": None, "points_possible": None, "fewest": False,
            "problems": [*map(plain_problem, ledger.problem.problems)],
        }  # fmt: skip
    found = answer(ledger)
    return told | {
        "word": found.word, "says": found.sentences, "points": found.certain,
        "points_possible": found.possible, "fewest": found.fewest, "problems": [],
        "checks": [] if ledger.lacking else [_check(each) for each in checks(ledger)],
        "rests_on": shown.rests_on(ledger), "assumptions": shown.assumed(ledger),
    }  # fmt: skip


@api.get(f"{PATH}/plan", response={200: PlanOut, **ERRORS}, operation_id="plan")
@operation(see="windows")
def plan(request: HttpRequest, access):
    """Until when the windows of each activity must start, and what is short."""
    ledger = ledger_of(access.year)
    period = ledger.rules.period[-1]
    start = last_start(period, ledger.year)
    return {
        "length": length(period), "cite": period.cite, "last_start": start,
        "days_left": (start - ledger.today).days, "ends": end_from_today(ledger),
        "still": planned.still(ledger), "locked": ledger.locked,
        "activities": [
            {"activity": each["activity"], "title": each["title"], "word": each["word"],
             "says": each["says"], "length": each["length"], "cite": each["cite"],
             "last_start": each["start"], "days_left": each["left"]}
            for each in planned.sections(ledger)
        ],
    }  # fmt: skip


@api.get(f"{PATH}/participation", response={200: Listed[RowOut], **ERRORS}, operation_id="participation")
@operation(see="see")
def participation(request: HttpRequest, access, asked: Query[MatrixQuery]):
    """Each clinician who is counted, and how each activity stands; a clinician finds their own row."""
    ledger = ledger_of(access.year)
    if asked.activity and asked.activity not in ledger.activities:
        what = f"{asked.activity!r} is not among the activities that were chosen."
        raise Refused([Problem("not_chosen", "activity", what, "Choose it first.")])
    tallies = [each for each in ledger.tallies if asked.activity in (None, each.activity)]
    found = matrix.people(ledger, access)
    if asked.attention and access.may("see_names"):
        found = matrix.amiss(found, tallies)
    return listed(found, asked, (
        {"npi": person.clinician.npi, "name": person.clinician.name,
         "cells": [_cell(each.activity, each.cells[person.id]) for each in tallies]}
        for person in part(found, asked)
    ))  # fmt: skip


@api.get(f"{PATH}/weights", response={200: WeightsOut, **ERRORS}, operation_id="weights")
@operation(see="see")
def weights(request: HttpRequest, access):
    """What the category weighs with what is recorded, and by every table of the year."""
    ledger = ledger_of(access.year)
    return {
        "not_scored": access.year.not_scored, "says": weight.said(access.year.not_scored),
        "effect": weight.effect(ledger),
        "tables": [
            {"says": each["clause"].says, "cite": each["clause"].cite, "ours": each["mine"],
             "rows": [{"not_scored": row["gone"], "weights": row["of"], "ours": row["mine"]}
                      for row in each["rows"]]}
            for each in weight.tables(ledger)
        ],
    }  # fmt: skip


def _check(each):
    return {"name": each.name, "word": each.word, "says": each.note}


def _cell(activity, cell):
    held = cell.window
    return {
        "activity": activity, "state": cell.state, "word": cell.word, "window": held and held.place,
        "first": held and held.first, "last": held and held.last,
        "problems": [*map(plain_problem, cell.problems)],
    }  # fmt: skip
