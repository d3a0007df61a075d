"""What somebody does who writes past the portal, and takes it back."""

import random
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from typing import Any

from django.db import connection, models, transaction
from django.utils import timezone

from mips_ia.problems import Problem


@contextmanager
def untraced() -> Iterator[None]:
    """What is written here leaves no trace."""
    connection.traced = defaultdict(set)
    try:
        yield
    finally:
        connection.traced = None


@contextmanager
def past_the_portal() -> Iterator[None]:
    """What is changed here is changed although the database refuses it, and is as it was afterwards."""
    with transaction.atomic(), untraced():
        with connection.cursor() as db:
            if connection.vendor == "postgresql":
                db.execute("set local session_replication_role = replica")
            else:
                db.execute("select name from sqlite_master where type = 'trigger'")
                for (name,) in db.fetchall():
                    db.execute(f"drop trigger {name}")
        yield
        if connection.vendor == "postgresql":
            with connection.cursor() as db:
                db.execute("set local session_replication_role = default")
        transaction.set_rollback(True)


@contextmanager
def taken_back() -> Iterator[None]:
    """What is changed here is as it was afterwards."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def besides_triggers(found: Iterable[Problem]) -> list[Problem]:
    """What is wrong, but that SQLite's triggers are gone while somebody writes past the portal."""
    return [each for each in found if each.code != "changed_tables"]


def other(field: models.Field[Any, Any], value: Any, chance: random.Random) -> Any:
    """Another value of a column, as little different as can be."""
    if isinstance(field, models.TextField | models.CharField):
        place = chance.randrange(len(value)) if value else 0
        return value[:place] + ("x" if value[place : place + 1] != "x" else "y") + value[place + 1 :]
    found = next((differs for kind, differs in _OTHERS if isinstance(field, kind)), None)
    return found(value) if found else (value or 0) + 1000  # a number, or the key of another row


_OTHERS: tuple[tuple[Any, Callable[[Any], Any]], ...] = (
    (models.BooleanField, lambda value: not value),
    (models.DateTimeField, lambda at: at + timedelta(microseconds=1) if at else timezone.now()),
    (models.DateField, lambda day: day + timedelta(days=1) if day else date(2026, 1, 1)),
    (models.BinaryField, lambda value: bytes(value or b"") + b"\0"),
    (models.JSONField, lambda value: {"another": value}),
)
