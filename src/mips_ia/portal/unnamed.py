"""Files of the vault that no row names, such as a power cut leaves: a day after they came they are forgotten.

Not so while a row that could name one may be lost or changed: where the log of records is shorter than was
signed, as with an older database, or a revision is not as it was sealed. `mips-ia check` names all of that.
"""

import logging
import time

from django.db import DatabaseError
from django_tasks import task

from mips_ia.portal import seals, vaults
from mips_ia.portal.log import LEAVES, NO_PRACTICE, write, writing
from mips_ia.portal.models import Binder, Forgetting, Leaf, Revision
from mips_ia.portal.safe.rows import rows
from mips_ia.portal.told.held import having
from mips_ia.portal.turns import one_at_a_time
from mips_ia.problems import Refused
from mips_ia.vault.store import FILES

DAY = 86_400  # seconds; nothing that comes in waits so long for its row
_log = logging.getLogger(__name__)


@task()
def forget_later():
    """The same in the background."""
    forget_unnamed()


def forget_unnamed():
    """Forget each file that no row names and that came more than a day ago; a line of the log has which."""
    try:
        found = _found()
        if found and not _whole():
            _log.warning("Files that no row names are not forgotten: records lack. Run mips-ia check.")
            return
        for digest in found:
            _forget(digest)
    except (DatabaseError, OSError, Refused):
        _log.exception("Files that no row names could not be forgotten. It is tried again in an hour.")


def _found():
    """The digests of these files. The vault is asked first: what comes in meanwhile has its row by then."""
    store, since = vaults.store(), time.time() - DAY
    there = {*store.digests()}
    for written, filled in Revision.objects.values_list("sha256", "fields__sha256"):
        there -= {written, filled}
    for kind in (Binder, Forgetting):
        there.difference_update(kind.objects.values_list("sha256", flat=True))
    return [each for each in sorted(there) if _came(store.place, each) < since]


def _came(place, digest):
    """When a file came, in seconds since 1970; now, where it went meanwhile."""
    try:
        return place.changed(f"{FILES}/{digest}")
    except FileNotFoundError:
        return time.time()


def _whole():
    """Whether no row of a revision lacks and each is as it was sealed; `Refused` where the log is cut off."""
    signed = len(vaults.log().grown(vaults.signing()))  # which may have been read from another database
    every = [row for _, row in rows(Revision.objects.all())]
    leaves = Leaf.objects.filter(content__contains='"kind":"revision"').count()
    there = Leaf.objects.count() >= signed and len(every) == leaves
    return there and all(row and row.digest == seals.of(row) for row in every)


def _forget(digest):
    """Forget one, unless a row names it by now; who comes to record the same bytes waits, and misses them."""
    with writing(None):
        one_at_a_time(NO_PRACTICE)  # first, as whoever writes a line and then a leaf does
        one_at_a_time(LEAVES)
        named = Revision.objects.filter(having([digest])).exists()
        if not named and not Binder.objects.filter(sha256=digest).exists():
            write(None, "", None, "file forgotten", "vault", {"sha256": digest})
            vaults.store().forget(digest)
