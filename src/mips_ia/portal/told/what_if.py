"""What if: the score with other facts, other numbers of clinicians, further activities. It saves nothing."""

from dataclasses import dataclass, field, replace
from datetime import date

from mips_ia.assessment import assessed
from mips_ia.attestation import Attestation
from mips_ia.portal.facts import Ledger


@dataclass(frozen=True)
class Change:
    """What would be different; what is empty or None is as it is today.

    `counts` are numbers of clinicians by activity, and `further` ids of activities taken as done.
    """

    report_as: str = ""
    pathway: str = ""
    mvp: str = ""
    apm: str = ""
    clinicians: int | None = None
    statuses: frozenset | None = None
    sites: tuple | None = None
    not_scored: frozenset | None = None
    counts: dict = field(default_factory=dict)
    further: tuple = ()


def today(year):
    """The ledger of today, and whether clinicians report as individuals: it then looks at the group."""
    ledger = Ledger(year)
    return ledger.as_group, not ledger.practice.many


def changed(ledger, change):
    """The assessment with the changes; `Refused` where it cannot be scored so."""
    who = _practice(ledger.practice, change)
    return assessed(who, [*_attestations(ledger, change)], ledger.rules, ledger.listed)


def _practice(now, change):
    found = {name: getattr(change, name) for name in ("pathway", "apm", "clinicians")}
    found = {name: value for name, value in found.items() if value}
    if change.report_as:
        found["entity"] = change.report_as
    if change.mvp or change.pathway not in ("", "mvp"):
        found["mvp"] = change.mvp if change.pathway in ("", "mvp") else None
    given = {"statuses": change.statuses, "not_scored": change.not_scored, "medical_home_sites": change.sites}
    return replace(now, **found, **{name: value for name, value in given.items() if value is not None})


def _attestations(ledger, change):
    """Other numbers of the activities that were chosen, and further ones."""
    whole = date(ledger.year, 1, 1), date(ledger.year, 12, 31)
    for tally in ledger.tallies:
        count = change.counts.get(tally.activity)
        yield (
            tally.attestation if count is None else Attestation(tally.activity, *whole, True, count, count)
        )
    chosen = {tally.activity for tally in ledger.tallies}
    for id in dict.fromkeys(change.further):
        if id not in chosen:
            yield Attestation(id, *whole)
