"""Each clinician's own score beside that of the group; a clinician's token finds only their own."""

from typing import Any

from django.http import Http404, HttpRequest
from ninja import Query, Schema

from mips_ia.formats.plain import plain_score
from mips_ia.portal.api.answers import MoveOut
from mips_ia.portal.api.operations import ERRORS, api, operation
from mips_ia.portal.api.paging import Listed, Part, listed, part
from mips_ia.portal.api.practices import PATH
from mips_ia.portal.ledgers import ledger_of
from mips_ia.portal.told.individuals import alone, beside, people_of
from mips_ia.portal.told.own_moves import own_moves
from mips_ia.portal.told.plain import plain_move


class OwnOut(Schema):
    """A clinician's own score; `higher` says which is, that or what the group gets."""

    npi: str
    points: int
    points_possible: int
    full_credit: bool
    counting: list[str]
    higher: str


class OwnStepsOut(OwnOut):
    """The same with every step, and what would change it."""

    score: dict[str, Any]
    moves: list[MoveOut]


@api.get(f"{PATH}/score/clinicians", response={200: Listed[OwnOut], **ERRORS}, operation_id="own_scores")
@operation(see="see")
def own_scores(request: HttpRequest, access, asked: Query[Part]):
    """The own score of each clinician, in the order of their names."""
    ledger = _scored(access)
    found = people_of(ledger, access)
    return listed(found, asked, (_own(ledger, person) for person in part(found, asked)))


@api.get(f"{PATH}/score/clinicians/{{npi}}", response={200: OwnStepsOut, **ERRORS}, operation_id="own_score")
@operation(see="see")
def own_score(request: HttpRequest, access, npi: str):
    """One clinician's own score with every step, and what would change it."""
    ledger = _scored(access)
    person = next((each for each in people_of(ledger, access) if each.clinician.npi == npi), None)
    if person is None:
        raise Http404
    found = own_moves(ledger, ledger.alone(person))
    return _own(ledger, person) | {
        "score": plain_score(alone(ledger, person).found.score),
        "moves": [*map(plain_move, found)],
    }  # fmt: skip


def _scored(access):
    ledger = ledger_of(access.year)
    if ledger.problem:
        raise ledger.problem
    return ledger


def _own(ledger, person):
    mine = alone(ledger, person)
    score = mine.found.score
    return {
        "npi": person.clinician.npi, "points": score.points, "points_possible": mine.most,
        "full_credit": score.points == score.full, "counting": mine.counting,
        "higher": beside(mine.found, ledger.as_group.assessment),
    }  # fmt: skip
