"""What CMS's own converter of a reporting year makes of a QRDA III document: its JSON, or its errors.

It is lenient where the rules are not; what it wrongly lets through is found by the pre-flight check.
Source: CMSgov/qpp-conversion-tool, and what it gave when it was run.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Any

from lxml import etree

from mips_ia.formats.cms_errors import CmsError
from mips_ia.formats.qrda3_nodes import (
    ACT,
    ACTIVITY,
    COUNT,
    DOCUMENT,
    IA_SECTION,
    MEASURE_SECTION,
    PERFORMED,
    PI_SECTION,
    Node,
    document,
)
from mips_ia.formats.safe_xml import root
from mips_ia.problems import Problem, Refused
from mips_ia.reading.yearbook import formats_of, years

MOST_ERRORS = 100


@dataclass(frozen=True, slots=True)
class Answer:
    """What the converter gives: the submission, or the errors; never both."""

    submission: dict[str, Any] | None
    errors: tuple[CmsError, ...]


def converter_years() -> tuple[int, ...]:
    """The reporting years whose converter is known."""
    return tuple(year for year in years() if "converter" in formats_of(year))


def answer(content: bytes, name: str, year: int) -> Answer:
    """What CMS's converter of a reporting year answers to a document.

    Raises `Refused` where that converter is not known, or the document has more elements than are read.
    """
    if "converter" not in formats_of(year):
        known = ", ".join(map(str, converter_years()))
        what = f"CMS's converter of {year} is not known here."
        raise Refused([Problem("unknown_converter", str(year), what, f"Use one of: {known}.")])
    try:
        tree = root(content, name)
    except Refused:
        return Answer(None, (CmsError(2),))
    return answer_to(tree, name, year)


def answer_to(tree: etree._Element, name: str, year: int) -> Answer:
    """The same of a document that is parsed, by its root, and of any year of which QRDA III is known.

    Where the converter of that year is not known, it is the newest that is, with the year's own ids and
    programs.
    """
    formats = dict(formats_of(year))
    formats.setdefault("converter", formats_of(converter_years()[-1])["converter"])
    given = [(each.get("root"), each.get("extension")) for each in tree.findall("{*}templateId")]
    right = (DOCUMENT, formats["qrda3"]["document"]) in given
    node = document(tree, name, own_section="own_section" in formats["qrda3"]) if right else None
    if node is None:
        return Answer(None, (CmsError(5),))
    starts = [value for act in _every(node, ACT) for value in _days(act, "low")]
    if any(len(start) < 4 for start in starts):
        return Answer(None, (CmsError(3),))
    errors = [*islice(_distinct(_errors(node, year, formats)), MOST_ERRORS + 1)]
    if len(errors) > MOST_ERRORS:
        errors[-1] = CmsError(82)
    if not errors and not (starts and re.fullmatch("[0-9]{4}", starts[0][:4])):
        errors = [CmsError(3)]
    return Answer(None, tuple(errors)) if errors else Answer(_submission(node, starts, formats), ())


def _distinct(errors: Iterable[CmsError]) -> Iterator[CmsError]:
    """Each error once; where it stands costs time to tell, so that only those shown are looked at."""
    met: set[CmsError] = set()
    for each in errors:
        if each not in met:
            met.add(each)
            yield each


def _every(node: Node, kind: str) -> Iterator[Node]:
    """Every node of a kind, in the order of the document."""
    for child in node.children:
        if child.kind == kind:
            yield child
        yield from _every(child, kind)


def _days(act: Node, which: str) -> list[str]:
    """The `low` or `high` values of a reporting parameters act."""
    return act.values(("effectiveTime", which), "value")


def _program(node: Node, formats: Mapping[str, Any]) -> tuple[str, str] | None:
    """Who reports, and to what, where the converter knows the program."""
    (given,) = node.stated("program") or ("",)
    known = {name: (each["entity"], each["program"]) for name, each in formats["qrda3"]["programs"].items()}
    known["MIPS"] = ("individual", "mips")
    return known.get(given.upper())


def _errors(node: Node, year: int, formats: Mapping[str, Any]) -> Iterator[CmsError]:
    yield from _of_document(node, year, formats)
    for section in _every(node, IA_SECTION):
        yield from _of_section(section)
    for count in _every(node, COUNT):
        if len(count.values(("value",), "value")) != 1:
            yield _at(count, 8, "Aggregate Count")


def _at(node: Node, code: int, where: str) -> CmsError:
    line = node.element.sourceline
    return CmsError(code, where, node.path, line if isinstance(line, int) else None)


def _of_document(node: Node, year: int, formats: Mapping[str, Any]) -> Iterator[CmsError]:
    where = "Clinical Document"
    ia = node.of(IA_SECTION)
    if not (ia or node.of(PI_SECTION, MEASURE_SECTION)):
        yield _at(node, 23, where)
    for code, sections in ((26, node.of(PI_SECTION)), (27, ia), (27, node.of(MEASURE_SECTION))):
        if len(sections) > 1:
            yield _at(node, code, where)
    programs = node.stated("program")
    if len(programs) != 1:
        yield _at(node, 24, where)
    elif programs[0].upper() in formats["converter"]["primary_care"]:
        yield from _of_primary_care(node, year, formats["converter"])
    elif (known := _program(node, formats)) is None:
        yield _at(node, 25, where)
    elif known[0] == "virtualGroup" and not node.stated("virtual_group"):
        yield _at(node, 78, where)


def _of_primary_care(node: Node, year: int, converter: Mapping[str, Any]) -> Iterator[CmsError]:
    """Primary care programs (PCF, CPC+) report no activities; the converter says so by what is missing."""
    if not node.of(MEASURE_SECTION):
        yield _at(node, 36, "Clinical Document")
    letters = converter["certification"]
    shape = rf"[A-Za-z0-9]{{2}}15[{letters}][A-Za-z0-9]{{10}}"
    if letters and not any(re.fullmatch(shape, id) for id in node.stated("certification")):
        yield _at(node, 97, "Clinical Document")
    for act in _every(node, ACT):
        for code, which, day in ((55, "low", f"{year}0101"), (56, "high", f"{year}1231")):
            if _days(act, which)[:1] != [day]:
                yield _at(act, code, "IA Section")


def _of_section(section: Node) -> Iterator[CmsError]:
    acts, activities = section.of(ACT), section.of(ACTIVITY)
    if not activities:
        yield _at(section, 43, "IA Section")
    elif len(acts) != 1:
        yield _at(section, 44, "IA Section")
    elif len(acts) + len(activities) < len(section.children):
        yield _at(section, 45, "IA Section")
    for activity in activities:
        performed = activity.of(PERFORMED)
        where = f"Improvement Activity {_id(activity) or ''}".strip()
        if len(performed) != 1:
            yield _at(activity, 50, where)
        for each in performed:
            values = each.values(("value",), "code")
            if len(values) != 1 or values[0].upper() not in ("Y", "N"):
                yield _at(each, 51, where)
    for act in acts:
        yield from _of_act(act)


def _of_act(act: Node) -> Iterator[CmsError]:
    """Of the period the converter names only the first fault."""
    low, high = _days(act, "low"), _days(act, "high")
    if len(low) != 1:
        yield _at(act, 29, "IA Section")
    elif len(high) != 1:
        yield _at(act, 30, "IA Section")
    elif not (_day(low[0]) and _day(high[0])):
        yield _at(act, 69, "IA Section")


def _day(given: str) -> str:
    """A day as the converter writes it, YYYY-MM-DD, or nothing where it cannot read it."""
    digits = re.sub("[-/]", "", given)[:8]
    if not re.fullmatch(r"[0-9]{4}(0[1-9]|1[0-2])(0[1-9]|[12][0-9]|3[01])", digits):
        return ""
    return f"{digits[:4]}-{digits[4:6]}-{digits[6:]}"


def _id(activity: Node) -> str | None:
    given = activity.values(("reference", "externalDocument", "id"), "extension")
    return given[0] if given else None


def _submission(node: Node, starts: list[str], formats: Mapping[str, Any]) -> dict[str, Any]:
    """The submission, in the converter's order, without what is absent."""
    entity, program = _program(node, formats) or ("", "")
    found: dict[str, Any] = {"performanceYear": int(starts[0][:4]), "entityType": entity}
    if entity == "individual":
        found["nationalProviderIdentifier"] = _first(node, "npi")
    if entity not in ("apm", "subgroup"):
        found["taxpayerIdentificationNumber"] = _first(node, "tin")
    kind = {"virtualGroup": "virtual_group", "apm": "apm", "subgroup": "subgroup"}.get(entity)
    found["entityId"] = kind and _first(node, kind)
    sections = node.of(IA_SECTION)
    found["measurementSets"] = [_set(section, node, entity, program, formats) for section in sections]
    return {name: value for name, value in found.items() if value is not None}


def _first(node: Node, name: str) -> str | None:
    given = node.stated(name)
    return given[0] if given else None


def _set(section: Node, node: Node, entity: str, program: str, formats: Mapping[str, Any]) -> dict[str, Any]:
    mvp = _first(node, "mvp") if formats["converter"]["mvp"] and entity != "virtualGroup" else None
    (act,) = section.of(ACT)
    measurements = []
    for activity in section.of(ACTIVITY):
        (performed,) = activity.of(PERFORMED)
        yes = performed.values(("value",), "code")[0].upper() == "Y"
        id = _id(activity)
        measurements.append({"value": yes} if id is None else {"measureId": id, "value": yes})
    return {
        "category": "ia",
        "submissionMethod": "electronicHealthRecord",
        "measurements": measurements,
        "programName": mvp if mvp and program == "mips" else program,
        "performanceStart": _day(_days(act, "low")[0]),
        "performanceEnd": _day(_days(act, "high")[0]),
    } | ({"source": "qrda3"} if formats["converter"]["marks_source"] else {})
