"""Which attested activities count toward the score, and why the others do not."""

from calendar import monthrange
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from mips_ia.catalogue import Activity, Catalogue, Event, catalogue, names, renamed
from mips_ia.problems import Problem, counted
from mips_ia.reading.clauses import Clause, Period, Threshold
from mips_ia.reading.yearbook import years
from mips_ia.rules import Rules
from mips_ia.standing import Fact, Practice, medical_home_sites


@dataclass(frozen=True, slots=True)
class Attestation:
    """One activity said to be done: when, and by how many of a group's clinicians.

    `first` and `last` are both included; None is not known. `done` is False for an attested "no",
    None where it was not answered.
    `clinicians` did it for certain, `at_most` may have (None: the same number); where
    `clinicians` is None the attestation is taken at its word: enough did.
    """

    activity: str
    first: date | None = None
    last: date | None = None
    done: bool | None = True
    clinicians: int | None = None
    at_most: int | None = None

    def __str__(self) -> str:
        if self.first is None and self.last is None:
            return self.activity
        return f"{self.activity}, {self.first or 'unknown'} to {self.last or 'unknown'}"


@dataclass(frozen=True, slots=True, eq=False)
class Verdict:
    """Whether an attestation counts: true, false, or unknown (None), with every reason.

    `activity` is the activity as listed, None where there is none of that id. `needed` is the
    number of clinicians that the group threshold asks for, None where it does not apply.
    `assumptions` are those of the clauses by which it was judged.
    """

    attestation: Attestation
    counts: bool | None
    problems: tuple[Problem, ...] = ()
    activity: Activity | None = None
    needed: int | None = None
    assumptions: tuple[str, ...] = ()

    @property
    def kind(self) -> str:
        """The weight by which it counts: `high`, `medium`, or `activity` where the year has none."""
        return (self.activity and self.activity.weight) or "activity"


def verdicts(
    attestations: Sequence[Attestation], who: Practice, rules: Rules, listed: Catalogue
) -> tuple[Verdict, ...]:
    """One verdict for each attestation, in the order given; an activity counts only once.

    Of several attestations of one activity the first that counts is taken (else the first that
    may count); the others that would count say that they repeat it.
    """
    each = [verdict(a, who, rules, listed) for a in attestations]
    taken: dict[str, Verdict] = {}
    for found in each:
        before = taken.get(id := found.attestation.activity)
        if found.counts is not False and (before is None or (found.counts and before.counts is None)):
            taken[id] = found
    return tuple(_unless_repeated(found, taken) for found in each)


def _unless_repeated(found: Verdict, taken: dict[str, Verdict]) -> Verdict:
    id = found.attestation.activity
    if found.counts is False or taken[id] is found:
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
    judges: list[Clause] = [period_of(activity.id, rules)]
    needed = None
    if given.activity == rules.medical_home_activity:
        found += _sites(str(given), medical_home_sites(who, rules))
    elif who.many:
        threshold = next(t for t in rules.threshold if t.fits(frozenset([who.entity])))
        judges.append(threshold)
        needed = threshold.needed(who.clinicians) if who.clinicians else None
        found += _clinicians(given, who, threshold, needed)
    severities = {problem.severity for problem in found}
    counts = False if "error" in severities else None if "unknown" in severities else True
    assumptions = tuple(clause.assumption for clause in judges if clause.assumption)
    return Verdict(given, counts, tuple(found), activity, needed, assumptions)


def _not_listed(given: Attestation, listed: Catalogue) -> Problem:
    """Why the year has no activity of this id: taken out, renumbered, of another year, or never."""
    id, year, where = given.activity, listed.year, str(given)
    another = f"Choose an activity of {year}."
    known = [y for y in years() if id in catalogue(y).activities or id in catalogue(y).gone]
    before = [y for y in known if y < year]
    now = renamed(id, before[-1], year) if before else id
    if now in listed.activities:
        return Problem("renumbered", where, f"CMS renumbered {id}.", f"Use {now}.")
    if (gone := listed.gone.get(id)) and (event := gone.event):
        return Problem("removed_in_year", where, event.says, another, event.cite)
    if year in known:
        return Problem("not_yet_known", where, f"{id} was not yet in the list of {year}.", another)
    if not known:
        return Problem("unknown_activity", where, f"No activity is called {id!r}.", another)
    what = f"{id} was removed after {before[-1]}." if before else f"{id} was added in {known[0]}."
    if now != id:
        what = f"{what[:-1]}, and {now}, as CMS renumbered it, is not in {year} either."
    return Problem("not_in_year", where, what, another)


