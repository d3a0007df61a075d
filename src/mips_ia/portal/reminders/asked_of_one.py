"""What is asked of one person: items of a request that they look after, and a change of what they added."""

from collections import defaultdict
from datetime import timedelta

from django.db.models import F, Max

from mips_ia.portal.models import AuditItem, Review
from mips_ia.portal.reminders.kinds import Due
from mips_ia.portal.templatetags.words import many

FRESH = timedelta(days=30)  # so long it is news that a change is asked for


def to_look_after(roles_of):
    """Whoever looks after items that are not ready, once of each; not once the request was answered."""
    waiting = AuditItem.objects.filter(
        audit__closed_at=None, audit__sent=None, owner__isnull=False, done=False
    )
    found = defaultdict(list)
    for item in waiting.select_related("owner", "audit__year__practice__organization").order_by("id"):
        found[item.audit, item.owner].append(item)
    for (audit, owner), items in found.items():
        practice = audit.year.practice
        if _is_there(owner, practice, roles_of):
            about = tuple(f"item {each.pk}" for each in items)
            says = (
                f"You look after {many(len(items), 'item')} of an auditor’s request about {audit.year.year}."
            )
            to = f"p/{practice.slug}/{audit.year.year}/audit/{audit.pk}/"
            yield Due("item", owner, practice, "owner", about, says, to)


def to_change(today, roles_of):
    """Whoever added what a reviewer asks to be changed, unless they asked for it. Why stands on its page."""
    last = Review.objects.annotate(
        newest=Max("use__evidence__revisions__number"), latest=Max("use__reviews__id")
    )  # fmt: skip
    open_ones = last.filter(
        accepted=False, use__ended_at=None, revision__number=F("newest"), id=F("latest"),
        at__date__gte=today - FRESH, use__evidence__destruction__agreed_at=None,
    ).exclude(person=F("revision__person"))  # fmt: skip
    rows = ("revision__person", "use__year__practice__organization", "use__evidence")
    for each in open_ones.select_related(*rows).order_by("id"):
        person, year, row = each.revision.person, each.use.year, each.use.evidence
        if _is_there(person, year.practice, roles_of):
            says = f"A change of E-{row.number} “{row.title}” was asked for."
            to = f"p/{year.practice.slug}/{year.year}/evidence/{row.number}/"
            yield Due("change", person, year.practice, "adder", (f"change {each.pk}",), says, to)


def _is_there(person, practice, roles_of):
    """Whether somebody still has a role at a practice."""
    return any(person in every for every in roles_of(practice).values())
