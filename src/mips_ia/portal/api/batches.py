"""Files of many practices: sent, checked, mended, saved as one and undone, as their page does it."""

from django.http import HttpRequest
from ninja import File, Form, Query, UploadedFile

from mips_ia.formats.bulk_columns import TABLES
from mips_ia.portal.actions import batches as actions
from mips_ia.portal.actions.uploads import speaks
from mips_ia.portal.api.batches_told import (
    BatchOut,
    BatchRowOut,
    MendManyIn,
    OfPracticeOut,
    OfRowOut,
    RowsQuery,
    faults,
    of_practice,
    of_row,
    plain,
    row_of,
    rows_of,
)
from mips_ia.portal.api.operations import ERRORS, api, of_a_person
from mips_ia.portal.api.paging import MOST, Listed, Part, listed, part
from mips_ia.portal.api.setup import membership_in
from mips_ia.portal.api.uploads_told import SaveIn
from mips_ia.portal.bulk.reading import ADD, MEGABYTES, rows
from mips_ia.portal.uploaded import LARGE_OF_BATCH, own_batch, own_batches
from mips_ia.problems import Problem, Refused

PLACE = "/uploads"
ANSWER = {200: BatchOut, **ERRORS}


@api.get(PLACE, response={200: Listed[BatchRowOut], **ERRORS}, operation_id="batches")
@of_a_person()
def batches(request: HttpRequest, asked: Query[Part]):
    """The files of many practices that the token's person uploaded, newest first."""
    found = own_batches(request.user)
    return listed(found, asked, map(row_of, part(found.defer(*LARGE_OF_BATCH), asked)))


@api.post(PLACE, response=ANSWER, operation_id="upload_batch")
@of_a_person(scope="write")
def upload(
    request: HttpRequest,
    file: File[list[UploadedFile]],
    replace: Form[bool] = False,
    organization: Form[int | None] = None,
):
    """Send the three tables, as files, a workbook or a ZIP file; they are checked, and nothing is saved."""
    by = membership_in(request.user, organization)
    if sum(each.size for each in file) > MEGABYTES * 1024**2:
        what = f"The files are larger than {MEGABYTES} MB in all."
        raise Refused([Problem("too_large", "file", what, "Send them in parts.")])
    return plain(actions.keep(by, [(each.name, each.read()) for each in file], replace))


@api.get(f"{PLACE}/{{batch}}", response=ANSWER, operation_id="batch")
@of_a_person()
def checked(request: HttpRequest, batch: int):
    """What was found, and what saving would do; ask until it is read, or saved."""
    return plain(own_batch(request.user, batch))


@api.get(f"{PLACE}/{{batch}}/rows", response={200: Listed[OfRowOut], **ERRORS}, operation_id="batch_rows")
@of_a_person()
def every_row(request: HttpRequest, batch: int, asked: Query[RowsQuery]):
    """What became of each row; there are as many as were read."""
    return listed([*rows_of(own_batch(request.user, batch), asked)], asked)


@api.get(
    f"{PLACE}/{{batch}}/practices",
    response={200: Listed[OfPracticeOut], **ERRORS},
    operation_id="batch_practices",
)
@of_a_person()
def every_practice(request: HttpRequest, batch: int, asked: Query[Part]):
    """What saving would change in each practice, or changed."""
    found = (own_batch(request.user, batch).found or {}).get("practices", [])
    return listed(found, asked, map(of_practice, part(found, asked)))


@api.patch(f"{PLACE}/{{batch}}", response=ANSWER, operation_id="mend_batch")
@of_a_person(scope="write")
def mend(request: HttpRequest, batch: int, given: MendManyIn):
    """Correct cells, leave rows out, or take them back in; then all is checked as things are now."""
    held = _read_by_now(own_batch(request.user, batch))
    if wrong := [*_wrong(given, held)]:
        raise Refused(wrong)
    if given.cells or given.left_out or given.back:
        actions.mend(held, given.cells, given.left_out, given.back)
    else:
        actions.check(held)
    return plain(held)


@api.post(f"{PLACE}/{{batch}}/save", response=ANSWER, operation_id="save_batch")
@of_a_person(scope="write")
def save(request: HttpRequest, batch: int, given: SaveIn):
    """Save all rows of all practices or none; many in the background."""
    held = _read_by_now(own_batch(request.user, batch))
    if wrong := [*_saved(held), *_not_ready(held, given.ended)]:
        raise Refused(wrong)
    actions.save(held, given.ended)
    return _done(held)


@api.post(f"{PLACE}/{{batch}}/undo", response=ANSWER, operation_id="undo_batch")
@of_a_person(scope="write")
def undo(request: HttpRequest, batch: int):
    """Take saved files back; what was changed since is named and stays."""
    held = _free(own_batch(request.user, batch))
    if not held.saved_at or held.undone_at:
        raise Refused([Problem("undone", f"upload {held.id}", "There is nothing to undo here.")])
    actions.undo(held)
    return _done(held)


def _free(batch):
    """A batch on which no work goes on; work that does not get on can begin again."""
    if batch.work and not batch.stalled:
        what = "It is being read, saved or undone."
        raise Refused([Problem("working", f"upload {batch.id}", what, "Ask for it again soon.")])
    return batch


def _read_by_now(batch):
    """The same, with rows; `Refused` where nothing of it could be read."""
    if wrong := faults(_free(batch)):
        raise Refused(wrong)
    return batch


def _saved(batch):
    if batch.saved_at:
        what = "These files are saved already."
        yield Problem("saved", f"upload {batch.id}", what, "Undo them, and send them anew.")


def _not_ready(batch, ended):
    """What stops these rows from being saved, as they were checked last."""
    found, where = batch.found, f"upload {batch.id}"
    if not found:
        yield Problem("not_done", where, batch.told, "Send an empty PATCH, by which it is checked again.")
    elif found["fix"]:
        yield from (each for row in found["fix"][:MOST] for each in of_row(row))
    elif found["seal"] != ended:
        what = "Whom the files would end was not confirmed, or is somebody else by now."
        yield Problem("not_confirmed", where, what, "Read whom, and send `confirm` as `ended`.")
    elif found["records"]:
        yield speaks(found["records"], where)


def _done(batch):
    """What came of it; `Refused` with what is told where it did not come about."""
    if batch.told and not batch.work:
        raise Refused([Problem("not_done", f"upload {batch.id}", batch.told, "Read what is said now.")])
    return plain(batch)


def _wrong(given, batch):
    yield from _saved(batch)
    tables = batch.tables["tables"]
    keys = {
        f"{kind}-{line}" for kind, table in tables.items()
        for line, _, _ in rows(table, batch.mended.get(kind, {}))
    }  # fmt: skip
    for where, named in (("cells", given.cells), ("left_out", given.left_out), ("back", given.back)):
        for key in (each for each in named if each not in keys):
            yield Problem("unknown_row", where, f"The files have no row {key}.", "Use the keys of its rows.")
    for key, cells in given.cells.items():
        known = {*TABLES[key.partition("-")[0]], ADD}
        for name in sorted(cells.keys() - known):
            what = f"Row {key} names {name!r}, which is no column."
            yield Problem("unknown_column", "cells", what, f"Use: {', '.join(sorted(known))}.")
