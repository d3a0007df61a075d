"""The files for CMS, made from what is Met and from nothing else, and what is objected to in them."""

import hashlib
import json
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from mips_ia.formats import qpp_json_write, qrda3_write
from mips_ia.formats.participants import Participant
from mips_ia.formats.plain import plain_problem, plain_score
from mips_ia.formats.preflight import preflight
from mips_ia.formats.submissions import Submission, derived
from mips_ia.planning.side_by_side import granted
from mips_ia.portal.told.assumed import assumed, of_one
from mips_ia.portal.told.readings import why
from mips_ia.portal.told.sent import days, left_out
from mips_ia.portal.told.steps import assumptions
from mips_ia.problems import Problem, Refused

GROUP = ""  # the name of the one document of a group; those of individuals are named by their NPI


@dataclass(frozen=True)
class Outgoing:
    """What would be sent: the submissions, the files, and everything there is to say against them.

    `notes` name what is left out and how the range of days comes about; `json_problems` and
    `document_problems` are those of each file's pre-flight, and `refused` what stops everything. Where
    it is not `checked`, no document was written and no file looked at.
    """

    submissions: tuple[Submission, ...]
    qpp_json: str
    documents: dict[str, str]
    notes: tuple[Problem, ...]
    refused: tuple[Problem, ...] = ()
    json_problems: tuple[Problem, ...] = ()
    document_problems: tuple[Problem, ...] = ()
    activities: list[str] = field(default_factory=list)
    checked: bool = True

    @cached_property
    def stops(self) -> list[Problem]:
        """What must be mended before the year can be locked."""
        files = (*self.json_problems, *self.document_problems)
        return [*self.refused, *(each for each in files if each.severity == "error")]

    @cached_property
    def unsure(self) -> list[Problem]:
        """What does not stop it, and is named."""
        files = (*self.json_problems, *self.document_problems)
        return [each for each in files if each.severity != "error"]

    @cached_property
    def days(self) -> tuple:
        """The first and the last day of all that is sent; None and None where there is nothing."""
        sets = [each.sets[0] for each in self.submissions]
        return min((s.first for s in sets), default=None), max((s.last for s in sets), default=None)


def outgoing(ledger, at, check=True) -> Outgoing:
    """The files of a moment. What cannot be made says why in `refused` or among the problems.

    Without `check` the documents, one for each individual, are neither written nor looked at.
    """
    found, notes, refused = [], [], [*_lacking(ledger)]
    for who in participants(ledger) if not refused else ():
        try:
            one, told = derived(who)
        except Refused as refusal:
            refused += refusal.problems
            continue
        notes += told
        if one.sets[0].activities and one.sets[0].first:
            found.append(one)
    if not (found or refused):
        what = "No activity is Met, so that there is nothing to send."
        refused.append(Problem("nothing_to_send", str(ledger.year), what, _instead(ledger)))
    if not found:
        return Outgoing((), "", {}, tuple(notes), tuple(refused))
    text = qpp_json_write.write(found)
    activities = sorted({id for each in found for id, done in each.sets[0].activities if done})
    if not check:
        return Outgoing(
            tuple(found), text, {}, tuple(notes), tuple(refused), activities=activities, checked=False
        )
    documents, unwritten = _documents(found, at)
    return Outgoing(
        tuple(found), text, documents, tuple(notes), tuple(refused), _checked({"qpp.json": text}),
        (*unwritten, *_checked({f"{name or 'qrda3'}.xml": each for name, each in documents.items()})),
        activities,
    )  # fmt: skip


def _lacking(ledger) -> Iterator[Problem]:
    if ledger.problem:
        yield from ledger.problem.problems
    for name, what in (("report_as", "how you report"), ("pathway", "your pathway")):
        if name in ledger.lacking:
            yield Problem("lacking", str(ledger.year), f"Nobody has said {what}.", "Say it in the setup.")


def _instead(ledger) -> str:
    """What to do where nothing can be sent: nothing, where full credit needs no activity."""
    clause = granted(ledger.assessment.profile, ledger.rules)
    return f"None is needed: {clause.says}." if clause else "See the score for what is missing."


def participants(ledger) -> Iterator[Participant]:
    """Who reports: the group or entity, or each clinician where they report as individuals."""
    practice = ledger.row.practice
    if ledger.practice.many:
        given = tuple(each.attestation for each in ledger.tallies)
        yield Participant(
            practice.name, practice.tin, "", ledger.row.entity_id, practice.name, ledger.practice, given
        )
        return
    for person in ledger.counted:
        found = ledger.alone(person).found
        clinician = person.clinician
        given = tuple(each.attestation for each in found.verdicts)
        yield Participant(
            clinician.name, practice.tin, clinician.npi, "", clinician.name, found.practice, given
        )


