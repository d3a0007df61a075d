"""The participation rows of a clinician or a group as attestations, judged by the core.

Whether one clinician's window is good is asked of `verdict`, as of somebody who reports alone on
the same pathway. What is the same for the whole group (the program, the MVP, how often) is not
asked here: the group's own verdict says it once.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache

from mips_ia.attestation import Attestation, Verdict, verdict
from mips_ia.catalogue import catalogue
from mips_ia.formats.bulk_rows import LeftOut, ParticipationRow
from mips_ia.problems import Problem
from mips_ia.rules import rules
from mips_ia.standing import Practice

_COLUMNS = {
    "outside_year": "start_date",
    "suspended": "start_date",
    "too_late": "start_date",
    "too_short": "end_date",
    "reversed_dates": "end_date",
    "dates_unknown": "end_date",
    "not_answered": "taking_part",
}
_SAID_ELSEWHERE = ("attested_no", "unknown_mvp")
_DATED = ("too_short", "too_late", "outside_year", "reversed_dates", "suspended")
_MILD = ("too_short", "too_late")


@dataclass(frozen=True, slots=True)
class _Window:
    """One row as it counts: `counts` is true, false, or unknown (None)."""

    row: ParticipationRow
    counts: bool | None


def attestations(
    rows: Sequence[ParticipationRow],
    who: Practice,
    counted: frozenset[str] | None,
    missing: Sequence[LeftOut] = (),
    as_known_on: date | None = None,
) -> tuple[Attestation, ...]:
    """What was attested, in order of activity and first day.

    Of a group there is one attestation an activity, with the number of clinicians who did it;
    only the NPIs in `counted` are (None: all, there being no roster). An individual has one a row.
    A row that was left out (`missing`) may have been good: it makes unknown what it could change.
    """
    if not who.many:
        each = [_attestation(row) for row in rows]
        known = {row.activity for row in rows if counts_alone(row, who, as_known_on) is not False}
        lacking = {row.activity for row in missing} - known - {""}
        each += [Attestation(activity, done=None) for activity in lacking]
        return tuple(sorted(each, key=lambda a: (a.activity, a.first or date.max, a.last or date.max)))
    by_activity: defaultdict[str, dict[str, list[_Window]]] = defaultdict(lambda: defaultdict(list))
    for row in rows:
        by_npi = by_activity[row.activity]
        if counted is None or row.npi in counted:
            by_npi[row.npi].append(_Window(row, counts_alone(row, who, as_known_on)))
    lost: defaultdict[str, list[str]] = defaultdict(list)
    for left in missing:
        if left.activity:
            lost[left.activity].append(left.npi)
    return tuple(
        _with_lost(_together(activity, by_activity[activity]), by_activity[activity], lost[activity], who)
        for activity in sorted({*by_activity, *lost})
    )


def _with_lost(
    found: Attestation, by_npi: dict[str, list[_Window]], lost: Sequence[str], who: Practice
) -> Attestation:
    """The same where each row left out may be one more clinician; its NPI is empty if not read.

    Where nobody did it for certain, the days are not known either.
    """
    already = {npi for npi, each in by_npi.items() if any(w.counts is not False for w in each)}
    more = lost.count("") + len(set(lost) - already - {""})
    most = (found.at_most or 0) + more
    most = min(most, who.clinicians or most)
    if not more:
        return found
    if found.clinicians:
        return replace(found, at_most=most)
    return Attestation(found.activity, clinicians=0, at_most=most)


def problems(row: ParticipationRow, who: Practice, as_known_on: date | None = None) -> Iterator[Problem]:
    """Why the row will not count, or may not, looked at alone, with the column at fault."""
    if row.taking_part is False:
        return
    for found in _judged(_attestation(row), _one(who), as_known_on).problems:
        if found.code not in _SAID_ELSEWHERE and found.severity != "note":
            column = _column(found, row)
            severity = "warning" if found.code in _MILD else found.severity
            where = f"{row.where}, {column}"
            window = f"{row.first or 'unknown'} to {row.last or 'unknown'}: "
            what = (window if found.code in _DATED else "") + found.what
            yield Problem(found.code, where, what, found.fix, found.cite, severity)


def mvp_problem(row: ParticipationRow, who: Practice, as_known_on: date | None = None) -> Problem | None:
    """That the practice's MVP is not one of the year, as an activity shows; said of the practice."""
    found = _judged(_attestation(row), _one(who), as_known_on).problems
    return next((each for each in found if each.code == "unknown_mvp"), None)


