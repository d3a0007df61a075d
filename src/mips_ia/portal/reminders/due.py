"""What is due for whom on a day."""

from collections import defaultdict
from functools import cache

from django.db.models import Q

from mips_ia.planning.deadlines import deadlines
from mips_ia.portal import clock
from mips_ia.portal.facts import Ledger
from mips_ia.portal.models import OFFICIALS, Reminder, Year
from mips_ia.portal.reminders.asked_of_one import to_change, to_look_after
from mips_ia.portal.reminders.auditing import to_answer
from mips_ia.portal.reminders.days import of_the_year
from mips_ia.portal.reminders.news import done_by_cms, half_moved
from mips_ia.portal.reminders.proving import to_prove, to_renew
from mips_ia.portal.reminders.signing import to_sign
from mips_ia.portal.reminders.starting import to_start


def due(today=None):
    """Everything that should be told today and was not told before, at every practice."""
    return [each for each in everything(today) if each.says]


def everything(today=None, failed=None):
    """The same, and what is only to be kept.

    A practice of which it cannot be worked out keeps nobody else from their messages, where a list is given
    in which its fault is put.
    """
    today = today or clock.today()
    found = []
    chosen = Year.objects.filter(chosen__ended_at=None, chosen__isnull=False, year__lte=today.year)
    for year in chosen.select_related("practice__organization").distinct():
        try:
            found += _of(year, today)
        except Exception as fault:
            if failed is None:
                raise
            fault.add_note(f"This was about the reminders of {year.practice.slug} for {year.year}.")
            failed.append(fault)
    roles = cache(roles_of)
    others = (*to_answer(today, roles), *to_look_after(roles), *to_change(today, roles))
    found += [each for each in others if _wanted(each)]
    told = defaultdict(set)
    for person, *kept in Reminder.objects.values_list("person_id", "practice_id", "about"):
        told[person].add(tuple(kept))
    return [each for each in found if each.news(told[each.person.id])]


def _of(year, today):
    ledger = Ledger(year, today)
    return due_of(ledger) if today <= deadlines(ledger.rules)["keep_until"] else []


def due_of(ledger):
    """Everything that is due of one practice's year, told before or not."""
    roles = roles_of(ledger.row.practice)
    found = [*to_sign(ledger, roles), *of_the_year(ledger, roles), *done_by_cms(ledger, roles)]
    found += [*to_prove(ledger, roles), *to_renew(ledger, roles)]
    if not ledger.locked:
        found += [*to_start(ledger, roles), *half_moved(ledger, roles)]
    return [each for each in found if _wanted(each)]


def _wanted(due):
    return due.person.is_active and due.person.reminded


def roles_of(practice):
    """Who has each role at a practice; `registry` only where it may export, `official` who signs for it."""
    here = Q(practice=practice) | Q(practice=None, organization=practice.organization_id)
    found = defaultdict(set)
    for each in practice.organization.memberships.filter(here, ended_at=None).select_related("person"):
        if each.role != "registry" or "export" in each.grants:
            found[each.role].add(each.person)
        if each.signing_official and each.role in OFFICIALS:
            found["official"].add(each.person)
    return found
