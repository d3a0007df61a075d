"""From the rows of bulk files to those who are scored: individuals, groups and entities."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, fields, replace
from datetime import date
from typing import Any, TypeVar

from mips_ia.attestation import verdicts
from mips_ia.catalogue import catalogue
from mips_ia.formats.bulk_attested import attestations
from mips_ia.formats.bulk_rows import LeftOut, ParticipationRow, PracticeRow, RosterRow
from mips_ia.formats.participants import Participant
from mips_ia.problems import Problem
from mips_ia.rules import rules
from mips_ia.standing import Practice

ACROSS = ("virtual_group", "apm_entity")
_NO_UNLESS_STATED = ("extreme_circumstances", "study")
_PER_CLINICIAN = ("non_patient_facing", "rural", "hpsa")


@dataclass(frozen=True, slots=True)
class Unit:
    """Those practices that report as one, with their roster and participation.

    `practice` is what their rows say together; `rows` are in the order of the file. `missing` are
    the rows left out that belong to it or may.
    """

    rows: tuple[PracticeRow, ...]
    practice: Practice
    roster: tuple[RosterRow, ...] = ()
    participation: tuple[ParticipationRow, ...] = ()
    missing: tuple[LeftOut, ...] = ()

    @property
    def places(self) -> list[tuple[int, str]]:
        """The (performance year, TIN) of each of its practices."""
        return [(row.year, row.tin) for row in self.rows]

    @property
    def where(self) -> str:
        """Where its first practice stands."""
        return self.rows[0].where

    @property
    def counted(self) -> frozenset[str] | None:
        """The NPIs that bill, of those read; None where the roster of any of its TINs is not known."""
        if {(row.year, row.tin) for row in self.roster} != set(self.places):
            return None
        return frozenset(row.npi for row in self.roster if row.billed is not False)

    @property
    def clinicians(self) -> int | None:
        """How many bill; None where a row left out can change that, which a listed NPI's cannot."""
        counted = self.counted or frozenset()
        if any(row.table != "participation" and row.npi not in counted for row in self.missing):
            return None
        return len(counted) or None


def units(rows: Iterable[PracticeRow]) -> tuple[list[Unit], list[Problem]]:
    """Practices by what reports as one: by TIN, and by entity_id for virtual groups and APM Entities.

    The rows of one entity that contradict each other are a problem, and the entity is left out.
    """
    together: defaultdict[tuple[int, str, str], list[PracticeRow]] = defaultdict(list)
    for row in rows:
        across = row.practice.entity in ACROSS and row.entity_id
        key = (row.practice.entity, row.entity_id) if across else ("", row.tin)
        together[row.year, *key].append(row)
    found, problems = [], []
    for each in together.values():
        if differing := _differing(each):
            problems += [_disagree(row, each, differing) for row in each]
        else:
            found.append(Unit(tuple(each), _merged(each)))
    return found, problems


def _said(row: PracticeRow, name: str) -> object:
    """What a row says in one column; None for a blank."""
    if name == "pathway":
        return row.pathway or None
    said: object = getattr(row.practice, name)
    return None if said is False and name in _NO_UNLESS_STATED else said


def _differing(rows: Sequence[PracticeRow]) -> list[str]:
    """The columns in which rows contradict each other; a blank contradicts nothing."""
    names = [each.name for each in fields(Practice)]
    return [name for name in names if len({_said(row, name) for row in rows} - {None}) > 1]


def _disagree(row: PracticeRow, rows: Sequence[PracticeRow], differing: Sequence[str]) -> Problem:
    others = ", ".join(other.where for other in rows if other is not row)
    what = f"{row.entity_id} has rows that differ in {', '.join(differing)}: this one and {others}."
    fix = "Enter the same in each row of the entity. It was not scored."
    return Problem("entity_disagrees", f"{row.where}, entity_id", what, fix)


def _merged(rows: Sequence[PracticeRow]) -> Practice:
    """What the rows say together: what one leaves blank, another can say."""
    said: dict[str, Any] = {
        each.name: value
        for row in rows
        for each in fields(Practice)
        if (value := _said(row, each.name)) is not None
    }
    return replace(rows[0].practice, **said)


