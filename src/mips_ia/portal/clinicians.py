"""A clinician of a year, as the ledger has them: their stays, and where they report alone their score."""

from dataclasses import dataclass, field

from mips_ia.formats.cells import billed


def bills(stay):
    """Whether a stay counts as far as is known: what nobody said is yes of whoever was there in the year."""
    return billed(stay.billed, stay.joined_on, stay.left_on, stay.year.year) is not False


@dataclass
class OnRoster:
    """A clinician of the year with all their stays: `name`, when they were there, whether they count."""

    clinician: object
    stays: list
    id: int = field(init=False)

    def __post_init__(self):
        self.id = self.clinician.id

    @property
    def days(self):
        """Their stays as days: from when, until when."""
        return tuple((stay.joined_on, stay.left_on) for stay in self.stays)

    @property
    def counted(self):
        """Whether they bill in the year as far as is known."""
        return any(map(bills, self.stays))

    @property
    def away(self):
        """Whether they do not count because no day of the year is theirs, and nobody said anything else."""
        return not self.counted and all(stay.billed is None for stay in self.stays)

    @property
    def joined_on(self):
        """The first day, None where one of the stays has no beginning."""
        first = [stay.joined_on for stay in self.stays]
        return None if None in first else min(first)

    @property
    def left_on(self):
        """The last day, None where one of the stays has no end."""
        last = [stay.left_on for stay in self.stays]
        return None if None in last else max(last)

    def own(self, name):
        """A status of the clinician's own; None where no stay says it, or two contradict each other."""
        said = {getattr(stay, name) for stay in self.stays} - {None}
        return said.pop() if len(said) == 1 else None

    def here(self, day):
        """Whether one of the stays holds a day; an open end holds every day beyond it."""
        return any(
            (stay.joined_on is None or stay.joined_on <= day)
            and (stay.left_on is None or stay.left_on >= day)
            for stay in self.stays
        )


@dataclass
class Own:
    """A clinician's own score as an individual: of today, and the best that is still possible."""

    person: OnRoster
    found: object
    best: object
    cells: dict

    @property
    def full(self):
        """Whether full credit is certain."""
        return self.found.score.points == self.found.score.full

    @property
    def most(self):
        """The most points there can still be."""
        return max(self.found.score.most, self.best.score.most)
