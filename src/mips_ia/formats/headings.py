"""The headings of a table that somebody else made: titles may stand above them."""

from collections.abc import Callable, Iterator, Sequence
from itertools import chain, islice

Rows = Iterator[tuple[int, Sequence[str]]]
Fits = Callable[[Sequence[str]], int] | None
ABOVE = 20  # rows among which the headings are


def below_titles(rows: Rows, fits: Fits) -> Rows:
    """The rows, each with its line, from that of the headings on.

    `fits` says how well a row is one of headings. The first of those that do so best is; the first of all
    where it is not given, or none fits.
    """
    if fits is None:
        return rows
    first = [*islice(rows, ABOVE)]
    how_well = [fits(cells) for _, cells in first]
    start = how_well.index(max(how_well)) if any(how_well) else 0
    return chain(first[start:], rows)
