"""`mips-ia preflight`: what CMS would object to in a submission, and what it would wrongly let through."""

import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

import click

from mips_ia.cli.shared import format_option, heading, progress, refuse, show_json
from mips_ia.formats.bundles import documents
from mips_ia.formats.plain import plain_problem
from mips_ia.formats.preflight import preflight
from mips_ia.problems import Problem, Refused, counted

ORDER = {"error": 0, "unknown": 1, "warning": 2, "note": 3}
EPILOG = """\b
Example:
  mips-ia preflight samples/submission.json samples/group.xml
  mips-ia preflight samples/group.xml --format json

QPP Submissions JSON and QRDA III, single files, folders and ZIP files.
Exit code 0: nothing stands against sending them. 1: something does. 2: it cannot run.
"""


@click.command("preflight", epilog=EPILOG, short_help="Say what CMS would object to")
@click.argument(
    "files", nargs=-1, required=True, type=click.Path(exists=True, path_type=Path), metavar="FILE…"
)
@format_option
def command(files: tuple[Path, ...], as_format: str) -> None:
    """Check each submission in FILE… as CMS will, and against the rules of its year.

    CMS's own error number stands beside our sentence where there is one.
    """
    with tempfile.TemporaryDirectory() as room:
        found, lost = documents(files, Path(room))
        if not found:
            refuse(Refused(lost))
        checked = [(path, _checked(path)) for path in progress(found, "Checking")]
    if as_format == "json":
        show_json(
            {
                "files": [
                    {"file": path.name, "problems": [plain_problem(each) for each in problems]}
                    for path, problems in checked
                ],
                "problems": [plain_problem(each) for each in lost],
            }
        )
    else:
        _show(checked, lost)
    sys.exit(bool(lost) or any(_stops(problems) for _, problems in checked))


def _checked(path: Path) -> tuple[Problem, ...]:
    try:
        return preflight(path)
    except Refused as refusal:
        return refusal.problems


def _stops(problems: Sequence[Problem]) -> bool:
    return any(problem.severity in ("error", "unknown") for problem in problems)


def _show(checked: Sequence[tuple[Path, Sequence[Problem]]], lost: Sequence[Problem]) -> None:
    for path, problems in checked:
        heading(f"{path.name}: {'not ready' if _stops(problems) else 'ready to send'}")
        for problem in sorted(problems, key=lambda each: ORDER[each.severity]):
            click.echo(f"  {problem.severity.capitalize()}: {problem}")
    for problem in lost:
        click.echo(f"Error: {problem}", err=True)
    ready = sum(not _stops(problems) for _, problems in checked)
    click.echo()
    click.echo(f"{ready} of {counted(len(checked), 'file')} ready to send.")
