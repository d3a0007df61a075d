"""`mips-ia check-evidence`: whether what is kept proves what is attested."""

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click

from mips_ia.catalogue import catalogue
from mips_ia.cli.shared import format_option, heading, paragraph, refuse, show_json, show_problems
from mips_ia.evidence import Finding, Proof, proof
from mips_ia.formats.evidence_rows import Kept, kept
from mips_ia.formats.guide_text import many
from mips_ia.formats.plain import plain_problem
from mips_ia.problems import Problem, Refused, counted
from mips_ia.reading.guides import Leaf
from mips_ia.rules import rules

WORD = {True: "Met", False: "Not met", None: "Unknown"}
EPILOG = """\b
Example:
  mips-ia check-evidence samples/evidence.csv
  mips-ia check-evidence samples/evidence.csv --format json

One row a document: which leaf of which activity's guide it shows, of which days, and whether
somebody verified it (the manual, "Evidence", has the columns; mips-ia guide ID has the leaves).
Exit code 0: all is proved; 1: something is missing or not known; 2: it cannot run.
"""


@click.command("check-evidence", epilog=EPILOG, short_help="Say whether what is kept proves what is attested")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@format_option
def command(file: Path, as_format: str) -> None:
    """Say for each activity in FILE what of its guide is met, missing or unknown."""
    try:
        found, problems = kept(file)
    except Refused as refusal:
        refuse(refusal)
    proofs = [(k, proof(k.attestation, rules(k.year), k.evidence, k.earlier)) for k in found]
    if as_format == "json":
        show_json(
            {
                "activities": [plain_proof(each, one) for each, one in proofs],
                "problems": [plain_problem(problem) for problem in problems],
            }
        )
    else:
        _show(proofs, problems)
    faulty = any(problem.severity == "error" for problem in problems)
    sys.exit(faulty or any(one.met is not True for _, one in proofs))


def _show(proofs: Sequence[tuple[Kept, Proof]], problems: Sequence[Problem]) -> None:
    for each, one in proofs:
        listed = catalogue(each.year).activities.get(one.attestation.activity)
        heading(f"{WORD[one.met]}: {one.attestation}{f' {listed.title}' if listed else ''}")
        if one.finding:
            _finding(one.finding, 1)
        for problem in one.problems:
            if problem.code in ("no_guide", "too_soon", "unknown_leaf"):
                paragraph(str(problem), "  ", "    ")
    met = sum(one.met is True for _, one in proofs)
    click.echo()
    click.echo(f"{met} of {counted(len(proofs), 'activity')} proved.")
    show_problems(problems)


def _finding(found: Finding, depth: int) -> None:
    indent, part = "  " * depth, found.part
    if isinstance(part, Leaf):
        paragraph(f"{WORD[found.met]}: {part.id}. {part.says}", indent, f"{indent}  ")
        for problem in found.problems if found.met is not True else ():
            said = problem.fix if problem.code == "no_evidence" else str(problem)
            paragraph(f"- {said}", f"{indent}  ", f"{indent}    ")
        return
    click.echo(f"{indent}{WORD[found.met]}: {many(part).lower()}")
    for each in found.parts:
        if each.met or not found.met:  # once enough is met, what else would do is not asked for
            _finding(each, depth + 1)


def plain_proof(given: Kept, found: Proof) -> dict[str, Any]:
    """A proof as JSON has it."""
    return {
        "performance_year": given.year,
        "activity": found.attestation.activity,
        "first": given.attestation.first and str(given.attestation.first),
        "last": given.attestation.last and str(given.attestation.last),
        "met": found.met,
        "requirement": found.finding and plain_finding(found.finding),
        "problems": [plain_problem(problem) for problem in found.problems],
    }


def plain_finding(found: Finding) -> dict[str, Any]:
    """Whether a part of a requirement is met, as JSON has it, with its parts."""
    if isinstance(found.part, Leaf):
        return {"leaf": found.part.id, "says": found.part.says, "met": found.met}
    return {
        "at_least": found.part.least,
        "met": found.met,
        "of": [plain_finding(each) for each in found.parts],
    }
