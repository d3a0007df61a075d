"""Sessions that ended because nothing was done, and whose they were."""

from django.contrib.auth import HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.models import Session
from django.utils import timezone
from django.utils.crypto import constant_time_compare

from mips_ia.portal.models import Person


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
