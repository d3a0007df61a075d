"""`mips-ia cases`: worked examples of the public layout, run and compared."""

import sys
from pathlib import Path

import click

from mips_ia.cli.shared import format_option, refuse, show_json
from mips_ia.formats.cases import cases, differences
from mips_ia.problems import Refused

EPILOG = """\b
Example:
  mips-ia cases samples/cases.csv
  mips-ia cases samples/cases.csv --format json

The layout is documented in the manual ("Cases"), so that anybody can check a scorer with it.
A line for each failed case with what was expected and what came out; the last line is
"N passed, N failed". Exit code 0 only if none failed.
"""


@click.command("cases", epilog=EPILOG, short_help="Run worked examples and say which fail")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@format_option
def command(file: Path, as_format: str) -> None:
    """Run every worked example of FILE and compare what comes out with what must."""
    try:
        given, wrong = cases(file)
    except Refused as refusal:
        refuse(refusal)
    failed = [(f"{file.name}, not a case", [str(problem) for problem in row.problems]) for row in wrong]
    for case in given:
        try:
            lines = differences(case, case.assess())
        except Refused as refusal:
            lines = [str(problem) for problem in refusal.problems]
        if lines:
            failed.append((case.id, lines))
    passed = len(given) + len(wrong) - len(failed)
    if as_format == "json":
        show_json({"passed": passed, "failed": [{"case": id, "differences": lines} for id, lines in failed]})
    else:
        for id, lines in failed:
            click.echo(f"{id}: {'; '.join(lines)}")
        click.echo(f"{passed} passed, {len(failed)} failed")
    sys.exit(bool(failed))
