"""The options that scoring a population takes, wherever it is scored."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, TypeVar

import click

from mips_ia.population.engine import LOCAL, MEMORY

F = TypeVar("F", bound=Callable[..., Any])

_HERE = click.Path(exists=True, path_type=Path)
_SCORING = (
    click.option("--practices", multiple=True, required=True, type=_HERE),
    click.option("--roster", multiple=True, type=_HERE),
    click.option("--participation", multiple=True, type=_HERE),
    click.option("--memory", default=MEMORY, show_default=True, help="What the database keeps in memory."),
    click.option("--engine", type=click.Choice(["duckdb", "spark"]), default="duckdb", show_default=True),
    click.option(
        "--spark-master", default=LOCAL, show_default=True, help="Where Spark runs, with --engine spark."
    ),
)
out_option = click.option(
    "--out", required=True, type=click.Path(path_type=Path), help="A folder that is not there yet."
)
to_option = click.option(
    "--to", "ending", type=click.Choice(["parquet", "csv"]), default="parquet", show_default=True
)


def scoring_options(command: F) -> F:
    """What is scored, and with what; each parameter has the name of its option."""
    for option in reversed(_SCORING):
        command = option(command)
    return command


def words(options: Mapping[str, Any]) -> list[str]:
    """These options as another process is given them; what was not given is left out."""
    found = []
    for name, value in options.items():
        given = value if isinstance(value, tuple) else (value,)
        for each in given:
            found += [f"--{name.replace('_', '-')}", str(each)] if each else []
    return found
