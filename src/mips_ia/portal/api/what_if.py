"""What if: the score of today beside the one with other facts. Nothing of it is saved."""

from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Field, Schema

from mips_ia.formats.plain import plain_problem, plain_score, plain_verdict
from mips_ia.portal.api.answers import ProblemOut
from mips_ia.portal.api.given import Given
from mips_ia.portal.api.operations import ERRORS, api, operation
from mips_ia.portal.api.practices import PATH
from mips_ia.portal.told.what_if import Change, changed, today
from mips_ia.problems import Problem, Refused

Count = Annotated[int, Field(ge=0, le=100_000)]


class SitesIn(Given):
    """Sites that are medical homes, of all sites."""

    recognized: Count
    all: Count


class WhatIfIn(Given):
    """What would be different; what is left out is as it is today. `further` are taken as done."""

    report_as: str = ""
    pathway: str = ""
    mvp: str = ""
    apm: str = ""
    clinicians: int | None = Field(None, ge=1, le=100_000)
    statuses: list[str] | None = None
    sites: SitesIn | None = None
    not_scored: list[str] | None = None
    counts: dict[str, Count] = {}
    further: list[str] = Field([], max_length=50)


class WhatIfOut(Schema):
    """Both scores with their steps; `activities` are what the second one says of each activity."""

    now: dict[str, Any]
    then: dict[str, Any]
    activities: list[dict[str, Any]]
    problems: list[ProblemOut]


@api.post(f"{PATH}/score/what-if", response={200: WhatIfOut, **ERRORS}, operation_id="what_if")
@operation(see="see")
def what_if(request: HttpRequest, access, given: WhatIfIn):
    """The score of the group with other facts, beside that of today; saves nothing."""
    ledger, _ = today(access.year)
    if ledger.problem:
        raise ledger.problem
    told = given.dict()
    wrong = [
        Problem("not_chosen", f"counts.{id}", f"{id!r} is not among the activities that were chosen.",
                "Name it under further.")
        for id in told["counts"] if id not in ledger.activities
    ]  # fmt: skip
    if wrong:
        raise Refused(wrong)
    sites = told["sites"] and (told["sites"]["recognized"], told["sites"]["all"])
    sets = {
        name: None if told[name] is None else frozenset(told[name]) for name in ("statuses", "not_scored")
    }
    then = changed(ledger, Change(**told | sets | {"sites": sites, "further": tuple(told["further"])}))
    return {"now": plain_score(ledger.assessment.score), "then": plain_score(then.score),
            "activities": [*map(plain_verdict, then.verdicts)],
            "problems": [*map(plain_problem, then.problems)]}  # fmt: skip
