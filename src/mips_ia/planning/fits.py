"""Which MVPs and activities of a year fit a specialty, by CMS's own MVP lists."""

from collections import Counter
from typing import NamedTuple

from mips_ia.catalogue import Activity, Catalogue, Mvp
from mips_ia.reading.specialties import Specialty


class Fits(NamedTuple):
    """The MVPs that name a specialty, and the activities of them, each with how many of the MVPs take it.

    The activities that most MVPs take come first, then by id.
    """

    mvps: tuple[Mvp, ...]
    activities: tuple[tuple[Activity, int], ...]


def fits(of: Specialty, listed: Catalogue) -> Fits:
    """What fits a specialty in a year; nothing where the year has no MVPs, or none names it."""
    mvps = tuple(mvp for mvp in listed.mvps.values() if not set(of.names).isdisjoint(mvp.specialties))
    counts = Counter(id for mvp in mvps for id in mvp.activities if id in listed.activities)
    ranked = sorted(counts.items(), key=lambda each: (-each[1], each[0]))
    return Fits(mvps, tuple((listed.activities[id], count) for id, count in ranked))
