"""What evidence can be said to show: the leaves of the guides of the activities that a practice chose.

Besides them it can show the special statuses of the year, by which a practice needs fewer activities.
"""

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


STATUSES = "statuses"  # stands where the id of an activity would
LOOK_UP = Leaf(
    id="look-up", kinds=("screenshot", "correspondence"), dated="year", source="42 CFR 414.1305",
    says="What CMS’s look-up says of the practice: its special statuses, with the day of the look-up.",
)  # fmt: skip


def targets(ledger, activities):
    """Every leaf of these activities, in the order of their checklists."""
    found = []
    for id in activities:
        if id == STATUSES:
            found.append(Target(id, f"Special statuses of {ledger.year}", "1", LOOK_UP))
            continue
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
    """The activities for which somebody may add evidence: all chosen ones, or those they take part in.

    Who may add it for all may add it for the statuses too.
    """
    how = access.how("evidence")
    if how != "own":
        return [*ledger.activities, STATUSES] if how else []
    mine = {activity for clinician, activity in ledger.windows if clinician == access.clinician.id}
    return [id for id in ledger.activities if id in mine]
