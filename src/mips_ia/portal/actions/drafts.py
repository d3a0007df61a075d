"""What somebody typed and did not save: kept for them alone, a few days, and never in the log."""

import json
import re
from datetime import timedelta

from django.urls import Resolver404, resolve

from mips_ia.portal import clock
from mips_ia.portal.models import Draft
from mips_ia.portal.patients import found

DAYS = 7  # a draft is kept that long
LARGEST = 100_000  # characters of one draft
LONGEST = 300  # of an address, as the table has it
MOST = 30  # drafts of one person; the oldest go
_PAGES = re.compile(r"/(p|sign)/[\w/-]*(?<!/evidence/waiting/)|/practices/new/")
_SECRET = re.compile(r"password|token|^code$")
_MARK = re.compile(r"^(stated|shown|ended)$")  # of what a page shows: it marks that anew
_SIGNATURE = re.compile(r"^name$|^window-")  # the name under a signature, and the ticks beside statements


def covers(address):
    """Whether the forms of an address are kept: those of practices, of a new one, and of signing.

    Not the one beside a file that waits: its key is in it, and opens it with what lies on the disk.
    """
    return len(address) <= LONGEST and bool(_PAGES.fullmatch(address))


def signs(address):
    """Whether something is signed there, which must be read and typed again."""
    try:
        return getattr(resolve(address).func, "signs", False)
    except Resolver404:
        return False


def keep(person, address, given):
    """The fields of a form in the place of those kept before; whether there was anything to keep.

    A field that may name a patient is not kept: nobody has decided yet what becomes of it.
    """
    typed = {name: values for name, values in given.lists() if not _left_out(name, address)}
    fields = _of_nobody(typed)
    if len(fields) < len(typed):
        discard(person, address)  # what was kept before may have been the beginning of it
    if not any(any(values) for values in fields.values()) or len(json.dumps(fields)) > LARGEST:
        return False
    Draft.objects.update_or_create(
        person=person, address=address, defaults={"fields": fields, "kept_at": clock.now()}
    )
    end_old()
    newest = Draft.objects.filter(person=person).order_by("-kept_at", "-id").values_list("id", flat=True)
    Draft.objects.filter(person=person, id__in=list(newest[MOST:])).delete()
    return True


def _left_out(name, address):
    always = _SECRET.search(name) or _MARK.search(name)
    return bool(always) or (signs(address) and bool(_SIGNATURE.search(name)))


def _of_nobody(typed):
    """The fields in which nothing may name a patient; none of them where something does only together."""
    year = clock.today().year
    fields = {name: values for name, values in typed.items() if not found("\n".join(values), year)}
    together = "\n".join(each for values in fields.values() for each in values)
    return {} if found(together, year) else fields


def end_old():
    """What nobody came back for goes, whoever typed it."""
    Draft.objects.filter(kept_at__lt=clock.now() - timedelta(days=DAYS)).delete()


def draft_of(person, address):
    """What the person typed there last and did not save; None where there is nothing."""
    since = clock.now() - timedelta(days=DAYS)
    return Draft.objects.filter(person=person, address=address, kept_at__gte=since).first()


def discard(person, address):
    """It was saved, or is not wanted any more."""
    Draft.objects.filter(person=person, address=address).delete()
