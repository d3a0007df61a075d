"""Binders are asked for and made, small ones at once and large ones in the background."""

import logging
from dataclasses import dataclass
from functools import partial

from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django_tasks import task

from mips_ia.portal import clock, forgetting, vaults
from mips_ia.portal.actions.audit import need_open
from mips_ia.portal.actions.binders_moved import PAPER, VAULT, ZIP, Moving, Passing
from mips_ia.portal.binding.contents import contents
from mips_ia.portal.binding.gathered import Scope, gathered
from mips_ia.portal.binding.request import answered
from mips_ia.portal.binding.signed import signed
from mips_ia.portal.leaves import Rows
from mips_ia.portal.log import note, writing
from mips_ia.portal.models import Binder, Destruction, Person
from mips_ia.portal.tenancy import access_of
from mips_ia.problems import Refused
from mips_ia.vault.binder.part import sweep
from mips_ia.vault.binder.seal import Seal
from mips_ia.vault.binder.veil import Veil
from mips_ia.vault.binder.writing import write_binder
from mips_ia.vault.canonical import canonical
from mips_ia.vault.verifier.proven import KIND

AT_ONCE = 20_000_000  # bytes of evidence that are put together while somebody waits
MOST = 3  # times that a binder is begun by itself
UNEXPECTED = "Something stopped it that the log of the server has. Try again, or tell who runs this portal."
DESTROYED = "A file of it was destroyed while it was made. Try again."
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Sealing(Seal):
    """The seal of a practice's binder: its leaf is there for good before it is signed."""

    practice: object = None

    def logged(self, manifest):
        """The leaf of the manifest, in a transaction of its own, and then a checkpoint."""
        with writing(self.practice):
            index = Rows(self.practice).add(canonical({"kind": KIND, "manifest": manifest}))
        vaults.checkpoint()
        return index


def ask(access, activity="", clinician=None, phi=False, audit=None):
    """A binder is wanted, or the package of a request; a small one is there when this returns."""
    with writing(access.practice):
        if audit is not None:
            need_open(audit)
        row = Binder.objects.create(
            year=access.year, activity=activity, clinician=clinician, phi=phi, audit=audit,
            asked_by=access.person, role=access.role,
        )  # fmt: skip
        note(access, "binder asked for", f"binder {row.pk}", None, _told(row))
    if _bytes(access, row) <= AT_ONCE:
        make(access, row)
    else:
        transaction.on_commit(lambda: make_later.enqueue(row.pk))
    return row


def again(row):
    """Begin anew what stands still; what was written of it is gone."""
    Binder.objects.filter(pk=row.pk).update(begun=0, done=0, moved_at=timezone.now(), told="")
    transaction.on_commit(lambda: make_later.enqueue(row.pk))


def take_up():
    """Begin anew every binder that stands still, such as one whose maker was killed, `MOST` times in all."""
    _clear()
    for row in Binder.objects.filter(made_at=None, told=""):
        if not row.stalled:
            continue
        if row.begun < MOST:
            Binder.objects.filter(pk=row.pk).update(done=0, moved_at=timezone.now())
            transaction.on_commit(partial(make_later.enqueue, row.pk))
        else:
            _log.error("binder %s was begun %s times and never made", row.pk, row.begun)
            Binder.objects.filter(pk=row.pk).update(told=UNEXPECTED)


def _clear():
    """Take away what a killed maker left: its key went with it. What somebody is at stays."""
    sweep(settings.MAKING)
    at = {f"{row.pk}.zip" for row in Binder.objects.filter(made_at=None, told="") if not row.stalled}
    for draft in settings.MAKING.glob("*.zip"):
        if draft.name not in at:
            draft.unlink(missing_ok=True)


def _scope(row):
    return Scope(row.activity, row.clinician_id, row.phi, row.audit)


def _told(row):
    told = {"activity": row.activity, "clinician": row.clinician and row.clinician.npi, "phi": row.phi}
    return told | {"audit": row.audit_id} if row.audit_id else told


def _bytes(access, row):
    return sum(each.size for each in gathered(access, _scope(row)).revisions)


@task()
def make_later(id):
    """Make a binder for the person who asked for it."""
    row = (
        Binder.objects.select_related("year__practice", "asked_by", "audit")
        .filter(pk=id, made_at=None)
        .first()
    )
    if row is not None:
        person = Person.objects.get(pk=row.asked_by_id)
        make(access_of(person, row.year.practice.slug, row.year.year), row)


def make(access, row):
    """Put it together and keep it in the vault; `told` says why it could not be."""
    draft, veil = settings.MAKING / f"{row.pk}.zip", Veil()
    settings.MAKING.mkdir(mode=0o700, parents=True, exist_ok=True)
    try:
        Binder.objects.filter(pk=row.pk).update(begun=F("begun") + 1, moved_at=timezone.now())
        found = gathered(access, _scope(row))
        vaults.checkpoint()  # so that one is of every record that was gathered
        printed = signed()
        sizes = tuple(each.size for each in printed)
        seal = Sealing(vaults.log(), vaults.signing(), vaults.stamps(), sizes, access.practice)
        moving = Moving(row)
        held = contents(found, printed, lambda: moving.to(PAPER))
        made = write_binder(draft, held, vaults.store(), seal, moving.through(ZIP), veil)
        with draft.open("rb") as file, forgetting.unless_recorded(access.practice) as came:
            kept = vaults.store().put(Passing(veil.lifted(file), made.size, moving.through(VAULT)))
            came.add(kept.sha256)
            row.answered, row.holds = answered(found), sorted({each.sha256 for each in found.revisions})
            row.sha256, row.size, row.manifest = kept.sha256, kept.size, made.manifest
            _made(access, row, found.revisions)
    except Refused as refusal:
        row.told = " ".join(f"{each.where}: {each.what} {each.fix}" for each in refusal.problems)[:500]
        row.save(update_fields=["told"])
    except Exception:  # noqa: BLE001 - whoever waits is told, and the log has it
        _log.exception("binder %s could not be made", row.pk)
        row.told = UNEXPECTED
        row.save(update_fields=["told"])
    finally:
        draft.unlink(missing_ok=True)


def _made(access, row, revisions):
    """The row says so, unless a file of it was destroyed meanwhile: then its bytes go too."""
    with writing(access.practice):
        gone = Destruction.objects.filter(evidence__revisions__in=revisions).exclude(agreed_at=None).exists()
        if gone:
            row.told = DESTROYED
            row.save(update_fields=["told"])
            forgetting.put_down(access.practice, {row.sha256})
        else:
            row.made_at = clock.now()
            row.save(update_fields=["answered", "holds", "sha256", "size", "manifest", "made_at"])
            what = {name: getattr(row, name) for name in ("sha256", "size", "manifest")}
            note(access, "binder made", f"binder {row.pk}", None, _told(row) | what)
    if gone:
        forgetting.forget()


def take(access, row):
    """The bytes of a binder in pieces; the log has who took it."""
    pieces = vaults.store().read(row.sha256)
    with writing(access.practice):
        note(access, "binder downloaded", f"binder {row.pk}", None, {"sha256": row.sha256})
    return pieces
