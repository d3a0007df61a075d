"""CMS's QPP Submissions JSON: who attests what, as participants to be scored.

A file holds one submission, a list of them, or an answer of the API that wraps either. Every
measurement of an `ia` set ends in an attestation or is named in a problem.
"""

import re
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

from mips_ia.attestation import Attestation
from mips_ia.formats.ids import npi_checks
from mips_ia.formats.json_file import TWICE, shown, tree
from mips_ia.formats.participants import Intake, Participant
from mips_ia.formats.submissions import QRDA, REGISTRY, cms_words, on_program, program_names
from mips_ia.problems import Problem, Refused, counted
from mips_ia.reading.yearbook import years
from mips_ia.standing import Practice

MOST_PROBLEMS = 100_000
CATEGORIES = ("ia", "quality", "pi", "aci", "cost")
METHODS = (REGISTRY, QRDA)
TIN, NPI, ENTITY_ID = "taxpayerIdentificationNumber", "nationalProviderIdentifier", "entityId"
_SHAPES = {
    TIN: (r"[0-9]{9}", "bad_tin", "9 digits, in quotes"),
    NPI: (r"[0-9]{10}", "bad_npi", "10 digits, in quotes"),
    ENTITY_ID: (r"\S{1,64}", "bad_entity_id", "1 to 64 visible characters, in quotes"),
    "measureId": (r"\S{1,64}", "bad_measure_id", "an activity's id in quotes, such as IA_EPA_1"),
}
_WRAPS = ("data", "submissions", "submission")
_SUBMISSION = ("entityType", "performanceYear", "measurementSets", *_SHAPES)
_SET = ("category", "submissionMethod", "programName", "performanceStart", "performanceEnd", "measurements")
_READ = frozenset((*_WRAPS, *_SUBMISSION, *_SET, "value"))


@dataclass(frozen=True, slots=True)
class _Spot:
    """A place in the file: the value there, where it stands, and the problems met so far."""

    value: Any
    where: str
    problems: list[Problem]

    def __getitem__(self, key: str) -> "_Spot":
        """The place of a field; its value is None where it is missing."""
        return replace(self, value=self.value.get(key), where=f"{self.where}.{key}")

    def __iter__(self) -> Iterator["_Spot"]:
        return (replace(self, value=v, where=f"{self.where}[{n}]") for n, v in enumerate(self.value))

    def tell(self, code: str, what: str, fix: str = "", severity: str = "error") -> None:
        self.problems.append(Problem(code, self.where, what, fix, "QPP Submissions API", severity))
        if len(self.problems) >= MOST_PROBLEMS:
            what = f"Reading stopped here, after {MOST_PROBLEMS:,} problems; nothing from here on was read."
            raise Refused([Problem("too_many_problems", self.where, what, "Mend those first.")])

    def is_a(self, kind: type[Any], name: str) -> bool:
        """Whether the value is an object or a list that can be read; a problem where it is not."""
        if not isinstance(self.value, kind):
            self.tell("wrong_type", f"It is {shown(self.value)} and must be {name}.", "Correct it.")
        elif kind is dict and (twice := _twice(self.value)):
            what = f"It gives {', '.join(twice)} more than once, so nothing in it was read."
            self.tell("repeated_key", what, "Leave the one that is meant.")
        else:
            return True
        return False


def _twice(given: dict[Any, Any]) -> list[str]:
    """The keys that are read and that an object gives more than once."""
    return [key for key in given.get(TWICE, ()) if key in _READ]


def read(path: Path) -> Intake:
    """Everybody in a file, with one participant for each `ia` set, and every fault met.

    `rows` counts the submissions. What CMS's JSON does not carry (statuses, sites, APM) is not known.
    """
    root = _Spot(None, f"{path.name}, $", [])
    found: list[Participant] = []
    rows = 0
    try:
        for submission in _submissions(replace(root, value=tree(path))):
            rows += 1
            found.extend(_participants(submission))
    except Refused as refusal:
        root.problems.extend(refusal.problems)
    return Intake(tuple(found), tuple(root.problems), rows)


