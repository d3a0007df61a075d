"""A file's text in passages, each with where it stands, so that what is found can be shown in its place."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Passage:
    """A run of text: a page, a line, a cell.

    `where` says where it stands, as a person would look for it: `page 3`, `row 4, column B`. `label` is
    what a table says of it, such as the heading of its column; it is no part of the text. `line` is the
    number of its first line where lines are counted, so that a place in it can be named by its line.
    `part_of` is where a larger passage stands that holds this one, as a row holds its cells.
    """

    where: str
    text: str
    label: str = ""
    line: int | None = None
    part_of: str = ""

    def place(self, start: int) -> str:
        """Where a character of it stands."""
        if self.line is None:
            return self.where
        return f"{self.where}line {self.line + self.text.count(chr(10), 0, start)}"
