"""The one place where rows become the core's values: a practice, its clinicians, and its ledger."""

from copy import copy
from dataclasses import replace
from datetime import date
from functools import cached_property, lru_cache

from mips_ia.assessment import assessed
from mips_ia.catalogue import catalogue
from mips_ia.evidence import proof
from mips_ia.planning.individuals import attested, hoped
from mips_ia.planning.ledger import Entered, Tally, attestation, cell, tally
from mips_ia.planning.outlook import further
from mips_ia.planning.stays import doubt
from mips_ia.portal import able, clock
from mips_ia.portal.clinicians import OnRoster, Own
from mips_ia.portal.counting import BILLED, CURRENT, by_readings
from mips_ia.portal.described import how_many, known_of, known_of_one
from mips_ia.portal.kept import kept
from mips_ia.portal.lacking import lacking
from mips_ia.portal.signed import signed_of
from mips_ia.problems import Refused
from mips_ia.rules import rules
from mips_ia.standing import Practice, problems, standing

ENTITY = "group"
ROSTER = ("clinician added", "clinician changed", "clinician renamed", "clinician taken off")

# What follows from the same values is the same, so it is worked out once: many individuals attest alike,
# and most pages are looked at while nothing changes.
_assessed = lru_cache(maxsize=1024)(assessed)
_further = lru_cache(maxsize=256)(further)


