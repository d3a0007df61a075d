"""The score in a binder: the practice's, or, of one clinician, what concerns that one and nobody else."""

from dataclasses import replace

from mips_ia.portal.told import explained, misfits, shown
from mips_ia.portal.told.individuals import people_of
from mips_ia.portal.told.plain import plain_today
from mips_ia.portal.told.printed import printed

PEOPLE = 40  # clinicians whose own steps are explained; the others stand in score.json


def plain(found):
    """The score of today as `score.json` has it; of one who reports alone without everybody's totals."""
    told = plain_today(found.ledger, _seen(found))
    if found.clinician and told["individuals"]:
        told["individuals"] = {"each": told["individuals"]["each"]}
    return told


def on_paper(found):
    """The same on paper, and in its stead, where there is none, the sentences that say why."""
    ledger = found.ledger
    if ledger.problem:
        return None, [misfits.said(each) for each in ledger.problem.problems]
    access, one = _seen(found), None
    if found.clinician and ledger.individuals:
        one = next(iter(people_of(ledger, access)), None)
        if one is None:
            return None, [f"{found.clinician.spoken} is not counted, and so has no score of their own."]
    said = explained.explanation(ledger, access, one) | {"around": shown.frame(ledger)}
    return printed(found.access.practice, ledger, said, explained.parts(ledger, said, PEOPLE)), []


def _seen(found):
    """The access with which a score is told: that of the clinician of whom the binder is, if it is of one."""
    if found.clinician is None:
        return found.access
    roles = {"roles": frozenset({"clinician"}), "grants": frozenset(), "official": False}
    return replace(found.access, clinician=found.clinician, **roles)
