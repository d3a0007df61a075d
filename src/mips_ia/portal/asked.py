"""What waits for a clinician's signature: windows that are over, long enough, and not answered."""

from dataclasses import dataclass
from datetime import date

from mips_ia.planning.ledger import Entered
from mips_ia.portal import clock
from mips_ia.portal.facts import Ledger


@dataclass(frozen=True)
class Asked:
    """One signature that is waited for: of whom, for which window, and since when."""

    clinician: object
    activity: str
    window: object
    since: date


def asked(ledger, clinician=None):
    """Every signature that a practice's year waits for, or one clinician's, by activity and name.

    A practice waits for those who are counted; clinicians find what they can sign whether they are or not.
    """
    if ledger.locked:
        return []
    people = ledger.counted
    if clinician is not None:
        people = [each for each in ledger.people if each.id == clinician.id]
    places = {}
    for activity in ledger.activities:
        for person in people:
            cell = ledger.cell(person.id, activity)
            if cell.word == "Not signed":
                places[cell.window.place] = person.clinician
    rows = ledger.row.windows.in_bulk(list(places))
    return [
        Asked(whom, rows[place].activity, rows[place], _since(rows[place], ledger.today))
        for place, whom in places.items()
    ]


def _since(window, today):
    """Its last day, or the day on which it was entered, if that is later."""
    return min(today, max(window.last, clock.day(window.entered_at)))


def of_person(person):
    """What somebody has to sign, at every practice where they are a clinician."""
    found = []
    for clinician in person.clinicians.select_related("practice"):
        for year in clinician.practice.years.filter(windows__clinician=clinician).distinct():
            year.practice = clinician.practice
            found += asked(Ledger(year), clinician)
    return found


def unsigned(ledger, window):
    """What a window amounts to as long as nobody signs it: `Not signed` where a signature makes it count."""
    entered = Entered(window.first, window.last, window.taking_part, place=window.id)
    return ledger.judged(window.activity, entered)
