"""A fault in what somebody gave us, as a value: what is wrong, where, and what to do."""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Problem:
    """One fault in a user's data.

    `code` is stable and documented in the manual; `where` names the row, activity or field;
    `what` says what is wrong and what must be; `fix` says what to do; `cite` says who says so.
    `severity` is `error` (it stops something from counting), `unknown` (it may), `warning` or `note`.
    """

    code: str
    where: str
    what: str
    fix: str = ""
    cite: str = ""
    severity: str = "error"

    def __str__(self) -> str:
        words = f"{self.where}: {self.what}" + (f" {self.fix}" if self.fix else "")
        return f"{words} [{self.cite}]" if self.cite else words


class Refused(ValueError):
    """The question cannot be answered as it was put; `problems` holds every reason."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))


def counted(count: int, noun: str) -> str:
    """The words for a number of things: `1 clinician`, `2 days`, `2 activities`."""
    if count == 1:
        return f"1 {noun}"
    return f"{count} {noun[:-1]}ies" if noun.endswith("y") and noun != "day" else f"{count} {noun}s"
