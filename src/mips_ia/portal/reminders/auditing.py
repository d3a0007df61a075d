"""An auditor's request that waits for its answer: for the managers, administrators and signing officials."""

from mips_ia.portal.models import Audit
from mips_ia.portal.reminders.kinds import Due
from mips_ia.portal.reminders.stages import stage_of
from mips_ia.portal.templatetags.words import day, many

STAGES = (30, 14, 7, 3, 1)  # days before the answer is due; besides at once and at half the time
WHOM = ("manager", "admin", "official")


def to_answer(today, roles_of):
    """Every request that was not answered yet, at each stage once, and once more when it is late."""
    waiting = Audit.objects.filter(closed_at=None, sent=None, received_on__lte=today)
    for audit in waiting.select_related("year__practice__organization"):
        practice, left = audit.year.practice, (audit.due_on - today).days
        about, says = (f"audit {audit.pk} {audit.due_on} {_stage(audit, left)}",), _says(audit, left)
        to = f"p/{practice.slug}/{audit.year.year}/audit/{audit.pk}/"
        told, roles = set(), roles_of(practice)
        for who in WHOM:
            for person in sorted(roles[who] - told, key=lambda each: each.pk):
                told.add(person)
                yield Due("audit", person, practice, who, about, says, to, left)


def _stage(audit, left):
    whole = (audit.due_on - audit.received_on).days
    return "late" if left < 0 else stage_of((whole, whole // 2, *STAGES), left)


def _says(audit, left):
    if left < 0:
        return f"The answer to the audit of {audit.year.year} was due on {day(audit.due_on)}."
    return (
        f"An auditor asks about {audit.year.year}. The answer is due on {day(audit.due_on)}, "
        f"{many(left, 'day')} from now."
    )
