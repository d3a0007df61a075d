"""What several commands share: their options, and how answers are printed."""

import json
import shutil
import sys
import textwrap
from collections.abc import Callable, Iterator, Sequence
from datetime import date, datetime
from typing import Any, NoReturn, TypeVar

import click

from mips_ia.problems import Problem, Refused
from mips_ia.reading.yearbook import yearbook, years

T = TypeVar("T")
F = TypeVar("F", bound=Callable[..., Any])

format_option = click.option(
    "--format",
    "as_format",
    type=click.Choice(["text", "json"]),
    default="text",
    help="Text for people, JSON for programs.",
)


def year_option(command: F) -> F:
    """`--year`, by default the newest whose rules are not merely proposed."""
    option = click.option(
        "--year", type=int, default=None, help=f"Performance year, {years()[0]} to {years()[-1]}."
    )
    return option(command)


known_on_option = click.option(
    "--as-known-on",
    type=click.DateTime(["%Y-%m-%d"]),
    metavar="YYYY-MM-DD",
    help="Answer by what was known on that day.",
)


def known_options(command: F) -> F:
    """`--as-known-on` and `--reading`, which change what the rules are taken to be."""
    reading = click.option(
        "--reading",
        "readings",
        multiple=True,
        metavar="NAME=VALUE",
        help="Take another reading of a text, such as half_credit=baseline.",
    )
    return known_on_option(reading(command))


def chosen(readings: Sequence[str]) -> dict[str, str]:
    """The readings as given on the command line, by name."""
    pairs = [reading.partition("=") for reading in readings]
    for name, _, value in pairs:
        if not (name and value):
            raise click.UsageError(f"--reading takes NAME=VALUE, such as half_credit=baseline, not {name!r}.")
    return {name: value for name, _, value in pairs}


def day(moment: datetime | None) -> date | None:
    """The day of an option that Click read as a moment."""
    return moment.date() if moment else None


def current_year() -> int:
    """The newest performance year whose rules are final."""
    return next(year for year in reversed(years()) if yearbook(year).rules["status"] == "final")


def refuse(refusal: Refused) -> NoReturn:
    """Say why it cannot run, and end with exit code 2."""
    for problem in refusal.problems:
        click.echo(f"Error: {problem}", err=True)
    sys.exit(2)


def heading(text: str) -> None:
    """A heading with an empty line before it; bold on a terminal."""
    click.echo()
    click.secho(text, bold=True)


def paragraph(text: str, indent: str = "", hang: str = "") -> None:
    """A paragraph wrapped to the width of the terminal, at most 100 columns."""
    width = min(shutil.get_terminal_size((88, 24)).columns, 100)
    click.echo(
        textwrap.fill(
            text,
            width=max(width, 40),
            initial_indent=indent,
            subsequent_indent=hang or indent,
            break_long_words=False,
            break_on_hyphens=False,
        )
    )


def table(columns: Sequence[str], rows: Sequence[Sequence[str]], right: Sequence[str] = ()) -> None:
    """A table: drawn by Rich on a terminal, in plain aligned columns elsewhere.

    `right` names the columns that are aligned to the right.
    """
    if sys.stdout.isatty():
        from rich.console import Console
        from rich.table import Table

        drawn = Table(box=None, header_style="bold", pad_edge=False)
        for name in columns:
            drawn.add_column(name, justify="right" if name in right else "left", overflow="fold")
        for row in rows:
            drawn.add_row(*row)
        Console(markup=False).print(drawn)
        return
    widths = [max(map(len, column)) for column in zip(columns, *rows, strict=True)]
    for row in (columns, *rows):
        cells = [
            cell.rjust(width) if name in right else cell.ljust(width)
            for cell, width, name in zip(row, widths, columns, strict=True)
        ]
        click.echo("  ".join(cells).rstrip())


def show_problems(problems: Sequence[Problem], most: int = 50) -> None:
    """Problems on standard error, errors first, the rest counted when there are many."""
    order = {"error": 0, "unknown": 1, "warning": 2, "note": 3}
    ranked = sorted(problems, key=lambda problem: order[problem.severity])
    for problem in ranked[:most]:
        click.echo(f"{problem.severity.capitalize()}: {problem}", err=True)
    if len(ranked) > most:
        left = len(ranked) - most
        click.echo(f"… and {left} more; --format json lists them all.", err=True)


def show_json(value: Any) -> None:
    """A value as JSON on standard output."""
    click.echo(json.dumps(value, indent=2, ensure_ascii=False, default=str))


def progress(items: Sequence[T], label: str) -> Iterator[T]:
    """The items one by one, with a bar on a terminal where there are many."""
    if len(items) < 10 or not sys.stderr.isatty():
        yield from items
        return
    with click.progressbar(items, label=label, file=sys.stderr) as bar:
        yield from bar
