"""Reminders to everybody who has not signed, at many practices: at once, or in the background."""

from django.db import transaction
from django_tasks import task

from mips_ia.portal import reminders
from mips_ia.portal.asked import asked
from mips_ia.portal.facts import Ledger
from mips_ia.portal.models import Person, Year
from mips_ia.portal.tenancy import reached

AT_ONCE = 20  # practices that are gone through while somebody waits


def remind_all(person, years, base):
    """Ask everybody who has not answered; who was and was not, or None where it is done in the background."""
    if len(years) > AT_ONCE:
        ids = [year.id for year in years]
        transaction.on_commit(lambda: remind_later.enqueue(person.id, ids, base))
        return None
    return _sent(person, years, base)


@task()
def remind_later(person, years, base):
    """The same in the background."""
    rows = Year.objects.filter(pk__in=years).select_related("practice")
    told = _sent(Person.objects.get(pk=person), rows, base)
    if told.fault:
        raise told.fault


def _sent(person, years, base):
    """Only where the person may send them now."""
    found = [reached(person, year.practice, year.year) for year in years]
    may = [access for access in found if access and access.may("remind")]
    return reminders.ask_all([(access, asked(Ledger(access.year))) for access in may], base)
