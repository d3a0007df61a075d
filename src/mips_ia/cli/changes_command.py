"""`mips-ia changes`: what is different between two years' inventories."""

import click

from mips_ia.catalogue import catalogue, changes
from mips_ia.cli.shared import format_option, heading, paragraph, refuse, show_json
from mips_ia.problems import Refused
from mips_ia.reading.yearbook import years

EPILOG = f"""\b
Example, from one year to the next and over several:
  mips-ia changes {years()[-3]} {years()[-2]}
  mips-ia changes {years()[0]} {years()[-2]} --format json
"""


@click.command("changes", epilog=EPILOG, short_help="Say what changed between two years")
@click.argument("before", type=int, metavar="FROM")
@click.argument("after", type=int, metavar="TO")
@format_option
def command(before: int, after: int, as_format: str) -> None:
    """Say what CMS added, removed, renumbered, retitled, reweighted and suspended from FROM to TO."""
    if before >= after:
        raise click.UsageError(f"FROM must be a year before TO; {before} is not before {after}.")
    try:
        found = changes(before, after)
        titles = {**catalogue(before).activities, **catalogue(after).activities}
    except Refused as refusal:
        refuse(refusal)
    if as_format == "json":
        show_json(found._asdict())
        return
    sections = {
        "Added": [f"{id} {titles[id].title}" for id in found.added],
        "Removed": [f"{id} {titles[id].title}" for id in found.removed],
        "Renumbered": [f"{old} is now {new} {titles[new].title}" for old, new in found.renumbered],
        "Retitled": [f"{id}: {old} → {new}" for id, old, new in found.retitled],
        "Reweighted": [f"{id}: {old or 'none'} → {new or 'none'}" for id, old, new in found.reweighted],
        f"Suspended in {after}": [f"{id} {titles[id].title}" for id in found.suspended],
    }
    if found.reweighted and not any(new for _, _, new in found.reweighted):
        sections["Reweighted"] = [
            f"All {len(found.reweighted)} that stayed lost their weight: {after} has no weights."
        ]
    for title, lines in sections.items():
        if lines:
            heading(title if lines[0].startswith("All ") else f"{title} ({len(lines)})")
            for line in lines:
                paragraph(line, "  ", "    ")
    if not any(sections.values()):
        click.echo(f"Nothing changed from {before} to {after}.")
