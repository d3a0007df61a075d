"""What the API takes and tells of the files of many practices: what was found, and what saving would do."""

from datetime import datetime
from typing import Annotated, Literal

from ninja import Field, Schema

from mips_ia.formats.plain import plain_problem
from mips_ia.portal.api.answers import ProblemOut
from mips_ia.portal.api.given import Given
from mips_ia.portal.api.paging import MOST, Part
from mips_ia.portal.bulk.batch import stopping
from mips_ia.problems import Problem

Key = Annotated[str, Field(pattern=r"^(practices|roster|participation)-[1-9][0-9]{0,6}$")]
Result = Literal["new", "changed", "same", "to_fix", "left_out"]
RESULTS = {"fix": "to_fix", "left out": "left_out"}
WORK = {"check": "reading", "save": "saving", "undo": "undoing"}


class MendManyIn(Given):
    """Cells by row and column, rows to leave out, and rows to take back in; a row by its key: `roster-7`."""

    cells: dict[Key, dict[str, str]] = {}
    left_out: list[Key] = []
    back: list[Key] = []


class BatchRowOut(Schema):
    """Files of many practices in the list."""

    id: int
    name: str
    organization: str
    replace: bool
    rows: int
    uploaded_at: datetime
    saved_at: datetime | None
    undone_at: datetime | None


class OfTableOut(Schema):
    """What became of the rows of one table."""

    table: str
    name: str
    line: str


class BatchOut(BatchRowOut):
    """Files of many practices, and what saving them would do, or did.

    `state` is `reading`, `unreadable`, `to_fix`, `ready`, `saving`, `saved`, `undoing` or `undone`;
    `stalled` says that work in the background does not get on. `step` of `steps` practices are done, and
    `told` says why nothing was saved. `more_problems` rows have problems that do not stand here. `ending`
    is how many rows files that replace would end, and `confirm` stands for them; `statements` are those
    that saving would make in the person's name. `restored` changes were undone, and `kept` were not.
    """

    state: str
    stalled: bool
    step: int
    steps: int
    told: str
    line: str
    files: list[OfTableOut]
    problems: list[ProblemOut]
    more_problems: int
    practices: int
    new_practices: int
    ending: int
    confirm: str
    statements: list[str]
    restored: int
    kept: list[str]


class RowsQuery(Part):
    """Which rows: of one table, or of one result."""

    table: Literal["", "practices", "roster", "participation"] = ""
    result: Literal["", Result] = ""


class OfRowOut(Schema):
    """What became of one row, by its key, and everything that is said of it."""

    row: str
    table: str
    line: int
    result: Result
    message: str


class CountsOut(Schema):
    """How many rows of each result."""

    new: int = 0
    changed: int = 0
    same: int = 0
    to_fix: int = 0
    left_out: int = 0


class OfPracticeOut(Schema):
    """What files do to one practice's year; of one that is not the person's there is no name."""

    name: str
    tin_ending: str
    year: int
    new: bool
    counts: CountsOut
    says: list[str]
    ended: list[str]


def row_of(batch):
    """Files without what is in them."""
    names = ("id", "name", "replace", "uploaded_at", "saved_at", "undone_at")
    found = {name: getattr(batch, name) for name in names}
    return found | {"rows": batch.rows_read, "organization": batch.organization.name}


def faults(batch):
    """Why nothing of the files can be read; empty where it can."""
    if batch.tables is None:
        return [Problem("not_read", batch.name, batch.told or "They could not be read.", "Send them anew.")]
    return [*map(_fault, stopping(batch.tables))]


def _fault(told):
    where, what, fix, severity, code = [*told, "not_read"][:5]
    return Problem(code, where, what, fix, severity=severity)


def plain(batch):
    """Files as the API has them."""
    found = row_of(batch) | {
        "state": WORK.get(batch.work, ""), "stalled": batch.stalled, "step": batch.step, "steps": batch.steps,
        "told": batch.told, "line": "", "files": [], "problems": [], "more_problems": 0, "practices": 0,
        "new_practices": 0, "ending": 0, "confirm": "", "statements": [], "restored": 0, "kept": [],
    }  # fmt: skip
    if batch.work:
        return found
    if not batch.found or faults(batch):
        problems = faults(batch) if batch.tables is None else map(_fault, batch.tables["faults"])
        return found | {"state": "unreadable", "problems": [*map(plain_problem, problems)]}
    found |= _practices(batch.found["practices"]) | {"line": batch.found["line"], "files": _files(batch)}
    if batch.saved_at:
        did, state = batch.changes, "undone" if batch.undone_at else "saved"
        return found | {
            "state": state, "restored": did.get("restored", 0), "kept": did.get("kept", []),
        }  # fmt: skip
    return found | _checked(batch)


def _practices(every):
    mine = [each for each in every if each["mine"]]
    return {"practices": len(mine), "new_practices": sum(each["new"] for each in mine)}


def _files(batch):
    files = batch.found["files"]
    return [{"table": each["kind"], "name": each["name"], "line": each["line"]} for each in files]


def _checked(batch):
    found = batch.found
    rows = [*found["fix"][:MOST], *found["warned"][:MOST]]
    said = [*map(_fault, batch.tables["faults"]), *(each for row in rows for each in of_row(row))]
    return {
        "state": "to_fix" if found["fix"] else "ready", "problems": [*map(plain_problem, said)],
        "more_problems": max(0, len(found["fix"]) - MOST) + found["more_warned"],
        "ending": found["ending"], "confirm": found["seal"], "statements": found["records"],
    }  # fmt: skip


def of_row(row):
    """Everything that is said of a row which is to be fixed, or looked at."""
    for column, message, warning in row["said"]:
        where = f"{row['key']}{f', {column}' if column else ''}"
        if not warning:
            yield Problem("to_fix", where, message)
        else:
            yield Problem("look_at", where, message, severity="warning")


def rows_of(batch, asked):
    """What became of each row, in the order of the tables and lines."""
    for key, (result, message) in ((batch.found or {}).get("results") or {}).items():
        table, _, line = key.rpartition("-")
        row = {"row": key, "table": table, "line": int(line), "result": RESULTS.get(result, result)}
        if asked.table in ("", table) and asked.result in ("", row["result"]):
            yield row | {"message": message}


def of_practice(each):
    """What files do to one practice's year."""
    told = {name: each[name] for name in ("name", "year", "new")}
    counts = {RESULTS.get(name, name): count for name, count in each["counts"].items()}
    says, ended = each.get("says", []), each.get("ended", [])
    return told | {"tin_ending": each["ending"], "counts": counts, "says": says, "ended": ended}
