"""A reform in words, and what it does to a population, as tables."""

from collections.abc import Mapping, Sequence
from typing import Any

import click

from mips_ia.cli.shared import heading, paragraph, table
from mips_ia.cli.shown import number
from mips_ia.formats.reforms import toml_value
from mips_ia.population.compared import SIDES
from mips_ia.population.differences import Differences
from mips_ia.reading.paths import written
from mips_ia.reading.reform import Change, Reform

BAR = 30
MOVED = {"points": "Points", "final_points": "Final points"}
_LEFT = ("By", "Year", "Reports as", "Size", "TIN", "NPI", "Name")


def show_reform(reform: Reform, changes: Sequence[Change]) -> None:
    """What changes in which years, and the sentence of the clause in which it stands."""
    click.secho(reform.title, bold=True)
    alike: dict[tuple[str, str], list[int]] = {}
    for each in changes:
        before = "nothing" if each.before is None else toml_value(each.before)
        said = f"{written(each.path)}: from {before} to {toml_value(each.after)}"
        alike.setdefault((said, each.says), []).append(each.year)
    for (said, says), of in alike.items():
        click.echo(f"{spans(of)} {said}")
        paragraph(f"{says}." if says else "", "    ")
    if not changes:
        click.echo("It changes nothing.")


def spans(years: Sequence[int]) -> str:
    """Years in order as a person says them: the first and the last of those that follow each other."""
    runs: list[list[int]] = []
    for year in years:
        if runs and year == runs[-1][-1] + 1:
            runs[-1].append(year)
        else:
            runs.append([year])
    return ", ".join(str(run[0]) if len(run) == 1 else f"{run[0]} to {run[-1]}" for run in runs)


def show_differences(found: Differences) -> None:
    """Who gains and who loses, averages, from which points to which, who they are, and who loses most."""
    if not found.participants:
        click.echo("Nobody was scored.")
        return
    heading("Who gains and who loses")
    moved = [[MOVED[each["by"]], *_whole(each, "gain", "lose", "stay")] for each in found.moved]
    _table(["By", "Gain", "Lose", "Stay"], moved)
    click.echo(f"Another score: {found.differing:,} of {found.participants:,}.")
    click.echo(f"Become certain: {found.become_certain:,}; become uncertain: {found.become_uncertain:,}.")
    gained, lost = found.activities_gained, found.activities_lost
    click.echo(f"Activities that count only by the reform: {gained:,}; that count only as it is: {lost:,}.")
    _averages(found)
    _points(found)
    _who(found)
    if found.losses:
        _losses(found)


def _averages(found: Differences) -> None:
    heading("On average")
    rows = []
    for name, said in MOVED.items():
        before, after = (found.average[f"{name}_{side}"] for side in SIDES)
        rows.append([said, f"{before:.2f}", f"{after:.2f}", f"{after - before:+.2f}"])
    before, after = (found.average[f"full_{side}"] for side in SIDES)
    whole = found.participants
    rows.append(["Full credit", _share(before, whole), _share(after, whole), f"{after - before:+,}"])
    _table(["", "As it is", "By the reform", "Difference"], rows)


def _points(found: Differences) -> None:
    heading("From points to points")
    most = max(each["participants"] for each in found.points)
    rows = [
        [*_whole(each, "points_as_is", "points_reform", "participants"),
         "█" * round(BAR * each["participants"] / most)]
        for each in found.points
    ]  # fmt: skip
    _table(["As it is", "By the reform", "Participants", ""], rows)


def _who(found: Differences) -> None:
    heading("Who they are")
    columns = ["Year", "Reports as", "Size", "Participants", "Gain", "Lose", "Final points", "Then",
               "Full credit", "Then full"]  # fmt: skip
    rows = [
        [str(each["performance_year"]), each["entity"], each["size"],
         *_whole(each, "participants", "gain", "lose"),
         *(f"{each[f'final_points_{side}']:.2f}" for side in SIDES),
         *(_share(each[f"full_{side}"], each["participants"]) for side in SIDES)]
        for each in found.who
    ]  # fmt: skip
    _table(columns, rows)


def _losses(found: Differences) -> None:
    heading("Largest losses of the final score")
    columns = ["Year", "TIN", "NPI", "Name", "Size", "Points", "Then points", "Final points", "Then"]
    rows = [
        [str(each["performance_year"]), each["tin"] or each["entity_id"], each["npi"], each["name"],
         each["size"], *_whole(each, "points_as_is", "points_reform"),
         *(number(each[f"final_points_{side}"]) for side in SIDES)]
        for each in found.losses
    ]  # fmt: skip
    _table(columns, rows)


def _table(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    table(columns, rows, right=[name for name in columns if name and name not in _LEFT])


def _whole(each: Mapping[str, Any], *names: str) -> list[str]:
    return [f"{each[name]:,}" for name in names]


def _share(part: int, whole: int) -> str:
    return f"{100 * part / whole:.1f}%"
