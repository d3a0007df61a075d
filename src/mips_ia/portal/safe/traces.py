"""Every row that a trace covers, looked at: it must be as the last change that wrote it left it."""

from django.apps import apps
from django.db import connection

from mips_ia.portal import tables
from mips_ia.portal.guarded import COLUMNS, SEAL, model_of, table_of
from mips_ia.portal.models import Trace
from mips_ia.portal.safe.rows import AT_ONCE, UNREADABLE, rows
from mips_ia.portal.traces import GONE, digests
from mips_ia.problems import Problem

FIX = "Restore the database from the backup, and find out who changed it."


def problems(names):
    """Every row that was changed, put in or taken away past the portal; `names` are those of practices."""
    left = newest()
    yield from _tables(left.get(tables.NAME, {}))
    for table in COLUMNS[SEAL]:
        yield from of_table(model_of(apps, table), left.get(table, {}), names)


def _tables(known):
    """Whether tables, constraints and triggers are as the last migration left them."""
    if not known:
        return  # no version that traces them was started yet
    digest, _, at, _ = known[tables.KEY]
    if digest != tables.digest(connection):
        what = (
            f"a table, a constraint, an index or a trigger is not as it was {_then(at)}: it was changed, put "
            "in or taken away past the portal."
        )
        yield Problem("changed_tables", str(connection.settings_dict["NAME"]), what, FIX)


def newest():
    """The last trace of each row: its digest, the way that is made, when and for whom; by table and key."""
    found = {}
    for _, trace in rows(Trace.objects.order_by("pk")):
        try:
            for table, known in trace.rows.items():
                told = (trace.seal, trace.at, trace.practice_id)
                found.setdefault(table, {}).update((int(key), (each, *told)) for key, each in known.items())
        except UNREADABLE:
            continue  # its chain names it
    return found


def of_table(model, known, names):
    """The same of one table; `known` are the last traces of its rows."""
    table, known = table_of(model), dict(known)
    keys = [*model._base_manager.order_by("pk").values_list("pk", flat=True)]  # noqa: SLF001
    for start in range(0, len(keys), AT_ONCE):
        some = keys[start : start + AT_ONCE]
        seals = {known[key][1] for key in some if key in known} & COLUMNS.keys()
        now = {seal: _digests(model, some, seal) for seal in seals if table in COLUMNS[seal]}
        for key in some:
            digest, seal, at, practice = known.pop(key, (GONE, SEAL, None, None))
            if digest == GONE:
                what = "the portal did not write this row: it was put in past it."
                yield Problem("row_past_the_portal", f"{table} {key}", what, FIX)
            elif now.get(seal, {}).get(key) != digest:
                what = f"this row is not as it was written {_then(at)}: it was changed past the portal."
                yield Problem("changed_row", _where(names, practice, table, key), what, FIX)
    for key, (digest, _, at, practice) in known.items():
        if digest != GONE:
            what = f"this row was written {_then(at)}, and it is gone."
            yield Problem("lost_row", _where(names, practice, table, key), what, FIX)


def _digests(model, keys, seal):
    """Those that can be read."""
    try:
        return digests(model, keys, seal)
    except UNREADABLE:
        if len(keys) == 1:
            return {}
        return {key: each for one in keys for key, each in _digests(model, [one], seal).items()}


def _where(names, practice, table, key):
    whose = f"{names.get(practice, f'practice {practice}')}, " if practice else ""
    return f"{whose}{table} {key}"


def _then(at):
    return f"on {at:%B} {at.day}, {at.year} at {at:%H:%M} UTC"
