"""CMS's QPP Submissions JSON: what is attested in it, and by whom, as participants to be scored.

A file holds one submission, a list of them, or an answer of the API that wraps either. Every
measurement of an `ia` set ends in an attestation or is named in a problem. What CMS's JSON does not
carry (statuses, clinicians, sites, the APM) stays not known.
"""

import json
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any

from mips_ia.attestation import Attestation
from mips_ia.catalogue import catalogue
from mips_ia.formats.participants import Intake, Participant
from mips_ia.problems import Problem, Refused, counted
from mips_ia.standing import Practice
from mips_ia.yearbook import yearbook, years

LARGEST = 20_000_000
MOST_PROBLEMS = 100_000
CATEGORIES = ("ia", "quality", "pi", "aci", "cost")
METHODS = ("registry", "electronicHealthRecord")
TIN, NPI, ENTITY_ID = "taxpayerIdentificationNumber", "nationalProviderIdentifier", "entityId"
IDS = {"individual": (TIN, NPI), "group": (TIN,)}
CITE = "QPP Submissions API"
_SHAPES = {
    TIN: (r"[0-9]{9}", "bad_tin", "9 digits, in quotes"),
    NPI: (r"[0-9]{10}", "bad_npi", "10 digits, in quotes"),
    ENTITY_ID: (r"\S{1,64}", "bad_entity_id", "1 to 64 visible characters, in quotes"),
    "measureId": (r"\S{1,64}", "bad_measure_id", "an activity's id in quotes, such as IA_EPA_1"),
}
_SUBMISSION = ("entityType", "performanceYear", "measurementSets", "programName", *_SHAPES)
_SET = ("category", "submissionMethod", "performanceStart", "performanceEnd", "measurements")
_KEYS = frozenset(("data", "submissions", "submission", *_SUBMISSION, *_SET, "value"))


class _Enough(Exception):
    """So many problems were met that reading stops."""


class _Doubled(dict[str, Any]):
    """A JSON object that gives a key twice, so that one of the two values would be lost."""

    twice: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Spot:
    """A place in the file: the value there, its path, and the problems met so far."""

    value: Any
    file: str
    path: str
    problems: list[Problem]

    def __getitem__(self, key: str) -> "_Spot":
        """The place of a field; its value is None where it is missing."""
        return replace(self, value=self.value.get(key), path=f"{self.path}.{key}")

    def __iter__(self) -> Iterator["_Spot"]:
        """The places in a list."""
        for n, value in enumerate(self.value):
            yield replace(self, value=value, path=f"{self.path}[{n}]")

    @property
    def where(self) -> str:
        """The place as a person reads it."""
        return f"{self.file}, {self.path}"

    def tell(self, code: str, what: str, fix: str = "", severity: str = "error") -> None:
        """Keep a problem of this place."""
        self.problems.append(Problem(code, self.where, what, fix, CITE, severity))
        if len(self.problems) >= MOST_PROBLEMS:
            raise _Enough(self.where)

    def is_a(self, kind: type, name: str) -> bool:
        """Whether the value is an object or a list that can be read; a problem where it is not."""
        if not isinstance(self.value, kind):
            self.tell("wrong_type", f"It is {_shown(self.value)} and must be {name}.", "Correct it.")
            return False
        if isinstance(self.value, _Doubled):
            keys = ", ".join(key for key in self.value.twice)
            what = f"It gives {keys} more than once, and which one is meant cannot be known."
            self.tell("repeated_key", f"{what} Nothing in it was read.", "Leave one of them.")
            return False
        return True


@dataclass(frozen=True, slots=True)
class _Who:
    """Whose submission it is, before a program is chosen."""

    tin: str
    npi: str
    entity_id: str
    practice: Practice

    @property
    def name(self) -> str:
        labels = {"TIN": self.tin, "NPI": self.npi, "entity": self.entity_id}
        return ", ".join(f"{label} {id}" for label, id in labels.items() if id)


