"""A reform: other values laid over the data of years, and what it changes there.

It is no data of ours, so that whatever is wrong with it is `Refused`, with every reason.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from mips_ia.problems import Problem, Refused
from mips_ia.reading.files import DataFault, parsed
from mips_ia.reading.paths import Steps, addable, leaves, nowhere, put, sentence, standing, written

EVERY = "every"
DATA = ("rules", "activities", "mvps")
Tables = Mapping[str, Any]
Asked = tuple[str, int, Steps, Any]  # the year or `every` as written, a year, path, value
_IS = {
    str: "a text",
    int: "a whole number",
    bool: "true or false",
    date: "a day",
    list: "a list",
    dict: "a table",
}


@dataclass(frozen=True, slots=True)
class Reform:
    """Other values by year (or `every`), kind of data and path; `where` names it in problems."""

    title: str
    over: Mapping[str, Any]
    where: str


@dataclass(frozen=True, slots=True)
class Change:
    """One value that a reform changes in one year; `before` is None where nothing is said.

    `says` is the sentence of the clause in which it stands, or the title of the activity or MVP.
    """

    year: int
    path: Steps
    before: Any
    after: Any
    says: str


def read(path: Path) -> Reform:
    """The reform that a file states; `Refused` where it cannot be read or is not laid out as one."""
    try:
        found = parsed(path.read_bytes(), path.name)
    except (OSError, DataFault) as fault:
        why = fault.strerror if isinstance(fault, OSError) else fault.__cause__
        wrong = Problem("bad_reform", path.name, f"It cannot be read: {why}.", "Give a file in TOML.")
        raise Refused([wrong]) from fault
    return laid_out(found, path.name)


def laid_out(found: Mapping[str, Any], where: str) -> Reform:
    """The reform that a parsed file states; `Refused` where it is not laid out as one."""
    title, over = found.get("title"), {name: each for name, each in found.items() if name != "title"}
    wrong = [*_not_laid_out(over, where)]
    if not isinstance(title, str) or not title.strip():
        fix = 'Say in one line what it is: title = "Three quarters of a group".'
        wrong.insert(0, Problem("bad_reform", f"{where}: title", "It has no title.", fix))
    if wrong:
        raise Refused(wrong)
    return Reform(" ".join(str(title).split()), over, where)


def _not_laid_out(over: Mapping[str, Any], where: str) -> Iterator[Problem]:
    for year, tables in over.items():
        place = f"{where}: {written([year])}"
        if year != EVERY and not year.isdecimal():
            what = f"It is neither a year nor {EVERY!r}."
            yield Problem("bad_reform", place, what, f"Write the title alone above a year or {EVERY!r}.")
        elif not isinstance(tables, dict):
            yield Problem("bad_reform", place, f"It is a table, not {tables!r}.", f"Write [{year}.rules].")
        else:
            for name, table in tables.items():
                if name not in DATA or not isinstance(table, dict):
                    what = f"A year has the tables {', '.join(DATA)}."
                    yield Problem("bad_reform", f"{place}.{written([name])}", what, "Use one of these.")


def changes(reform: Reform, tables: Mapping[int, Tables]) -> list[Change]:
    """What a reform changes in the tables of the years, in order; `Refused` with all that is wrong in it.

    What is said for every year changes the years that have it; what is said for one year goes before.
    """
    wrong: list[Problem] = []
    asked = [*_for_every(reform, tables, wrong), *_for_one(reform, tables, wrong)]
    found = {}
    for name, year, path, value in asked:
        known = tables[year]
        wrong += _misfit(known, path, value, f"{reform.where}: {written([name, *path])}")
        found[year, path] = Change(year, path, standing(known, path), value, sentence(known, path))
    if wrong:
        raise Refused(dict.fromkeys(wrong))
    return sorted((each for each in found.values() if each.before != each.after), key=lambda each: each.year)


def changed(tables: Tables, changes: Iterable[Change]) -> Tables:
    """The tables of a year with the changes in them; a citation that is changed is left as it was given."""
    for each in sorted(changes, key=lambda each: each.path[-1] == "cite"):
        tables = put(tables, each.path, each.after)
    return tables


def _for_one(reform: Reform, tables: Mapping[int, Tables], wrong: list[Problem]) -> Iterator[Asked]:
    """What is said for a year alone."""
    for name in sorted(reform.over.keys() - {EVERY}):
        if int(name) not in tables:
            what = f"The years that are here run from {min(tables)} to {max(tables)}."
            wrong.append(Problem("unknown_year", f"{reform.where}: {name}", what, "Give one of those."))
            continue
        for path, value in leaves(reform.over[name]):
            if why := nowhere(tables[int(name)], path):
                wrong.append(_leads_nowhere(reform, (name, *path), why))
            else:
                yield name, int(name), path, value


def _for_every(reform: Reform, tables: Mapping[int, Tables], wrong: list[Problem]) -> Iterator[Asked]:
    """What is said for every year, in each that has it.

    A field that a clause may have, and has in no year, is said wherever the clause is.
    """
    for path, value in leaves(reform.over.get(EVERY, {})):
        may = [year for year in tables if not nowhere(tables[year], path)]
        have = [year for year in may if standing(tables[year], path) is not None]
        if not may:
            newest = max(tables)
            why = f"No year has it. In {newest}, {nowhere(tables[newest], path)}"
            wrong.append(_leads_nowhere(reform, (EVERY, *path), why))
        yield from ((EVERY, year, path, value) for year in have or may)


def _leads_nowhere(reform: Reform, path: Steps, why: str) -> Problem:
    fix = "Give a path that the data of the year have."
    return Problem("leads_nowhere", f"{reform.where}: {written(path)}", why, fix)


def _misfit(tables: Tables, path: Steps, value: Any, where: str) -> Iterator[Problem]:
    """That a value is of another type than what stands there, or than what the clause may have there."""
    before, fix = standing(tables, path), "Give a value of that type."
    if before is not None and type(value) is not type(before):
        yield Problem("another_type", where, f"It is {_IS[type(before)]}, not {value!r}.", fix)
    read_added = addable(standing(tables, path[:-1]), path[-1]) if before is None else None
    if read_added:
        try:
            read_added(value, "")
        except DataFault as fault:
            yield Problem("another_type", where, f"It{str(fault).removeprefix(': it')}.", fix)
