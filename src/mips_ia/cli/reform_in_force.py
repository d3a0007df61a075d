"""What every command says where the environment names a reform: that it answers by other rules."""

from pathlib import Path

import click

from mips_ia.cli.shared import refuse
from mips_ia.formats.reforms import checked
from mips_ia.problems import Refused
from mips_ia.reading.reform import read


def tell(path: Path) -> None:
    """Name the reform of a file on standard error; end with exit code 2 where it cannot be in force."""
    try:
        reform = read(path)
        checked(reform)
    except Refused as refusal:
        refuse(refusal)
    click.echo(f"By a reform, not by the rules in force: {reform.title}", err=True)
