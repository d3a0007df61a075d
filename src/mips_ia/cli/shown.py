"""An assessment in words, for a practice manager who reads it without help."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import click

from mips_ia.assessment import Assessment
from mips_ia.attestation import Verdict
from mips_ia.cli.shared import heading, paragraph
from mips_ia.planning.ways import ways
from mips_ia.problems import Problem, counted
from mips_ia.scoring import Score, Step
from mips_ia.scoring import score as rescored
from mips_ia.standing import Practice, words

if TYPE_CHECKING:  # `requirements` shows no participant, and starts the sooner
    from mips_ia.formats.participants import Participant

PATHWAYS = {
    "traditional": "traditional MIPS",
    "mvp": "MVP",
    "app": "APM Performance Pathway (APP)",
    "apm_scoring_standard": "APM scoring standard",
}
ALWAYS = ("small_practice", "rural", "hpsa", "non_patient_facing", "apm")
CATEGORIES = {"quality": "quality", "cost": "cost", "ia": "this category", "pi": "PI"}
SAID_ELSEWHERE = ("special_status", "mips_apm")
COUNTS = {True: ("Counts", "green"), False: ("Does not count", "red"), None: ("Unknown", "yellow")}


def number(value: float) -> str:
    """A number without needless zeros: `15`, `7.5`, `11.25`."""
    return f"{value:g}"


def name(who: "Participant") -> str:
    """How a participant is called in a list."""
    ids = [who.npi and f"NPI {who.npi}", who.tin and f"TIN {who.tin}", who.entity_id]
    known = next((each for each in ids if each), who.where)
    return f"{who.name} ({known})" if who.name else known


def told_apart(everybody: Sequence[tuple["Participant", Assessment]]) -> list[str]:
    """The names in a list; who shares name and year with another has TIN, pathway and place too."""
    short = [(name(who), found.rules.year) for who, found in everybody]
    long = [(*each, _apart(who)) for each, (who, _) in zip(short, everybody, strict=True)]
    times: Counter[tuple[object, ...]] = Counter([*short, *long])
    return [
        each[0] + (f", {more[-1]}" if times[each] > 1 else "") + (f", {who.where}" if times[more] > 1 else "")
        for each, more, (who, _) in zip(short, long, everybody, strict=True)
    ]


def _apart(who: "Participant") -> str:
    tin = f"TIN {who.tin}, " if who.npi and who.tin else ""
    return tin + pathway(who.practice)


def pathway(who: Practice) -> str:
    """The pathway as it is called, and the MVP: `traditional MIPS`, `MVP M0004`."""
    return PATHWAYS[who.pathway] + (f" {who.mvp}" if who.mvp else "")


def answer(score: Score) -> str:
    """Whether there is full credit, in a word: yes, no, or unknown."""
    if score.points == score.full:
        return "Yes"
    return "Unknown" if score.most > score.points else "No"


def explain(who: "Participant", found: Assessment, unread: Sequence[Problem] = ()) -> None:
    """The whole explanation: the answer first, then why, then what would change it.

    `unread` has what the input tells of this participant and could not be read.
    """
    score = found.score
    click.echo()
    click.secho(f"{name(who)}, performance year {found.rules.year}", bold=True)
    click.echo(reporting(found))
    if found.rules.status == "proposed":
        click.secho("Proposed rules. They can change.", fg="yellow")
    click.echo()
    _answer(found)
    if unread:
        heading("What could not be read")
        for problem in unread:
            paragraph(f"- {problem}", "  ", "    ")
    heading("Why")
    for step in score.steps:
        _step(step)
    if len(score.steps) > 1:
        paragraph(f"{score.points:>4}  in all", hang=" " * 6)
    paragraph(f"{weighing(found)} [{score.weighing.cite}]", "      ")
    _activities(found)
    _changes(found)
    _known(found)
    for title, lines in (("Read otherwise", [*_readings(found)]), ("Assumptions", [*found.assumptions])):
        if lines:
            heading(title)
            for line in lines:
                paragraph(f"- {line}.", "  ", "    ")
    click.echo()
    click.echo(f"By the rules of {found.rules.year}, edition {found.rules.edition}.")


def reporting(found: Assessment) -> str:
    """Who reports, and how: `Group of 24 clinicians, traditional MIPS`."""
    who = found.practice
    entity = words(who.entity).capitalize().replace("Apm", "APM")
    if who.many and who.clinicians is not None:
        entity += f" of {counted(who.clinicians, 'clinician')}"
    elif who.many:
        entity += ", number of clinicians not known"
    return f"{entity}, {pathway(who)}"


def _answer(found: Assessment) -> None:
    score = found.score
    worth = f"worth {number(score.final)} of the {score.weight} points"
    worth += " the category can add to the final score"
    if found.practice.not_scored is None:
        worth += " if every category is scored"
    if score.points == score.full:
        said = f"Full credit: {score.full} of {score.full} points, {worth}."
    elif score.most > score.points:
        said = (
            f"{score.points} of {score.full} points are certain and up to {score.most} are possible. "
            f"What is certain is {worth}"
            + (f", what is possible {number(score.final_most)}." if score.final_most > score.final else ".")
        )
    else:
        said = f"{score.points} of {score.full} points, {worth}."
    paragraph(said, "  ")


def _step(step: Step) -> None:
    clause = step.clause
    if step.activities:
        each = step.points // step.activities
        kind = "" if step.kind == "activity" else f"{step.kind}-weighted "
        said = f"{counted(step.activities, kind + 'activity')} at {each} points. {clause.says}."
    elif step.points == 0 and not clause.when:
        said = "No activity counts."
    else:
        said = f"{clause.says}."
    paragraph(f"{step.points:>+4}  {said} [{clause.cite}]", hang=" " * 6)


def weighing(found: Assessment) -> str:
    """What the category weighs in the final score, and why."""
    score, missing = found.score, found.practice.not_scored
    said = f"Improvement activities are {score.weight}% of the final score"
    if score.weight_most != score.weight:
        said = f"Improvement activities are {score.weight}% to {score.weight_most}% of the final score"
    if missing:
        names = " and ".join(CATEGORIES[name] for name in sorted(missing))
        return f"{said}, because {names} {'are' if len(missing) > 1 else 'is'} not scored."
    if missing is None:
        others = {
            name: rescored(replace(found.profile, not_scored=frozenset([name])), found.rules).weight
            for name in ("quality", "cost", "pi")
        }
        ifs = [
            f"{weight}% if {CATEGORIES[n]} is not" for n, weight in others.items() if weight != score.weight
        ]
        return f"{said} if every category is scored" + "".join(f"; {each}" for each in ifs) + "."
    return f"{said}."


def _activities(found: Assessment) -> None:
    if not found.verdicts:
        return
    heading("Activities")
    for verdict in found.verdicts:
        word, color = COUNTS[verdict.counts]
        title = (
            f"{verdict.attestation.activity} {verdict.activity.title if verdict.activity else ''}".rstrip()
        )
        click.secho(f"  {word:<15}", fg=color, nl=False)
        paragraph(title, "", " " * 17)
        for line in _reasons(verdict, found.practice.clinicians):
            paragraph(line, " " * 17)


def _reasons(verdict: Verdict, clinicians: int | None) -> Iterator[str]:
    given = verdict.attestation
    if given.clinicians is not None and verdict.needed and verdict.counts:
        yield f"{given.clinicians} of {clinicians} clinicians; {verdict.needed} are needed."
    for problem in verdict.problems:
        what = f"{problem.what} {problem.fix}".strip()
        yield f"{what} [{problem.cite}]" if problem.cite else what


def _changes(found: Assessment) -> None:
    if not (enough := ways(found)):
        return
    heading("What would give full credit" + (" (any one of these)" if len(enough) > 1 else ""))
    for way in enough:
        paragraph(f"- {way}", "  ", "    ")


def _known(found: Assessment) -> None:
    heading("What is known of the practice")
    word = {True: "yes", False: "no", None: "unknown"}
    for fact in found.standing.values():
        if fact.name in ALWAYS or (fact.value and fact.name not in SAID_ELSEWHERE):
            paragraph(f"{words(fact.name)}: {word[fact.value]}. {fact.says}. [{fact.cite}]", "  ", "    ")


def _readings(found: Assessment) -> Iterator[str]:
    for other in found.score.alternatives:
        up_to = "" if other.most == other.points else f" to {other.most}"
        yield (
            f"{other.clause.says}. Read as {other.reading}={other.value}, it would be "
            f"{other.points}{up_to} points [{other.clause.cite}]"
        )
