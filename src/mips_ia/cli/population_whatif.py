"""`mips-ia population whatif`: a population by the rules as they are and by a reform, compared."""

import sys
from pathlib import Path
from typing import Any

import click

from mips_ia.cli.population_options import out_option, scoring_options, to_option, words
from mips_ia.cli.shared import format_option, refuse, show_json
from mips_ia.cli.whatif_shown import show_differences, show_reform
from mips_ia.formats.reforms import as_plain, checked, given
from mips_ia.population.whatif import whatif
from mips_ia.problems import Refused
from mips_ia.reading.yearbook import years

EPILOG = f"""\b
Example:
  mips-ia population whatif --practices pop/practices.parquet --roster pop/roster.parquet \\
    --participation pop/participation.parquet --status small_practice=no --out nobody_small
  mips-ia population whatif --practices pop/practices.parquet \\
    --set {years()[-2]}.rules.threshold.1.percent=75 --out three_quarters

\b
OUT gets both sides whole (as_is, reform), changes (a row for everybody whose score differs),
changed_activities, and the reform as applied (reform.toml, reform.json).
Exit code 0: all rows were used. 1: some were not; rejects names them. 2: it cannot run.
"""


@click.command("whatif", epilog=EPILOG)
@scoring_options
@click.option("--reform", "file", type=click.Path(exists=True, dir_okay=False, path_type=Path),
              help="A TOML file with other values for the rules.")  # fmt: skip
@click.option("--set", "settings", multiple=True, metavar="PATH=VALUE", help="Another value for one rule.")
@click.option("--status", "statuses", multiple=True, metavar="STATUS=yes|no",
              help="A special status for everybody, or for nobody.")  # fmt: skip
@out_option
@to_option
@format_option
def command(
    file: Path | None,
    settings: tuple[str, ...],
    statuses: tuple[str, ...],
    out: Path,
    ending: str,
    as_format: str,
    **scoring: Any,
) -> None:
    """Score everybody by the rules as they are and by a reform of them, and say what differs.

    A reform is a file, settings, statuses, or all of these. It is checked before anything is scored.
    """
    try:
        reform = given(file, settings, statuses)
        changes = checked(reform)
        if as_format == "text":
            show_reform(reform, changes)
        done = whatif(reform, changes, words(scoring), out, ending, scoring["memory"], _tell)
    except Refused as refusal:
        refuse(refusal)
    for line in done.notes:
        click.echo(line, err=True)
    if as_format == "json":
        show_json({**as_plain(reform, changes), **done.found.plain})
    else:
        show_differences(done.found)
        if done.errors:
            click.echo(f"Rows were left out; see {out / 'as_is' / 'rejects'}.{ending}.")
    sys.exit(done.errors)


def _tell(what: str) -> None:
    click.echo(f"{what} …", err=True)
