"""`mips-ia activities`: a year's inventory, listed and searched."""

from datetime import datetime
from typing import Any

import click

from mips_ia.catalogue import Activity, Catalogue, catalogue, renamed
from mips_ia.cli.shared import (
    current_year,
    day,
    format_option,
    known_on_option,
    refuse,
    show_json,
    table,
    year_option,
)
from mips_ia.problems import Refused
from mips_ia.reading.yearbook import yearbook, years

EPILOG = f"""\b
Example:
  mips-ia activities --search opioid
  mips-ia activities --mvp M0004 --subcategory beneficiary
  mips-ia activities --weight high --year {years()[0]} --format json

JSON is a list of objects with id, title, weight, subcategory, programs and the rest.
"""


@click.command("activities", epilog=EPILOG, short_help="List and search a year's activities")
@year_option
@click.option("--search", help="Words that the id or title has, in any case and order.")
@click.option("--subcategory", help="A subcategory, or the beginning of its name.")
@click.option(
    "--weight", type=click.Choice(["high", "medium"]), help="A weight, in the years that have them."
)
@click.option("--mvp", help="Only what this MVP takes.")
@click.option("--program", help="Only what this program takes: mips, app1, appPlus, or an MVP id.")
@known_on_option
@format_option
def command(
    year: int | None,
    search: str | None,
    subcategory: str | None,
    weight: str | None,
    mvp: str | None,
    program: str | None,
    as_known_on: datetime | None,
    as_format: str,
) -> None:
    """List the improvement activities of a performance year."""
    try:
        listed = catalogue(year or current_year(), day(as_known_on))
    except Refused as refusal:
        refuse(refusal)
    if mvp and mvp.upper() not in listed.mvps:
        known = ", ".join(listed.mvps) or "none"
        raise click.UsageError(f"{listed.year} has no MVP {mvp}; it has: {known}.")
    if weight and not _weighted(listed):
        raise click.UsageError(f"{listed.year} has no weights; leave out --weight.")
    if program:
        program = _program(program, listed)
    found = [
        activity
        for activity in listed.activities.values()
        if _matches(activity, search, subcategory, weight)
        and (not mvp or activity.id in listed.mvps[mvp.upper()].activities)
        and (not program or activity.programs is None or program in activity.programs)
    ]
    if as_format == "json":
        show_json([plain_activity(activity, listed.year) for activity in found])
    else:
        _show(found, listed)


def _show(found: list[Activity], listed: Catalogue) -> None:
    weights = _weighted(listed)
    rows = [
        [a.id, *([a.weight or "-"] if weights else []), a.subcategory or "-", a.title + _mark(a)]
        for a in found
    ]
    if rows:
        table(["Id", *(["Weight"] if weights else []), "Subcategory", "Title"], rows)
    click.echo(f"{len(found)} of the {len(listed.activities)} activities of {listed.year}.")


def _weighted(listed: Catalogue) -> bool:
    """Whether the activities of the year have weights."""
    return any(activity.weight for activity in listed.activities.values())


def _program(given: str, listed: Catalogue) -> str:
    """A program of the year as CMS spells it; a usage error, naming those of the year, for no such."""
    listing = (activity.programs or () for activity in listed.activities.values())
    known = {*yearbook(listed.year).formats["qpp_json"]["programs"], *listed.mvps}.union(*listing)
    for name in known:
        if name.lower() == given.strip().lower():
            return name
    names = ", ".join([*sorted(known - listed.mvps.keys()), *listed.mvps])
    raise click.UsageError(f"{listed.year} has no program {given}; it has: {names}.")


def _matches(activity: Activity, search: str | None, subcategory: str | None, weight: str | None) -> bool:
    text = f"{activity.id} {activity.title}".lower()
    return (
        all(word in text for word in (search or "").lower().split())
        and activity.subcategory.lower().startswith((subcategory or "").lower().replace(" ", ""))
        and (not weight or activity.weight == weight)
    )


def _mark(activity: Activity) -> str:
    marks = [f"was {activity.predecessor}"] if activity.predecessor else []
    if activity.event:
        marks.append(f"{activity.event.kind} {activity.event.known_on}")
    return f" ({'; '.join(marks)})" if marks else ""


def plain_activity(activity: Activity, year: int) -> dict[str, Any]:
    """An activity as JSON has it; `programs` null means that the year does not list them."""
    event = activity.event
    now = renamed(activity.id, year, year + 1)
    return {
        "id": activity.id,
        "title": activity.title,
        "weight": activity.weight or None,
        "subcategory": activity.subcategory or None,
        "programs": None if activity.programs is None else sorted(activity.programs),
        "registration_types": list(activity.registration_types),
        "first_year": activity.first_year,
        "cehrt_bonus": activity.cehrt_bonus,
        "predecessor": activity.predecessor or None,
        "successor": None if now == activity.id else now,
        "event": event
        and {
            "kind": event.kind,
            "known_on": str(event.known_on),
            "counts_if_started_by": event.counts_if_started_by and str(event.counts_if_started_by),
            "says": event.says,
            "cite": event.cite,
        },
    }
