"""`mips-ia texts`: CMS's own wording, loaded from the file that CMS publishes, and what it changed."""

from collections.abc import Iterator
from pathlib import Path

import click

from mips_ia.cli.shared import format_option, heading, paragraph, refuse, show_json, table
from mips_ia.formats.texts import home, load, loaded, missing, reworded, texts
from mips_ia.planning.wording import marked
from mips_ia.problems import Problem, Refused, counted

AROUND = 8  # words shown on either side of a change
EPILOG = """\b
Example:
  mips-ia texts list

\b
With CMS's file of two years:
  $ mips-ia texts load YEAR/measures-data.json LATER/measures-data.json
  $ mips-ia texts diff YEAR LATER

CMS publishes the file with each performance year (CMSgov/qpp-measures-data, measures/YEAR).
It is kept in this installation's data folder: MIPS_IA_DATA, or one of yours.
"""


@click.group("texts", epilog=EPILOG, short_help="Load CMS's own wording, and show what it changed")
def command() -> None:
    """Keep CMS's own wording of the activities beside our guides, and compare years."""


@command.command("load")
@click.argument(
    "files", nargs=-1, required=True, type=click.Path(exists=True, dir_okay=False, path_type=Path)
)
@click.option("--year", type=int, help="The performance year, where no file or folder name says it.")
def load_command(files: tuple[Path, ...], year: int | None) -> None:
    """Load the descriptions of the activities from CMS's published FILES."""
    problems: list[Problem] = []
    for file in files:
        try:
            of, count = load(file, year)
            click.echo(f"{of}: {counted(count, 'activity')} loaded from {file}.")
        except Refused as refusal:
            problems += refusal.problems
    if problems:
        refuse(Refused(problems))
    click.echo(f"Kept in {home()}.")


@command.command("list")
@format_option
def list_command(as_format: str) -> None:
    """List the years of which CMS's wording is loaded."""
    kept = [(year, len(texts(year))) for year in loaded()]
    if as_format == "json":
        show_json([{"year": year, "activities": count} for year, count in kept])
    elif kept:
        table(["year", "activities"], [[str(year), str(count)] for year, count in kept], right=["activities"])
    else:
        click.echo("None is loaded.")


@command.command("diff")
@click.argument("before", type=int)
@click.argument("after", type=int)
@format_option
def diff_command(before: int, after: int, as_format: str) -> None:
    """Show what CMS reworded between two years that are loaded."""
    old, new = texts(before), texts(after)
    if lacking := [missing(year) for year, kept in ((before, old), (after, new)) if not kept]:
        refuse(Refused(lacking))
    changed = reworded(old, new)
    added, removed = sorted(new.keys() - old.keys()), sorted(old.keys() - new.keys())
    if as_format == "json":
        show_json(
            {
                "reworded": [{"id": id, "before": a, "after": b} for id, (a, b) in changed.items()],
                "added": added,
                "removed": removed,
            }
        )
    else:
        _show(changed, added, removed)


def _show(changed: dict[str, tuple[str, str]], added: list[str], removed: list[str]) -> None:
    click.echo(f"{counted(len(changed), 'activity')} reworded, {len(added)} added, {len(removed)} removed.")
    for name, ids in (("Added", added), ("Removed", removed)):
        if ids:
            paragraph(f"{name}: {', '.join(ids)}", "", "  ")
    for id, (before, after) in changed.items():
        heading(f"{id}")
        paragraph(" ".join(shown(before, after)), "  ")


def shown(before: str, after: str) -> Iterator[str]:
    """The words of both texts: [-what went-], {+what came+}, and what stayed, long runs of it shortened."""
    for kind, words in marked(before, after):
        if kind == "same":
            kept = words.split()
            yield words if len(kept) <= 2 * AROUND else " ".join([*kept[:AROUND], "…", *kept[-AROUND:]])
        else:
            yield f"[-{words}-]" if kind == "gone" else f"{{+{words}+}}"
