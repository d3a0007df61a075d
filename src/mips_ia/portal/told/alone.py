"""What one document is worth for its item whatever else is kept, and in words why it is not enough."""

from dataclasses import dataclass, field
from datetime import date

from mips_ia.attestation import Attestation
from mips_ia.evidence import proof
from mips_ia.portal.templatetags.words import day
from mips_ia.portal.told.misfits import said
from mips_ia.portal.told.proofs import WORDS, leaves_of

OUTSIDE, PARTLY = "outside_window", "not_throughout"


@dataclass(frozen=True)
class Alone:
    """Whether it shows its item (None: unknown), and each reason why not by the code of its problem."""

    met: bool | None
    why: dict = field(default_factory=dict)

    @property
    def status(self):
        """The verdict as a page shows it: its kind and its word."""
        return WORDS[self.met] if not self.met else ("met", "On file")


def alone(ledger, use, value, clinician=None):
    """What a use is worth by the days that are attested: of the activity, or of one clinician of it.

    That is the clinician whom it is about, unless another is asked about. None where the activity is not
    chosen, or has no such item.
    """
    given = _own(ledger, use.activity, clinician or use.clinician_id) or next(
        (each.attestation for each in ledger.tallies if each.activity == use.activity), None
    )
    found = given and _of_its_leaf(ledger, value, given)
    if not found:
        return None
    why = {each.code: _says(each, use, given, found.part, ledger.year) for each in found.problems}
    return Alone(found.met, why)


def outside_year(ledger, use, value=None):
    """That it is of no day of the year; empty where it is of one, or `value` is in force in it.

    It is for what cannot be measured by the days that are attested.
    """
    whole = Attestation(use.activity, date(ledger.year, 1, 1), date(ledger.year, 12, 31))
    found = value and _of_its_leaf(ledger, value, whole)
    of_it = not use.first or use.first.year <= ledger.year <= (use.last or use.first).year
    if found:
        of_it = all(each.code != OUTSIDE for each in found.problems)
    return "" if of_it else f"Dated {span(use.first, use.last)}, outside {ledger.year}."


def _of_its_leaf(ledger, value, given):
    """What the core finds of the item of one document, while nothing else is kept; None without an item."""
    whole = proof(given, ledger.rules, [value]).finding
    return next((each for each in leaves_of(whole) if each.part.id == value.leaf), None) if whole else None


def _own(ledger, activity, clinician):
    """What one clinician attests; None where their days are not known."""
    days = ledger.attested_days(clinician, activity)
    return Attestation(activity, *days) if days else None


def _says(problem, use, given, leaf, year):
    if problem.code == OUTSIDE:
        attested = year if leaf.dated == "year" else span(given.first, given.last)
        return f"Dated {span(use.first, use.last)}, outside {attested}."
    if problem.code == PARTLY:
        return f"Dated {span(use.first, use.last)}, and must show all of {span(given.first, given.last)}."
    return said(problem)


def span(first, last):
    """A day, or the first and the last of several."""
    return " – ".join(day(each) for each in dict.fromkeys((first, last)) if each)
