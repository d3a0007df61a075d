"""Documents in force that end before the days that they prove do, such as a contract or a certificate."""

from dataclasses import dataclass
from datetime import date, timedelta

from mips_ia.portal.models import Use
from mips_ia.portal.told.proofs import leaves_of

SOON = 30  # days before its last day from which it is worth saying; our choice, not a rule of CMS


@dataclass(frozen=True)
class Ending:
    """What evidence is said to show, and the last of the days that it should; its own last day is earlier."""

    use: Use
    until: date

    @property
    def last(self):
        return self.use.last


def ending(ledger):
    """Each that has ended or soon will, while nothing else of the same item is in force to the end.

    What is of one clinician is in force for that clinician alone, whose own days it proves.
    """
    for activity, found in ledger.proofs.items():
        leaves = leaves_of(found.finding) if found.finding else ()
        for leaf in (each.part for each in leaves if each.part.dated == "in_force"):
            kept = ledger.kept.get(activity, ())
            uses = [use for use, _ in kept if use.leaf == leaf.id and not use.revision.is_link]
            for clinician in dict.fromkeys(use.clinician_id for use in uses):
                yield from _early(ledger, activity, clinician, uses)


def _early(ledger, activity, clinician, uses):
    """The longest that there is for one clinician, or for all at once (None), if it ends too early."""
    until = _until(ledger, activity, clinician)
    near = (use for use in uses if use.clinician_id in (None, clinician))
    longest = max(near, key=lambda use: use.last or date.max)
    last = longest.last if longest.clinician_id == clinician else None
    if last and until and last < until and ledger.today >= last - timedelta(days=SOON):
        yield Ending(longest, until)


def _until(ledger, activity, clinician):
    """The last day of the windows by which it is measured, over or not."""
    return max((each.last for each in windows_of(ledger, activity, clinician) if each.last), default=None)


def windows_of(ledger, activity, clinician):
    """The windows of a clinician in an activity; everybody's, where they have none or it is of nobody."""
    own = ledger.windows.get((clinician, activity))
    return own or [each for (_, id), held in ledger.windows.items() if id == activity for each in held]
