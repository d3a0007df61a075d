"""Files of many practices: kept, checked, mended in place, saved all or nothing, and undone."""

import json
from functools import partial

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils import timezone
from django_tasks import task

from mips_ia.portal import clock
from mips_ia.portal.actions.batch_found import found_of, told
from mips_ia.portal.actions.batch_of_tin import carried_out
from mips_ia.portal.actions.batch_undone import undone
from mips_ia.portal.actions.uploads import OTHERS, READ, speaks, stated
from mips_ia.portal.bulk.batch import grouped, packed, parts, read, stopping
from mips_ia.portal.bulk.reading import AT_ONCE, is_large
from mips_ia.portal.log import ADDING, write, writing
from mips_ia.portal.models import Batch
from mips_ia.portal.models.batches import STALLED
from mips_ia.portal.statements import mark
from mips_ia.portal.tenancy import may_add_in
from mips_ia.portal.turns import one_at_a_time
from mips_ia.problems import Problem, Refused

PRACTICES = 40  # practices that are worked through while somebody waits
OFTEN = 10  # practices after which the progress is noted


def keep(membership, files, replace=False):
    """Keep files as they came, each a name and its content, and check them, in the background if large."""
    with writing(None):
        batch = Batch.objects.create(
            organization=membership.organization, name=", ".join(name for name, _ in files)[:300],
            content=packed(files), replace=replace, uploaded_by=membership.person,
        )  # fmt: skip
        after = {"files": [stated(name, content) for name, content in files]}
        write(membership.person, membership.role, None, "files uploaded", f"batch {batch.id}", None, after)
    _begin(batch, "check", sum(is_large(content) for _, content in files))
    return batch


def mend(batch, cells, left_out, taken_back):
    """Correct cells in place, leave rows out, and take rows back in, each by its key; then check again."""
    mended = {kind: dict(of) for kind, of in batch.mended.items()}
    for key, given in cells.items():
        kind, line = parts(key)
        of = mended.setdefault(kind, {})
        of[str(line)] = of.get(str(line), {}) | given
    out = sorted((set(batch.left_out) | set(left_out)) - set(taken_back), key=parts)
    with writing(None):
        Batch.objects.filter(pk=batch.pk, saved_at=None).update(mended=mended, left_out=out)
        after = {"rows": sorted(cells), "left out": out}
        member = by(batch)
        write(member.person, member.role, None, "files mended", f"batch {batch.id}", None, after)
    check(batch)


def check(batch):
    """Check the files once more, as things are now."""
    _begin(batch, "check")


def save(batch, ended="", verified="", marked=""):
    """Save all rows or none; `told` of the batch says why nothing was saved.

    `ended` is the seal of what was confirmed to be ended, as `found` has it. `verified` is how the person has
    just shown who they are: without it nothing is saved by which they would record for a clinician, since a
    program does not speak for them. `marked` is the mark of the statements that they read.
    """
    records = batch.found["records"]
    if verified and records and mark(*records) != marked:
        batch.told = f"{OTHERS} {READ}"
        return
    if batch.found["seal"] != ended:
        batch.told = "Whom the files would end was not confirmed, or is somebody else by now."
        return
    _begin(batch, "save", verified=verified)


def undo(batch):
    """Take back what saving changed."""
    _begin(batch, "undo")


def taken(batch, kind):
    """One of the files left with what was checked, and with its TINs; the log keeps who took it."""
    with writing(None):
        member, after = by(batch), {"file": kind}
        write(member.person, member.role, None, "file with results taken", f"batch {batch.id}", None, after)


def by(batch):
    """The membership by which its person works on a batch; `Refused` where it ended."""
    held = [each for each in may_add_in(batch.uploaded_by) if each.organization_id == batch.organization_id]
    if not held:
        what = f"{batch.uploaded_by} can no longer add practices to {batch.organization}."
        raise Refused([Problem("not_allowed", f"batch {batch.id}", what)])
    held[0].person = batch.uploaded_by
    return held[0]


# ---- The work itself: at once, or in the background


def _begin(batch, what, large=False, verified=""):
    """Begin some work, unless other work of the batch is under way."""
    idle = Q(work="") | Q(moved_at__lt=timezone.now() - STALLED)
    begun = Batch.objects.filter(idle, pk=batch.pk).update(
        work=what, moved_at=timezone.now(), step=0, steps=0, told=""
    )
    if begun and (large or _is_large(batch)):
        transaction.on_commit(lambda: do_later.enqueue(batch.pk, what, verified))
    elif begun:
        do(batch.pk, what, verified)
    batch.refresh_from_db()


