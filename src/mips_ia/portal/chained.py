"""Whether the seals of a log fit, for a page: a process hashes each line once, and then what came since.

What is changed past the portal in a line that was hashed is found where all are hashed again: when somebody
asks for it, after a start, and by `mips-ia check`. That lines are gone is found at once.
"""

from dataclasses import dataclass
from datetime import datetime

from mips_ia.portal import clock
from mips_ia.portal.log import looked_at
from mips_ia.portal.models import Entry


@dataclass(frozen=True, slots=True)
class Chained:
    """How many lines of a log were hashed since a moment and fit, and the first that does not.

    `newest` is the last that fits, with its digest.
    """

    since: datetime
    lines: int = 0
    newest: tuple[int, str] = (0, "")
    broken: Entry | None = None


_known: dict[int | None, Chained] = {}


def chained(practice, *, anew=False):
    """What the log of a practice comes to, or that of none; `anew` hashes all of it.

    What somebody else kept since this look began stays: it may be of all lines.
    """
    every, key = Entry.objects.filter(practice=practice), practice and practice.pk
    known = before = _known.get(key)
    if anew or known is None or not _there(every, known):
        known = Chained(clock.now())
    (last, digest), lines, broken = known.newest, known.lines, None
    for line, fits in looked_at(every.filter(pk__gt=last), digest):
        if not fits:
            broken = line
            break
        last, digest, lines = line.pk, line.digest, lines + 1
    found = Chained(known.since, lines, (last, digest), broken)
    if anew or _known.get(key) is before:
        _known[key] = found
    return found


def _there(every, known):
    """Whether as many lines are there as were hashed, and the last of them is as it was."""
    last, digest = known.newest
    there = every.filter(pk__lte=last).count() == known.lines
    return there and every.filter(pk=last, digest=digest).exists()
