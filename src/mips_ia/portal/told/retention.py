"""How long evidence is kept: six years after the last performance year that it shows, ten where one can.

42 CFR 414.1400(a)(3)(v) asks third parties to keep what they submit for 6 years from the end of the
performance period, and CMS's audit notices ask the same of clinicians. Ten years is advice: the False Claims
Act lets a claim be brought so long (31 U.S.C. 3731(b)).
"""

from dataclasses import dataclass
from datetime import date

from django.db.models import prefetch_related_objects

from mips_ia.portal import clock
from mips_ia.portal.models import Audit

MUST, ADVISED = 6, 10  # years after the performance year
# What decides about it, to be read for many at once.
KEPT_BY = "uses__year__holds", "audit_answers__item__audit__year__holds", "practice__years__holds"
SOURCE = "42 CFR 414.1400(a)(3)(v); 31 U.S.C. 3731(b)"


@dataclass(frozen=True)
class Keeping:
    """Until when evidence must be kept and should be, and who holds it."""

    must: date
    advised: date
    holds: tuple = ()

    @property
    def over(self):
        """Whether it may be destroyed."""
        return clock.today() > self.must and not self.holds


def keeping(evidence):
    """Until when, by the years that it shows and those of the requests that it answers.

    What has none is kept from the year in which it came, and a hold of that year covers it in any case.
    """
    came, held = clock.day(evidence.made_at).year, sorted(_years(evidence), key=str)
    last = max((year.year for year in _named(evidence)), default=came)
    holds = [hold for year in held for hold in year.holds.all() if hold.lifted_at is None]
    return Keeping(date(last + MUST, 12, 31), date(last + ADVISED, 12, 31), tuple(holds))


def asked_about(evidence):
    """Requests of auditors that are not closed, about a year of which a hold would cover it."""
    return Audit.objects.filter(year__in=_years(evidence), closed_at=None).select_related("year")


def _years(evidence):
    """All whose holds and requests concern it: those that are named, and the one in which it came."""
    came = clock.day(evidence.made_at).year
    return _named(evidence) | {year for year in evidence.practice.years.all() if year.year == came}


def _named(evidence):
    """The years that it shows, and those of the requests that it answers."""
    prefetch_related_objects([evidence], *KEPT_BY)
    answered = {each.item.audit.year for each in evidence.audit_answers.all()}
    return {use.year for use in evidence.uses.all()} | answered
