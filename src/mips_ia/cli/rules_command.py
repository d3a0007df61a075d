"""`mips-ia rules`: a year's clauses as a page that one can read."""

import sys
from datetime import datetime
from itertools import groupby
from typing import Any

import click

from mips_ia.cli.examples import failures
from mips_ia.cli.shared import day, format_option, heading, known_on_option, paragraph, refuse, show_json
from mips_ia.problems import Refused, counted
from mips_ia.reading.clauses import Clause
from mips_ia.reading.yearbook import years
from mips_ia.rules import rules

EPILOG = f"""\b
Example:
  mips-ia rules {years()[-2]}
  mips-ia rules {years()[0]} --format json

Every clause has its source; one whose confidence is not high says what is assumed.
"""
TITLES = {
    "full_credit": "Full credit",
    "two_categories": "Too few categories",
    "scale": "Points for an activity (the first that fits)",
    "credit": "Points added (all that fit)",
    "floor": "Least points (all that fit)",
    "denial": "Points not given (all that fit)",
    "special": "Special statuses",
    "pathway": "Ways to report",
    "threshold": "How many clinicians of a group (the first that fits)",
    "medical_home": "Medical homes (the first that fits)",
    "period": "How long an activity runs (the first that fits)",
    "frequency": "How often it counts",
    "weights": "Weight in the final score, in percent (the first table that fits)",
    "not_scored": "Never scored",
    "window": "Days",
    "number": "Numbers",
    "note": "What else to know",
    "reading": "Texts that can be read in two ways",
}


def checked(year: int) -> int:
    """Print what the worked examples of a year find wrong; the exit code, 0 where there is nothing."""
    try:
        wrong = failures(year)
    except Refused as refusal:
        refuse(refusal)
    for line in wrong:
        click.echo(line)
    click.echo(f"{year}: {counted(len(wrong), 'fault')} found by the worked examples.")
    return int(bool(wrong))


@click.command("rules", epilog=EPILOG, short_help="Print a year's rules as a page to read")
@click.argument("year", type=int)
@known_on_option
@click.option("--check", is_flag=True, help="Say instead what the year's own examples find wrong in it.")
@format_option
def command(year: int, as_known_on: datetime | None, check: bool, as_format: str) -> None:
    """Print every clause of the rules of YEAR, with its source, and how sure it is."""
    if check:
        sys.exit(checked(year))
    try:
        found = rules(year, day(as_known_on))
    except Refused as refusal:
        refuse(refusal)
    clauses = [(place, plain_clause(clause)) for place, clause in found.clauses()]
    if as_format == "json":
        header = {
            "year": year,
            "status": found.status,
            "known_on": str(found.known_on),
            "source": found.source,
        }
        show_json({**header, "edition": found.edition, "clauses": [{"place": p, **c} for p, c in clauses]})
        return
    click.secho(f"Rules for improvement activities, performance year {year}", bold=True)
    click.echo(
        f"{found.status.capitalize()} rules of {found.known_on} ({found.source}). Edition {found.edition}."
    )
    for section, members in groupby(clauses, key=lambda each: each[0].partition(".")[0]):
        heading(TITLES[section])
        for place, clause in members:
            _show(place.partition(".")[2], clause)


def plain_clause(clause: Clause) -> dict[str, Any]:
    """A clause as plain values, without what it leaves empty."""
    found: dict[str, Any] = {}
    for name in clause.__dataclass_fields__:
        value = getattr(clause, name)
        if name == "rows":
            value = {" ".join(sorted(missing)) or "nothing": list(row) for missing, row in value.items()}
        elif isinstance(value, frozenset | tuple):
            value = sorted(value)
        if value not in (None, "", [], {}):
            found[name] = value
    return found


def _show(name: str, clause: dict[str, Any]) -> None:
    when = [*clause.get("when", []), *(" or ".join(clause[k]) for k in ("any_of",) if k in clause)]
    conditions = ", ".join(when + [f"not {fact}" for fact in clause.get("unless", [])])
    prefix = f"{name.replace('_', ' ')}: " if name else ""
    of = f" (for: {conditions})" if conditions else ""
    paragraph(f"- {prefix}{clause['says']}{of}. [{clause['cite']}]", "  ", "    ")
    if "rows" in clause:
        click.echo("    not scored        quality  cost    ia    pi")
        for missing, row in clause["rows"].items():
            click.echo(f"    {missing:<16}" + "".join(f"{weight:>7}" for weight in row))
    if "assumption" in clause:
        paragraph(f"{clause['confidence'].capitalize()} confidence: {clause['assumption']}.", "    ")