class Ledger:
    """A practice's year, read once: `today` decides what has ended and what can still begin.

    `as_known_on` takes the rules and the catalogue as they were known on a day; `Refused` before they were.
    """

    def __init__(self, year, today=None, as_known_on=None):
        self.row = year
        self.year = year.year
        self.today = today or clock.today()
        self.as_known_on = as_known_on
        self.rules = rules(year.year, as_known_on)
        self.listed = catalogue(year.year, as_known_on)

    # ---- What was entered

    @cached_property
    def people(self):
        """Everybody on the roster of the year, by name."""
        found = {}
        for stay in self.row.stays.filter(ended_at=None).select_related("clinician"):
            found.setdefault(stay.clinician_id, OnRoster(stay.clinician, [])).stays.append(stay)
        return list(found.values())

    @cached_property
    def billing(self):
        """All who billed in the year, as far as is known."""
        return [person for person in self.people if person.counted]

    @cached_property
    def reading_day(self):
        """The day on which somebody is current: today, or the nearest day of the year."""
        return min(max(self.today, date(self.year, 1, 1)), date(self.year, 12, 31))

    @cached_property
    def current(self):
        """Those of them who are here."""
        return [person for person in self.billing if person.here(self.reading_day)]

    @cached_property
    def reading(self):
        """The reading of who is counted that the practice goes by; empty where both are looked at.

        Where the two count the same, or where nobody is here any more, there is nothing to choose.
        """
        if len(self.current) in (0, len(self.billing)):
            return BILLED
        return self.row.denominator if self.row.report_as != "individual" else ""

    @cached_property
    def counted(self):
        """Those who make up the denominator: all who billed, unless the practice goes by those here."""
        return self.current if self.reading == CURRENT else self.billing

    @cached_property
    def roster_changed(self):
        """When the practice's roster was last changed, as the log has it; None where it never was."""
        lines = self.row.practice.entries.filter(action__in=ROSTER).order_by("-id")
        return lines.values_list("at", flat=True).first()

    @cached_property
    def locked(self):
        """Whether the year is locked to be sent."""
        newest = self.row.finals.order_by("-id").values_list("kind", flat=True)
        return newest.first() == "locked"

    @cached_property
    def activities(self):
        """The ids that were chosen, in order."""
        return list(self.row.chosen.filter(ended_at=None).values_list("activity", flat=True))

    @cached_property
    def entered(self):
        """The windows that hold today: whose each is, of what, and its days."""
        rows = self.row.windows.filter(replaced_at=None)
        return list(rows.values_list("id", "clinician_id", "activity", "first", "last", "taking_part"))

    @cached_property
    def signed(self):
        """What the newest signature of each window says, of those that were replaced too."""
        return signed_of(self.row)

    @cached_property
    def windows(self):
        """The windows that hold today, each with what was signed of it, by clinician and activity."""
        found, signed = {}, self.signed
        stays = {person.id: person.days for person in self.people}
        for id, clinician, activity, first, last, taking_part in self.entered:
            against = doubt(first, last, stays.get(clinician, ()))
            window = Entered(first, last, taking_part, signed.get(id, ""), id, against)
            found.setdefault((clinician, activity), []).append(window)
        return found

    @cached_property
    def kept(self):
        """What is kept for each activity: each use with the core's value of it, in the order of entry."""
        return kept(self.row)

    # ---- What it amounts to

    def cell(self, clinician, activity):
        """What one clinician's windows of an activity amount to."""
        windows = self.windows.get((clinician, activity), ())
        return cell(activity, windows, self.today, self.rules, self.listed)

    def attested_days(self, clinician, activity):
        """The first and the last day that one clinician attests; None where they are not known."""
        given = attestation(activity, [self.cell(clinician, activity)], 1, 1)
        return (given.first, given.last) if given.first and given.last else None

    def judged(self, activity, entered):
        """What one window amounts to by itself."""
        return cell(activity, [entered], self.today, self.rules, self.listed)

    def cells(self, activity):
        """The same of everybody who is counted, by clinician."""
        windows, judging = self.windows, (self.today, self.rules, self.listed)
        return {
            person.id: cell(activity, windows.get((person.id, activity), ()), *judging)
            for person in self.counted
        }

    @cached_property
    def tallies(self) -> list[Tally]:
        """What the group's cells of each chosen activity amount to."""
        who, here = self.practice, frozenset()
        if who.many and not self.reading:
            here = frozenset(person.id for person in self.current)
        return [tally(id, self.cells(id), who, self.rules, self.listed, here) for id in self.activities]

    @cached_property
    def practice(self):
        """Who is scored, as the core takes it; a group on the traditional pathway where nobody said."""
        return self.practice_as(self.row.report_as or ENTITY)

    def practice_as(self, entity, person=None):
        """The same reporting as something else; one clinician where a person is named."""
        known = known_of_one(self.row, person) if person else known_of(self.row)
        whole = how_many(self.counted) if entity != "individual" else {}
        return Practice(
            performance_year=self.year, entity=entity, clinicians=len(self.counted) or None,
            earlier=self.earlier, **known, **whole,
        )  # fmt: skip

    @cached_property
    def as_group(self):
        """The same year reported by the group; itself where many report."""
        return self if self.practice.many else self.described(report_as=ENTITY)

    def described(self, **otherwise):
        """The same year with other facts of it, and with what was read already."""
        row = copy(self.row)
        vars(row).update(otherwise)
        found = Ledger(row, self.today, self.as_known_on)
        read = ("people", "windows", "activities", "earlier")
        vars(found).update((name, getattr(self, name)) for name in read)
        return found

    @cached_property
    def earlier(self):
        """Credit taken before, where an activity counts only once in some years."""
        limited = {id for rule in self.rules.frequency for id in rule.activities}
        if not limited.intersection(self.activities):
            return frozenset()
        finals = {}
        for before in self.row.practice.years.filter(year__lt=self.year).prefetch_related("finals"):
            last = max(before.finals.all(), key=lambda each: each.id, default=None)
            if last is not None and last.kind == "locked":
                finals[before.year] = last.answer.get("counted", [])
        return frozenset((year, id) for year, ids in finals.items() for id in ids)

    @cached_property
    def standing(self):
        """Every fact that the rules ask for, with why it holds."""
        return standing(self.practice, self.rules)

    @cached_property
    def lacking(self):
        """What nobody gave and without which there is no answer: roster, statuses, report as, pathway."""
        return lacking(self)

    @cached_property
    def proofs(self):
        """Whether what is kept proves each chosen activity, by its guide, on the days that would be sent."""
        return {
            each.activity: proof(each.attestation, self.rules, self._proving(each.activity), self.earlier)
            for each in self.tallies
        }

    def _proving(self, activity):
        """What is kept for an activity and can prove it: what a link leads to is not kept.

        What is of one clinician is measured by the days of that clinician.
        """
        return [
            replace(value, attested=self.attested_days(use.clinician_id, activity))
            for use, value in self.kept.get(activity, ()) if not use.revision.is_link
        ]  # fmt: skip

    @cached_property
    def assessment(self):
        """The score of today: the group's, or the lowest of those who report as individuals.

        `Refused` where it cannot be scored as described.
        """
        if self.individuals:
            each = (own.found for own in self.individuals)
            return min(each, key=lambda found: (found.score.points, found.score.most))
        found = self._assessed(self.practice, [each.attestation for each in self.tallies])
        return by_readings(self, "assessment", found)

    @cached_property
    def best(self):
        """The score that is still possible: the unknown turn out well, windows finish, others begin."""
        if self.individuals:
            return min((own.best for own in self.individuals), key=lambda found: found.score.most)
        given = [*(able.hoped(self, each) for each in self.tallies), *self.further, *able.home(self)]
        return by_readings(self, "best", self._assessed(self.practice, given))

    @cached_property
    def further(self):
        """Activities that are not chosen and can still begin, as many as could ever be needed, as if done."""
        return self._further(able.others_of_group(self), self.practice)

    def further_of(self, person):
        """The same of one clinician who reports as an individual."""
        return self._further(able.others(self, person), self.practice_as("individual", person))

    @cached_property
    def problem(self):
        """Why there is no score, None where there is one."""
        wrong = [each for each in problems(self.practice, self.rules) if each.severity == "error"]
        return Refused(wrong) if wrong else None

    @cached_property
    def individuals(self):
        """Each clinician who counts, where they report as individuals; nobody where they do not."""
        return [] if self.practice.many else [self.alone(person) for person in self.counted]

    def alone(self, person):
        """One clinician's own score, reporting as an individual."""
        if person.id not in self._own:
            cells = {id: self.cell(person.id, id) for id in self.activities}
            one, further = self.practice_as("individual", person), self.further_of(person)
            given, best = attested(cells), [*hoped(cells, self._still(person), self.year), *further]
            self._own[person.id] = Own(person, self._assessed(one, given), self._assessed(one, best), cells)
        return self._own[person.id]

    def _further(self, others, who):
        return _further(others, who, self.today, self.rules, self.listed)

    def _assessed(self, who, given):
        return _assessed(who, tuple(given), self.rules, self.listed)

    @cached_property
    def _own(self):
        return {}

    @cached_property
    def _begun(self):
        """The activities of which somebody entered a window."""
        return {activity for _, activity in self.windows}

    def _still(self, person):
        """What somebody can still begin, or may have done where nobody entered any window of it."""
        return [id for id in self.activities if able.may(self, person, id, id in self._begun)]
