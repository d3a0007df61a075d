"""The days of a window in a file: what stops them, and what will not count and is saved all the same."""

from mips_ia.attestation import last_start, length, period_of
from mips_ia.planning.ledger import of_days
from mips_ia.planning.overlaps import overlapping
from mips_ia.portal.templatetags.words import day
from mips_ia.portal.told.windows import OFF_ROSTER_FIX, off_roster, outside


def judge(row, given, ledger, person, judged):
    """Say of a row what stands against its days; `judged` keeps what was found, as many rows are alike."""
    period = period_of(given.activity, ledger.rules)
    if given not in judged:
        judged[given] = of_days(given, ledger.rules, ledger.listed)
    for problem in judged[given]:
        match problem.code:
            case "outside_year":
                _outside(row, given, ledger.year)
            case "reversed_dates":
                row.stop("end_date", f"Enter a date on or after the start date, {given.first}.")
            case "too_short":
                ran = (given.last - given.first).days + 1
                needed = f"{period.days} are" if period.days else f"{length(period)} are"
                row.warn("end_date", f'{ran} days. {needed} needed. Saved as "Too short".')
            case "too_late":
                start = day(last_start(period, ledger.year))
                says = f"{length(period)} from {day(given.first)} end after the year. "
                row.warn("start_date", f'{says}The last day to start was {start}. Saved as "Too short".')
            case "dates_unknown":
                row.warn("end_date", 'The first or the last day is missing. Saved as "Dates missing".')
            case "suspended" if problem.severity != "note":
                row.warn("activity_id", f"{problem.what} {problem.fix}")
    if person and (says := off_roster(person, given.first, given.last)):
        row.stop("start_date", f"{says} {OFF_ROSTER_FIX}")


def _outside(row, given, year):
    columns = {"first": "start_date", "last": "end_date"}
    for field, (why, use) in outside(year, given.first, given.last).items():
        row.stop(columns[field], f"Enter a date inside {year}. {why}{f', use {use}' if use else ''}.")


def judge_beside(row, window, others):
    """Say that a row's window shares days with another of the same clinician and activity."""
    if shared := overlapping(window, others):
        days = " and ".join(f"{each.first} to {each.last}" for each in shared)
        row.warn("start_date", f"Another window overlaps these days, {days}. A clinician counts once.")
