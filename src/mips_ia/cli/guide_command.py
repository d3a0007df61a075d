"""`mips-ia guide`: what an activity takes, and what to keep to prove it."""

import click

from mips_ia.catalogue import Activity, catalogue
from mips_ia.cli.shared import current_year, format_option, heading, paragraph, refuse, show_json, year_option
from mips_ia.formats.cells import tidied
from mips_ia.formats.guide_text import how, many, plain_guide, source
from mips_ia.formats.texts import texts
from mips_ia.problems import Problem, Refused
from mips_ia.reading.guides import Guide, Leaf, Node, guide, guides
from mips_ia.reading.yearbook import years

EPILOG = f"""\b
Example:
  mips-ia guide IA_PSPA_21
  mips-ia guide IA_PSPA_6 --year {years()[0]} --format json

The guide is in our own words. Where CMS's own wording was loaded (mips-ia texts load), it follows.
"""


@click.command("guide", epilog=EPILOG, short_help="Say what an activity takes and what to keep")
@click.argument("id")
@year_option
@format_option
def command(id: str, year: int | None, as_format: str) -> None:
    """Say what the activity ID asks for in a performance year, and what to keep as proof.

    Without --year it is the newest year of final rules in which the activity can be attested.
    """
    id = tidied(id.upper())
    try:
        year, found = found_guide(id, year)
        activity = catalogue(year).activities.get(id)
    except Refused as refusal:
        refuse(refusal)
    if as_format == "json":
        show_json(plain_guide(found, year, activity))
    else:
        show(found, year, activity)


def found_guide(id: str, year: int | None) -> tuple[int, Guide]:
    """The guide and its year; `Refused` where there is none."""
    meanings = guides(id)
    if not meanings:
        what = f"No activity is called {id!r}."
        fix = "Search for it: mips-ia activities --search WORD."
        raise Refused([Problem("unknown_activity", id, what, fix)])
    if year is None:
        newest = current_year()
        year = next((y for y in range(newest, meanings[0].since - 1, -1) if guide(id, y)), newest)
    catalogue(year)  # refused where the year is not here
    found = guide(id, year)
    if found is None:
        spans = ((each.since, each.until or years()[-1]) for each in meanings)
        has = ", ".join(str(a) if a == b else f"{a} to {b}" for a, b in spans)
        what = f"It has no guide for {year}; it has for {has}."
        raise Refused([Problem("no_guide", id, what, "Give --year.")])
    return year, found


def show(found: Guide, year: int, activity: Activity | None) -> None:
    """A guide in words."""
    click.secho(f"{found.id} {activity.title if activity else ''}, performance year {year}", bold=True)
    paragraph(found.summary)
    click.echo()
    paragraph(f"Good for: {found.good_for}", "", "  ")
    paragraph(f"Effort: {found.effort}. {found.because}", "", "  ")
    for name, says in (("How long", found.period or "90 days in a row."), ("How often", found.frequency)):
        if says:
            paragraph(f"{name}: {says}", "", "  ")
    heading("What to keep")
    _part(found.requirement, 1)
    if found.notes:
        heading("Notes")
        for note in found.notes:
            paragraph(f"- {note}", "  ", "    ")
    heading("Source")
    paragraph(f"{source(found)} Confidence: {found.confidence}.", "  ")
    if wording := texts(year).get(found.id):
        heading("CMS's own wording")
        for line in wording.description.splitlines():
            paragraph(line, "  ")


def _part(part: Node | Leaf, depth: int) -> None:
    indent = "  " * depth
    if isinstance(part, Node):
        click.echo(f"{indent}{many(part)}:")
        for each in part.of:
            _part(each, depth + 1)
        return
    paragraph(f"- {part.says}", indent, f"{indent}  ")
    paragraph(f"{part.id}: {how(part)}", f"{indent}  ", f"{indent}    ")
