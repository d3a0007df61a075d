"""Which tables, constraints, indexes and triggers there are: their digest is in a trace of no practice.

So `mips-ia check` misses no change of them that was made past the portal: a trigger that is gone, or a
constraint that lets more in.
"""

import hashlib
import json

from django.db import connections
from django.db.models import TextField
from django.db.models.functions import Cast

from mips_ia.portal import traces

NAME = "the tables"  # how a trace calls them: no table is called so
KEY = 0
# PostgreSQL writes constraints and indexes in words of each version, and keeps pages with sums of its own.
_DEFINED = {
    "sqlite": "select type, name, tbl_name, sql from sqlite_master where name not like 'sqlite_stat%' "
    "order by type, name",
    "postgresql": "select tgrelid::regclass::text, tgname::text, tgenabled::text, pg_get_triggerdef(t.oid), "
    "prosrc from pg_trigger t join pg_proc f on f.oid = tgfoid where not tgisinternal order by 1, 2",
}


def digest(connection):
    """The digest of how they are defined now."""
    with connection.cursor() as db:
        db.execute(_DEFINED[connection.vendor])
        told = [[*row] for row in db.fetchall()]
    return hashlib.sha256(json.dumps(told).encode()).hexdigest()


def trace(plan, apps, using, **_):
    """After a migration, trace them as it left them; and as they are found where no trace tells of them yet.

    A start without a migration traces nothing, so that what was changed past the portal stays a fault.
    """
    try:
        model = apps.get_model("portal", "trace")
    except LookupError:  # back to before there were traces
        return
    told = model.objects.annotate(told=Cast("rows", TextField())).filter(told__contains=f'"{NAME}"')
    if plan or not told.exists():
        traces.add(model, None, {NAME: {str(KEY): digest(connections[using])}})
