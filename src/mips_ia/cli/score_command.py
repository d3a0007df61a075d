"""`mips-ia score`: everybody in a file, one line each."""

import sys
from collections import Counter
from datetime import datetime
from pathlib import Path

import click

from mips_ia.cli.shared import chosen, day, known_options, show_json, show_problems, table
from mips_ia.cli.shown import answer, number, told_apart
from mips_ia.cli.taken import INCOMPLETE, Taken, take
from mips_ia.formats.plain import plain_participant, plain_problem
from mips_ia.formats.score_json import trees
from mips_ia.planning.ways import ways

EPILOG = """\b
FILE is any of:
  practices, roster and participation tables: CSV files, one XLSX with
  three sheets, or a folder or ZIP of them (see the manual, "Bulk files");
  CMS's QPP Submissions JSON, one submission or many.

\b
Example:
  mips-ia score samples/practices
  mips-ia score samples/practices/*.csv --format json
  mips-ia score samples/submission.json

Blank cells mean "not known", never "no": a score is then a range.
Exit code 0: all were scored. 1: there are problems in the data. 2: it cannot run.
"""


@click.command("score", epilog=EPILOG, short_help="Score everybody in a file")
@click.argument(
    "files", nargs=-1, required=True, type=click.Path(exists=True, path_type=Path), metavar="FILE…"
)
@known_options
@click.option(
    "--format",
    "as_format",
    type=click.Choice(["text", "json", "cms"]),
    default="text",
    help="Text for people, JSON for programs, or JSON in the tree of CMS's scores.",
)
def command(
    files: tuple[Path, ...], as_known_on: datetime | None, readings: tuple[str, ...], as_format: str
) -> None:
    """Score every practice, clinician and entity in FILE….

    One line each: the points that are certain of 40, those still possible, and what they are
    worth in the final score. `mips-ia explain` says why.
    """
    taken = take(files, day(as_known_on), chosen(readings))
    if as_format == "json":
        show_json(as_plain(taken))
    elif as_format == "cms":
        scores = trees(taken.assessed, ways)
        show_json(scores[0] if len(scores) == 1 else scores)
        show_problems(taken.problems)
    else:
        show(taken)
        show_problems(taken.problems)
    sys.exit(taken.exit_code)


def as_plain(taken: Taken) -> dict[str, object]:
    """Everything that came out, as JSON has it."""
    return {
        "participants": [
            plain_participant(who, found, ways(found), taken.read[who.where]) for who, found in taken.assessed
        ],
        "problems": [plain_problem(problem) for problem in taken.problems],
        "rows": taken.rows,
        "scored": len(taken.assessed),
        "not_scored": taken.not_scored,
    }


def show(taken: Taken) -> None:
    """The table of everybody, and a line that counts them."""
    rows = [
        [
            called,
            str(found.rules.year),
            answer(found.score),
            f"{found.score.points}"
            + ("" if found.score.points == found.score.most else f" to {found.score.most}"),
            f"{found.score.weight}%",
            number(found.score.final),
        ]
        for called, (_, found) in zip(told_apart(taken.assessed), taken.assessed, strict=True)
    ]
    columns = ["Who", "Year", "Full credit?", "Points of 40", "Weight", "Final points"]
    if rows:
        table(columns, rows, right=("Points of 40", "Weight", "Final points"))
        click.echo()
    counts = Counter(answer(found.score) for _, found in taken.assessed)
    words = ", ".join(f"{count} {word.lower()}" for word, count in sorted(counts.items()))
    click.echo(f"{len(rows)} scored" + (f" (full credit: {words})." if words else "."))
    if taken.not_scored:
        click.echo(f"{taken.not_scored} could not be scored; the problems say which and why.")
    lacking = sum(
        any(problem.code == INCOMPLETE for problem in taken.read[who.where]) for who, _ in taken.assessed
    )
    if lacking:
        click.echo(f"{lacking} of them may lack rows that could not be read; explain names the rows.")
    if rows:
        click.echo("To see why: mips-ia explain FILE… --tin TIN")
