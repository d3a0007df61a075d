"""QRDA Category III: who attests what, as participants to be scored. Read tolerantly, of every year.

Sections of other categories are skipped with a note. Every activity of a document ends in an
attestation or is named in a problem. Writing is strict, and a module of its own.
"""

import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import date
from pathlib import Path

from lxml import etree

from mips_ia.attestation import Attestation
from mips_ia.formats.ids import is_npi, is_tin, npi_checks
from mips_ia.formats.json_file import shown
from mips_ia.formats.participants import Intake, Participant
from mips_ia.formats.qrda3_nodes import (
    ACT,
    ACTIVITY,
    IA_SECTION,
    MEASURE_SECTION,
    PERFORMED,
    PI_SECTION,
    Node,
    document,
)
from mips_ia.formats.safe_xml import content, root
from mips_ia.formats.submissions import QRDA, cms_words, on_program, program_names
from mips_ia.problems import Problem, Refused
from mips_ia.reading.yearbook import formats_of, years
from mips_ia.standing import Practice

_CITE = "CMS QRDA III Implementation Guide"
_NAMES = {
    "npi": "NPI",
    "tin": "TIN",
    "virtual_group": "virtual group id",
    "apm": "APM Entity id",
    "subgroup": "subgroup id",
}
_ENTITY_IDS = {"virtualGroup": "virtual_group", "apm": "apm", "subgroup": "subgroup"}


class _Told(list[Problem]):
    """The problems of one document."""

    def tell(self, code: str, where: str, what: str, fix: str = "", severity: str = "error") -> None:
        self.append(Problem(code, where, what, fix, _CITE, severity))


def read(path: Path) -> Intake:
    """Everybody in a document, one participant for each section of activities, and every fault met."""
    try:
        tree = root(content(path), path.name)
    except Refused as refusal:
        return Intake((), refusal.problems, 1)
    return of_tree(tree, path.name)


def of_tree(tree: etree._Element, name: str) -> Intake:
    """The same of a document that is parsed, by its root."""
    told = _Told()
    found: list[Participant] = []
    try:
        found = [*_participants(_document(tree, name), name, told)]
    except Refused as refusal:
        told += refusal.problems
    return Intake(tuple(found), tuple(told), 1)


def _document(tree: etree._Element, name: str) -> Node:
    node = document(tree, name, own_section=True)
    if node is None:
        what = "It is no QRDA III document: it lacks CMS's document template."
        raise Refused([Problem("not_qrda3", name, what, "Give a QRDA III document.", _CITE)])
    return node


def _participants(node: Node, name: str, told: _Told) -> Iterator[Participant]:
    sections = node.of(IA_SECTION)
    if others := node.of(PI_SECTION, MEASURE_SECTION):
        what = f"{len(others)} of its sections are of other categories and were skipped."
        told.tell("skipped_categories", name, what, severity="note")
    if not sections:
        what = "It has no section of improvement activities, so nothing is scored."
        told.tell("no_ia_section", name, what, "Leave it out, or add the activities.", "warning")
    for section in sections:
        if found := _participant(section, node, name, told):
            yield found


def _participant(section: Node, node: Node, name: str, told: _Told) -> Participant | None:
    """What one section attests; None, with every reason, where it cannot be told by whom or for what year."""
    where = f"{name}, line {section.element.sourceline}"
    first, last = _period(section, where, told)
    attested = tuple(_attestations(section, first, last, where, told))
    if not attested:
        told.tell(
            "no_measurements",
            where,
            "There are no activities in it.",
            "List those that were done.",
            "warning",
        )
    year = first.year if first else None
    if year is None or year not in years():
        here = years()
        what = f"The period's first day gives the year, and it is none from {here[0]} to {here[-1]}."
        told.tell("unknown_year", where, what, "Correct the period.")
        return None
    who = _who(node, year, name, told)
    program = _program(node, year, name, told) if who else None
    if who is None or program is None:
        return None
    who = replace(who, where=where, attestations=attested, program=program, method=QRDA)
    return replace(who, practice=on_program(who.practice, program))


def _period(section: Node, where: str, told: _Told) -> tuple[date | None, date | None]:
    """The first and the last day of the section's period, each None where it cannot be read."""
    acts = section.of(ACT)
    if len(acts) != 1:
        what = f"It has {len(acts)} reporting parameters acts, and must have one."
        told.tell("no_period", where, what, "Give one period for all activities.")
        return None, None
    days = []
    for which, word in (("low", "first"), ("high", "last")):
        given = acts[0].values(("effectiveTime", which), "value")
        day = _day(given[0]) if len(given) == 1 else None
        if day is None:
            what = f"The {word} day of the period is not given once as YYYYMMDD."
            told.tell("bad_date", where, what, "Correct it; until then no activity counts for certain.")
        days.append(day)
    return days[0], days[1]


