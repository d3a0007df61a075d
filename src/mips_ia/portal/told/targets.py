"""What evidence can be said to show: the leaves of the guides of the activities that a practice chose."""

from dataclasses import dataclass

from mips_ia.portal.told.inventory import requirement
from mips_ia.reading.guides import Leaf, guide


@dataclass(frozen=True)
class Target:
    """One leaf of an activity's guide, with its number in the checklist."""

    activity: str
    title: str
    number: str
    leaf: Leaf


def targets(ledger, activities):
    """Every leaf of these activities, in the order of their checklists."""
    found = []
    for id in activities:
        known, listed = guide(id, ledger.year), ledger.listed.activities.get(id) or ledger.listed.gone.get(id)
        if known and listed:
            parts = requirement(known.requirement)
            found += [Target(id, listed.title, number, leaf) for number, leaf in _leaves(parts)]
    return found


def _leaves(part):
    if "leaf" in part:
        return [(part["number"], part["leaf"])]
    return [each for below in part["parts"] for each in _leaves(below)]


def of(ledger, access):
    """The activities for which somebody may add evidence: all chosen ones, or those they take part in."""
    how = access.how("evidence")
    if how != "own":
        return ledger.activities if how else []
    mine = {activity for clinician, activity in ledger.windows if clinician == access.clinician.id}
    return [id for id in ledger.activities if id in mine]
