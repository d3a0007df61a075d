"""Rows as a check reads them: one that cannot be read is said so, and hides no other."""

from contextlib import contextmanager
from functools import cache

from django.db import DatabaseError, connection, models

AT_ONCE = 500
UNREADABLE = (ValueError, TypeError, AttributeError, OverflowError, DatabaseError)


def rows(found):
    """The rows of a query in its order, each with its key; None in the place of one that cannot be read."""
    keys = [*found.values_list("pk", flat=True)]
    for start in range(0, len(keys), AT_ONCE):
        some = keys[start : start + AT_ONCE]
        read = _read(found, some)
        yield from ((key, read.get(key)) for key in some)


def _read(found, keys):
    try:
        return {key: row for key, row in found.in_bulk(keys).items() if _of_its_types(row)}
    except UNREADABLE:
        if len(keys) == 1:
            return {}
        return {key: row for each in keys for key, row in _read(found, [each]).items()}


def _of_its_types(row):
    """Whether there is a number in each column of numbers: SQLite keeps whatever is put in."""
    return all(is_number(row.__dict__.get(name)) for name in _numbers(type(row)))


@cache
def _numbers(model):
    kinds = (models.IntegerField, models.ForeignKey)
    return [each.attname for each in model._meta.concrete_fields if isinstance(each, kinds)]  # noqa: SLF001


def is_number(value):
    """Whether a column of numbers holds one, or nothing."""
    return value is None or isinstance(value, int)


@contextmanager
def at_one_moment():
    """What is read in the block is what the database held at one moment; who writes does not wait."""
    if connection.in_atomic_block:
        yield
        return
    deferred = connection.vendor == "sqlite"
    with connection.cursor() as db:
        db.execute("begin deferred" if deferred else "begin isolation level repeatable read read only")
        try:
            yield
        finally:
            db.execute("rollback")


def practices(found):
    """How people know each practice, by its key."""
    return {each.pk: f"{each.name} ({each.slug})" for each in found}
