"""An auditor asks, each item is answered, and the answer is sent: what was recorded stays."""

from datetime import timedelta

from mips_ia.planning.deadlines import audit_due
from mips_ia.portal import clock, leaves, seals
from mips_ia.portal.log import note, writing
from mips_ia.portal.meanwhile import unchanged
from mips_ia.portal.models import Audit, AuditAnswer, AuditItem, AuditSent
from mips_ia.portal.templatetags.words import day
from mips_ia.problems import Problem, Refused
from mips_ia.rules import rules

ITEM = ("activity", "clinician", "owner", "note", "done")
FAR = timedelta(days=366)  # from receipt, beyond which a day is rather a slip than what CMS agreed to


def record(access, received_on, asked_by, scope, items):
    """A request came in: its items are numbered as they stand, and the day of the answer is worked out."""
    known = rules(access.year.year)
    days = known.number["audit_days"]
    with writing(access.practice):
        audit = Audit.objects.create(
            year=access.year, received_on=received_on, asked_by=asked_by, scope=scope,
            due_on=audit_due(received_on, known),
            due_because=f"{days.value} calendar days from the day on which it was received ({days.cite})",
            person=access.person, role=access.role, at=clock.now(),
        )  # fmt: skip
        AuditItem.objects.bulk_create(
            AuditItem(audit=audit, number=number, **each) for number, each in enumerate(items, 1)
        )
        after = {
            "year": access.year.year, "received_on": str(received_on), "asked_by": asked_by,
            "due_on": str(audit.due_on), "items": len(items),
        }  # fmt: skip
        note(access, "audit recorded", f"audit {audit.pk}", None, after)
    return audit


def held(item):
    """What an item has now, as the log and a form that was open meanwhile compare it."""
    known = {name: getattr(item, name) for name in ("activity", "note", "done")}
    answers = item.answers.filter(ended_at=None).order_by("evidence__number")
    return known | {
        "clinician": item.clinician.npi if item.clinician else None,
        "owner": item.owner.name if item.owner else None,
        "evidence": [f"E-{number}" for number in answers.values_list("evidence__number", flat=True)],
    }


def answer(access, item, known, evidence, seen=None):
    """What an item is about, who looks after it, and the evidence that answers it; other does no more."""
    with writing(access.practice):
        item = AuditItem.objects.select_related("clinician", "owner", "audit").get(pk=item.pk)
        need_open(item.audit)
        before = held(item)
        unchanged(access, seen, before, _named(item))
        for name in ITEM:
            setattr(item, name, known[name])
        item.save(update_fields=ITEM)
        wanted, now = {each.pk for each in evidence}, clock.now()
        there = item.answers.filter(ended_at=None)
        there.exclude(evidence__in=wanted).update(ended_at=now, ended_by=access.person)
        new = wanted - {*there.values_list("evidence", flat=True)}
        AuditAnswer.objects.bulk_create(
            AuditAnswer(item=item, evidence_id=each, person=access.person, at=now) for each in sorted(new)
        )
        after = held(item)
        if after != before:
            note(access, "audit item changed", _named(item), before, after)
    return item


def hand(access, audit, items, owner):
    """Several items at once get who looks after them; returns how many had another or nobody."""
    with writing(access.practice):
        need_open(audit)
        others = audit.items.filter(pk__in=[each.pk for each in items]).exclude(owner=owner)
        others = list(others.select_related("owner"))
        audit.items.filter(pk__in=[each.pk for each in others]).update(owner=owner)
        for each in others:
            before = {"owner": each.owner.name if each.owner else None}
            note(access, "audit item changed", _named(each), before, {"owner": owner.name})
    return len(others)


def _named(item):
    return f"audit {item.audit_id} item {item.number}"


def is_far(audit, due_on):
    """Whether a day is more than a year after the request came, so that somebody says that it is meant."""
    return due_on > audit.received_on + FAR


def wrong_of_day(audit, due_on, sure):
    """What is wrong of another day for the answer, None where nothing is; `sure`: it is meant, far as it is.

    Reminders follow the day: of one that is over there would be none, and of one far away none for long.
    """
    where, today = f"audit {audit.pk}", clock.today()
    if due_on < today:
        what = f"{day(due_on)} is over, and nobody would be reminded of the answer."
        return Problem("audit_day_over", where, what, f"Enter a day from {day(today)} on.")
    if is_far(audit, due_on) and not sure:
        what = (
            f"{day(due_on)} is more than a year after the request was received, on {day(audit.received_on)}."
        )
        return Problem("audit_day_far", where, what, "Correct it, or tick that CMS agreed to this day.")
    return None


def move(access, audit, due_on, because, sure=False):
    """CMS agreed to another day; `Refused` where that is over, or far away and nobody was `sure` of it."""
    with writing(access.practice):
        need_open(audit)
        if problem := wrong_of_day(audit, due_on, sure):
            raise Refused([problem])
        before = {"due_on": str(audit.due_on), "due_because": audit.due_because}
        audit.due_on, audit.due_because = due_on, because
        audit.save(update_fields=["due_on", "due_because"])
        after = {"due_on": str(due_on), "due_because": because}
        note(access, "audit date changed", f"audit {audit.pk}", before, after)


def send(access, audit, transcript, **known):
    """The answer went out; `transcript` is what it consisted of, and is sealed with it."""
    with writing(access.practice):
        need_open(audit)
        sent = AuditSent(
            audit=audit, transcript=transcript, person=access.person, role=access.role, at=clock.now(),
            **known,
        )  # fmt: skip
        sent.digest = seals.of(sent)
        sent.save()
        leaves.keep(access.practice, sent)
        after = {"sent_on": str(sent.sent_on), "how": sent.how, "sha256": sent.sha256, "digest": sent.digest}
        note(access, "audit answered", f"audit {audit.pk}", None, after)
    return sent


def close(access, audit, because):
    """Nothing more is done about a request; all of it stays to be read."""
    with writing(access.practice):
        need_open(audit)
        audit.closed_at, audit.closed_by, audit.closed_because = clock.now(), access.person, because
        audit.save(update_fields=["closed_at", "closed_by", "closed_because"])
        note(access, "audit closed", f"audit {audit.pk}", None, {"because": because})


def need_open(audit):
    """`Refused` where somebody closed it meanwhile."""
    if Audit.objects.filter(pk=audit.pk).exclude(closed_at=None).exists():
        what, fix = "This request was closed.", "Record a new one if more is asked."
        raise Refused([Problem("audit_closed", f"audit {audit.pk}", what, fix)])


def fits(sent):
    """Whether what was sent is still as it was sealed."""
    return sent.digest == seals.of(sent)
