"""What CMS would object to in a submission, before it is sent, and what it would wrongly let through.

Three judges are asked: CMS's own converter (by its error numbers), the guide of QRDA III documents, and
the rules of the year.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from mips_ia.attestation import Verdict, verdicts
from mips_ia.catalogue import catalogue
from mips_ia.formats import qpp_json, qrda3
from mips_ia.formats.intake import kind_of
from mips_ia.formats.like_cms import answer, converter_years
from mips_ia.formats.participants import Intake, Participant
from mips_ia.formats.safe_xml import content
from mips_ia.problems import Problem, Refused
from mips_ia.reading.yearbook import yearbook, years
from mips_ia.rules import rules
from mips_ia.standing import problems as wrong_with

# Our codes of what CMS's converter says by a number of its own; then its number is shown.
_SAID_BY_CMS: Mapping[str, frozenset[int]] = {
    "not_xml": frozenset({2}),
    "doctype": frozenset({2}),
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
_QUIET = ("note",)


def preflight(path: Path) -> tuple[Problem, ...]:
    """Every problem of a QPP Submissions JSON or QRDA III file, in the order of the judges.

    Raises `Refused` where the file is neither.
    """
    kind = kind_of(path)
    if kind == "qpp-json":
        intake = qpp_json.read(path)
        return (*intake.problems, *_by_rules(intake))
    if kind == "qrda3":
        intake = qrda3.read(path)
        said = [*_by_converter(path, intake)]
        codes = {int(problem.cite.rpartition(" ")[2]) for problem in said}
        ours = [each for each in intake.problems if not _SAID_BY_CMS.get(each.code, frozenset()) & codes]
        return (*said, *ours, *_by_rules(intake))
    what = "It is neither QPP Submissions JSON nor QRDA III."
    raise Refused([Problem("no_submission_file", path.name, what, "Give what is to be sent to CMS.")])


def _by_converter(path: Path, intake: Intake) -> Iterator[Problem]:
    """What CMS's converter of the document's year says; of a year that is not known, the newest."""
    year = next((who.practice.performance_year for who in intake.participants), converter_years()[-1])
    if "qrda3" not in yearbook(year).formats:
        year = converter_years()[-1]
    try:
        for error in answer(content(path), path.name, year, assumed=True).errors:
            yield error.problem(path.name)
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
                key = (each.code, each.what, each.fix, each.cite, each.severity)
                reasons.setdefault(key, []).append(verdict.attestation.activity)
    for (code, what, fix, cite, severity), ids in reasons.items():
        named = [id for id in dict.fromkeys(ids) if id not in what]
        yield Problem(code, ", ".join([where, *_few(named)]), what, fix, cite, severity)


def _few(ids: Iterable[str]) -> list[str]:
    listed = [*ids]
    return listed if len(listed) <= 4 else [*listed[:3], f"{len(listed) - 3} more"]


def known_years() -> tuple[int, ...]:
    """The performance years of which documents can be checked."""
    return tuple(year for year in years() if "qrda3" in yearbook(year).formats)
