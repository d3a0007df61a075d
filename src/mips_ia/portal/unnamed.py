"""Files of the vault that no row names, such as a power cut leaves: forgotten by whoever says so.

Nothing does it by itself: an older copy of an installation, or another one at the same vault, would take the
evidence of others for such files. Nor is it while a row that could name one may be lost or changed: where
the log of records is shorter than was signed, or a revision is not as it was sealed.
"""

import time

from mips_ia.portal import seals, vaults
from mips_ia.portal.log import LEAVES, NO_PRACTICE, write, writing
from mips_ia.portal.models import Binder, Forgetting, Leaf, Revision
from mips_ia.portal.safe.rows import rows
from mips_ia.portal.told.held import having
from mips_ia.portal.turns import one_at_a_time
from mips_ia.problems import Problem, Refused
from mips_ia.vault.store import FILES

DAY = 86_400  # seconds; nothing that comes in waits so long for its row


def forget_unnamed():
    """Forget each file that no row names and that came more than a day ago; says which, as does the log.

    `Refused` while a row that named one may be lost.
    """
    found = _found()
    if found and not _whole():
        what = "Records lack or were changed, so no file that no record names is forgotten."
        fix = "Run mips-ia check without --forget-unnamed, and mend what it names."
        raise Refused([Problem("records_lack", "the vault", what, fix)])
    return [digest for digest in found if _forget(digest)]


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
    """Forget one; whether no row names it by now. Who comes to record these bytes waits, and misses them."""
    with writing(None):
        one_at_a_time(NO_PRACTICE)  # first, as whoever writes a line and then a leaf does
        one_at_a_time(LEAVES)
        named = Revision.objects.filter(having([digest])).exists()
        if named or Binder.objects.filter(sha256=digest).exists():
            return False
        write(None, "", None, "file forgotten", "vault", {"sha256": digest})
        vaults.store().forget(digest)
        return True