def _column(found: Problem, row: ParticipationRow) -> str:
    """The column of a row that a reason speaks of."""
    column = _COLUMNS.get(found.code, "activity_id")
    if found.code == "dates_unknown" and row.first is None:
        return "start_date"
    if found.code == "outside_year" and row.first and row.first.year == row.year:
        return "end_date"
    return column


def _attestation(row: ParticipationRow) -> Attestation:
    return Attestation(row.activity, row.first, row.last, row.taking_part)


def _one(who: Practice) -> Practice:
    """Somebody who reports alone on the same pathway; sites are asked of the practice, not of a row."""
    return Practice(
        performance_year=who.performance_year,
        entity="individual",
        pathway=who.pathway,
        mvp=who.mvp,
        medical_home_sites=(1, 1),
    )


@lru_cache(maxsize=100_000)
def _judged(given: Attestation, one: Practice, as_known_on: date | None) -> Verdict:
    year = one.performance_year
    return verdict(given, one, rules(year, as_known_on), catalogue(year, as_known_on))


@lru_cache(maxsize=100_000)
def _own(given: Attestation, one: Practice, as_known_on: date | None) -> frozenset[str]:
    """How grave the reasons are that lie in the row itself: those a whole year would not have."""
    year = one.performance_year
    whole = Attestation(given.activity, date(year, 1, 1), date(year, 12, 31))
    shared = {(each.code, each.severity) for each in _judged(whole, one, as_known_on).problems}
    found = {(each.code, each.severity) for each in _judged(given, one, as_known_on).problems}
    return frozenset(severity for _, severity in found - shared)


def counts_alone(row: ParticipationRow, who: Practice, as_known_on: date | None) -> bool | None:
    """Whether the clinician did the activity in a good window."""
    reasons = _own(_attestation(row), _one(who), as_known_on)
    return False if "error" in reasons else None if "unknown" in reasons else True


def _together(activity: str, by_npi: dict[str, list[_Window]]) -> Attestation:
    """One attestation of a group: how many did it for certain and at most, and its days.

    The days run from the earliest first to the latest last of the windows that count, so that
    the group's own check of its days never refuses what its clinicians' checks let pass. Where
    none counts they are of the best window, so that the reason is clear.
    """
    windows = [window for each in by_npi.values() for window in each]
    found = [{window.counts for window in each} for each in by_npi.values()]
    certain = sum(True in each for each in found)
    most = sum(each != {False} for each in found)
    good = [window.row for window in windows if window.counts]
    if good:
        first = min((row.first for row in good if row.first), default=None)
        last = max((row.last for row in good if row.last), default=None)
        return Attestation(activity, first, last, clinicians=certain, at_most=most)
    if maybe := [window.row for window in windows if window.counts is None]:
        first = min((row.first for row in maybe if row.first), default=None)
        return Attestation(activity, first, None, clinicians=0, at_most=most)
    if done := [window.row for window in windows if window.row.taking_part is not False]:
        best = max(done, key=_length)
        return Attestation(activity, best.first, best.last, clinicians=0, at_most=0)
    return Attestation(activity, done=False, clinicians=0, at_most=0)


def _length(row: ParticipationRow) -> tuple[int, date, date]:
    """How long a window is, for choosing the best that does not count; then the later one."""
    first, last = row.first or date.min, row.last or date.min
    return (last - first).days if row.first and row.last else -1, first, last
