"""Keeping on purpose, and destroying after the time: one administrator asks, and another one agrees."""

from django.db.models import Q

from mips_ia.portal import clock, leaves
from mips_ia.portal.log import note, writing
from mips_ia.portal.models import Binder, Destruction, Hold, Revision
from mips_ia.portal.told.retention import keeping
from mips_ia.portal.vaults import store
from mips_ia.problems import Problem, Refused


def hold(access, reason):
    """Nothing that a year uses is destroyed until the hold is lifted."""
    with writing(access.practice):
        found = Hold.objects.create(year=access.year, reason=reason, person=access.person, at=clock.now())
        note(access, "hold set", f"year {access.year.year}", None, {"reason": reason})
    return found


def lift(access, held, reason):
    """The hold ends; the record of it stays."""
    with writing(access.practice):
        known = {"lifted_at": clock.now(), "lifted_by": access.person, "lifted_because": reason}
        if Hold.objects.filter(pk=held.pk, lifted_at=None).update(**known):
            before = {"reason": held.reason}
            note(access, "hold lifted", f"year {access.year.year}", before, {"reason": reason})


def ask(access, evidence, reason):
    """Evidence is to be destroyed; `Refused` before its time, while it is held, and if somebody asked."""
    with writing(access.practice):
        _over(evidence)
        if asked := Destruction.objects.filter(evidence=evidence).select_related("person").first():
            what = f"{asked.person.name} asked for it already."
            raise Refused([Problem("changed", str(evidence), what, "Read why, and agree or leave it.")])
        found = Destruction.objects.create(
            evidence=evidence, reason=reason, person=access.person, at=clock.now()
        )
        note(access, "destruction asked for", f"evidence {evidence.number}", None, {"reason": reason})
    return found


def agree(access, evidence):
    """A second administrator agrees, and the bytes are gone; their hashes and all records stay.

    Bytes that other evidence or a binder has too stay for those.
    """
    row = evidence.destruction
    if row.person_id == access.person.pk:
        what = "Whoever asked for it does not agree to it as well."
        raise Refused([Problem("second_person", str(evidence), what, "Ask another administrator.")])
    with writing(access.practice):
        _over(evidence)
        digests = sorted({digest for each in evidence.revisions.all() for digest in each.digests})
        known = {"agreed_by": access.person, "agreed_at": clock.now(), "digests": digests}
        if not Destruction.objects.filter(pk=row.pk, agreed_at=None).update(**known):
            return
        row.refresh_from_db()
        leaves.keep(access.practice, row)
        note(access, "evidence destroyed", f"evidence {evidence.number}", None, {"digests": digests})
    for digest in digests:
        if not _wanted(digest):
            store().forget(digest)


def _over(evidence):
    kept = keeping(evidence)
    if not kept.over:
        what = f"It must be kept until {kept.must.isoformat()}, and while it is held."
        raise Refused([Problem("still_kept", str(evidence), what, "Ask again after that day.")])


def _wanted(digest):
    """Whether other evidence, or a binder, has the same bytes."""
    same = Q(sha256=digest) | Q(fields__sha256=digest)
    others = Revision.objects.filter(same).exclude(evidence__destruction__agreed_at__isnull=False)
    return others.exists() or Binder.objects.filter(sha256=digest).exists()
