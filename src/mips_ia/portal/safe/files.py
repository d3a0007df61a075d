"""The files of evidence and the signed checkpoints, looked at against what the rows name."""

import time
from datetime import timedelta

from django.conf import settings

from mips_ia.portal import clock, leaves, secret, vaults
from mips_ia.portal.models import Binder, Notary, Revision
from mips_ia.portal.safe.rows import rows
from mips_ia.problems import Problem
from mips_ia.vault.check_log import check_checkpoints, check_stamps
from mips_ia.vault.check_store import check
from mips_ia.vault.checkpoints import FOLDER as CHECKPOINTS
from mips_ia.vault.checkpoints import Checkpoints
from mips_ia.vault.faults import asked
from mips_ia.vault.folder import Folder
from mips_ia.vault.signer import public_key_of
from mips_ia.vault.store import BODIES, FILES
from mips_ia.vault.timestamps import FOLDER as STAMPS
from mips_ia.vault.timestamps import Stamps

HOUR = 3600  # what came so lately may still wait for its header or its row
COMES_BEFORE = {"unused_file": FILES, "unused_body": BODIES}


def referenced():
    """The digests of the files that rows name: evidence that was not destroyed, and binders that are kept.

    Of a form that was filled in, its fields are a file too.
    """
    there = Revision.objects.exclude(evidence__destruction__agreed_at__isnull=False)
    made = Binder.objects.filter(gone_at=None).exclude(sha256="")
    filled = [row for _, row in rows(there.filter(fields__isnull=False)) if row]
    return {
        *there.values_list("sha256", flat=True), *made.values_list("sha256", flat=True),
        *(digest for row in filled for digest in row.digests),
    }  # fmt: skip


def still(named):
    """Those of these digests that rows name when it is asked: what is destroyed meanwhile lacks nowhere."""
    yield from named & referenced()


def of_the_vault(named, watched=iter, leaving=frozenset):
    """Every fault of the vault, and files without a row or rows without a file.

    `leaving` says, when the vault was looked at, which of its names are to be forgotten.
    """
    store, problems = asked(vaults.store)
    yield from problems
    if store:
        faults, problems = asked(lambda: [*check(store, named, watched)])
        yield from problems
        gone = leaving()
        for each in faults or ():
            if each.code in COMES_BEFORE and _name(each) in gone:
                yield _to_be_forgotten(each.where)
            elif not _on_its_way(store, each):
                yield each


def _to_be_forgotten(where):
    what = "this was destroyed or refused, and its bytes are still here."
    fix = "Start mips-ia serve: within a minute it forgets them."
    return Problem("to_be_forgotten", where, what, fix, severity="note")


def _name(problem):
    return problem.where.rpartition("/")[2]


def _on_its_way(store, problem):
    """Whether a fault may be a file that comes in now: its body is there before its header and its row."""
    folder = COMES_BEFORE.get(problem.code)
    if folder is None:
        return False
    try:
        return store.place.changed(f"{folder}/{_name(problem)}") >= time.time() - HOUR
    except FileNotFoundError:
        return True  # it was there before already, and went


def of_the_secret():
    """Whether the file of the key that signs sessions is as it was made."""
    path = settings.HOME / secret.FILE
    if path.is_file() and not secret.whole(path.read_text("latin-1")):
        what = "this key is not as it was made: who was signed in is not, and links in messages do not hold."
        fix = "Put back a copy of it, or remove it: mips-ia serve makes another, and everybody signs in anew."
        yield Problem("damaged_secret", str(path), what, fix)


class Listed(Folder):
    """The folder of checkpoints with those that are there now: what is signed later is not looked at."""

    def __init__(self, path):
        super().__init__(path)
        now = super().names
        self._listed = {name: asked(now, name)[0] for name in (STAMPS, CHECKPOINTS)}

    def names(self, folder):
        """The names that were there, or the reason why nothing was."""
        listed = self._listed.get(folder)
        return super().names(folder) if listed is None else listed


def of_the_checkpoints(place, hashes):
    """Every fault of the signer, the checkpoints and the time stamps; the database says who signs."""
    notary = Notary.objects.first()
    if notary is None or not isinstance(notary.public, str):
        fix = "Restore the database from the backup; in a new installation, start mips-ia serve once."
        yield Problem("no_notary", "the database", "it does not say who signs the log of records.", fix)
        return
    public, problems = asked(public_key_of, notary.public.encode(), "the database, the public key")
    trusted, unusable = asked(vaults.trusted)
    yield from [*problems, *unusable, *vaults.unguarded()]
    for found in (
        lambda: [*check_checkpoints(place, hashes, vaults.ring(), public)],
        lambda: [*check_stamps(Stamps(place, trusted))],
    ):
        faults, problems = asked(found)
        yield from [*problems, *(faults or ())]


def not_signed(place, newest):
    """That the leaves which come with each checkpoint, for more than an hour, are in none that is here.

    `newest` are those leaves, as `Leaves` has them.
    """
    came = [told for of in newest.values() for lines in of.values() for told in lines.values()]
    last = max(came, key=lambda told: told.index, default=None)
    sizes = asked(Checkpoints(place).sizes)[0] or []
    now = clock.now()
    lately = leaves.moment(now - timedelta(seconds=HOUR)), leaves.moment(now)
    unsigned = last and last.index >= max(sizes, default=0)
    if unsigned and not lately[0] < str(last.value.get("at")) <= lately[1]:
        what = f"no checkpoint that is here was signed over leaf {last.index}, which came with one."
        fix = (
            "Start mips-ia serve, which signs within a minute. If it ran, it cannot sign, or somebody took "
            "the newest away: restore the folder from the backup, and find out who."
        )
        severity = "warning" if sizes else "error"
        yield Problem("not_signed", f"{place.address}/{CHECKPOINTS}", what, fix, severity=severity)
