"""Every sealed record, looked at: against its digest, against its leaf, and leaves against records."""

from django.core.exceptions import ObjectDoesNotExist

from mips_ia.portal import leaves as written
from mips_ia.portal import seals
from mips_ia.portal.models import (
    AuditSent,
    Binder,
    Delegation,
    Destruction,
    Download,
    Final,
    Notary,
    Review,
    ReviewerLink,
    ReviewNote,
    Revision,
    Signature,
    Use,
)
from mips_ia.portal.models.records import SEAL
from mips_ia.portal.safe.leaves import changed
from mips_ia.portal.safe.rows import UNREADABLE, rows
from mips_ia.problems import Problem

# Each kind of record, and how one gets from it to its practice.
KINDS = {
    Signature: "window__year__practice", Delegation: "year__practice", Final: "year__practice",
    Download: "final__year__practice", Revision: "evidence__practice", Use: "evidence__practice",
    Review: "use__evidence__practice", Destruction: "evidence__practice",
    AuditSent: "audit__year__practice", ReviewerLink: "year__practice",
    ReviewNote: "link__year__practice",
}  # fmt: skip
BESIDE = {Signature: ("window__clinician",), Delegation: ("clinician",)}  # what else a digest is made of
# What a digest does not cover, since a record of that kind has none of it.
EMPTY = {
    "locked": ("reason",),
    "unlocked": ("statement", "typed_name", "verified", "answer", "qpp_json", "qrda3"),
}
FIX = "Restore the database from the backup, and find out who changed it."


def problems(told, names):
    """Every record that is not as it was written; `told` are the leaves, and `names` those of practices."""
    since = Notary.objects.values_list("at", flat=True).first()
    left = dict(told.made)
    for model, path in KINDS.items():
        kind = model.__name__.lower()
        every = model.objects.order_by("pk").prefetch_related(path, *BESIDE.get(model, ()))
        for key, row in rows(every):
            leaf, end = left.pop((kind, key), None), told.ended.get((kind, key))
            where = f"{_practice(row, path, names)}, {kind} {_numbered(key, row)}"
            yield from _record(where, row, leaf, end, since)
            if row and leaf is None and not _before_digests(row):
                yield _unguarded(where, _before_leaves(row, told.first.get(kind), since))
            yield from (found for each in (leaf, end) for found in _filed(row, path, each))
    for (kind, record), leaf in left.items():
        where = f"{names.get(leaf.practice, f'practice {leaf.practice}')}, {kind} {record}"
        what = f"leaf {leaf.index} of the log of records tells of this record, and it is gone."
        yield Problem("lost_record", where, what, FIX)
    yield from _binders(told, names)


def _record(where, row, leaf, ended, since):
    """What is wrong with one record."""
    if row is None:
        yield Problem("changed_record", where, "this record cannot be read.", FIX)
        return
    if why := [*_against(row, leaf, ended, since)]:
        yield Problem("changed_record", where, f"this record was changed: {'; '.join(why)}.", FIX)


def _unguarded(where, before):
    """No leaf tells of a record."""
    if before:
        what = "it was made before there was a log of records, and nothing guards it."
        return Problem("record_before_log", where, what, severity="note")
    what = "no leaf of the log of records tells of this record: it was not made by the portal."
    return Problem("record_without_leaf", where, what, FIX)


def _before_leaves(row, first, since):
    """Whether it was made before there was a log of records: a download, which had no digest then."""
    earlier = isinstance(row, Download) and (first is None or row.pk < first)
    return earlier and since is not None and row.at is not None and row.at < since


def _against(row, leaf, ended, since):
    """Why a record is not the one that was written, in words."""
    digest = _digest(row)
    if hasattr(row, "digest") and not _before_digests(row) and row.digest != digest:
        yield "it does not fit its digest"
    if leaf and leaf.value.get("digest") != digest:
        yield f"it does not fit leaf {leaf.index} of the log of records"
    if leaf and hasattr(row, "seal") and not 1 <= row.seal <= SEAL:
        yield f"its digest is made in a way {row.seal} that there is not"
    if isinstance(row, Final) and any(getattr(row, name) for name in EMPTY.get(row.kind, ())):
        yield "it has something that a record of its kind has not"
    if getattr(row, "verified", "") and row.seal < seals.VERIFIED:
        yield "it says how its person was verified, which no record of its time does"
    if hasattr(row, "ended_at"):
        yield from _against_end(row, ended, since)


def _against_end(row, ended, since):
    """The same of whether it holds no more, since when, and by whom."""
    if ended is None:
        if row.ended_by_id is not None and not row.ended_at:
            yield "somebody ended it, and it is not known when"
        if row.ended_at and not _ended_before_leaves(row, since):
            yield "it is ended, and no leaf of the log of records tells of it"
        return
    if row.ended_at is None:
        yield f"leaf {ended.index} of the log of records ends it, and it is not ended"
        return
    now = {"at": written.moment(row.ended_at), "by": row.ended_by_id}
    if {name: ended.value.get(name) for name in now} != now:
        yield f"when it ended, or who ended it, does not fit leaf {ended.index} of the log of records"


def _ended_before_leaves(row, since):
    """Whether it ended before there was a log of records, as among these kinds only a delegation could."""
    return isinstance(row, Delegation) and since is not None and row.given_at <= row.ended_at < since


def _digest(row):
    try:
        return seals.of(row)
    except (*UNREADABLE, ObjectDoesNotExist):
        return ""


def _before_digests(row):
    """Whether it was made before records had digests."""
    return getattr(row, "seal", SEAL) == 0 and not row.digest


def _practice(row, path, names):
    practice = _practice_of(row, path)
    return names.get(practice, f"practice {practice}") if practice else "unknown practice"


def _practice_of(row, path):
    """The key of a record's practice, None where the way to it is broken."""
    steps = path.split("__")
    try:
        for step in steps[:-1]:
            row = getattr(row, step)
        return getattr(row, f"{steps[-1]}_id")
    except (*UNREADABLE, ObjectDoesNotExist):
        return None


def _numbered(key, row):
    """How people know a record."""
    evidence = getattr(row, "evidence_id", None)
    if isinstance(row, Signature):
        return f"{key} (receipt {row.number})"
    return f"{key} (of evidence {evidence})" if evidence else f"{key}"


def _filed(row, path, leaf):
    """A leaf lies under the practice of its record."""
    if row is not None and leaf and _practice_of(row, path) not in (leaf.practice, None):
        yield changed(leaf.index, "lies under another practice than its record")


def _binders(told, names):
    """Every binder that was made has a leaf of its manifest, under its practice."""
    for key, row in rows(Binder.objects.exclude(manifest="").order_by("pk").select_related("year")):
        leaf = row and told.binders.get(row.manifest)
        if leaf is None:
            whose = names.get(row.year.practice_id) if row else "unknown practice"
            what = "no leaf of the log of records has the manifest of this binder."
            yield Problem("record_without_leaf", f"{whose}, binder {key}", what, FIX)
        elif leaf.practice != row.year.practice_id:
            yield changed(leaf.index, "lies under another practice than its binder")
