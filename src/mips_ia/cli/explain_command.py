"""`mips-ia explain`: one participant, every step with its source, and what would change it."""

import sys
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import NoReturn

import click

from mips_ia.assessment import Assessment
from mips_ia.cli.shared import chosen, day, format_option, known_options, show_json, show_problems
from mips_ia.cli.shown import explain, pathway, told_apart
from mips_ia.cli.taken import INCOMPLETE, Taken, placed, take
from mips_ia.formats.participants import Participant
from mips_ia.formats.plain import plain_participant
from mips_ia.planning.ways import ways

EPILOG = """\b
Example:
  mips-ia explain samples/practices --tin 000000024
  mips-ia explain samples/practices --number 2
  mips-ia explain samples/practices --tin 000000001 --reading half_credit=baseline
  mips-ia explain samples/submission.json --format json

FILE is as for `mips-ia score`. Where several match, they are listed with numbers; --number
takes one of the list.
"""


@click.command("explain", epilog=EPILOG, short_help="Say why a score is what it is")
@click.argument(
    "files", nargs=-1, required=True, type=click.Path(exists=True, path_type=Path), metavar="FILE…"
)
@click.option("--tin", help="The practice with this TIN.")
@click.option("--npi", help="The clinician with this NPI.")
@click.option("--entity-id", help="The virtual group, subgroup or APM Entity with this id.")
@click.option("--year", type=int, help="The performance year, where FILE has several.")
@click.option("--number", type=click.IntRange(1), help="Which one of those that match, in their order.")
@known_options
@format_option
def command(
    files: tuple[Path, ...],
    tin: str | None,
    npi: str | None,
    entity_id: str | None,
    year: int | None,
    number: int | None,
    as_known_on: datetime | None,
    readings: tuple[str, ...],
    as_format: str,
) -> None:
    """Explain the score of one practice, clinician or entity.

    The answer first, then every step with its source, which activities count and why the others
    do not, what would give full credit, what is known of the practice, and what was assumed.
    """
    taken = take(files, day(as_known_on), chosen(readings))
    wanted = {"tin": tin, "npi": npi, "entity_id": entity_id}
    matching = [
        (who, found)
        for who, found in taken.assessed
        if all(getattr(who, key) == value for key, value in wanted.items() if value)
        and year in (None, found.rules.year)
    ]
    one = matching[number - 1 : number] if number else matching
    if len(one) != 1:
        _ask(taken, matching, number)
    who, found = one[0]
    read = taken.read[who.where]
    if as_format == "json":
        show_json(plain_participant(who, found, ways(found), read))
    else:
        unread = [problem for problem in read if problem.code == INCOMPLETE or problem.severity == "error"]
        explain(who, found, unread)
        rest = [problem for problem in read if problem not in unread]
        show_problems([*rest, *(placed(problem, who) for problem in found.problems)])
    sys.exit(taken.exit_code)


def _ask(taken: Taken, matching: Sequence[tuple[Participant, Assessment]], number: int | None) -> NoReturn:
    """List those who could be meant, with numbers, and end with exit code 2."""
    show_problems(taken.problems)
    count = f"{len(matching)} of {len(taken.assessed)} participants match"
    what = f"{count}; there is no number {number}." if number else f"{count}; explain takes one."
    listed = matching or taken.assessed
    fix = "Give --tin, --npi, --entity-id or --year, or the --number of one"
    fix += ":" if matching else " and nothing else:"
    if not listed:
        fix = "Nobody in the files could be scored; the problems say why."
    click.echo(f"Error: {what} {fix}", err=True)
    for n, (called, (who, found)) in enumerate(zip(told_apart(listed), listed, strict=True), 1):
        apart = "" if pathway(who.practice) in called else f", {pathway(who.practice)}"
        click.echo(f"  {n:>3}  {called}, {found.rules.year}{apart}", err=True)
    if any(not (who.tin or who.npi) and who.entity_id for who, _ in listed):
        click.echo("Those of several TINs are found by --entity-id, not by --tin.", err=True)
    sys.exit(2)
