"""The newest line of each activity log is a leaf of the log of records, so that lines cut off are missed."""

import json

from django.db import transaction
from django.db.models import OuterRef, Subquery

from mips_ia.portal import clock, leaves
from mips_ia.portal.models import Entry, Leaf, Practice
from mips_ia.vault.canonical import canonical

KIND = "activity"
MARK = f'"kind":"{KIND}"'


class Heads:
    """The newest line of each practice that a leaf has. Another process may add leaves at any time."""

    def __init__(self):
        self._lines, self._next = {}, 0

    def keep(self):
        """A leaf for each practice (and for none) whose activity log has grown since its last."""
        self._catch_up()
        grown = [line for line in newest() if line.pk > self._lines.get(line.practice_id, 0)]
        if grown:
            with transaction.atomic():
                leaves.add([(line.practice_id, _leaf(line)) for line in grown])

    def _catch_up(self):
        since = Leaf.objects.filter(index__gte=self._next, content__contains=MARK).order_by("index")
        for index, practice, content in since.values_list("index", "practice", "content"):
            self._lines[practice], self._next = json.loads(content)["line"], index + 1


def newest():
    """The newest line of each activity log that has one."""
    of_one = Entry.objects.filter(practice=OuterRef("pk")).order_by("-id").values("id")[:1]
    keys = [*Practice.objects.order_by("pk").values_list(Subquery(of_one), flat=True)]
    keys.append(Entry.objects.filter(practice=None).order_by("-id").values_list("id", flat=True).first())
    return Entry.objects.filter(pk__in=[key for key in keys if key]).order_by("pk")


def _leaf(line):
    """What the leaf of a line says: which it is, and its digest, which covers all lines before it."""
    told = {"kind": KIND, "line": line.pk, "digest": line.digest, "at": leaves.moment(clock.now())}
    return canonical(told)