def _day(given: str) -> date | None:
    digits = re.sub("[-/]", "", given)[:8]
    with suppress(ValueError):
        if re.fullmatch("[0-9]{8}", digits):
            return date(int(digits[:4]), int(digits[4:6]), int(digits[6:]))
    return None


def _attestations(
    section: Node, first: date | None, last: date | None, of: str, told: _Told
) -> Iterator[Attestation]:
    """One attestation for each activity of a section that can be read."""
    for activity in section.of(ACTIVITY):
        where = f"{of.rpartition(', line ')[0]}, line {activity.element.sourceline}"
        ids = activity.values(("reference", "externalDocument", "id"), "extension")
        answers = [
            value.upper() for each in activity.of(PERFORMED) for value in each.values(("value",), "code")
        ]
        id = ids[0].strip().upper() if ids else ""
        if not id or not id.isprintable() or len(id) > 64:
            told.tell("bad_measure_id", where, "The activity has no id that can be read.", "Give its id.")
        elif len(answers) != 1 or answers[0] not in ("Y", "N"):
            what = f"Whether {id} was performed is not one Y or N."
            told.tell("value_not_boolean", where, what, "Give Y where it was done.")
        else:
            if id != ids[0]:
                what = f"{shown(ids[0])} is read as {id}."
                told.tell("id_tidied", where, what, "Send it to CMS as CMS spells it.", "warning")
            yield Attestation(id, first, last, answers[0] == "Y")


def _given_program(node: Node) -> str:
    given = node.stated("program")
    return given[0].strip().upper() if len(given) == 1 else ""


def _programs(year: int) -> dict[str, dict[str, str]]:
    """The programs of documents in a year, with `entity` and `program`; none where it has no guide."""
    found: dict[str, dict[str, str]] = formats_of(year).get("qrda3", {}).get("programs", {})
    return {"MIPS": {"entity": "individual", "program": "mips"}, **found} if found else {}


def _who(node: Node, year: int, name: str, told: _Told) -> Participant | None:
    """Who reports, as yet without attestations; None, with every reason, where that cannot be told."""
    programs = _programs(year)
    known = programs.get(_given_program(node))
    if known is None:
        listed = ", ".join(programs) or "none: the year's guide is not known"
        stated = node.stated("program")
        named = ", ".join(map(shown, stated[:3])) + ", …" * (len(stated) > 3)
        what = f"It must name one program of {year}, and names {named or 'none'}."
        told.tell("unknown_program", name, what, f"Use one of: {listed}.")
        return None
    entity = cms_words(year)["entities"][known["entity"]]
    tin, npi, entity_id = ("", "", "")
    missing = len(told)
    if entity in ("individual", "group"):
        tin = _id(node, "tin", is_tin, "bad_tin", "9 digits", name, told)
    if entity == "individual":
        npi = _id(node, "npi", is_npi, "bad_npi", "10 digits", name, told)
    if kind := _ENTITY_IDS.get(known["entity"]):
        entity_id = _id(node, kind, _is_entity_id, "bad_entity_id", "1 to 64 visible characters", name, told)
    if any(problem.severity == "error" for problem in told[missing:]):
        return None
    if npi and not npi_checks(npi):
        what = f"The check digit of {npi} is wrong: a digit is mistyped, or the NPI is made up."
        told.tell("npi_check_digit", name, what, "Compare it with the NPI registry.", "warning")
    return Participant("", tin, npi, entity_id, "", Practice(performance_year=year, entity=entity), None)


def _is_entity_id(given: str) -> bool:
    return re.fullmatch(r"\S{1,64}", given) is not None and given.isprintable()


def _id(node: Node, kind: str, fits: object, code: str, shape: str, name: str, told: _Told) -> str:
    """An id of the header without stray blanks; empty, with a problem, where it is missing or misshapen."""
    given = [value.strip() for value in node.stated(kind)]
    if given and callable(fits) and fits(given[0]):
        return given[0]
    what = f"Its {_NAMES[kind]} is {shown(given[0])}" if given else f"It has no {_NAMES[kind]}"
    told.tell(code, name, f"{what} and must have {shape}.", "Correct it.")
    return ""


def _program(node: Node, year: int, name: str, told: _Told) -> str | None:
    """CMS's word for what is reported to: an MVP where the document names one and it can apply."""
    known = _programs(year)[_given_program(node)]
    mvps = [value.strip() for value in node.stated("mvp")]
    if not mvps:
        return known["program"]
    if known["program"] != "mips" or known["entity"] == "virtualGroup":
        what = f"It names the MVP {shown(mvps[0])}, which CMS ignores under {_given_program(node)}."
        told.tell("mvp_ignored", name, what, "Leave the MVP out, or use another program.", "warning")
        return known["program"]
    spelled = program_names(year).get(mvps[0].lower())
    if spelled is None:
        what = f"There is no MVP {shown(mvps[0])} in {year}."
        told.tell("unknown_mvp", name, what, "Give the id of an MVP of the year.")
    return spelled
