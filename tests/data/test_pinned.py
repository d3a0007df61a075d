"""Every number and day of every year is pinned: nudge any of them and a worked example fails."""

import copy
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from mips_ia import years
from mips_ia.cli.examples import examples, failures, faults
from mips_ia.reading.yearbook import Yearbook, yearbook

# Numbers that no example could tell apart, with the reason. There is none: a grant above full
# credit, which the cap would hide, and a period of no days do not pass the checks on a folder.
UNDETECTABLE: dict[str, str] = {}


def places(table: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The path of every number and day in a parsed file."""
    if isinstance(table, dict):
        for name, value in table.items():
            yield from places(value, (*path, name))
    elif isinstance(table, list):
        for n, value in enumerate(table):
            yield from places(value, (*path, n))
    elif isinstance(table, (int, date)) and not isinstance(table, bool):
        yield path


def nudged(table: Any, path: tuple[Any, ...], by: int) -> Any:
    """A copy of a parsed file with the value at a path moved by one, or one day."""
    changed = copy.deepcopy(table)
    holder = changed
    for step in path[:-1]:
        holder = holder[step]
    value = holder[path[-1]]
    holder[path[-1]] = value + timedelta(days=by) if isinstance(value, date) else value + by
    return changed


def every_nudge(book: Yearbook) -> Iterator[tuple[str, Yearbook]]:
    for path in places(book.rules):
        for by in (1, -1):
            yield f"rules {path} {by:+}", replace(book, rules=nudged(book.rules, path, by))
    for path in places(book.activities):
        for by in (1, -1):
            yield f"activities {path} {by:+}", replace(book, activities=nudged(book.activities, path, by))


@pytest.mark.parametrize("year", years())
def test_the_examples_of_a_year_hold(year: int) -> None:
    assert failures(year) == []
    assert len(examples(year)["example"]) >= 8


@pytest.mark.parametrize("year", years())
def test_a_nudge_of_any_number_fails_an_example(year: int) -> None:
    expected = examples(year)

    unnoticed = [name for name, book in every_nudge(yearbook(year)) if not any(faults(book, expected))]

    assert [name for name in unnoticed if name not in UNDETECTABLE] == []


@pytest.mark.parametrize("year", years())
def test_every_clause_is_exercised_by_an_example(year: int) -> None:
    """Without any one clause of those that grant, ask or weigh, an example fails."""
    book, expected = yearbook(year), examples(year)
    lists = ("scale", "credit", "floor", "threshold", "medical_home", "period", "frequency", "weights")

    unused = []
    for name in (*lists, "denial", "not_scored"):
        for n, clause in enumerate(book.rules.get(name, [])):
            rest = [*book.rules[name][:n], *book.rules[name][n + 1 :]]
            if not any(faults(replace(book, rules={**book.rules, name: rest}), expected)):
                unused.append((name, clause["says"]))

    assert unused == []


@pytest.mark.parametrize("year", years())
def test_every_status_pathway_day_number_and_reading_is_exercised_by_an_example(year: int) -> None:
    """Without any one of them an example fails."""
    book, expected = yearbook(year), examples(year)

    unused = []
    for section in ("special", "pathway", "window", "number", "reading"):
        for name in book.rules.get(section, {}):
            rest = {key: value for key, value in book.rules[section].items() if key != name}
            if not any(faults(replace(book, rules={**book.rules, section: rest}), expected)):
                unused.append(f"{section}.{name}")

    assert unused == []
