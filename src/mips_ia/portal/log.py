"""The activity log: who did what to which record, before and after, each line sealed to the one before."""

import hashlib
import json
from contextlib import contextmanager
from datetime import UTC

from django.db import transaction

from mips_ia.portal import clock
from mips_ia.portal.models import Entry, Practice
from mips_ia.portal.traces import tracing
from mips_ia.portal.turns import one_at_a_time

# The numbers by which those wait for each other who share no row to lock: writers of lines without a
# practice, writers of leaves, and those who add practices.
NO_PRACTICE, LEAVES, ADDING = 45_164_312, 45_164_313, 45_164_314
AT_ONCE = 500  # the lines that are held at once where a whole log is read


@contextmanager
def writing(practice):
    """One change of a practice: all of it or nothing, one at a time, and with a trace of what it wrote."""
    with transaction.atomic():
        if practice is not None:
            Practice.objects.select_for_update().get(pk=practice.pk)
        with tracing(practice):
            yield


def note(access, action, record, before=None, after=None):
    """One line of the log, inside the transaction of what it tells of."""
    return write(access.person, access.role, access.practice, action, record, before, after)


def write(person, role, practice, action, record, before=None, after=None):
    """The same for what concerns no practice, or is done by nobody who is signed in."""
    if practice is None:
        one_at_a_time(NO_PRACTICE)
    last = Entry.objects.filter(practice=practice).order_by("-id").values_list("digest", flat=True).first()
    line = Entry(
        at=clock.now(), person=person, role=role, practice=practice, action=action, record=str(record),
        before=before, after=after,
    )  # fmt: skip
    line.digest = sealed(line, last or "")
    line.save()
    return line


def notes(access, told):
    """Many lines at once, such as those of a file: each an action, a record, before and after."""
    here = Entry.objects.filter(practice=access.practice).order_by("-id")
    last, at = here.values_list("digest", flat=True).first() or "", clock.now()
    lines = []
    for action, record, before, after in told:
        line = Entry(
            at=at, person=access.person, role=access.role, practice=access.practice, action=action,
            record=record, before=before, after=after,
        )  # fmt: skip
        line.digest = last = sealed(line, last)
        lines.append(line)
    Entry.objects.bulk_create(lines, batch_size=1000)


def sealed(line, before):
    """The digest of a line and of the digest before it."""
    at = line.at.astimezone(UTC).isoformat()
    told = [
        before, at, line.person_id, line.role, line.practice_id, line.action, line.record, line.before,
        line.after,
    ]  # fmt: skip
    return hashlib.sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()


def broken(practice):
    """The first line whose seal does not fit, None where all do."""
    found = looked_at(Entry.objects.filter(practice=practice))
    return next((line for line, fits in found if not fits), None)


def looked_at(lines, before=""):
    """Each line with whether its seal fits; the digest is that of the line before. Few are held at once."""
    for line in lines.order_by("id").iterator(AT_ONCE):
        yield line, line.digest == sealed(line, before)
        before = line.digest
