"""`mips-ia requirements`: what somebody needs for full credit, before anything is done."""

import re
from datetime import datetime
from typing import Any

import click

from mips_ia.assessment import Assessment, assess
from mips_ia.attestation import last_start, length
from mips_ia.cli.shared import (
    chosen,
    current_year,
    day,
    format_option,
    heading,
    known_options,
    paragraph,
    refuse,
    show_json,
    show_problems,
    year_option,
)
from mips_ia.cli.shown import reporting, weighing
from mips_ia.formats.plain import plain_problem
from mips_ia.planning.deadlines import deadlines
from mips_ia.planning.ways import completing, enough, ways
from mips_ia.problems import Refused, counted
from mips_ia.reading.clauses import Clause
from mips_ia.standing import Practice

EPILOG = """\b
Example:
  mips-ia requirements --size 9
  mips-ia requirements --size 24 --status none
  mips-ia requirements --entity individual --status rural --apm other_apm
  mips-ia requirements --pathway mvp --mvp M0004 --format json

What you do not say is not known; the answer then names what would decide.
"""
STATUSES = (
    "small_practice",
    "rural",
    "hpsa",
    "non_patient_facing",
    "hospital_based",
    "asc_based",
    "facility_based",
)


@click.command("requirements", epilog=EPILOG, short_help="Say what is needed for full credit")
@year_option
@click.option("--size", type=click.IntRange(1, 1_000_000), help="Clinicians (NPIs) who bill under the TIN.")
@click.option(
    "--entity",
    type=click.Choice(["individual", "group", "virtual_group", "subgroup", "apm_entity"]),
    help="Who reports. By default a group, or an individual where --size is 1.",
)
@click.option("--status", "statuses", multiple=True, type=click.Choice([*STATUSES, "none"]),
              help="A special status of CMS's look-up; repeat it, or say none.")  # fmt: skip
@click.option(
    "--pathway",
    type=click.Choice(["traditional", "mvp", "app", "apm_scoring_standard"]),
    default="traditional",
)
@click.option("--mvp", help="The id of the MVP, for --pathway mvp.")
@click.option("--apm", type=click.Choice(["mips_apm", "other_apm", "none"]), help="Participation in an APM.")
@known_options
@format_option
def command(
    year: int | None,
    size: int | None,
    entity: str | None,
    statuses: tuple[str, ...],
    pathway: str,
    mvp: str | None,
    apm: str | None,
    as_known_on: datetime | None,
    readings: tuple[str, ...],
    as_format: str,
) -> None:
    """Say how many activities are needed, for how long, by how many, and by when.

    Each sentence has its source. The year is the newest whose rules are final, unless given.
    """
    who = Practice(
        performance_year=year or current_year(),
        entity=entity or ("individual" if size == 1 else "group"),
        pathway=pathway,
        mvp=mvp.upper() if mvp else None,
        clinicians=size,
        statuses=frozenset(statuses) - {"none"} if statuses else None,
        apm=apm,
    )
    try:
        found = assess(who, (), as_known_on=day(as_known_on), **chosen(readings))
    except Refused as refusal:
        refuse(refusal)
    if as_format == "json":
        show_json(as_plain(found))
    else:
        show(found)


def clauses(found: Assessment) -> list[Clause]:
    """The clauses that decide what is needed, in the order in which one would ask."""
    rules, facts = found.rules, found.profile.facts
    unknown = found.profile.unknown
    granted = [step.clause for step in found.score.steps if step.points]
    if nothing_needed(found):
        return [*granted, found.score.weighing]
    scales: list[Clause] = []
    for scale in rules.scale:
        if scale.when <= facts | unknown:
            scales.append(scale)
        if scale.fits(facts):
            break
    thresholds = [t for t in rules.threshold if t.fits(facts)][:1] if found.practice.many else []
    homes = [credit for credit in rules.credit if "medical_home" in credit.when]
    return [*granted, *scales, *thresholds, rules.period[-1], found.score.weighing, *homes]


def nothing_needed(found: Assessment) -> bool:
    """Whether there is full credit before any activity is done."""
    return found.score.points >= found.score.full


