"""What CMS would object to in a submission, before it is sent, and what it would wrongly let through.

Three judges are asked: CMS's own converter (by its error numbers), the guide of QRDA III documents, and
the rules of the year.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import cast

from lxml import etree

from mips_ia.attestation import Verdict, verdicts
from mips_ia.catalogue import catalogue
from mips_ia.formats import qpp_json, qrda3
from mips_ia.formats.cms_errors import CmsError
from mips_ia.formats.intake import kind_of
from mips_ia.formats.like_cms import answer_to, converter_years
from mips_ia.formats.participants import Intake, Participant
from mips_ia.formats.qrda3_nodes import DOCUMENT
from mips_ia.formats.qrda3_structure import structure_problems
from mips_ia.formats.safe_xml import content, root
from mips_ia.problems import Problem, Refused
from mips_ia.reading.yearbook import formats_of, years
from mips_ia.rules import rules
from mips_ia.standing import problems as wrong_with

# Our codes of what CMS's converter says by a number of its own; then its number is shown.
_SAID_BY_CMS: Mapping[str, frozenset[int]] = {
    "not_qrda3": frozenset({5}),
    "no_ia_section": frozenset({23}),
    "unknown_program": frozenset({24, 25}),
    "no_measurements": frozenset({43}),
    "no_period": frozenset({44}),
    "value_not_boolean": frozenset({50, 51}),
    "bad_date": frozenset({3, 29, 30, 69}),
    "bad_entity_id": frozenset({78}),
    "unknown_year": frozenset({3, 29, 44, 69}),
}
# Our codes of what a rule on the structure of documents says; then the number of that rule is shown.
_SAID_BY_STRUCTURE: Mapping[str, frozenset[str]] = {
    "npi_check_digit": frozenset({"CMS_0117"}),
    "bad_npi": frozenset(
        {"CMS_0115", "CMS_0116", "5562-18177_C01", "5562-18178_C01-MIPSINDIV-assignedEntity"}
    ),
    "bad_tin": frozenset({"CMS_0119", "CMS_82", "CMS_112"}),
    "bad_entity_id": frozenset({"CMS_83", "CMS_109", "CMS_114"}),
}
_QUIET = ("note",)
_TAKEN = ("attested_no",)  # CMS takes it, and it earns nothing
MOST_ELEMENTS = 100_000  # in a document whose structure is judged; a hundred activities come to two thousand
_HOW_MANY = etree.XPath("count(//*)")


def preflight(path: Path) -> tuple[Problem, ...]:
    """Every problem of a QPP Submissions JSON or QRDA III file, in the order of the judges.

    Raises `Refused` where the file is neither.
    """
    kind = kind_of(path)
    if kind == "qpp-json":
        intake = qpp_json.read(path)
        return (*intake.problems, *_by_rules(intake))
    if kind == "qrda3":
        return _of_qrda3(path)
    what = "It is neither QPP Submissions JSON nor QRDA III."
    raise Refused([Problem("no_submission_file", path.name, what, "Give what is to be sent to CMS.")])


def _of_qrda3(path: Path) -> tuple[Problem, ...]:
    try:
        given = content(path)
    except Refused as refusal:
        return refusal.problems
    try:
        tree = root(given, path.name)
    except Refused:
        return (CmsError(2).problem(path.name),)
    intake = qrda3.of_tree(tree, path.name)
    year = _year(tree, intake)
    built = _by_structure(tree, path.name, year)
    said = [*_by_converter(tree, path.name, year)]
    codes = {int(problem.cite.rpartition(" ")[2]) for problem in said}
    ids = {id for problem in built for id in problem.cite.removeprefix("CMS schematron ").split(", ")}
    ours = [each for each in intake.problems if not _is_said(each.code, codes, ids)]
    return (*said, *built, *ours, *_by_rules(intake))


def _is_said(code: str, codes: set[int], ids: set[str]) -> bool:
    """Whether CMS's converter, by its numbers, or a rule of structure says what a code of ours would say."""
    return bool(
        _SAID_BY_CMS.get(code, frozenset()) & codes or _SAID_BY_STRUCTURE.get(code, frozenset()) & ids
    )


def _by_structure(tree: etree._Element, name: str, year: int | None) -> list[Problem]:
    """What the guide of the document's year objects to, where it is known."""
    if year is None or year not in known_years():
        return []
    if cast(float, _HOW_MANY(tree)) > MOST_ELEMENTS:
        what = f"It has more than {MOST_ELEMENTS:,} elements, so that its structure was not judged."
        fix = "Send improvement activities in a document of their own."
        return [Problem("document_structure", name, what, fix, severity="unknown")]
    return [*structure_problems(tree, name, year)]


def _year(tree: etree._Element, intake: Intake) -> int | None:
    """The performance year of a document: of who reports, or else of its period, or of its template id."""
    found = [who.practice.performance_year for who in intake.participants]
    starts = (each.get("value") or "" for each in tree.iterfind(".//{*}act/{*}effectiveTime/{*}low"))
    found += [year for start in starts for year in years() if start.startswith(str(year))]
    given = {each.get("extension") for each in tree.iterfind("{*}templateId") if each.get("root") == DOCUMENT}
    found += [year for year in reversed(known_years()) if formats_of(year)["qrda3"]["document"] in given]
    return next(iter(found), None)


def _by_converter(tree: etree._Element, name: str, year: int | None) -> Iterator[Problem]:
    """What CMS's converter of the document's year says; of a year that is not known, the newest."""
    year = year if year in known_years() else converter_years()[-1]
    try:
        for error in answer_to(tree, name, year).errors:
            yield error.problem(name)
    except Refused:
        return  # the reader has said why


def _by_rules(intake: Intake) -> Iterator[Problem]:
    """What the rules of the year object to, for each who reports."""
    for who in intake.participants:
        year, listed = rules(who.practice.performance_year), catalogue(who.practice.performance_year)
        yield from (replace(problem, where=who.where) for problem in wrong_with(who.practice, year))
        yield from _contradictions(who)
        found = verdicts(who.attestations or (), who.practice, year, listed)
        yield from _together(who.where, found)


def _contradictions(who: Participant) -> Iterator[Problem]:
    answers: dict[str, set[bool | None]] = {}
    for each in who.attestations or ():
        answers.setdefault(each.activity, set()).add(each.done)
    for id, given in answers.items():
        if {True, False} <= given:
            what = f"{id} is attested both as done and as not done."
            yield Problem("contradictory", who.where, what, "Leave one of the two.", "QPP Submissions API")


def _together(where: str, found: Sequence[Verdict]) -> Iterator[Problem]:
    """The reasons of all activities, each once, with the activities that have it."""
    reasons: dict[tuple[str, str, str, str, str], list[str]] = {}
    for verdict in found:
        for each in verdict.problems:
            if each.severity not in _QUIET:
                severity = "warning" if each.code in _TAKEN else each.severity
                key = (each.code, each.what, each.fix, each.cite, severity)
                reasons.setdefault(key, []).append(verdict.attestation.activity)
    for (code, what, fix, cite, severity), ids in reasons.items():
        named = [id for id in dict.fromkeys(ids) if id not in what]
        yield Problem(code, ", ".join([where, *_few(named)]), what, fix, cite, severity)


def _few(ids: Iterable[str]) -> list[str]:
    listed = [*ids]
    return listed if len(listed) <= 4 else [*listed[:3], f"{len(listed) - 3} more"]


def known_years() -> tuple[int, ...]:
    """The performance years of which documents can be checked."""
    return tuple(year for year in years() if "qrda3" in formats_of(year))
