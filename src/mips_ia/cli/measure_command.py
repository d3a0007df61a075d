"""`mips-ia measure`: a number that an activity asks for, counted from a practice's own rows."""

import sys
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import click

from mips_ia.catalogue import catalogue
from mips_ia.cli.guide_command import found_guide
from mips_ia.cli.shared import (
    day,
    format_option,
    heading,
    paragraph,
    refuse,
    show_json,
    show_problems,
    table,
    year_option,
)
from mips_ia.formats.cells import tidied
from mips_ia.formats.measure_page import WORD, page, sentence
from mips_ia.formats.measure_rows import columns, row_of
from mips_ia.formats.measures import Measured, measured
from mips_ia.formats.plain import plain_problem
from mips_ia.problems import Problem, Refused
from mips_ia.reading.guides import Guide, Leaf, called, leaves
from mips_ia.reading.yearbook import years
from mips_ia.rules import rules

_NOW = years()[-2]
EPILOG = f"""\b
Example:
  mips-ia measure IA_CC_19
  mips-ia measure IA_CC_19 samples/claims.csv --year {_NOW} --from {_NOW}-04-01 --to {_NOW}-06-29
  mips-ia measure IA_CC_19 samples/claims.csv --year {_NOW} --page counted.html

Without a FILE it prints the layout: CSV, XLSX or Parquet, one row a patient, claim or session.
Ids are fingerprinted as they are read, and forgotten at the end.
Exit code 0: reached; 1: not reached, or not known.
"""
DAY = click.DateTime(["%Y-%m-%d"])


@click.command("measure", epilog=EPILOG, short_help="Count a number that an activity asks for")
@click.argument("id")
@click.argument("file", required=False, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@year_option
@click.option("--leaf", help="Which number, where the guide has several.")
@click.option("--from", "first", type=DAY, metavar="YYYY-MM-DD", help="First day of the window.")
@click.option("--to", "last", type=DAY, metavar="YYYY-MM-DD", help="Last day of the window, included.")
@click.option("--page", "to", type=click.Path(dir_okay=False, path_type=Path), help="Write a page to keep.")
@format_option
def command(
    id: str,
    file: Path | None,
    year: int | None,
    leaf: str | None,
    first: datetime | None,
    last: datetime | None,
    to: Path | None,
    as_format: str,
) -> None:
    """Count the number that activity ID asks for in FILE, and say whether it is reached.

    Without a window the whole performance year is counted.
    """
    try:
        year, guide = found_guide(tidied(id.upper()), year)
        having = _numbers(guide, leaf)
        if file is None:
            _layouts(guide, year, having, as_format)
            return
        found = measured(file, guide.id, _one(having), rules(year), day(first), day(last))
    except Refused as refusal:
        refuse(refusal)
    if to:
        title = catalogue(year).activities[guide.id].title
        try:
            to.write_text(page(found, title, datetime.now().astimezone()), encoding="utf-8")
        except OSError as fault:
            raise click.UsageError(f"--page {to} cannot be written: {fault.strerror}.") from None
    if as_format == "json":
        show_json(plain_measured(found))
    else:
        _show(found, to)
    sys.exit(found.met is not True)


def _numbers(guide: Guide, leaf: str | None) -> list[Leaf]:
    """The leaves of a guide that have a number, or the one asked for."""
    having = [each for each in leaves(guide.requirement) if each.measure and leaf in (None, each.id)]
    if not having:
        known = [each.id for each in leaves(guide.requirement) if each.measure]
        what = f"It has no leaf {leaf!r} with a number." if leaf else "Its guide asks for no number."
        fix = f"Use one of: {', '.join(known)}." if known else f"See what to keep: mips-ia guide {guide.id}."
        raise Refused([Problem("no_measure", guide.id, what, fix)])
    return having


def _one(having: Sequence[Leaf]) -> Leaf:
    if len(having) > 1:
        what = f"Its guide has {len(having)} numbers."
        fix = f"Say which: --leaf {' or '.join(each.id for each in having)}."
        raise Refused([Problem("several_measures", "--leaf", what, fix)])
    return having[0]


def _layouts(guide: Guide, year: int, having: Sequence[Leaf], as_format: str) -> None:
    """The columns of the file of each number."""
    layouts = {each.id: columns(each.measure) for each in having if each.measure}
    if as_format == "json":
        show_json({"activity": guide.id, "year": year, "layouts": layouts})
        return
    click.secho(f"{guide.id}, performance year {year}", bold=True)
    for each in having:
        if each.measure:
            heading(f"{each.id}: {each.measure.asks}")
            paragraph(each.says, "  ")
            paragraph(f"One row for each {row_of(each.measure)}, with the columns:", "  ")
            for name, says in layouts[each.id].items():
                paragraph(f"{name}  {says}", "    ", "      ")


def _show(found: Measured, to: Path | None) -> None:
    click.secho(f"{found.activity} {found.leaf.id}, {found.first} to {found.last}", bold=True)
    paragraph(found.leaf.says)
    click.echo()
    click.secho(f"{WORD[found.met]}. ", bold=True, nl=False)
    click.echo(sentence(found))
    if len(found.tallies) > 1:
        rows = [
            [whose, str(each.count), str(each.of), WORD[each.met(found.measure)]]
            for whose, each in found.tallies.items()
        ]
        table(["NPI", "count", "of", "verdict"], rows, right=["count", "of"])
    read = found.read
    paragraph(
        f"{read.rows:,} rows: {read.outside:,} of other days, {read.excluded:,} left out by the measure, "
        f"{read.repeated:,} repeating an id."
    )
    show_problems(read.problems)
    if to:
        click.echo(f"Written to {to}; keep it as {called(found.leaf.kinds[0])}.")


def plain_measured(found: Measured) -> dict[str, Any]:
    """A counted measure as JSON has it."""
    return {
        "activity": found.activity,
        "year": found.year,
        "leaf": found.leaf.id,
        "from": str(found.first),
        "to": str(found.last),
        "asks": found.measure.asks,
        "met": found.met,
        "says": sentence(found),
        "counts": [
            {
                "npi": whose or None,
                "numerator": each.count,
                "denominator": each.of if found.measure.denominator else None,
                "numerator_possible": each.most,
                "denominator_possible": each.most_of if found.measure.denominator else None,
                "met": each.met(found.measure),
            }
            for whose, each in found.tallies.items()
        ],
        "better_window": [str(each) for each in found.better] if found.better else None,
        "rows": found.read.rows,
        "outside": found.read.outside,
        "excluded": found.read.excluded,
        "repeated": found.read.repeated,
        "file": found.read.name,
        "sha256": found.fingerprint,
        "problems": [plain_problem(problem) for problem in found.read.problems],
    }
