"""What day and hour it is: the machine's, unless a demonstration stands still at a day."""

from datetime import date, datetime, time

from django.conf import settings
from django.utils import timezone


def now():
    """The moment, with its zone."""
    if settings.TODAY:
        fixed = date.fromisoformat(settings.TODAY)
        return datetime.combine(fixed, time(9), tzinfo=timezone.get_current_timezone())
    return timezone.now()


def today():
    """The day, where the installation is."""
    return day(now())


def day(moment):
    """The day of a moment, where the installation is."""
    return timezone.localdate(moment)
