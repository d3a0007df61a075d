"""What is looked for all the time in what a practice keeps, so that nobody finds it first in an audit."""

from collections import defaultdict
from dataclasses import dataclass

from mips_ia.portal.models import Revision, Use
from mips_ia.portal.templatetags.words import day, many
from mips_ia.portal.told.alone import OUTSIDE, PARTLY, alone
from mips_ia.portal.told.ending import ending, windows_of
from mips_ia.portal.told.proofs import leaves_of, short


@dataclass(frozen=True)
class Finding:
    """One thing to look at: what, why it matters, and where to mend it (a page's name with its arguments)."""

    code: str
    what: str
    why: str
    page: str = ""
    about: str | int = ""


def findings(ledger, access):
    """Everything, what an auditor would ask first standing first."""
    of_days = [*_days(ledger), *_ending(ledger)]
    return [*_gaps(ledger), *of_days, *_unsigned(ledger, access), *_twice(access), *_unused(access)]


def _gaps(ledger):
    for id, found in short(ledger):
        if found.finding is None:
            what = f"{id} has no checklist for {ledger.year}."
            yield Finding("no_checklist", what, "Ask CMS what to keep.", "activities_one", id)
            continue
        every = leaves_of(found.finding)
        empty = [each for each in every if any(problem.code == "no_evidence" for problem in each.problems)]
        if found.met is False and empty:
            what = f"{id} is attested without evidence for {many(len(empty), 'item')} of its checklist."
            yield Finding("no_evidence", what, "An auditor asks for each of them.", "activities_one", id)
        waits = sum(any(problem.code == "not_verified" for problem in each.problems) for each in every)
        if waits:
            what = f"Evidence of {id} waits to be reviewed, for {many(waits, 'item')}."
            yield Finding("not_verified", what, "It counts once somebody accepted it.", "activities_one", id)


def _days(ledger):
    """Each document of other days; one of a part of them, or of a window that is not over, while needed."""
    for activity, found in ledger.proofs.items():
        proved = {each.part.id for each in leaves_of(found.finding) if each.met} if found.finding else set()
        for use, value in ledger.kept.get(activity, ()):
            why = getattr(alone(ledger, use, value), "why", {})
            code = next((each for each in (OUTSIDE, PARTLY) if each in why), "")
            if not code:
                continue
            wanted = code == PARTLY or _awaited(ledger, use)
            if not (wanted and use.leaf in proved):
                row = use.evidence
                what = f"E-{row.number} “{row.title}” is of other days than {activity}."
                must = f"{why[code]} It must be of the days that were attested."
                yield Finding(code, what, must, "evidence_one", row.number)


def _awaited(ledger, use):
    """Whether it is of the days of a window that is not over yet, of the clinician whose it is."""
    held = windows_of(ledger, use.activity, use.clinician_id)
    coming = [each for each in held if each.first and each.last and each.last >= ledger.today]
    return any(each.first <= (use.last or use.first) and use.first <= each.last for each in coming)


def _ending(ledger):
    for each in ending(ledger):
        row, ends = each.use.evidence, "ended" if each.last < ledger.today else "ends"
        what = f"E-{row.number} “{row.title}” {ends} on {day(each.last)}, before {each.use.activity} does."
        why = f"It must be in force through {day(each.until)}. Add a revision, or what follows it."
        yield Finding("ends_early", what, why, "evidence_one", row.number)


def _unsigned(ledger, access):
    for tally in ledger.tallies:
        open_ones = sum(cell.word == "Not signed" for cell in tally.cells.values())
        if open_ones:
            what = f"{many(open_ones, 'clinician')} of {tally.activity} did not sign yet."
            where = ["signatures"] if access.may("remind") else []
            yield Finding("unsigned", what, "What is not signed does not count.", *where)


def _twice(access):
    held = defaultdict(list)
    every = Revision.objects.filter(evidence__practice=access.practice)
    rows = every.exclude(evidence__destruction__agreed_at__isnull=False)
    for sha256, number in rows.values_list("sha256", "evidence__number").order_by("evidence__number"):
        if number not in held[sha256]:
            held[sha256].append(number)
    for numbers in held.values():
        if len(numbers) > 1:
            what = f"{' and '.join(f'E-{each}' for each in numbers)} are the same file."
            yield Finding(
                "same_file", what, "Use one of them for all that it shows.", "evidence_one", numbers[0]
            )


def _unused(access):
    used = Use.objects.filter(ended_at=None, evidence__practice=access.practice).values("evidence")
    there = access.practice.evidence.exclude(destruction__agreed_at__isnull=False)
    for row in there.exclude(id__in=used):
        what = f"E-{row.number} “{row.title}” shows nothing yet."
        yield Finding("unused", what, "Say which item it shows.", "evidence_one", row.number)