def _documents(found, at) -> tuple[dict[str, str], list[Problem]]:
    """A document for each submission, and why one could not be written."""
    written, unwritten = {}, {}
    for each in found:
        try:
            written[each.npi or GROUP] = qrda3_write.write(each, at).decode()
        except Refused as refusal:
            for problem in refusal.problems:  # nothing is wrong with what is reported: CMS takes it as JSON
                unwritten[problem.what] = Problem(
                    problem.code, problem.where, problem.what, problem.fix, problem.cite, "unknown"
                )
    return written, [*unwritten.values()]


def _checked(files) -> tuple[Problem, ...]:
    """What the pre-flight says of files as they would be uploaded.

    No file says how many sites are medical homes, so that is not asked of it: who attests it here has said.
    """
    with tempfile.TemporaryDirectory() as room:
        found = []
        for name, text in files.items():
            path = Path(room) / name
            path.write_text(text)
            found += [each for each in preflight(path) if each.code != "sites_unknown"]
        return tuple(found)


# ---- What a lock remembers


def answer(ledger, out: Outgoing) -> dict:
    """Everything that a locked year came to, as plain data."""
    first, last = out.days
    group = ledger.practice.many
    return {
        "performance_year": ledger.year, "rules_edition": ledger.rules.edition,
        "as_of": ledger.today.isoformat(), "report_as": ledger.row.report_as, "pathway": ledger.row.pathway,
        "mvp": ledger.row.mvp, "score": plain_score(ledger.assessment.score) if group else None,
        "counted": out.activities, "activities": _activities(ledger, out) if group else [],
        "individuals": [] if group else _individuals(ledger, out),
        "assumptions": _assumptions(ledger.assessment, assumed(ledger)) if group else [],
        "not_sent": left_out(ledger, out), "days": days(ledger, out),
        "first": first and first.isoformat(), "last": last and last.isoformat(),
        "left_out": [*_left_out(ledger, out)],
        "unsure": [plain_problem(each) for each in out.unsure],
        "clinicians": len(ledger.counted), "denominator": ledger.row.denominator,
        "denominator_reason": ledger.row.denominator_reason, "roster": roster_digest(ledger),
        "documents": {} if group else out.documents,
    }  # fmt: skip


def _left_out(ledger, out):
    """What is not sent and why; what depends on who is counted, with both readings."""
    both = {each.activity: each for each in ledger.tallies if each.undecided}
    for note in out.notes:
        if note.code == "left_out":
            about = next((each for id, each in both.items() if note.what.startswith(f"{id} ")), None)
            why_not = about and f"{about.activity} is left out. {why(ledger, about)}"
            yield why_not or note.what


def _activities(ledger, out):
    return [
        {"activity": each.activity, "title": ledger.listed.activities[each.activity].title,
         "clinicians": each.counting, "of": each.of, "needed": each.needed,
         "first": each.attestation.first.isoformat(), "last": each.attestation.last.isoformat()}
        for each in ledger.tallies if each.activity in out.activities
    ]  # fmt: skip


def _individuals(ledger, out):
    found = {person.clinician.npi: (person, ledger.alone(person).found) for person in ledger.counted}
    return [
        {"npi": each.npi, "name": found[each.npi][0].clinician.name,
         "activities": [id for id, _ in each.sets[0].activities],
         "first": each.sets[0].first.isoformat(), "last": each.sets[0].last.isoformat(),
         "points": found[each.npi][1].score.points, "score": plain_score(found[each.npi][1].score),
         "assumptions": _assumptions(found[each.npi][1], of_one(ledger, found[each.npi][0]))}
        for each in out.submissions
    ]  # fmt: skip


def _assumptions(assessment, more):
    return [says for _, says in assumptions(assessment, more).values()]


def roster_digest(ledger) -> str:
    """The SHA-256 of the roster as it stands: each stay with its days and whether it was billed."""
    rows = [
        [stay.clinician.npi, str(stay.joined_on), str(stay.left_on), stay.billed]
        for person in ledger.people for stay in person.stays
    ]  # fmt: skip
    return fingerprint(json.dumps(sorted(rows, key=str)))


def seen(ledger, out: Outgoing) -> str:
    """The fingerprint of what somebody looked at before signing; it changes with anything that counts."""
    cells = [[each.activity, each.counting, each.of] for each in ledger.tallies]
    return fingerprint(json.dumps([cells, out.qpp_json, ledger.rules.edition, roster_digest(ledger)]))


def fingerprint(text) -> str:
    """The SHA-256 of a text or of bytes."""
    return hashlib.sha256(text if isinstance(text, bytes) else text.encode()).hexdigest()
