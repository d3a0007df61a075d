"""The score of today for programs, in the same shape on the page's JSON and in the API."""

from mips_ia.formats.plain import plain_score
from mips_ia.portal.told.advice import advice
from mips_ia.portal.told.individuals import alone, people_of, together


def plain_today(ledger, access):
    """The group's score and the ways to full credit; or `individuals`, where each has a score of their own.

    Totals are for everybody who may see the practice; a clinician finds only themselves in `each`.
    """
    whole = together(ledger)
    if whole is None:
        found = ledger.assessment
        return {"score": plain_score(found.score), "ways": advice(ledger).ways, "individuals": None}
    return {"score": None, "ways": [], "individuals": {
        "clinicians": whole.of, "full_credit": whole.full, "full_credit_possible": whole.reach,
        "fewest_points": whole.certain, "fewest_points_possible": whole.possible,
        "each": [_own(alone(ledger, person)) for person in people_of(ledger, access)],
    }}  # fmt: skip


def _own(one):
    return {
        "npi": one.person.clinician.npi, "full_credit": one.found.score.points == one.found.score.full,
        "counted": one.counting, "points_still_possible": one.most, "score": plain_score(one.found.score),
    }  # fmt: skip
