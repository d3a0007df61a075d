"""Which attested activities count toward the score, and why the others do not."""

from calendar import monthrange
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from mips_ia.catalogue import Activity, Catalogue, catalogue, names, successor
from mips_ia.clauses import Period, Threshold
from mips_ia.problems import Problem, counted, days
from mips_ia.rules import Rules
from mips_ia.standing import Practice
from mips_ia.yearbook import years


@dataclass(frozen=True, slots=True)
class Attestation:
    """One activity said to be done: when, and by how many of a group's clinicians.

    `first` and `last` are both included; None is not known. `done` is False for an attested "no".
    `clinicians` did it for certain, `at_most` may have (None: the same number); where
    `clinicians` is None the attestation is taken at its word: enough did.
    """

    activity: str
    first: date | None = None
    last: date | None = None
    done: bool = True
    clinicians: int | None = None
    at_most: int | None = None

    def __str__(self) -> str:
        if self.first is None and self.last is None:
            return self.activity
        return f"{self.activity}, {self.first or 'unknown'} to {self.last or 'unknown'}"


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether an attestation counts: true, false, or unknown (None), with every reason.

    `activity` is the activity as listed, None where there is none of that id. `needed` is the
    number of clinicians that the group threshold asks for, None where it does not apply.
    """

    attestation: Attestation
    counts: bool | None
    problems: tuple[Problem, ...] = ()
    activity: Activity | None = None
    needed: int | None = None


def verdicts(
    attestations: Sequence[Attestation], who: Practice, rules: Rules, listed: Catalogue
) -> tuple[Verdict, ...]:
    """One verdict for each attestation, in the order given; an activity counts only once.

    Of several attestations of one activity the first that counts is taken (else the first that
    may count); the others that would count say that they repeat it.
    """
    each = [verdict(a, who, rules, listed) for a in attestations]
    taken: dict[str, int] = {}
    for n, found in enumerate(each):
        id = found.attestation.activity
        if found.counts is not False and (
            id not in taken or (found.counts and each[taken[id]].counts is None)
        ):
            taken[id] = n
    return tuple(_unless_repeated(found, n, taken) for n, found in enumerate(each))


def _unless_repeated(found: Verdict, place: int, taken: dict[str, int]) -> Verdict:
    id = found.attestation.activity
    if found.counts is False or taken[id] == place:
        return found
    what = f"{id} is attested more than once and counts once."
    note = Problem("repeated", str(found.attestation), what, "", "42 CFR 414.1380(b)(3)", "warning")
    return replace(found, counts=False, problems=(*found.problems, note))


def verdict(given: Attestation, who: Practice, rules: Rules, listed: Catalogue) -> Verdict:
    """Whether one attestation counts, looked at alone, with every reason why not."""
    activity = listed.activities.get(given.activity)
    if activity is None:
        return Verdict(given, False, (_not_listed(given, listed),))
    found = [*_refusals(given, activity, who, rules, listed)]
    needed = None
    if given.activity == rules.medical_home_activity:
        found += _sites(given, who, rules)
    elif who.many:
        threshold = next(t for t in rules.threshold if t.fits(frozenset([who.entity])))
        needed = threshold.needed(who.clinicians) if who.clinicians else None
        found += _clinicians(given, who, threshold, needed)
    stopped = [p.severity for p in found]
    counts = False if "error" in stopped else None if "unknown" in stopped else True
    return Verdict(given, counts, tuple(found), activity, needed)


def _not_listed(given: Attestation, listed: Catalogue) -> Problem:
    """Why no activity of the year has this id: taken out, renumbered, of another year, or never."""
    id, year = given.activity, listed.year
    if id in listed.gone and (event := listed.gone[id].event):
        fix = "Choose another activity."
        return Problem("removed_in_year", str(given), event.says, fix, event.cite)
    if now := successor(id, year):
        return Problem("renumbered", str(given), f"CMS renumbered {id} for {year}.", f"Use {now}.")
    others = [y for y in years() if id in catalogue(y).activities]
    if others:
        when = "was removed after" if others[-1] < year else "was added in"
        what = f"{id} {when} {others[-1] if others[-1] < year else others[0]}."
        return Problem("not_in_year", str(given), what, f"Choose an activity of {year}.")
    what = f"No activity is called {id!r}."
    return Problem("unknown_activity", str(given), what, f"Choose an activity of {year}.")


def _refusals(
    given: Attestation, activity: Activity, who: Practice, rules: Rules, listed: Catalogue
) -> Iterator[Problem]:
    where = str(given)
    if not given.done:
        what = f"{given.activity} is attested as not done."
        yield Problem("attested_no", where, what, "Attest it only when it is done.")
    yield from _program(where, activity, who, rules, listed)
    yield from _dates(given, activity, rules)
    for rule in rules.frequency:
        if given.activity in rule.activities:
            yield from _too_soon(where, given.activity, rule.once_in_years, who, rule.cite)


def _program(
    where: str, activity: Activity, who: Practice, rules: Rules, listed: Catalogue
) -> Iterator[Problem]:
    pathway = rules.pathway[who.pathway]
    if who.pathway == "mvp":
        mvp = listed.mvps.get(who.mvp or "")
        if mvp is None:
            what = f"{rules.year} has no MVP {who.mvp!r}." if who.mvp else "The MVP is not given."
            yield Problem("unknown_mvp", where, what, "Give the id of an MVP of the year.", pathway.cite)
        elif activity.id not in mvp.activities:
            what = f"{activity.id} is not among the activities of MVP {mvp.id}."
            yield Problem(
                "not_in_mvp", where, what, f"Choose one of: {', '.join(mvp.activities)}.", pathway.cite
            )
    elif activity.programs is not None and pathway.programs.isdisjoint(activity.programs):
        what = f"{activity.id} cannot be reported on the {who.pathway} pathway."
        yield Problem("not_in_program", where, what, "Choose another activity.", pathway.cite)


def _dates(given: Attestation, activity: Activity, rules: Rules) -> Iterator[Problem]:
    where, first, last = str(given), given.first, given.last
    event = activity.event
    if event and event.counts_if_started_by and (first is None or first > event.counts_if_started_by):
        severity = "error" if first else "unknown"
        fix = "Choose another activity." if first else "Give the day it began."
        yield Problem("suspended", where, event.says, fix, event.cite, severity)
    period = period_of(activity.id, rules)
    if first is None or last is None:
        what = "The first or the last day is not known."
        yield Problem("dates_unknown", where, what, "Give both days.", period.cite, "unknown")
    elif last < first:
        what = f"It ends on {last}, before it begins on {first}."
        yield Problem("reversed_dates", where, what, "Correct one of the two days.", period.cite)
    elif first.year <= rules.year and last < ends(first, period):
        ran = days((last - first).days + 1)
        what = f"The activity ran for {ran} and must run for {length(period)} in a row."
        fix = f"Give a last day of {ends(first, period)} or later."
        yield Problem("too_short", where, what, fix, period.cite)
    if any(day is not None and day.year != rules.year for day in (first, last)):
        what = f"It must lie inside {rules.year}."
        fix = f"Give days of {rules.year}; if it began earlier, start it on {rules.year}-01-01."
        yield Problem("outside_year", where, what, fix, period.cite)


def period_of(id: str, rules: Rules) -> Period:
    """The least time that an activity must run in the year: its own, or the general one."""
    return next(p for p in rules.period if not p.activities or id in p.activities)


def ends(first: date, period: Period) -> date:
    """The earliest last day of a window that begins on a day."""
    if period.days is not None:
        return first + timedelta(days=period.days - 1)
    year, month = divmod(first.month - 1 + (period.months or 0), 12)
    year, month = first.year + year, month + 1
    return date(year, month, min(first.day, monthrange(year, month)[1])) - timedelta(days=1)


def last_start(period: Period, year: int) -> date:
    """The last day of the year on which a window can begin and still be long enough."""
    day = date(year, 12, 31)
    while ends(day, period).year > year:
        day -= timedelta(days=1)
    return day


def length(period: Period) -> str:
    """A period in words: `90 days`, `6 months`."""
    return days(period.days) if period.days is not None else counted(period.months or 0, "month")


def _too_soon(where: str, id: str, once_in: int, who: Practice, cite: str) -> Iterator[Problem]:
    year = who.performance_year
    same = names(id, year)
    for before, done in sorted(who.earlier):
        if done in same and 0 < year - before < once_in:
            what = f"Credit was taken for it in {before}, and it counts once in {once_in} years."
            yield Problem("too_soon", where, what, f"It can count again in {before + once_in}.", cite)


def _clinicians(
    given: Attestation, who: Practice, threshold: Threshold, needed: int | None
) -> Iterator[Problem]:
    done = given.clinicians
    most = done if given.at_most is None else given.at_most
    where, cite = str(given), threshold.cite
    if done is None or most is None:
        return
    if needed is None and threshold.percent is None:
        needed = threshold.needed(done)
    if needed is None:
        what = f"{counted(done, 'clinician')} did it, of how many is not known."
        fix = "Give the number of clinicians who bill under the TIN."
        yield Problem("clinicians_unknown", where, what, fix, cite, "unknown")
    elif most < needed:
        of = f" of {who.clinicians}" if who.clinicians else ""
        what = f"{done}{of} clinicians did it and {needed} are needed."
        yield Problem(
            "too_few_clinicians", where, what, f"{counted(needed - done, 'more clinician')} must do it.", cite
        )
    elif done < needed:
        what = f"{done} of {who.clinicians} clinicians did it for certain, {most} at most; {needed} are needed."
        yield Problem(
            "participation_unknown", where, what, "Give the missing days and answers.", cite, "unknown"
        )


def _sites(given: Attestation, who: Practice, rules: Rules) -> Iterator[Problem]:
    where = str(given)
    threshold = next(t for t in rules.medical_home if t.fits(frozenset([who.entity])))
    if who.medical_home_sites is None:
        if who.many:
            what = "How many of the practice's sites are recognized as medical homes is not known."
            yield Problem(
                "sites_unknown", where, what, "Give recognized/all, as 2/6.", threshold.cite, "unknown"
            )
        return
    recognized, sites = who.medical_home_sites
    needed = threshold.needed(sites)
    if recognized < needed:
        what = f"{recognized} of {counted(sites, 'site')} are recognized and {needed} are needed."
        yield Problem("too_few_sites", where, what, "More sites must be recognized.", threshold.cite)
