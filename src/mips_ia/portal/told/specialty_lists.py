"""What a specialty's societies list and its MVPs take: why each may fit, and what became of the others."""

from functools import cached_property

from mips_ia.planning.drift import drift
from mips_ia.planning.fits import fits
from mips_ia.portal.templatetags.words import many
from mips_ia.reading.specialties import specialties, specialty


def choices():
    """Each specialty that is here: its id and how it is called."""
    return [(each.id, each.title) for each in specialties()]


class SpecialtyLists:
    """The lists of one specialty in a year; where no specialty is named, there are none."""

    def __init__(self, name, listed):
        self.special, self.listed, self.year = specialty(name) if name else None, listed, listed.year

    @cached_property
    def fates(self):
        """What became of each entry of the lists of the societies: list, entry, fate."""
        lists = self.special.list if self.special else ()
        return [
            (each, each.entries[fate.id], fate) for each in lists
            for fate in drift(each.entries, each.performance_year, self.year)
        ]  # fmt: skip

    @cached_property
    def why(self):
        """Why each activity fits: what its society says, and how many of its MVPs take it; by id."""
        found = {}
        for each, entry, fate in self.fates:
            if fate.usable or fate.kind in ("renumbered", "suspended"):
                says = f"{entry.relevance} (List made for {each.performance_year})"
                found.setdefault(fate.now or fate.id, []).append(says)
        if self.special is not None:
            for activity, count in fits(self.special, self.listed).activities:
                takes = "takes" if count == 1 else "take"
                says = f"{many(count, 'MVP')} for {self.special.title} {takes} it."
                found.setdefault(activity.id, []).append(says)
        return found

    @property
    def gone(self):
        """The entries of the society's list that cannot be used under their id."""
        return [
            {"list": each, "entry": entry, "fate": fate}
            for each, entry, fate in self.fates if not fate.usable
        ]  # fmt: skip

    @property
    def source(self):
        """Whose list it is, and of which year."""
        if self.special is None:
            return ""
        told = [f"{each.name} of {each.publisher}, made for {each.performance_year}"
                for each in self.special.list]  # fmt: skip
        mvps = fits(self.special, self.listed).mvps
        told += [f"CMS’s MVPs of {self.year} that name it: {', '.join(e.id for e in mvps)}"] if mvps else []
        if not told:
            return f"{self.year} has no list for {self.special.title}."
        return f"{self.special.title}: {'; '.join(told)}."
