# ruff: noqa: INP001, T201 - beside the script that uses it, and it prints
"""How the benchmarks measure: by turns, in rounds, and the median of them."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from statistics import median
from time import perf_counter
from typing import Any

ROUNDS = 21
CALLS = 2_000


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the table: what was measured, what came out, the goal, and whether it is reached."""

    name: str
    measured: str
    goal: str = ""
    reached: bool | None = None

    def __str__(self) -> str:
        verdict = {None: "", True: "reached", False: "MISSED"}[self.reached]
        return f"{self.name:<58} {self.measured:>24}   {self.goal:<18} {verdict}".rstrip()


def told(parts: Iterable[Callable[[], Iterable[Line]]]) -> int:
    """Print each line when it is measured; 1 where a goal was missed, else 0."""
    missed = 0
    for part in parts:
        for line in part():
            print(line, flush=True)
            missed = 1 if line.reached is False else missed
    return missed


def medians(*sides: Callable[[], float], rounds: int = ROUNDS) -> tuple[float, ...]:
    """The median seconds of each side, measured by turns."""
    for side in sides:
        side()
    taken = [[side() for side in sides] for _ in range(rounds)]
    return tuple(median(column) for column in zip(*taken, strict=True))


def each(call: Callable[..., Any], *given: Any, calls: int = CALLS) -> Callable[[], float]:
    """Measures the seconds of one call, as the mean of many in a row."""

    def measured() -> float:
        begun = perf_counter()
        for _ in range(calls):
            call(*given)
        return (perf_counter() - begun) / calls

    return measured
