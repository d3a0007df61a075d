"""Bytes that are to be forgotten: put down with what destroys them, and forgotten again until they are gone.

So a crash after the destruction and before the vault is reached leaves nothing behind for good. Bytes that
got no row are put down as well; those of which nobody could say so any more are found by `mips-ia check`.
"""

import logging
from contextlib import contextmanager

from django.db import DatabaseError, transaction

from mips_ia.portal import clock
from mips_ia.portal.log import LEAVES, writing
from mips_ia.portal.models import Binder, Forgetting, Revision
from mips_ia.portal.told.held import having
from mips_ia.portal.turns import one_at_a_time
from mips_ia.portal.vaults import store
from mips_ia.problems import Refused

_log = logging.getLogger(__name__)


def put_down(practice, digests):
    """These bytes are to be forgotten, inside the transaction of what destroys them."""
    now = clock.now()
    Forgetting.objects.bulk_create(
        Forgetting(practice=practice, sha256=each, at=now) for each in sorted(digests)
    )


@contextmanager
def unless_recorded(practice):
    """Bytes reach the vault before their row; those of which it is told go again where none is written.

    They go at once where the database takes no row that they are to go, as where its disk is full.
    """
    came = set()
    try:
        yield came
    except BaseException:
        try:
            with writing(practice):
                put_down(practice, came)
            forget()
        except DatabaseError:
            _forget_at_once(came)
        raise


def _forget_at_once(digests):
    """Without a row: what is not forgotten now is named by `mips-ia check`."""
    try:
        for each in sorted(digests):
            _forget_unless_wanted(each)
    except (DatabaseError, OSError, Refused):
        _log.exception("What came in and was not recorded could not be forgotten. See mips-ia check.")


def forget():
    """Forget all that was put down; what the vault does not forget now stays, and the log says why."""
    for row in Forgetting.objects.select_related("practice"):
        try:
            _forget(row)
        except (DatabaseError, OSError, Refused):
            _log.exception("%s could not be forgotten. It is tried again in a minute.", row.sha256)


def leaving():
    """What the vault calls all that is put down: digests and bodies."""
    rows = Forgetting.objects.values_list("sha256", "body")
    return {name for row in rows for name in row} - {""}


def _forget(row):
    """Forget one; its body is put down before its header goes, so that it is found after a crash as well."""
    header = _header(row.sha256)
    if header and header.body != row.body:
        with writing(row.practice):
            Forgetting.objects.filter(pk=row.pk).update(body=header.body)
    if header:
        _forget_unless_wanted(row.sha256)
    elif row.body:
        store().forget_body(row.body)
    with writing(row.practice):
        Forgetting.objects.filter(pk=row.pk).delete()


def _forget_unless_wanted(digest):
    """Whoever records meanwhile that these bytes came in waits, and then misses them."""
    with transaction.atomic():
        one_at_a_time(LEAVES)
        if not _wanted(digest):
            store().forget(digest)


def _header(digest):
    """The header of a file, None where it is gone already."""
    try:
        return store().header(digest)
    except Refused as refusal:
        if all(each.code == "unknown_digest" for each in refusal.problems):
            return None
        raise


def _wanted(digest):
    """Whether evidence or a binder that is kept has these bytes, of any practice."""
    there = Revision.objects.filter(having([digest])).exclude(evidence__destruction__agreed_at__isnull=False)
    return there.exists() or Binder.objects.filter(sha256=digest, gone_at=None).exists()
