"""An auditor's request that waits for its answer: for the managers, administrators and signing officials."""

from mips_ia.planning.deadlines import audit_first_reply_due
from mips_ia.portal.models import Audit
from mips_ia.portal.reminders.kinds import Due
from mips_ia.portal.reminders.stages import stage_of
from mips_ia.portal.templatetags.words import day, many
from mips_ia.rules import rules

STAGES = (30, 14, 7, 3, 1)  # days before the answer is due; besides at once and at half the time
WHOM = ("manager", "admin", "official")


def to_answer(today, roles_of):
    """Every request that was not answered yet, at each stage once, and once more when it is late.

    So is its first reply, where the year asks for one, until its day is over: nobody records it here.
    """
    waiting = Audit.objects.filter(closed_at=None, sent=None, received_on__lte=today)
    for audit in waiting.select_related("year__practice__organization"):
        practice, told = audit.year.practice, [_answer(audit, today), *_first_reply(audit, today)]
        to = f"p/{practice.slug}/{audit.year.year}/audit/{audit.pk}/"
        already, roles = set(), roles_of(practice)
        for who in WHOM:
            for person in sorted(roles[who] - already, key=lambda each: each.pk):
                already.add(person)
                for about, says, left in told:
                    yield Due("audit", person, practice, who, (about,), says, to, left)


def _answer(audit, today):
    left = (audit.due_on - today).days
    return f"audit {audit.pk} {audit.due_on} {_stage(audit, left)}", _says(audit, left), left


def _first_reply(audit, today):
    on = audit_first_reply_due(audit.received_on, rules(audit.year.year))
    left = (on - today).days if on else -1
    if stage := stage_of(STAGES, left):
        by = f"{day(on)}, {many(left, 'day')} from now."
        says = f"The audit of {audit.year.year} asks for a first reply by {by}"
        yield f"audit {audit.pk} first reply {on} {stage}", says, left


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