def read(path: Path) -> Intake:
    """Everybody in a file, with one participant for each `ia` set, and every fault met.

    `rows` counts the submissions. A file that cannot be read at all gives one problem that says why.
    """
    try:
        root = _Spot(_tree(path), path.name, "$", [])
    except Refused as refusal:
        return Intake((), refusal.problems, 0)
    found: list[Participant] = []
    rows = 0
    try:
        for submission in _submissions(root):
            rows += 1
            found.extend(_participants(submission))
    except _Enough as last:
        what = f"Reading stopped at {last}, after {MOST_PROBLEMS} problems; nothing behind it was read."
        root.problems.append(Problem("too_many_problems", path.name, what, "Mend these first."))
    return Intake(tuple(found), tuple(root.problems), rows)


def _tree(path: Path) -> Any:
    """The file's JSON as Python's values; `Refused` where it is none."""
    try:
        with path.open("rb") as file:
            raw = file.read(LARGEST + 1)
        if len(raw) > LARGEST:
            what = f"It is larger than {LARGEST:,} bytes, the most that is read."
            raise _refused("file_too_large", path, what, "Split it into several files.")
        if b"\0" in raw[:4]:
            raise _refused("not_utf8", path, "It is UTF-16 or UTF-32.", "Save it as UTF-8.")
        text = raw.decode("utf-8-sig")
        return json.loads(text, object_pairs_hook=_object, parse_int=_integer, parse_constant=_constant)
    except OSError as fault:
        raise _refused("unreadable_file", path, f"{fault.strerror}.", "Check the path.") from fault
    except UnicodeDecodeError as fault:
        what = f"It is not UTF-8: byte {fault.start} is {raw[fault.start]:#04x}."
        raise _refused("not_utf8", path, what, "Save it as UTF-8.") from fault
    except RecursionError as fault:
        what = "Its lists and objects stand too deep in each other."
        raise _refused("nested_too_deep", path, what, "Give submissions as CMS lays them out.") from fault
    except json.JSONDecodeError as fault:
        what = f"It is not JSON: {fault}."
        raise _refused("not_json", path, what, "Correct it there, or export it again.") from fault


def _refused(code: str, path: Path, what: str, fix: str) -> Refused:
    return Refused([Problem(code, path.name, what, fix)])


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) == len(pairs):
        return found
    keys = [key for key, _ in pairs]
    doubled = _Doubled(found)
    doubled.twice = tuple(sorted(key for key in _KEYS & found.keys() if keys.count(key) > 1))
    return doubled if doubled.twice else found


def _integer(digits: str) -> float:
    """A whole number, exact up to the size that any field has."""
    return int(digits) if len(digits) < 20 else float(digits)


def _constant(name: str) -> None:
    raise json.JSONDecodeError(f"JSON has no {name}", name, 0)


def _shown(value: Any) -> str:
    """A value for a sentence: short, and never with characters that a terminal obeys."""
    if isinstance(value, dict | list):
        return "an object" if isinstance(value, dict) else "a list"
    words = json.dumps(value[:40] if isinstance(value, str) else value)
    return "missing" if value is None else words


def _submissions(root: _Spot) -> Iterator[_Spot]:
    """Every submission in the file, out of whatever the API wraps it in."""
    spot = root
    for _ in range(3):
        inner = [key for key in ("data", "submissions", "submission") if _has(spot.value, key)]
        if not inner or not spot.is_a(dict, "an object"):
            break
        spot = spot[inner[0]]
    if isinstance(spot.value, list):
        if not spot.value:
            spot.tell("no_submission", "There is no submission in it.", "Give at least one.", "warning")
        yield from spot
    else:
        yield spot


def _has(value: Any, key: str) -> bool:
    return isinstance(value, dict) and isinstance(value.get(key), dict | list)


