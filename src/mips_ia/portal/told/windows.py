"""What is told of the days of a window when it is saved: what stops it, and what keeps it from counting."""

from datetime import date

from mips_ia.attestation import Attestation, ends, last_start, length, period_of
from mips_ia.planning.ledger import of_days
from mips_ia.planning.stays import unbroken
from mips_ia.portal.templatetags.words import day
from mips_ia.portal.told.misfits import said

STOPS = ("reversed_dates", "outside_year")
_DOCTORS = {"MD", "DO", "DPM", "OD", "DDS", "DMD", "DC", "PHD", "PSYD", "AUD", "DPT"}


def named_day(value):
    """`October 3`, where the year is plain."""
    return f"{value:%B} {value.day}"


def lasting(period):
    """How long a window must be, as an adjective: `90-day`, `6-month`."""
    return f"{period.days}-day" if period.days is not None else f"{period.months}-month"


def meaning(ledger):
    """What a window is, and how long it must be."""
    *special, general = ledger.rules.period
    needs = "Most activities need" if special else "To count it needs"
    return (
        "A window is the days from when to when a clinician did an activity. "
        f"{needs} {length(general)} or more in a row, all inside {ledger.year}."
    )


def end_from_today(ledger):
    """The last day of a window of the general length that starts today; None where it is not in the year."""
    end = ends(ledger.today, ledger.rules.period[-1])
    return end if end.year == ledger.year == ledger.today.year else None


def addressed(clinician):
    """How a sentence names a clinician: `Dr. Moreau`, or the whole name of those who are no doctors."""
    held = {word.strip(".,").upper().replace(".", "") for word in clinician.credential.split()}
    return f"Dr. {clinician.last_name}" if held & _DOCTORS and clinician.last_name else clinician.spoken


def stops(activity, first, last, rules, listed):
    """What is wrong with the days themselves, by field; it stops a window from being saved."""
    found = {}
    for problem in of_days(Attestation(activity, first, last), rules, listed):
        if problem.code == "reversed_dates":
            found["last"] = f"Enter an end date on or after the start date, {day(first)}."
    for field, (why, use) in outside(rules.year, first, last).items():
        fits = f"{why}, {'start' if field == 'first' else 'end'} it on {day(use)}" if use else why
        found[field] = f"Enter dates inside {rules.year}. {fits}."
    return found


def outside(year, first, last):
    """The days that are not in the year, by field: what may be meant, and the day to use (or None)."""
    found = {}
    if first and first.year != year:
        early = "If it began earlier", date(year, 1, 1)
        found["first"] = early if first.year < year else (_of_another("starts", first), None)
    if last and last.year != year:
        late = "If it went on longer", date(year, 12, 31)
        found["last"] = late if last.year > year else (_of_another("ends", last), None)
    return found


def _of_another(does, value):
    return f"A window that {does} in {value.year} belongs to {value.year}"


OFF_ROSTER_FIX = "Change these dates, or the roster."


def off_roster(person, first, last):
    """That a clinician was not there on these days; empty where they were, or where nothing is known."""
    stays = unbroken((stay.joined_on, stay.left_on) for stay in person.stays)
    if any(_within(stay, first, last) for stay in stays):
        return ""
    who = addressed(person.clinician)
    joined, left = ([each for each in days if each] for days in zip(*stays, strict=True))
    said = f"{who} billed under this TIN"
    if len(stays) > 1:
        said += " in several stays, and not on all of these days"
    else:
        said += f" from {day(joined[0])}" if joined else ""
        said += f" until {day(left[0])}" if left else ""
    return f"{said}."


def _within(stay, first, last):
    joined, left = stay
    after = not (joined and first and first < joined)
    before = not (left and (last or first) and (last or first) > left)
    return after and before


def warning(activity, first, last, rules, listed):
    """What keeps a saved window from counting, with its numbers; empty where nothing does."""
    for problem in of_days(Attestation(activity, first, last), rules, listed):
        if problem.severity == "error" and problem.code not in STOPS:
            return _warned(problem, activity, first, last, rules)
    lacking = [name for name, given in (("start date", first), ("end date", last)) if given is None]
    if not lacking:
        return ""
    is_ = "is" if len(lacking) == 1 else "are"
    return f"Saved, but it does not count yet: the {' and the '.join(lacking)} {is_} missing."


def _warned(problem, activity, first, last, rules):
    period = period_of(activity, rules)
    if problem.code == "too_short":
        ran, until = (last - first).days + 1, named_day(ends(first, period))
        days = f"{ran} day{'' if ran == 1 else 's'}"
        return (
            f"Saved, but it does not count: {days}. {length(period)} from {named_day(first)} end on {until}."
        )
    if problem.code == "too_late":
        end, start = date(rules.year, 12, 31), named_day(last_start(period, rules.year))
        return (
            f"Saved, but it cannot count: {length(period)} from {named_day(first)} end after "
            f"{named_day(end)}. The last day to start was {start}."
        )
    return f"Saved, but it does not count: {said(problem)}"