def participants(
    unit: Unit, participation_given: bool, as_known_on: date | None = None
) -> Iterator[Participant]:
    """Those who are scored: each clinician of a practice that reports individually, else the whole."""
    if unit.practice.many:
        yield _whole(unit, participation_given, as_known_on)
        return
    on_roster, did = _by_npi(unit.roster), _by_npi(unit.participation)
    for npi in on_roster or did:
        rows = on_roster.get(npi, [])
        done = did.get(npi, [])
        who = _individual(unit.practice, rows, unit.clinicians)
        missing = [row for row in unit.missing if row.npi == npi]
        yield Participant(
            next((row.name for row in rows if row.name), f"NPI {npi}"),
            unit.rows[0].tin,
            npi,
            unit.rows[0].entity_id,
            (rows or done)[0].where,
            who,
            attestations(done, who, None, missing, as_known_on) if participation_given else None,
        )


def _whole(unit: Unit, participation_given: bool, as_known_on: date | None) -> Participant:
    first, counted, who = unit.rows[0], unit.counted or None, unit.practice
    if counted and all(row.table == "participation" for row in unit.missing):
        answers = [_answers(rows) for n, rows in _by_npi(unit.roster).items() if n in counted]
        tallies: dict[str, Any] = {
            f"{name}_clinicians": _tally([each[name] for each in answers]) for name in _PER_CLINICIAN
        }
        who = replace(who, **tallies)
    who = replace(who, clinicians=unit.clinicians)
    names = {row.name for row in unit.rows if row.name}
    name = names.pop() if len(names) == 1 else first.entity_id or f"TIN ending {first.tin[-4:]}"
    tin = first.tin if len(unit.rows) == 1 else ""
    attested = None
    if participation_given:
        billing_nothing = {row.npi for row in unit.roster} - (counted or frozenset()) if counted else ()
        missing = [row for row in unit.missing if row.npi not in billing_nothing]
        attested = attestations(unit.participation, who, counted, missing, as_known_on)
    return Participant(name, tin, "", first.entity_id, first.where, who, attested)


def _individual(practice: Practice, rows: Sequence[RosterRow], clinicians: int | None) -> Practice:
    """One clinician of a practice, with what the roster says of the clinician alone.

    Where the look-up is known, a yes of the roster is added to it. Where it is not, yes and no
    stand as counts of one clinician, which the core takes as an estimate; no number of
    patient-facing encounters is made up.
    """
    answers = _answers(rows)
    if practice.statuses is not None:
        held = {name for name in _PER_CLINICIAN if answers[name]}
        return replace(practice, clinicians=clinicians, statuses=practice.statuses | held)
    counts: dict[str, Any] = {
        f"{n}_clinicians": None if answers[n] is None else int(answers[n] is True) for n in answers
    }
    return replace(practice, clinicians=clinicians, **counts)


def _answers(rows: Sequence[RosterRow]) -> dict[str, bool | None]:
    """Yes, no or not known for one clinician; rows that contradict each other are not known."""
    found: dict[str, bool | None] = {}
    for name in _PER_CLINICIAN:
        said = {getattr(row, name) for row in rows} - {None}
        found[name] = said.pop() if len(said) == 1 else None
    return found


def _tally(answers: Sequence[bool | None]) -> int | None:
    """How many say yes; None unless all say yes or no."""
    return None if None in answers else sum(answer is True for answer in answers)


R = TypeVar("R", RosterRow, ParticipationRow)


def _by_npi(rows: Iterable[R]) -> dict[str, list[R]]:
    found: dict[str, list[R]] = {}
    for row in rows:
        found.setdefault(row.npi, []).append(row)
    return found


def with_earlier(found: Sequence[Participant], as_known_on: date | None = None) -> list[Participant]:
    """The same, in the same order, each with the credit that it took in earlier years of the files.

    The same is who has the same TIN and NPI, or the same entity, and reports in the same way.
    """
    years: defaultdict[tuple[str, ...], list[int]] = defaultdict(list)
    for place, each in enumerate(found):
        years[each.practice.entity, each.tin, each.npi, "" if each.tin else each.entity_id].append(place)
    after = list(found)
    for places in years.values():
        taken: set[tuple[int, str]] = set()
        for place in sorted(places, key=lambda n: found[n].practice.performance_year):
            who = replace(found[place].practice, earlier=frozenset(taken))
            after[place] = replace(found[place], practice=who)
            if len(places) > 1:
                taken.update(_credited(after[place], as_known_on))
    return after


def _credited(who: Participant, as_known_on: date | None) -> Iterator[tuple[int, str]]:
    """The year and id of each activity that counts for certain."""
    year = who.practice.performance_year
    known = rules(year, as_known_on), catalogue(year, as_known_on)
    for each in verdicts(who.attestations or (), who.practice, *known):
        if each.counts:
            yield year, each.attestation.activity