def _participants(spot: _Spot) -> Iterator[Participant]:
    """One participant for each `ia` set of a submission."""
    if not spot.is_a(dict, "a submission, which is an object"):
        return
    if spot.value.keys().isdisjoint(_SUBMISSION):
        what = "It has none of the fields of a submission."
        spot.tell("not_a_submission", what, "Give what is sent to CMS, not an answer that tells of errors.")
        return
    who = _who(spot)
    sets = spot["measurementSets"]
    listed = sets.value is not None and sets.is_a(list, "a list")
    chosen = list(_ia_sets(sets)) if listed else []
    if not chosen:
        what = "There is no measurement set of category ia in it, so there is nothing to score."
        spot.tell("no_ia_set", what, "Leave it out, or add the activities.", "warning")
    programs: dict[str, list[str]] = defaultdict(list)
    for each in chosen:
        if found := _participant(each, spot["programName"], who):
            practice = found.practice
            programs[practice.mvp or practice.pathway].append(each.path)
            yield found
    for same in programs.values():
        if len(same) > 1:
            what = f"{', '.join(same)} are of one program; CMS takes the best of them and adds nothing up."
            spot.tell("several_sets", what, "Look at the best score.", "note")


def _who(spot: _Spot) -> _Who | None:
    """Who submits, or None with every reason why that cannot be told."""
    year = spot["performanceYear"]
    here = years()
    named = year.value if isinstance(year.value, int) and year.value in here else None
    if year.value is None:
        year.tell("missing_field", "It is missing.", f"Give a year from {here[0]} to {here[-1]}.")
    elif named is None or isinstance(year.value, bool):
        what = f"It is {_shown(year.value)} and must be a year from {here[0]} to {here[-1]}, without quotes."
        year.tell("unknown_year", what, "Correct the year.")
    kind = spot["entityType"]
    entities = _entities(named or here[-1])
    entity = entities.get(kind.value) if isinstance(kind.value, str) else None
    if kind.value is None:
        kind.tell("missing_field", "It is missing.", f"Give one of: {', '.join(entities)}.")
    elif entity is None:
        what = f"There is no {_shown(kind.value)} in {named or here[-1]}."
        kind.tell("unknown_entity", what, f"Use one of: {', '.join(entities)}.")
    ids = {key: _id(spot[key]) for key in IDS.get(str(kind.value), (ENTITY_ID,))} if entity else {}
    if entity is None or named is None or None in ids.values():
        return None
    if ids.get(NPI) and not _checks(ids[NPI] or ""):
        what = f"The check digit of {ids[NPI]} is wrong, so a digit is mistyped or the NPI is made up."
        spot[NPI].tell("npi_check_digit", what, "Compare it with the NPI registry.", "warning")
    practice = Practice(performance_year=named, entity=entity)
    return _Who(ids.get(TIN) or "", ids.get(NPI) or "", ids.get(ENTITY_ID) or "", practice)


@lru_cache
def _entities(year: int) -> Mapping[str, str]:
    """CMS's names for who reports, and ours."""
    names: dict[str, str] = yearbook(year).formats["qpp_json"]["entities"]
    return names


@lru_cache
def _programs(year: int) -> Mapping[str, tuple[str, str, str | None]]:
    """CMS's programs by their names in small letters: the exact name, our pathway, and the MVP."""
    names: dict[str, str] = yearbook(year).formats["qpp_json"]["programs"]
    found: dict[str, tuple[str, str, str | None]] = {
        name.lower(): (name, pathway, None) for name, pathway in names.items()
    }
    return found | {id.lower(): (id, "mvp", id) for id in catalogue(year).mvps}


def _id(spot: _Spot) -> str | None:
    """An id without stray blanks, and an activity's in capitals; None, with a problem, for none."""
    pattern, code, shape = _SHAPES[spot.path.rpartition(".")[2]]
    if spot.value is None:
        spot.tell("missing_field", "It is missing.", f"Give {shape}.")
        return None
    given = spot.value if isinstance(spot.value, str) else ""
    tidy = given.strip().upper() if code == "bad_measure_id" else given.strip()
    if not (re.fullmatch(pattern, tidy) and tidy.isprintable()):
        spot.tell(code, f"It is {_shown(spot.value)} and must be {shape}.", "Correct it.")
        return None
    _tidied(spot, tidy)
    return tidy


def _tidied(spot: _Spot, tidy: str) -> None:
    if tidy != spot.value:
        what = f"{_shown(spot.value)} is read as {_shown(tidy)}."
        spot.tell("id_tidied", what, "Send it to CMS without stray blanks and as CMS spells it.", "warning")


