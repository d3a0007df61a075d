"""`mips-ia population`: a registry's or a country's practices at once, on a database."""

import sys
import textwrap
from pathlib import Path
from typing import Any

import click

from mips_ia.cli.population_options import out_option, scoring_options, to_option
from mips_ia.cli.population_whatif import command as whatif
from mips_ia.cli.shared import current_year, format_option, heading, refuse, show_json, show_problems, table
from mips_ia.population.run import Done, run
from mips_ia.population.sample import write
from mips_ia.population.summary import Summary, summary
from mips_ia.problems import Refused

EPILOG = """\b
Example:
  mips-ia population sample --clinicians 10000 --seed 1 --out pop
  mips-ia population score --practices pop/practices.parquet --roster pop/roster.parquet \\
    --participation pop/participation.parquet --out scored
  mips-ia population summary scored
  mips-ia population whatif --practices pop/practices.parquet --roster pop/roster.parquet \\
    --participation pop/participation.parquet --status rural=yes --out rural
"""
SCORE_EPILOG = """\b
The tables are those of bulk files, as CSV or Parquet, single files or folders of them.
OUT gets three tables: scores (a row for everybody), attested (a row for everything attested, and
why it does not count) and rejects (every row that could not be used, and why).
Exit code 0: all rows were used. 1: some were not; rejects names them. 2: it cannot run.
"""
SUMMARY_EPILOG = """\b
Example:
  mips-ia population summary scored
  mips-ia population summary scored --format json
"""
BAR = 30


@click.group("population", epilog=EPILOG, short_help="Score millions of clinicians on a database")
def command() -> None:
    """Score a whole population: the same answers as one by one, measured by a database."""


command.add_command(whatif)


@command.command("score", epilog=SCORE_EPILOG)
@scoring_options
@out_option
@to_option
def score(
    practices: tuple[Path, ...],
    roster: tuple[Path, ...],
    participation: tuple[Path, ...],
    out: Path,
    ending: str,
    memory: str,
    engine: str,
    spark_master: str,
) -> None:
    """Score everybody in the tables and write the answers into a new folder.

    The folder appears when all of it is written, and not before.
    """
    paths = {"practices": practices, "roster": roster, "participation": participation}
    try:
        master = spark_master if engine == "spark" else ""
        done = run(paths, out, ending, memory, master, lambda what: click.echo(f"{what} …", err=True))
    except Refused as refusal:
        refuse(refusal)
    show_problems(done.notes)
    _show_done(done, out)
    sys.exit(bool(done.errors))


def _show_done(done: Done, out: Path) -> None:
    click.echo(f"{done.scored:,} scored, with {done.attested:,} attestations.")
    if done.closer:
        click.echo(f"Read row by row, since rows of their practices need it: {done.closer:,} of them.")
    if done.rejects:
        click.echo(
            f"Problems in the files: {done.rejects:,}, errors among them: {done.errors:,}; see rejects."
        )
    click.echo(f"To see what came out: mips-ia population summary {out}")


@command.command("sample")
@click.option("--clinicians", type=click.IntRange(1), required=True)
@click.option("--seed", type=int, default=1, show_default=True, help="The same seed gives the same files.")
@click.option("--year", type=int, default=None, help="Performance year; by default the newest final one.")
@click.option(
    "--out", required=True, type=click.Path(path_type=Path), help="The folder for the three tables."
)
@to_option
def sample(clinicians: int, seed: int, year: int | None, out: Path, ending: str) -> None:
    """Write an invented population: nobody in it exists."""
    try:
        rows = write(clinicians, seed, year or current_year(), out, ending)
    except Refused as refusal:
        refuse(refusal)
    for name, count in rows.items():
        click.echo(f"{out / name}.{ending}: {count:,} rows")


@command.command("summary", epilog=SUMMARY_EPILOG)
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
@format_option
def show(folder: Path, as_format: str) -> None:
    """Say what came out of a run: points, who is one activity short, and which activities are done."""
    try:
        found = summary(folder)
    except Refused as refusal:
        refuse(refusal)
    if as_format == "json":
        show_json(found.plain)
    else:
        _show(found)


def _show(found: Summary) -> None:
    heading("Points")
    most = max((each["participants"] for each in found.points), default=1)
    rows = [
        [str(each["points"]), f"{each['participants']:,}", "█" * round(BAR * each["participants"] / most)]
        for each in found.points
    ]
    table(["Points of 40", "Participants", ""], rows, right=("Points of 40", "Participants"))
    heading("Who")
    columns = ["Year", "Reports as", "Size", "Participants", "Full credit", "Not certain", "One short", ""]
    rows = [
        [str(each["performance_year"]), each["entity"], each["size"], *_tallied(each)] for each in found.who
    ]
    table(columns, rows, right=columns[3:-1])
    heading("Special status")
    words = {True: "yes", False: "no", None: "not known"}
    columns = ["Year", "Doubles points", *columns[3:]]
    rows = [
        [str(each["performance_year"]), words[each["special_status"]], *_tallied(each)]
        for each in found.statuses
    ]
    table(columns, rows, right=columns[2:-1])
    heading("Activities done most")
    rows = [
        [
            each["activity"],
            f"{each['attested']:,}",
            f"{each['counting']:,}",
            textwrap.shorten(each["title"], 60, placeholder=" …"),
        ]
        for each in found.activities
    ]
    table(["Activity", "Attested", "Counting", "Title"], rows, right=("Attested", "Counting"))
    heading("Why activities do not count")
    rows = [[each["codes"], f"{each['attested']:,}"] for each in found.reasons]
    table(["Codes", "Attested"], rows, right=("Attested",))


def _tallied(each: dict[str, Any]) -> list[str]:
    """How many there are, how many of them have full credit, are open or are one activity short; a bar."""
    full = each["full"] / each["participants"]
    counts = [f"{each[name]:,}" for name in ("participants", "open", "one_short")]
    return [counts[0], f"{100 * full:.1f}%", *counts[1:], "█" * round(BAR // 3 * full)]
