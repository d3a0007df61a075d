"""The score of today for programs, in the same shape on the page's JSON and in the API."""

from mips_ia.formats.plain import plain_problem, plain_score
from mips_ia.portal.told.advice import advice
from mips_ia.portal.told.assumed import assumed
from mips_ia.portal.told.individuals import alone, people_of, together
from mips_ia.portal.told.moves import moves
from mips_ia.portal.told.readings import undecided


def plain_today(ledger, access, known=None):
    """Everything that is said of today's score, with the rules as `known` on a day; or why there is none."""
    problem = ledger.problem
    return {
        "performance_year": ledger.year, "rules_edition": ledger.rules.edition, "as_of": ledger.today,
        "as_known_on": known, "lacking": ledger.lacking, **_NONE,
        **({"problems": [*map(plain_problem, problem.problems)]} if problem else _scored(ledger, access)),
    }  # fmt: skip


_NONE = {
    "score": None, "individuals": None, "ways": [], "moves": [], "assumptions": [], "undecided": [],
    "problems": [],
}  # fmt: skip


def plain_move(move):
    """One thing that would raise or lower a score: the points then, and by when it must be done."""
    return {"says": move.says, "by": move.by, "points": move.score.points, "raises": move.raises}


def _scored(ledger, access):
    found = ledger.assessment
    own = ledger.individuals  # then what is said of attestations is of each alone
    told = {
        "assumptions": [*found.assumptions, *assumed(ledger).values()],
        "undecided": undecided(ledger),
        "problems": [] if own else [*map(plain_problem, found.problems)],
    }
    return told | (_individuals(ledger, access) if own else _group(ledger, access))


def _group(ledger, access):
    """The group's score, the ways to full credit, and what would change it."""
    return {
        "score": plain_score(ledger.assessment.score), "ways": advice(ledger).ways,
        "moves": [*map(plain_move, moves(ledger, access.may("see_names")))],
    }  # fmt: skip


def _individuals(ledger, access):
    """Totals, for everybody who may see the practice; a clinician finds only themselves in `each`."""
    whole = together(ledger)
    return {"individuals": {
        "clinicians": whole.of, "full_credit": whole.full, "full_credit_possible": whole.reach,
        "fewest_points": whole.certain, "fewest_points_possible": whole.possible,
        "each": [_own(alone(ledger, person)) for person in people_of(ledger, access)],
    }}  # fmt: skip


def _own(one):
    return {
        "npi": one.person.clinician.npi, "full_credit": one.found.score.points == one.found.score.full,
        "counted": one.counting, "points_still_possible": one.most, "score": plain_score(one.found.score),
    }  # fmt: skip
