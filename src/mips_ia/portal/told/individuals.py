"""Each clinician's own score beside that of the group: CMS uses the higher of the two final scores."""

from dataclasses import dataclass, replace
from datetime import date

from mips_ia.assessment import assessed
from mips_ia.attestation import Attestation
from mips_ia.planning.ledger import COMING, COUNTING, can_begin
from mips_ia.portal.templatetags.words import when
from mips_ia.portal.told.steps import Judged

REFUSED = ("Declined", "Not claimed")


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
    found, cells = ledger.alone(person)
    judged = {id: Judged(cell.state, cell.word, _why(cell)) for id, cell in cells.items()}
    most = assessed(found.practice, [*_hoped(ledger, cells)], ledger.rules, ledger.listed).score.most
    return Alone(person, found, judged, max(found.score.most, most))


def _why(cell):
    told = [each.what for each in cell.problems if each.severity in ("error", "unknown")]
    return " ".join([when(cell), *told]).strip()


def _hoped(ledger, cells):
    """What one clinician can still attest: the unknown turn out well, windows finish, others begin."""
    whole = Attestation("", date(ledger.year, 1, 1), date(ledger.year, 12, 31), None)
    for id, cell in cells.items():
        if cell.state in COUNTING:
            yield Attestation(id, cell.window.first, cell.window.last)
        elif cell.state in ("unknown", *COMING) or (
            cell.word not in REFUSED and can_begin(id, ledger.today, ledger.rules, ledger.listed)
        ):
            yield replace(whole, activity=id)
    yield from ledger.further


def people_of(ledger, access):
    """Those whose own score somebody may see: everybody's, or a clinician's own."""
    if access.may("see_names"):
        return ledger.billing
    mine = access.clinician.id if access.clinician else None
    return [person for person in ledger.billing if person.id == mine]


def beside(found, group):
    """Which of the two is higher, in a word; the points that are certain decide."""
    mine, whole = found.score, group.score
    if (mine.points, mine.final) == (whole.points, whole.final):
        return "The same"
    return "Individual" if (mine.final, mine.points) > (whole.final, whole.points) else "Group"