def _refusals(
    given: Attestation, activity: Activity, who: Practice, rules: Rules, listed: Catalogue
) -> Iterator[Problem]:
    where = str(given)
    if given.done is None:
        what = f"Whether {given.activity} was done is not known."
        yield Problem("not_answered", where, what, "Answer yes or no.", "", "unknown")
    elif not given.done:
        what = f"{given.activity} is attested as not done."
        yield Problem("attested_no", where, what, "Attest it only when it is done.")
    yield from _program(where, activity, who, rules, listed)
    yield from _dates(given, activity, rules)
    yield from too_soon(where, given.activity, rules, who.earlier)


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
    if activity.event and activity.event.kind == "suspended":
        yield from _suspended(where, first, activity.event)
    period = period_of(activity.id, rules)
    if first is None or last is None:
        what = "The first or the last day is not known."
        yield Problem("dates_unknown", where, what, "Give both days.", period.cite, "unknown")
    elif last < first:
        what = f"It ends on {last}, before it begins on {first}."
        yield Problem("reversed_dates", where, what, "Correct one of the two days.", period.cite)
    elif first.year <= rules.year and last < ends(first, period):
        ran = counted((last - first).days + 1, "day")
        what = f"The activity ran for {ran} and must run for {length(period)} in a row."
        if (end := ends(first, period)).year > rules.year:
            fix = f"It had to begin by {last_start(period, rules.year)}."
            yield Problem("too_late", where, what, fix, period.cite)
        else:
            yield Problem("too_short", where, what, f"Give a last day of {end} or later.", period.cite)
    if any(day is not None and day.year != rules.year for day in (first, last)):
        what = f"It must lie inside {rules.year}."
        fix = f"Give days of {rules.year}; if it began earlier, start it on {rules.year}-01-01."
        yield Problem("outside_year", where, what, fix, period.cite)


def _suspended(where: str, first: date | None, event: Event) -> Iterator[Problem]:
    """A suspended activity counts only where it was under way; CMS does not always say so."""
    by, severity, fix = event.counts_if_started_by, "note", "Keep dated proof of the start."
    if by is None or first is None:
        severity = "unknown"
        fix = "Give the day it began." if by else "CMS does not say whether work under way counts."
    elif first > by:
        severity, fix = "error", "Choose another activity."
    yield Problem("suspended", where, event.says, fix, event.cite, severity)


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
    day = date(year, 12, 31) - timedelta(days=(period.days or 1) - 1)
    while ends(day, period).year > year:
        day -= timedelta(days=1)
    return day


def length(period: Period) -> str:
    """A period in words: `90 days`, `6 months`."""
    return counted(period.days, "day") if period.days is not None else counted(period.months or 0, "month")


def too_soon(where: str, id: str, rules: Rules, earlier: frozenset[tuple[int, str]]) -> Iterator[Problem]:
    """What credit taken before stands against taking it again; `earlier` has years and ids."""
    for rule in rules.frequency:
        same = names(id, rules.year) if id in rule.activities and earlier else ()
        for before, done in sorted(earlier):
            if done in same and 0 < rules.year - before < rule.once_in_years:
                again = rule.once_in_years
                what = f"Credit was taken for it in {before}, and it counts once in {again} years."
                yield Problem("too_soon", where, what, f"It can count again in {before + again}.", rule.cite)


def _clinicians(
    given: Attestation, who: Practice, threshold: Threshold, needed: int | None
) -> Iterator[Problem]:
    where, cite = str(given), threshold.cite
    if given.clinicians is None and given.at_most is None:
        return
    done = given.clinicians or 0
    most = done if given.at_most is None else given.at_most
    if not 0 <= done <= most <= (who.clinicians or most):
        what = f"From {done} to {most} of {who.clinicians or 'an unknown number of'} clinicians cannot be."
        yield Problem("impossible_count", where, what, "Correct the counts.")
        return
    if needed is None and threshold.percent is None:
        needed = threshold.needed(most)
    of = f"{done} of {who.clinicians} clinicians" if who.clinicians else counted(done, "clinician")
    can = "" if most == done else f", {most} at most"
    asked = f"{needed} {'is' if needed == 1 else 'are'} needed"
    if needed is None:
        fix = "Give the number of clinicians who bill under the TIN."
        what = f"{of} did it{can}, of how many is not known."
        yield Problem("clinicians_unknown", where, what, fix, cite, "unknown")
    elif most < needed:
        what = f"{of} did it{can}, and {asked}."
        fix = f"{counted(needed - done, 'more clinician')} must do it."
        yield Problem("too_few_clinicians", where, what, fix, cite)
    elif done < needed:
        what = f"{of} did it for certain{can}, and {asked}."
        fix = "Give the missing days and answers."
        yield Problem("participation_unknown", where, what, fix, cite, "unknown")


def _sites(where: str, sites: Fact) -> Iterator[Problem]:
    what, cite = f"{sites.says}.", sites.cite
    if sites.value is None:
        yield Problem("sites_unknown", where, what, "Give recognized/all, as 2/6.", cite, "unknown")
    elif not sites.value:
        yield Problem("too_few_sites", where, what, "More sites must be recognized.", cite)
