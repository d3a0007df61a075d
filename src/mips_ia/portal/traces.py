"""What each change left in the tables: a digest of every row that it wrote, in a chain of each practice.

So `mips-ia check` misses no row that was changed past the portal, though rows may change in the portal.
"""

import hashlib
import json
from collections import defaultdict
from contextlib import contextmanager
from datetime import UTC, date, datetime

from django.apps import apps
from django.db import connection, transaction

from mips_ia.portal import clock
from mips_ia.portal.guarded import COLUMNS, SEAL, table_of
from mips_ia.portal.turns import one_at_a_time

AT_ONCE = 500
GONE = ""  # in the place of the digest of a row that is not there any more
# The number by which those wait for each other who trace what belongs to no practice. It is always the last
# that a transaction waits for.
NO_PRACTICE = 45_164_315


@contextmanager
def tracing(practice=None):
    """All rows that the block writes are one change, of this practice or of none; it may join another."""
    if getattr(connection, "traced", None) is not None:
        yield connection.traced
        return
    with transaction.atomic():
        connection.traced = written = defaultdict(set)
        try:
            yield written
            _keep(practice, written)
        finally:
            connection.traced = None


def digests(model, keys, seal=SEAL):
    """The digest of each of these rows, by its key, as they are in the database now."""
    table, found = table_of(model), {}
    names = COLUMNS[seal][table]
    for start in range(0, len(keys), AT_ONCE):
        rows = model._base_manager.order_by().filter(pk__in=keys[start : start + AT_ONCE])  # noqa: SLF001
        found |= {key: digest(table, key, names, row) for key, *row in rows.values_list("pk", *names)}
    return found


def digest(table, key, names, row):
    """The digest of one row."""
    told = [table, key, {name: _plain(value) for name, value in zip(names, row, strict=True)}]
    return hashlib.sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()


def sealed(trace, before):
    """The digest of a trace and of the digest before it."""
    told = [before, trace.at.astimezone(UTC).isoformat(), trace.practice_id, trace.seal, trace.rows]
    return hashlib.sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()


def _keep(practice, written):
    """The trace of a change, inside its transaction; `written` are the keys of its rows, by model."""
    rows = {}
    for model, keys in written.items():
        there = digests(model, sorted(keys))
        rows |= {table_of(model): {str(key): there.get(key, GONE) for key in sorted(keys)}} if keys else {}
    if not rows:
        return
    if practice is None:
        one_at_a_time(NO_PRACTICE)
    add(apps.get_model("portal", "trace"), practice and practice.pk, rows)


def add(model, practice, rows, seal=SEAL):
    """One more trace, given as the digest of each row by its key, by table."""
    last = model.objects.filter(practice_id=practice).order_by("-id").values_list("digest", flat=True).first()
    trace = model(practice_id=practice, at=clock.now(), seal=seal, rows=rows)
    trace.digest = sealed(trace, last or "")
    trace.save(force_insert=True)


def _plain(value):
    """A value as JSON has it, the same from every database."""
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, bytes | memoryview):
        return hashlib.sha256(value).hexdigest()
    return value
