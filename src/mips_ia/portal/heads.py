"""The newest line of each activity log, and the newest trace, are leaves of the log of records.

So lines and traces that are cut off at the end are missed.
"""

import json

from django.db import transaction
from django.db.models import OuterRef, Q, Subquery

from mips_ia.portal import clock, leaves
from mips_ia.portal.models import Entry, Leaf, Practice, Trace
from mips_ia.vault.canonical import canonical

KINDS = {"activity": Entry, "rows": Trace}
_MARKED = [Q(content__contains=f'"kind":"{kind}"') for kind in KINDS]


class Heads:
    """The newest of each practice that a leaf has. Another process may add leaves at any time."""

    def __init__(self):
        self._lines, self._next = {kind: {} for kind in KINDS}, 0

    def keep(self):
        """A leaf for each practice (and for none) of which there is more than its last leaf tells."""
        self._catch_up()
        grown = [
            (kind, line) for kind, model in KINDS.items() for line in newest(model)
            if line.pk > self._lines[kind].get(line.practice_id, 0)
        ]  # fmt: skip
        if grown:
            with transaction.atomic():
                leaves.add([(line.practice_id, _leaf(kind, line)) for kind, line in grown])

    def _catch_up(self):
        since = Leaf.objects.filter(_MARKED[0] | _MARKED[1], index__gte=self._next).order_by("index")
        for index, practice, content in since.values_list("index", "practice", "content"):
            told = json.loads(content)
            self._lines[told["kind"]][practice], self._next = told["line"], index + 1


def newest(model):
    """The newest line, or trace, of each practice that has one."""
    of_one = model.objects.filter(practice=OuterRef("pk")).order_by("-id").values("id")[:1]
    keys = [*Practice.objects.order_by("pk").values_list(Subquery(of_one), flat=True)]
    keys.append(model.objects.filter(practice=None).order_by("-id").values_list("id", flat=True).first())
    return (
        model.objects.filter(pk__in=[key for key in keys if key]).only("practice_id", "digest").order_by("pk")
    )


def _leaf(kind, line):
    """What such a leaf says: which is the newest, and its digest, which covers all before it."""
    told = {"kind": kind, "line": line.pk, "digest": line.digest, "at": leaves.moment(clock.now())}
    return canonical(told)
