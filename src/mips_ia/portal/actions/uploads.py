"""Files of rows: kept, mended in place, saved all or nothing, and undone."""

import logging
from hashlib import sha256

from django.db import transaction
from django.utils import timezone
from django_tasks import task

from mips_ia.portal import clock
from mips_ia.portal.actions.delegated import follow, recorded
from mips_ia.portal.actions.ledger import not_locked
from mips_ia.portal.actions.uploads_saved import save_participation, save_roster
from mips_ia.portal.actions.uploads_undone import undone
from mips_ia.portal.bulk.checked import check
from mips_ia.portal.bulk.reading import is_large, read
from mips_ia.portal.log import note, writing
from mips_ia.portal.models import Upload
from mips_ia.portal.saving import silent
from mips_ia.portal.statements import mark
from mips_ia.portal.templatetags.words import many
from mips_ia.problems import Problem, Refused

OTHERS = "What is recorded in your name is not what the page showed."
READ = "Read it below, then save."
UNEXPECTED = "It could not be read, for a reason that the log of the server has."
_log = logging.getLogger(__name__)
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
        note(access, "file uploaded", f"upload {upload.id}", None, {"kind": kind} | stated(name, content))
        if is_large(content):
            begin(upload, "read")
            transaction.on_commit(lambda: read_later.enqueue(upload.id))
        else:
            read_now(upload)
    return upload


def stated(name, content):
    """What the log has of a file: enough to know it again."""
    return {"name": name[:200], "bytes": len(content), "sha256": sha256(content).hexdigest()}


def begin(upload, what):
    """Note that work on an upload begins in the background."""
    upload.work, upload.moved_at, upload.step, upload.told = what, timezone.now(), 0, ""
    upload.save(update_fields=["work", "moved_at", "step", "told"])


@task()
def read_later(id):
    """Read a file in the background; whatever happens, somebody hears of it."""
    upload = Upload.objects.filter(pk=id, table__isnull=True).first()
    if upload is None:
        return

    def told(line):
        Upload.objects.filter(pk=id).update(step=line, moved_at=timezone.now())

    try:
        read_now(upload, told)
    except Exception:  # noqa: BLE001 - whoever waits is told, and the log has it
        _log.exception("upload %s could not be read", id)
        fault = ["not_read", UNEXPECTED, "Save it as CSV UTF-8 and upload it again.", "error"]
        _have_read(upload, {"header": [], "rows": [], "faults": [fault]})


def read_now(upload, told=None):
    """Read a file while somebody waits."""
    page = {"performance_year": str(upload.year.year), "tin": upload.practice.tin}
    _have_read(upload, read(upload.name, upload.content, upload.kind, told, page))


def _have_read(upload, table):
    upload.table, upload.rows_read = table, len(table["rows"])
    upload.content, upload.work = None, ""
    upload.save(update_fields=["table", "rows_read", "content", "work"])


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
        upload.told = ""
        upload.save(update_fields=["mended", "left_out", "told"])
        changed = {"rows": sorted(cells), "left out": upload.left_out}
        note(access, "file mended", f"upload {upload.id}", None, changed)


def save(access, upload, ended="", typed=False, verified="", marked="", tell=silent):
    """All rows of a file or none; `Refused` while there is something to fix. Returns what was checked.

    `ended` is the seal of what was confirmed to be ended (`Checked.seal`). `typed` says that the person
    corrected rows just now, and so knows of nothing that changed by itself. `verified` is how they have just
    shown who they are: without it nothing is saved by which they would record for a clinician, since a
    program does not speak for them. `marked` is the mark of the statements that they read. `tell` hears how
    far it is.
    """
    with writing(access.practice):
        not_locked(access.year)
        upload.refresh_from_db()
        if upload.saved_at:
            raise Refused([Problem("saved", f"upload {upload.id}", "This file is saved already.")])
        found = check(access, upload, tell)
        if found.to_fix:
            what = "" if typed else "Something changed since the file was checked. "
            what += _first(found.to_fix)
            raise Refused([Problem("to_fix", f"upload {upload.id}", what, "Fix the rows below.")])
        if found.seal != ended:
            what = "Whom the file would end was not confirmed, or is somebody else by now."
            fix = "Read whom, and confirm it."
            raise Refused([Problem("not_confirmed", f"upload {upload.id}", what, fix)])
        if statements := recorded(access, found.trial):
            if not verified:
                raise Refused([speaks(statements, f"upload {upload.id}")])
            if mark(*statements) != marked:
                raise Refused([Problem("changed", f"upload {upload.id}", OTHERS, READ)])
        changed = SAVE[upload.kind](access, found.trial, found.ending, tell)
        follow(access, found.trial, verified=verified)
        upload.changes = changed | {"line": found.line}
        upload.results, upload.saved_at = found.results, clock.now()
        upload.save(update_fields=["changes", "results", "saved_at"])
        note(access, "file saved", f"upload {upload.id}", None, {"result": found.line})
    return found


def speaks(statements, where):
    """Why a program does not save a file by which its person would record for a clinician."""
    what = f"Saving records {many(len(statements), 'statement')} in your name, under a delegation."
    return Problem("needs_person", where, what, "Save it on its page, where you show who you are.")


def _first(rows):
    """The first thing to fix, with its place, and how many other rows there are."""
    line, said = rows[0].line, rows[0].errors[0]
    told = f"Row {line}{f', {said.column}' if said.column else ''}: {said.message}"
    return told if len(rows) == 1 else f"{told} {many(len(rows) - 1, 'other row')} to fix."


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
