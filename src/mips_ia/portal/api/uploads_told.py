"""What the API takes and tells of an upload: how far it is, what is to be mended, what saving would do."""

from datetime import datetime
from typing import Annotated, Literal

from ninja import Field, Schema

from mips_ia.formats.plain import plain_problem
from mips_ia.portal.actions.delegated import recorded
from mips_ia.portal.api.answers import ProblemOut
from mips_ia.portal.api.batches_told import RESULTS, Result
from mips_ia.portal.api.given import Given
from mips_ia.portal.api.paging import Part
from mips_ia.portal.bulk.checked import check
from mips_ia.portal.bulk.effects import effects
from mips_ia.portal.saving import seen
from mips_ia.problems import Problem

Line = Annotated[int, Field(ge=1, le=9_000_000)]
Key = Annotated[str, Field(pattern=r"^[1-9][0-9]{0,6}$")]


class MendIn(Given):
    """Cells by line and column, lines to leave out, and lines that were left out and are not any more."""

    cells: dict[Key, dict[str, str]] = {}
    left_out: list[Line] = []
    back: list[Line] = []


class SaveIn(Given):
    """`ended` is the `confirm` of a file that replaces: that what it ends was read."""

    ended: str = Field("", max_length=64)


class EffectOut(Schema):
    """A kind of change, how often, and what it does."""

    name: str
    count: int
    effect: str


class LinesQuery(Part):
    """Which rows: of one result."""

    result: Literal["", Result] = ""


class OfLineOut(Schema):
    """What became of one row, and everything that is said of it, with what it changes."""

    line: int
    result: Result
    message: str


class UploadRowOut(Schema):
    """An upload in the list."""

    id: int
    name: str
    replace: bool
    rows: int
    uploaded_at: datetime
    uploaded_by: str
    saved_at: datetime | None
    undone_at: datetime | None


class SavingOut(Schema):
    """How far saving is: what is being done with the rows, and with how many of how many it is done."""

    doing: Literal["checking", "writing", "logging"]
    done: int
    of: int


class UploadOut(UploadRowOut):
    """An upload, and what saving it would do, or did.

    `state` is `reading`, `unreadable`, `to_fix`, `ready`, `saving`, `saved` or `undone`; `stalled` says that
    work in the background does not get on. `step` is how many lines were read, `saving` how far saving is
    where that is known, `told` why nothing was saved. `ended` names what a file that replaces would end, and
    `confirm` stands for it; `statements` are those that saving would make in the person's name. `restored`
    changes were undone, and `kept` were not.
    """

    state: str
    stalled: bool
    step: int
    saving: SavingOut | None
    told: str
    line: str
    problems: list[ProblemOut]
    effects: list[EffectOut]
    says: str
    ended: list[str]
    confirm: str
    statements: list[str]
    restored: int
    kept: list[str]


def row_of(upload):
    """An upload without what is in it."""
    names = ("id", "name", "replace", "uploaded_at", "saved_at", "undone_at")
    found = {name: getattr(upload, name) for name in names}
    return found | {"rows": upload.rows_read, "uploaded_by": upload.uploaded_by.name}


def faults(upload):
    """Why nothing of a file can be read; empty where it can."""
    return [each for each in _of_file(upload) if each.severity == "error"]


def _of_file(upload):
    said = upload.table["faults"]
    return [Problem(code, upload.name, what, fix, severity=how) for code, what, fix, how in said]


def plain(access, upload):
    """An upload as the API has it."""
    found = row_of(upload) | {
        "state": "", "stalled": False, "step": upload.step, "saving": None, "told": upload.told, "line": "",
        "problems": [], "effects": [], "says": "", "ended": [], "confirm": "", "statements": [],
        "restored": 0, "kept": [],
    }  # fmt: skip
    if upload.waits:
        waits = found | {"stalled": upload.stalled}
        saves = upload.work == "save"
        return waits | ({"state": "saving", "saving": seen(upload.id)} if saves else {"state": "reading"})
    if faults(upload):
        return found | {"state": "unreadable", "problems": [*map(plain_problem, _of_file(upload))]}
    if upload.saved_at:
        did = upload.changes
        return found | {
            "state": "undone" if upload.undone_at else "saved", "line": did["line"],
            "restored": did.get("restored", 0), "kept": did.get("kept", []),
        }  # fmt: skip
    return found | _checked(access, upload)


def lines_of(access, upload, asked):
    """What became of each row, in the order of the lines; nothing before they are read, or once dropped."""
    if upload.waits or upload.dropped_at or faults(upload):
        return
    results = upload.results if upload.saved_at else check(access, upload).results
    for line, (result, message) in results.items():
        row = {"line": int(line), "result": RESULTS.get(result, result), "message": message}
        if asked.result in ("", row["result"]):
            yield row


def _checked(access, upload):
    checked = check(access, upload)
    changes, says = effects(access, checked)
    said = [*_of_file(upload), *(each for row in checked.rows for each in _of_row(row))]
    return {
        "state": "to_fix" if checked.to_fix else "ready", "line": checked.line, "says": says,
        "problems": [*map(plain_problem, said)],
        "effects": [{"name": name, "count": count, "effect": effect} for name, count, effect in changes],
        "ended": checked.ended, "confirm": checked.seal, "statements": recorded(access, checked.trial),
    }  # fmt: skip


def _of_row(row):
    """Everything that is said of a row which is not left out."""
    for each in row.said if row.result != "left out" else ():
        where = f"row {row.line}{f', {each.column}' if each.column else ''}"
        if not each.warning:
            yield Problem("to_fix", where, each.message)
        else:
            yield Problem("look_at", where, each.message, severity="note" if each.note else "warning")
