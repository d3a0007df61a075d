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
    """Each that has ended or soon will, while nothing else of the same item is in force to the end."""
    for activity, found in ledger.proofs.items():
        until = _until(ledger, activity)
        leaves = leaves_of(found.finding) if until and found.finding else ()
        for leaf in (each.part for each in leaves if each.part.dated == "in_force"):
            kept = ledger.kept.get(activity, ())
            uses = [use for use, _ in kept if use.leaf == leaf.id and not use.revision.is_link]
            longest = max(uses, key=lambda use: use.last or date.max, default=None)
            last = longest.last if longest else None
            if last and last < until and ledger.today >= last - timedelta(days=SOON):
                yield Ending(longest, until)


def _until(ledger, activity):
    """The last day of all windows of an activity, whether they are over or not; None where none is known."""
    days = (each.last for (_, id), held in ledger.windows.items() if id == activity for each in held)
    return max(filter(None, days), default=None)
