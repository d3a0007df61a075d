"""A table of data becomes the dataclass that it describes, or a fault that names the place."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import pytest

from mips_ia import DataFault
from mips_ia.reading.shapes import shaped


@dataclass(frozen=True)
class Inner:
    """Something inside of something."""

    count: int
    says: str = ""


@dataclass(frozen=True)
class Outer:
    """One field of each type that our data have."""

    name: str
    day: date | None = None
    open: bool = False
    inner: Inner | None = None
    listed: tuple[Inner, ...] = ()
    words: frozenset[str] = frozenset()
    numbers: Mapping[str, int] = field(default_factory=dict)
    rows: Mapping[frozenset[str], tuple[int, ...]] = field(default_factory=dict)


def test_each_field_is_read_by_its_type() -> None:
    table = {
        "name": "a",
        "day": date(2026, 5, 6),
        "open": True,
        "inner": {"count": 1},
        "listed": [{"count": 2, "says": "two"}],
        "words": ["x", "y", "x"],
        "numbers": {"high": 20},
        "rows": {"nothing": [1, 2], "cost quality": [3]},
    }

    assert shaped(Outer, table, "here") == Outer(
        "a",
        date(2026, 5, 6),
        True,
        Inner(1),
        (Inner(2, "two"),),
        frozenset({"x", "y"}),
        {"high": 20},
        {frozenset(): (1, 2), frozenset({"cost", "quality"}): (3,)},
    )


def test_what_the_caller_has_made_is_not_read_from_the_table() -> None:
    assert shaped(Inner, {"says": "three"}, "here", count=3) == Inner(3, "three")
    with pytest.raises(DataFault, match=r"^here: unknown \['count'\]; a Inner has \['says'\]$"):
        shaped(Inner, {"count": 4}, "here", count=3)


@pytest.mark.parametrize(
    ("table", "said"),
    [
        ([], "here: it is a table, not []"),
        ({}, "here: ['name'] must be given"),
        ({"name": 1}, "here name: it is text, not 1"),
        ({"name": "a", "day": "2026"}, "here day: it is a day, not '2026'"),
        ({"name": "a", "open": 1}, "here open: it is true or false, not 1"),
        ({"name": "a", "inner": {"count": True}}, "here inner count: it is a whole number, not True"),
        ({"name": "a", "listed": [{"count": 1}, {}]}, "here listed 2: ['count'] must be given"),
        ({"name": "a", "words": "xy"}, "here words: it is a list, not 'xy'"),
        ({"name": "a", "numbers": [1]}, "here numbers: it is a table, not [1]"),
        ({"name": "a", "numbers": {"high": "20"}}, "here numbers.high: it is a whole number, not '20'"),
        (
            {"name": "a", "color": "red"},
            "here: unknown ['color']; a Outer has "
            "['day', 'inner', 'listed', 'name', 'numbers', 'open', 'rows', 'words']",
        ),
    ],
)
def test_what_does_not_fit_is_a_fault_that_names_its_place(table: Any, said: str) -> None:
    with pytest.raises(DataFault) as found:
        shaped(Outer, table, "here")

    assert str(found.value) == said
