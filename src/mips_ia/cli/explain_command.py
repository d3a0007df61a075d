"""`mips-ia explain`: one participant, every step with its source, and what would change it."""

import sys
from datetime import datetime
from pathlib import Path

import click

from mips_ia.cli.shared import chosen, day, format_option, known_options, show_json, show_problems
from mips_ia.cli.shown import explain, name
from mips_ia.cli.taken import take
from mips_ia.formats.plain import plain

EPILOG = """\b
Example:
  mips-ia explain samples/practices --tin 000000024
  mips-ia explain samples/practices --tin 000000001 --reading half_credit=baseline
  mips-ia explain samples/submission.json --format json

FILE is as for `mips-ia score`. Without --tin, --npi or --entity-id, FILE must hold one participant.
"""


@click.command("explain", epilog=EPILOG, short_help="Say why a score is what it is")
@click.argument(
    "files", nargs=-1, required=True, type=click.Path(exists=True, path_type=Path), metavar="FILE…"
)
@click.option("--tin", help="The practice with this TIN.")
@click.option("--npi", help="The clinician with this NPI.")
@click.option("--entity-id", help="The virtual group, subgroup or APM Entity with this id.")
@click.option("--year", type=int, help="The performance year, where FILE has several.")
@known_options
@format_option
def command(
    files: tuple[Path, ...],
    tin: str | None,
    npi: str | None,
    entity_id: str | None,
    year: int | None,
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
    if len(matching) != 1:
        show_problems(taken.problems)
        what = f"{len(matching)} of {len(taken.assessed)} participants match; explain takes one."
        click.echo(f"Error: {what} Give --tin, --npi, --entity-id or --year:", err=True)
        for who, found in matching or taken.assessed:
            click.echo(f"  {name(who)}, {found.rules.year}", err=True)
        sys.exit(2)
    who, found = matching[0]
    if as_format == "json":
        show_json(
            {"name": who.name, "tin": who.tin, "npi": who.npi, "entity_id": who.entity_id, **plain(found)}
        )
    else:
        explain(who, found)
        show_problems([p for p in taken.problems if p.where.startswith(who.where)])
    sys.exit(taken.exit_code)