def _checks(npi: str) -> bool:
    """Whether the last digit of an NPI agrees with the others (Luhn's sum behind the prefix 80840)."""
    digits = [int(digit) for digit in reversed("80840" + npi)]
    return sum(digits[::2] + [sum(divmod(2 * digit, 10)) for digit in digits[1::2]]) % 10 == 0


def _ia_sets(sets: _Spot) -> Iterator[_Spot]:
    """The sets of category `ia`; what is skipped is named once."""
    skipped = []
    for each in sets:
        if not each.is_a(dict, "a measurement set, which is an object"):
            continue
        category = each["category"].value
        if category == "ia":
            yield each
        elif category in CATEGORIES[1:]:
            skipped.append(category)
        else:
            what = f"{_shown(category)} is not a category, so the set was not read."
            each["category"].tell("unknown_category", what, f"Use one of: {', '.join(CATEGORIES)}.")
    if skipped:
        what = f"Skipped: {', '.join(dict.fromkeys(skipped))}. Only improvement activities are scored here."
        sets.tell("skipped_categories", what, severity="note")


def _participant(spot: _Spot, fallback: _Spot, who: _Who | None) -> Participant | None:
    """What one `ia` set attests; None, naming the set, where it cannot be told by whom or to what."""
    method = spot["submissionMethod"]
    if method.value not in METHODS:
        what = f"It is {_shown(method.value)}."
        method.tell("unknown_method", what, f"CMS knows {' and '.join(METHODS)} for activities.", "warning")
    days = _day(spot["performanceStart"]), _day(spot["performanceEnd"])
    attested = tuple(_attestations(spot["measurements"], *days))
    named = spot["programName"]
    program = _program(named if named.value is not None else fallback, who) if who else None
    if who is None or program is None:
        why = "who submits it is not clear" if who is None else "its program is not known"
        what = f"It is not scored, nor its {counted(len(attested), 'measurement')}, because {why}."
        spot.tell("not_scored", what, "Mend the other problems of this submission.")
        return None
    name, pathway, mvp = program
    practice = replace(who.practice, pathway=pathway, mvp=mvp)
    label = f"{who.name} ({name})"
    return Participant(label, who.tin, who.npi, who.entity_id, spot.where, practice, attested)


def _program(spot: _Spot, who: _Who) -> tuple[str, str, str | None] | None:
    """The program's name, our pathway and the MVP; where none is given, traditional MIPS."""
    if spot.value is None:
        spot = replace(spot, value="mips")
    known = _programs(who.practice.performance_year)
    given = spot.value if isinstance(spot.value, str) else ""
    found = known.get(given.strip().lower())
    if found is None:
        names = ", ".join(name for name, _, _ in known.values())
        what = f"There is no program {_shown(spot.value)} in {who.practice.performance_year}."
        spot.tell("unknown_program", what, f"Use one of: {names}.")
        return None
    _tidied(spot, found[0])
    return found


def _day(spot: _Spot) -> date | None:
    """A day, or None, with a problem, where it is not known."""
    if spot.value is None:
        spot.tell("missing_field", "It is missing.", "Give the day as YYYY-MM-DD.")
        return None
    try:
        if not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", str(spot.value)):
            raise ValueError
        return date.fromisoformat(spot.value)
    except ValueError:
        spot.tell("bad_date", f"{_shown(spot.value)} is no day.", "Give the day as YYYY-MM-DD, in quotes.")
        return None


def _attestations(spot: _Spot, first: date | None, last: date | None) -> Iterator[Attestation]:
    """One attestation for each measurement that can be read."""
    if spot.value is None:
        spot.tell("no_measurements", "There are none.", "List the activities that were done.", "warning")
    elif spot.is_a(list, "a list"):
        if not spot.value:
            spot.tell("no_measurements", "It is empty.", "List the activities that were done.", "warning")
        for each in spot:
            if each.is_a(dict, "a measurement, which is an object"):
                id, value = _id(each["measureId"]), each["value"]
                if not isinstance(value.value, bool):
                    what = f"It is {_shown(value.value)} and must be true or false, without quotes."
                    value.tell("value_not_boolean", what, "Write true where the activity was done.")
                elif id is not None:
                    yield Attestation(id, first, last, value.value)