def _is_large(batch):
    practices = len(batch.found["practices"]) if batch.found else 0
    return batch.rows_read > AT_ONCE or practices > PRACTICES


@task()
def do_later(id, what, verified=""):
    """The same in the background."""
    do(id, what, verified)


def do(id, what, verified=""):
    """Check, save or undo; whatever happens, the batch is free for other work afterwards."""
    batch = Batch.objects.select_related("uploaded_by", "organization").filter(pk=id, work=what).first()
    if batch is None:
        return
    try:
        work = {"check": _check, "save": partial(_save, verified=verified), "undo": _undo}
        work[what](batch, by(batch))
    except Refused as refusal:
        batch.told = " ".join(f"{each.what} {each.fix}".strip() for each in refusal.problems)[:500]
    except IntegrityError:
        batch.told = "Somebody else changed the same rows at this moment. Check again."
    finally:
        batch.work = ""
        batch.save(update_fields=["work", "told"])


def _check(batch, membership):
    if batch.tables is None:
        batch.tables = read(bytes(batch.content))
        batch.rows_read = sum(len(each["rows"]) for each in batch.tables["tables"].values())
        batch.content = None
        batch.save(update_fields=["tables", "rows_read", "content"])
    if not stopping(batch.tables):
        batch.found = found_of(batch, *_tried_out(batch, membership))
        batch.save(update_fields=["found"])


def _tried_out(batch, membership):
    """What would become of the rows of each practice; nothing stays, as each is rolled back."""
    rows, found = grouped(batch), []
    Batch.objects.filter(pk=batch.pk).update(steps=len(rows.tins))
    for step, (tin, years) in enumerate(sorted(rows.tins.items()), 1):
        with transaction.atomic():
            found += carried_out(batch, membership, tin, years, verified="")
            transaction.set_rollback(True)
        if not step % OFTEN:
            Batch.objects.filter(pk=batch.pk).update(step=step, moved_at=timezone.now())
    return rows.stray, found


def _save(batch, membership, verified):
    """Everything in one transaction, and nothing where it is not what was shown."""
    shown = batch.found
    if batch.saved_at:
        raise Refused([Problem("saved", f"batch {batch.id}", "These files are saved already.")])
    with transaction.atomic():
        one_at_a_time(ADDING)  # before any practice, so that two who save never wait for each other
        Batch.objects.select_for_update().get(pk=batch.pk)
        rows, found = grouped(batch), []
        for tin, years in sorted(rows.tins.items()):
            found += carried_out(batch, membership, tin, years, verified=verified)
        now = json.loads(json.dumps(found_of(batch, rows.stray, found)))
        as_shown = not now["fix"] and now == shown
        if as_shown and now["records"] and not verified:
            raise Refused([speaks(now["records"], f"batch {batch.id}")])
        if as_shown:
            batch.saved_at = clock.now()
            batch.changes = {"practices": [told(each) for each in found], "line": now["line"]}
            batch.save(update_fields=["saved_at", "changes"])
            after = {"result": now["line"]}
            write(membership.person, membership.role, None, "files saved", f"batch {batch.id}", None, after)
        else:
            transaction.set_rollback(True)
    if not as_shown:
        batch.found = now
        batch.save(update_fields=["found"])
        what = (
            "Something changed since the files were checked." if not now["fix"] else "Rows are still to fix."
        )
        raise Refused([Problem("to_fix", f"batch {batch.id}", what, "Read what is said now.")])


def _undo(batch, membership):
    """What nobody changed since is as it was before; the rest is named."""
    if not batch.saved_at or batch.undone_at:
        raise Refused([Problem("undone", f"batch {batch.id}", "There is nothing to undo here.")])
    with transaction.atomic():
        Batch.objects.select_for_update().get(pk=batch.pk)
        restored, kept = undone(membership.person, batch.changes["practices"])
        batch.undone_at = clock.now()
        batch.changes = batch.changes | {"restored": restored, "kept": kept}
        batch.save(update_fields=["changes", "undone_at"])
        after = {"restored": restored, "not": len(kept)}
        write(membership.person, membership.role, None, "files undone", f"batch {batch.id}", None, after)
