"""Files of rows: sent, checked, mended, saved and undone, as the page of an upload does it."""

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from ninja import File, Form, Query, UploadedFile

from mips_ia.formats.bulk_columns import TABLES
from mips_ia.portal.actions import uploads as actions
from mips_ia.portal.actions import uploads_later as later
from mips_ia.portal.actions.ledger import not_locked
from mips_ia.portal.api.operations import ERRORS, api, operation
from mips_ia.portal.api.paging import Listed, Part, listed, part
from mips_ia.portal.api.practices import PATH
from mips_ia.portal.api.uploads_told import (
    LinesQuery,
    MendIn,
    OfLineOut,
    SaveIn,
    UploadOut,
    UploadRowOut,
    faults,
    lines_of,
    plain,
    row_of,
)
from mips_ia.portal.bulk.reading import ADD, MEGABYTES, rows
from mips_ia.portal.tenancy import whom_to_ask
from mips_ia.portal.uploaded import LARGE, numbered
from mips_ia.problems import Problem, Refused

ANSWER = {200: UploadOut, **ERRORS}


def _read(kind, action):
    """How files of one kind are read; a roster and participation have the same operations."""
    place = f"{PATH}/uploads/{kind}"

    @api.get(place, response={200: Listed[UploadRowOut], **ERRORS}, operation_id=f"{kind}_uploads")
    @operation(see=action)
    def uploads(request: HttpRequest, access, asked: Query[Part]):
        """The files that were uploaded, newest first."""
        found = _of_all(access, kind).year.uploads.filter(kind=kind)
        shown = found.select_related("uploaded_by").defer(*LARGE, "changes")
        return listed(found, asked, map(row_of, part(shown, asked)))

    @api.get(f"{place}/{{upload}}", response=ANSWER, operation_id=f"{kind}_upload")
    @operation(see=action)
    def checked(request: HttpRequest, access, upload: int):
        """What became of a file, and of each row that is to be mended; ask until it is read, or saved."""
        return plain(access, numbered(_of_all(access, kind), kind, upload))

    @api.get(
        f"{place}/{{upload}}/rows", response={200: Listed[OfLineOut], **ERRORS},
        operation_id=f"{kind}_upload_rows",
    )  # fmt: skip
    @operation(see=action)
    def every_row(request: HttpRequest, access, upload: int, asked: Query[LinesQuery]):
        """What became of each row, and what it changes from what to what."""
        return listed([*lines_of(access, numbered(_of_all(access, kind), kind, upload), asked)], asked)


def _send(kind, action):
    """How a file of one kind is sent and mended."""
    place = f"{PATH}/uploads/{kind}"

    @api.post(place, response=ANSWER, operation_id=f"upload_{kind}")
    @operation(see=action, change=action, scope="write")
    def upload(request: HttpRequest, access, file: File[UploadedFile], replace: Form[bool] = False):
        """Send a file; it is read and checked, and nothing is saved yet."""
        not_locked(_of_all(access, kind).year)
        if file.size > MEGABYTES * 1024**2:
            what, fix = f"{file.name} is larger than {MEGABYTES} MB.", "Send it in parts."
            raise Refused([Problem("too_large", "file", what, fix)])
        return plain(access, actions.keep(access, kind, file.name, file.read(), replace))

    @api.patch(f"{place}/{{upload}}", response=ANSWER, operation_id=f"mend_{kind}_upload")
    @operation(see=action, change=action, scope="write")
    def mend(request: HttpRequest, access, upload: int, given: MendIn):
        """Correct cells, leave rows out, or take them back in."""
        row = _read_by_now(numbered(_of_all(access, kind), kind, upload))
        if wrong := [*_wrong(given, row)]:
            raise Refused(wrong)
        cells = {int(line): each for line, each in given.cells.items()}
        actions.mend(access, row, cells, given.left_out, given.back)
        return plain(access, row)


def _carry_out(kind, action):
    """How a file of one kind is saved and undone."""
    place = f"{PATH}/uploads/{kind}/{{upload}}"

    @api.post(f"{place}/save", response=ANSWER, operation_id=f"save_{kind}_upload")
    @operation(see=action, change=action, scope="write")
    def save(request: HttpRequest, access, upload: int, given: SaveIn):
        """Save all rows or none; a large file in the background."""
        row = numbered(_of_all(access, kind), kind, upload)
        if row.waits and row.stalled:
            later.again(access, row, given.ended)
        elif later.is_large(_read_by_now(row)) and not row.saved_at:
            not_locked(access.year)
            later.begin_saving(access, row, given.ended)
        else:
            actions.save(access, row, given.ended)
        row.refresh_from_db()
        return plain(access, row)

    @api.post(f"{place}/undo", response=ANSWER, operation_id=f"undo_{kind}_upload")
    @operation(see=action, change=action, scope="write")
    def undo(request: HttpRequest, access, upload: int):
        """Take a saved file back; what was changed since is named and stays."""
        row = numbered(_of_all(access, kind), kind, upload)
        actions.undo(access, row)
        return plain(access, row)


def _of_all(access, kind):
    """Only who enters windows for everybody uploads them."""
    if kind == "participation" and access.how("windows") != "yes":
        raise PermissionDenied(whom_to_ask(access.practice, "windows"))
    return access


def _read_by_now(row):
    """An upload with rows; `Refused` while work on it goes on, and where nothing of it could be read."""
    if row.waits:
        what = "It is being read or saved."
        raise Refused([Problem("working", f"upload {row.id}", what, "Ask for it again soon.")])
    if wrong := faults(row):
        raise Refused(wrong)
    return row


def _wrong(given, row):
    if row.saved_at:
        what = "This file is saved already."
        yield Problem("saved", f"upload {row.id}", what, "Undo it, and send it anew.")
    lines = {line for line, _, _ in rows(row.table, row.mended)}
    asked = {"cells": map(int, given.cells), "left_out": given.left_out, "back": given.back}
    for where, named in asked.items():
        for line in (each for each in named if each not in lines):
            yield Problem("unknown_row", where, f"The file has no row {line}.", "Use the lines of its rows.")
    known = {*TABLES[row.kind], ADD}
    for line, cells in given.cells.items():
        for name in sorted(cells.keys() - known):
            what = f"Row {line} names {name!r}, which is no column."
            yield Problem("unknown_column", "cells", what, f"Use: {', '.join(sorted(known))}.")


for _kind, _action in (("roster", "edit"), ("participation", "windows")):
    _read(_kind, _action)
    _send(_kind, _action)
    _carry_out(_kind, _action)
