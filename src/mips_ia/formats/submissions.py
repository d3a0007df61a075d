"""A submission as CMS takes it, whatever it is written in: one range of days and a yes or no an activity."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache

from mips_ia.attestation import Verdict, verdicts
from mips_ia.catalogue import catalogue
from mips_ia.formats.participants import Participant
from mips_ia.problems import Problem, Refused
from mips_ia.reading.yearbook import formats_of
from mips_ia.rules import rules
from mips_ia.standing import Practice

REGISTRY, QRDA = "registry", "electronicHealthRecord"
_BY_TIN = ("individual", "group")


@dataclass(frozen=True, slots=True)
class MeasurementSet:
    """The activities reported to one program: what was done, and the one range of days of all of them.

    `program` is CMS's word: `mips`, `app1`, `appPlus`, or an MVP id. A day is None where it is not known.
    """

    program: str
    method: str
    first: date | None
    last: date | None
    activities: tuple[tuple[str, bool], ...]


@dataclass(frozen=True, slots=True)
class Submission:
    """What one clinician, group or entity reports for a performance year. `entity` is our word for it."""

    performance_year: int
    entity: str
    tin: str
    npi: str
    entity_id: str
    sets: tuple[MeasurementSet, ...]


def cms_words(year: int) -> Mapping[str, Mapping[str, str]]:
    """CMS's words of a year for who reports (`entities`) and to what (`programs`), and ours for them."""
    found: Mapping[str, Mapping[str, str]] = formats_of(year)["qpp_json"]
    return found


@lru_cache
def program_names(year: int) -> Mapping[str, str]:
    """Every program of a year, its MVPs among them, as CMS spells it, by its name in lower case."""
    return {name.lower(): name for name in (*cms_words(year)["programs"], *catalogue(year).mvps)}


def on_program(who: Practice, program: str) -> Practice:
    """Who reports on the pathway of a program, spelled as CMS spells it."""
    mvp = program if program in catalogue(who.performance_year).mvps else None
    pathway = "mvp" if mvp else cms_words(who.performance_year)["programs"][program]
    return replace(who, pathway=pathway, mvp=mvp)


def program_of(who: Practice) -> str:
    """CMS's word for what somebody on a pathway reports to; the first that the year has."""
    if who.mvp:
        return who.mvp
    programs = cms_words(who.performance_year)["programs"].items()
    return next((name for name, pathway in programs if pathway == who.pathway), "")


def submissions(participants: Iterable[Participant]) -> list[Submission]:
    """What participants read from submissions report, those of the same clinician or entity together."""
    found: dict[tuple[int, str, str, str, str], list[MeasurementSet]] = {}
    for who in participants:
        key = (who.practice.performance_year, who.practice.entity, who.tin, who.npi, who.entity_id)
        days = [(each.first, each.last) for each in who.attestations or ()]
        first, last = days[0] if days else (None, None)
        done = tuple((each.activity, bool(each.done)) for each in who.attestations or ())
        program = who.program or program_of(who.practice)
        one = MeasurementSet(program, who.method or REGISTRY, first, last, done)
        found.setdefault(key, []).append(one)
    return [Submission(*who, tuple(sets)) for who, sets in found.items()]


def derived(who: Participant) -> tuple[Submission, list[Problem]]:
    """What a participant of a ledger reports: the activities that count, and one range of days over them.

    CMS takes one range for all activities, so it runs from the first day of the earliest window to
    the last day of the latest. The problems say so, and name each activity that is left out. Raises
    `Refused`, with every reason, where CMS takes nothing from who reports, or on the pathway.
    """
    practice = who.practice
    program = who.program or program_of(practice)
    if wrong := [*_not_taken(who, program)]:
        raise Refused(wrong)
    year = rules(practice.performance_year)
    judged = verdicts(who.attestations or (), practice, year, catalogue(practice.performance_year))
    counting = [verdict for verdict in judged if verdict.counts]
    notes = [*_left_out(who, judged)]
    first, last = _range(who, counting, notes)
    done = tuple((verdict.attestation.activity, True) for verdict in counting)
    one = MeasurementSet(program, REGISTRY, first, last, done)
    tin = who.tin if practice.entity in _BY_TIN else ""  # of others CMS takes their own id alone
    return Submission(practice.performance_year, practice.entity, tin, who.npi, who.entity_id, (one,)), notes


def _not_taken(who: Participant, program: str) -> Iterator[Problem]:
    """What CMS's formats of the year have no word for."""
    year, entity = who.practice.performance_year, who.practice.entity
    entities = cms_words(year)["entities"].values()
    if entity not in entities:
        what = f"In {year}, CMS takes nothing from a {entity}."
        yield Problem("unknown_entity", who.where, what, f"Use one of: {', '.join(entities)}.")
    if not program and not (who.practice.pathway == "mvp" and who.practice.mvp is None):
        what = f"In {year}, CMS's formats have no program for the {who.practice.pathway} pathway."
        fix = f"Use one of: {', '.join(cms_words(year)['programs'].values())}."
        yield Problem("unknown_program", who.where, what, fix)
    if entity not in _BY_TIN and not who.entity_id:
        what = f"Which {entity} it is, is not known, and CMS takes one by its own id."
        yield Problem("bad_entity_id", who.where, what, "Enter its entity_id.")


def _left_out(who: Participant, judged: Iterable[Verdict]) -> Iterator[Problem]:
    for verdict in judged:
        if not verdict.counts:
            why = " ".join(problem.what for problem in verdict.problems if problem.severity != "note")
            may = "does not count" if verdict.counts is False else "is not known to count"
            what = f"{verdict.attestation.activity} is left out, since it {may}. {why}"
            yield Problem("left_out", who.where, what.strip(), severity="warning")


def _range(
    who: Participant, counting: list[Verdict], notes: list[Problem]
) -> tuple[date | None, date | None]:
    """The one range over the windows that count, with a note that shows how it comes about."""
    attested = [verdict.attestation for verdict in counting]
    starts = [(each.first, each.activity) for each in attested if each.first]
    ends = [(each.last, each.activity) for each in attested if each.last]
    if not (starts and ends):
        if counting:
            what = "No window of its activities is known, so that there is no range to send."
            notes.append(Problem("no_period", who.where, what, "Give the days of the activities."))
        return None, None
    (first, of_first), (last, of_last) = min(starts), max(ends)
    what = f"The range for CMS is {first} to {last}: {of_first} began first, and {of_last} ended last."
    notes.append(Problem("period_derived", who.where, what, severity="note"))
    return first, last
