"""Keeping on purpose, and destroying after the time: one administrator asks, and another one agrees."""

from mips_ia.portal import clock, forgetting, leaves
from mips_ia.portal.log import note, writing
from mips_ia.portal.models import Binder, Destruction, Evidence, Hold
from mips_ia.portal.templatetags.words import day
from mips_ia.portal.told.held import going, holding
from mips_ia.portal.told.retention import asked_about, keeping
from mips_ia.problems import Problem, Refused


def hold(access, reason):
    """Nothing of a year is destroyed until the hold is lifted; `keeping` says what is of it."""
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
    """Evidence is to be destroyed; `Refused` before its time, and if somebody asked for it already.

    So it is while a year of it is held, and while a request of an auditor about such a year is open.
    """
    with writing(access.practice):
        _over(evidence)
        if asked := Destruction.objects.filter(evidence=evidence).select_related("person").first():
            what = f"{asked.person.name} asked for it already."
            raise Refused([Problem("changed", str(evidence), what, "Read why, and agree or leave it.")])
        found = Destruction.objects.create(
            evidence=evidence, reason=reason, person=access.person, at=clock.now()
        )
        leaves.keep(access.practice, found)
        note(access, "destruction asked for", f"evidence {evidence.number}", None, {"reason": reason})
    return found


def agree(access, evidence):
    """A second administrator agrees, and the bytes are gone; their hashes and all records stay.

    So are the bytes of each binder and package that has them. Those that other evidence has too stay for it.
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
        lost = going(evidence)
        forgetting.put_down(access.practice, lost | _without(access, lost))
    forgetting.forget()


def _without(access, digests):
    """No binder or package with one of these files is kept any more; says which digests theirs are."""
    found = holding(access.practice, digests)
    Binder.objects.filter(pk__in=[row.pk for row in found]).update(gone_at=clock.now())
    for row in found:
        note(access, "binder destroyed", f"binder {row.pk}", None, {"sha256": row.sha256})
    return {row.sha256 for row in found}


def _over(evidence):
    now = Evidence.objects.get(pk=evidence.pk)  # a hold or a request that came since it was shown counts
    kept = keeping(now)
    if not kept.over:
        what = f"It must be kept until {day(kept.must)}, and while it is held."
        raise Refused([Problem("still_kept", str(evidence), what, "Ask again after that day.")])
    if audit := asked_about(now).first():
        on = day(audit.received_on)
        what = f"{audit.asked_by} asked about {audit.year.year} on {on}, and that is open."
        fix = "Answer that request and close it, then try again."
        raise Refused([Problem("still_asked_about", str(evidence), what, fix)])
