"""A file's text in passages, each with where it stands, so that what is found can be shown in its place."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Passage:
    """A run of text: a page, a line, a cell.

    `where` says where it stands, as a person would look for it: `page 3`, `row 4, column B`. `label` is
    what a table says of it, such as the heading of its column; it is no part of the text.
    """

    where: str
    text: str
    label: str = ""