def _submissions(spot: _Spot) -> Iterator[_Spot]:
    """Every submission in the file, out of whatever the API wraps it in."""
    while isinstance(spot.value, dict) and spot.value.keys().isdisjoint(_SUBMISSION):
        inner = next((key for key in _WRAPS if isinstance(spot.value.get(key), dict | list)), None)
        if inner is None or _twice(spot.value):
            break
        spot = spot[inner]
    if spot.value == []:
        spot.tell("no_submission", "There is no submission in it.", "Give at least one.", "warning")
    yield from spot if isinstance(spot.value, list) else [spot]


def _participants(spot: _Spot) -> Iterator[Participant]:
    """One participant for each `ia` set of a submission."""
    if not spot.is_a(dict, "a submission, which is an object"):
        return
    if spot.value.keys().isdisjoint(_SUBMISSION):
        spot.tell("not_a_submission", "It has none of a submission's fields.", "Give what is sent to CMS.")
        return
    who, sets = _who(spot), spot["measurementSets"]
    chosen = list(_ia_sets(sets)) if sets.value is not None and sets.is_a(list, "a list") else []
    if not chosen:
        what = "It has no ia measurement set that can be read, so nothing is scored."
        spot.tell("no_ia_set", what, "Leave it out, or add the activities.", "warning")
    programs: Counter[str] = Counter()
    for each in chosen:
        if found := _participant(each, who):
            programs[str(each["programName"].value or "mips").strip().lower()] += 1
            yield found
    for program in [program for program, count in programs.items() if count > 1]:
        what = f"{programs[program]} ia sets are for {program}; CMS takes the best and adds nothing up."
        sets.tell("several_sets", what, "Look at the best score.", "note")


def _who(spot: _Spot) -> Participant | None:
    """Who submits, as yet without attestations; None, with every reason, where that cannot be told."""
    year = _year(spot["performanceYear"])
    kind = spot["entityType"]
    entities = cms_words(year or years()[-1])["entities"]
    entity = entities.get(kind.value) if isinstance(kind.value, str) else None
    if entity is None:
        what = f"It is {shown(kind.value)} and must be one of: {', '.join(entities)}."
        kind.tell("unknown_entity", what, "Say who reports.")
        return None
    needed = {"individual": (TIN, NPI), "group": (TIN,)}.get(entity, (ENTITY_ID,))
    ids = {key: _id(spot[key]) for key in needed}
    if year is None or None in ids.values():
        return None
    tin, npi, entity_id = (ids.get(key) or "" for key in (TIN, NPI, ENTITY_ID))
    if npi and not npi_checks(npi):
        what = f"The check digit of {npi} is wrong: a digit is mistyped, or the NPI is made up."
        spot[NPI].tell("npi_check_digit", what, "Compare it with the NPI registry.", "warning")
    # CMS's JSON has no name for anybody, so the ids must do.
    return Participant("", tin, npi, entity_id, "", Practice(performance_year=year, entity=entity), None)


def _year(spot: _Spot) -> int | None:
    """The performance year, where it is one whose rules are here."""
    here = years()
    if isinstance(spot.value, int) and spot.value in here:
        return spot.value
    what = f"It is {shown(spot.value)} and must be a year from {here[0]} to {here[-1]}, without quotes."
    spot.tell("unknown_year", what, "Correct the year.")
    return None


def _id(spot: _Spot) -> str | None:
    """An id without stray blanks, and an activity's in capitals; None, with a problem, for none."""
    pattern, code, shape = _SHAPES[spot.where.rpartition(".")[2]]
    given = spot.value.strip() if isinstance(spot.value, str) else ""
    tidy = given.upper() if code == "bad_measure_id" else given
    if not (re.fullmatch(pattern, tidy) and tidy.isprintable()):
        spot.tell(code, f"It is {shown(spot.value)} and must be {shape}.", "Correct it.")
        return None
    _tidied(spot, tidy)
    return tidy


