"""Each clinician's own score beside that of the group: CMS uses the higher of the two final scores."""

from dataclasses import dataclass

from mips_ia.portal.templatetags.words import many, when
from mips_ia.portal.told.misfits import what
from mips_ia.portal.told.steps import Judged


@dataclass(frozen=True)
class Alone:
    """One clinician reporting as an individual: the assessment, what was found, and the best there can be."""

    person: object
    found: object
    judged: dict
    most: int

    @property
    def counting(self):
        """The activities that count for this clinician."""
        return [each.attestation.activity for each in self.found.verdicts if each.counts]


def alone(ledger, person):
    """One clinician's own score, with its steps."""
    own = ledger.alone(person)
    judged = {id: Judged(cell.state, cell.word, _why(cell)) for id, cell in own.cells.items()}
    return Alone(person, own.found, judged, own.most)


def _why(cell):
    told = [what(each) for each in cell.problems if each.severity in ("error", "unknown")]
    return " ".join([when(cell), *told]).strip()


@dataclass(frozen=True)
class Together:
    """All who report as individuals: how many have full credit, how many can reach it, of how many.

    `certain` and `possible` are the fewest points that any of them has and can still have, of `limit`.
    """

    of: int
    full: int
    reach: int
    certain: int
    possible: int
    limit: int

    @property
    def says(self):
        """In a sentence: `8 of 18 clinicians have full credit`."""
        have = "has" if self.full == 1 else "have"
        return f"{self.full} of {many(self.of, 'clinician')} {have} full credit."


def together(ledger):
    """What the scores of those who report as individuals come to; None where nobody does."""
    every = ledger.individuals
    if not every:
        return None
    limit = every[0].found.score.full
    return Together(
        len(every), sum(own.full for own in every), sum(own.most == limit for own in every),
        min(own.found.score.points for own in every), min(own.most for own in every), limit,
    )  # fmt: skip


def people_of(ledger, access):
    """Those whose own score somebody may see: everybody's, or a clinician's own."""
    if access.may("see_names"):
        return ledger.billing
    mine = access.clinician.id if access.clinician else None
    return [person for person in ledger.billing if person.id == mine]


def sent(ledger):
    """Which of the two scores is sent, in a sentence."""
    if ledger.practice.many:
        return "You report together, so what you send is the group’s."
    return "You report as individuals, so what you send is each clinician’s own."


def beside(found, group):
    """Which of the two is higher, in a word; the points that are certain decide."""
    mine, whole = found.score, group.score
    if (mine.points, mine.final) == (whole.points, whole.final):
        return "The same"
    return "Individual" if (mine.final, mine.points) > (whole.final, whole.points) else "Group"
