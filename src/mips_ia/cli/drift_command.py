"""`mips-ia drift`: what became of a list of activities since it was made."""

import re
import sys
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import click

from mips_ia.catalogue import catalogue
from mips_ia.cli.shared import current_year, format_option, heading, paragraph, refuse, show_json, year_option
from mips_ia.formats.cells import tidied
from mips_ia.formats.tables import tables
from mips_ia.planning.drift import Fate, drift
from mips_ia.problems import Problem, Refused, counted
from mips_ia.reading.specialties import specialties, specialty
from mips_ia.reading.yearbook import years

_ID = re.compile(r"\bIA[_ -]?(?:[A-Z]{2,4}[_ -]?[0-9]{1,2}|PCMH|MVP)\b")
EPILOG = f"""\b
Example:
  mips-ia drift physiatry --year {years()[-2]}
  mips-ia drift samples/list.csv --from {years()[4]} --year {years()[-2]} --all

LIST is a specialty of which a society's list is here, or any CSV, XLSX or text file that names
activities by their ids. Exit code 0: all can still be used; 1: some cannot.
"""


@click.command("drift", epilog=EPILOG, short_help="Say what became of a list of activities")
@click.argument("list_of", metavar="LIST")
@click.option("--from", "since", type=int, help="The performance year for which the list was made.")
@year_option
@click.option("--all", "everything", is_flag=True, help="Name the activities that are still good, too.")
@format_option
def command(list_of: str, since: int | None, year: int | None, everything: bool, as_format: str) -> None:
    """Say which activities of LIST can still be used in a year, and what happened to the others."""
    year = year or current_year()
    try:
        catalogue(year)
        name, made, ids = _list(list_of, since)
        since = since or made
        catalogue(since)
        fates = drift(ids, since, year)
    except Refused as refusal:
        refuse(refusal)
    if as_format == "json":
        show_json({"list": name, "from": since, "year": year, "fates": [fate._asdict() for fate in fates]})
    else:
        _show(name, since, year, fates, everything)
    sys.exit(any(not fate.usable for fate in fates))


def _list(given: str, since: int | None) -> tuple[str, int, list[str]]:
    """The name of a list, the year it was made for, and its ids in order."""
    path = Path(given)
    if path.is_file():
        if since is None:
            what = "It is not known for which year the list was made."
            raise Refused([Problem("list_year_unknown", path.name, what, "Give --from YEAR.")])
        return path.name, since, _ids(path)
    found = specialty(given)
    if found and found.list:
        newest = max(found.list, key=lambda each: each.performance_year)
        return newest.name, newest.performance_year, list(newest.entries)
    having = ", ".join(each.id for each in specialties() if each.list)
    what = "There is no such file, and no specialty of this name has a society's list."
    raise Refused([Problem("no_list", given, what, f"Give a file, or one of: {having}.")])


def _ids(path: Path) -> list[str]:
    """Every activity id that a file names, in order, each once."""
    found, problems = tables([path])
    if wrong := [problem for problem in problems if problem.severity == "error"]:
        raise Refused(wrong)
    lines = [
        line for table in found for line in (table.header, *(row.cells + row.surplus for row in table.rows))
    ]
    text = "\n".join(map(" ".join, lines)).upper()
    ids = list(dict.fromkeys(tidied(each) for each in _ID.findall(text)))
    if not ids:
        what = "It names no activity."
        raise Refused([Problem("no_activities", path.name, what, "Give ids such as IA_BE_4.")])
    return ids


def _show(name: str, since: int, year: int, fates: Sequence[Fate], everything: bool) -> None:
    gone = [fate for fate in fates if not fate.usable]
    kept = [fate for fate in fates if fate.usable]
    changed = Counter(fate.kind for fate in kept)["reworded"]
    click.secho(f"{name}, made for {since}, in {year}", bold=True)
    click.echo(f"{len(kept)} of {counted(len(fates), 'activity')} can still be used.")
    if gone:
        heading("Cannot be used")
        for fate in gone:
            _tell(fate, since, year)
    if changed and not everything:
        click.echo()
        paragraph(
            f"CMS changed what {changed} of the {len(kept)} ask for, or their titles; --all names them."
        )
    if everything and kept:
        heading("Can still be used")
        for fate in kept:
            _tell(fate, since, year)


def _tell(fate: Fate, since: int, year: int) -> None:
    listed = catalogue(since).activities.get(fate.id)
    title = f" {listed.title}" if listed else ""
    paragraph(f"{fate.id}{title}", "  ", "    ")
    paragraph(f"{fate.kind}: {fate.says}", "    ", "    ")
    for id in (*filter(None, [fate.now]), *fate.near):
        word = "Now" if id == fate.now else "Near to it now"
        paragraph(f"{word}: {id} {catalogue(year).activities[id].title}", "    ", "      ")
