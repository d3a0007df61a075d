"""Large files saved in the background, and work that stands still begun again."""

import logging

from django.db import transaction
from django.http import Http404
from django_tasks import task

from mips_ia.portal.actions.uploads import begin, read_now, save
from mips_ia.portal.bulk.reading import AT_ONCE
from mips_ia.portal.models import Person, Upload
from mips_ia.portal.saving import progress
from mips_ia.portal.tenancy import access_of
from mips_ia.problems import Refused

NEEDS = {"roster": "edit", "participation": "windows"}
ENDED = "You may not change this practice any more. Ask its administrator for access."
A_SECOND, LEAST = 1000, 5  # rows that are saved in a second, and the seconds of the smallest
UNEXPECTED = "Something stopped it that the log of the server has. Try again, or tell who runs this portal."
_log = logging.getLogger(__name__)


def is_large(upload):
    """Whether saving takes too long to wait for."""
    return upload.rows_read > AT_ONCE


def usual(upload):
    """How many seconds saving usually takes, measured with files of 10,000 rows."""
    return max(LEAST, -(-upload.rows_read // A_SECOND))


def begin_saving(access, upload, ended="", *, typed=False, verified="", marked=""):
    """Save a file in the background, for the person who asked for it; the rest is as in `save`."""
    begin(upload, "save")
    known = ended, typed, verified, marked
    transaction.on_commit(lambda: save_later.enqueue(upload.id, access.person.id, *known))


@task()
def save_later(id, person, ended="", typed=False, verified="", marked=""):
    """Save a file; `told` of the upload says why nothing was saved."""
    upload = Upload.objects.select_related("practice", "year").filter(pk=id, work="save").first()
    if upload is None:
        return
    try:
        access = access_of(Person.objects.get(pk=person), upload.practice.slug, upload.year.year)
        upload.told = (
            _saved(access, upload, ended, typed=typed, verified=verified, marked=marked)
            if access.how(NEEDS[upload.kind]) == "yes"
            else ENDED
        )
    except Http404:
        upload.told = ENDED
    except Exception:  # noqa: BLE001 - whoever waits is told, and the log has it
        _log.exception("upload %s could not be saved", id)
        upload.told = UNEXPECTED
    upload.work = ""
    upload.save(update_fields=["work", "told"])


def _saved(access, upload, ended, **known):
    """Why nothing was saved; empty where it was."""
    try:
        with progress(upload.id) as tell:
            save(access, upload, ended, **known, tell=tell)
    except Refused as refusal:
        return (
            "" if upload.saved_at else " ".join(f"{each.what} {each.fix}" for each in refusal.problems)[:500]
        )
    return ""


def again(access, upload, ended="", *, verified=""):
    """Do at once what stands still in the background, as in `save`; nothing is done twice."""
    if upload.table is None:
        read_now(upload)
    else:
        begin(upload, "save")
        save_later.call(upload.id, access.person.id, ended, verified=verified)
