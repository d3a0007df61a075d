"""`mips-ia specialty`: the MVPs and activities of a year that fit a specialty, and its societies' lists."""

from typing import Any

import click

from mips_ia.catalogue import catalogue
from mips_ia.cli.shared import (
    current_year,
    format_option,
    heading,
    paragraph,
    refuse,
    show_json,
    table,
    year_option,
)
from mips_ia.planning.drift import drift
from mips_ia.planning.fits import Fits, fits
from mips_ia.problems import Problem, Refused, counted
from mips_ia.reading.guides import guide
from mips_ia.reading.specialties import Listing, Specialty, specialties, specialty
from mips_ia.reading.yearbook import years

EPILOG = f"""\b
Example:
  mips-ia specialty physiatry
  mips-ia specialty "Diagnostic Radiology" --year {years()[-2]} --format json

Without a NAME it lists the specialties. MVPs and their activities are CMS's; a society's list
says of which year it is, and what has become of it (more: mips-ia drift).
"""


@click.command("specialty", epilog=EPILOG, short_help="List the activities and MVPs that fit a specialty")
@click.argument("name", required=False)
@year_option
@format_option
def command(name: str | None, year: int | None, as_format: str) -> None:
    """Say which MVPs name a specialty in a year, which activities they take, and what its societies list."""
    year = year or current_year()
    if name is None:
        _all(as_format)
        return
    try:
        found, listed = _found(name), catalogue(year)
    except Refused as refusal:
        refuse(refusal)
    fit = fits(found, listed)
    if as_format == "json":
        show_json(plain_specialty(found, year, fit))
    else:
        _show(found, year, fit)


def _found(name: str) -> Specialty:
    if found := specialty(name):
        return found
    what = "There is no specialty of this name."
    raise Refused([Problem("unknown_specialty", name, what, "List them: mips-ia specialty.")])


def _all(as_format: str) -> None:
    if as_format == "json":
        show_json([{"id": each.id, "title": each.title, "names": list(each.names)} for each in specialties()])
        return
    for each in specialties():
        click.echo(each.title)


def _show(found: Specialty, year: int, fit: Fits) -> None:
    click.secho(f"{found.title}, performance year {year}", bold=True)
    if found.about:
        paragraph(" ".join(found.about.split()))
    heading("MVPs that name it")
    if not fit.mvps:
        paragraph("None." if catalogue(year).mvps else "None: the year has no MVPs.", "  ")
    for mvp in fit.mvps:
        paragraph(f"{mvp.id} {mvp.title}", "  ", "    ")
    if fit.activities:
        heading("Activities of these MVPs, those that most of them take first")
        rows = [[each.id, str(count), _effort(each.id, year), each.title] for each, count in fit.activities]
        table(["id", "MVPs", "effort", "title"], rows, right=["MVPs"])
    for each in found.list:
        _society(each, year)


def _effort(id: str, year: int) -> str:
    found = guide(id, year)
    return found.effort if found else ""


def _society(listing: Listing, year: int) -> None:
    fates = drift(listing.entries, listing.performance_year, year)
    heading(f"{listing.name}, made for {listing.performance_year}")
    usable = sum(fate.usable for fate in fates)
    paragraph(f"{usable} of {counted(len(fates), 'activity')} can be used in {year}.", "  ")
    for fate in fates:
        entry = listing.entries[fate.id]
        mark = "" if fate.usable else f" [{fate.kind}]"
        paragraph(f"{fate.id}{mark} {entry.relevance}", "  ", "    ")


def plain_specialty(found: Specialty, year: int, fit: Fits) -> dict[str, Any]:
    """A specialty in a year as JSON has it."""
    return {
        "id": found.id,
        "title": found.title,
        "names": list(found.names),
        "year": year,
        "mvps": [{"id": mvp.id, "title": mvp.title} for mvp in fit.mvps],
        "activities": [
            {"id": activity.id, "title": activity.title, "mvps": count} for activity, count in fit.activities
        ],
        "lists": [
            {
                "name": each.name,
                "publisher": each.publisher,
                "performance_year": each.performance_year,
                "source": each.source,
                "entries": [
                    {**fate._asdict(), "relevance": each.entries[fate.id].relevance}
                    for fate in drift(each.entries, each.performance_year, year)
                ],
            }
            for each in found.list
        ],
    }
