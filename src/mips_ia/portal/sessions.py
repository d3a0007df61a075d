"""Sessions: whose one was that ended because nothing was done, and ending those of somebody."""

from datetime import timedelta

from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.auth import HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.models import Session
from django.utils import timezone
from django.utils.crypto import constant_time_compare

from mips_ia.portal.log import write, writing
from mips_ia.portal.models import Person
from mips_ia.portal.templatetags.browsers import browser
from mips_ia.portal.templatetags.words import moment

DAYS = 7  # an ended session is known that long, so that what was typed in it finds its person


def owner_of_ended(key):
    """Whose session ended by idling; None where that is not certain.

    Who signs out, and whose password changes, leaves nothing by which to know them.
    """
    row = Session.objects.filter(session_key=key, expire_date__lte=timezone.now()).first() if key else None
    held = row.get_decoded() if row else {}
    person = Person.objects.filter(pk=held.get(SESSION_KEY), is_active=True).first()
    if person and constant_time_compare(held.get(HASH_SESSION_KEY, ""), person.get_session_auth_hash()):
        return person
    return None


def note_ended():
    """A line of the log for each session that ended by idling, once; the list of sessions forgets it."""
    now = timezone.now()
    ended = Session.objects.filter(expire_date__lte=now)
    if UserSession.objects.filter(session_key__in=ended.values("session_key")).exists():
        with writing(None):
            when = dict(ended.values_list("session_key", "expire_date"))
            for each in UserSession.objects.filter(session_key__in=when).select_related("user"):
                last = when[each.session_key] - timedelta(minutes=settings.IDLE_MINUTES)
                told = {"last_active": moment(last), "browser": browser(each.user_agent)}
                each.delete()
                record = f"person {each.user_id}"
                write(each.user, "", None, "signed out after idle minutes", record, None, told)
    ended.filter(expire_date__lte=now - timedelta(days=DAYS)).delete()


def end_of(person):
    """End every session of somebody, wherever they are signed in; says how many there were."""
    held = list(UserSession.objects.filter(user=person))
    for each in held:
        each.end()
    return len(held)