def _tidied(spot: _Spot, tidy: str) -> None:
    if tidy != spot.value:
        what = f"{shown(spot.value)} is read as {shown(tidy)}."
        spot.tell("id_tidied", what, "Send it to CMS without stray blanks, as CMS spells it.", "warning")


def _ia_sets(sets: _Spot) -> Iterator[_Spot]:
    """The sets of category `ia`; what is skipped is named once."""
    skipped = []
    for each in sets:
        if each.is_a(dict, "a measurement set, which is an object"):
            category = each["category"].value
            if category == "ia":
                yield each
            elif category in CATEGORIES:
                skipped.append(category)
            else:
                what = f"It is {shown(category)} and must be one of: {', '.join(CATEGORIES)}."
                each["category"].tell("unknown_category", what, "The set was not read. Correct it.")
    if skipped:
        what = f"Skipped: {', '.join(dict.fromkeys(skipped))}. Only improvement activities are scored here."
        sets.tell("skipped_categories", what, severity="note")


def _participant(spot: _Spot, who: Participant | None) -> Participant | None:
    """What one `ia` set attests; None, naming the set, where it cannot be told by whom or to what."""
    method = spot["submissionMethod"]
    if method.value not in METHODS:
        what = f"It is {shown(method.value)}; CMS takes activities by {' or '.join(METHODS)}."
        method.tell("unknown_method", what, "Correct it before it is sent.", "warning")
    attested = tuple(_attestations(spot, _day(spot["performanceStart"]), _day(spot["performanceEnd"])))
    program = _program(spot["programName"], who.practice.performance_year) if who else None
    if who is None or program is None:
        what = f"It is not scored, nor its {counted(len(attested), 'measurement')}."
        spot.tell("not_scored", what, "Mend the other problems of this submission.")
        return None
    practice = on_program(who.practice, program)
    sent = replace(who, where=spot.where, practice=practice, attestations=attested, program=program)
    return replace(sent, method=method.value) if method.value in METHODS else sent


def _program(program: _Spot, year: int) -> str | None:
    """The program as CMS spells it (`mips` where none is named); None, with a problem, for no such."""
    given = "mips" if program.value is None else program.value
    names = program_names(year)
    name = names.get(given.strip().lower()) if isinstance(given, str) else None
    if name is None:
        what = f"There is no program {shown(given)} in {year}."
        program.tell("unknown_program", what, f"Use one of: {', '.join(names.values())}.")
        return None
    _tidied(replace(program, value=given), name)
    return name


def _day(spot: _Spot) -> date | None:
    """A day, or None, with a problem, where it is not known."""
    with suppress(ValueError):
        if isinstance(spot.value, str) and re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", spot.value):
            return date.fromisoformat(spot.value)
    what = f"It is {shown(spot.value)} and must be a day as YYYY-MM-DD, in quotes."
    spot.tell("bad_date", what, "Correct it; until then no activity of the set counts for certain.")
    return None


def _attestations(of: _Spot, first: date | None, last: date | None) -> Iterator[Attestation]:
    """One attestation for each measurement of a set that can be read."""
    if (spot := of["measurements"]).value in (None, []):
        spot.tell("no_measurements", "There are none.", "List the activities that were done.", "warning")
    elif spot.is_a(list, "a list"):
        for each in spot:
            if each.is_a(dict, "a measurement, which is an object"):
                id, value = _id(each["measureId"]), each["value"]
                if not isinstance(value.value, bool):
                    what = f"It is {shown(value.value)} and must be true or false, without quotes."
                    value.tell("value_not_boolean", what, "Write true where the activity was done.")
                elif id is not None:
                    yield Attestation(id, first, last, value.value)
