"""Files of rows: kept, mended in place, saved all or nothing, and undone."""

from django.db import transaction
from django_tasks import task

from mips_ia.portal import clock
from mips_ia.portal.actions.ledger import not_locked
from mips_ia.portal.actions.uploads_saved import save_participation, save_roster
from mips_ia.portal.actions.uploads_undone import undone
from mips_ia.portal.bulk.checked import check
from mips_ia.portal.bulk.reading import is_large, read
from mips_ia.portal.log import note, writing
from mips_ia.portal.models import Upload
from mips_ia.problems import Problem, Refused

SAVE = {"roster": save_roster, "participation": save_participation}


def keep(access, kind, name, content, replace=False):
    """Keep a file as it came, and read it: at once, or in the background where it is large.

    With `replace` it takes the place of what is there: what it does not name is ended.
    """
    with writing(access.practice):
        upload = Upload.objects.create(
            practice=access.practice, year=access.year, kind=kind, name=name[:200], content=content,
            uploaded_by=access.person, replace=replace,
        )  # fmt: skip
        note(access, "file uploaded", f"upload {upload.id}", None, {"kind": kind, "name": upload.name})
        if is_large(content):
            transaction.on_commit(lambda: read_later.enqueue(upload.id))
        else:
            _read(upload)
    return upload


@task()
def read_later(id):
    """Read a file in the background."""
    upload = Upload.objects.filter(pk=id, table__isnull=True).first()
    if upload is not None:
        _read(upload)


def _read(upload):
    upload.table = read(upload.name, upload.content, upload.kind)
    upload.rows_read = len(upload.table["rows"])
    upload.content = None
    upload.save(update_fields=["table", "rows_read", "content"])


def mend(access, upload, cells, left_out, taken_back):
    """Correct cells in place, leave rows out, and take rows back in; the file as it came stays in the log.

    `cells` has by line what stands in which column now.
    """
    with writing(access.practice):
        mended = dict(upload.mended)
        for line, given in cells.items():
            mended[str(line)] = mended.get(str(line), {}) | given
        upload.mended = mended
        upload.left_out = sorted((set(upload.left_out) | set(left_out)) - set(taken_back))
        upload.save(update_fields=["mended", "left_out"])
        changed = {"rows": sorted(cells), "left out": upload.left_out}
        note(access, "file mended", f"upload {upload.id}", None, changed)


def save(access, upload, ended=""):
    """All rows of a file or none; `Refused` while there is something to fix. Returns what was checked.

    `ended` is the seal of what was confirmed to be ended (`Checked.seal`).
    """
    with writing(access.practice):
        not_locked(access.year)
        upload.refresh_from_db()
        if upload.saved_at:
            raise Refused([Problem("saved", f"upload {upload.id}", "This file is saved already.")])
        found = check(access, upload)
        if found.to_fix:
            what = "Something changed since the file was checked."
            raise Refused([Problem("to_fix", f"upload {upload.id}", what, "Fix the rows below.")])
        if found.seal != ended:
            what = "Whom the file would end was not confirmed, or is somebody else by now."
            fix = "Read whom, and confirm it."
            raise Refused([Problem("not_confirmed", f"upload {upload.id}", what, fix)])
        upload.changes = SAVE[upload.kind](access, found.trial, found.ending) | {"line": found.line}
        upload.saved_at = clock.now()
        upload.save(update_fields=["changes", "saved_at"])
        note(access, "file saved", f"upload {upload.id}", None, {"result": found.line})
    return found


def undo(access, upload):
    """Restore what a saved file changed. Returns how much was restored, and what could not be."""
    with writing(access.practice):
        not_locked(access.year)
        upload.refresh_from_db()
        if not upload.saved_at or upload.undone_at:
            raise Refused([Problem("undone", f"upload {upload.id}", "There is nothing to undo here.")])
        restored, kept = undone(access, upload.changes)
        upload.undone_at = clock.now()
        upload.changes = upload.changes | {"restored": restored, "kept": kept}
        upload.save(update_fields=["changes", "undone_at"])
        note(access, "file undone", f"upload {upload.id}", None, {"restored": restored, "not": len(kept)})
    return restored, kept