def clinicians_needed(found: Assessment) -> int | None:
    """How many clinicians of the group must do each activity; None where that is not known."""
    who = found.practice
    if nothing_needed(found) or not (who.many and who.clinicians):
        return None
    return next(t for t in found.rules.threshold if t.fits(found.profile.facts)).needed(who.clinicians)


def sets_enough(found: Assessment) -> list[str]:
    """Every set of activities that is enough, not only the fewest, and what would decide.

    Nothing is done yet, so that nothing is to be done "more". The problems ask for an MVP that
    is not given; it is no way of its own.
    """
    fewest = ways(found)
    sets = [completing(kinds) for kinds in enough(found.profile, found.rules)] if fewest else []
    asked = {problem.fix for problem in found.problems if problem.code == "unknown_mvp"}
    listed = [re.sub(r"(\d) more ", r"\1 ", way) for way in (*fewest, *sets) if way not in asked]
    if found.practice.pathway == "mvp":
        listed = [re.sub(r"(activity|activities)\.$", r"\1 of the MVP.", way) for way in listed]
    return list(dict.fromkeys(listed))


def assumptions(found: Assessment) -> list[str]:
    """What is taken for granted, in the clauses shown and of the practice, each once."""
    used = [clause.assumption for clause in clauses(found) if clause.assumption]
    return list(dict.fromkeys([*used, *found.assumptions]))


def as_plain(found: Assessment) -> dict[str, Any]:
    """What is needed, as JSON has it."""
    period = found.rules.period[-1]
    return {
        "performance_year": found.rules.year,
        "rules_status": found.rules.status,
        "rules_edition": found.rules.edition,
        "who": reporting(found),
        "full_credit": found.score.full,
        "points_without_activities": found.score.points,
        "ways": sets_enough(found),
        "clinicians_needed": clinicians_needed(found),
        "at_least": None if nothing_needed(found) else length(period),
        "last_start": None if nothing_needed(found) else str(last_start(period, found.rules.year)),
        "weight": found.score.weight,
        "clauses": [
            {"says": c.says, "cite": c.cite, "confidence": c.confidence, "assumption": c.assumption}
            for c in clauses(found)
        ],
        "days": {name: str(each) for name, each in deadlines(found.rules).items()},
        "assumptions": assumptions(found),
        "problems": [plain_problem(problem) for problem in found.problems],
    }


def show(found: Assessment) -> None:
    """The same in words."""
    rules, full = found.rules, found.score.full
    click.echo()
    click.secho(f"{reporting(found)}, performance year {rules.year}", bold=True)
    if rules.status == "proposed":
        click.secho("Proposed rules. They can change.", fg="yellow")
    heading(f"To reach {full} of {full} points")
    if not (sets := sets_enough(found)):
        click.echo("  Nothing: full credit is given without activities.")
    for n, way in enumerate(sets):
        paragraph(f"{'or: ' if n else ''}{way}", "  ", "    ")
    if (needed := clinicians_needed(found)) is not None:
        whole = found.practice.clinicians or 0
        many = f"at least {needed} of the {counted(whole, 'clinician')}" if whole > 1 else "the one clinician"
        paragraph(f"Each activity by {many}.", "  ")
    if not nothing_needed(found):
        last = last_start(rules.period[-1], rules.year)
        least = length(rules.period[-1])
        paragraph(f"Each for at least {least} in a row; the last day to start is {last}.", "  ")
    heading("Why")
    for clause in clauses(found):
        says = weighing(found) if clause is found.score.weighing else f"{clause.says}."
        paragraph(f"- {says} [{clause.cite}]", "  ", "    ")
    heading("Days")
    for window in rules.window.values():
        opens = f"{window.opens} to " if window.opens else "by "
        paragraph(f"{opens + str(window.closes):<25} {window.says}.", "  ", " " * 28)
    if lines := assumptions(found):
        heading("Assumptions")
        for line in lines:
            paragraph(f"- {line}.", "  ", "    ")
    click.echo()
    click.echo(f"By the rules of {rules.year}, edition {rules.edition}.")
    show_problems(found.problems)
